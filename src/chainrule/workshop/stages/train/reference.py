"""The reference for `train`."""

import numpy as np

from chainrule.workshop.stages.backprop_batch.reference import backprop_batch
from chainrule.workshop.stages.minibatches.reference import minibatches
from chainrule.workshop.stages.update.reference import update


def train(
    X: np.ndarray,
    Y: np.ndarray,
    weights: list[np.ndarray],
    biases: list[np.ndarray],
    epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Train by gradient descent on mini-batches, epoch after epoch.

    For every mini-batch: the gradients of its mean cost, then one step. A short last mini-batch is
    used, and its mean is over its own examples.

    X: (m, n0), a row for each example. Y: (m, nL), the targets.
    weights: [W1, W2, ...], W1 (n1, n0). biases: [b1, b2, ...], b1 (n1,). All layers are sigmoid
    neurons, the cost is quadratic.
    epochs: how many times to go through all examples. batch_size: examples in a mini-batch.
    learning_rate: of each step. rng: draws a new random order for each epoch.
    Returns (weights, biases) after training. The arrays may also be changed in place.
    """
    for _ in range(epochs):
        for X_part, Y_part in minibatches(X, Y, batch_size, rng):
            dW, db = backprop_batch(X_part, Y_part, weights, biases)
            weights = update(weights, dW, learning_rate)
            biases = update(biases, db, learning_rate)
    return weights, biases
