"""How `cross_entropy_error` is judged: against the network's delta, with sigmoid and softmax."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.backprop_equations import sigmoid, sigmoid_prime, softmax
from chainrule.workshop.fixtures import one_hot
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(z: Any, a: Any, y: Any) -> Any:
    rows, targets = np.atleast_2d(np.asarray(z, float)), np.atleast_2d(y)
    n = rows.shape[1]
    output, cost = (
        ("sigmoid", "cross-entropy")
        if np.allclose(a, sigmoid(np.asarray(z)))
        else ("softmax", "log-likelihood")
    )
    made = ours.network([np.eye(n)], [np.zeros(n)], output=output, cost=cost)
    return (made.backward(rows, targets)["delta1"] * len(rows)).reshape(np.shape(z))


def of(f: Any, z: Any, y: Any) -> Any:
    z = np.asarray(z)
    return {"z": z, "a": f(z), "y": np.asarray(y)}


def cases() -> list[Case]:
    rng = np.random.default_rng(141)
    return [
        Case(of(sigmoid, [0.5, -1.0], [1.0, 0.0]), "small", "sigmoid outputs"),
        Case(of(sigmoid, rng.normal(0, 1.2, 4), rng.random(4)), words="sigmoid outputs"),
        Case(of(softmax, rng.normal(0, 1.2, 5), one_hot(rng, 1, 5)[0]), words="softmax outputs"),
        Case(of(sigmoid, rng.normal(0, 1.2, (5, 3)), one_hot(rng, 5, 3)), words="rows of sigmoids"),
        Case(of(softmax, rng.normal(0, 1.2, (4, 3)), one_hot(rng, 4, 3)), words="rows of softmax"),
    ]


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One(
        "delta", {1: "one error for each neuron", 2: "a row for each example"}, columns=True
    ),
    mistakes=(
        Mistake("sign", "The sign is turned: a - y, not y - a.", lambda z, a, y: y - a),
        Mistake(
            "extra a(1-a)",
            "The factor a * (1 - a) is too much: with this cost it cancels.",
            lambda z, a, y: (a - y) * a * (1 - a),
        ),
        Mistake(
            "extra sigma'(z)",
            "The factor sigma'(z) is too much: with this cost it cancels.",
            lambda z, a, y: (a - y) * sigmoid_prime(z),
        ),
        Mistake(
            "dC/da for dC/dz",
            "This is dC/da, divided by a * (1 - a): dC/dz was asked for.",
            lambda z, a, y: (a - y) / (a * (1 - a)),
        ),
        Mistake("z for a", "z stands where a should: a - y.", lambda z, a, y: z - y),
        Mistake(
            "-y / a", "This is -y / a, the derivative by a of -y * ln(a).", lambda z, a, y: -y / a
        ),
        Mistake("factor 2", "Twice too large.", lambda z, a, y: 2 * (a - y)),
        Mistake(
            "divided by the examples",
            "Divided by the number of rows: no mean is taken here.",
            lambda z, a, y: (a - y) / np.shape(z)[0],
        ),
        Mistake("a alone", "y is missing: a - y.", lambda z, a, y: a + 0.0),
        Mistake(
            "sigma(z) for a",
            "This is sigma(z) - y: where the outputs are softmax, a is not sigma(z). Take a "
            "itself.",
            lambda z, a, y: sigmoid(z) - y,
        ),
        Mistake(
            "softmax(z) for a",
            "This is softmax(z) - y: where the outputs are sigmoid, a is not softmax(z). Take a "
            "itself.",
            lambda z, a, y: softmax(z) - y,
        ),
        Mistake(
            "only where y is 1",
            "This is y * (a - 1): where y is 0 the error is a.",
            lambda z, a, y: y * (a - 1),
        ),
        Mistake(
            "square not differentiated",
            "This is (a - y)**2: with this cost the error is a - y.",
            lambda z, a, y: (a - y) ** 2,
        ),
        Mistake(
            "cost for its derivative",
            "This is -y * ln(a), the cost: its derivative by z is a - y.",
            lambda z, a, y: -y * np.log(a),
        ),
        Mistake("sum for difference", "This is a + y: the error is a - y.", lambda z, a, y: a + y),
        Mistake(
            "divided by n",
            "This is divided by the number of outputs: the error is a - y.",
            lambda z, a, y: (a - y) / np.shape(z)[-1],
        ),
        Mistake(
            "multiplied by z",
            "This is multiplied by z: the error is a - y.",
            lambda z, a, y: (a - y) * z,
        ),
    ),
)
