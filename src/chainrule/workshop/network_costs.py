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


def over_margin(z: Array, y: Array) -> Array:
    """How far each score comes to that of the class, within 1; of one score, with y of 0 and 1."""
    if z.shape[-1] == 1:
        return np.maximum(0, 1 - (2 * y - 1) * z)
    right = np.sum(y * z, axis=-1, keepdims=True)
    return np.where(y > 0, 0.0, np.maximum(0, 1 + z - right))


def hinge_slope(z: Array, y: Array) -> Array:
    over = (over_margin(z, y) > 0) * 1.0
    return -(2 * y - 1) * over if z.shape[-1] == 1 else over - y * over.sum(axis=-1, keepdims=True)


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
ASKED = (
    Loss(
        "hinge",
        "hinge cost, the sum of max(0, 1 + score - score of the class) over the other classes",
        lambda z, y: np.sum(over_margin(z, y), axis=-1),
        lambda z, y: hinge_slope(z, y),
    ),
    Loss(
        "huber",
        "Huber cost, (a - y)**2 / 2 near y and |a - y| - 1/2 from a distance of 1 on",
        lambda a, y: np.sum(
            np.where(np.abs(a - y) < 1, (a - y) ** 2 / 2, np.abs(a - y) - 0.5), axis=-1
        ),
        lambda a, y: np.clip(a - y, -1, 1),
    ),
)
"""Costs that are tried only where they are named: near y, that of Huber is the quadratic one."""
ALIASES = {
    "bce": "mean-cross-entropy",
    "binary-cross-entropy": "mean-cross-entropy",
    "bce-of-scores": "cross-entropy-of-scores",
    "categorical-cross-entropy": "log-likelihood",
    "nll": "log-likelihood",
    "softmax-cross-entropy": "log-likelihood-of-scores",
    "mse": "mean-squared",
    "sse": "squared",
    "half-squared": "quadratic",
    "svm": "hinge",
}
"""Other names of the costs."""
NETWORK_COSTS = {loss.name: loss for loss in (*LOSSES, *ASKED)}


def cost_called(name: str) -> Loss | None:
    """The cost of this name, however it is spelt: `MSE`, `mean_squared`, `BCE`."""
    plain = name.strip().lower().replace("_", "-").replace(" ", "-")
    return NETWORK_COSTS.get(ALIASES.get(plain, plain))


@dataclass(frozen=True)
class Penalty:
    """A penalty of the size of a parameter: its name, and what its gradient is a multiple of."""

    name: str
    of: str
    form: Callable[[Array], Array]


PENALTIES = (
    Penalty("L2", "the parameter itself", lambda p: p),
    Penalty("L1", "the parameter's sign", np.sign),
)
