"""How `backprop_batch` is judged: against the network's own gradients for a mini-batch."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import gradients
from chainrule.workshop.backprop_mistakes import SLIPS
from chainrule.workshop.fixtures import DEEP, SIZES, SMALL, SQUARE, examples, layers, rounded
from chainrule.workshop.oracle import Case, Kind, Mistake, Oracle
from chainrule.workshop.stages.backprop.oracle import ORACLE as ONE_EXAMPLE


def cases() -> list[Case]:
    rng = np.random.default_rng(101)
    found = []
    plan: list[tuple[int, tuple[int, ...], Kind]] = [
        (3, SMALL, "small"),
        (7, SIZES, "plain"),
        (8, DEEP, "plain"),
        (4, SQUARE, "square"),
        (1, SIZES, "plain"),
        (200, (64, 30, 10), "timed"),
    ]
    for m, sizes, kind in plan:
        weights, biases = layers(rng, sizes)
        X, Y = examples(rng, m, sizes)
        if kind == "small":
            weights, biases = rounded(weights, biases)
            X = X.round(1)
        words = "one example, m = 1" if m == 1 else ""
        found.append(Case({"X": X, "Y": Y, "weights": weights, "biases": biases}, kind, words))
    weights, biases = layers(rng, SIZES)
    whole = {"X": rng.integers(-2, 3, (6, 4)), "Y": np.eye(3, dtype=int)[[0, 2, 1, 1, 0, 2]]}
    found.append(
        Case({**whole, "weights": weights, "biases": biases}, "integer", "X and Y whole numbers")
    )
    large = {"X": np.full((2, 4), 900.0), "Y": np.eye(3)[:2]}
    found.append(Case({**large, "weights": weights, "biases": biases}, "extreme"))
    return found


def with_equations(equations: Any) -> Any:
    return lambda X, Y, weights, biases: gradients(equations, X, Y, weights, biases)


def swapped(X: Any, Y: Any, weights: Any, biases: Any) -> Any:
    dW, db = reference_network.gradients(X, Y, weights, biases)
    return db, dW


def backwards(X: Any, Y: Any, weights: Any, biases: Any) -> Any:
    dW, db = reference_network.gradients(X, Y, weights, biases)
    return dW[::-1], db[::-1]


ORACLE = Oracle(
    cases=cases,
    right=reference_network.gradients,
    returns=ONE_EXAMPLE.returns,
    says_extreme="sigma overflows where z is large",
    mistakes=(
        *(Mistake(slip.name, with_equations(slip.equations), slip.says) for slip in SLIPS),
        Mistake("dW and db swapped", swapped),
        Mistake("last layer first", backwards),
        Mistake(
            "bias left out",
            lambda X, Y, weights, biases: reference_network.gradients(
                X, Y, weights, [np.zeros_like(b) for b in biases]
            ),
        ),
        Mistake(
            "an example counted twice",
            lambda X, Y, weights, biases: [
                [s + t / len(X) for s, t in zip(one, other, strict=True)]
                for one, other in zip(
                    reference_network.gradients(X, Y, weights, biases),
                    reference_network.gradients(X[:1], Y[:1], weights, biases),
                    strict=True,
                )
            ],
        ),
    ),
)
