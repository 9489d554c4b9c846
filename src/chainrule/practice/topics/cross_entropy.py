"""Concept 17: cross-entropy."""

from __future__ import annotations

import math

from chainrule.practice.answers.matrix import Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import column, hadamard, minus, rounded, scaled, shown, sigma
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

CROSS = "C = −(y · log a + (1 − y) · log(1 − a)), log natural."


@topic("cross-entropy-cost", "the cross-entropy of one output", "cross-entropy", "number")
def cross_entropy_cost(draw: Draw) -> Task:
    y = draw.integer(0, 1, but=())
    a = draw.decimal(1, 9) if draw.level == 1 else draw.decimal(2, 98, 2)
    if draw.level == 3:
        y = draw.decimal(2, 8)
    c = -(y * math.log(a) + (1 - y) * math.log(1 - a))
    other = -((1 - y) * math.log(a) + y * math.log(1 - a))
    return task(
        f"The output is a = {shown(a)}, the target y = {shown(y)}. What is the cross-entropy? "
        "Three decimal places are enough.",
        Number(c, 3),
        "One of the two terms is 0." if draw.level < 3 else "Both terms count.",
        CROSS,
        (f"log a = {rounded(math.log(a), 4)}, log(1 − a) = {rounded(math.log(1 - a), 4)}",
         f"C = {rounded(c, 4)}"),
        (WrongRule("cross-entropy-sign", "sign",
         "the minus sign was left out", CROSS).gives(Number(-c, 3)),
         WrongRule("target-swapped", "symbol",
         "y and 1 − y were swapped", CROSS).gives(Number(other, 3)),
         WrongRule("log-base-ten", "function", "the logarithm to the base 10 was taken", CROSS)
         .gives(Number(c / math.log(10), 3)),
         WrongRule("other-cost", "other-cost", "this is the quadratic cost", CROSS)
         .gives(Number((a - y) ** 2 / 2, 3))),
    )  # fmt: skip


CE_DELTA = "With cross-entropy σ′ cancels: delta = a − y."
EXTRA = WrongRule("extra-slope", "extra-factor", "there is an a·(1 − a) too many", CE_DELTA)


@topic("cross-entropy-delta", "the output error with cross-entropy", "cross-entropy", "vector")
def cross_entropy_delta(draw: Draw) -> Task:
    z = tuple(draw.decimal(-30, 30) for _ in range(draw.level + (draw.level < 2)))
    y = tuple(float(draw.integer(0, 1, but=())) for _ in z)
    a = tuple(sigma(e) for e in z)
    delta = minus(a, y)
    slopes = tuple(e * (1 - e) for e in a)
    return task(
        f"A layer of sigmoids with the cross-entropy has z = {column(z)} and the target y = "
        f"{column(y)}. What is its error "
        "delta = ∂C/∂z? Three decimal places are enough.",
        Vector(delta, 3),
        "Which factor cancels?",
        CE_DELTA,
        (f"a = σ(z) = {column([round(e, 4) for e in a])}",
         f"delta = a − y = {column([round(e, 4) for e in delta])}"),
        (EXTRA.gives(Vector(hadamard(delta, slopes), 3)),
         WrongRule("target-minus-output", "sign", "this is y − a", CE_DELTA)
         .gives(Vector(scaled(-1, delta), 3)),
         WrongRule("z-for-activation", "symbol", "z was taken for a", CE_DELTA)
         .gives(Vector(minus(z, y), 3))),
    )  # fmt: skip
