"""Functions that are handed to the learner's function, known by name on both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.codec import Given


def square(x: Any) -> Any:
    return x * x


def cube(x: Any) -> Any:
    return x * x * x


def sine(x: Any) -> Any:
    return np.sin(x)


def exponential(x: Any) -> Any:
    return np.exp(x)


def sine_of_square(x: Any) -> Any:
    return np.sin(x * x)


def curved_cost(parameters: Sequence[NDArray[Any]]) -> float:
    """sin(s) + sum of k p**2, where s is the sum of k p, over the arrays k = 1, 2, ...."""
    s = sum(k * p.sum() for k, p in enumerate(parameters, 1))
    return float(np.sin(s) + sum(k * (p * p).sum() for k, p in enumerate(parameters, 1)))


def curved_cost_gradients(parameters: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """k cos(s) + 2 k p."""
    s = sum(k * p.sum() for k, p in enumerate(parameters, 1))
    return [k * np.cos(s) + 2 * k * p for k, p in enumerate(parameters, 1)]


def flat_in_first_cost(parameters: Sequence[NDArray[Any]]) -> float:
    """A cost that does not depend on the first array."""
    return float(sum((p * p).sum() for p in parameters[1:]))


WORDS: dict[Callable[..., Any], str] = {
    square: "x**2",
    cube: "x**3",
    sine: "sin(x)",
    exponential: "exp(x)",
    sine_of_square: "sin(x**2)",
    curved_cost: "a cost of known slopes",
    flat_in_first_cost: "a cost that does not depend on the first array",
}
"""What can be handed in, and what a message calls it."""
GIVEN_FUNCTIONS = {function.__name__: function for function in WORDS}
GENERATOR = "rng"


def given_text(given: Given) -> str:
    """What is handed in, in words."""
    if given.name == GENERATOR:
        return f"np.random.default_rng({given.seed})"
    return WORDS[GIVEN_FUNCTIONS[given.name]]


def made(value: Any) -> Any:
    """The argument with every `Given` in it made."""
    if isinstance(value, Given):
        if value.name == GENERATOR:
            return np.random.default_rng(value.seed)
        return GIVEN_FUNCTIONS[value.name]
    if isinstance(value, list):
        return [made(item) for item in value]
    if isinstance(value, tuple):
        return tuple(made(item) for item in value)
    if isinstance(value, dict):
        return {key: made(item) for key, item in value.items()}
    return value
