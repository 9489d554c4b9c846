"""What is given by hand, checked: each a function that returns the value or says what is wrong."""

from __future__ import annotations

from collections.abc import Collection
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network.errors import NetworkError

Array = NDArray[Any]
INFINITY = float("inf")


def brief(value: Any, most: int = 60) -> str:
    """The value as one short line, whatever it is."""
    try:
        text = " ".join(repr(value.item() if isinstance(value, np.generic) else value).split())
    except Exception:  # a repr may do anything: Python's own refuses integers of 5,000 digits
        text = f"of type {type(value).__name__}"
    return text if len(text) <= most else text[: most - 3] + "..."


def known_name(kind: str, name: Any, known: Collection[str]) -> str:
    """The name as it is registered; an unknown one lists the known ones."""
    found = name.lower().replace("_", "-") if isinstance(name, str) else ""
    if found not in known:
        raise NetworkError(f"unknown {kind} {brief(name)}: the known ones are {', '.join(known)}")
    return found


def real_number(
    name: str, value: Any, low: float, high: float = INFINITY, *, open_low: bool = False
) -> float:
    """A number in [low, high), or in (low, high)."""
    try:
        number = float(value) if isinstance(value, Real) and not is_bool(value) else None
    except OverflowError:
        number = INFINITY
    if number is None or not ((low < number if open_low else low <= number) and number < high):
        raise wrong(name, value, f"it must be {interval(low, high, open_low)}")
    return number


def interval(low: float, high: float, open_low: bool) -> str:
    """The numbers in [low, high), or in (low, high), in words."""
    if low == -INFINITY:
        return "a finite number"
    start = f"a number greater than {low:g}" if open_low else f"a number from {low:g}"
    if high == INFINITY:
        return start if open_low else f"{start} up"
    return f"{start} and less than {high:g}" if open_low else f"{start} to less than {high:g}"


def whole_number(name: str, value: Any, low: int) -> int:
    """A whole number from `low` up; 10.0 is one."""
    if isinstance(value, Real) and not is_bool(value):
        number: Any = value
        if number % 1 == 0 and number >= low:
            return int(number)
    raise wrong(name, value, f"it must be a whole number from {low} up")


def wrong(name: str, value: Any, problem: str) -> NetworkError:
    """The error for a value: that of the setting `name`, or of what several words describe."""
    if name.isidentifier():
        return NetworkError(problem, setting=name, value=brief(value))
    return NetworkError(f"{name} is {brief(value)}: {problem}")


def is_bool(value: Any) -> bool:
    return isinstance(value, bool | np.bool_)


def generator(seed: Any) -> np.random.Generator:
    """The Generator that a seed starts; None is a seed that nobody chose."""
    return np.random.default_rng(None if seed is None else whole_number("seed", seed, 0))
