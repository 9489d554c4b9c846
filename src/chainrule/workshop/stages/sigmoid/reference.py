"""The reference for `sigmoid`."""

import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    """The sigmoid function, sigma(z) = 1 / (1 + exp(-z)), of every element.

    z: an array of any shape, or a number; each element is the weighted input of a neuron.
    Returns numbers between 0 and 1, shaped like z.
    """
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))
