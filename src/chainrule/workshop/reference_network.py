"""The right numbers, from `chainrule.network`, in the form of the learner's functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network import SGD, Network, train

Arrays = list[NDArray[Any]]


def network(
    weights: Sequence[NDArray[Any]],
    biases: Sequence[NDArray[Any]],
    *,
    hidden: str = "sigmoid",
    output: str = "sigmoid",
    cost: str = "quadratic",
) -> Network:
    """A network in float64 with these weights (n_out, n_in) and biases (n_out,)."""
    sizes = [weights[0].shape[1], *(w.shape[0] for w in weights)]
    made = Network(sizes, hidden=hidden, output=output, cost=cost, dtype="float64")
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
        made.parameters[f"W{layer}"][:] = w
        made.parameters[f"b{layer}"][:] = b
    return made


def forward(
    X: NDArray[Any], weights: Sequence[NDArray[Any]], biases: Sequence[NDArray[Any]]
) -> tuple[Arrays, Arrays]:
    """z1, z2, ... and a1, a2, ... of rows `X` (m, n0)."""
    found = network(weights, biases).forward(X)
    layers = range(1, len(weights) + 1)
    return [found[f"z{i}"].copy() for i in layers], [found[f"a{i}"].copy() for i in layers]


def gradients(
    X: NDArray[Any],
    Y: NDArray[Any],
    weights: Sequence[NDArray[Any]],
    biases: Sequence[NDArray[Any]],
    **kinds: str,
) -> tuple[Arrays, Arrays]:
    """dC/dW1, ... and dC/db1, ..., of the mean cost over rows `X` (m, n0), `Y` (m, nL)."""
    found = network(weights, biases, **kinds).backward(X, Y)
    layers = range(1, len(weights) + 1)
    return (
        [found[f"dC/dW{i}"].copy() for i in layers],
        [found[f"dC/db{i}"].copy() for i in layers],
    )


def trained(
    X: NDArray[Any],
    Y: NDArray[Any],
    weights: Sequence[NDArray[Any]],
    biases: Sequence[NDArray[Any]],
    epochs: int,
    batch_size: int,
    learning_rate: float,
) -> tuple[Arrays, Arrays]:
    """The weights and biases after training by plain gradient descent."""
    made = network(weights, biases)
    for _ in train(
        made, (X, Y), epochs=epochs, batch_size=batch_size, optimizer=SGD(learning_rate)
    ):
        pass
    layers = range(1, len(weights) + 1)
    return (
        [np.array(made.parameters[f"W{i}"]) for i in layers],
        [np.array(made.parameters[f"b{i}"]) for i in layers],
    )
