"""The reference for `output_error`."""

import numpy as np

from chainrule.workshop.stages.sigmoid_prime.reference import sigmoid_prime


def output_error(z: np.ndarray, a: np.ndarray, y: np.ndarray) -> np.ndarray:
    """BP1, the error of the output layer: delta = dC/dz = (a - y) * sigma'(z).

    For the quadratic cost of one example, C = sum((a - y)**2) / 2, and sigmoid neurons.

    z: (n,), the weighted inputs of the output layer. a: (n,), its activations, a = sigma(z).
    y: (n,), the target. With rows (m, n) for all three, each row is an example by itself.
    Returns delta, shaped like z; no mean over examples is taken here.
    """
    return (a - y) * sigmoid_prime(z)
