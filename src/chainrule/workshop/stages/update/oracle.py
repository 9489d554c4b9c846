"""How `update` is judged: against p - eta * g, in float64."""

from typing import Any

import numpy as np

from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def stepped(change: Any) -> Any:
    return lambda parameters, gradients, rate: [
        change(p, g, rate, i) for i, (p, g) in enumerate(zip(parameters, gradients, strict=True))
    ]


def arrays(rng: Any, shapes: Any) -> Any:
    return [rng.normal(0, 0.8, shape) for shape in shapes]


def cases() -> list[Case]:
    rng = np.random.default_rng(61)
    shapes = [(3, 4), (3,), (2, 3), (2,)]
    return [
        Case(
            {
                "parameters": [np.array([1.0, 2.0])],
                "gradients": [np.array([0.5, -1.0])],
                "learning_rate": 0.1,
            },
            "small",
        ),
        Case(
            {
                "parameters": arrays(rng, shapes),
                "gradients": arrays(rng, shapes),
                "learning_rate": 0.3,
            }
        ),
        Case(
            {
                "parameters": arrays(rng, [(5,), (2, 2)]),
                "gradients": arrays(rng, [(5,), (2, 2)]),
                "learning_rate": 3.0,
            }
        ),
    ]


ORACLE = Oracle(
    cases=cases,
    right=stepped(lambda p, g, rate, i: p - rate * g),
    returns=Lists((Group("parameters", "parameters[{}]", lambda i: "shaped as it came", 0),)),
    in_place=("parameters",),
    mistakes=(
        Mistake("step uphill", stepped(lambda p, g, rate, i: p + rate * g)),
        Mistake("learning rate left out", stepped(lambda p, g, rate, i: p - g)),
        Mistake("divided by the learning rate", stepped(lambda p, g, rate, i: p - g / rate)),
        Mistake("only the step", stepped(lambda p, g, rate, i: -rate * g)),
        Mistake("the step, uphill", stepped(lambda p, g, rate, i: rate * g)),
        Mistake("nothing changed", stepped(lambda p, g, rate, i: p)),
        Mistake(
            "only the first array", stepped(lambda p, g, rate, i: p - rate * g if i == 0 else p)
        ),
        Mistake("parameters scaled", stepped(lambda p, g, rate, i: rate * (p - g))),
        Mistake("gradient multiplied by p", stepped(lambda p, g, rate, i: p - rate * p * g)),
        Mistake(
            "only the sign of the gradient", stepped(lambda p, g, rate, i: p - rate * np.sign(g))
        ),
        Mistake("taken twice", stepped(lambda p, g, rate, i: p - 2 * rate * g)),
        Mistake("gradients for parameters", stepped(lambda p, g, rate, i: g - rate * p)),
        Mistake("size of the gradient", stepped(lambda p, g, rate, i: p - rate * np.abs(g))),
        Mistake("divided by its length", stepped(lambda p, g, rate, i: p - rate * g / len(g))),
        Mistake(
            "divided by the number of arrays",
            lambda parameters, gradients, rate: [
                p - rate * g / len(parameters) for p, g in zip(parameters, gradients, strict=True)
            ],
        ),
        Mistake(
            "divided by its norm", stepped(lambda p, g, rate, i: p - rate * g / np.linalg.norm(g))
        ),
        Mistake("gradient added up", stepped(lambda p, g, rate, i: p - rate * np.sum(g))),
        Mistake("gradient averaged", stepped(lambda p, g, rate, i: p - rate * np.mean(g))),
        Mistake("only the first row", stepped(lambda p, g, rate, i: p - rate * g[0])),
        Mistake("learning rate squared", stepped(lambda p, g, rate, i: p - rate**2 * g)),
    ),
)
