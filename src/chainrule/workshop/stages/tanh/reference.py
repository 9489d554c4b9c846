"""The reference for `tanh`."""

import numpy as np


def tanh(z: np.ndarray) -> np.ndarray:
    """The hyperbolic tangent, (exp(z) - exp(-z)) / (exp(z) + exp(-z)), of every element.

    z: an array of any shape, or a number.
    Returns numbers between -1 and 1, shaped like z. NumPy's own may be used.
    """
    return np.tanh(z)
