"""The classic mistakes of backpropagation: the right equations with one of them wrong.

Every mistake is one line and differs from the right answer by exactly what its name says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.workshop.backprop_equations import RIGHT, Equations, Rows


@dataclass(frozen=True)
class Slip:
    """One mistake of backpropagation: its name, what to say, the equations it leads to.

    `one`: a single example is enough to show it.
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
        "sigma' of the output left out on the way back",
        "What is carried back is a - y of the output layer, without its sigma'(z): it should be "
        "that layer's whole error, W.T @ delta with delta = (a - y) * sigma'(z).",
        replace(RIGHT, skip_output_slope=True),
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
