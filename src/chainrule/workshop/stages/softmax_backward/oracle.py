"""How `softmax_backward` is judged: against the network's softmax with the quadratic cost."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import softmax
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(a: Any, dC_da: Any) -> Any:
    """A target that makes dC/da of the quadratic cost what was given."""
    n = len(a)
    made = reference_network.network([np.eye(n)], [np.zeros(n)], output="softmax", cost="quadratic")
    rows = np.log(a)[None, :]
    target = made.forward(rows)["a1"] - dC_da
    return made.backward(rows, target)["delta1"][0].copy()


def cases() -> list[Case]:
    rng = np.random.default_rng(161)
    return [
        Case({"a": np.array([0.5, 0.3, 0.2]), "dC_da": np.array([1.0, -2.0, 0.5])}, "small"),
        Case({"a": softmax(rng.normal(0, 1, 5)), "dC_da": rng.normal(0, 1, 5)}),
        Case({"a": softmax(rng.normal(0, 1.5, 4)), "dC_da": rng.normal(0, 2, 4)}),
        Case(
            {"a": softmax(rng.normal(0, 1.5, 3)), "dC_da": np.array([1, -3, 2])},
            "integer",
            "dC_da of whole numbers",
        ),
    ]


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("delta", {1: "one error for each output"}, columns=True),
    mistakes=(
        Mistake("softmax taken twice", lambda a, g: right(softmax(a), g)),
        Mistake("1 for a on the diagonal", lambda a, g: g - a * np.sum(a * g)),
        Mistake("difference of a and dC_da", lambda a, g: a - g),
        Mistake("diagonal only", lambda a, g: g * a * (1 - a)),
        Mistake("off the diagonal only", lambda a, g: -(np.outer(a, a) - np.diag(a * a)) @ g),
        Mistake("upstream ignored", lambda a, g: a * (1 - a)),
        Mistake("sign", lambda a, g: -(np.diag(a) - np.outer(a, a)) @ g),
        Mistake("plus for minus", lambda a, g: (np.diag(a) + np.outer(a, a)) @ g),
        Mistake("sum not weighed", lambda a, g: a * (g - g.sum())),
        Mistake("mean for sum", lambda a, g: a * (g - (a * g).mean())),
        Mistake("a left out in front", lambda a, g: g - a @ g),
        Mistake("only a times dC_da", lambda a, g: a * g),
        Mistake("rows added up", lambda a, g: (np.diag(a) - np.outer(a, a)) * g),
        Mistake("sum not multiplied by a", lambda a, g: a * g - np.sum(a * g)),
        Mistake("sum not weighed", lambda a, g: a * g - a**2 * np.sum(g)),
        Mistake("plus for minus", lambda a, g: a * (g + np.sum(a * g))),
        Mistake("plus for minus", lambda a, g: (np.diag(a * (1 - a) - a * a) + np.outer(a, a)) @ g),
        Mistake(
            "diagonal taken off twice", lambda a, g: (np.diag(a * (1 - a)) - np.outer(a, a)) @ g
        ),
        Mistake("dC_da unchanged", lambda a, g: g + 0.0),
        Mistake("dC_da for y", lambda a, g: g - a),
        Mistake("dC_da for y", lambda a, g: a * (1 - g)),
        Mistake("Jacobian added up", lambda a, g: (np.diag(a) - np.outer(a, a)).sum(axis=0) * g),
        Mistake("outer(a, 1 - a)", lambda a, g: np.outer(a, 1 - a) @ g),
        Mistake("= for += where paths meet", lambda a, g: g[-1] * a[-1] * (np.eye(len(a))[-1] - a)),
    ),
)
