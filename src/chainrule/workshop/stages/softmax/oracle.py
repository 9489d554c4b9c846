"""How `softmax` is judged: against the network's own output layer."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(z: Any) -> Any:
    rows = np.atleast_2d(np.asarray(z, float))
    n = rows.shape[1]
    made = reference_network.network(
        [np.eye(n)], [np.zeros(n)], output="softmax", cost="log-likelihood"
    )
    return made.forward(rows)["a1"].reshape(np.shape(z)).copy()


def cases() -> list[Case]:
    rng = np.random.default_rng(151)
    large = np.array([[900.0, 905.0, -900.0], [-2000.0, -2001.0, -2002.0]])
    return [
        Case({"z": np.array([1.0, 2.0, 0.0])}, "small"),
        Case({"z": rng.normal(0, 1.5, 5)}),
        Case({"z": rng.normal(0, 1.5, (4, 3))}, words="rows, one an example"),
        Case({"z": rng.normal(0, 1.5, (3, 6))}, words="rows, one an example"),
        Case({"z": np.array([[2, 0, -1], [1, 1, 0]])}, "integer", "whole numbers"),
        Case({"z": large}, "extreme"),
        Case({"z": rng.normal(0, 1, (5_000, 10))}, "timed"),
    ]


def exp(z: Any) -> Any:
    return np.exp(np.asarray(z, float))


def shifted(z: Any) -> Any:
    """The exponentials after the largest z of each row was taken off."""
    return exp(z - np.max(z, axis=-1, keepdims=True))


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("softmax(z)", {1: "one share for each output", 2: "a row for each example"}),
    says_extreme="exp overflows where z is large: take the largest z of each row from that row "
    "first, which changes nothing in the shares",
    mistakes=(
        Mistake("sum over everything", lambda z: exp(z) / exp(z).sum()),
        Mistake("sum over everything", lambda z: shifted(z) / shifted(z).sum()),
        Mistake("wrong axis", lambda z: exp(z) / exp(z).sum(axis=0)),
        Mistake("not divided", lambda z: exp(z)),
        Mistake("not divided", lambda z: shifted(z)),
        Mistake(
            "no exponential", lambda z: np.asarray(z, float) / np.sum(z, axis=-1, keepdims=True)
        ),
        Mistake("sigma", lambda z: sigmoid(z)),
        Mistake("sign of z", lambda z: right(-z)),
        Mistake("mean for sum", lambda z: exp(z) / exp(z).mean(axis=-1, keepdims=True)),
        Mistake(
            "one for the largest", lambda z: (z == np.max(z, axis=-1, keepdims=True)).astype(float)
        ),
        Mistake("shifted above only", lambda z: shifted(z) / exp(z).sum(axis=-1, keepdims=True)),
        Mistake("logarithm", lambda z: np.log(right(z))),
        Mistake(
            "exp of the share",
            lambda z: exp(np.asarray(z, float) / np.sum(z, axis=-1, keepdims=True)),
        ),
        Mistake("absolute value", lambda z: right(np.abs(z))),
        Mistake(
            "squares for exponentials", lambda z: z**2.0 / np.sum(z**2.0, axis=-1, keepdims=True)
        ),
        Mistake("sigma for exp", lambda z: sigmoid(z) / np.sum(sigmoid(z), axis=-1, keepdims=True)),
        Mistake("norm for sum", lambda z: exp(z) / np.linalg.norm(exp(z), axis=-1, keepdims=True)),
        Mistake("base 2", lambda z: right(z * np.log(2))),
        Mistake("1 added", lambda z: exp(z) / (1 + exp(z).sum(axis=-1, keepdims=True))),
        Mistake("sum of z", lambda z: exp(z) / np.sum(z, axis=-1, keepdims=True)),
        Mistake("exp of the sum", lambda z: exp(z) / exp(np.sum(z, axis=-1, keepdims=True))),
        Mistake(
            "divided by the largest", lambda z: right(z / np.max(np.abs(z), axis=-1, keepdims=True))
        ),
        Mistake(
            "standardised",
            lambda z: right(
                (z - np.mean(z, axis=-1, keepdims=True)) / np.std(z, axis=-1, keepdims=True)
            ),
        ),
    ),
)
