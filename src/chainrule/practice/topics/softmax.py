"""Concept 18: softmax and the log-likelihood cost."""

from __future__ import annotations

import math
from itertools import pairwise

from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.matrix import Matrix, Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import column, hadamard, minus, rounded, scaled, shown, sigma
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.topics.cross_entropy import EXTRA
from chainrule.practice.topics.descent import tidy
from chainrule.practice.wrong_answers import WrongRule

SOFTMAX = "aⱼ = e^(zⱼ) / Σ e^(zₖ): positive numbers that add up to 1."


def softmax_of(z: tuple[float, ...]) -> tuple[float, ...]:
    total = sum(math.exp(e) for e in z)
    return tuple(math.exp(e) / total for e in z)


@topic("softmax", "softmax by hand", "softmax", "vector")
def softmax(draw: Draw) -> Task:
    n = (2, 3, 3)[draw.level - 1]
    if draw.level == 3:
        z = tuple(draw.decimal(-20, 20) for _ in range(n))
    else:
        z = draw.vector(n, -2, 2, but=())
    while len(set(z)) < n:
        z = tuple(draw.decimal(-20, 20) for _ in range(n))
    a = softmax_of(z)
    e = tuple(math.exp(x) for x in z)
    return task(
        f"z = {column(z)}. What is softmax(z)? Three decimal places are enough.",
        Vector(a, 3),
        "First eᶻ for each entry, then their sum.",
        SOFTMAX,
        (f"eᶻ = {column([round(x, 4) for x in e])}, sum {rounded(sum(e), 4)}",
         f"a = {column([round(x, 4) for x in a])}"),
        (WrongRule("not-normalised", "missing-factor", "it was not divided by the sum", SOFTMAX)
         .gives(Vector(e, 3)),
         WrongRule("sigmoid-for-softmax", "function", "sigma was taken entry by entry", SOFTMAX)
         .gives(Vector(tuple(sigma(x) for x in z), 3)),
         WrongRule("softmax-sign", "sign", "e^(−z) was taken", SOFTMAX)
         .gives(Vector(softmax_of(scaled(-1, z)), 3)),
         *([WrongRule("shares-of-z", "function", "z was divided by its own sum", SOFTMAX)
            .gives(Vector(scaled(1 / sum(z), z), 3))] if abs(sum(z)) > 1e-9 else [])),
    )  # fmt: skip


SHIFT = "softmax(z + c) = softmax(z): a number added to every entry cancels."
CANCELS = "e^(z + c) = e^z · e^c, above and below the bar"
WIDER = "the gaps between the entries grow"
SAME = ("they stay as they are", "all of them grow", "the largest one grows")


@topic("softmax-shift", "softmax and numbers added to every entry", "softmax", "choice")
def softmax_shift(draw: Draw) -> Task:
    kind = draw.one_of(("add", "subtract", "scale"))
    c = draw.integer(2, 9)
    z = draw.vector(draw.level + 1, -3, 4, but=())
    while len(set(z)) < len(z):
        z = draw.vector(draw.level + 1, -3, 4, but=())
    right = SAME[2] if kind == "scale" else SAME[0]
    done = {
        "add": f"{c} is added to every entry",
        "subtract": f"{c} is subtracted from every entry",
        "scale": f"every entry is multiplied by {c}",
    }[kind]
    options = "  ".join(f"{'abc'[i]}) {words}" for i, words in enumerate(SAME))
    rule = f"{SHIFT} A factor above 1 makes the largest larger."
    return task(
        f"z = {column(z)}, and {done}. What happens to the outputs of softmax? "
        f"{options}",
        Choice.of(SAME, right),
        "What happens to the quotients of eᶻ?",
        rule,
        (WIDER if kind == "scale" else CANCELS,
         f"so {right}"),
        [WrongRule("shift-misjudged", "function", "that would need another change", rule)
         .gives(Choice.of(SAME, other)) for other in SAME if other != right],
    )  # fmt: skip


def share(a: tuple[float, ...], i: int, j: int) -> str:
    """An entry of the Jacobian, with its numbers."""
    if i == j:
        return f"{shown(a[i])} · (1 − {shown(a[i])})"
    return f"−{shown(a[i])} · {shown(a[j])}"


JACOBIAN = "∂aᵢ/∂zⱼ = aᵢ · (1 − aᵢ) where i = j, and −aᵢ · aⱼ otherwise."


@topic("softmax-jacobian", "the Jacobian of softmax", "softmax", "matrix")
def softmax_jacobian(draw: Draw) -> Task:
    n = (2, 3, 3)[draw.level - 1]
    while True:
        parts = [draw.integer(1, 8) for _ in range(n - 1)]
        rest = 10 - sum(parts)
        if 0 < rest < 9 and len({*parts, rest}) == n:
            break
    a = tuple(round(p / 10, 1) for p in (*parts, rest))
    jacobian = tuple(
        tidy(tuple(x * ((i == j) - y) for j, y in enumerate(a))) for i, x in enumerate(a)
    )
    diagonal = tuple(
        tuple(e if i == j else 0.0 for j, e in enumerate(row)) for i, row in enumerate(jacobian)
    )
    positive = tuple(tuple(abs(e) for e in row) for row in jacobian)
    return task(
        f"A softmax puts out a = {column(a)}. What is its Jacobian ∂a/∂z? Two decimal places are "
        "enough.",
        Matrix(jacobian, 2),
        "Every output depends on every z, through the sum.",
        JACOBIAN,
        (f"row {i + 1}: ({', '.join(share(a, i, j) for j in range(n))}) = {column(row)}"
         for i, row in enumerate(jacobian)),
        (WrongRule("softmax-diagonal-only", "missing-term", "only the diagonal was used", JACOBIAN)
         .gives(Matrix(diagonal, 2)),
         WrongRule("off-diagonal-sign", "sign",
         "the minus sign off the diagonal was left out", JACOBIAN)
         .gives(Matrix(positive, 2))),
    )  # fmt: skip


SM_DELTA = "For softmax with the log-likelihood cost: delta = a − y."


@topic("softmax-delta", "the output error with softmax", "softmax", "vector")
def softmax_delta(draw: Draw) -> Task:
    n = (2, 3, 3)[draw.level - 1]
    z = draw.vector(n, -2, 3, but=())
    a, right = softmax_of(z), draw.integer(0, n - 1, but=())
    y = tuple(float(i == right) for i in range(n))
    delta = minus(a, y)
    cost = tuple(-y[i] / e for i, e in enumerate(a))
    return task(
        f"z = {column(z)}, a = softmax(z), y = {column(y)}, C = −Σ y · log a. What is delta = "
        "∂C/∂z? Three decimal places are enough.",
        Vector(delta, 3),
        "Which simple form is left at the end?",
        SM_DELTA,
        (f"a = {column([round(e, 4) for e in a])}",
         f"delta = a − y = {column([round(e, 4) for e in delta])}"),
        (EXTRA.gives(Vector(hadamard(delta, tuple(e * (1 - e) for e in a)), 3)),
         WrongRule("target-minus-output", "sign", "this is y − a", SM_DELTA)
         .gives(Vector(scaled(-1, delta), 3)),
         WrongRule("softmax-diagonal-only", "missing-term",
         "only the diagonal of the Jacobian was used",
                   SM_DELTA).gives(Vector(hadamard(cost, tuple(e * (1 - e) for e in a)), 3)),
         WrongRule("by-a-not-z", "other-quantity", "this is ∂C/∂a, not ∂C/∂z", SM_DELTA)
         .gives(Vector(cost, 3))),
    )  # fmt: skip


@topic("log-likelihood", "the log-likelihood cost", "softmax", "number")
def log_likelihood(draw: Draw) -> Task:
    n = draw.level + 1
    cuts = sorted(draw.some_of(range(3, 98), n - 1))
    shares = tuple((q - p) / 100 for p, q in pairwise((0, *cuts, 100)))
    right = draw.integer(0, n - 1, but=())
    c, rule = -math.log(shares[right]), "C = −log a of the right class; the others have y = 0."
    total = -sum(math.log(e) for e in shares)
    return task(
        f"A softmax puts out a = {column(shares)}; the right class is number {right + 1}. What "
        "is the log-likelihood cost? "
        "Three decimal places are enough.",
        Number(c, 3),
        "Which output counts?",
        rule,
        (f"−log {shown(shares[right])} = {rounded(c, 4)}",),
        (WrongRule("cross-entropy-sign", "sign",
         "the minus sign was left out", rule).gives(Number(-c, 3)),
         WrongRule("log-base-ten", "function", "the logarithm to the base 10 was taken", rule)
         .gives(Number(c / math.log(10), 3)),
         WrongRule("all-classes", "extra-term",
         "all outputs were counted", rule).gives(Number(total, 3)),
         WrongRule("one-minus-right", "function",
         "this is 1 − a", rule).gives(Number(1 - shares[right], 3))),
    )  # fmt: skip
