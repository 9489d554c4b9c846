"""Concept 20: momentum."""

from __future__ import annotations

from chainrule.practice.answers.number import Number
from chainrule.practice.answers.parts import Parts
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import bracketed, rounded, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

MOMENTUM = "v ← μ · v − η · ∂C/∂w, then w ← w + v."


@topic("momentum-step", "steps with momentum", "momentum", "parts")
def momentum_step(draw: Draw) -> Task:
    mu, rate = draw.one_of((0.5, 0.8, 0.9)), draw.one_of((0.1, 0.2, 0.5))
    w, v = float(draw.signed(1, 9)), 0.0 if draw.level == 1 else draw.decimal(-20, 20)
    slopes = [draw.signed(1, 8) for _ in range(max(draw.level - 1, 1))]
    make = lambda x, y: Parts((("v", Number(round(x, 9), 3)), ("w", Number(round(y, 9), 3))))  # noqa: E731
    new_v, new_w, plain, up_v, up_w, old = v, w, w, v, w, w
    lines: list[str] = []
    for g in slopes:
        old += new_v
        before_v, before_w = bracketed(round(new_v, 6)), rounded(new_w, 6)
        new_v = mu * new_v - rate * g
        new_w += new_v
        plain -= rate * g
        up_v = mu * up_v + rate * g
        up_w += up_v
        lines += [
            f"v = {mu} · {before_v} − {rate} · {bracketed(g)} = {rounded(new_v, 6)}",
            f"w = {before_w} + {bracketed(round(new_v, 6))} = {rounded(new_w, 6)}",
        ]
    said = " and then ".join(shown(g) for g in slopes)
    return task(
        f"w = {shown(w)}, v = {shown(v)}, μ = {mu}, η = {rate}. The slope ∂C/∂w is {said}. What "
        "are v and w after "
        f"{'one step' if len(slopes) == 1 else f'{len(slopes)} steps'}? Type v = …; w = …",
        make(new_v, new_w),
        "The velocity first, then the weight.",
        MOMENTUM,
        lines,
        (WrongRule("velocity-uphill", "sign", "the slope was added to the velocity", MOMENTUM)
         .gives(make(up_v, up_w)),
         WrongRule("old-velocity", "symbol", "w was moved by the old velocity", MOMENTUM)
         .gives(make(new_v, old)),
         WrongRule("momentum-forgotten", "missing-term",
         "this is a step without momentum", MOMENTUM)
         .gives(make(-rate * slopes[-1], plain))),
    )  # fmt: skip


@topic("effective-rate", "how far momentum carries", "momentum", "number")
def effective_rate(draw: Draw) -> Task:
    mu, rate = draw.one_of((0.5, 0.8, 0.9, 0.95, 0.75)), draw.one_of((0.1, 0.01, 0.2, 0.05))
    g = 1 if draw.level == 1 else draw.integer(2, 9)
    if draw.level == 3:
        g = -g
    final, rule = (
        -rate * g / (1 - mu),
        "Where v stays the same, v = μ · v − η · g, so v = −η · g/(1 − μ).",
    )
    return task(
        f"With momentum μ = {mu} and the learning rate {rate}, the slope stays {shown(g)} for a "
        "long time. Which velocity does v come to? "
        "Three decimal places are enough.",
        Number(round(final, 9), 3),
        "In the end v does not change any more.",
        rule,
        (f"v = {mu} · v − {rate} · {bracketed(g)}", f"v = {rounded(final, 6)}"),
        (WrongRule("velocity-uphill", "sign", "the sign is turned", rule).gives(Number(-final, 3)),
         WrongRule("momentum-forgotten", "missing-factor", "this is a step without momentum", rule)
         .gives(Number(-rate * g, 3)),
         WrongRule("divided-by-momentum", "function", "it was divided by μ instead of 1 − μ", rule)
         .gives(Number(-rate * g / mu, 3)),
         WrongRule("one-plus-momentum", "sign", "it was divided by 1 + μ", rule)
         .gives(Number(-rate * g / (1 + mu), 3))),
    )  # fmt: skip
