"""Backpropagation with one equation wrong: the catalogue of its classic mistakes.

`Equations` holds BP1 to BP4 (Nielsen, chapter 2) as functions of rows, one an example. A mistake is
the right set with one function replaced, so that every mistake is one line and differs from the
right answer by exactly what its name says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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


RIGHT = Equations()


def forward(
    X: Rows, weights: Sequence[Rows], biases: Sequence[Rows], kinds: Kinds = SIGMOID
) -> tuple[Arrays, Arrays]:
    """z of every layer, and a of every layer with X before them."""
    zs: Arrays = []
    activations: Arrays = [np.asarray(X, np.float64)]
    for number, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
        zs.append(activations[-1] @ w.T + b)
        f = kinds.output if number == len(weights) else kinds.hidden
        activations.append(f(zs[-1]))
    return zs, activations


def gradients(
    equations: Equations,
    X: Rows,
    Y: Rows,
    weights: Sequence[Rows],
    biases: Sequence[Rows],
    kinds: Kinds = SIGMOID,
) -> tuple[Arrays, Arrays]:
    """dC/dW and dC/db of every layer by these equations."""
    zs, activations = forward(X, weights, biases, kinds)
    slope = equations.output_slope(zs[-1], activations[-1], kinds)
    deltas = [equations.difference(activations[-1], np.asarray(Y)) * slope]
    carried = deltas[0]
    for layer in range(len(weights) - 2, -1, -1):
        carried = equations.carried(carried, weights[layer + 1])
        slope = equations.hidden_slope(zs[layer], activations[layer + 1], kinds)
        deltas.insert(0, carried * slope)
        if not equations.skip_slopes:
            carried = deltas[0]
    m = len(X)
    below_z = [activations[0], *zs[:-1]]
    dW = [
        equations.mean_weight(equations.weight(delta, a, z), m)
        for delta, a, z in zip(deltas, activations[:-1], below_z, strict=True)
    ]
    db = [equations.mean_bias(equations.bias(delta), m) for delta in deltas]
    return dW, db


@dataclass(frozen=True)
class Slip:
    """One mistake of backpropagation: its name, what to say, the equations it leads to.

    `one` tells whether it can be told from right on a single example.
    """

    name: str
    says: str
    equations: Equations
    one: bool = True


def both(change: Callable[[Rows, int], Any]) -> Equations:
    return replace(RIGHT, mean_weight=change, mean_bias=change)


SLIPS = (
    Slip(
        "sign",
        "Every sign is turned: the error of the output is a - y, not y - a.",
        replace(RIGHT, difference=lambda a, y: y - a),
    ),
    Slip(
        "factor 2",
        "Everything is twice too large: the cost has a 1/2 that cancels the 2 of the square.",
        replace(RIGHT, difference=lambda a, y: 2 * (a - y)),
    ),
    Slip(
        "factor 1/2",
        "Everything is half of what it should be: the 1/2 of the cost cancels the 2 of the square.",
        replace(RIGHT, difference=lambda a, y: 0.5 * (a - y)),
    ),
    Slip(
        "sigma' left out at the output",
        "sigma'(z) is missing from the error of the output layer: delta = (a - y) * sigma'(z).",
        replace(RIGHT, output_slope=lambda z, a, k: 1.0),
    ),
    Slip(
        "sigma' left out in the hidden layers",
        "sigma'(z) is missing from the error of the hidden layers: "
        "delta = (W.T @ delta_next) * sigma'(z).",
        replace(RIGHT, hidden_slope=lambda z, a, k: 1.0),
    ),
    Slip(
        "sigma' left out everywhere",
        "sigma'(z) is missing from the errors of all layers.",
        replace(RIGHT, output_slope=lambda z, a, k: 1.0, hidden_slope=lambda z, a, k: 1.0),
    ),
    Slip(
        "sigma'(a) for sigma'(z)",
        "sigma' is taken at a where it should be taken at z.",
        replace(
            RIGHT,
            output_slope=lambda z, a, k: k.output_prime(a) if k.output_prime else 1.0,
            hidden_slope=lambda z, a, k: k.hidden_prime(a),
        ),
    ),
    Slip(
        "sigma'(a) for sigma'(z) at the output",
        "In the error of the output layer sigma' is taken at a where it should be taken at z.",
        replace(RIGHT, output_slope=lambda z, a, k: k.output_prime(a) if k.output_prime else 1.0),
    ),
    Slip(
        "sigma'(a) for sigma'(z) in the hidden layers",
        "In the error of the hidden layers sigma' is taken at a where it should be taken at z.",
        replace(RIGHT, hidden_slope=lambda z, a, k: k.hidden_prime(a)),
    ),
    Slip(
        "a for sigma' at the output",
        "The error of the output layer is multiplied by a where it should be by sigma'(z).",
        replace(RIGHT, output_slope=lambda z, a, k: a),
    ),
    Slip(
        "a for sigma' in the hidden layers",
        "The error of the hidden layers is multiplied by a where it should be by sigma'(z).",
        replace(RIGHT, hidden_slope=lambda z, a, k: a),
    ),
    Slip(
        "1 - a for sigma' in the hidden layers",
        "The error of the hidden layers is multiplied by 1 - a where it should be by "
        "sigma'(z) = a * (1 - a).",
        replace(RIGHT, hidden_slope=lambda z, a, k: 1 - a),
    ),
    Slip(
        "upstream ignored",
        "The error of the layer above does not come into the hidden layers: it should be carried "
        "back, W.T @ delta_next.",
        replace(RIGHT, carried=lambda delta, w: np.ones_like(delta) @ w),
    ),
    Slip(
        "= for += where paths meet",
        "Only the last neuron of the layer above counts: the paths through all of them are added.",
        replace(RIGHT, carried=lambda delta, w: delta[:, -1:] * w[-1]),
    ),
    Slip(
        "W not transposed",
        "W is used as it is where its transpose carries the error back: W.T @ delta_next.",
        replace(RIGHT, carried=lambda delta, w: delta @ w.T),
    ),
    Slip(
        "a layer skipped",
        "On the way back sigma'(z) of the layers in between is skipped: the error carried on is "
        "delta, not W.T @ delta_next alone.",
        replace(RIGHT, skip_slopes=True),
    ),
    Slip(
        "dW transposed",
        "dC/dW is transposed: it has the shape of W, a row for each neuron of the layer.",
        replace(RIGHT, weight=lambda delta, a, z: a.T @ delta),
    ),
    Slip(
        "z for a in dW",
        "dC/dW is taken with z of the layer below where it should be with its activation a.",
        replace(RIGHT, weight=lambda delta, a, z: delta.T @ z),
    ),
    Slip(
        "delta left out of dW",
        "dC/dW does not have the error in it: it is delta times the activation below.",
        replace(RIGHT, weight=lambda delta, a, z: np.ones_like(delta).T @ a),
    ),
    Slip(
        "sum for mean",
        "The gradients are sums over the examples where they should be means: m times too large.",
        both(lambda g, m: g),
        one=False,
    ),
    Slip(
        "sum for mean in the weights",
        "dC/dW is the sum over the examples where it should be the mean; dC/db is right.",
        replace(RIGHT, mean_weight=lambda g, m: g),
        one=False,
    ),
    Slip(
        "sum for mean in the biases",
        "dC/db is the sum over the examples where it should be the mean; dC/dW is right.",
        replace(RIGHT, mean_bias=lambda g, m: g),
        one=False,
    ),
    Slip(
        "mean over everything",
        "The gradients are divided by all numbers of Y, m * n: only the number of examples m "
        "divides.",
        replace(RIGHT, difference=lambda a, y: (a - y) / y.shape[1]),
    ),
    Slip(
        "mean taken in every layer",
        "The error is divided by m in every layer on its way back: divide once.",
        replace(RIGHT, carried=lambda delta, w: delta @ w / len(delta)),
        one=False,
    ),
    Slip(
        "mean taken twice",
        "The gradients are divided by m twice.",
        both(lambda g, m: g / m**2),
        one=False,
    ),
    Slip(
        "bias gradient averaged twice",
        "dC/db is divided by m twice (`mean`, and then `/ m`); dC/dW is right.",
        replace(RIGHT, mean_bias=lambda g, m: g / m**2),
        one=False,
    ),
    Slip(
        "weight gradient averaged twice",
        "dC/dW is divided by m twice; dC/db is right.",
        replace(RIGHT, mean_weight=lambda g, m: g / m**2),
        one=False,
    ),
    Slip(
        "bias gradient summed over everything",
        "dC/db is one number: delta is summed over the neurons too. Sum over the examples only.",
        replace(RIGHT, bias=lambda delta: delta.sum()),
        one=False,
    ),
    Slip(
        "bias gradient summed over everything, for every neuron",
        "Every element of dC/db is the sum over all neurons. Sum over the examples only.",
        replace(RIGHT, bias=lambda delta: np.full(delta.shape[1], delta.sum())),
    ),
    Slip(
        "bias gradient along the wrong axis",
        "dC/db is summed over the neurons where it should be over the examples.",
        replace(RIGHT, bias=lambda delta: delta.sum(axis=1)),
        one=False,
    ),
    Slip(
        "bias gradient along the wrong axis",
        "dC/db is the mean over the neurons where it should be over the examples.",
        replace(RIGHT, bias=lambda delta: delta.mean(axis=1), mean_bias=lambda g, m: g),
        one=False,
    ),
    Slip(
        "bias gradient summed over everything",
        "dC/db is one number: the mean is taken over the neurons too. Take it over the examples "
        "only.",
        replace(RIGHT, bias=lambda delta: delta.mean(), mean_bias=lambda g, m: g),
        one=False,
    ),
    Slip(
        "broadcast bias not summed",
        "dC/db still has a row for each example: b was used for all of them, so they are added.",
        replace(RIGHT, bias=lambda delta: delta),
        one=False,
    ),
    Slip(
        "= for += over the examples",
        "Only the last example counts: the gradients of all examples should be added up.",
        replace(
            RIGHT,
            weight=lambda delta, a, z: delta[-1:].T @ a[-1:],
            bias=lambda delta: delta[-1],
        ),
        one=False,
    ),
    Slip(
        "= for += over the examples",
        "Only the last example counts: the gradients of all examples are added up, then divided.",
        replace(
            RIGHT,
            weight=lambda delta, a, z: delta[-1:].T @ a[-1:],
            bias=lambda delta: delta[-1],
            mean_weight=lambda g, m: g,
            mean_bias=lambda g, m: g,
        ),
        one=False,
    ),
    Slip(
        "only the first example",
        "Only the first example counts: the gradients of all examples are added up, then divided.",
        replace(
            RIGHT,
            weight=lambda delta, a, z: delta[:1].T @ a[:1],
            bias=lambda delta: delta[0],
            mean_weight=lambda g, m: g,
            mean_bias=lambda g, m: g,
        ),
        one=False,
    ),
    Slip(
        "last example left out",
        "The last example does not come in: does the loop end one too early?",
        replace(
            RIGHT,
            weight=lambda delta, a, z: delta[:-1].T @ a[:-1],
            bias=lambda delta: delta[:-1].sum(axis=0),
        ),
        one=False,
    ),
    Slip(
        "means multiplied",
        "dC/dW is the mean error times the mean activation: multiply for each example, then take "
        "the mean.",
        replace(
            RIGHT,
            weight=lambda delta, a, z: np.outer(delta.mean(axis=0), a.mean(axis=0)),
            mean_weight=lambda g, m: g,
        ),
        one=False,
    ),
    Slip(
        "square not differentiated",
        "The error of the output has (a - y)**2: the derivative of the cost by a is a - y.",
        replace(RIGHT, difference=lambda a, y: (a - y) ** 2),
    ),
    Slip(
        "size of the error",
        "The sign of a - y is lost: is an absolute value taken?",
        replace(RIGHT, difference=lambda a, y: np.abs(a - y)),
    ),
    Slip(
        "sign of dW",
        "dC/dW has its sign turned; dC/db is right.",
        replace(RIGHT, weight=lambda delta, a, z: -(delta.T @ a)),
    ),
    Slip(
        "sign of db",
        "dC/db has its sign turned; dC/dW is right.",
        replace(RIGHT, bias=lambda delta: -delta.sum(axis=0)),
    ),
    Slip(
        "slope of a in dW",
        "dC/dW is multiplied by a * (1 - a) of the layer below: it is delta times a, and delta has "
        "its sigma' already.",
        replace(RIGHT, weight=lambda delta, a, z: delta.T @ (a * (1 - a))),
    ),
)
