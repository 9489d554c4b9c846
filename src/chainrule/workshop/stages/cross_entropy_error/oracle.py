"""How `cross_entropy_error` is judged: against the network's delta, with sigmoid and softmax."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
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
    made = reference_network.network([np.eye(n)], [np.zeros(n)], output=output, cost=cost)
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
        Mistake("sign", lambda z, a, y: y - a),
        Mistake("extra a(1-a)", lambda z, a, y: (a - y) * a * (1 - a)),
        Mistake("extra sigma'(z)", lambda z, a, y: (a - y) * sigmoid_prime(z)),
        Mistake("dC/da for dC/dz", lambda z, a, y: (a - y) / (a * (1 - a))),
        Mistake("z for a", lambda z, a, y: z - y),
        Mistake("-y / a", lambda z, a, y: -y / a),
        Mistake("factor 2", lambda z, a, y: 2 * (a - y)),
        Mistake("divided by the examples", lambda z, a, y: (a - y) / np.shape(z)[0]),
        Mistake("a alone", lambda z, a, y: a + 0.0),
        Mistake("sigma(z) for a", lambda z, a, y: sigmoid(z) - y),
        Mistake("softmax(z) for a", lambda z, a, y: softmax(z) - y),
        Mistake("only where y is 1", lambda z, a, y: y * (a - 1)),
        Mistake("square not differentiated", lambda z, a, y: (a - y) ** 2),
        Mistake("cost for its derivative", lambda z, a, y: -y * np.log(a)),
        Mistake("sum for difference", lambda z, a, y: a + y),
        Mistake("divided by n", lambda z, a, y: (a - y) / np.shape(z)[-1]),
        Mistake("multiplied by z", lambda z, a, y: (a - y) * z),
    ),
)
