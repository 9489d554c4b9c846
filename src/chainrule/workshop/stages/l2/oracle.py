"""How `l2` is judged: against the network's own gradients, with the penalty and without it."""

from typing import Any

import numpy as np

from chainrule.workshop import ours
from chainrule.workshop.fixtures import SIZES, SMALL, layers, rounded
from chainrule.workshop.oracle import Case, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists


def right(weights: Any, dW: Any, lam: Any, n: Any) -> Any:
    """What the penalty adds in the network, added to the gradients that were given."""
    biases = [np.zeros(len(w)) for w in weights]
    made = ours.network(weights, biases)
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
        Mistake("n left out", "The penalty is not divided by n.", added(lambda w, lam, n: lam * w)),
        Mistake(
            "factor 2",
            "The penalty's part is twice too large: the 2 of the square cancels that of "
            "lam / (2 * n).",
            added(lambda w, lam, n: 2 * lam / n * w),
        ),
        Mistake(
            "factor 1/2",
            "The penalty's part is half of what it should be: the derivative of W**2 is 2 * W.",
            added(lambda w, lam, n: lam / (2 * n) * w),
        ),
        Mistake(
            "sign",
            "The penalty's part is subtracted: it should be added to the gradient. The step then "
            "subtracts it from the weights.",
            added(lambda w, lam, n: -lam / n * w),
        ),
        Mistake(
            "square for its derivative",
            "This adds W**2: its derivative is 2 * W.",
            added(lambda w, lam, n: lam / (2 * n) * w**2),
        ),
        Mistake(
            "whole square",
            "This adds lam / n * W**2: the derivative of the penalty has W, not its square.",
            added(lambda w, lam, n: lam / n * w**2),
        ),
        Mistake(
            "upstream ignored",
            "The gradients without the penalty are missing: dC0/dW + lam / n * W.",
            lambda weights, dW, lam, n: [lam / n * w for w in weights],
        ),
        Mistake(
            "penalty left out",
            "The gradients are as they were. `g = g + ...` in a loop makes a new array and leaves "
            "the one in the list; `//` cuts the fraction off.",
            lambda weights, dW, lam, n: list(dW),
        ),
        Mistake(
            "L1",
            "This is L1, with the sign of W: L2 has W itself.",
            added(lambda w, lam, n: lam / n * np.sign(w)),
        ),
        Mistake(
            "gradients scaled",
            "The gradients are scaled where the weights should be: lam / n * W.",
            lambda weights, dW, lam, n: [g + lam / n * g for g in dW],
        ),
        Mistake(
            "weights decayed",
            "This is (1 - lam / n) * W, the weights after their decay: the gradients were asked "
            "for.",
            lambda weights, dW, lam, n: [(1 - lam / n) * w for w in weights],
        ),
        Mistake(
            "the penalty itself",
            "This adds the penalty, one number: its derivative by each weight is lam / n * W.",
            added(lambda w, lam, n: lam / (2 * n) * np.sum(w**2)),
        ),
        Mistake(
            "only the last layer",
            "Only the last layer has its penalty: every layer's weights are penalised.",
            lambda weights, dW, lam, n: [*dW[:-1], dW[-1] + lam / n * weights[-1]],
        ),
        Mistake(
            "parentheses of the sum",
            "`(g + lam) / n * W` adds lam to the gradient: it should be g + lam / n * W.",
            lambda weights, dW, lam, n: [
                (g + lam) / n * w for w, g in zip(weights, dW, strict=True)
            ],
        ),
        Mistake(
            "rows for n",
            "The penalty is divided by the number of rows of W: n is the number of training "
            "examples, which is handed in.",
            added(lambda w, lam, n: lam / len(w) * w),
        ),
        Mistake(
            "n multiplied",
            "The penalty's part is multiplied by n: divide.",
            added(lambda w, lam, n: lam * n * w),
        ),
        Mistake(
            "gradient divided by n",
            "The gradient is divided by n too: only the penalty's part is, g + lam / n * W.",
            lambda weights, dW, lam, n: [
                (g + lam * w) / n for w, g in zip(weights, dW, strict=True)
            ],
        ),
        Mistake(
            "layers for n",
            "The penalty is divided by the number of layers: n is handed in.",
            lambda weights, dW, lam, n: [
                g + lam / len(weights) * w for w, g in zip(weights, dW, strict=True)
            ],
        ),
        Mistake(
            "weights for n",
            "The penalty is divided by the number of weights: n is handed in.",
            added(lambda w, lam, n: lam / w.size * w),
        ),
        Mistake(
            "norm for W",
            "This adds the norm of W, one number: each weight has its own part, lam / n * W.",
            added(lambda w, lam, n: lam / n * np.linalg.norm(w)),
        ),
        Mistake(
            "sum for W",
            "This adds the sum of W, one number: each weight has its own part, lam / n * W.",
            added(lambda w, lam, n: lam / n * np.sum(w)),
        ),
        Mistake(
            "absolute value",
            "The sign of W is lost: lam / n * W, so that each weight is drawn towards 0.",
            added(lambda w, lam, n: lam / n * np.abs(w)),
        ),
        Mistake(
            "lam and n swapped",
            "lam and n are swapped: lam / n * W.",
            added(lambda w, lam, n: n / lam * w if lam else 0.0 * w),
        ),
        Mistake(
            "multiplied for added",
            "The gradients are multiplied by the penalty's part: add it.",
            lambda weights, dW, lam, n: [g * lam / n * w for w, g in zip(weights, dW, strict=True)],
        ),
        Mistake(
            "gradients scaled",
            "The gradients are scaled by 1 - lam / n: it is the weights that the step scales so.",
            lambda weights, dW, lam, n: [(1 - lam / n) * g for g in dW],
        ),
        Mistake(
            "only the first layer",
            "Only the first layer has its penalty: every layer's weights are penalised.",
            lambda weights, dW, lam, n: [dW[0] + lam / n * weights[0], *dW[1:]],
        ),
        Mistake(
            "divided by the norm",
            "W is divided by its norm: the penalty is of the squares, and its derivative is W.",
            added(lambda w, lam, n: lam / n * w / np.linalg.norm(w)),
        ),
    ),
)
