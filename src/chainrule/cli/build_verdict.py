"""Verdicts and hints of `chainrule build` as lines: headed by what they are about, code whole."""

from __future__ import annotations

import re
from dataclasses import replace

from chainrule.cli.verdict_text import mark, sentence, verdict_lines, wrapped
from chainrule.workshop.hints import Hint
from chainrule.workshop.stage import Stage
from chainrule.workshop.verdict import Verdict

CODE = re.compile("`[^`]*`|^def .*:$")
TIED = "\N{NO-BREAK SPACE}"


def shown(verdict: Verdict, width: int) -> list[str]:
    """Heading and text. What keeps the file from loading is headed by the file, by no function."""
    said = replace(
        verdict,
        message=tied(verdict.message),
        explanation=tied(verdict.explanation),
        details=tuple(map(tied, verdict.details)),
    )
    lines = [line.replace(TIED, " ") for line in verdict_lines(said, width)]
    if not verdict.of_file:
        return lines
    below = lines[lines.index("") :]
    return [*wrapped(f"{mark(verdict.outcome)[0]} network.py", width, ""), *below]


def hint_lines(stage: Stage, given: Hint, width: int) -> list[str]:
    """The rungs so far, the reference where it is given, what to read, what comes next."""
    lines = wrapped(f"{stage.name}: {stage.title}", width, "")
    for title, text in given.rungs:
        lines += ["", title, *prose(text, width)]
    if given.reference is not None:
        lines += ["", "The reference"]
        lines += [f"  {line}".rstrip() for line in given.reference.splitlines()]
    lines += ["", "To read", *(line for place in stage.read for line in prose(place, width))]
    if given.next:
        lines += ["", *prose(sentence(given.next), width, "")]
    return lines


def prose(text: str, width: int, indent: str = "  ") -> list[str]:
    """Wrapped, but for the code in it: what stands between backticks stays on one line."""
    return [line.replace(TIED, " ") for line in wrapped(tied(text), width, indent)]


def tied(text: str) -> str:
    """The text with no space in its code at which a line may be broken."""
    return CODE.sub(lambda code: code[0].replace(" ", TIED), text)
