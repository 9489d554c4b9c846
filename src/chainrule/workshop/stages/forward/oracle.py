"""How `forward` is judged: against the network's own forward pass."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.fixtures import PLAN, SIZES, layers, rounded
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def right(x: Any, weights: Any, biases: Any) -> Any:
    zs, activations = reference_network.forward(np.atleast_2d(x), weights, biases)
    return [z[0] for z in zs], [a[0] for a in activations]


def cases() -> list[Case]:
    rng = np.random.default_rng(41)
    found = []
    for sizes, kind in PLAN:
        weights, biases = layers(rng, sizes)
        if kind == "small":
            weights, biases = rounded(weights, biases)
        x = rng.normal(0, 1, sizes[0]).round(1)
        found.append(Case({"x": x, "weights": weights, "biases": biases}, kind))
    weights, biases = layers(rng, SIZES)
    whole = Case(
        {"x": np.array([3, -2, 1, 4]), "weights": weights, "biases": biases},
        "integer",
        "x of whole numbers",
    )
    single = layers(rng, (3, 4))
    one = Case({"x": rng.normal(0, 1, 3), "weights": single[0], "biases": single[1]})
    large = Case({"x": np.full(4, 900.0), "weights": weights, "biases": biases}, "extreme")
    return [*found, whole, one, large]


def passed(change: Any) -> Any:
    """A forward pass whose layer is `change(W, a, b, last)`, which gives z and a."""

    def answer(x: Any, weights: Any, biases: Any) -> Any:
        zs, activations = [], []
        a = np.asarray(x, float)
        for number, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
            z, a = change(w, a, b, number == len(weights))
            zs.append(z)
            activations.append(a)
        return zs, activations

    return answer


def layer_of(z_of: Any, a_of: Any = lambda z, last: sigmoid(z)) -> Any:
    def change(w: Any, a: Any, b: Any, last: Any) -> Any:
        z = z_of(w, a, b)
        return z, a_of(z, last)

    return change


def linear(w: Any, a: Any, b: Any) -> Any:
    return w @ a + b


def z_carried(x: Any, weights: Any, biases: Any) -> Any:
    zs, carried = [], np.asarray(x, float)
    for w, b in zip(weights, biases, strict=True):
        carried = w @ carried + b
        zs.append(carried)
    return zs, [sigmoid(z) for z in zs]


def swapped(x: Any, weights: Any, biases: Any) -> Any:
    zs, activations = right(x, weights, biases)
    return activations, zs


def all_from_x(x: Any, weights: Any, biases: Any) -> Any:
    zs = [w @ x + b for w, b in zip(weights, biases, strict=True)]
    return zs, [sigmoid(z) for z in zs]


def z_overwritten(x: Any, weights: Any, biases: Any) -> Any:
    _, activations = right(x, weights, biases)
    return activations, activations


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=Lists(
        (
            Group("zs", "z{}", lambda i: f"one number for each of the n{i} neurons of layer {i}"),
            Group(
                "activations",
                "a{}",
                lambda i: f"one number for each of the n{i} neurons of layer {i}",
                may_lead="x",
            ),
        ),
        columns=True,
    ),
    says_extreme="sigma overflows where z is large",
    mistakes=(
        Mistake("bias left out", passed(layer_of(lambda w, a, b: w @ a))),
        Mistake("bias subtracted", passed(layer_of(lambda w, a, b: w @ a - b))),
        Mistake("W transposed", passed(layer_of(lambda w, a, b: w.T @ a + b))),
        Mistake("sigma left out", passed(layer_of(linear, lambda z, last: z))),
        Mistake(
            "sigma left out in the last layer",
            passed(layer_of(linear, lambda z, last: z if last else sigmoid(z))),
        ),
        Mistake(
            "sigma left out in the hidden layers",
            passed(layer_of(linear, lambda z, last: sigmoid(z) if last else z)),
        ),
        Mistake("x passed on for a", all_from_x),
        Mistake("a written over z", z_overwritten),
        Mistake("z passed on for a", z_carried),
        Mistake("z and a swapped", swapped),
        Mistake("bias outside sigma", passed(lambda w, a, b, last: (w @ a, sigmoid(w @ a) + b))),
        Mistake("relu for sigma", passed(layer_of(linear, lambda z, last: np.maximum(z, 0)))),
        Mistake("tanh for sigma", passed(layer_of(linear, lambda z, last: np.tanh(z)))),
        Mistake(
            "softmax at the end",
            passed(
                layer_of(
                    linear, lambda z, last: np.exp(z) / np.exp(z).sum() if last else sigmoid(z)
                )
            ),
        ),
        Mistake(
            "sigma' for sigma", passed(layer_of(linear, lambda z, last: sigmoid(z) * sigmoid(-z)))
        ),
        Mistake(
            "sigma of x",
            lambda x, weights, biases: right(sigmoid(np.asarray(x, float)), weights, biases),
        ),
        Mistake("sigma taken twice", passed(layer_of(lambda w, a, b: sigmoid(w @ a + b)))),
        Mistake(
            "relu in the hidden layers",
            passed(layer_of(linear, lambda z, last: sigmoid(z) if last else np.maximum(z, 0))),
        ),
        Mistake("sums for products", passed(layer_of(lambda w, a, b: np.sum(w * a) + b))),
    ),
)
