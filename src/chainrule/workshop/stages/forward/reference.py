"""The reference for `forward`."""

import numpy as np

from chainrule.workshop.stages.sigmoid.reference import sigmoid


def forward(
    x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """z and a of every layer, for one example: z = W @ a + b, a = sigma(z).

    x: (n0,), the inputs. The layers have n1, n2, ... neurons; all of them are sigmoid neurons.
    weights: [W1, W2, ...], W1 (n1, n0), W2 (n2, n1): a row for each neuron of the layer.
    biases: [b1, b2, ...], b1 (n1,), b2 (n2,).
    Returns (zs, activations): zs = [z1, z2, ...] and activations = [a1, a2, ...], where z1 and
    a1 are (n1,). x may stand before a1, as the activation of the inputs.
    """
    zs, activations = [], [x]
    for W, b in zip(weights, biases, strict=True):
        z = W @ activations[-1] + b
        zs.append(z)
        activations.append(sigmoid(z))
    return zs, activations
