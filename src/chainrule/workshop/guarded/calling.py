"""One function called on cases: the value of each call, and what the call did beside it."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.workshop.guarded.codec import MOST_DRAWN, has_array, pack, unpack
from chainrule.workshop.guarded.given import made
from chainrule.workshop.guarded.loading import described

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings


WHOLE = (list, tuple, Mapping, str, bytes, np.ndarray)
"""What can be looped over and is told as it is."""
LONG = 0.5
"""Seconds after which one run tells enough."""


def task(module: ModuleType, job: dict[str, Any], tell: Tell, heard: Warnings) -> None:
    """Call the function on every case; an exception in one case does not end the others."""
    function = getattr(module, job["function"], None)
    if not callable(function):
        tell({"event": "missing", "defined": sorted(defined(module))})
        return
    source, path = job["source"], job["path"]
    kept: dict[int, tuple[Any, bytes]] = {}
    for number, case in enumerate(job["cases"]):
        heard.case = number
        tell({"event": "start", "case": number})
        try:
            found = called(function, case)
            if case.get("keep"):
                value = found["value"]
                seen = pack(value)
                found["value"] = unpack(seen)  # to be packed once: what is inside may be used up
                if pack(value) == seen:
                    kept[number] = value, seen
            value, before = kept.get(case.get("of", -1), (None, b""))
            found["overwritten"] = bool(before) and pack(value) != before
            tell({"event": "result", "case": number, **found})
        except BaseException as fault:
            tell({"event": "raised", "case": number, **described(fault, source, path)})


def defined(module: ModuleType) -> list[str]:
    """The functions that the file itself defines."""
    return [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]


def called(function: Callable[..., Any], case: dict[str, Any]) -> dict[str, Any]:
    """The value for one case, and what the call did to its arguments and to global state.

    A case with `repeat` is timed: the least of so many runs, or of one that takes long.
    """
    arguments = made(case["arguments"])
    before = copy.deepcopy([a for a in arguments if not isinstance(a, np.random.Generator)])
    state = random_state()
    seconds = []
    given: Any = None
    value: Any = None
    for _ in range(case.get("repeat", 1)):
        began = time.perf_counter()
        given = function(*arguments)
        value = drawn(given)
        seconds.append(time.perf_counter() - began)
        if seconds[-1] > LONG:
            break
    after = [a for a in arguments if not isinstance(a, np.random.Generator)]
    places = [i for i, a in enumerate(arguments) if not isinstance(a, np.random.Generator)]
    changed = [i for i, a, b in zip(places, after, before, strict=True) if not same(a, b)]
    return {
        "value": value,
        "iterator": type(given).__name__ if isinstance(given, Iterator) else "",
        "seconds": min(seconds),
        "changed": changed,
        "after": [arguments[i] if i in changed else None for i in range(len(arguments))],
        "global_random": random_state() != state,
    }


def drawn(value: Any) -> Any:
    """A value, with what comes out of it where it is a generator or an object to loop over."""
    if isinstance(value, WHOLE) or has_array(value):
        return value
    if isinstance(value, Iterable) or is_sequence(value):
        return list_of(value)
    return value


def is_sequence(value: Any) -> bool:
    """Whether a `for` goes through an object by its places, 0, 1, 2, ..., as by `__getitem__`."""
    return hasattr(type(value), "__getitem__") and hasattr(type(value), "__len__")


def list_of(items: Iterable[Any]) -> list[Any]:
    """The items of a generator, or of an object to loop over, as many as may be told."""
    found = []
    for item in items:
        found.append(copy.deepcopy(item))  # a generator may fill the same array again
        if len(found) >= MOST_DRAWN:
            break
    return found


def random_state() -> tuple[Any, ...]:
    """The state of the global generators of NumPy and of Python."""
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    return kind, np.asarray(keys).tobytes(), *rest, random.getstate()


def same(one: Any, other: Any) -> bool:
    """Whether two arguments are equal to the bit."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.shape == other.shape
            and one.dtype == other.dtype
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, (list, tuple)):
        return (
            isinstance(other, (list, tuple))
            and len(one) == len(other)
            and all(same(a, b) for a, b in zip(one, other, strict=True))
        )
    return callable(one) or bool(one == other)
