"""What the arrays of somebody's network are called in their own file."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_LOOKED_AT = 2_000


def names_of(module: ModuleType, given: Any, arrays: list[NDArray[Any]]) -> list[str]:
    """The name of each array, as `W1`, `W[0]`, `net.W1`; `parameters[0]` where none is known."""
    if isinstance(given, dict) and len(given) == len(arrays):
        return [str(name) for name in given]
    known: dict[int, str] = {}
    for number, (name, value) in enumerate(named(module)):
        if number == MOST_LOOKED_AT:
            break
        known.setdefault(id(value), name)
    return [known.get(id(array), f"parameters[{i}]") for i, array in enumerate(arrays)]


def named(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The arrays that can be reached from the top of a file, each with how it is written."""
    top = [
        (name, value)
        for name, value in module.__dict__.items()
        if not name.startswith("__") and name != "parameters"
    ]
    yield from inside(top)
    for owner, value in top:
        attributes = getattr(value, "__dict__", None)
        if isinstance(attributes, dict) and not isinstance(value, (type, ModuleType)):
            yield from inside([(f"{owner}.{name}", each) for name, each in attributes.items()])


def inside(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The arrays, and those in lists and dictionaries."""
    for name, value in pairs:
        if isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, (list, tuple)):
            for i, each in enumerate(value[:100]):
                yield f"{name}[{i}]", each
        elif isinstance(value, dict):
            for key, each in list(value.items())[:100]:
                yield f"{name}[{key!r}]", each
