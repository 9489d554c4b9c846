"""Concept 15: gradient checks."""

from __future__ import annotations

from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import rounded, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

RELATIVE = "The relative error is |a − n| / max(|a|, |n|)."


@topic("relative-error", "the relative error of a gradient check", "gradient-check", "number")
def relative_error(draw: Draw) -> Task:
    a = draw.decimal(-99, 99, 2)
    n = round(a + draw.decimal(-25, 25, 2), 2)
    if draw.level == 3:
        n = round(-a * draw.one_of((0.5, 0.25, 2.0)), 4)
    if n == 0 or n == a:
        n = round(a + 0.03, 2)
    error = abs(a - n) / max(abs(a), abs(n))
    return task(
        f"Backpropagation gives {shown(a)}, the centred difference {shown(n)}. What is the "
        "relative error? Three decimal places are enough.",
        Number(error, 3),
        "A difference of 0.01 is much for 0.02 and little for 100.",
        RELATIVE,
        (f"|a − n| = {rounded(abs(a - n), 6)}",
         f"the larger magnitude is {rounded(max(abs(a), abs(n)), 6)}",
         f"relative error {rounded(error, 5)}"),
        (WrongRule("absolute-error", "missing-factor", "this is the absolute error", RELATIVE)
         .gives(Number(abs(a - n), 3)),
         WrongRule("divided-by-smaller", "function", "it was divided by the smaller one", RELATIVE)
         .gives(Number(abs(a - n) / min(abs(a), abs(n)), 3)),
         WrongRule("divided-by-sum", "operator", "it was divided by the sum of both", RELATIVE)
         .gives(Number(abs(a - n) / (abs(a) + abs(n)), 3))),
    )  # fmt: skip


PASSES = ("it passes", "it fails")
LIMITS = "In float64, with centred differences: below 1e-7 it passes, above 1e-2 it fails."


@topic("gradient-check", "which gradient check passes", "gradient-check", "choice")
def gradient_check(draw: Draw) -> Task:
    right = draw.one_of(PASSES)
    exponent = draw.integer(8, 10) if right == PASSES[0] else draw.integer(0, 1, but=())
    value = draw.one_of((0.01, 0.2, 5.0, 300.0, 0.0004))
    error = draw.decimal(11, 69) * 10.0**-exponent / (10 if right == PASSES[1] else 1)
    difference = value * error
    said = f"the relative error is {error:.1e}"
    if draw.level > 1:
        said = f"the gradient is {value:g}, and the two differ by {difference:.1e}"
    return task(
        f"A gradient check in float64 with centred differences, away from kinks: {said}. Does it "
        "pass? a) it passes  b) it fails",
        Choice.of(PASSES, right),
        "Compare the difference with the size of the gradient.",
        f"{RELATIVE} {LIMITS}",
        (f"the relative error is {error:.1e}", f"so {right}"),
        (WrongRule("absolute-for-relative", "missing-factor",
         "the size of the gradient was not seen", LIMITS)
         .gives(Choice.of(PASSES, PASSES[right == PASSES[0]])),),
    )  # fmt: skip
