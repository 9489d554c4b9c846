"""Rows of examples and of targets as somebody's own functions take them, and back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

IMAGES = "images, (m, h, w)"
TOGETHER = ("rows", "columns", IMAGES)
ONE_BY_ONE = ("one at a time, (n, 1)", "one at a time, (n,)", "one at a time, (1, n)",
              "one at a time, a list")  # fmt: skip
EXAMPLES = ("rows", "columns", *ONE_BY_ONE, IMAGES)
"""How `forward` takes examples. Rows are (m, n); columns (n, m)."""
TARGETS = ("one-hot", "labels", "labels (m, 1)", "labels (1, m)")
"""How the targets are given: as the outputs are, or the number of the class of each example."""


COUNTS = {"rows": "len(x)", "columns": "x.shape[1]", IMAGES: "len(x)"}
"""The number of examples of one call."""


NO_RATE = "1.0  # not found in the file"
"""The learning rate of a step that is written nowhere: its gradients are known but for a factor."""


def possible(examples: str, width: int) -> bool:
    """Whether so many numbers can be an example of this form."""
    return examples != IMAGES or (width > 3 and math.isqrt(width) ** 2 == width)


class Unfit(ValueError):
    """Outputs or gradients that are of no form that goes with the examples."""


def batches(examples: str, X: Array) -> Iterator[Any]:
    """What `forward` is called with, once for each call."""
    if examples == "rows":
        yield X
    elif examples == "columns":
        yield np.ascontiguousarray(X.T)
    elif examples == IMAGES:
        side = math.isqrt(X.shape[1])
        if not possible(examples, X.shape[1]):
            raise Unfit(f"{X.shape[1]} numbers are no square image")
        yield X.reshape(len(X), side, side).copy()
    else:
        yield from (alone(examples, x) for x in X)


def alone(examples: str, x: Array) -> Any:
    if examples.endswith("(n, 1)"):
        return x[:, None].copy()
    if examples.endswith("(1, n)"):
        return x[None].copy()
    return x.tolist() if examples.endswith("list") else x.copy()


def targets(examples: str, form: str, Y: Array) -> Iterator[Any]:
    """The targets that go with each call; `Y` (m, n), a 1 for the class, or numbers (m, 1)."""
    if form == "one-hot":
        yield from batches("rows" if examples == IMAGES else examples, Y)
        return
    labels = Y.argmax(axis=1) if Y.shape[1] > 1 else Y[:, 0]
    if examples in TOGETHER:
        yield {"labels (m, 1)": labels[:, None], "labels (1, m)": labels[None]}.get(form, labels)
    else:
        yield from (label.item() for label in labels)


def as_rows(examples: str, values: list[Any], m: int) -> Array:
    """The outputs of all calls as rows (m, n)."""
    if examples not in TOGETHER:
        return np.stack([as_floats(value).reshape(-1) for value in values])
    found = as_floats(values[0])
    if found.shape == (m,):
        return found[:, None]
    if found.ndim != 2 or m not in found.shape:
        raise Unfit(f"outputs of shape {found.shape} for {m} examples")
    across = examples == "columns" if found.shape[0] == found.shape[1] else found.shape[0] != m
    return found.T if across else found


def as_floats(value: Any) -> Array:
    """An array of floats, of the precision that the value has."""
    found = np.asarray(value)
    return found if found.dtype.kind == "f" else np.asarray(value, np.float64)
