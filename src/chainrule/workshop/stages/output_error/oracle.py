"""How `output_error` is judged: against the network's delta for one example at a time."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import sigmoid, sigmoid_prime
from chainrule.workshop.fixtures import one_hot
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(z: Any, a: Any, y: Any) -> Any:
    """delta of a network whose output layer is given z, m times the one of the mean."""
    rows, targets = np.atleast_2d(np.asarray(z, float)), np.atleast_2d(y)
    n = rows.shape[1]
    found = reference_network.network([np.eye(n)], [np.zeros(n)]).backward(rows, targets)
    return (found["delta1"] * len(rows)).reshape(np.shape(z))


def of(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    return {"z": z, "a": sigmoid(z), "y": np.asarray(y)}


def cases() -> list[Case]:
    rng = np.random.default_rng(71)
    return [
        Case(of([0.5, -1.0], [1.0, 0.0]), "small"),
        Case(of(rng.normal(0, 1.2, 4), one_hot(rng, 1, 4)[0])),
        Case(of(rng.normal(0, 1.2, 3), rng.random(3)), words="y not one-hot"),
        Case(of(rng.normal(0, 1.2, (5, 3)), one_hot(rng, 5, 3)), words="rows, one an example"),
        Case(of([2, -1, 0], [0, 1, 0]), "integer", "whole numbers"),
        Case(of([-900.0, 900.0, 30.0], [1.0, 0.0, 0.0]), "extreme"),
    ]


def times(slope: Any) -> Any:
    return lambda z, a, y: (a - y) * slope(z, a)


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One(
        "delta", {1: "one error for each neuron", 2: "a row for each example"}, columns=True
    ),
    says_extreme="sigma' overflows where z is large",
    mistakes=(
        Mistake("sign", lambda z, a, y: (y - a) * sigmoid_prime(z)),
        Mistake("sigma' left out", times(lambda z, a: 1.0)),
        Mistake("a - y left out", lambda z, a, y: sigmoid_prime(z)),
        Mistake("sigma'(a) for sigma'(z)", times(lambda z, a: sigmoid_prime(a))),
        Mistake("a for sigma'", times(lambda z, a: a)),
        Mistake("1 - a for sigma'", times(lambda z, a: 1 - a)),
        Mistake("z (1 - z) for sigma'", times(lambda z, a: z * (1.0 - z))),
        Mistake("z for a", lambda z, a, y: (z - y) * sigmoid_prime(z)),
        Mistake("factor 2", times(lambda z, a: 2 * sigmoid_prime(z))),
        Mistake("factor 1/2", times(lambda z, a: 0.5 * sigmoid_prime(z))),
        Mistake("sigma' twice", times(lambda z, a: sigmoid_prime(z) ** 2)),
        Mistake("cost for its derivative", lambda z, a, y: (a - y) ** 2 / 2 * sigmoid_prime(z)),
        Mistake("square not differentiated", lambda z, a, y: (a - y) ** 2 * sigmoid_prime(z)),
        Mistake("divided by n", lambda z, a, y: (a - y) * sigmoid_prime(z) / np.shape(z)[-1]),
        Mistake("added up", lambda z, a, y: np.sum((a - y) * sigmoid_prime(z))),
        Mistake("parentheses of the difference", lambda z, a, y: a - y * sigmoid_prime(z)),
        Mistake("divided by the examples", lambda z, a, y: (a - y) * sigmoid_prime(z) / len(z)),
        Mistake("sigma for sigma'", times(lambda z, a: sigmoid(a))),
        Mistake("sigma' of the difference", lambda z, a, y: sigmoid_prime(a - y)),
        Mistake("y for a", lambda z, a, y: (a - y) * a * (1 - y)),
        Mistake("y for a", lambda z, a, y: (a - y) * y * (1 - y)),
        Mistake("added for multiplied", lambda z, a, y: (a - y) + sigmoid_prime(z)),
        Mistake("divided by sigma'", lambda z, a, y: (a - y) / sigmoid_prime(z)),
        Mistake("sigma' left out and factor 2", times(lambda z, a: 2.0)),
        Mistake("y left out", lambda z, a, y: a * sigmoid_prime(z)),
        Mistake("a left out", lambda z, a, y: y * sigmoid_prime(z)),
        Mistake("relu' for sigma'", times(lambda z, a: np.where(z > 0, 1.0, 0.0))),
        Mistake("tanh' for sigma'", times(lambda z, a: 1 - a**2)),
        Mistake(
            "that of softmax",
            lambda z, a, y: a * ((a - y) - np.sum(a * (a - y), axis=-1, keepdims=True)),
        ),
    ),
)
