"""The formulas of a note as a page shows them: each line by itself, set as mathematics.

A line that is indented goes on from the one before it. `f(x + h)` is the function `f` of the sheet
at another place, and no product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from chainrule import algebra
from chainrule.algebra import AlgebraError, Sheet
from chainrule.web.numbers import sides

LABEL = re.compile(r"([A-Za-z]\w*):\s+")
CALL = re.compile(r"\b([A-Za-z]\w*)\(")
STAND_INS = ("calla", "callb", "callc", "calld")
"""Names that no sheet has: each stands for one application while the rest is read."""


def formulas(text: str, sheet: str | None) -> Iterator[Markup]:
    """The equations of a block, each a paragraph; all as they stand where one is not readable.

    `sheet` is what they are read with: the name of a sheet, or its text.
    """
    made: list[Markup | None] = []
    if sheet is not None:
        declared = "".join(f"{name}: scalar\n" for name in STAND_INS)
        read = algebra.parse_sheet(f"{declared}{algebra.sheet_source(sheet)}")
        made = [paragraph(line, read) for line in logical_lines(text)]
    if made and None not in made:
        yield from (one for one in made if one is not None)
    else:
        yield Markup("<pre>{}</pre>").format(text)


def logical_lines(text: str) -> list[str]:
    """The equations of a block, each on one line."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and line[:1].isspace():
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


def paragraph(line: str, sheet: Sheet) -> Markup | None:
    """One equation, with its label where it has one; None where it is not readable."""
    label = LABEL.match(line)
    made = equation(line[label.end() :] if label else line, sheet)
    if made is None:
        return None
    words = Markup("<span>{}</span> ").format(label[1]) if label else ""
    return Markup('<p class="equation">{}{}</p>').format(words, made)


def equation(text: str, sheet: Sheet) -> Markup | None:
    """The sides of an equation as MathML."""
    bare, calls = without_calls(text, sheet)
    try:
        made = sides([algebra.parse(side, sheet.scope).expression for side in bare.split(" = ")])
        for name, call in zip(STAND_INS, calls, strict=False):
            argument = algebra.mathml_row(algebra.parse(call.argument, sheet.scope).expression)
            made = made.replace(
                f'<mi data-ref="{name}">{name}</mi>', Markup(applied(call.name, argument))
            )
    except AlgebraError:
        return None
    return made


@dataclass(frozen=True)
class Call:
    """`f(x + h)`: a quantity of the sheet, at another place."""

    name: str
    argument: str


def without_calls(text: str, sheet: Sheet) -> tuple[str, list[Call]]:
    """The text with a stand-in for each application of a quantity that the sheet defines."""
    defined = {one.name for one in sheet.definitions}
    calls: list[Call] = []
    made, done = "", 0
    for match in CALL.finditer(text):
        if match.start() < done or match[1] not in defined or len(calls) == len(STAND_INS):
            continue
        end = closing(text, match.end())
        made += text[done : match.start()] + STAND_INS[len(calls)]
        calls.append(Call(match[1], text[match.end() : end]))
        done = end + 1
    return made + text[done:], calls


def closing(text: str, start: int) -> int:
    """Where the bracket that was opened just before `start` is closed."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def applied(name: str, argument: str) -> str:
    """A function at a place, as MathML."""
    return (
        f'<mrow><mi data-ref="{name}">{name}</mi><mo>&#x2061;</mo>'
        f'<mrow><mo fence="true" form="prefix">(</mo>{argument}'
        '<mo fence="true" form="postfix">)</mo></mrow></mrow>'
    )
