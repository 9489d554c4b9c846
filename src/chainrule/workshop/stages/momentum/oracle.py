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
        Mistake(
            "step uphill",
            "The gradient is added to the velocity: subtract it, "
            "v = mu * v - learning_rate * dC/dp.",
            by(lambda v, g, eta, mu: mu * v + eta * g),
        ),
        Mistake(
            "velocity subtracted",
            "The velocity is subtracted from the parameters: p = p + v.",
            moved(lambda p, v, g, eta, mu: (p - new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "both signs turned",
            "The parameters are right, the velocity has its sign turned: "
            "v = mu * v - learning_rate * dC/dp and p = p + v.",
            moved(lambda p, v, g, eta, mu: (p - (mu * v + eta * g), mu * v + eta * g)),
        ),
        Mistake(
            "old velocity used",
            "The parameters are moved by the old velocity: take the new one.",
            moved(lambda p, v, g, eta, mu: (p + v, new(v, g, eta, mu))),
        ),
        Mistake(
            "mu left out",
            "mu is missing: only the part mu of the velocity is kept.",
            by(lambda v, g, eta, mu: v - eta * g),
        ),
        Mistake(
            "velocity left out",
            "The old velocity does not come in: this is plain gradient descent.",
            by(lambda v, g, eta, mu: -eta * g),
        ),
        Mistake(
            "running mean",
            "This is a running mean, with (1 - mu) times the gradient: the velocity takes "
            "learning_rate * dC/dp.",
            by(lambda v, g, eta, mu: mu * v - (1 - mu) * eta * g),
        ),
        Mistake(
            "learning rate left out",
            "The learning rate is missing from the velocity.",
            by(lambda v, g, eta, mu: mu * v - g),
        ),
        Mistake(
            "learning rate at the end",
            "The learning rate multiplies the whole velocity at the step: it belongs to the "
            "gradient, inside the velocity.",
            moved(lambda p, v, g, eta, mu: (p + eta * (mu * v - g), mu * v - g)),
        ),
        Mistake(
            "other convention",
            "This is v = mu * v + dC/dp and p = p - learning_rate * v, as some libraries have it: "
            "here v has the learning rate in it, v = mu * v - learning_rate * dC/dp.",
            moved(lambda p, v, g, eta, mu: (p - eta * (mu * v + g), mu * v + g)),
        ),
        Mistake(
            "Nesterov",
            "This is Nesterov's momentum, p + mu * v - learning_rate * dC/dp with the new v: here "
            "p = p + v.",
            moved(
                lambda p, v, g, eta, mu: (
                    p + mu * new(v, g, eta, mu) - eta * g,
                    new(v, g, eta, mu),
                )
            ),
        ),
        Mistake(
            "running mean",
            "This is a running mean of the gradients, with 1 - mu, and the learning rate comes in "
            "at the step: here v = mu * v - learning_rate * dC/dp and p = p + v.",
            moved(
                lambda p, v, g, eta, mu: (
                    p - eta * (mu * v + (1 - mu) * g),
                    mu * v + (1 - mu) * g,
                )
            ),
        ),
        Mistake(
            "velocity left out",
            "The old velocity does not come in: this is plain gradient descent.",
            moved(lambda p, v, g, eta, mu: (p - eta * g, v)),
        ),
        Mistake(
            "mu times the gradient",
            "mu multiplies the gradient too: it multiplies the old velocity alone.",
            by(lambda v, g, eta, mu: mu * (v - eta * g)),
        ),
        Mistake(
            "learning rate twice",
            "The learning rate comes in twice: the velocity has it already, so p = p + v.",
            moved(lambda p, v, g, eta, mu: (p + eta * new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "velocity not kept",
            "The velocities that come back are the old ones: the next step needs the new ones.",
            moved(lambda p, v, g, eta, mu: (p + new(v, g, eta, mu), v)),
        ),
        Mistake(
            "parameters not moved",
            "The parameters are as they were: p = p + v.",
            moved(lambda p, v, g, eta, mu: (p, new(v, g, eta, mu))),
        ),
        Mistake(
            "parameters and velocities swapped",
            "The lists are swapped: (parameters, velocities).",
            swapped,
        ),
        Mistake(
            "mu and learning rate swapped",
            "mu and the learning rate are swapped.",
            by(lambda v, g, eta, mu: eta * v - mu * g),
        ),
        Mistake(
            "nothing changed",
            "Parameters and velocities are as they were. `p = p + v` in a loop makes a new array "
            "and leaves the one in the list.",
            moved(lambda p, v, g, eta, mu: (p, v)),
        ),
        Mistake(
            "1 - mu for mu",
            "1 - mu multiplies the old velocity: mu is the part of it that is kept.",
            by(lambda v, g, eta, mu: (1 - mu) * v - eta * g),
        ),
        Mistake(
            "1 - mu for mu",
            "mu and 1 - mu are swapped, and the gradient is weighed: v = mu * v - learning_rate * "
            "dC/dp.",
            by(lambda v, g, eta, mu: (1 - mu) * v - mu * eta * g),
        ),
        Mistake(
            "step taken twice",
            "The gradient comes in once more at the step: the velocity has it already, p = p + v.",
            moved(lambda p, v, g, eta, mu: (p + new(v, g, eta, mu) - eta * g, new(v, g, eta, mu))),
        ),
        Mistake(
            "both velocities added",
            "The old velocity is added too: p = p + v, with the new v alone.",
            moved(lambda p, v, g, eta, mu: (p + v + new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "mu at the step",
            "mu multiplies the new velocity at the step: p = p + v.",
            moved(lambda p, v, g, eta, mu: (p + mu * new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "only the step",
            "The new parameters are the velocity alone: add it to the old ones, p = p + v.",
            moved(lambda p, v, g, eta, mu: (new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "sign of the old velocity",
            "The old velocity is subtracted: v = mu * v - learning_rate * dC/dp.",
            by(lambda v, g, eta, mu: -mu * v - eta * g),
        ),
        Mistake(
            "learning rate on everything",
            "The learning rate multiplies the old velocity too: it belongs to the gradient.",
            by(lambda v, g, eta, mu: eta * (mu * v - g)),
        ),
        Mistake(
            "parameters shrunk",
            "mu multiplies the parameters: it belongs to the old velocity.",
            moved(lambda p, v, g, eta, mu: (mu * p + new(v, g, eta, mu), new(v, g, eta, mu))),
        ),
        Mistake(
            "only the first array",
            "Only the first array of the parameters has taken its step.",
            lambda parameters, *rest: (
                [right(parameters, *rest)[0][0], *parameters[1:]],
                right(parameters, *rest)[1],
            ),
        ),
    ),
)
