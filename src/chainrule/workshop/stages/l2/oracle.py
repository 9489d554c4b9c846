"""How `l2` is judged: against the network's own gradients, with the penalty and without it."""

from typing import Any

import numpy as np

from chainrule.workshop import reference_network
from chainrule.workshop.fixtures import SIZES, SMALL, layers, rounded
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def right(weights: Any, dW: Any, lam: Any, n: Any) -> Any:
    """What the penalty adds in the network, added to the gradients that were given."""
    biases = [np.zeros(len(w)) for w in weights]
    made = reference_network.network(weights, biases)
    X, y = np.ones((1, weights[0].shape[1])), np.zeros((1, len(weights[-1])))
    plain = {name: np.array(g) for name, g in made.backward(X, y).items()}
    with_l2 = made.backward(X, y, l2=lam, n=n)
    return [g + with_l2[f"dC/dW{i}"] - plain[f"dC/dW{i}"] for i, g in enumerate(dW, 1)]


def cases() -> list[Case]:
    rng = np.random.default_rng(171)

    def of(sizes: Any, lam: Any, n: Any, round_it: Any = False) -> Any:
        weights, _ = layers(rng, sizes)
        dW, _ = layers(rng, sizes)
        if round_it:
            weights, dW = rounded(weights, dW)
        return {"weights": weights, "dW": dW, "lam": lam, "n": n}

    return [
        Case(of(SMALL[:2], 3.0, 10, True), "small"),
        Case(of(SIZES, 5.0, 50)),
        Case(of((5, 4, 6, 3), 0.7, 13)),
        Case(of(SIZES, 0.0, 7), words="lam = 0"),
    ]


def added(term: Any) -> Any:
    return lambda weights, dW, lam, n: [
        g + term(w, lam, n) for w, g in zip(weights, dW, strict=True)
    ]


ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=Lists((Group("dW", "dC/dW{}", lambda i: f"(n{i}, n{i - 1}), as W{i}"),)),
    in_place=("dW",),
    mistakes=(
        Mistake("n left out", added(lambda w, lam, n: lam * w)),
        Mistake("factor 2", added(lambda w, lam, n: 2 * lam / n * w)),
        Mistake("factor 1/2", added(lambda w, lam, n: lam / (2 * n) * w)),
        Mistake("sign", added(lambda w, lam, n: -lam / n * w)),
        Mistake("square for its derivative", added(lambda w, lam, n: lam / (2 * n) * w**2)),
        Mistake("whole square", added(lambda w, lam, n: lam / n * w**2)),
        Mistake("upstream ignored", lambda weights, dW, lam, n: [lam / n * w for w in weights]),
        Mistake("penalty left out", lambda weights, dW, lam, n: list(dW)),
        Mistake("L1", added(lambda w, lam, n: lam / n * np.sign(w))),
        Mistake("gradients scaled", lambda weights, dW, lam, n: [g + lam / n * g for g in dW]),
        Mistake(
            "weights decayed", lambda weights, dW, lam, n: [(1 - lam / n) * w for w in weights]
        ),
        Mistake("the penalty itself", added(lambda w, lam, n: lam / (2 * n) * np.sum(w**2))),
        Mistake(
            "only the last layer",
            lambda weights, dW, lam, n: [*dW[:-1], dW[-1] + lam / n * weights[-1]],
        ),
        Mistake(
            "parentheses of the sum",
            lambda weights, dW, lam, n: [
                (g + lam) / n * w for w, g in zip(weights, dW, strict=True)
            ],
        ),
        Mistake("rows for n", added(lambda w, lam, n: lam / len(w) * w)),
        Mistake("n multiplied", added(lambda w, lam, n: lam * n * w)),
        Mistake(
            "gradient divided by n",
            lambda weights, dW, lam, n: [
                (g + lam * w) / n for w, g in zip(weights, dW, strict=True)
            ],
        ),
        Mistake(
            "layers for n",
            lambda weights, dW, lam, n: [
                g + lam / len(weights) * w for w, g in zip(weights, dW, strict=True)
            ],
        ),
        Mistake("weights for n", added(lambda w, lam, n: lam / w.size * w)),
        Mistake("norm for W", added(lambda w, lam, n: lam / n * np.linalg.norm(w))),
        Mistake("sum for W", added(lambda w, lam, n: lam / n * np.sum(w))),
        Mistake("absolute value", added(lambda w, lam, n: lam / n * np.abs(w))),
        Mistake("lam and n swapped", added(lambda w, lam, n: n / lam * w if lam else 0.0 * w)),
        Mistake(
            "multiplied for added",
            lambda weights, dW, lam, n: [g * lam / n * w for w, g in zip(weights, dW, strict=True)],
        ),
        Mistake("gradients scaled", lambda weights, dW, lam, n: [(1 - lam / n) * g for g in dW]),
        Mistake(
            "only the first layer",
            lambda weights, dW, lam, n: [dW[0] + lam / n * weights[0], *dW[1:]],
        ),
        Mistake("divided by the norm", added(lambda w, lam, n: lam / n * w / np.linalg.norm(w))),
    ),
)
