"""How `neuron` is judged: against a network of one neuron."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(x: Any, w: Any, b: Any) -> Any:
    _, activations = ours.forward(np.atleast_2d(x), [np.atleast_2d(w)], [np.atleast_1d(b)])
    return float(activations[-1][0, 0])


def cases() -> list[Case]:
    rng = np.random.default_rng(31)
    return [
        Case({"x": np.array([1.0, 2.0]), "w": np.array([0.5, -0.5]), "b": 0.25}, "small"),
        Case({"x": rng.normal(0, 1, 5), "w": rng.normal(0, 0.8, 5), "b": -0.6}),
        Case({"x": rng.normal(0, 1, 3), "w": rng.normal(0, 0.8, 3), "b": 1.1}),
        Case(
            {"x": np.array([3, -1, 2, 0]), "w": np.array([1, 2, -1, 3]), "b": 1},
            "integer",
            "whole numbers",
        ),
        Case(
            {"x": np.array([500.0, 800.0]), "w": np.array([-1.0, -2.0]), "b": 0.5},
            "extreme",
        ),
    ]


def a_of(z: Any) -> Any:
    return float(sigmoid(z))


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("a", {0: "one number"}),
    says_extreme="sigma overflows where z is large",
    mistakes=(
        Mistake("bias left out", "The bias b is missing.", lambda x, w, b: a_of(w @ x)),
        Mistake(
            "bias subtracted",
            "The bias is subtracted: z = w . x + b.",
            lambda x, w, b: a_of(w @ x - b),
        ),
        Mistake(
            "sigma left out", "This is z: sigma around it is missing.", lambda x, w, b: w @ x + b
        ),
        Mistake(
            "bias outside sigma",
            "The bias is added after sigma: it belongs inside.",
            lambda x, w, b: a_of(w @ x) + b,
        ),
        Mistake(
            "mean for sum",
            "The products are averaged: they should be added up.",
            lambda x, w, b: a_of(np.mean(w * x) + b),
        ),
        Mistake(
            "bias for every input",
            "The bias is added once for every input: it should be added once in all.",
            lambda x, w, b: a_of(np.sum(w * x + b)),
        ),
        Mistake(
            "products not added",
            "There is one number for each input: the products should be added up to one number.",
            lambda x, w, b: sigmoid(w * x + b),
        ),
        Mistake(
            "last input left out",
            "The last input does not come in: does the loop end one too early?",
            lambda x, w, b: a_of(w[:-1] @ x[:-1] + b),
        ),
        Mistake(
            "first input left out",
            "The first input does not come in: the first has the index 0.",
            lambda x, w, b: a_of(w[1:] @ x[1:] + b),
        ),
        Mistake(
            "weights left out",
            "The inputs are added without their weights.",
            lambda x, w, b: a_of(np.sum(x) + b),
        ),
        Mistake(
            "step for sigma",
            "This is a perceptron, which gives 0 or 1: sigma(z) lies between them.",
            lambda x, w, b: float(w @ x + b > 0),
        ),
        Mistake(
            "sigma of each product",
            "Sigma is taken of each product: add them up first.",
            lambda x, w, b: float(np.sum(sigmoid(w * x)) + b),
        ),
        Mistake("sign of z", "Sigma is taken of -z.", lambda x, w, b: a_of(-(w @ x + b))),
        Mistake(
            "sums multiplied",
            "The sum of the weights is multiplied by the sum of the inputs: multiply each input by "
            "its own weight, then add.",
            lambda x, w, b: a_of(np.sum(w) * np.sum(x) + b),
        ),
        Mistake(
            "bias multiplied",
            "The bias is multiplied: it is added, z = w . x + b.",
            lambda x, w, b: a_of(w @ x * b),
        ),
        Mistake(
            "bias added to the inputs",
            "The bias is added to the inputs: it is added to the weighted sum.",
            lambda x, w, b: a_of(w @ (x + b)),
        ),
        Mistake(
            "weights added",
            "The weights are added to the inputs: multiply.",
            lambda x, w, b: a_of(np.sum(w + x) + b),
        ),
        Mistake(
            "tanh for sigma",
            "This is tanh(z): the neuron is a sigmoid one.",
            lambda x, w, b: float(np.tanh(w @ x + b)),
        ),
        Mistake(
            "relu for sigma",
            "This is relu(z): the neuron is a sigmoid one.",
            lambda x, w, b: max(0.0, float(w @ x + b)),
        ),
        Mistake(
            "sigma' for sigma",
            "This is sigma'(z), the slope: sigma(z) was asked for.",
            lambda x, w, b: a_of(w @ x + b) * a_of(-(w @ x + b)),
        ),
        Mistake(
            "sigma taken twice",
            "Sigma is taken of sigma(z).",
            lambda x, w, b: a_of(a_of(w @ x + b)),
        ),
        Mistake(
            "= for +=",
            "Only the last input comes in: is `=` in the loop where `+=` should be?",
            lambda x, w, b: a_of(w[-1] * x[-1] + b),
        ),
        Mistake(
            "only the first input",
            "Only the first input comes in: is `return` inside the loop?",
            lambda x, w, b: a_of(w[0] * x[0] + b),
        ),
        Mistake(
            "sigma of each product",
            "Sigma is taken of each product and the bias: add the products up first.",
            lambda x, w, b: float(np.sum(sigmoid(w * x + b))),
        ),
        Mistake(
            "sigma of the inputs",
            "Sigma is taken of the inputs: it is taken of the weighted sum.",
            lambda x, w, b: float(w @ sigmoid(x) + b),
        ),
        Mistake(
            "whole number",
            "This is cut off to a whole number: sigma(z) lies between 0 and 1.",
            lambda x, w, b: float(int(a_of(w @ x + b))),
        ),
    ),
)
