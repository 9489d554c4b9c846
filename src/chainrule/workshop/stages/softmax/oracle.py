"""How `softmax` is judged: against the network's own output layer."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.backprop_equations import sigmoid
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(z: Any) -> Any:
    rows = np.atleast_2d(np.asarray(z, float))
    n = rows.shape[1]
    made = ours.network([np.eye(n)], [np.zeros(n)], output="softmax", cost="log-likelihood")
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
        Mistake(
            "sum over everything",
            "All numbers of the table add up to 1: each row should, by itself.",
            lambda z: exp(z) / exp(z).sum(),
        ),
        Mistake(
            "sum over everything",
            "All numbers of the table add up to 1: each row should, by itself.",
            lambda z: shifted(z) / shifted(z).sum(),
        ),
        Mistake(
            "wrong axis",
            "The columns add up to 1: the rows should, each an example (axis=-1).",
            lambda z: exp(z) / exp(z).sum(axis=0),
        ),
        Mistake("not divided", "This is exp(z): divide by its sum.", lambda z: exp(z)),
        Mistake(
            "not divided",
            "This is exp(z - max(z)): divide by the sum.",
            lambda z: shifted(z),
        ),
        Mistake(
            "no exponential",
            "This is z / sum(z): take the exponentials first.",
            lambda z: np.asarray(z, float) / np.sum(z, axis=-1, keepdims=True),
        ),
        Mistake("sigma", "This is sigma(z): each output by itself.", lambda z: sigmoid(z)),
        Mistake(
            "sign of z",
            "exp(-z) stands where exp(z) should: the largest z has the smallest share.",
            lambda z: right(-z),
        ),
        Mistake(
            "mean for sum",
            "The exponentials are divided by their mean: divide by their sum.",
            lambda z: exp(z) / exp(z).mean(axis=-1, keepdims=True),
        ),
        Mistake(
            "one for the largest",
            "This is 1 for the largest z and 0 for the others: softmax gives every output a share.",
            lambda z: (z == np.max(z, axis=-1, keepdims=True)).astype(float),
        ),
        Mistake(
            "shifted above only",
            "The largest z is taken off above the fraction line and not below: take it off both.",
            lambda z: shifted(z) / exp(z).sum(axis=-1, keepdims=True),
        ),
        Mistake(
            "logarithm",
            "This is the logarithm of softmax.",
            lambda z: np.log(right(z)),
        ),
        Mistake(
            "exp of the share",
            "The shares are taken of z, then exp: exp comes first.",
            lambda z: exp(np.asarray(z, float) / np.sum(z, axis=-1, keepdims=True)),
        ),
        Mistake(
            "absolute value",
            "The sign of z is lost: exp(z), not exp(|z|).",
            lambda z: right(np.abs(z)),
        ),
        Mistake(
            "squares for exponentials",
            "These are shares of z**2: take exp(z).",
            lambda z: z**2.0 / np.sum(z**2.0, axis=-1, keepdims=True),
        ),
        Mistake(
            "sigma for exp",
            "These are shares of sigma(z): take exp(z).",
            lambda z: sigmoid(z) / np.sum(sigmoid(z), axis=-1, keepdims=True),
        ),
        Mistake(
            "norm for sum",
            "The exponentials are divided by the root of the sum of their squares: divide by their "
            "sum.",
            lambda z: exp(z) / np.linalg.norm(exp(z), axis=-1, keepdims=True),
        ),
        Mistake("base 2", "This is 2**z: the base is e, exp(z).", lambda z: right(z * np.log(2))),
        Mistake(
            "1 added",
            "1 is added to the sum: that is sigma's denominator.",
            lambda z: exp(z) / (1 + exp(z).sum(axis=-1, keepdims=True)),
        ),
        Mistake(
            "sum of z",
            "The exponentials are divided by the sum of z: divide by the sum of the exponentials.",
            lambda z: exp(z) / np.sum(z, axis=-1, keepdims=True),
        ),
        Mistake(
            "exp of the sum",
            "The exponentials are divided by exp(sum(z)): divide by sum(exp(z)).",
            lambda z: exp(z) / exp(np.sum(z, axis=-1, keepdims=True)),
        ),
        Mistake(
            "divided by the largest",
            "z is divided by the largest of each row: take it off, z - max(z).",
            lambda z: right(z / np.max(np.abs(z), axis=-1, keepdims=True)),
        ),
        Mistake(
            "standardised",
            "z is brought to mean 0 and spread 1 first: that changes the shares, taking one number "
            "off does not.",
            lambda z: right(
                (z - np.mean(z, axis=-1, keepdims=True)) / np.std(z, axis=-1, keepdims=True)
            ),
        ),
    ),
)
