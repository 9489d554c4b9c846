"""How `train` is judged: first where the random order cannot matter, then by the order itself.

With a single mini-batch that holds all examples, or with examples that are all alike, every order
leads to the same weights. With three examples taken one by one, every order leads to weights of
its own, which tell the order that was taken.
"""

from itertools import permutations, product
from typing import Any

import numpy as np

from chainrule.ground.words import counted
from chainrule.workshop import reference_network
from chainrule.workshop.backprop_equations import RIGHT, forward, gradients, sigmoid_prime
from chainrule.workshop.backprop_mistakes import SLIPS
from chainrule.workshop.fixtures import DEEP, SIZES, SMALL, SQUARE, examples, layers, rounded
from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.oracle import Case, Finding, Kind, Mistake, Oracle
from chainrule.workshop.returns import Group, Lists, Misread

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
    return reference_network.trained(X, Y, weights, biases, epochs, batch_size, learning_rate)


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
        words = f"{m} examples, batch_size {size}, {counted(epochs, 'epoch')}"
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
    return [*found, *drawn()]


ORDERS = list(permutations(range(3)))
FAST = 2.0
"""A learning rate at which the weights of different orders are well apart."""
SHORT, LONG = 6, 8
"""Cases of one epoch and of two: a right order is that of X, or the same twice, in all of them
once in some 50,000 and a million times."""


def drawn() -> list[Case]:
    """Three examples, one in a mini-batch, with generators that all differ."""
    rng = np.random.default_rng(122)
    weights, biases = layers(rng, (2, 3, 2))
    X, Y = rng.normal(0, 1, (3, 2)).round(1), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    return [
        Case(
            {
                "X": X,
                "Y": Y,
                "weights": weights,
                "biases": biases,
                "epochs": 1 if number < SHORT else 2,
                "batch_size": 1,
                "learning_rate": FAST,
                "rng": Given("rng", 200 + number),
            },
            "drawn",
        )
        for number in range(SHORT + LONG)
    ]


def after(
    X: Any, Y: Any, weights: Any, biases: Any, pairs: Any, rate: Any = FAST
) -> tuple[Any, Any]:
    """Weights and biases after a step for each pair of places, one in X and one in Y."""
    for place, target in pairs:
        part, aim = X[np.atleast_1d(place)], Y[np.atleast_1d(target)]
        dW, db = gradients(RIGHT, part, aim, weights, biases)
        weights = [w - rate * g for w, g in zip(weights, dW, strict=True)]
        biases = [b - rate * g for b, g in zip(biases, db, strict=True)]
    return weights, biases


def taken(case: Any, found: Any, candidates: Any) -> Any:
    """The candidate, a list of epochs, whose steps lead to what was found; None if none does."""
    X, Y, weights, biases = list(case.arguments.values())[:4]
    for epochs in candidates:
        pairs = [pair for epoch in epochs for pair in epoch]
        if ORACLE.close(found, FORM.read(after(X, Y, weights, biases, pairs))):
            return epochs
    return None


def in_step(order: Any) -> Any:
    """One epoch in an order, each example beside its own target."""
    return list(zip(order, order, strict=True))


def apart(case: Any, found: Any) -> Finding:
    """Why the weights are those of no order at all."""
    everything = [list(range(3))] * 3
    both = ([list(zip(*pair, strict=True))] for pair in product(ORDERS, ORDERS))
    if taken(case, found, [[in_step(everything)]]):
        return Finding(
            "numbers",
            "Every step takes the gradients of all examples: take those of the mini-batch alone.",
            "all examples in every step",
        )
    if taken(case, found, both):
        return Finding(
            "numbers",
            "X and Y are shuffled differently: each example has lost its own target. Use one order "
            "for both.",
            "X and Y shuffled apart",
        )
    return Finding(
        "numbers",
        "With three examples, one in a mini-batch, the weights after an epoch are those of no "
        "order in which each example is taken once.",
    )


def properties(cases: Any, values: Any) -> Finding | None:
    """What is wrong with the orders, epoch by epoch."""
    found = []
    for case, value in zip(cases, values, strict=True):
        like = FORM.read((case.arguments["weights"], case.arguments["biases"]))
        try:
            found.append(FORM.read(value, like))
        except Misread as fault:
            return Finding("shape", str(fault))
    epochs = [in_step(order) for order in ORDERS]
    one = list(zip(cases, found, strict=True))[:SHORT]
    first = [taken(case, each, ([epoch] for epoch in epochs)) for case, each in one]
    if None in first:
        return apart(*one[first.index(None)])
    if all(order == [epochs[0]] for order in first):
        return Finding(
            "numbers",
            "The examples are always taken in the order of X: shuffle them in every epoch, with "
            "rng.",
            "not shuffled",
        )
    if all(order == first[0] for order in first):
        return Finding(
            "numbers",
            "Different generators gave the same order: draw it from the rng that is given.",
            "rng not used",
        )
    two = list(zip(cases, found, strict=True))[SHORT:]
    if all(taken(case, each, ([epoch, epoch] for epoch in epochs)) for case, each in two):
        return Finding(
            "numbers",
            "All epochs take the examples in the same order: draw a new one for each epoch.",
            "one order for all epochs",
        )
    return None


def stepping(
    equations: Any = RIGHT,
    *,
    uphill: Any = False,
    accumulate: Any = False,
    drop_last: Any = False,
    one_epoch: Any = False,
    one_batch: Any = False,
    fewer: Any = 0,
    biases_later: Any = False,
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
        for _ in range(1 if one_epoch else epochs - fewer):
            for start in range(0, len(X), batch_size):
                part = slice(start, start + batch_size)
                m = len(X[part])
                if drop_last and m < batch_size:
                    continue
                dW, db = gradients(equations, X[part], Y[part], weights, biases)
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
                if biases_later:
                    db = gradients(equations, X[part], Y[part], weights, biases)[1]
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
            zs, activations = forward(rows, weights, biases)
            delta = (activations[-1] - targets) * sigmoid_prime(zs[-1])
            for layer in range(len(weights) - 1, -1, -1):
                weights[layer] = weights[layer] - learning_rate * delta.T @ activations[layer] / m
                biases[layer] = biases[layer] - learning_rate * delta.sum(axis=0) / m
                if layer:
                    delta = (delta @ weights[layer]) * sigmoid_prime(zs[layer - 1])
    return weights, biases


def untouched(X: Any, Y: Any, weights: Any, biases: Any, *rest: Any) -> Any:
    return weights, biases


FORM = Lists(
    (
        Group("weights", "W{}", lambda i: f"(n{i}, n{i - 1}), as it came"),
        Group("biases", "b{}", lambda i: f"(n{i},), as it came"),
    )
)
SAID_BY_THE_LOOP = {"sign", "bias gradient summed over everything, for every neuron"}

ORACLE = Oracle(
    cases=cases,
    right=right,
    returns=FORM,
    properties=properties,
    in_place=("weights", "biases"),
    seconds=8.0,
    mistakes=(
        Mistake("step uphill", stepping(uphill=True)),
        Mistake("updated W used", updated_weights_used),
        Mistake("gradients not reset", stepping(accumulate=True)),
        Mistake("last batch dropped", stepping(drop_last=True)),
        Mistake("last batch by batch_size", stepping(whole_size=True)),
        Mistake("one epoch only", stepping(one_epoch=True)),
        Mistake("one step an epoch", stepping(one_batch=True)),
        Mistake("one epoch too few", stepping(fewer=1)),
        Mistake("gradients taken again for the biases", stepping(biases_later=True)),
        Mistake("learning rate left out", stepping(rate=lambda eta, m: 1.0)),
        Mistake("biases not trained", stepping(only="weights")),
        Mistake("weights not trained", stepping(only="biases")),
        Mistake("nothing changed", untouched),
        *(
            Mistake(slip.name, stepping(slip.equations), slip.says)
            for slip in SLIPS
            if slip.name not in SAID_BY_THE_LOOP
        ),
        Mistake("one epoch too many", stepping(fewer=-1)),
        Mistake(
            "divided by all examples",
            lambda X, Y, w, b, epochs, size, eta, rng: stepping()(
                X, Y, w, b, epochs, size, eta / len(X), rng
            ),
        ),
        Mistake("weights and biases swapped", lambda *arguments: right(*arguments)[::-1]),
        Mistake(
            "only one step",
            lambda X, Y, w, b, epochs, size, eta, rng: stepping(one_batch=True)(
                X, Y, w, b, 1, size, eta, rng
            ),
        ),
        Mistake(
            "a step for every example",
            lambda X, Y, w, b, epochs, size, eta, rng: stepping()(X, Y, w, b, epochs, 1, eta, rng),
        ),
    ),
)
