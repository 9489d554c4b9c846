"""What can be reached from the top of a file: every value, with how it is written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

MOST_LOOKED_AT = 20_000
MOST_ITEMS = 200
DEEPEST = 7
FOREIGN = {
    "chainrule",
    "builtins",
    "numpy",
    "torch",
    "functools",
    "collections",
    "jax",
    "jaxlib",
    "random",
}
"""Packages whose objects are not looked into."""


def walk(top: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below the names of `top`, nearest first, each once, by its expression."""
    waiting: deque[tuple[str, Any, int]] = deque(
        (f"{before}{name}", value, 0) for name, value in list(top.items()) if named(name)
    )
    seen: set[int] = set()
    number = 0
    while waiting and number < MOST_LOOKED_AT:
        path, value, depth = waiting.popleft()
        if id(value) in seen or type(value).__module__.startswith("chainrule."):
            continue
        number += 1
        if not isinstance(value, (int, float, str, bool, type(None))):
            seen.add(id(value))
        yield path, value
        if depth < DEEPEST:
            waiting.extend((f"{path}{tail}", each, depth + 1) for tail, each in below(value))


def named(name: Any) -> bool:
    return isinstance(name, str) and not name.startswith("__")


def below(value: Any) -> list[tuple[str, Any]]:
    """The values inside one, each with what is written after it."""
    if isinstance(value, (list, tuple)):
        return [(f"[{i}]", each) for i, each in enumerate(value[:MOST_ITEMS])]
    if isinstance(value, dict):
        return [
            (f"[{key!r}]", each)
            for key, each in list(value.items())[:MOST_ITEMS]
            if isinstance(key, (str, int))
        ]
    return [(f".{name}", each) for name, each in attributes(value).items()]


def attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object of somebody's own class; none for any other value."""
    if not own_object(value):
        return {}
    found = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if isinstance(name, str) and hasattr(value, name):
                found[name] = getattr(value, name)
    return {name: each for name, each in found.items() if named(name)}


def own_object(value: Any) -> bool:
    """Whether a value is an object of a class that somebody wrote in Python."""
    kind = type(value)
    return (
        not isinstance(value, (type, ModuleType, np.ndarray, np.generic))
        and kind.__module__.split(".")[0] not in FOREIGN
        and (hasattr(value, "__dict__") or hasattr(kind, "__slots__"))
        and not callable(getattr(value, "__code__", None))
        and not hasattr(value, "__code__")
        and not hasattr(value, "__func__")
    )


def is_floats(value: Any) -> bool:
    """Whether a value is an array of floats that can be moved in place."""
    return (
        isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and value.dtype.itemsize in (4, 8)
        and value.size > 0
        and value.flags.writeable
    )
