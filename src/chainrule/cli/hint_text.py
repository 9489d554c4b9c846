"""A hint on a function of network.py as lines for the terminal."""

from __future__ import annotations

import re

from chainrule.cli.verdict_text import prose, sentence, wrapped
from chainrule.workshop import Hint, Stage

PREFIX = re.compile(r".*?\b(?:chapter|part) \d(?:, sections?)?(?:,? |$)")
"""What a resource's own title says already."""


def reading(words: str) -> tuple[str, str | None]:
    """A place to read, `N2, Nielsen, chapter 2, section '...', (BP2)`: its title, its address.

    What begins with no resource's key is left as it is, and has no address.
    """
    from chainrule import roadmap

    key, _, rest = words.partition(", ")
    resource = roadmap.resources().get(key)
    if resource is None:
        return words, None
    part = PREFIX.sub("", rest) if PREFIX.match(rest) else rest.partition(resource.title)[2]
    sections = [(rest.find(f"'{title}'"), a) for a, title in resource.sections.items()]
    _, anchor = min(((at, a) for at, a in sections if at >= 0), default=(0, None))
    if anchor is not None:
        part = part.replace(f"'{resource.sections[anchor]}'", "", 1)
    found = roadmap.place(key, anchor, part.strip(", ") or None)
    return found.title, found.address


def hint_lines(stage: Stage, given: Hint, width: int) -> list[str]:
    """The rungs so far, the reference where it is given, what to read, what comes next."""
    lines = wrapped(f"{stage.name}: {stage.title}", width, "")
    for rung in given.rungs:
        lines += ["", rung.name, *prose(rung.text, width)]
    if given.reference is not None:
        lines += ["", "The reference"]
        lines += [f"  {line}".rstrip() for line in given.reference.splitlines()]
    lines += ["", "To read"]
    for words in stage.read:
        title, address = reading(words)
        lines += [*prose(title, width), *([f"  {address}"] if address else [])]
    if given.next:
        lines += ["", *prose(sentence(given.next), width, "")]
    return lines
