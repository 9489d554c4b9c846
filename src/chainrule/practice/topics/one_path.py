"""Concept 10: backpropagation along one path, a network of single neurons."""

from __future__ import annotations

from dataclasses import dataclass

from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import rounded, shown, sigma
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

PATH = "Along a path the slopes multiply: ∂C/∂w = ∂z/∂w · ∂a/∂z · ∂C/∂a."
NO_SLOPE = WrongRule("sigma-slope-left-out", "missing-factor", "the slope σ′(z) was left out", PATH)
SIGN = WrongRule("target-minus-output", "sign", "y − a was taken for a − y", PATH)
SLOPE_OF_A = WrongRule("slope-at-activation", "symbol", "σ′ was taken at a instead of z", PATH)
TWO = WrongRule("factor-two", "factor", "there is a factor 2 too many", "(½u²)′ = u")
NO_INPUT = WrongRule(
    "input-left-out", "missing-factor", "∂z/∂w, the activation before, was left out", PATH
)
ONE_MINUS = WrongRule(
    "one-minus-sigma", "missing-factor", "1 − a was taken for σ′", "σ′(z) = a · (1 − a)"
)
TIMES_A = WrongRule("activation-for-slope", "symbol", "a was taken for σ′", "σ′(z) = a · (1 − a)")
Z_FOR_A = WrongRule(
    "z-for-activation", "symbol", "z was taken for a in a − y", "the cost compares a, not z, with y"
)
UPSTREAM = WrongRule(
    "upstream-ignored", "missing-factor", "∂C/∂a was left out: these are the slopes below it", PATH
)


@dataclass(frozen=True)
class Chain:
    """x, then neurons one after another: their weights, z and a."""

    x: float
    w: tuple[float, ...]
    b: tuple[float, ...]
    y: float
    z: tuple[float, ...]
    a: tuple[float, ...]

    def said(self) -> str:
        weights = ", ".join(
            f"w{i} = {shown(w)}, b{i} = {shown(b)}"
            for i, (w, b) in enumerate(zip(self.w, self.b, strict=True), 1)
        )
        return f"x = {shown(self.x)}, {weights}, y = {shown(self.y)}"


def chain(draw: Draw, length: int) -> Chain:
    """Neurons that are not saturated."""
    while True:
        x = draw.decimal(-20, 20)
        w = tuple(draw.decimal(-20, 20) for _ in range(length))
        b = tuple(draw.decimal(-9, 9) for _ in range(length))
        z: list[float] = []
        a: list[float] = []
        before = x
        for weight, bias in zip(w, b, strict=True):
            z.append(weight * before + bias)
            a.append(sigma(z[-1]))
            before = a[-1]
        if all(0.2 < abs(value) < 2.5 for value in z) and abs(x) > 0.3:
            return Chain(x, w, b, float(draw.integer(0, 1, but=())), tuple(z), tuple(a))


def slope(a: float) -> float:
    return a * (1 - a)


FACTORS = ("∂z2/∂w2", "∂a2/∂z2", "∂C/∂a2", "∂z2/∂a1", "∂z2/∂b2")
VALUES = ("a1", "σ′(z2)", "a2 − y", "w2", "1")


@topic("path-factor", "each factor of the chain", "one-path", "choice")
def path_factor(draw: Draw) -> Task:
    place = draw.integer(0, len(FACTORS) - 1, but=())
    others = draw.some_of(
        [v for i, v in enumerate(VALUES) if i != place], 2 if draw.level == 1 else 3
    )
    options = [VALUES[place], *others]
    draw.random.shuffle(options)
    chosen = tuple(options)
    lettered = "  ".join(f"{'abcd'[i]}) {words}" for i, words in enumerate(options))
    return task(
        f"z2 = w2 · a1 + b2, a2 = σ(z2), C = ½ · (a2 − y)². What is {FACTORS[place]}? {lettered}",
        Choice.of(chosen, VALUES[place]),
        "Which equation holds both names?",
        "Differentiate that one equation by that one name; the others are constants.",
        (f"{FACTORS[place]} = {VALUES[place]}",),
        [WrongRule("another-factor", "symbol", f"{other} is {FACTORS[VALUES.index(other)]}",
                   "each factor comes from one equation").gives(Choice.of(chosen, other))
         for other in others],
    )  # fmt: skip


@topic("path-gradient", "the gradient of a single neuron", "one-path", "number")
def path_gradient(draw: Draw) -> Task:
    c = chain(draw, 1)
    error, s = c.a[0] - c.y, slope(c.a[0])
    by_bias = draw.level > 1 and draw.random.random() < 0.4
    before = 1.0 if by_bias else c.x
    found = error * s * before
    name = "b1" if by_bias else "w1"
    wrong = [NO_SLOPE.gives(Number(error * before, 3)), SIGN.gives(Number(-found, 3)),
             SLOPE_OF_A.gives(Number(error * slope(sigma(c.a[0])) * before, 3)),
             TWO.gives(Number(2 * found, 3)),
             UPSTREAM.gives(Number(s * before, 3)),
             ONE_MINUS.gives(Number(error * (1 - c.a[0]) * before, 3)),
             TIMES_A.gives(Number(error * c.a[0] * before, 3)),
             Z_FOR_A.gives(Number((c.z[0] - c.y) * s * before, 3))]  # fmt: skip
    if not by_bias:
        wrong.insert(2, NO_INPUT.gives(Number(error * s, 3)))
    return task(
        f"One neuron: {c.said()}. z1 = w1 · x + b1, a1 = σ(z1), C = ½ · (a1 − y)². "
        f"What is ∂C/∂{name}? Three decimal places are enough.",
        Number(found, 3),
        "Forward first: z1 and a1. Then one factor at a time.",
        f"{PATH} σ′(z) = a · (1 − a).",
        (f"z1 = {rounded(c.z[0], 4)}, a1 = {rounded(c.a[0], 4)}",
         f"∂C/∂a1 = a1 − y = {rounded(error, 4)}", f"∂a1/∂z1 = a1 · (1 − a1) = {rounded(s, 4)}",
         f"∂z1/∂{name} = {shown(before)}", f"∂C/∂{name} = {rounded(found, 4)}"),
        wrong,
    )  # fmt: skip


@topic("path-two", "the gradient along two neurons", "one-path", "number")
def path_two(draw: Draw) -> Task:
    c = chain(draw, 2)
    error = c.a[1] - c.y
    delta2 = error * slope(c.a[1])
    delta1 = delta2 * c.w[1] * slope(c.a[0])
    at_a = tuple(slope(sigma(a)) for a in c.a)
    if draw.level == 1:
        below, tail = c.w[1], 1.0
        name, found, last = "a1", delta2 * c.w[1], f"∂z2/∂a1 = w2 = {shown(c.w[1])}"
        wrong = (NO_SLOPE.gives(Number(error * c.w[1], 4)),
                 WrongRule("weight-left-out", "missing-factor",
                 "∂z2/∂a1, the weight, was left out", PATH)
                 .gives(Number(delta2, 4)),
                 WrongRule("activation-for-weight", "symbol", "a1 was taken for w2",
                           "∂z2/∂a1 = w2, "
                           "∂z2/∂w2 = a1").gives(Number(delta2 * c.a[0], 4)))  # fmt: skip
    else:
        name, found = ("w1", delta1 * c.x) if draw.level == 2 else ("b1", delta1)
        tail = c.x if draw.level == 2 else 1.0
        below = c.w[1] * slope(c.a[0]) * tail
        last = f"∂z1/∂{name} = {shown(tail)}"
        wrong = (NO_SLOPE.gives(Number(error * slope(c.a[0]) * c.w[1] * tail, 4)),
                 WrongRule("layer-skipped", "missing-factor",
                 "the hidden neuron's slope was left out", PATH)
                 .gives(Number(delta2 * c.w[1] * tail, 4)),
                 WrongRule("weight-left-out", "missing-factor",
                 "∂z2/∂a1, the weight, was left out", PATH)
                 .gives(Number(delta2 * slope(c.a[0]) * tail, 4)))  # fmt: skip
    return task(
        f"Two neurons in a row: {c.said()}. z1 = w1 · x + b1, a1 = σ(z1), z2 = w2 · a1 + b2, a2 "
        "= σ(z2), "
        f"C = ½ · (a2 − y)². What is ∂C/∂{name}? Four decimal places are enough.",
        Number(found, 4),
        "Go from the cost backwards, one factor at a time.",
        PATH,
        (f"z1 = {rounded(c.z[0], 5)}, a1 = {rounded(c.a[0], 5)}, z2 = {rounded(c.z[1], 5)}, a2 = "
         f"{rounded(c.a[1], 5)}",
         f"∂C/∂z2 = (a2 − y) · a2 · (1 − a2) = {rounded(delta2, 5)}",
         last if draw.level == 1 else f"∂C/∂z1 = {rounded(delta2, 5)} · w2 · a1 · (1 − a1) = "
                                      f"{rounded(delta1, 5)}; {last}",
         f"∂C/∂{name} = {rounded(found, 5)}"),
        (*wrong, SIGN.gives(Number(-found, 4)), TWO.gives(Number(2 * found, 4)),
         SLOPE_OF_A.gives(Number(
             error * at_a[1] * c.w[1] * (1 if draw.level == 1 else at_a[0] * tail), 4)),
         TIMES_A.gives(Number(error * c.a[1] * below, 4)),
         Z_FOR_A.gives(Number((c.z[1] - c.y) * slope(c.a[1]) * below, 4)),
         UPSTREAM.gives(Number(slope(c.a[1]) * below, 4))),
    )  # fmt: skip
