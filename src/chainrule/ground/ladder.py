"""A ladder of hints: each rung gives away a little more, the last one all.

The four rungs are the idea (what to look at), the rule (and what it says), the first line or what
it is made of, and the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rung:
    """One hint: what kind it is, and its text, of one line or several."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs, the one that gives away least first; the last is the answer."""

    rungs: tuple[Rung, ...]

    def __iter__(self) -> Iterator[Rung]:
        return iter(self.rungs)

    def __len__(self) -> int:
        return len(self.rungs)

    def up_to(self, number: int) -> tuple[Rung, ...]:
        """The first `number` rungs; all of them where there are no more."""
        return self.rungs[:number]

    def left_after(self, number: int) -> int:
        """How many rungs there still are after the first `number`."""
        return max(len(self.rungs) - number, 0)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)
