"""The arguments of a case in one line: their numbers where they are few, their shapes elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.guarded.given import given_text
from chainrule.workshop.oracle import Case

MOST_SHOWN = 12
"""Elements of an argument that are shown in a message."""


def described(case: Case) -> str:
    """The arguments of a case in one line: single numbers, and the shapes of arrays."""
    return ", ".join(f"{name} = {shape_text(value)}" for name, value in case.arguments.items())


def shown(case: Case) -> tuple[tuple[str, str], ...]:
    """The arguments with their numbers, as far as they are few."""
    return tuple((name, value_text(value)) for name, value in case.arguments.items())


def size(case: Case) -> int:
    """How many numbers a case has."""
    return sum(numbers_in(value) for value in case.arguments.values())


def numbers_in(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return sum(numbers_in(item) for item in value)
    return int(np.size(value))


def shape_text(value: Any) -> str:
    if isinstance(value, Given):
        return given_text(value)
    if isinstance(value, list):
        return f"[{', '.join(shape_text(item) for item in value)}]"
    if isinstance(value, np.ndarray):
        kind = " of whole numbers" if value.dtype.kind in "iu" else ""
        return f"{value.shape}{kind}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def value_text(value: Any) -> str:
    if isinstance(value, list) and not all(isinstance(item, int) for item in value):
        if numbers_in(value) <= 2 * MOST_SHOWN:
            return f"[{', '.join(value_text(item) for item in value)}]"
        return shape_text(value)
    if isinstance(value, np.ndarray) and value.size <= MOST_SHOWN:
        return array_text(value)
    return shape_text(value)


def array_text(value: NDArray[Any]) -> str:
    if value.ndim == 0:
        return f"{value[()]:.4g}"
    return f"[{', '.join(array_text(row) for row in value)}]"
