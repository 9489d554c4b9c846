"""The reference for `minibatches`."""

from collections.abc import Iterator

import numpy as np


def minibatches(
    X: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The examples in random order, in pieces: one epoch of mini-batches.

    X: (m, n0), one example a row. y: (m, nL) or (m,), the target of each.
    batch_size: examples in a mini-batch. The last one is shorter where it does not divide m.
    rng: where the random order comes from, for example by `rng.permutation(m)`.
    Returns pairs (X_part, y_part), in a list or one after the other by `yield`. Every example
    is in exactly one of them, beside its own target.
    """
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        some = order[start : start + batch_size]
        yield X[some], y[some]
