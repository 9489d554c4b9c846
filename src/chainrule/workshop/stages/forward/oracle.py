"""How `forward` is judged: against the network's own forward pass."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.fixtures import PLAN, SIZES, layers, rounded
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def right(x: Any, weights: Any, biases: Any) -> Any:
    zs, activations = ours.forward(np.atleast_2d(x), weights, biases)
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
        Mistake(
            "bias left out",
            "The biases are missing: z = W @ a + b.",
            passed(layer_of(lambda w, a, b: w @ a)),
        ),
        Mistake(
            "bias subtracted",
            "The biases are subtracted: z = W @ a + b.",
            passed(layer_of(lambda w, a, b: w @ a - b)),
        ),
        Mistake(
            "W transposed",
            "W is transposed: it has a row for each neuron of its layer, so z = W @ a + b.",
            passed(layer_of(lambda w, a, b: w.T @ a + b)),
        ),
        Mistake(
            "sigma left out",
            "a is z: sigma is missing.",
            passed(layer_of(linear, lambda z, last: z)),
        ),
        Mistake(
            "sigma left out in the last layer",
            "In the last layer sigma is missing.",
            passed(layer_of(linear, lambda z, last: z if last else sigmoid(z))),
        ),
        Mistake(
            "sigma left out in the hidden layers",
            "Sigma is taken in the last layer only: without it in between, all layers together "
            "are one linear map.",
            passed(layer_of(linear, lambda z, last: sigmoid(z) if last else z)),
        ),
        Mistake(
            "x passed on for a",
            "Every layer is given x: each should be given a of the layer below.",
            all_from_x,
        ),
        Mistake(
            "a written over z",
            "Sigma was computed in place, in the array that zs holds: zs has the activations now.",
            z_overwritten,
        ),
        Mistake(
            "z passed on for a",
            "The next layer is given z of the layer below: it should be given a.",
            z_carried,
        ),
        Mistake(
            "z and a swapped",
            "The two lists are swapped: zs comes first, then activations.",
            swapped,
        ),
        Mistake(
            "bias outside sigma",
            "The biases are added after sigma: they belong inside, z = W @ a + b.",
            passed(lambda w, a, b, last: (w @ a, sigmoid(w @ a) + b)),
        ),
        Mistake(
            "relu for sigma",
            "This is relu in every layer: the layers are sigmoid neurons.",
            passed(layer_of(linear, lambda z, last: np.maximum(z, 0))),
        ),
        Mistake(
            "tanh for sigma",
            "This is tanh in every layer: the layers are sigmoid neurons.",
            passed(layer_of(linear, lambda z, last: np.tanh(z))),
        ),
        Mistake(
            "softmax at the end",
            "The last layer is softmax: here all layers are sigmoid neurons.",
            passed(
                layer_of(
                    linear, lambda z, last: np.exp(z) / np.exp(z).sum() if last else sigmoid(z)
                )
            ),
        ),
        Mistake(
            "sigma' for sigma",
            "a is sigma'(z), the slope: it should be sigma(z).",
            passed(layer_of(linear, lambda z, last: sigmoid(z) * sigmoid(-z))),
        ),
        Mistake(
            "sigma of x",
            "Sigma is taken of x before the first layer: the first a is x as it is.",
            lambda x, weights, biases: right(sigmoid(np.asarray(x, float)), weights, biases),
        ),
        Mistake(
            "sigma taken twice",
            "zs has sigma(z) in it, and sigma is taken of that once more: z = W @ a + b.",
            passed(layer_of(lambda w, a, b: sigmoid(w @ a + b))),
        ),
        Mistake(
            "relu in the hidden layers",
            "The hidden layers are relu: here all layers are sigmoid neurons.",
            passed(layer_of(linear, lambda z, last: sigmoid(z) if last else np.maximum(z, 0))),
        ),
        Mistake(
            "sums for products",
            "Every neuron gets the sum of all products of the layer: each adds up its own row, "
            "W @ a.",
            passed(layer_of(lambda w, a, b: np.sum(w * a) + b)),
        ),
    ),
)
