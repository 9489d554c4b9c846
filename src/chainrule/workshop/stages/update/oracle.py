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
        Mistake(
            "step uphill",
            "The step goes uphill: the gradient points to where C grows, so it is subtracted.",
            stepped(lambda p, g, rate, i: p + rate * g),
        ),
        Mistake(
            "learning rate left out",
            "The learning rate is missing: p - learning_rate * dC/dp.",
            stepped(lambda p, g, rate, i: p - g),
        ),
        Mistake(
            "divided by the learning rate",
            "The gradient is divided by the learning rate: multiply.",
            stepped(lambda p, g, rate, i: p - g / rate),
        ),
        Mistake(
            "only the step",
            "This is the step alone, without the parameters that it starts from.",
            stepped(lambda p, g, rate, i: -rate * g),
        ),
        Mistake(
            "the step, uphill",
            "This is learning_rate * dC/dp alone: subtract it from the parameters.",
            stepped(lambda p, g, rate, i: rate * g),
        ),
        Mistake(
            "nothing changed",
            "The parameters are as they were. `p = p - ...` in a loop makes a new array and "
            "leaves the one in the list; collect the new ones, or write `p -= ...`.",
            stepped(lambda p, g, rate, i: p),
        ),
        Mistake(
            "only the first array",
            "Only the first array has taken its step.",
            stepped(lambda p, g, rate, i: p - rate * g if i == 0 else p),
        ),
        Mistake(
            "parameters scaled",
            "The parameters are multiplied by the learning rate: only the gradient should be.",
            stepped(lambda p, g, rate, i: rate * (p - g)),
        ),
        Mistake(
            "gradient multiplied by p",
            "The gradient is multiplied by the parameters: the step is learning_rate * dC/dp.",
            stepped(lambda p, g, rate, i: p - rate * p * g),
        ),
        Mistake(
            "only the sign of the gradient",
            "Only the sign of the gradient counts: the step is learning_rate * dC/dp itself.",
            stepped(lambda p, g, rate, i: p - rate * np.sign(g)),
        ),
        Mistake(
            "taken twice",
            "The step is taken twice.",
            stepped(lambda p, g, rate, i: p - 2 * rate * g),
        ),
        Mistake(
            "gradients for parameters",
            "Parameters and gradients are swapped.",
            stepped(lambda p, g, rate, i: g - rate * p),
        ),
        Mistake(
            "size of the gradient",
            "The sign of the gradient is lost: without it the step does not go downhill.",
            stepped(lambda p, g, rate, i: p - rate * np.abs(g)),
        ),
        Mistake(
            "divided by its length",
            "The gradient is divided by the length of the array: no mean is taken here.",
            stepped(lambda p, g, rate, i: p - rate * g / len(g)),
        ),
        Mistake(
            "divided by the number of arrays",
            "The gradient is divided by the number of arrays: no mean is taken here.",
            lambda parameters, gradients, rate: [
                p - rate * g / len(parameters) for p, g in zip(parameters, gradients, strict=True)
            ],
        ),
        Mistake(
            "divided by its norm",
            "The gradient is divided by its norm: the step is learning_rate * dC/dp itself.",
            stepped(lambda p, g, rate, i: p - rate * g / np.linalg.norm(g)),
        ),
        Mistake(
            "gradient added up",
            "The gradient is added up to one number: each parameter has its own.",
            stepped(lambda p, g, rate, i: p - rate * np.sum(g)),
        ),
        Mistake(
            "gradient averaged",
            "The gradient is averaged to one number: each parameter has its own.",
            stepped(lambda p, g, rate, i: p - rate * np.mean(g)),
        ),
        Mistake(
            "only the first row",
            "All parameters take the step of the gradient's first element or row: each has its "
            "own.",
            stepped(lambda p, g, rate, i: p - rate * g[0]),
        ),
        Mistake(
            "learning rate squared",
            "The learning rate comes in twice: the step is learning_rate * dC/dp.",
            stepped(lambda p, g, rate, i: p - rate**2 * g),
        ),
    ),
)
