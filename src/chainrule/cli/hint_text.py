"""A hint on a function of network.py as lines for the terminal."""

from __future__ import annotations

from chainrule.cli.verdict_text import prose, sentence, wrapped
from chainrule.workshop import Hint, Stage


def hint_lines(stage: Stage, given: Hint, width: int) -> list[str]:
    """The rungs so far, the reference where it is given, what to read, what comes next."""
    lines = wrapped(f"{stage.name}: {stage.title}", width, "")
    for rung in given.rungs:
        lines += ["", rung.name, *prose(rung.text, width)]
    if given.reference is not None:
        lines += ["", "The reference"]
        lines += [f"  {line}".rstrip() for line in given.reference.splitlines()]
    lines += ["", "To read", *(line for place in stage.read for line in prose(place, width))]
    if given.next:
        lines += ["", *prose(sentence(given.next), width, "")]
    return lines
