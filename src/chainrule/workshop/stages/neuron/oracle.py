"""How `neuron` is judged: against a network of one neuron."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(x: Any, w: Any, b: Any) -> Any:
    _, activations = reference_network.forward(
        np.atleast_2d(x), [np.atleast_2d(w)], [np.atleast_1d(b)]
    )
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
        Mistake("bias left out", lambda x, w, b: a_of(w @ x)),
        Mistake("bias subtracted", lambda x, w, b: a_of(w @ x - b)),
        Mistake("sigma left out", lambda x, w, b: w @ x + b),
        Mistake("bias outside sigma", lambda x, w, b: a_of(w @ x) + b),
        Mistake("mean for sum", lambda x, w, b: a_of(np.mean(w * x) + b)),
        Mistake("bias for every input", lambda x, w, b: a_of(np.sum(w * x + b))),
        Mistake("products not added", lambda x, w, b: sigmoid(w * x + b)),
        Mistake("last input left out", lambda x, w, b: a_of(w[:-1] @ x[:-1] + b)),
        Mistake("first input left out", lambda x, w, b: a_of(w[1:] @ x[1:] + b)),
        Mistake("weights left out", lambda x, w, b: a_of(np.sum(x) + b)),
        Mistake("step for sigma", lambda x, w, b: float(w @ x + b > 0)),
        Mistake("sigma of each product", lambda x, w, b: float(np.sum(sigmoid(w * x)) + b)),
        Mistake("sign of z", lambda x, w, b: a_of(-(w @ x + b))),
        Mistake("sums multiplied", lambda x, w, b: a_of(np.sum(w) * np.sum(x) + b)),
        Mistake("bias multiplied", lambda x, w, b: a_of(w @ x * b)),
        Mistake("bias added to the inputs", lambda x, w, b: a_of(w @ (x + b))),
        Mistake("weights added", lambda x, w, b: a_of(np.sum(w + x) + b)),
        Mistake("tanh for sigma", lambda x, w, b: float(np.tanh(w @ x + b))),
        Mistake("relu for sigma", lambda x, w, b: max(0.0, float(w @ x + b))),
        Mistake("sigma' for sigma", lambda x, w, b: a_of(w @ x + b) * a_of(-(w @ x + b))),
        Mistake("sigma taken twice", lambda x, w, b: a_of(a_of(w @ x + b))),
        Mistake("= for +=", lambda x, w, b: a_of(w[-1] * x[-1] + b)),
        Mistake("only the first input", lambda x, w, b: a_of(w[0] * x[0] + b)),
        Mistake("sigma of each product", lambda x, w, b: float(np.sum(sigmoid(w * x + b)))),
        Mistake("sigma of the inputs", lambda x, w, b: float(w @ sigmoid(x) + b)),
        Mistake("whole number", lambda x, w, b: float(int(a_of(w @ x + b)))),
    ),
)
