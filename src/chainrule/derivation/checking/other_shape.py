"""An answer of another shape than the one asked for, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chainrule.algebra import (
    Expression,
    ShapeError,
    flip,
    shape_text,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.verdict import Check, Mistake

Mistakes = tuple[Mistake, ...]
Naming = Callable[[Case], Mistakes]
"""What names the mistakes of a wrong answer."""

Wrong = Callable[[Naming], Check]
"""The check of an answer that is wrong, once something names its mistakes."""


def shape_mistake(error: ShapeError, text: str) -> Mistake:
    span = error.span or (0, len(text))
    return Mistake("shape", error.message, text[slice(*span)], None, span)


def in_other_layout(mistake: Mistake, asked: Question) -> Mistake:
    """An answer whose numbers are right and only lie the other way."""
    lies, wanted = shape_text(flip(asked.leaf.shape)), shape_text(asked.leaf.shape)
    message = (
        f"the numbers are right, but they lie in the other layout: this is {lies}, and the sheet "
        f"has {asked.name} as {wanted}; {mistake.message}"
    )
    return replace(mistake, kind="transpose", message=message)


FLIPS = ("transpose", "order", "axis", "symbol", "other-quantity", "operator")


def shape_of(root: Expression) -> str:
    if root.indices:
        letters = ", ".join(f"{letter} up to {size}" for letter, size in root.indices)
        return f"of an entry ({letters})"
    return shape_text(root.shape)
