"""One function called on cases: the value of each call, and what the call did beside it."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.workshop.guarded.codec import MOST_DRAWN, has_array, pack, unpack
from chainrule.workshop.guarded.given import made
from chainrule.workshop.guarded.loading import described, put_in
from chainrule.workshop.guarded.protocol import (
    CallCase,
    CallFunction,
    CaseStarted,
    Job,
    NoFunction,
    Returned,
)

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings


WHOLE = (list, tuple, Mapping, str, bytes, np.ndarray)
"""What can be looped over and travels as it is."""
LONG = 0.5
"""Seconds after which one run is enough."""


def task(module: ModuleType, job: Job, tell: Tell, heard: Warnings) -> None:
    """Call the function on every case; an exception in one case does not end the others."""
    asked = job.task
    assert isinstance(asked, CallFunction)
    if asked.put_in:
        put_in(module, asked.put_in_source, asked.put_in)
    function = getattr(module, asked.function, None)
    if not callable(function):
        tell(NoFunction())
        return
    kept: dict[int, tuple[Any, bytes]] = {}
    for number, case in enumerate(asked.cases):
        heard.case = number
        tell(CaseStarted(number))
        try:
            answer = called(function, number, case)
            if case.keep:
                value = answer.value
                seen = pack(value)
                # to be packed once: what is inside may be used up
                answer = replace(answer, value=unpack(seen))
                if pack(value) == seen:
                    kept[number] = value, seen
            value, before = kept.get(case.of, (None, b""))
            tell(replace(answer, overwritten=bool(before) and pack(value) != before))
        except BaseException as fault:
            tell(described(fault, job, number))


def called(function: Callable[..., Any], number: int, case: CallCase) -> Returned:
    """The value for one case, and what the call did to its arguments and to global state.

    A case with `repeat` is timed: the least of so many runs, or of one that takes long.
    """
    arguments = made(case.arguments)
    before = copy.deepcopy([a for a in arguments if not isinstance(a, np.random.Generator)])
    state = random_state()
    seconds = []
    given: Any = None
    value: Any = None
    for _ in range(case.repeat):
        began = time.perf_counter()
        given = function(*arguments)
        value = drawn(given)
        seconds.append(time.perf_counter() - began)
        if seconds[-1] > LONG:
            break
    after = [a for a in arguments if not isinstance(a, np.random.Generator)]
    places = [i for i, a in enumerate(arguments) if not isinstance(a, np.random.Generator)]
    changed = [i for i, a, b in zip(places, after, before, strict=True) if not same(a, b)]
    return Returned(
        case=number,
        value=value,
        iterator=type(given).__name__ if isinstance(given, Iterator) else "",
        seconds=min(seconds),
        changed=changed,
        after=[arguments[i] if i in changed else None for i in range(len(arguments))],
        global_random=random_state() != state,
        overwritten=False,
    )


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
    """The items of a generator, or of an object to loop over, as many as may travel."""
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
