"""The reference for `softmax`."""

import numpy as np


def softmax(z: np.ndarray) -> np.ndarray:
    """The softmax function, a[j] = exp(z[j]) / sum over k of exp(z[k]).

    z: (n,), the weighted inputs of the output layer; or (m, n), a row for each example, each row
    by itself.
    Returns positive numbers shaped like z that add up to 1, in each row.
    """
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
