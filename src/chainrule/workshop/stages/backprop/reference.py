"""The reference for `backprop`."""

import numpy as np

from chainrule.workshop.stages.forward.reference import forward
from chainrule.workshop.stages.hidden_error.reference import hidden_error
from chainrule.workshop.stages.output_error.reference import output_error


def backprop(
    x: np.ndarray, y: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """BP3 and BP4, the gradients for one example: dC/db = delta, dC/dW = delta times a below.

    For the quadratic cost, C = sum((a - y)**2) / 2, and sigmoid neurons in all layers.

    x: (n0,), the inputs. y: (nL,), the target.
    weights: [W1, W2, ...], W1 (n1, n0), W2 (n2, n1). biases: [b1, b2, ...], b1 (n1,).
    Returns (dW, db): dW = [dC/dW1, dC/dW2, ...], db = [dC/db1, dC/db2, ...], each in the shape of
    its W or b: dC/dW1 (n1, n0), dC/db1 (n1,).
    """
    zs, activations = forward(x, weights, biases)
    delta = output_error(zs[-1], activations[-1], y)
    dW, db = [np.outer(delta, activations[-2])], [delta]
    for layer in range(len(weights) - 2, -1, -1):
        delta = hidden_error(delta, weights[layer + 1], zs[layer])
        dW.insert(0, np.outer(delta, activations[layer]))
        db.insert(0, delta)
    return dW, db
