"""How `hidden_error` is judged: against the network's own backward pass."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import sigmoid, sigmoid_prime
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(delta_next: Any, W_next: Any, z: Any) -> Any:
    """delta1 of a network whose output is linear, with a target that makes its error delta_next."""
    n2, n1 = W_next.shape
    made = reference_network.network(
        [np.eye(n1), W_next], [np.zeros(n1), np.zeros(n2)], output="identity"
    )
    rows = np.asarray(z, float)[None, :]
    target = made.forward(rows)["a2"] - delta_next
    return made.backward(rows, target)["delta1"][0]


def cases() -> list[Case]:
    rng = np.random.default_rng(81)

    def of(n1: Any, n2: Any, digits: Any = 8) -> Any:
        return {
            "delta_next": rng.normal(0, 1, n2).round(digits),
            "W_next": rng.normal(0, 0.8, (n2, n1)).round(digits),
            "z": rng.normal(0, 1.2, n1).round(digits),
        }

    large = of(4, 3)
    large["z"] = np.array([-900.0, 900.0, 5.0, -5.0])
    whole = of(4, 3)
    whole["z"] = np.array([2, -1, 0, 1])
    return [
        Case(of(2, 3, 1), "small"),
        Case(of(5, 3)),
        Case(of(4, 6)),
        Case(of(4, 4), "square"),
        Case(whole, "integer", "z of whole numbers"),
        Case(large, "extreme"),
    ]


def carried(change: Any) -> Any:
    return lambda d, w, z: change(w.T @ d, z)


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=One("delta", {1: "one error for each of the n1 neurons of this layer"}, columns=True),
    says_extreme="sigma' overflows where z is large",
    mistakes=(
        Mistake("W not transposed", lambda d, w, z: (w @ d) * sigmoid_prime(z)),
        Mistake("sigma' left out", carried(lambda c, z: c)),
        Mistake("sigma'(a) for sigma'(z)", carried(lambda c, z: c * sigmoid_prime(sigmoid(z)))),
        Mistake("a for sigma'", carried(lambda c, z: c * sigmoid(z))),
        Mistake("1 - a for sigma'", carried(lambda c, z: c * sigmoid(-np.asarray(z)))),
        Mistake("z (1 - z) for sigma'", carried(lambda c, z: c * z * (1.0 - z))),
        Mistake("z for sigma'", carried(lambda c, z: c * z)),
        Mistake("upstream ignored", lambda d, w, z: w.sum(axis=0) * sigmoid_prime(z)),
        Mistake("weights ignored", lambda d, w, z: d.sum() * sigmoid_prime(z)),
        Mistake("= for += where paths meet", lambda d, w, z: w[-1] * d[-1] * sigmoid_prime(z)),
        Mistake("only the first path", lambda d, w, z: w[0] * d[0] * sigmoid_prime(z)),
        Mistake("last path left out", lambda d, w, z: (w[:-1].T @ d[:-1]) * sigmoid_prime(z)),
        Mistake("sigma' of what comes back", lambda d, w, z: sigmoid_prime(w.T @ d)),
        Mistake("sums multiplied", lambda d, w, z: w.sum(axis=0) * d.sum() * sigmoid_prime(z)),
        Mistake("mean over the paths", lambda d, w, z: (w.T @ d) / len(d) * sigmoid_prime(z)),
        Mistake("sign", carried(lambda c, z: -c * sigmoid_prime(z))),
        Mistake("sigma' twice", carried(lambda c, z: c * sigmoid_prime(z) ** 2)),
        Mistake("sigma' alone", lambda d, w, z: sigmoid_prime(z)),
        Mistake("factor 2", carried(lambda c, z: 2 * c * sigmoid_prime(z))),
        Mistake("paths not added", lambda d, w, z: w * d[:, None] * sigmoid_prime(z)),
        Mistake("relu' for sigma'", carried(lambda c, z: c * np.where(z > 0, 1.0, 0.0))),
        Mistake("tanh' for sigma'", carried(lambda c, z: c * (1 - np.tanh(z) ** 2))),
        Mistake("added for multiplied", carried(lambda c, z: c + sigmoid_prime(z))),
        Mistake("divided by sigma'", carried(lambda c, z: c / sigmoid_prime(z))),
        Mistake(
            "sigma (1 - z) for sigma'", carried(lambda c, z: c * sigmoid(z) * (1 - np.asarray(z)))
        ),
        Mistake("largest path", lambda d, w, z: np.max(w * d[:, None], axis=0) * sigmoid_prime(z)),
        Mistake(
            "divided by the weights", lambda d, w, z: (w.T @ d) / w.sum(axis=0) * sigmoid_prime(z)
        ),
        Mistake(
            "reshaped for transposed",
            lambda d, w, z: (w.reshape(len(z), -1) @ d) * sigmoid_prime(z),
        ),
    ),
)
