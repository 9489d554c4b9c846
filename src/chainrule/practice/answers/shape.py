"""Answers that are shapes: `(2, 3)`, `2x3`, `2 by 3`, or that there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from chainrule.derivation import Check
from chainrule.practice.answers.answer import SCRIPTS, Answer, right, unreadable, wrong

NONE = re.compile(
    r"(?:it\s+)?(?:none|no|nothing|undefined|impossible|(?:does|do) ?n[o']t (?:fit|exist)|-)",
    re.I,
)
PAIR = re.compile(r"(\w+?)\s*(?:,|;|×|\*|\bby\b|x)\s*(\w+)", re.I)
HOW = "Type rows and columns, as (2, 3) or 2x3; none where the sizes do not fit."


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows and columns; None where there is no such matrix."""

    shape: tuple[int, int] | None
    kind: ClassVar[str] = "shape"

    def check(self, typed: str, name_mistakes: bool = True) -> Check:
        found = read(typed)
        if found == "unreadable":
            return unreadable(typed, f"expected a shape. {HOW}")
        return right(typed) if found == self.shape else wrong(typed, "that is not the shape")

    def same(self, typed: str, units: float = 1) -> bool:
        return read(typed) == self.shape

    def alike(self, other: Answer, units: float = 1) -> bool:
        return self.same(other.text(), units)

    def text(self) -> str:
        return "none" if self.shape is None else f"({self.shape[0]}, {self.shape[1]})"

    def value(self) -> Any:
        return None if self.shape is None else list(self.shape)

    def how(self) -> str:
        return HOW


def read(typed: str) -> tuple[int, int] | str | None:
    """The shape, None for none, or "unreadable"."""
    words = re.sub(r"^.*[=:]", "", typed.translate(SCRIPTS)).strip().rstrip(".")
    if NONE.fullmatch(words):
        return None
    found = PAIR.fullmatch(words.strip("()[]{} "))
    if found is None or not all(side.isdecimal() for side in found.groups()):
        return "unreadable"
    return int(found[1]), int(found[2])
