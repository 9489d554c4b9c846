"""The reference for `backprop_batch`."""

import numpy as np

from chainrule.workshop.stages.sigmoid.reference import sigmoid
from chainrule.workshop.stages.sigmoid_prime.reference import sigmoid_prime


def backprop_batch(
    X: np.ndarray, Y: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The gradients for a whole mini-batch at once, the means over its examples.

    An example is a row: Z1 = X @ W1.T + b1, Delta1 = (Delta2 @ W2) * sigma'(Z1),
    dC/dW1 = Delta1.T @ X / m, dC/db1 = sum(Delta1, axis=0) / m. For the quadratic cost
    C = sum((A - Y)**2) / (2 * m), and sigmoid neurons in all layers.

    X: (m, n0), a row for each example. Y: (m, nL), the targets.
    weights: [W1, W2, ...], W1 (n1, n0), W2 (n2, n1). biases: [b1, b2, ...], b1 (n1,).
    Returns (dW, db): dW = [dC/dW1, dC/dW2, ...], db = [dC/db1, dC/db2, ...], each in the shape of
    its W or b.
    """
    m = len(X)
    Zs, As = [], [X]
    for W, b in zip(weights, biases, strict=True):
        Zs.append(As[-1] @ W.T + b)
        As.append(sigmoid(Zs[-1]))
    Delta = (As[-1] - Y) * sigmoid_prime(Zs[-1])
    dW, db = [Delta.T @ As[-2] / m], [Delta.sum(axis=0) / m]
    for layer in range(len(weights) - 2, -1, -1):
        Delta = (Delta @ weights[layer + 1]) * sigmoid_prime(Zs[layer])
        dW.insert(0, Delta.T @ As[layer] / m)
        db.insert(0, Delta.sum(axis=0) / m)
    return dW, db
