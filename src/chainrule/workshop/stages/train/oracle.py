"""How `train` is judged: where the random order cannot matter, against the network's training.

A single mini-batch that holds all examples, or examples that are all alike: then every order
leads to the same weights.
"""

from typing import Any

import numpy as np

from chainrule.workshop import ours, slips
from chainrule.workshop.fixtures import DEEP, SIZES, SMALL, SQUARE, examples, layers, rounded
from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.oracle import Case, Kind, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists

RATE = 0.7


def right(
    X: Any,
    Y: Any,
    weights: Any,
    biases: Any,
    epochs: Any,
    batch_size: Any,
    learning_rate: Any,
    rng: Any,
) -> Any:
    return ours.trained(X, Y, weights, biases, epochs, batch_size, learning_rate)


def cases() -> list[Case]:
    rng = np.random.default_rng(121)
    found = []
    plan: list[tuple[int, tuple[int, ...], int, int, bool, Kind]] = [
        (2, SMALL, 1, 2, False, "small"),
        (7, SIZES, 1, 7, False, "plain"),
        (6, DEEP, 3, 6, False, "plain"),
        (5, SIZES, 2, 2, True, "plain"),
        (4, SQUARE, 1, 4, False, "square"),
    ]
    for m, sizes, epochs, size, alike, kind in plan:
        weights, biases = layers(rng, sizes)
        X, Y = examples(rng, m, sizes)
        if kind == "small":
            weights, biases = rounded(weights, biases)
            X = X.round(1)
        if alike:
            X, Y = np.tile(X[:1], (m, 1)), np.tile(Y[:1], (m, 1))
        words = f"{m} examples, batch_size {size}, {epochs} epoch{'s' * (epochs > 1)}"
        found.append(
            Case(
                {
                    "X": X,
                    "Y": Y,
                    "weights": weights,
                    "biases": biases,
                    "epochs": epochs,
                    "batch_size": size,
                    "learning_rate": RATE,
                    "rng": Given("rng", m),
                },
                kind,
                words,
            )
        )
    return found


def stepping(
    equations: Any = slips.RIGHT,
    *,
    uphill: Any = False,
    accumulate: Any = False,
    drop_last: Any = False,
    one_epoch: Any = False,
    one_batch: Any = False,
    whole_size: Any = False,
    only: Any = None,
    rate: Any = lambda eta, m: eta,
) -> Any:
    """Training with something wrong in its loops."""

    def answer(
        X: Any,
        Y: Any,
        weights: Any,
        biases: Any,
        epochs: Any,
        batch_size: Any,
        learning_rate: Any,
        rng: Any,
    ) -> Any:
        weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
        total = None
        for _ in range(1 if one_epoch else epochs):
            for start in range(0, len(X), batch_size):
                part = slice(start, start + batch_size)
                m = len(X[part])
                if drop_last and m < batch_size:
                    continue
                dW, db = slips.gradients(equations, X[part], Y[part], weights, biases)
                if accumulate:
                    total = (
                        (dW, db)
                        if total is None
                        else tuple(
                            [a + b for a, b in zip(one, two, strict=True)]
                            for one, two in zip(total, (dW, db), strict=True)
                        )
                    )
                    dW, db = total
                eta = rate(learning_rate, m) * (-1 if uphill else 1)
                if whole_size:
                    eta *= m / batch_size
                if only != "biases":
                    weights = [w - eta * g for w, g in zip(weights, dW, strict=True)]
                if only != "weights":
                    biases = [b - eta * g for b, g in zip(biases, db, strict=True)]
                if one_batch:
                    break
        return weights, biases

    return answer


def updated_weights_used(
    X: Any,
    Y: Any,
    weights: Any,
    biases: Any,
    epochs: Any,
    batch_size: Any,
    learning_rate: Any,
    rng: Any,
) -> Any:
    """Every layer takes its step before the error is carried back through it."""
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            rows, targets = X[start : start + batch_size], Y[start : start + batch_size]
            m = len(rows)
            zs, activations = slips.forward(rows, weights, biases)
            delta = (activations[-1] - targets) * slips.sigmoid_prime(zs[-1])
            for layer in range(len(weights) - 1, -1, -1):
                weights[layer] = weights[layer] - learning_rate * delta.T @ activations[layer] / m
                biases[layer] = biases[layer] - learning_rate * delta.sum(axis=0) / m
                if layer:
                    delta = (delta @ weights[layer]) * slips.sigmoid_prime(zs[layer - 1])
    return weights, biases


def untouched(X: Any, Y: Any, weights: Any, biases: Any, *rest: Any) -> Any:
    return weights, biases


SAID_BY_THE_LOOP = {"sign", "bias gradient summed over everything, for every neuron"}

ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=Lists(
        (
            Group("weights", "W{}", lambda i: f"(n{i}, n{i - 1}), as it came"),
            Group("biases", "b{}", lambda i: f"(n{i},), as it came"),
        )
    ),
    in_place=("weights", "biases"),
    seconds=8.0,
    mistakes=(
        Mistake(
            "step uphill",
            "The steps go uphill: the gradient is subtracted, and its error is a - y.",
            stepping(uphill=True),
        ),
        Mistake(
            "updated W used",
            "The error is carried back through weights that have taken their step already: take "
            "all gradients first.",
            updated_weights_used,
        ),
        Mistake(
            "gradients not reset",
            "The gradients of earlier mini-batches are still in the sum: start each mini-batch "
            "from 0.",
            stepping(accumulate=True),
        ),
        Mistake(
            "last batch dropped",
            "The short last mini-batch is left out.",
            stepping(drop_last=True),
        ),
        Mistake(
            "last batch by batch_size",
            "The sums of the short last mini-batch are divided by batch_size: divide by the number "
            "of its own examples.",
            stepping(whole_size=True),
        ),
        Mistake(
            "one epoch only",
            "Only one epoch is done: go through all examples `epochs` times.",
            stepping(one_epoch=True),
        ),
        Mistake(
            "one mini-batch an epoch",
            "Only the first mini-batch of each epoch is used (is `return` or `break` inside the "
            "loop?).",
            stepping(one_batch=True),
        ),
        Mistake(
            "learning rate left out",
            "The learning rate is missing from the step.",
            stepping(rate=lambda eta, m: 1.0),
        ),
        Mistake(
            "biases not trained",
            "The biases are as they were: they take their step too.",
            stepping(only="weights"),
        ),
        Mistake(
            "weights not trained",
            "The weights are as they were: they take their step too.",
            stepping(only="biases"),
        ),
        Mistake(
            "nothing changed",
            "Weights and biases are as they were. Is what `update` returns kept?",
            untouched,
        ),
        *(
            Mistake(slip.name, slip.says, stepping(slip.equations))
            for slip in slips.SLIPS
            if slip.name not in SAID_BY_THE_LOOP
        ),
    ),
)
