"""Concept 19: starting weights and regularisation."""

from __future__ import annotations

import math

from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import bracketed, rounded, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

VARIANCE = "Variances of independent terms add up: Var(z) = n · Var(w) · x² + Var(b)."


@topic("variance-of-sum", "the spread of a weighted sum", "start-and-penalty", "number")
def variance_of_sum(draw: Draw) -> Task:
    n, w, b = draw.integer(2, 40) * 10, draw.one_of((1, 2, 0.5)), draw.one_of((1, 2, 3))
    if draw.level == 1:
        b = 0
    on = n if draw.level < 3 else n // 2
    variance = on * w * w + b * b
    inputs = "all 1" if on == n else f"{on} of them 1 and the others 0"
    bias = f", and the bias the standard deviation {b}" if b else ""
    return task(
        f"z = Σ w · x{' + b' if b else ''} with {n} inputs, {inputs}. The weights are "
        f"independent, with mean 0 and standard deviation {shown(w)}{bias}. What is the standard "
        "deviation of z? Two decimal places are enough.",
        Number(math.sqrt(variance), 2),
        "Do standard deviations add up, or variances?",
        VARIANCE,
        (f"Var(z) = {on} · {shown(w)}²{f' + {b}²' if b else ''} = {shown(variance)}",
         f"standard deviation {rounded(math.sqrt(variance), 3)}"),
        (WrongRule("variance-for-deviation", "power", "this is the variance", VARIANCE)
         .gives(Number(variance, 2)),
         WrongRule("deviations-added", "sum-mean", "standard deviations were added", VARIANCE)
         .gives(Number(on * w + b, 2)),
         *([WrongRule("bias-forgotten", "missing-term", "the bias was left out", VARIANCE)
            .gives(Number(math.sqrt(on) * w, 2))] if b else []),
         *([WrongRule("zeros-counted", "extra-term", "inputs that are 0 were counted", VARIANCE)
            .gives(Number(math.sqrt(n * w * w + b * b), 2))] if on != n else [])),
    )  # fmt: skip


DECAY = "L2: w ← w · (1 − η · λ/n) − η · ∂C₀/∂w."


@topic("weight-decay", "one step with L2 regularisation", "start-and-penalty", "number")
def weight_decay(draw: Draw) -> Task:
    rate, lam, n = draw.one_of((0.1, 0.5, 0.2)), draw.integer(1, 9), draw.one_of((10, 20, 50, 100))
    w, g = draw.signed(1, 9), 0.0 if draw.level == 1 else draw.decimal(-30, 30)
    new = w - rate * lam / n * w - rate * g
    return task(
        f"w = {shown(w)}, the learning rate is {rate}, λ = {lam}, {n} training examples, and the "
        f"cost without the penalty has the slope {shown(g)}. "
        "Where is w after one step with the L2 penalty λ/(2n) · w²? Three decimal places are "
        "enough.",
        Number(round(new, 9), 3),
        "What is the slope of the penalty?",
        DECAY,
        (f"slope of the penalty: λ/n · w = {rounded(lam / n * w, 6)}",
         f"w becomes {shown(w)} − {rate} · ({rounded(lam / n * w, 6)} + {bracketed(g)}) = "
         f"{rounded(new, 6)}"),
        (WrongRule("penalty-forgotten", "missing-term", "the penalty was left out", DECAY)
         .gives(Number(w - rate * g, 3)),
         WrongRule("penalty-grows", "sign", "the penalty made w larger", DECAY)
         .gives(Number(w + rate * lam / n * w - rate * g, 3)),
         WrongRule("not-divided-by-n", "missing-factor", "λ was not divided by n", DECAY)
         .gives(Number(w - rate * lam * w - rate * g, 3)),
         WrongRule("l1-for-l2", "other-cost", "this is the step with the L1 penalty", DECAY)
         .gives(Number(w - rate * lam / n * math.copysign(1, w) - rate * g, 3)),
         WrongRule("penalty-halved", "factor", "the 2 of (w²)′ was left out", DECAY)
         .gives(Number(w - rate * lam / (2 * n) * w - rate * g, 3))),
    )  # fmt: skip
