"""Concept 7: layers and the forward pass, and how many parameters there are."""

from __future__ import annotations

from itertools import pairwise

from chainrule.practice.answers.matrix import Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import column, flipped, plus, rounded, rows, shown, sigma, times
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

LAYER = "z = W @ x + b: row j of W holds the weights of neuron j."
NO_BIAS = WrongRule("bias-forgotten", "missing-term", "the biases were left out", LAYER)
TRANSPOSED = WrongRule("weights-transposed", "transpose", "W was used transposed", LAYER)


@topic("layer", "the weighted input of a layer", "forward", "vector")
def layer(draw: Draw) -> Task:
    n, m = ((2, 2), (2, 3), (3, 3))[draw.level - 1]
    w, x, b = draw.matrix(n, m), draw.vector(m), draw.vector(n)
    z = plus(times(w, x), b)
    wrong = [NO_BIAS.gives(Vector(times(w, x)))]
    if n == m:
        wrong.append(TRANSPOSED.gives(Vector(plus(times(flipped(w), x), b))))
    return task(
        f"A layer has W = {rows(w)}, row by row, and b = {column(b)}. Its input is x = "
        f"{column(x)}. What is z?",
        Vector(z),
        "One entry for each neuron.",
        LAYER,
        (f"W @ x = {column(times(w, x))}",
         f"z = {column(times(w, x))} + {column(b)} = {column(z)}"),
        wrong,
    )  # fmt: skip


RELU = "relu(z) is z where z is above 0, and 0 otherwise, entry by entry."


@topic("forward-relu", "a forward pass with relu", "forward", "number")
def forward_relu(draw: Draw) -> Task:
    n = 2 if draw.level < 3 else 3
    while True:
        w1, b1, x = draw.matrix(n, 2), draw.vector(n), draw.vector(2, -3, 3)
        w2, b2 = (draw.vector(n, -3, 3),), float(draw.signed(1, 4))
        z1 = plus(times(w1, x), b1)
        if min(z1) < 0 < max(z1):
            break
    a1 = tuple(max(z, 0.0) for z in z1)
    out = times(w2, a1)[0] + b2
    return task(
        f"W1 = {rows(w1)}, b1 = {column(b1)}, W2 = {rows(w2)}, b2 = {shown(b2)}, and x = "
        f"{column(x)}. "
        "a1 = relu(W1 @ x + b1). What is z2 = W2 @ a1 + b2?",
        Number(out),
        "One layer after the other.",
        f"{LAYER} {RELU}",
        (f"z1 = {column(z1)}", f"a1 = {column(a1)}", f"z2 = {shown(out)}"),
        (WrongRule("relu-left-out", "function", "relu was left out", RELU)
         .gives(Number(times(w2, z1)[0] + b2)),
         WrongRule("z-for-abs", "function", "the magnitude was taken instead of relu", RELU)
         .gives(Number(times(w2, tuple(abs(z) for z in z1))[0] + b2)),
         NO_BIAS.gives(Number(out - b2)),
         WrongRule("first-bias-forgotten", "missing-term", "b1 was left out", LAYER)
         .gives(Number(times(w2, tuple(max(z, 0.0) for z in times(w1, x)))[0] + b2))),
    )  # fmt: skip


@topic("forward-sigmoid", "a forward pass with sigmoid", "forward", "number")
def forward_sigmoid(draw: Draw) -> Task:
    n = (1, 2, 2)[draw.level - 1]
    while True:
        w1 = tuple(tuple(draw.decimal(-15, 15) for _ in range(2)) for _ in range(n))
        b1 = tuple(draw.decimal(-9, 9) for _ in range(n))
        w2, b2 = (tuple(draw.decimal(-20, 20) for _ in range(n)),), draw.decimal(-9, 9)
        x = tuple(float(e) for e in draw.vector(2, -2, 2))
        z1 = plus(times(w1, x), b1)
        a1 = tuple(sigma(z) for z in z1)
        z2 = times(w2, a1)[0] + b2
        if 0.2 < abs(z2) < 3 and all(0.2 < abs(z) < 4 for z in z1):
            break
    return task(
        f"A 2-{n}-1 network with sigmoids: W1 = {rows(w1)}, b1 = {column(b1)}, W2 = {rows(w2)}, "
        f"b2 = {shown(b2)}. "
        f"The input is x = {column(x)}. What is its output? Two decimal places are enough.",
        Number(sigma(z2), 2),
        "z, then a, layer by layer.",
        f"{LAYER} a = σ(z) in every layer.",
        (f"z1 = {column([round(z, 4) for z in z1])}", f"a1 = {column([round(a, 4) for a in a1])}",
         f"z2 = {rounded(z2, 4)}", f"a2 = {rounded(sigma(z2), 4)}"),
        (WrongRule("output-sigma-left-out", "function", "this is z2: its sigma was left out",
                   "a = σ(z) in every layer").gives(Number(z2, 2)),
         WrongRule("hidden-sigma-left-out", "function",
         "the sigma of the hidden layer was left out",
                   "a = σ(z) in every layer").gives(Number(sigma(times(w2, z1)[0] + b2), 2)),
         NO_BIAS.gives(Number(sigma(z2 - b2), 2))),
    )  # fmt: skip


COUNT = "A layer from m to n neurons has n·m weights and n biases."


@topic("parameter-count", "how many parameters a network has", "forward", "number")
def parameter_count(draw: Draw) -> Task:
    if draw.level == 3:
        hidden = draw.some_of(range(20, 91, 10), draw.integer(1, 2))
        sizes = [784, *hidden, 10]
    else:
        sizes = draw.some_of(range(2, 10), draw.level + 2)
    pairs = list(pairwise(sizes))
    weights, biases = sum(m * n for m, n in pairs), sum(sizes[1:])
    return task(
        f"How many weights and biases does a fully connected {'-'.join(map(str, sizes))} network "
        "have, all together?",
        Number(weights + biases),
        "Count layer by layer.",
        COUNT,
        (*(f"{m} to {n}: {m}·{n} + {n} = {m * n + n}" for m, n in pairs),
         f"together {weights + biases}"),
        (WrongRule("biases-not-counted", "missing-term", "the biases were not counted", COUNT)
         .gives(Number(weights)),
         WrongRule("input-has-biases", "extra-term", "the input was given biases", COUNT)
         .gives(Number(weights + biases + sizes[0])),
         WrongRule("last-layer-left-out", "missing-term", "the last layer was left out", COUNT)
         .gives(Number(sum(m * n + n for m, n in pairs[:-1])))),
    )  # fmt: skip
