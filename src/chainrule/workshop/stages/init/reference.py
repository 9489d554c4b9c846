"""The reference for `init`."""

import numpy as np


def init(sizes: list[int], rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Starting weights: normal, with mean 0 and a standard deviation of 1 / sqrt(n_in).

    n_in is the number of inputs of the layer: so scaled, z starts at about the same size in every
    layer, and no neuron starts saturated.

    sizes: [n0, n1, ..., nL], the inputs and the neurons of each layer.
    rng: where the random numbers come from, for example by `rng.standard_normal(shape)`.
    Returns (weights, biases): W1 (n1, n0), W2 (n2, n1), ...; b1 (n1,), b2 (n2,), .... The biases
    are 0, or normal with mean 0 and standard deviation 1, as you like.
    """
    weights, biases = [], []
    for i in range(1, len(sizes)):
        n_in, n_out = sizes[i - 1], sizes[i]
        weights.append(rng.standard_normal((n_out, n_in)) / np.sqrt(n_in))
        biases.append(np.zeros(n_out))
    return weights, biases
