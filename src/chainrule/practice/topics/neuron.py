"""Concept 6: one neuron. Weighted sum, threshold, sigmoid, logic gates."""

from __future__ import annotations

import math

from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import bracketed, column, dot, products, rounded, shown, sigma
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

WEIGHTED = "z = w · x + b: multiply entry by entry, add up, add the bias."
NO_BIAS = WrongRule("bias-forgotten", "missing-term", "the bias was left out", WEIGHTED)
BIAS_SIGN = WrongRule("bias-subtracted", "sign", "the bias was subtracted", WEIGHTED)
NOT_ADDED = WrongRule("weights-ignored", "missing-factor", "the weights were left out", WEIGHTED)
SUMS = WrongRule(
    "sums-multiplied", "grouping", "weights and inputs were added up first, and then multiplied",
    WEIGHTED,
)  # fmt: skip


def working(w: tuple[float, ...], x: tuple[float, ...], b: float) -> str:
    return f"z = {products(w, x)} + {bracketed(b)} = {rounded(dot(w, x) + b, 6)}"


@topic("weighted-sum", "the weighted sum of a neuron", "neuron", "number")
def weighted_sum(draw: Draw) -> Task:
    n = draw.level + 1
    w, x, b = draw.vector(n), draw.vector(n), draw.signed(1, 6)
    z = dot(w, x)
    return task(
        f"A neuron has the weights w = {column(w)} and the bias b = {shown(b)}. Its input is "
        f"x = {column(x)}. What is its weighted input z?",
        Number(z + b),
        "Each input has its own weight.",
        WEIGHTED,
        (working(w, x, b),),
        (NO_BIAS.gives(Number(z)), BIAS_SIGN.gives(Number(z - b)),
         NOT_ADDED.gives(Number(sum(x) + b)), SUMS.gives(Number(sum(w) * sum(x) + b))),
    )  # fmt: skip


FIRES = ("0", "1")
THRESHOLD = "A perceptron puts out 1 where w · x + b is above 0, and 0 otherwise."


@topic("perceptron", "a perceptron's output", "neuron", "choice")
def perceptron(draw: Draw) -> Task:
    n = draw.level + 1
    while True:
        w, b = draw.vector(n, -5, 5), draw.signed(1, 6)
        x = tuple(float(draw.integer(0, 1, but=())) for _ in range(n))
        z = dot(w, x) + b
        if any(x) and z and (z > 0) != (draw.random.random() < 0.5):
            break
    fires = FIRES[z > 0]
    return task(
        f"A perceptron has w = {column(w)} and b = {shown(b)}. The input is x = {column(x)}. "
        "Does it put out a) 0 or b) 1?",
        Choice.of(FIRES, fires),
        "Work out the weighted sum, and look at its sign.",
        THRESHOLD,
        (working(w, x, b),
         f"it is {'above' if z > 0 else 'not above'} 0, so the output is {fires}"),
        (WrongRule("threshold-wrong-side", "sign", "the wrong side of the threshold was taken",
                   THRESHOLD).gives(Choice.of(FIRES, FIRES[z <= 0])),),
    )  # fmt: skip


SIGMOID = "a = σ(z) = 1/(1 + e⁻ᶻ)."


@topic("sigmoid-neuron", "a sigmoid neuron's output", "neuron", "number")
def sigmoid_neuron(draw: Draw) -> Task:
    n = draw.level + (draw.level < 2)
    while True:
        w = tuple(draw.decimal(-12, 12) for _ in range(n))
        x = tuple(draw.decimal(-20, 20) for _ in range(n))
        b = draw.decimal(-9, 9)
        z = dot(w, x) + b
        if 0.2 < abs(z) < 3:
            break
    return task(
        f"A sigmoid neuron has w = {column(w)} and b = {shown(b)}. The input is x = {column(x)}. "
        "What does it put out? Three decimal places are enough.",
        Number(sigma(z), 3),
        "First z, then σ(z).",
        f"{WEIGHTED} {SIGMOID}",
        (working(w, x, b), f"a = 1/(1 + e^({shown(-round(z, 6))})) = {rounded(sigma(z), 4)}"),
        (WrongRule("sigma-left-out", "function", "this is z: sigma was left out", SIGMOID)
         .gives(Number(z, 3)),
         WrongRule("exponent-sign", "sign", "the minus sign of the exponent was left out", SIGMOID)
         .gives(Number(1 / (1 + math.exp(z)), 3)),
         NO_BIAS.gives(Number(sigma(z - b), 3)),
         WrongRule("slope-for-value", "other-quantity", "this is the slope of sigma", SIGMOID)
         .gives(Number(sigma(z) * (1 - sigma(z)), 3)),
         WrongRule("exponential-alone", "missing-term", "this is e⁻ᶻ alone", SIGMOID)
         .gives(Number(math.exp(-z), 3))),
    )  # fmt: skip


GATES = ("AND", "OR", "NAND", "NOR")
TABLE = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "NOR": (1, 0, 0, 0)}
INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))


@topic("logic-gate", "the logic gate of a perceptron", "neuron", "choice")
def logic_gate(draw: Draw) -> Task:
    gate = draw.one_of(GATES)
    while True:
        w, b = draw.vector(2, -5, 6), float(draw.integer(-9, 9))
        sums = [dot(w, (float(x), float(y))) + b for x, y in INPUTS]
        if all(sums) and tuple(int(z > 0) for z in sums) == TABLE[gate]:
            break
    negated = GATES[(GATES.index(gate) + 2) % 4]
    others = [other for other in GATES if other not in (gate, negated)]
    options = "  ".join(f"{'abcd'[i]}) {name}" for i, name in enumerate(GATES))
    return task(
        f"A perceptron with two inputs, each 0 or 1, has w = {column(w)} and b = {shown(b)}. "
        f"Which gate is it? {options}",
        Choice.of(GATES, gate),
        "Try all four inputs.",
        f"{THRESHOLD} AND is 1 for (1, 1) only, OR for all but (0, 0); NAND and NOR are their "
        "opposites.",
        (*(f"({x}, {y}): z = {shown(z)}, output {int(z > 0)}"
           for (x, y), z in zip(INPUTS, sums, strict=True)), f"that is {gate}"),
        (WrongRule("gate-negated", "sign", "this is the opposite gate", THRESHOLD)
         .gives(Choice.of(GATES, negated)),
         *(WrongRule("gate-confused", "function", "another table of outputs", THRESHOLD)
           .gives(Choice.of(GATES, other)) for other in others)),
    )  # fmt: skip
