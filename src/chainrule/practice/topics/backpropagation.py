"""Concepts 11 to 14: each equation of backpropagation with numbers, and a whole mini-batch."""

from __future__ import annotations

from chainrule.ground.words import with_article
from chainrule.practice.answers.matrix import Matrix, Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.answers.parts import Parts
from chainrule.practice.answers.shape import Shape
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.drawn_numbers import Vector as Entries
from chainrule.practice.numbers import (
    bracketed,
    column,
    flipped,
    hadamard,
    minus,
    outer,
    rounded,
    rows,
    scaled,
    shown,
    sigma,
    times,
)
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.topics.cost import outputs
from chainrule.practice.topics.descent import tidy
from chainrule.practice.wrong_answers import WrongRule

BP1 = "BP1: delta = (a − y) ⊙ σ′(z), and σ′(z) = a ⊙ (1 − a)."
SIGN = WrongRule("target-minus-output", "sign", "y − a was taken for a − y", BP1)
NO_SLOPE = WrongRule("sigma-slope-left-out", "missing-factor", "σ′(z) was left out", BP1)
ONE_MINUS = WrongRule("one-minus-sigma", "missing-factor", "1 − a was taken for σ′(z)", BP1)
TIMES_A = WrongRule("activation-for-slope", "symbol", "a was taken for σ′(z)", BP1)
AT_A = WrongRule("slope-at-activation", "symbol", "σ′ was taken at a instead of z", BP1)


def short(entries: Entries) -> Entries:
    """Entries as they stand in a solution: rounded to one place more than is asked for."""
    return tuple(round(e, 3) for e in entries)


def slopes_at(a: Entries) -> Entries:
    """σ′ at these places."""
    return tuple(sigma(e) * (1 - sigma(e)) for e in a)


@topic("output-error", "BP1: the error of the output layer", "output-error", "vector")
def output_error(draw: Draw) -> Task:
    a, y = outputs(draw, draw.level + 1)
    error = minus(a, y)
    ones = tuple(1 - e for e in a)
    slopes = hadamard(a, ones)
    delta = tidy(hadamard(error, slopes))
    return task(
        f"A layer of sigmoids with the quadratic cost puts out a = {column(a)}; the target is y "
        f"= {column(y)}. "
        "What is its error delta = ∂C/∂z? Three decimal places are enough.",
        Vector(delta, 3),
        "How does C depend on a, and a on z?",
        BP1,
        (f"a − y = {column(tidy(error))}", f"σ′(z) = a ⊙ (1 − a) = {column(tidy(slopes))}",
         f"delta = {column(delta)}"),
        (SIGN.gives(Vector(scaled(-1, delta), 3)), NO_SLOPE.gives(Vector(error, 3)),
         ONE_MINUS.gives(Vector(hadamard(error, ones), 3)),
         TIMES_A.gives(Vector(hadamard(error, a), 3)),
         AT_A.gives(Vector(hadamard(error, slopes_at(a)), 3)),
         WrongRule("factor-two", "factor", "there is a factor 2 too many", "(½u²)′ = u")
         .gives(Vector(scaled(2, delta), 3))),
    )  # fmt: skip


BP2 = "BP2: delta1 = (W2.T @ delta2) ⊙ σ′(z1)."
NOT_TRANSPOSED = WrongRule(
    "weights-not-transposed", "transpose", "W2 was used without its transpose", BP2
)
SKIPPED = WrongRule("hidden-slope-left-out", "missing-factor", "σ′(z1) was left out", BP2)


@topic("hidden-error", "BP2: the error carried back one layer", "hidden-error", "vector")
def hidden_error(draw: Draw) -> Task:
    n, m = ((2, 2), (2, 3), (3, 3))[draw.level - 1]
    w = draw.matrix(n, m)
    delta2 = tuple(draw.decimal(-9, 9) for _ in range(n))
    while len(set(delta2)) < n:
        delta2 = tuple(draw.decimal(-9, 9) for _ in range(n))
    a1 = tuple(tenths / 10 for tenths in draw.some_of(range(1, 10), m))
    back, ones = times(flipped(w), delta2), tuple(1 - e for e in a1)
    slopes = hadamard(a1, ones)
    delta1 = tidy(hadamard(back, slopes))
    wrong = [SKIPPED.gives(Vector(back, 3)),
             WrongRule("activation-for-slope", "symbol", "a1 was taken for σ′(z1)", BP2)
             .gives(Vector(hadamard(back, a1), 3)),
             WrongRule("one-minus-sigma", "missing-factor", "1 − a1 was taken for σ′(z1)", BP2)
             .gives(Vector(hadamard(back, ones), 3)),
             WrongRule("slope-at-activation", "symbol", "σ′ was taken at a1 instead of z1", BP2)
             .gives(Vector(hadamard(back, slopes_at(a1)), 3)),
             WrongRule("last-path-only", "operator",
             "= was used for +=: only the last path is left", BP2)
             .gives(Vector(hadamard(scaled(delta2[-1], w[-1]), slopes), 3)),
             WrongRule("upstream-ignored", "missing-factor", "these are the slopes σ′(z1) alone",
             BP2).gives(Vector(slopes, 3))]  # fmt: skip
    if n == m:
        alone = tuple(w[i][i] * d for i, d in enumerate(delta2))
        wrong.insert(0, NOT_TRANSPOSED.gives(Vector(hadamard(times(w, delta2), slopes), 3)))
        wrong.append(WrongRule("upstream-by-entry", "operator",
        "each delta was carried to one neuron only", BP2)
                     .gives(Vector(hadamard(alone, slopes), 3)))  # fmt: skip
    return task(
        f"W2 = {rows(w)}, row by row, delta2 = {column(delta2)}, and the hidden layer of "
        f"sigmoids has a1 = {column(a1)}. "
        "What is delta1? Three decimal places are enough.",
        Vector(delta1, 3),
        "Every hidden neuron feeds all outputs: add up its paths.",
        f"{BP2} For sigmoids σ′(z1) = a1 ⊙ (1 − a1).",
        (f"W2.T @ delta2 = {column(tidy(back))}", f"σ′(z1) = {column(tidy(slopes))}",
         f"delta1 = {column(delta1)}"),
        wrong,
    )  # fmt: skip


BP4 = "BP4: ∂C/∂W2 = delta2 @ a1.T: row j belongs to delta2ⱼ, column k to a1ₖ."
BP3 = "BP3: ∂C/∂b = delta."


@topic("weight-gradient", "BP4: the gradient of the weights", "weight-gradients", "matrix")
def weight_gradient(draw: Draw) -> Task:
    n, m = ((2, 2), (2, 3), (3, 3))[draw.level - 1]
    delta = tuple(draw.decimal(-9, 9) for _ in range(n))
    a = tuple(draw.decimal(1, 9) for _ in range(m))
    while len(set(delta)) < n or len(set(a)) < m:
        delta = tuple(draw.decimal(-9, 9) for _ in range(n))
        a = tuple(draw.decimal(1, 9) for _ in range(m))
    found = tuple(tidy(row) for row in outer(delta, a))
    slopes = tuple(e * (1 - e) for e in a)
    return task(
        f"delta2 = {column(delta)} and a1 = {column(a)}. What is ∂C/∂W2?",
        Matrix(found, 3),
        "By how much does z2ⱼ change with W2[j, k]?",
        BP4,
        (f"row {j}: {shown(d)} · {column(a)} = {column(row)}"
         for j, (d, row) in enumerate(zip(delta, found, strict=True), 1)),
        (WrongRule("gradient-transposed", "transpose", "this is a1 @ delta2.T", BP4)
         .gives(Matrix(flipped(found), 3)),
         WrongRule("slope-for-activation", "symbol", "σ′ was used again instead of a1", BP4)
         .gives(Matrix(outer(delta, slopes), 3)),
         WrongRule("upstream-ignored", "missing-factor", "delta2 was left out: each row is a1", BP4)
         .gives(Matrix(tuple(a for _ in delta), 3)),
         WrongRule("step-uphill", "sign",
         "the sign is turned: this is the step, not the gradient", BP4)
         .gives(Matrix(tuple(scaled(-1, row) for row in found), 3))),
    )  # fmt: skip


@topic("gradient-shape", "the shapes of gradients", "weight-gradients", "shape")
def gradient_shape(draw: Draw) -> Task:
    n0, n1, n2 = draw.some_of(range(2, 9), 3)
    names = {"∂C/∂W1": (n1, n0), "∂C/∂W2": (n2, n1), "∂C/∂b1": (n1, 1), "delta2": (n2, 1),
             "W2.T @ delta2": (n1, 1), "a1.T": (1, n1)}  # fmt: skip
    chosen = list(names)[: draw.level + 3]
    name = draw.one_of(chosen)
    r, c = names[name]
    network = with_article(f"{n0}-{n1}-{n2}")
    return task(
        f"{network.capitalize()} network, one example as a column: W1 is ({n1}, {n0}) and W2 is "
        f"({n2}, {n1}). What is the shape of {name}?",
        Shape((r, c)),
        "What is it the slope by?",
        "A gradient has the shape of what it is taken by; a vector is a column, (n, 1).",
        (f"{name} is ({r}, {c})",),
        (WrongRule("shape-transposed", "transpose", "rows and columns are swapped",
                   "W1 takes n0 inputs to n1 outputs: it is (n1, n0)").gives(Shape((c, r))),
         WrongRule("shape-of-another-layer", "shape", "this is the shape of another layer",
                   "layer 1 has n1 neurons, layer 2 has n2").gives(Shape((n2, n0)))),
    )  # fmt: skip


STEP = "Both gradients are taken at the old weights; then w ← w − η · ∂C/∂w."


@topic("both-weights", "one step for the weights of two layers", "weight-gradients", "parts")
def both_weights(draw: Draw) -> Task:
    rate, x, delta = draw.one_of((1, 2, 4)), draw.decimal(-20, 20), draw.decimal(-9, 9)
    w1, w2, a1 = draw.decimal(-20, 20), draw.decimal(-20, 20), draw.decimal(1, 9)
    if draw.level == 1:
        rate, x, w2 = 1, float(draw.signed(1, 3)), float(draw.signed(1, 3))
    slope2, before = delta * a1, w2
    new2 = w2 - rate * slope2

    def moved(hidden: float, way: float = -1.0) -> Parts:
        """The new weights, where ∂C/∂z1 is this."""
        places = (("w2", w2 + way * rate * slope2), ("w1", w1 + way * rate * hidden * x))
        return Parts(tuple((name, Number(round(value, 9), 4)) for name, value in places))

    def hidden(weight: float, slope: float = a1 * (1 - a1)) -> float:
        return weight * delta * slope

    slope1 = hidden(before) * x
    return task(
        f"Two sigmoid neurons in a row: w1 = {shown(w1)}, w2 = {shown(w2)}. For the input x = "
        f"{shown(x)} the first puts out a1 = {shown(a1)}, and the second has the error delta2 = "
        f"{shown(delta)}. The learning rate is {rate}. What are w2 and w1 after one step of "
        "gradient descent? Four decimal places are enough. Type w2 = …; w1 = …",
        moved(hidden(before)),
        "delta1 first, with the weight that the forward pass used.",
        f"{BP2} ∂C/∂w2 = delta2 · a1 and ∂C/∂w1 = delta1 · x. {STEP}",
        (f"∂C/∂w2 = {shown(delta)} · {shown(a1)} = {rounded(slope2, 6)}",
         f"delta1 = w2 · delta2 · a1 · (1 − a1) = {rounded(hidden(before), 6)}",
         f"∂C/∂w1 = delta1 · x = {rounded(slope1, 6)}",
         f"w2 becomes {shown(w2)} − {rate} · {bracketed(round(slope2, 6))} = {rounded(new2, 6)}",
         f"w1 becomes {shown(w1)} − {rate} · {bracketed(round(slope1, 6))} = "
         f"{rounded(w1 - rate * slope1, 6)}"),
        (WrongRule("updated-weight-used", "symbol",
                   "delta1 was worked out with the new w2", STEP).gives(moved(hidden(new2))),
         SKIPPED.gives(moved(hidden(before, 1.0))),
         WrongRule("activation-for-slope", "symbol", "a1 was taken for σ′(z1)", BP2)
         .gives(moved(hidden(before, a1))),
         WrongRule("step-uphill", "sign", "the step went uphill", STEP)
         .gives(moved(hidden(before), 1.0))),
    )  # fmt: skip


ROWS = "Examples are rows: Z1 = X @ W1.T + b1, Delta1 is (m, n1), ∂C/∂W1 = Delta1.T @ X."


@topic("batch-shape", "shapes of a whole mini-batch", "mini-batch", "shape")
def batch_shape(draw: Draw) -> Task:
    n0, n1, m = draw.some_of(range(2, 10), 3)
    names = {"Z1 = X @ W1.T + b1": (m, n1), "Delta1.T @ X": (n1, n0),
             "sum(Delta1, axis=0), kept a row": (1, n1),
             "Delta1 @ W1": (m, n0), "X.T": (n0, m)}  # fmt: skip
    name = draw.one_of(list(names)[: draw.level + 2])
    r, c = names[name]
    wrong = [WrongRule("shape-transposed", "transpose", "rows and columns are swapped", ROWS)
             .gives(Shape((c, r))),
             WrongRule("batch-forgotten", "axis", "one example was taken for the batch", ROWS)
             .gives(Shape((n1, 1)))]  # fmt: skip
    if name.startswith("sum"):
        wrong.append(WrongRule("bias-not-summed", "axis", "the examples were not added up", ROWS)
                     .gives(Shape((m, n1))))  # fmt: skip
    return task(
        f"A mini-batch of {m} examples as rows: X is ({m}, {n0}), W1 is ({n1}, {n0}), Delta1 is "
        f"({m}, {n1}). "
        f"What is the shape of {name}?",
        Shape((r, c)),
        "Write the shape under each name.",
        ROWS,
        (f"{name} is ({r}, {c})",),
        wrong,
    )


MEAN = "C is the mean over the m examples, so the gradient by b is the mean of their deltas."


@topic("batch-bias", "the gradient of the biases of a mini-batch", "mini-batch", "vector")
def batch_bias(draw: Draw) -> Task:
    m, n = ((2, 2), (3, 2), (4, 3))[draw.level - 1]
    deltas = draw.matrix(m, n, -6, 6)
    sums = tuple(sum(col) for col in flipped(deltas))
    found = tuple(s / m for s in sums)
    return task(
        f"The {m} examples of a mini-batch have the errors {'; '.join(map(column, deltas))}, "
        "each for its own cost. C is the mean of their "
        "costs. What is ∂C/∂b? Two decimal places are enough.",
        Vector(found, 2),
        "Each example has its own wish for b.",
        MEAN,
        (f"sums over the examples: {column(sums)}", f"divided by {m}: {column(short(found))}"),
        (WrongRule("sum-for-mean", "sum-mean", "the sum was taken instead of the mean", MEAN)
         .gives(Vector(sums, 2)),
         WrongRule("mean-twice", "sum-mean", "the mean was taken twice", MEAN)
         .gives(Vector(scaled(1 / m, found), 2)),
         WrongRule("divided-by-neurons", "axis", "it was divided by the number of neurons", MEAN)
         .gives(Vector(scaled(1 / n, sums), 2)),
         WrongRule("wrong-axis", "axis",
         "the mean was taken over the neurons, not the examples", MEAN)
         .gives(Vector(tuple(sum(row) / n for row in deltas), 2)),
         WrongRule("summed-over-everything", "axis",
         "the errors of all neurons were added up", MEAN)
         .gives(Vector((sum(sums) / m,) * n, 2)),
         WrongRule("last-example-only", "operator",
         "= was used for +=: only the last example is left", MEAN)
         .gives(Vector(deltas[-1], 2))),
    )  # fmt: skip


@topic("batch-weights", "the gradient of the weights of a mini-batch", "mini-batch", "matrix")
def batch_weights(draw: Draw) -> Task:
    m, n1, n0 = ((2, 2, 2), (3, 2, 2), (2, 2, 3))[draw.level - 1]
    deltas, x = draw.matrix(m, n1), draw.matrix(m, n0)
    total = tuple(
        tuple(sum(d[j] * e[k] for d, e in zip(deltas, x, strict=True)) for k in range(n0))
        for j in range(n1)
    )
    found = tuple(scaled(1 / m, row) for row in total)
    rule = "∂C/∂W = Delta.T @ X, where each row of Delta is divided by m: a mean over the examples."
    wrong = [WrongRule("sum-for-mean", "sum-mean", "the sum was taken instead of the mean", rule)
             .gives(Matrix(total, 2)),
             WrongRule("gradient-transposed", "transpose", "this is X.T @ Delta", rule)
             .gives(Matrix(flipped(found), 2)),
             WrongRule("mean-twice", "sum-mean", "the mean was taken twice", rule)
             .gives(Matrix(tuple(scaled(1 / m, row) for row in found), 2)),
             WrongRule("last-example-only", "operator",
             "= was used for +=: only the last example is left", rule)
             .gives(Matrix(outer(deltas[-1], x[-1]), 2))]  # fmt: skip
    return task(
        f"The {m} examples of a mini-batch, one a row: X = {rows(x)}, and their errors "
        f"{rows(deltas)}, each for its own cost. "
        "C is the mean of their costs. What is ∂C/∂W? Two decimal places are enough.",
        Matrix(found, 2),
        "One outer product for each example.",
        rule,
        (*(f"example {i}: "
           f"{rows(outer(d, e))}" for i, (d, e) in enumerate(zip(deltas, x, strict=True), 1)),
         f"their sum is {rows(total)}",
         f"divided by {m}: {rows(tuple(short(row) for row in found))}"),
        wrong,
    )  # fmt: skip
