"""The reference for `hidden_error`."""

import numpy as np

from chainrule.workshop.stages.sigmoid_prime.reference import sigmoid_prime


def hidden_error(delta_next: np.ndarray, W_next: np.ndarray, z: np.ndarray) -> np.ndarray:
    """BP2, the error carried back one layer: delta = (W_next.T @ delta_next) * sigma'(z).

    delta_next: (n2,), the error of the layer above.
    W_next: (n2, n1), the weights of the layer above, a row for each of its neurons.
    z: (n1,), the weighted inputs of this layer, of sigmoid neurons.
    Returns delta, (n1,).
    """
    return (W_next.T @ delta_next) * sigmoid_prime(z)
