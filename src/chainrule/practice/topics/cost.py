"""Concept 8: the cost of one example, of several, and its slope."""

from __future__ import annotations

from chainrule.practice.answers.matrix import Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import column, minus, rounded
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

COST = "C = ½ · Σ (a − y)²: square each difference, add up, halve."
NO_HALF = WrongRule("half-forgotten", "factor", "the ½ was left out", COST)
NOT_SQUARED = WrongRule("not-squared", "power", "the differences were not squared", COST)
MEAN = WrongRule("mean-over-outputs", "sum-mean", "the mean over the outputs was taken", COST)
SQUARED_SUM = WrongRule(
    "sum-squared", "grouping", "the sum was squared instead of each difference", COST
)


def outputs(draw: Draw, size: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Activations and targets: no two differences alike in magnitude."""
    while True:
        a = tuple(draw.decimal(1, 9) for _ in range(size))
        y = tuple(float(draw.integer(0, 1, but=())) for _ in range(size))
        if len({round(abs(d), 3) for d in minus(a, y)}) == size and len(set(y)) == 2:
            return a, y


def cost(a: tuple[float, ...], y: tuple[float, ...]) -> float:
    return sum(d * d for d in minus(a, y)) / 2


@topic("quadratic-cost", "the quadratic cost of one example", "cost", "number")
def quadratic_cost(draw: Draw) -> Task:
    a, y = outputs(draw, draw.level + 1)
    d = minus(a, y)
    c = cost(a, y)
    return task(
        f"The output is a = {column(a)} and the target y = {column(y)}. "
        "What is the quadratic cost, with its ½?",
        Number(round(c, 9), 4),
        "How far is each output from its target?",
        COST,
        (f"a − y = {column([round(e, 6) for e in d])}",
         f"squares {column([round(e * e, 6) for e in d])}, sum {rounded(2 * c, 6)}",
         f"C = {rounded(c, 6)}"),
        (NO_HALF.gives(Number(round(2 * c, 9), 4)), NOT_SQUARED.gives(Number(sum(d) / 2, 4)),
         MEAN.gives(Number(2 * c / len(d), 4)), SQUARED_SUM.gives(Number(sum(d) ** 2 / 2, 4)),
         WrongRule("magnitudes", "function", "magnitudes were added instead of squares", COST)
         .gives(Number(sum(abs(e) for e in d) / 2, 4))),
    )  # fmt: skip


AVERAGE = "The cost of a batch is the mean of the costs of its examples."


@topic("mean-cost", "the cost of several examples", "cost", "number")
def mean_cost(draw: Draw) -> Task:
    m = draw.level + 2
    costs = tuple(draw.decimal(2, 99, 2) for _ in range(m))
    mean = sum(costs) / m
    return task(
        f"The {m} examples of a batch cost {', '.join(map(str, costs))}. What is the cost of the "
        "batch? "
        "Three decimal places are enough.",
        Number(mean, 3),
        "Does the cost grow with the number of examples?",
        AVERAGE,
        (f"the sum is {rounded(sum(costs), 6)}", f"divided by {m}: {rounded(mean, 6)}"),
        (WrongRule("sum-for-mean", "sum-mean", "the costs were added up, not averaged", AVERAGE)
         .gives(Number(sum(costs), 3)),
         WrongRule("mean-twice", "sum-mean", "the mean was taken twice", AVERAGE)
         .gives(Number(mean / m, 3)),
         WrongRule("halved-again", "factor", "the ½ was used again", AVERAGE)
         .gives(Number(mean / 2, 3))),
    )  # fmt: skip


SLOPE = "∂C/∂a = a − y for C = ½ · Σ (a − y)²."


@topic("cost-slope", "the slope of the cost by the outputs", "cost", "vector")
def cost_slope(draw: Draw) -> Task:
    a, y = outputs(draw, draw.level + 1)
    d = tuple(round(e, 9) for e in minus(a, y))
    return task(
        f"C = ½ · Σ (a − y)² with a = {column(a)} and y = {column(y)}. What is ∂C/∂a?",
        Vector(d),
        "Differentiate one term by its own output.",
        SLOPE,
        ("∂C/∂aⱼ = ½ · 2 · (aⱼ − yⱼ)", f"∂C/∂a = {column(d)}"),
        (WrongRule("target-minus-output", "sign", "this is y − a", SLOPE)
         .gives(Vector(tuple(-e for e in d))),
         WrongRule("factor-two", "factor",
         "the 2 of the square was kept, and the ½ forgotten", SLOPE)
         .gives(Vector(tuple(2 * e for e in d))),
         WrongRule("mean-over-outputs", "sum-mean",
         "it was divided by the number of outputs", SLOPE)
         .gives(Vector(tuple(e / len(d) for e in d), 4))),
    )  # fmt: skip
