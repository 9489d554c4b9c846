"""A ladder of hints: each gives away a little more, and the answer stands at the top.

The hints are the idea (what to look at), the rule (and what it says), and the first line or what
it is made of.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rung:
    """A hint, or the answer: its name and its text, of one line or several."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The hints, the one that gives away least first, and the answer."""

    hints: tuple[Rung, ...]
    answer: Rung

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The hints, and the answer last."""
        return (*self.hints, self.answer)

    def up_to(self, number: int) -> tuple[Rung, ...]:
        """The first `number` rungs; all of them where there are no more."""
        return self.rungs[:number]
