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
    """A cost of outputs `a` (m, n) and targets `y`, one number an example."""

    name: str
    words: str
    each: Callable[[Array, Array], Array]


def log(a: Array) -> Array:
    """The logarithm, with no warning where an output is no probability: there it is NaN."""
    return np.log(np.where(a > 0, a, np.nan))


def logsumexp(z: Array) -> Array:
    top = z.max(axis=-1, keepdims=True)
    return top + np.log(np.sum(np.exp(z - top), axis=-1, keepdims=True))


LOSSES = (
    Loss(
        "quadratic",
        "quadratic cost, sum((a - y)**2) / 2",
        lambda a, y: np.sum((a - y) ** 2, axis=-1) / 2,
    ),
    Loss(
        "cross-entropy",
        "cross-entropy, -sum(y ln(a) + (1 - y) ln(1 - a))",
        lambda a, y: -np.sum(y * log(a) + (1 - y) * log(1 - a), axis=-1),
    ),
    Loss("log-likelihood", "log-likelihood, -ln of the output for the class",
         lambda a, y: -np.sum(np.where(y > 0, y * log(a), 0.0), axis=-1)),
    Loss("squared", "squared distance, sum((a - y)**2), without the 1/2",
         lambda a, y: np.sum((a - y) ** 2, axis=-1)),
    Loss("log-likelihood-of-scores", "log-likelihood, of outputs before softmax",
         lambda z, y: np.sum(y * (logsumexp(z) - z), axis=-1)),
    Loss("cross-entropy-of-scores", "cross-entropy, of outputs before the sigmoid",
         lambda z, y: np.sum(np.logaddexp(0, z) - y * z, axis=-1)),
    Loss("mean-cross-entropy", "cross-entropy, the mean over the outputs, too",
         lambda a, y: -np.mean(y * log(a) + (1 - y) * log(1 - a), axis=-1)),
    Loss("mean-squared", "mean squared error, mean((a - y)**2)",
         lambda a, y: np.mean((a - y) ** 2, axis=-1)),
)  # fmt: skip
PENALTIES: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the parameter, as of an L2 penalty", lambda p: p),
    ("the sign of the parameter, as of an L1 penalty", np.sign),
)
