"""The costs that a network's gradients may be those of, and the penalties beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Reduction = Literal["mean", "sum"]


@dataclass(frozen=True)
class Loss:
    """A cost of outputs `a` (m, n) and targets `y`, one number an example, and its derivative."""

    name: str
    words: str
    each: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]


def log(a: Array) -> Array:
    """The logarithm, with no warning where an output is no probability: there it is NaN."""
    return np.log(np.where(a > 0, a, np.nan))


def logsumexp(z: Array) -> Array:
    top = z.max(axis=-1, keepdims=True)
    return top + np.log(np.sum(np.exp(z - top), axis=-1, keepdims=True))


def over_the_odds(a: Array, y: Array) -> Array:
    """The derivative of the cross-entropy, (a - y) / (a * (1 - a)); NaN for no probability."""
    odds = np.where((a > 0) & (a < 1), a * (1 - a), np.nan)
    return (a - y) / odds


def softmax(z: Array) -> Array:
    return np.exp(z - logsumexp(z))


def sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


LOSSES = (
    Loss(
        "quadratic",
        "quadratic cost, sum((a - y)**2) / 2",
        lambda a, y: np.sum((a - y) ** 2, axis=-1) / 2,
        lambda a, y: a - y,
    ),
    Loss(
        "cross-entropy",
        "cross-entropy, -sum(y ln(a) + (1 - y) ln(1 - a))",
        lambda a, y: -np.sum(y * log(a) + (1 - y) * log(1 - a), axis=-1),
        over_the_odds,
    ),
    Loss(
        "log-likelihood",
        "log-likelihood, -ln of the output for the class",
        lambda a, y: -np.sum(np.where(y > 0, y * log(a), 0.0), axis=-1),
        lambda a, y: -y / np.where(a > 0, a, np.nan),
    ),
    Loss(
        "squared",
        "squared distance, sum((a - y)**2), without the 1/2",
        lambda a, y: np.sum((a - y) ** 2, axis=-1),
        lambda a, y: 2 * (a - y),
    ),
    Loss(
        "log-likelihood-of-scores",
        "log-likelihood, of outputs before softmax",
        lambda z, y: np.sum(y * (logsumexp(z) - z), axis=-1),
        lambda z, y: softmax(z) - y,
    ),
    Loss(
        "cross-entropy-of-scores",
        "cross-entropy, of outputs before the sigmoid",
        lambda z, y: np.sum(np.logaddexp(0, z) - y * z, axis=-1),
        lambda z, y: sigmoid(z) - y,
    ),
    Loss(
        "mean-cross-entropy",
        "cross-entropy, the mean over the outputs, too",
        lambda a, y: -np.mean(y * log(a) + (1 - y) * log(1 - a), axis=-1),
        lambda a, y: over_the_odds(a, y) / a.shape[-1],
    ),
    Loss(
        "mean-squared",
        "mean squared error, mean((a - y)**2)",
        lambda a, y: np.mean((a - y) ** 2, axis=-1),
        lambda a, y: 2 * (a - y) / a.shape[-1],
    ),
)
PENALTIES: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the parameter, as of an L2 penalty", lambda p: p),
    ("the sign of the parameter, as of an L1 penalty", np.sign),
)
