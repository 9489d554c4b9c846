"""What grading one function comes to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from chainrule.workshop.guarded.protocol import OwnLine

Outcome = Literal[
    "right",
    "slow",
    "fragile",
    "held-up",
    "numbers",
    "shape",
    "raises",
    "stopped",
    "missing",
    "unreadable",
    "borrowed",
]
"""Right; right but slow; right but fragile; right with a right version of what it uses; wrong
numbers; wrong type or shape; raises an exception; stopped at a limit or crashed; not written; the
file is no Python; the file imports this package."""

PASSED: frozenset[str] = frozenset({"right", "slow", "fragile"})
WEAK: frozenset[str] = PASSED - {"right"}
"""A pass with something to mend."""


@dataclass(frozen=True)
class Example:
    """A case in which the answer is wrong, and where."""

    arguments: tuple[tuple[str, str], ...]
    where: str
    yours: float
    expected: float

    @property
    def difference(self) -> float:
        return self.yours - self.expected


@dataclass(frozen=True)
class Verdict:
    """How a function does. `message` says it; `mistake` names a known mistake, where one fits.

    `details` are further sentences, `notes` what else was seen (prints, files, warnings).
    `culprit` is the function that a `held-up` one waits for.
    `of_file`: the file does not load, so that the verdict is the same for all functions.
    """

    stage: str
    outcome: Outcome
    message: str
    mistake: str | None = None
    explanation: str = ""
    details: tuple[str, ...] = ()
    example: Example | None = None
    notes: tuple[str, ...] = ()
    lines: tuple[OwnLine, ...] = ()
    seconds: float = 0.0
    of_file: bool = False
    culprit: str | None = None

    @property
    def passed(self) -> bool:
        return self.outcome in PASSED

    @property
    def wrong(self) -> bool:
        """Whether the function itself is at fault, and not one that it uses."""
        return not self.passed and self.outcome != "held-up"

    def to_dict(self) -> dict[str, Any]:
        found = asdict(self)
        found["passed"] = self.passed
        if self.example is not None:
            found["example"]["difference"] = self.example.difference
        return found
