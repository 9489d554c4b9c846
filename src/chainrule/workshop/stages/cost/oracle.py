"""How `cost` is judged: against the network's own cost, of a network that passes a on."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.fixtures import one_hot
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(a: Any, y: Any) -> Any:
    """The cost of a network whose only layer is the identity."""
    a, y = np.asarray(a, float), np.asarray(y, float)
    n = a.shape[1]
    made = reference_network.network([np.eye(n)], [np.zeros(n)], output="identity")
    return float(made.backward(a, y)["C"])


def cases() -> list[Case]:
    rng = np.random.default_rng(51)
    return [
        Case({"a": np.array([[0.8, 0.1], [0.4, 0.5]]), "y": np.eye(2)}, "small"),
        Case({"a": rng.random((4, 3)), "y": one_hot(rng, 4, 3)}),
        Case({"a": rng.random((7, 5)), "y": rng.random((7, 5))}, words="y not one-hot"),
        Case({"a": rng.random((1, 3)), "y": one_hot(rng, 1, 3)}, words="one example, m = 1"),
        Case(
            {"a": np.array([[2, 0, 1], [3, 1, 5]]), "y": np.array([[1, 0, 0], [0, 0, 1]])},
            "integer",
            "whole numbers",
        ),
        Case({"a": rng.random((20_000, 10)), "y": rng.random((20_000, 10))}, "timed"),
    ]


def of(change: Any) -> Any:
    return lambda a, y: float(change(np.asarray(a, float), np.asarray(y, float)))


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("C", {0: "one number"}),
    mistakes=(
        Mistake("sum for mean", of(lambda a, y: np.sum((a - y) ** 2) / 2)),
        Mistake("1/2 left out", of(lambda a, y: np.sum((a - y) ** 2) / len(a))),
        Mistake("mean over everything", of(lambda a, y: np.mean((a - y) ** 2))),
        Mistake("half the mean over everything", of(lambda a, y: np.mean((a - y) ** 2) / 2)),
        Mistake("mean taken twice", of(lambda a, y: np.mean((a - y) ** 2) / (2 * len(a)))),
        Mistake("distance not squared", of(lambda a, y: np.linalg.norm(a - y) / (2 * len(a)))),
        Mistake("square of the sum", of(lambda a, y: np.sum(a - y) ** 2 / (2 * len(a)))),
        Mistake("divided by n", of(lambda a, y: np.sum((a - y) ** 2) / (2 * a.shape[1]))),
        Mistake("mean taken twice", of(lambda a, y: np.sum((a - y) ** 2) / (2 * len(a) ** 2))),
        Mistake("square left out", of(lambda a, y: np.sum(a - y) / (2 * len(a)))),
        Mistake("absolute value for square", of(lambda a, y: np.sum(np.abs(a - y)) / (2 * len(a)))),
        Mistake(
            "distance not squared",
            of(lambda a, y: np.sum(np.linalg.norm(a - y, axis=1)) / (2 * len(a))),
        ),
        Mistake(
            "square of the sum", of(lambda a, y: np.sum((a - y).sum(axis=1) ** 2) / (2 * len(a)))
        ),
        Mistake("sign of y", of(lambda a, y: np.sum((a + y) ** 2) / (2 * len(a)))),
        Mistake("one cost for each example", lambda a, y: np.sum((a - y) ** 2, axis=1) / 2),
        Mistake("sign", of(lambda a, y: -np.sum((a - y) ** 2) / (2 * len(a)))),
        Mistake("/ 2 * m for / (2 * m)", of(lambda a, y: np.sum((a - y) ** 2) / 2 * len(a))),
        Mistake("squares subtracted", of(lambda a, y: np.sum(a**2 - y**2) / (2 * len(a)))),
        Mistake(
            "cross-entropy",
            of(lambda a, y: -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(a)),
        ),
        Mistake("root of the mean", of(lambda a, y: np.sqrt(np.mean((a - y) ** 2)))),
        Mistake("the derivative", of(lambda a, y: np.sum(a - y) / len(a))),
        Mistake(
            "= for += over the examples",
            of(lambda a, y: np.sum((a[-1] - y[-1]) ** 2) / (2 * len(a))),
        ),
        Mistake(
            "only the first output",
            of(lambda a, y: np.sum((a[:, 0] - y[:, 0]) ** 2) / (2 * len(a))),
        ),
        Mistake("largest for sum", of(lambda a, y: np.max((a - y) ** 2) / 2)),
        Mistake(
            "divided by m - 1",
            of(lambda a, y: np.sum((a - y) ** 2) / (2 * (len(a) - np.float64(1)))),
        ),
    ),
)
