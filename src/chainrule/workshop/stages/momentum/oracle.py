"""How `momentum` is judged: against its two equations, Nielsen's (107) and (108)."""

from typing import Any

import numpy as np

from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def moved(change: Any) -> Any:
    """`change(p, v, g, eta, mu)` gives the new p and v."""

    def answer(
        parameters: Any, velocities: Any, gradients: Any, learning_rate: Any, mu: Any
    ) -> Any:
        pairs = [
            change(p, v, g, learning_rate, mu)
            for p, v, g in zip(parameters, velocities, gradients, strict=True)
        ]
        return [p for p, _ in pairs], [v for _, v in pairs]

    return answer


def by(velocity: Any) -> Any:
    return moved(lambda p, v, g, eta, mu: (p + velocity(v, g, eta, mu), velocity(v, g, eta, mu)))


def new(v: Any, g: Any, eta: Any, mu: Any) -> Any:
    return mu * v - eta * g


right = by(new)


def swapped(*arguments: Any) -> Any:
    parameters, velocities = right(*arguments)
    return velocities, parameters


def cases() -> list[Case]:
    rng = np.random.default_rng(181)

    def of(shapes: Any, eta: Any, mu: Any, digits: Any = 8) -> Any:
        draw = [[rng.normal(0, 0.8, s).round(digits) for s in shapes] for _ in range(3)]
        return {
            "parameters": draw[0],
            "velocities": draw[1],
            "gradients": draw[2],
            "learning_rate": eta,
            "mu": mu,
        }

    return [
        Case(of([(2,)], 0.1, 0.9, 1), "small"),
        Case(of([(3, 4), (3,), (2, 3), (2,)], 0.3, 0.8)),
        Case(of([(5,), (2, 2)], 2.0, 0.5)),
    ]


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=Lists(
        (
            Group("parameters", "parameters[{}]", lambda i: "shaped as it came", 0),
            Group("velocities", "velocities[{}]", lambda i: "shaped as it came", 0),
        )
    ),
    in_place=("parameters", "velocities"),
    mistakes=(
        Mistake("step uphill", by(lambda v, g, eta, mu: mu * v + eta * g)),
        Mistake(
            "velocity subtracted",
            moved(lambda p, v, g, eta, mu: (p - new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "both signs turned",
            moved(lambda p, v, g, eta, mu: (p - (mu * v + eta * g), mu * v + eta * g)),
        ),
        Mistake("old velocity used", moved(lambda p, v, g, eta, mu: (p + v, new(v, g, eta, mu)))),
        Mistake("mu left out", by(lambda v, g, eta, mu: v - eta * g)),
        Mistake("velocity left out", by(lambda v, g, eta, mu: -eta * g)),
        Mistake("running mean", by(lambda v, g, eta, mu: mu * v - (1 - mu) * eta * g)),
        Mistake("learning rate left out", by(lambda v, g, eta, mu: mu * v - g)),
        Mistake(
            "learning rate at the end",
            moved(lambda p, v, g, eta, mu: (p + eta * (mu * v - g), mu * v - g)),
        ),
        Mistake(
            "other convention", moved(lambda p, v, g, eta, mu: (p - eta * (mu * v + g), mu * v + g))
        ),
        Mistake(
            "Nesterov",
            moved(
                lambda p, v, g, eta, mu: (
                    p + mu * new(v, g, eta, mu) - eta * g,
                    new(v, g, eta, mu),
                )
            ),
        ),
        Mistake(
            "running mean",
            moved(
                lambda p, v, g, eta, mu: (
                    p - eta * (mu * v + (1 - mu) * g),
                    mu * v + (1 - mu) * g,
                )
            ),
        ),
        Mistake("velocity left out", moved(lambda p, v, g, eta, mu: (p - eta * g, v))),
        Mistake("mu times the gradient", by(lambda v, g, eta, mu: mu * (v - eta * g))),
        Mistake(
            "learning rate twice",
            moved(lambda p, v, g, eta, mu: (p + eta * new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake("velocity not kept", moved(lambda p, v, g, eta, mu: (p + new(v, g, eta, mu), v))),
        Mistake("parameters not moved", moved(lambda p, v, g, eta, mu: (p, new(v, g, eta, mu)))),
        Mistake("parameters and velocities swapped", swapped),
        Mistake("mu and learning rate swapped", by(lambda v, g, eta, mu: eta * v - mu * g)),
        Mistake("nothing changed", moved(lambda p, v, g, eta, mu: (p, v))),
        Mistake("1 - mu for mu", by(lambda v, g, eta, mu: (1 - mu) * v - eta * g)),
        Mistake("1 - mu for mu", by(lambda v, g, eta, mu: (1 - mu) * v - mu * eta * g)),
        Mistake(
            "step taken twice",
            moved(lambda p, v, g, eta, mu: (p + new(v, g, eta, mu) - eta * g, new(v, g, eta, mu))),
        ),
        Mistake(
            "both velocities added",
            moved(lambda p, v, g, eta, mu: (p + v + new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "mu at the step",
            moved(lambda p, v, g, eta, mu: (p + mu * new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "only the step",
            moved(lambda p, v, g, eta, mu: (new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake("sign of the old velocity", by(lambda v, g, eta, mu: -mu * v - eta * g)),
        Mistake("learning rate on everything", by(lambda v, g, eta, mu: eta * (mu * v - g))),
        Mistake(
            "parameters shrunk",
            moved(lambda p, v, g, eta, mu: (mu * p + new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "only the first array",
            lambda parameters, *rest: (
                [right(parameters, *rest)[0][0], *parameters[1:]],
                right(parameters, *rest)[1],
            ),
        ),
    ),
)
