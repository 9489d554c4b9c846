"""Backpropagation on rows of examples: BP1 to BP4 (Nielsen, chapter 2), each a function of its own.

`Equations` holds them, so that a mistake is the right set with one function replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
Arrays = list[NDArray[Any]]


def sigmoid(z: Rows) -> Rows:
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoid_prime(z: Rows) -> Rows:
    return sigmoid(z) * sigmoid(-z)


def tanh_prime(z: Rows) -> Rows:
    return 1 - np.tanh(z) ** 2


def relu(z: Rows) -> Rows:
    return np.maximum(z, 0)


def relu_prime(z: Rows) -> Rows:
    return np.where(z > 0, 1.0, 0.0)


def softmax(z: Rows) -> Rows:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Kinds:
    """The activations of a network: f and f' of its hidden layers and of its output."""

    hidden: Callable[[Rows], Rows] = sigmoid
    hidden_prime: Callable[[Rows], Rows] = sigmoid_prime
    output: Callable[[Rows], Rows] = sigmoid
    output_prime: Callable[[Rows], Rows] | None = sigmoid_prime
    """None where the error of the output is a - y at once: sigmoid with cross-entropy, softmax
    with log-likelihood."""
    masks: tuple[Rows, ...] = ()
    """What the activations of each hidden layer are multiplied by, as dropout does."""

    def mask(self, layer: int) -> Rows | float:
        return self.masks[layer] if layer < len(self.masks) else 1.0


SIGMOID = Kinds()


@dataclass(frozen=True)
class Equations:
    """Every function takes what it needs and the `Kinds`; `z`, `a`, `delta` are rows (m, n)."""

    difference: Callable[[Rows, Rows], Rows] = lambda a, y: a - y
    output_slope: Callable[[Rows, Rows, Kinds], Rows | float] = lambda z, a, k: (
        k.output_prime(z) if k.output_prime else 1.0
    )
    hidden_slope: Callable[[Rows, Rows, Kinds], Rows | float] = lambda z, a, k: k.hidden_prime(z)
    carried: Callable[[Rows, Rows], Rows] = lambda delta, w: delta @ w
    weight: Callable[[Rows, Rows, Rows], Rows] = lambda delta, a, z: delta.T @ a
    bias: Callable[[Rows], Any] = lambda delta: delta.sum(axis=0)
    mean_weight: Callable[[Rows, int], Rows] = lambda g, m: g / m
    mean_bias: Callable[[Any, int], Any] = lambda g, m: g / m
    skip_slopes: bool = False
    """Whether the slopes of the layers in between are left out on the way back."""
    skip_output_slope: bool = False
    """Whether the slope of the output is left out of the error that is carried back."""
    by_own_weights: bool = False
    """Whether dW is taken with W itself where it should be with the activation below."""
    masked: Callable[[Rows | float], Rows | float] = lambda mask: mask
    """What becomes of dropout's mask on the way back."""


RIGHT = Equations()


def fields_changed(equations: Equations, right: Equations = RIGHT) -> list[str]:
    """The names of the equations that are not the right ones."""
    return [
        f.name for f in fields(right) if getattr(equations, f.name) is not getattr(right, f.name)
    ]


def forward(
    X: Rows, weights: Sequence[Rows], biases: Sequence[Rows], kinds: Kinds = SIGMOID
) -> tuple[Arrays, Arrays]:
    """z of every layer, and a of every layer with X before them."""
    zs: Arrays = []
    activations: Arrays = [np.asarray(X, np.float64)]
    for number, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
        zs.append(activations[-1] @ w.T + b)
        f = kinds.output if number == len(weights) else kinds.hidden
        activations.append(f(zs[-1]) * kinds.mask(number - 1))
    return zs, activations


def gradients(
    equations: Equations | Sequence[Equations],
    X: Rows,
    Y: Rows,
    weights: Sequence[Rows],
    biases: Sequence[Rows],
    kinds: Kinds = SIGMOID,
) -> tuple[Arrays, Arrays]:
    """dC/dW and dC/db of every layer by these equations: one set for all, or one for each."""
    return backward(equations, forward(X, weights, biases, kinds), Y, weights, kinds)


def backward(
    equations: Equations | Sequence[Equations],
    passed: tuple[Arrays, Arrays],
    Y: Rows,
    weights: Sequence[Rows],
    kinds: Kinds = SIGMOID,
) -> tuple[Arrays, Arrays]:
    """The same from what `forward` gives, z of every layer and a with X before them."""
    each = [equations] * len(weights) if isinstance(equations, Equations) else equations
    zs, activations = passed
    slope = each[-1].output_slope(zs[-1], activations[-1], kinds)
    deltas = [each[-1].difference(activations[-1], np.asarray(Y)) * slope]
    carried = deltas[0]
    if each[-1].skip_output_slope:
        carried = each[-1].difference(activations[-1], np.asarray(Y))
    for layer in range(len(weights) - 2, -1, -1):
        carried = each[layer].carried(carried, weights[layer + 1])
        slope = each[layer].hidden_slope(zs[layer], activations[layer + 1], kinds)
        deltas.insert(0, carried * slope * each[layer].masked(kinds.mask(layer)))
        if not each[layer].skip_slopes:
            carried = deltas[0]
    m = len(activations[0])
    below_z = [activations[0], *zs[:-1]]
    dW = [
        own.mean_weight(
            delta.sum(axis=0)[:, None] * w if own.by_own_weights else own.weight(delta, a, z), m
        )
        for own, w, delta, a, z in zip(
            each, weights, deltas, activations[:-1], below_z, strict=True
        )
    ]
    db = [own.mean_bias(own.bias(delta), m) for own, delta in zip(each, deltas, strict=True)]
    return dW, db
