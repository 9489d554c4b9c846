"""What a question's answer is, from what a person reads: the question's words alone.

Numbers come from the oracles of the tests (NumPy, SymPy), functions from differences in 30 digits
(mpmath). Nothing of the algebra, the checker or the topics is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from benchmarks.practice_functions import slope, source, value
from chainrule.practice import Problem
from tests.practice.oracles import NUMBERS, Asked

SAME = mpmath.mpf(10) ** -16
"""The largest relative difference of values that are equal."""

NAMES = ("x", "y", "h")
PLACES: dict[str, Sequence[str]] = {
    "positive": ("0.37", "0.83", "1.61", "2.9"),
    "unit": ("0.13", "0.47", "0.91"),
    "any": ("-3.71", "-0.41", "0.37", "1.13", "3.3"),
}
FUNCTION = re.compile(
    r"f\(x(?:, y)?\) = (.*?)(?:, where x > 0|, where 0 < x < 1)?\. (?:What|Write|Which|Name)"
)
WORDS = {"One": 1, "Two": 2, "Three": 3, "Four": 4, "Five": 5}


@dataclass(frozen=True)
class Expected:
    """A function of names: its values at some places.

    left: what may stand on the left. whole: a name that 0 may be put in for.
    """

    places: tuple[Mapping[str, Any], ...]
    values: tuple[Any, ...]
    left: tuple[str, ...] = ("f'(x)", "y'", "dy/dx")
    whole: str | None = None

    def is_right(self, text: str) -> bool:
        """Whether source has these values. Raises what evaluating it raises."""
        for place, expected in zip(self.places, self.values, strict=True):
            found = value(text, place)
            if abs(found - expected) > SAME * max(abs(found), abs(expected), mpmath.mpf(10) ** -9):
                return False
        return True


def function_of(ask: str) -> str:
    """The function of a question, as source."""
    found = FUNCTION.search(ask)
    assert found is not None, ask
    return source(found[1])


def places_of(ask: str) -> tuple[dict[str, Any], ...]:
    kind = "positive" if "where x > 0" in ask else "unit" if "where 0 < x < 1" in ask else "any"
    numbers = [mpmath.mpf(word) for word in PLACES[kind]]
    others = (numbers[2:] + numbers[:2], numbers[1:] + numbers[:1])
    return tuple(dict(zip(NAMES, each, strict=True)) for each in zip(numbers, *others, strict=True))


def expected(one: Problem) -> Expected:
    """The function that an expression has to be equal to."""
    ask, function, places = one.ask, function_of(one.ask), places_of(one.ask)
    left: tuple[str, ...] = Expected.left
    whole: str | None = None
    if one.topic.name == "difference-quotient-h":
        left, whole = (), "h"

        def truth(at: Mapping[str, Any]) -> Any:
            moved = {**at, "x": at["x"] + at["h"]}
            return (value(function, moved) - value(function, at)) / at["h"]

    elif one.topic.name == "tangent-line":
        left = ("y", "f(x)")
        a = mpmath.mpf(Asked(ask).numbers(r"at x = #\?")[0])

        def truth(at: Mapping[str, Any]) -> Any:
            return value(function, {"x": a}) + slope(function, "x", {"x": a}) * (at["x"] - a)

    elif "second derivative" in ask:
        left = ("f''(x)", "y''")

        def truth(at: Mapping[str, Any]) -> Any:
            return mpmath.diff(lambda x: value(function, {"x": x}), at["x"], 2)

    else:
        by = found[1] if (found := re.search(r"What is ∂f/∂(\w)\?", ask)) else "x"
        if "f(x, y)" in ask:
            left = (f"∂f/∂{by}", f"df/d{by}")

        def truth(at: Mapping[str, Any]) -> Any:
            return slope(function, by, at)

    return Expected(places, tuple(truth(at) for at in places), left, whole)


def gradient(one: Problem) -> tuple[Expected, ...]:
    """Both entries of a gradient that is a vector of expressions."""
    function, places = function_of(one.ask), places_of(one.ask)
    return tuple(
        Expected(places, tuple(slope(function, by, at) for at in places), ()) for by in ("x", "y")
    )


def decimals(ask: str) -> int | None:
    """How many decimal places the question says are enough; None where it says nothing."""
    found = re.search(r"(\w+) decimal places are\s+enough", ask)
    return None if found is None else WORDS[found[1]]


def numbers(one: Problem) -> Any:
    """The answer of a question whose answer is no expression of names."""
    return NUMBERS[one.topic.name](Asked(one.ask))


def choices(one: Problem) -> list[str]:
    """What there is to choose from, in the order of the letters."""
    return re.findall(r" [a-d]\) (.+?)(?=  [a-d]\) | or [a-d]\) |\?$|$)", one.ask)


def as_array(given: Any) -> Any:
    """Numbers of a JSON answer, `"1/3"` among them."""
    if isinstance(given, Mapping):
        return np.array([as_array(each) for each in given.values()])
    if isinstance(given, list):
        return np.array([as_array(each) for each in given])
    if isinstance(given, np.ndarray):
        return given
    return float(Fraction(given)) if isinstance(given, str) else float(given)


def numbers_of(text: str) -> Any:
    """The numbers of an answer as it is typed, rounded: `2/3`, `(1, 0.5)`, `1 2; 3 4`, `v = 1`."""
    words = re.findall(r"-?\d+(?:\.\d+)?(?:/\d+)?", re.sub(r"\w+ = ", "", text))
    return np.array([float(Fraction(word)) for word in words])


def near(given: Any, right: Any, places: int | None) -> bool:
    """Whether numbers are right: equal, or within a unit of the last place that is asked for."""
    first, second = np.asarray(as_array(given)), np.asarray(as_array(right))
    if first.shape != second.shape:
        return False
    exact = 1e-9 * np.maximum(1, np.abs(second))
    unit = 0.0 if places is None else 10.0**-places * (1 + 1e-6)
    return bool(np.all(np.abs(first - second) <= unit + exact))
