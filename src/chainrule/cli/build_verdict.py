"""A verdict of `build check` and `build watch`, headed by what it is about."""

from __future__ import annotations

from chainrule.cli.verdict_text import mark, verdict_lines, wrapped
from chainrule.workshop.verdict import Verdict


def shown(verdict: Verdict, width: int) -> list[str]:
    """Heading and text. What keeps the file from loading is headed by the file, by no function."""
    lines = list(verdict_lines(verdict, width))
    if not verdict.of_file:
        return lines
    below = lines[lines.index("") :]
    return [*wrapped(f"{mark(verdict.outcome)[0]} network.py", width, ""), *below]
