"""Random arguments in which no mistake can hide.

The sizes of the layers and the number of examples all differ and exceed 1, biases are not 0,
errors from above are random, and weights have a scale of about 0.8, where sigma' is neither 0 nor
the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.oracle import Kind

Arrays = list[NDArray[Any]]

SIZES = (4, 5, 3)
DEEP = (5, 4, 6, 3)
SQUARE = (4, 4, 4)
"""Equal sizes: a product with the wrong transpose runs here, and only here."""
SMALL = (2, 3, 2)
PLAN: tuple[tuple[tuple[int, ...], Kind], ...] = (
    (SMALL, "small"),
    (SIZES, "plain"),
    (DEEP, "plain"),
    (SQUARE, "square"),
)
"""Networks of each kind."""


def layers(rng: np.random.Generator, sizes: Sequence[int]) -> tuple[Arrays, Arrays]:
    """Weights (n_out, n_in) and biases (n_out,)."""
    weights = [rng.normal(0, 0.8, (n_out, n_in)) for n_in, n_out in pairwise(sizes)]
    biases = [rng.normal(0, 0.8, n_out) for n_out in sizes[1:]]
    return weights, biases


def rounded(weights: Arrays, biases: Arrays) -> tuple[Arrays, Arrays]:
    """The same with one decimal, easy to read in a message."""
    return [w.round(1) for w in weights], [b.round(1) for b in biases]


def one_hot(rng: np.random.Generator, m: int, n: int) -> NDArray[Any]:
    """Targets (m, n), one 1 in each row."""
    return np.eye(n)[rng.integers(0, n, m)]


def examples(rng: np.random.Generator, m: int, sizes: Sequence[int]) -> tuple[Any, Any]:
    """`X` (m, n0) and one-hot `Y` (m, nL)."""
    return rng.normal(0, 1, (m, sizes[0])), one_hot(rng, m, sizes[-1])
