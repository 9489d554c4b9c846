"""How `hidden_error` is judged: against the network's own backward pass."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.backprop_equations import sigmoid, sigmoid_prime
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import One


def right(delta_next: Any, W_next: Any, z: Any) -> Any:
    """delta1 of a network whose output is linear, with a target that makes its error delta_next."""
    n2, n1 = W_next.shape
    made = ours.network([np.eye(n1), W_next], [np.zeros(n1), np.zeros(n2)], output="identity")
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
        Mistake(
            "W not transposed",
            "W_next is used as it is: its transpose carries the error back, W_next.T @ delta_next.",
            lambda d, w, z: (w @ d) * sigmoid_prime(z),
        ),
        Mistake(
            "sigma' left out",
            "sigma'(z) is missing: this is dC/da, not dC/dz.",
            carried(lambda c, z: c),
        ),
        Mistake(
            "sigma'(a) for sigma'(z)",
            "sigma' is taken at a = sigma(z): it should be taken at z.",
            carried(lambda c, z: c * sigmoid_prime(sigmoid(z))),
        ),
        Mistake(
            "a for sigma'",
            "This is multiplied by a = sigma(z) where it should be by sigma'(z).",
            carried(lambda c, z: c * sigmoid(z)),
        ),
        Mistake(
            "1 - a for sigma'",
            "This is multiplied by 1 - a: sigma'(z) is a * (1 - a).",
            carried(lambda c, z: c * sigmoid(-np.asarray(z))),
        ),
        Mistake(
            "z (1 - z) for sigma'",
            "This is multiplied by z * (1 - z): sigma'(z) is sigma(z) * (1 - sigma(z)).",
            carried(lambda c, z: c * z * (1.0 - z)),
        ),
        Mistake(
            "z for sigma'",
            "This is multiplied by z where it should be by sigma'(z).",
            carried(lambda c, z: c * z),
        ),
        Mistake(
            "upstream ignored",
            "delta_next does not come in: the error of the layer above is carried back through the "
            "weights.",
            lambda d, w, z: w.sum(axis=0) * sigmoid_prime(z),
        ),
        Mistake(
            "weights ignored",
            "The weights do not come in: each path counts as much as its weight.",
            lambda d, w, z: d.sum() * sigmoid_prime(z),
        ),
        Mistake(
            "= for += where paths meet",
            "Only the last neuron of the layer above counts: the paths through all of them should "
            "be added (`=` in the loop where `+=` should be).",
            lambda d, w, z: w[-1] * d[-1] * sigmoid_prime(z),
        ),
        Mistake(
            "only the first path",
            "Only the first neuron of the layer above counts: the paths through all of them should "
            "be added.",
            lambda d, w, z: w[0] * d[0] * sigmoid_prime(z),
        ),
        Mistake(
            "last path left out",
            "The last neuron of the layer above does not come in: does the loop end one too early?",
            lambda d, w, z: (w[:-1].T @ d[:-1]) * sigmoid_prime(z),
        ),
        Mistake(
            "sigma' of what comes back",
            "sigma' is taken of W_next.T @ delta_next: it should be taken at z, and multiplied.",
            lambda d, w, z: sigmoid_prime(w.T @ d),
        ),
        Mistake(
            "sums multiplied",
            "The sum of the weights is multiplied by the sum of the errors: multiply each weight "
            "by its own error, then add.",
            lambda d, w, z: w.sum(axis=0) * d.sum() * sigmoid_prime(z),
        ),
        Mistake(
            "mean over the paths",
            "The paths are averaged: they should be added.",
            lambda d, w, z: (w.T @ d) / len(d) * sigmoid_prime(z),
        ),
        Mistake(
            "sign",
            "The sign is turned.",
            carried(lambda c, z: -c * sigmoid_prime(z)),
        ),
        Mistake(
            "sigma' twice",
            "sigma'(z) is there twice.",
            carried(lambda c, z: c * sigmoid_prime(z) ** 2),
        ),
        Mistake(
            "sigma' alone",
            "This is sigma'(z) alone: the error of the layer above is missing.",
            lambda d, w, z: sigmoid_prime(z),
        ),
        Mistake("factor 2", "Twice too large.", carried(lambda c, z: 2 * c * sigmoid_prime(z))),
        Mistake(
            "paths not added",
            "There is a row or column for each path: add up over the neurons of the layer above.",
            lambda d, w, z: w * d[:, None] * sigmoid_prime(z),
        ),
        Mistake(
            "relu' for sigma'",
            "This is multiplied by the slope of relu: these are sigmoid neurons.",
            carried(lambda c, z: c * np.where(z > 0, 1.0, 0.0)),
        ),
        Mistake(
            "tanh' for sigma'",
            "This is multiplied by the slope of tanh: these are sigmoid neurons.",
            carried(lambda c, z: c * (1 - np.tanh(z) ** 2)),
        ),
        Mistake(
            "added for multiplied",
            "sigma'(z) is added: multiply, as the chain rule does.",
            carried(lambda c, z: c + sigmoid_prime(z)),
        ),
        Mistake(
            "divided by sigma'",
            "This is divided by sigma'(z): multiply.",
            carried(lambda c, z: c / sigmoid_prime(z)),
        ),
        Mistake(
            "sigma (1 - z) for sigma'",
            "The second factor is 1 - z: sigma'(z) is sigma(z) * (1 - sigma(z)).",
            carried(lambda c, z: c * sigmoid(z) * (1 - np.asarray(z))),
        ),
        Mistake(
            "largest path",
            "Only the largest path counts: the paths through all neurons of the layer above are "
            "added.",
            lambda d, w, z: np.max(w * d[:, None], axis=0) * sigmoid_prime(z),
        ),
        Mistake(
            "divided by the weights",
            "This is divided by the sum of the weights: each path counts with its weight, and they "
            "are added.",
            lambda d, w, z: (w.T @ d) / w.sum(axis=0) * sigmoid_prime(z),
        ),
        Mistake(
            "reshaped for transposed",
            "`reshape` does not transpose, it only deals the numbers out anew: W_next.T.",
            lambda d, w, z: (w.reshape(len(z), -1) @ d) * sigmoid_prime(z),
        ),
    ),
)
