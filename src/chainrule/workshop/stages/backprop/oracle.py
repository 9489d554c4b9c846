"""How `backprop` is judged: against the network's own gradients for one example."""

from typing import Any

import numpy as np

from chainrule.workshop import backprop_equations, reference_network
from chainrule.workshop.backprop_mistakes import SLIPS
from chainrule.workshop.fixtures import PLAN, SIZES, examples, layers, rounded
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def right(x: Any, y: Any, weights: Any, biases: Any) -> Any:
    return reference_network.gradients(np.atleast_2d(x), np.atleast_2d(y), weights, biases)


def cases() -> list[Case]:
    rng = np.random.default_rng(91)
    found = []
    for sizes, kind in PLAN:
        weights, biases = layers(rng, sizes)
        if kind == "small":
            weights, biases = rounded(weights, biases)
        X, Y = examples(rng, 1, sizes)
        x = X[0].round(1)
        found.append(Case({"x": x, "y": Y[0], "weights": weights, "biases": biases}, kind))
    weights, biases = layers(rng, SIZES)
    whole = {"x": np.array([2, -1, 3, 1]), "y": np.array([0, 1, 0])}
    found.append(
        Case({**whole, "weights": weights, "biases": biases}, "integer", "x and y whole numbers")
    )
    large = {"x": np.full(4, 900.0), "y": np.array([0.0, 1.0, 0.0])}
    found.append(Case({**large, "weights": weights, "biases": biases}, "extreme"))
    return found


def with_equations(equations: Any) -> Any:
    return lambda x, y, weights, biases: backprop_equations.gradients(
        equations, np.atleast_2d(x), np.atleast_2d(y), weights, biases
    )


def swapped(x: Any, y: Any, weights: Any, biases: Any) -> Any:
    dW, db = right(x, y, weights, biases)
    return db, dW


def backwards(x: Any, y: Any, weights: Any, biases: Any) -> Any:
    dW, db = right(x, y, weights, biases)
    return dW[::-1], db[::-1]


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=Lists(
        (
            Group(
                "dW",
                "dC/dW{}",
                lambda i: (
                    f"(n{i}, n{i - 1}), a row for each neuron of layer {i}, a column for "
                    f"each of its inputs, as W{i}"
                ),
            ),
            Group("db", "dC/db{}", lambda i: f"(n{i},), one for each neuron of layer {i}"),
        )
    ),
    says_extreme="sigma overflows where z is large",
    mistakes=(
        *(
            Mistake(slip.name, with_equations(slip.equations), slip.says)
            for slip in SLIPS
            if slip.one
        ),
        Mistake("dW and db swapped", swapped),
        Mistake("last layer first", backwards),
        Mistake(
            "bias left out",
            lambda x, y, weights, biases: right(x, y, weights, [np.zeros_like(b) for b in biases]),
        ),
    ),
)
