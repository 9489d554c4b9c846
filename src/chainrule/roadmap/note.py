"""A note: prose in Markdown, and between it blocks that a machine can read.

A fenced block is one of: formulas (no word after the fence); `given`, the numbers that a worked
example starts from; `work`, its lines; `picture`, what to draw of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.roadmap.example import Example

FENCE = re.compile(r"^```(\w*)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)

KINDS = ("", "given", "work", "picture")
"""The words after a fence that have a meaning."""

NUMBERS, SLIPS, SENTENCE = "With numbers", "Where people slip", "Say it to yourself"
"""The headings that every note has, in this order; what is before them is the idea."""


@dataclass(frozen=True)
class Note:
    """The text of a note, without its front matter."""

    text: str

    def pieces(self) -> Iterator[tuple[str | None, str]]:
        """The note in pieces: (None, Markdown) or (kind of block, what is in it)."""
        done = 0
        for block in FENCE.finditer(self.text):
            if self.text[done : block.start()].strip():
                yield None, self.text[done : block.start()].strip()
            yield block[1], block[2].rstrip("\n")
            done = block.end()
        if self.text[done:].strip():
            yield None, self.text[done:].strip()

    def blocks(self, kind: str) -> list[str]:
        return [inside for each, inside in self.pieces() if each == kind]

    def part(self, heading: str) -> str:
        """What stands under one of the headings; empty where there is none."""
        start = self.text.find(f"**{heading}")
        if start < 0:
            return ""
        ends = [self.text.find(f"**{other}", start + 1) for other in (NUMBERS, SLIPS, SENTENCE)]
        return self.text[start : min((end for end in ends if end > 0), default=len(self.text))]

    @functools.cached_property
    def example(self) -> Example:
        """The worked example, every number of it computed again."""
        from chainrule.roadmap.example import read_example

        return read_example(self.blocks("given"), self.blocks("work"))
