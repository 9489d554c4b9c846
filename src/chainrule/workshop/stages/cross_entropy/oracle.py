"""How `cross_entropy` is judged: against the network's own cost."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import sigmoid, softmax
from chainrule.workshop.fixtures import one_hot
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(z: Any, y: Any) -> Any:
    z, y = np.asarray(z, float), np.asarray(y, float)
    n = z.shape[1]
    made = reference_network.network([np.eye(n)], [np.zeros(n)], cost="cross-entropy")
    return float(made.backward(z, y)["C"])


def cases() -> list[Case]:
    rng = np.random.default_rng(131)
    large = np.array([[800.0, -800.0], [-1e4, 50.0]])
    return [
        Case({"z": np.array([[0.5, -1.0], [2.0, 0.0]]), "y": np.eye(2)}, "small"),
        Case({"z": rng.normal(0, 1.5, (4, 3)), "y": one_hot(rng, 4, 3)}),
        Case({"z": rng.normal(0, 1.5, (7, 5)), "y": rng.random((7, 5))}, words="y not one-hot"),
        Case(
            {"z": rng.normal(0, 1.5, (1, 3)), "y": one_hot(rng, 1, 3)}, words="one example, m = 1"
        ),
        Case(
            {"z": np.array([[2, 0, -1], [1, 1, 0]]), "y": np.array([[1, 0, 0], [0, 0, 1]])},
            "integer",
            "whole numbers",
        ),
        Case(
            {"z": np.array([[5.5, -5.0], [-5.2, 4.8]]), "y": np.array([[0.0, 1.0], [1.0, 0.2]])},
            words="z far out",
        ),
        Case(
            {"z": np.array([[25.0, -25.0], [-24.0, 23.0]]), "y": np.array([[0.0, 1], [1, 0]])},
            words="outputs that are far off their targets (z = 25 where y is 0): a number added to "
            "a, or a bound set to a or z, keeps their cost too small",
        ),
        Case({"z": large, "y": np.eye(2)}, "extreme"),
        Case({"z": large, "y": 1 - np.eye(2)}, "extreme"),
        Case({"z": rng.normal(0, 1, (20_000, 10)), "y": rng.random((20_000, 10))}, "timed"),
    ]


def of(terms: Any, over: Any = lambda z: len(z)) -> Any:
    def answer(z: Any, y: Any) -> Any:
        z = np.asarray(z, float)
        return float(np.sum(terms(sigmoid(z), np.asarray(y, float))) / over(z))

    return answer


def entropy(a: Any, y: Any) -> Any:
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("C", {0: "one number"}),
    says_extreme="Where z is large a is rounded to 0 or 1 and its logarithm is no number (and a "
    "bound set to a is one set to the cost); ln(sigma(z)) = -ln(1 + exp(-z)) can be put in so "
    "that nothing overflows",
    mistakes=(
        Mistake("that of softmax", lambda z, y: float(-np.sum(y * np.log(softmax(z))) / len(z))),
        Mistake("sum for mean", of(entropy, lambda z: 1)),
        Mistake("mean over everything", of(entropy, lambda z: z.size)),
        Mistake("mean taken twice", of(entropy, lambda z: len(z) ** 2)),
        Mistake("sign", of(lambda a, y: -entropy(a, y))),
        Mistake("second term left out", of(lambda a, y: -y * np.log(a))),
        Mistake("first term left out", of(lambda a, y: -(1 - y) * np.log(1 - a))),
        Mistake("y and 1 - y swapped", of(lambda a, y: -((1 - y) * np.log(a) + y * np.log(1 - a)))),
        Mistake(
            "sign of the second term", of(lambda a, y: -(y * np.log(a) - (1 - y) * np.log(1 - a)))
        ),
        Mistake(
            "a and y swapped",
            lambda z, y: float(
                -np.sum(sigmoid(np.asarray(z, float)) * np.log(np.clip(y, 1e-12, 1))) / len(z)
            ),
        ),
        Mistake("logarithm to base 2", of(lambda a, y: entropy(a, y) / np.log(2))),
        Mistake("logarithm to base 10", of(lambda a, y: entropy(a, y) / np.log(10))),
        Mistake("1/2", of(lambda a, y: entropy(a, y) / 2)),
        Mistake("quadratic cost", of(lambda a, y: (a - y) ** 2 / 2)),
        Mistake(
            "one cost for each example",
            lambda z, y: entropy(sigmoid(np.asarray(z, float)), y).sum(axis=1),
        ),
        Mistake("divided by n", of(entropy, lambda z: z.shape[1])),
        Mistake(
            "largest z left out",
            lambda z, y: float(np.sum(-y * z + np.log1p(np.exp(-np.abs(z)))) / len(z)),
        ),
        Mistake(
            "sign of y z",
            lambda z, y: float(
                np.sum(np.maximum(z, 0) + y * z + np.log1p(np.exp(-np.abs(z)))) / len(z)
            ),
        ),
        Mistake(
            "absolute value left out",
            lambda z, y: float(
                np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-z.astype(float)))) / len(z)
            ),
        ),
        Mistake(
            "sign inside the logarithm",
            lambda z, y: float(np.sum(np.logaddexp(0, -z) - y * z) / len(z)),
        ),
        Mistake("a for 1 - a", of(lambda a, y: -(y * np.log(a) + (1 - y) * np.log(a)))),
        Mistake(
            "only the class",
            lambda z, y: float(
                -np.mean(np.log(sigmoid(z.astype(float)))[np.arange(len(z)), y.argmax(axis=1)])
            ),
        ),
    ),
)
