"""The reference for `momentum`."""

import numpy as np


def momentum(
    parameters: list[np.ndarray],
    velocities: list[np.ndarray],
    gradients: list[np.ndarray],
    learning_rate: float,
    mu: float,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """One step with momentum: v = mu * v - learning_rate * dC/dp, then p = p + v.

    parameters: a list of arrays. velocities: a list as long, v for each, in the same shapes.
    gradients: dC/dp for each. learning_rate: a positive number. mu: from 0 to 1, the part of
    the velocity that is kept.
    Returns (parameters, velocities) after the step. The arrays may also be changed in place.
    """
    new_velocities = [
        mu * v - learning_rate * g for v, g in zip(velocities, gradients, strict=True)
    ]
    return [p + v for p, v in zip(parameters, new_velocities, strict=True)], new_velocities
