"""The reference for `sigmoid_prime`."""

import numpy as np

from chainrule.workshop.stages.sigmoid.reference import sigmoid


def sigmoid_prime(z: np.ndarray) -> np.ndarray:
    """The derivative of the sigmoid, sigma'(z) = sigma(z) * (1 - sigma(z)), of every element.

    z: an array of any shape, or a number: the weighted input, not the activation.
    Returns the slope of sigma at z, shaped like z; never more than 1/4.
    """
    return sigmoid(z) * (1 - sigmoid(z))
