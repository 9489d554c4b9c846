"""The reference for `update`."""

import numpy as np


def update(
    parameters: list[np.ndarray], gradients: list[np.ndarray], learning_rate: float
) -> list[np.ndarray]:
    """One step of gradient descent: p = p - learning_rate * dC/dp, for every array.

    parameters: a list of arrays of any shapes, weights and biases.
    gradients: a list as long, dC/dp for each, in the same shapes.
    learning_rate: a positive number.
    Returns the list of new arrays. The arrays may also be changed in place.
    """
    return [p - learning_rate * g for p, g in zip(parameters, gradients, strict=True)]
