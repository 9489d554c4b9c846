"""The reference for `l2`."""

import numpy as np


def l2(weights: list[np.ndarray], dW: list[np.ndarray], lam: float, n: int) -> list[np.ndarray]:
    """The gradients of the weights when large weights are penalised: dC/dW = dC0/dW + lam / n * W.

    The penalty added to the cost C0 is lam / (2 * n) * sum of W**2 over all weights; biases are
    not penalised.

    weights: [W1, W2, ...]. dW: [dC0/dW1, dC0/dW2, ...], the gradients without the penalty.
    lam: how strong the penalty is. n: the number of training examples (not of a mini-batch).
    Returns [dC/dW1, dC/dW2, ...]. The arrays of dW may also be changed in place.
    """
    return [g + lam / n * W for W, g in zip(weights, dW, strict=True)]
