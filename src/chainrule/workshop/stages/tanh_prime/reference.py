"""The reference for `tanh_prime`."""

import numpy as np


def tanh_prime(z: np.ndarray) -> np.ndarray:
    """The derivative of tanh, tanh'(z) = 1 - tanh(z)**2, of every element.

    z: an array of any shape, or a number: the weighted input, not the activation.
    Returns the slope of tanh at z, shaped like z; never more than 1.
    """
    return 1 - np.tanh(z) ** 2
