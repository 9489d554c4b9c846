"""The reference for `gradient_check`."""

from collections.abc import Callable

import numpy as np


def gradient_check(
    cost: Callable[[list[np.ndarray]], float],
    parameters: list[np.ndarray],
    gradients: list[np.ndarray],
    h: float = 1e-5,
) -> float:
    """Hold gradients against slopes measured by centred differences; the largest relative error.

    For every element p of every array, the measured slope is (C(p + h) - C(p - h)) / (2 * h),
    all other elements as they were. The error of an array is
    norm(gradient - measured) / max(norm(gradient), norm(measured)), with norm the root of the sum
    of squares over the whole array; where both norms are 0, it is 0.

    cost: cost(parameters) is C, a number.
    parameters: a list of arrays; they may be changed on the way and must be restored.
    gradients: what is to be checked, dC/dp for each array, in the same shapes.
    Returns the largest error of all arrays: below 1e-6 the gradients are right.
    """
    worst = 0.0
    for p, g in zip(parameters, gradients, strict=True):
        measured = np.zeros_like(p)
        for place in np.ndindex(p.shape):
            start = p[place]
            p[place] = start + h
            above = cost(parameters)
            p[place] = start - h
            below = cost(parameters)
            p[place] = start
            measured[place] = (above - below) / (2 * h)
        size = max(np.linalg.norm(g), np.linalg.norm(measured))
        if size > 0:
            worst = max(worst, float(np.linalg.norm(g - measured) / size))
    return worst
