"""What every kind of answer can do."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Protocol

from chainrule.derivation import Check, Mistake

SCRIPTS = str.maketrans({"−": "-", "–": "-", "⋅": "*"})
LEFT_SIDE = re.compile(r"^.*(?:=|≈|:)")
NOTHING = "there is nothing to read; type an answer, or hint, skip, show, quit"


class Answer(Protocol):
    """The right answer to a question, or a wrong one.

    check: the verdict on a typed answer. same: whether a typed answer has this value, at the
    least cost and without a verdict; units: how far off a rounded number may be, in units of its
    last place; alike: whether another answer has it, rounded. text: how one types it.
    value: the same for JSON. how: how it may be typed, in a line.
    """

    kind: ClassVar[str]

    def check(self, typed: str, name_mistakes: bool = True) -> Check: ...

    def same(self, typed: str, units: float = 1) -> bool: ...

    def alike(self, other: Answer, units: float = 1) -> bool: ...

    def text(self) -> str: ...

    def value(self) -> Any: ...

    def how(self) -> str: ...


class UnreadableError(ValueError):
    """A typed answer that is none of this kind. The message says how one is typed."""


def right_side(typed: str) -> str:
    """What stands after `z =`, without the stop that ends a sentence."""
    return LEFT_SIDE.sub("", typed.translate(SCRIPTS)).strip().rstrip(".,; ") or ""


def right(typed: str) -> Check:
    return Check(typed, "right", "right")


def wrong(typed: str, message: str, mistakes: tuple[Mistake, ...] = ()) -> Check:
    return Check(typed, "wrong", message, mistakes)


def unreadable(typed: str, message: str) -> Check:
    return Check(typed, "unreadable", message, span=(0, len(typed)))
