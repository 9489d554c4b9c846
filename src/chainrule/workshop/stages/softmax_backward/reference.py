"""The reference for `softmax_backward`."""

import numpy as np


def softmax_backward(a: np.ndarray, dC_da: np.ndarray) -> np.ndarray:
    """The error back through softmax: delta[j] = a[j] * (dC_da[j] - sum over k of a[k] * dC_da[k]).

    Softmax mixes its inputs, so its derivative is a matrix, the Jacobian
    da[j]/dz[k] = a[j] * ((1 if j == k else 0) - a[k]), and delta = dC/dz = J.T @ dC_da.

    a: (n,), the outputs of softmax. dC_da: (n,), how C answers to each of them, any numbers.
    Returns delta = dC/dz, (n,).
    """
    return a * (dC_da - a @ dC_da)
