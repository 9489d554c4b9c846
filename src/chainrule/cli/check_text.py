"""What a check says in the terminal: the line with its marks, the mistakes, a witness."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from chainrule.algebra import AlgebraError, Span, parse, text, unicode, unicode_name
from chainrule.cli.terminal import shows
from chainrule.cli.verdicts import WORDS
from chainrule.derivation import Chain, Question, Verdict
from chainrule.ground.words import visible

INDENT = "   "
NARROWEST = 20
"""Columns that a line of text gets at least."""


def wrapped(words: str, across: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """Words in so many columns; what stands between backticks is not broken where it fits."""
    return textwrap.wrap(
        visible(words),
        max(across, NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


# The line as typed.


def cells(character: str) -> int:
    """The columns that a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def marked(line: str, spans: Sequence[Span], across: int, indent: str = INDENT) -> list[str]:
    """The line in rows of so many columns, and under each row carets under what is marked."""
    line = "".join(c if c.isprintable() else " " for c in line)
    rows: list[str] = []
    for start, end in _rows(line, max(across - len(indent), NARROWEST)):
        rows.append((indent + line[start:end]).rstrip())
        marks = caret_row(line, spans, start, end)
        if marks:
            rows.append(indent + marks)
    return rows


def caret_row(line: str, spans: Sequence[Span], start: int = 0, end: int | None = None) -> str:
    """Carets under the marked characters of line[start:end]; a place of no length gets one."""
    end = len(line) if end is None else end
    at_end = end == len(line)
    wide = [(first, max(last, first + 1)) for first, last in spans]
    row = "".join(
        ("^" if any(first <= i < last for first, last in wide) else " ") * cells(line[i])
        for i in range(start, end)
    )
    if at_end and any(first >= len(line) for first, _ in spans):
        row += "^"
    return row.rstrip()


def _rows(line: str, across: int) -> Iterator[Span]:
    """The places of the rows of a line: broken at a space where there is one."""
    start = 0
    while start < len(line):
        end, used, space = start, 0, None
        while end < len(line) and used + cells(line[end]) <= across:
            used += cells(line[end])
            end += 1
            if line[end - 1] == " " and end - start > across // 2:
                space = end
        if end < len(line) and space is not None:
            end = space
        yield start, end
        start = end
    if not line:
        yield 0, 0


def places(line: str, spans: Sequence[Span | None]) -> list[Span]:
    """The places to mark: the whole line only where nothing smaller is at fault."""
    known = [span for span in spans if span is not None]
    whole = len(line.strip())
    return [span for span in known if span[1] - span[0] < whole] or known


# What there is to say.


def mistake_lines(kind: str, message: str, across: int, indent: str = INDENT) -> list[str]:
    """`sign: the sign of `y` is wrong`."""
    return wrapped(f"{kind}: {message}", across, indent, indent + "  ")


def headline(verdict: Verdict, message: str, told_below: bool) -> str:
    """One line: the verdict, and its message where nothing below says it."""
    word = WORDS[verdict]
    if told_below or message == word or verdict == "right-other-form":
        return word
    return message if message.startswith(word) else f"{word}: {message}"


# Mathematics.


def pretty_name(name: str) -> str:
    pretty = unicode_name(name)
    return pretty if shows(pretty) else name


def what_is_asked(asked: Question) -> str:
    """`δ₂ = ∂C/∂z₂`, `∂C/∂W₂`, `∂C/∂W₂[j,k]`."""
    letters = f"[{','.join(asked.letters)}]" if asked.letters else ""
    meaning = asked.meaning
    name = pretty_name(asked.name)
    if meaning is None or "/" in asked.name:
        return name + letters
    other = pretty_name(f"d{meaning[0]}/d{meaning[1]}")
    return f"{name}{letters} = {other}{letters}"


def chain_lines(chain: Chain, across: int, indent: str = INDENT) -> list[str]:
    """The lines of a chain as mathematics, the equals signs below each other."""
    shown: list[str] = []
    before = ""
    letters = f"[{','.join(chain.asked.letters)}]" if chain.asked.letters else ""
    for link, tree in chain.sides():
        asked = link.about.leaf is chain.asked.leaf
        name = pretty_name(link.about.name) + (letters if asked else "")
        blank = " " * len(name) if name == before else ""
        before = name
        pretty = unicode(tree)
        words = f"{'' if blank else name + ' '}= {pretty if shows(pretty) else text(tree)}"
        start = indent + (blank + " " if blank else "")
        hanging = indent + " " * min(len(name) + 3, across // 3)
        shown += wrapped(words, across, start, hanging)
    return shown


def as_mathematics(asked: Question, words: str) -> str | None:
    """An expression as mathematics; None if it cannot be read."""
    try:
        tree = parse(words, asked.sheet.scope).expression
    except AlgebraError:
        return None
    pretty = unicode(tree)
    return pretty if shows(pretty) else text(tree)


SIGNS = str.maketrans({
    "⊙": "*", "×": "*", "·": "@", "−": "-", "′": "'", "ᵀ": ".T", "²": "**2", "^": "**",
    "σ": "sigma", "δ": "delta", "Δ": "Delta", "∂": "d", "Σ": "sum", " ": None,
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
})  # fmt: skip
"""The signs of paper as they are typed."""


def as_read(asked: Question, typed: str, understood: str) -> str | None:
    """A line as it was read; None where that differs from what was typed in signs alone."""
    if typed.translate(SIGNS) == understood.translate(SIGNS):
        return None
    return f"read as {as_mathematics(asked, understood) or understood}"
