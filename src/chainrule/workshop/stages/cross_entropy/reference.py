"""The reference for `cross_entropy`."""

import numpy as np


def cross_entropy(z: np.ndarray, y: np.ndarray) -> float:
    """The cross-entropy of sigmoid outputs, the mean over m examples.

    C = -sum(y * ln(a) + (1 - y) * ln(1 - a)) / m with a = sigma(z). It takes z, not a: a is
    rounded to 0 or 1 where z is large, and ln(0) is no number.

    z: (m, n), the weighted inputs of the output layer, a row for each example.
    y: (m, n), the targets, from 0 to 1.
    Returns C, one number, finite for every finite z.
    """
    terms = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return float(np.sum(terms) / len(z))
