"""Concept 9: gradient descent, the learning rate, mini-batches."""

from __future__ import annotations

from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.matrix import Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.derivatives import monomial, pretty, sum_of, term
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import column, minus, plus, rounded, scaled, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

STEP = "A step of gradient descent: w ← w − η · ∂C/∂w."
UPHILL = WrongRule("step-uphill", "sign", "the step went uphill", STEP)
NO_RATE = WrongRule("rate-forgotten", "missing-factor", "the learning rate was left out", STEP)
STEP_ONLY = WrongRule("step-alone", "missing-term", "this is the step alone", STEP)
RATES = (0.1, 0.2, 0.5, 0.05, 0.25)


def tidy(entries: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(e, 9) for e in entries)


@topic("descent-step", "one step of gradient descent", "descent", "vector")
def descent_step(draw: Draw) -> Task:
    n, rate = draw.level + 1, draw.one_of(RATES)
    w, g = draw.vector(n), draw.vector(n)
    new = tidy(minus(w, scaled(rate, g)))
    return task(
        f"The weights are w = {column(w)}, the gradient is ∂C/∂w = {column(g)}, the learning "
        f"rate is {rate}. "
        "Where are the weights after one step?",
        Vector(new),
        "The gradient points uphill.",
        STEP,
        (f"η · ∂C/∂w = {column(tidy(scaled(rate, g)))}", f"w becomes {column(new)}"),
        (UPHILL.gives(Vector(tidy(plus(w, scaled(rate, g))))), NO_RATE.gives(Vector(minus(w, g))),
         STEP_ONLY.gives(Vector(tidy(scaled(-rate, g))))),
    )  # fmt: skip


EACH = "Each step uses the gradient of its own mini-batch alone: w ← w − η · ∂C/∂w."


@topic("two-steps", "steps on one mini-batch after another", "descent", "vector")
def two_steps(draw: Draw) -> Task:
    n, count, rate = (2, 3, 3)[draw.level - 1], (2, 2, 3)[draw.level - 1], draw.one_of(RATES)
    w, gradients = draw.vector(n), draw.matrix(count, n, -4, 5)
    where, stale = w, w
    kept: tuple[float, ...] = (0.0,) * n
    lines: list[str] = []
    for number, g in enumerate(gradients, start=1):
        kept, before = plus(kept, g), column(tidy(where))
        where, stale = minus(where, scaled(rate, g)), minus(stale, scaled(rate, kept))
        lines.append(f"step {number}: {before} − {rate} · {column(g)} = {column(tidy(where))}")
    total = scaled(rate, kept)
    return task(
        f"The weights are w = {column(w)}, the learning rate is {rate}. {count} mini-batches in a "
        f"row have the gradients {'; '.join(map(column, gradients))}, each taken where the weights "
        f"are then. Where are the weights after these {count} steps?",
        Vector(tidy(where)),
        "One step for each mini-batch.",
        EACH,
        lines,
        (WrongRule("gradients-not-reset", "extra-term",
                   "the gradients before were added to each new one", EACH)
         .gives(Vector(tidy(stale))),
         WrongRule("last-gradient-only", "missing-term", "only the last step was taken", EACH)
         .gives(Vector(tidy(minus(w, scaled(rate, gradients[-1]))))),
         WrongRule("mean-of-gradients", "sum-mean",
                   "one step was taken, with the mean of the gradients", EACH)
         .gives(Vector(tidy(minus(w, scaled(1 / count, total))))),
         UPHILL.gives(Vector(tidy(plus(w, total)))),
         NO_RATE.gives(Vector(minus(w, kept)))),
    )  # fmt: skip


@topic("descent-parabola", "steps down a parabola", "descent", "number")
def descent_parabola(draw: Draw) -> Task:
    a, c = draw.integer(1, 3), draw.integer(-3, 3, but=())
    rate, x = draw.one_of((0.1, 0.2, 0.05)), draw.signed(1, 5)
    if x == c:
        x += 1
    steps = draw.level
    name = f"{a if a > 1 else ''}(x − {c})²".replace("− -", "+ ").replace("(x − 0)", "x")
    where, up, stale, no_two = float(x), float(x), float(x), float(x)
    lines: list[str] = []
    for number in range(1, steps + 1):
        slope = 2 * a * (where - c)
        where -= rate * slope
        up += rate * 2 * a * (up - c)
        stale -= rate * 2 * a * (x - c)
        no_two -= rate * a * (no_two - c)
        lines.append(f"step {number}: slope {rounded(slope, 6)}, x becomes {rounded(where, 6)}")
    many = "one step" if steps == 1 else f"{steps} steps"
    return task(
        f"C(x) = {name}. Gradient descent starts at x = {shown(x)} with the learning rate "
        f"{rate}. Where is x after {many}? "
        "Three decimal places are enough.",
        Number(round(where, 9), 3),
        "Work out the slope anew at every step." if steps > 1 else "First the slope where you are.",
        STEP,
        lines,
        (UPHILL.gives(Number(round(up, 9), 3)),
         WrongRule("slope-not-renewed", "symbol", "the slope of the start was used in every step",
                   "each step uses the slope where it starts").gives(Number(round(stale, 9), 3)),
         WrongRule("two-forgotten", "factor", "the 2 of the square's slope was left out",
                   "(u²)′ = 2u · u′").gives(Number(round(no_two, 9), 3))),
    )  # fmt: skip


ENDS = ("it comes to the minimum", "it jumps from side to side for ever", "it runs away")
RATE_RULE = "On C = ½ · k · x² a step multiplies x by 1 − η · k: it shrinks where |1 − η · k| < 1."


@topic("learning-rate", "a learning rate that is too large", "descent", "choice")
def learning_rate(draw: Draw) -> Task:
    end = draw.one_of(ENDS)
    k = draw.one_of((1, 2, 4, 5, 8, 10))
    factor = {ENDS[0]: draw.one_of((0.8, 0.5, 0.2, -0.2, -0.5, -0.6)), ENDS[1]: -1.0,
              ENDS[2]: draw.one_of((-1.2, -1.5, -2.0, -3.0))}[end]  # fmt: skip
    rate = round((1 - factor) / k, 6)
    half = (
        f"{k // 2}x²"
        if k % 2 == 0 and k > 2
        else "x²"
        if k == 2
        else f"{k}/2 · x²"
        if k > 1
        else "x²/2"
    )
    options = "  ".join(f"{'abc'[i]}) {words}" for i, words in enumerate(ENDS))
    return task(
        f"C(x) = {half}, the start is x = {draw.integer(1, 9)}, the learning rate is "
        f"{shown(rate)}. What does gradient descent do? {options}",
        Choice.of(ENDS, end),
        "By which factor does one step multiply x?",
        RATE_RULE,
        (f"C′(x) = {shown(k)}x, so a step multiplies x by 1 − {shown(rate)} · {k} = "
         f"{rounded(factor, 6)}",
         f"its magnitude is {rounded(abs(factor), 6)}: {end}"),
        [WrongRule("rate-misjudged", "factor", "the step was taken for another size", RATE_RULE)
         .gives(Choice.of(ENDS, other)) for other in ENDS if other != end],
    )  # fmt: skip


BEST = "On C = ½ · k · (x − c)² the step lands in the minimum where η = 1/k."


@topic("best-rate", "the best learning rate for a parabola", "descent", "number")
def best_rate(draw: Draw) -> Task:
    a, b, c = draw.integer(1, 10), draw.integer(-9, 9), draw.integer(-9, 9)
    if draw.level == 1:
        b = c = 0
    function = sum_of(term(a, monomial(2)), term(b, "x") if b else "", str(c) if c else "")
    return task(
        f"C(x) = {pretty(function)}. With which learning rate does a single step of gradient "
        "descent, from anywhere, land in the "
        "minimum? Three decimal places are enough.",
        Number(1 / (2 * a), 3),
        "What is the slope of the slope?",
        f"{BEST} k is the second derivative.",
        (f"C″(x) = {2 * a}", f"η = 1/{2 * a}"),
        (WrongRule("second-derivative-itself", "power", "this is k, not 1/k", BEST)
         .gives(Number(2 * a, 3)),
         WrongRule("two-forgotten", "factor", "the 2 of the square was left out", BEST)
         .gives(Number(1 / a, 3)),
         WrongRule("twice-best", "factor", "at 2/k it jumps from side to side", BEST)
         .gives(Number(2 / (2 * a), 3))),
    )  # fmt: skip


UPDATES = "One update for each mini-batch; a short last one counts too."


@topic("updates-per-epoch", "how many updates an epoch has", "descent", "number")
def updates_per_epoch(draw: Draw) -> Task:
    batch = draw.one_of((10, 20, 32, 50, 64, 100))
    examples = (
        draw.one_of((500, 1000, 1500, 1797, 50000, 60000))
        if draw.level > 1
        else batch * draw.integer(5, 60)
    )
    epochs = 1 if draw.level < 3 else draw.integer(2, 9)
    updates = -(-examples // batch)
    many = "does an epoch" if epochs == 1 else f"do {epochs} epochs"
    return task(
        f"There are {examples} examples, in mini-batches of {batch}. How many updates {many} "
        "have?",
        Number(updates * epochs),
        "How often are the weights changed?",
        UPDATES,
        (f"{examples} / {batch} = {rounded(examples / batch, 3)}, so {updates} mini-batches",
         f"updates: {updates * epochs}"),
        (WrongRule("last-batch-dropped", "missing-term",
         "the short last mini-batch was dropped", UPDATES)
         .gives(Number(examples // batch * epochs)),
         WrongRule("an-update-per-example", "sum-mean",
         "an update was counted for every example", UPDATES)
         .gives(Number(examples * epochs)),
         WrongRule("fraction-of-a-batch", "factor", "a fraction of an update was counted", UPDATES)
         .gives(Number(examples / batch * epochs, 3))),
    )  # fmt: skip
