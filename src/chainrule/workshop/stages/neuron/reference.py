"""The reference for `neuron`."""

import numpy as np

from chainrule.workshop.stages.sigmoid.reference import sigmoid


def neuron(x: np.ndarray, w: np.ndarray, b: float) -> float:
    """One sigmoid neuron: a = sigma(w . x + b).

    x: (n,), the inputs.
    w: (n,), one weight for each input.
    b: a number, the bias.
    Returns the activation a, one number between 0 and 1.
    """
    return float(sigmoid(w @ x + b))
