"""The reference for `cross_entropy_error`."""

import numpy as np


def cross_entropy_error(z: np.ndarray, a: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The error of the output layer where the cost belongs to it: delta = dC/dz = a - y.

    For sigmoid outputs with cross-entropy, and for softmax outputs with log-likelihood: in both
    the derivative of the activation cancels.

    z: (n,), the weighted inputs of the output layer. a: (n,), its activations. y: (n,), the target.
    With rows (m, n) for all three, each row is an example by itself.
    Returns delta, shaped like z; no mean over examples is taken here.
    """
    return a - y
