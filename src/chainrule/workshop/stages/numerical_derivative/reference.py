"""The reference for `numerical_derivative`."""

from collections.abc import Callable

import numpy as np


def numerical_derivative(f: Callable, x: float | np.ndarray, h: float = 1e-5) -> float | np.ndarray:
    """The slope of f at x, measured by a centred difference.

    f'(x) is about (f(x + h) - f(x - h)) / (2 * h)

    f: a function of one number; given an array, it works on every element by itself.
    x: a number or an array of any shape.
    h: how far to step to either side.
    Returns the slope: a number for a number, an array shaped like x for an array.
    """
    return (f(x + h) - f(x - h)) / (2 * h)
