"""How `softmax_backward` is judged: against the network's softmax with the quadratic cost."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.backprop_equations import softmax
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(a: Any, dC_da: Any) -> Any:
    """A target that makes dC/da of the quadratic cost what was given."""
    n = len(a)
    made = ours.network([np.eye(n)], [np.zeros(n)], output="softmax", cost="quadratic")
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
        Mistake(
            "softmax taken twice",
            "Softmax is taken of a: a is softmax's output already.",
            lambda a, g: right(softmax(a), g),
        ),
        Mistake(
            "1 for a on the diagonal",
            "The diagonal of the Jacobian is 1 - a**2: it should be a - a**2, from diag(a).",
            lambda a, g: g - a * np.sum(a * g),
        ),
        Mistake(
            "difference of a and dC_da",
            "This is a - dC_da: a - y is the error only with log-likelihood, and dC_da is no y.",
            lambda a, g: a - g,
        ),
        Mistake(
            "diagonal only",
            "Only the diagonal of the Jacobian is used, a * (1 - a): softmax mixes its inputs, so "
            "each z also moves all other outputs.",
            lambda a, g: g * a * (1 - a),
        ),
        Mistake(
            "off the diagonal only",
            "Only the elements off the diagonal are used: the diagonal, a * (1 - a), is missing.",
            lambda a, g: -(np.outer(a, a) - np.diag(a * a)) @ g,
        ),
        Mistake(
            "upstream ignored",
            "dC_da does not come in: the error of the outputs is carried back through the "
            "Jacobian.",
            lambda a, g: a * (1 - a),
        ),
        Mistake("sign", "The sign is turned.", lambda a, g: -(np.diag(a) - np.outer(a, a)) @ g),
        Mistake(
            "plus for minus",
            "The Jacobian is diag(a) - outer(a, a), with a minus.",
            lambda a, g: (np.diag(a) + np.outer(a, a)) @ g,
        ),
        Mistake(
            "sum not weighed",
            "The sum is taken of dC_da alone: it should be the sum of a * dC_da.",
            lambda a, g: a * (g - g.sum()),
        ),
        Mistake(
            "mean for sum",
            "The mean of a * dC_da is taken: it should be the sum.",
            lambda a, g: a * (g - (a * g).mean()),
        ),
        Mistake(
            "a left out in front",
            "The factor a in front is missing.",
            lambda a, g: g - a @ g,
        ),
        Mistake(
            "only a times dC_da",
            "This is a * dC_da: the sum of these over all outputs, times a, is to be taken off.",
            lambda a, g: a * g,
        ),
        Mistake(
            "rows added up",
            "The Jacobian's products are not added over the outputs: there is a row too many.",
            lambda a, g: (np.diag(a) - np.outer(a, a)) * g,
        ),
        Mistake(
            "sum not multiplied by a",
            "The sum is not multiplied by a: a * dC_da - a * sum(a * dC_da), or, in the Jacobian, "
            "outer(a, a) and not a.",
            lambda a, g: a * g - np.sum(a * g),
        ),
        Mistake(
            "sum not weighed",
            "The second sum has a**2 * sum(dC_da): it should be a * sum(a * dC_da).",
            lambda a, g: a * g - a**2 * np.sum(g),
        ),
        Mistake(
            "plus for minus",
            "The sum is added: a * (dC_da - sum(a * dC_da)).",
            lambda a, g: a * (g + np.sum(a * g)),
        ),
        Mistake(
            "plus for minus",
            "Off the diagonal the Jacobian is -a[j] * a[k], with a minus.",
            lambda a, g: (np.diag(a * (1 - a) - a * a) + np.outer(a, a)) @ g,
        ),
        Mistake(
            "diagonal taken off twice",
            "The diagonal is a * (1 - a) - a**2: a**2 is taken off twice. diag(a) - outer(a, a) "
            "has it once.",
            lambda a, g: (np.diag(a * (1 - a)) - np.outer(a, a)) @ g,
        ),
        Mistake(
            "dC_da unchanged",
            "This is dC/da itself: it is still to be carried back through softmax.",
            lambda a, g: g + 0.0,
        ),
        Mistake(
            "dC_da for y",
            "This is dC_da - a: a - y is the error only with log-likelihood, and dC_da is no y.",
            lambda a, g: g - a,
        ),
        Mistake(
            "dC_da for y",
            "This is a * (1 - dC_da): dC_da is no target.",
            lambda a, g: a * (1 - g),
        ),
        Mistake(
            "Jacobian added up",
            "The Jacobian is added up first: its columns add up to 0. Multiply by dC_da, then add.",
            lambda a, g: (np.diag(a) - np.outer(a, a)).sum(axis=0) * g,
        ),
        Mistake(
            "outer(a, 1 - a)",
            "The Jacobian is outer(a, 1 - a): it is diag(a) - outer(a, a).",
            lambda a, g: np.outer(a, 1 - a) @ g,
        ),
        Mistake(
            "= for += where paths meet",
            "Only the last output counts: the paths through all of them are added (`=` in the loop "
            "where `+=` should be).",
            lambda a, g: g[-1] * a[-1] * (np.eye(len(a))[-1] - a),
        ),
    ),
)
