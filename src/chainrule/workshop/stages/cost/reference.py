"""The reference for `cost`."""

import numpy as np


def cost(a: np.ndarray, y: np.ndarray) -> float:
    """The quadratic cost of m examples, C = sum((a - y)**2) / (2 * m).

    a: (m, n), the outputs of the network, a row for each of the m examples.
    y: (m, n), what they should be.
    Returns C, one number: half the squared distance, as a mean over the examples.
    """
    return float(np.sum((a - y) ** 2) / (2 * len(a)))
