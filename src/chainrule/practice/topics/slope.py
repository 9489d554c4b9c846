"""Concept 1: slope. Difference quotients, the derivative as their limit, where there is none."""

from __future__ import annotations

from fractions import Fraction

from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.expression import equal_to
from chainrule.practice.answers.number import Number
from chainrule.practice.answers.parts import Parts
from chainrule.practice.derivatives import linear, monomial, polynomial, pretty, sum_of, term
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import bracketed, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import WrongRule

SECANT = "The slope of a secant is rise over run: (f(b) − f(a))/(b − a)."
LIMIT = "The derivative is the limit of (f(x + h) − f(x))/h as h goes to 0."

UPSIDE_DOWN = WrongRule(
    "run-over-rise", "order", "run was divided by rise", "a slope is rise over run"
)
RISE_ONLY = WrongRule(
    "rise-only", "missing-factor", "this is the rise alone", "divide the rise by the run"
)
SWAPPED = WrongRule(
    "ends-swapped", "sign", "above and below the bar the ends were taken in different order",
    "take the same end first above and below",
)  # fmt: skip
MEAN_VALUE = WrongRule(
    "mean-value", "operator", "the two values were added", "a slope takes their difference"
)
TANGENT = WrongRule(
    "tangent-for-secant", "other-quantity", "this is the slope of the tangent at the first place",
    "the secant takes the values at both places",
)  # fmt: skip


@topic("difference-quotient", "the slope of a secant", "slope", "number")
def difference_quotient(draw: Draw) -> Task:
    coefficients = [draw.signed(1, 3), draw.integer(-4, 4, but=()), draw.integer(-5, 5)]
    a = draw.integer(-3, 3, but=())
    b = a + draw.integer(1, 4) if draw.level > 1 else a + draw.integer(1, 2)
    run: float = b - a
    if draw.level == 3:
        run = draw.one_of((0.5, 0.1))
    end = a + run
    p, q, r = coefficients
    f = lambda x: p * x * x + q * x + r  # noqa: E731
    low, high = f(a), round(f(end), 10)
    slope = round(p * (a + end) + q, 10)
    return task(
        f"f(x) = {pretty(polynomial(coefficients))}. What is the slope of the straight line "
        "through "
        f"the points of the graph at x = {shown(a)} and x = {shown(end)}?",
        Number(slope),
        "Work out both points first.",
        SECANT,
        (f"f({shown(a)}) = {shown(low)} and f({shown(end)}) = {shown(high)}",
         f"rise {shown(high - low)}, run {shown(run)}",
         f"slope {shown(high - low)} / {shown(run)} = {shown(slope)}"),
        (RISE_ONLY.gives(Number(high - low)), SWAPPED.gives(Number(-slope)),
         TANGENT.gives(Number(2 * p * a + q)),
         MEAN_VALUE.gives(Number(round((low + high) / run, 10))),
         *([UPSIDE_DOWN.gives(Number(run / (high - low), 4))] if slope else [])),
    )  # fmt: skip


NOT_DIVIDED = WrongRule(
    "not-divided-by-h", "missing-factor", "the difference was not divided by h", LIMIT
)
LIMIT_TAKEN = WrongRule(
    "limit-taken", "missing-term", "h was put to 0 already: this is the derivative",
    "the difference quotient still holds h",
)  # fmt: skip
SQUARE_OF_SUM = WrongRule(
    "square-of-sum", "missing-term", "(x + h)^2 was taken for x^2 + h^2",
    "(x + h)^2 = x^2 + 2*x*h + h^2",
)  # fmt: skip
CONSTANT_TWICE = WrongRule(
    "minus-for-first-only", "sign", "the minus sign was used for the first term of f(x) only",
    "f(x) is subtracted as a whole, in brackets",
)  # fmt: skip


@topic("difference-quotient-h", "the difference quotient with h", "slope", "expression")
def difference_quotient_h(draw: Draw) -> Task:
    p, q = draw.signed(1, 6), draw.integer(-7, 7) if draw.level > 1 else 0
    r = draw.integer(-9, 9) if draw.level > 1 else 0
    names = "x: scalar\nh: scalar"
    if draw.level == 3:
        coefficients, answer = (
            [p, 0, q, r],
            sum_of(term(p, "(3*x**2 + 3*x*h + h**2)"), str(q) if q else ""),
        )
        zero, difference = f"{3 * p}*x**2 + {q}", f"({answer})*h"
    else:
        coefficients = [p, q, r]
        answer = sum_of(term(2 * p, "x"), term(p, "h"), str(q) if q else "")
        zero, difference = f"{2 * p}*x + {q}", f"({answer})*h"
    square = f"{p}*h**2 + {q}" if draw.level == 3 else f"{p}*h + {q}"
    function = polynomial(coefficients)
    moved = function.replace("x", "(x + h)")
    wrong = [
        NOT_DIVIDED.gives(equal_to(difference, names)),
        LIMIT_TAKEN.gives(equal_to(zero, names)),
        SQUARE_OF_SUM.gives(equal_to(square, names)),
    ]
    if r or q:
        rest = polynomial([q, r]) if q else str(r)
        wrong.append(CONSTANT_TWICE.gives(equal_to(f"{answer} + 2*({rest})/h", names)))
    return task(
        f"f(x) = {pretty(function)}. Write (f(x + h) − f(x))/h so that h is cancelled below "
        "the bar.",
        equal_to(answer, names, whole="h"),
        "Put x + h in for every x, and multiply out.",
        "What stays above the bar has a factor h: cancel it.",
        (f"f(x + h) = {pretty(moved, ('x', 'h'))}",
         f"f(x + h) − f(x) = ({pretty(answer, ('x', 'h'))}) · h",
         f"(f(x + h) − f(x))/h = {pretty(answer, ('x', 'h'))}"),
        wrong,
    )  # fmt: skip


ONE_SIDE_RISE = WrongRule(
    "half-width", "factor", "it was divided by h, and the two points lie 2h apart",
    "the centred slope is (f(x + h) − f(x − h))/(2h)",
)  # fmt: skip
FORWARD = WrongRule(
    "forward-difference", "symbol", "the point itself and the next one were used",
    "the points on both sides are to be used",
)  # fmt: skip


@topic("slope-from-points", "the slope from points of a graph", "slope", "number")
def slope_from_points(draw: Draw) -> Task:
    h: float = draw.one_of((1, 2)) if draw.level == 1 else draw.one_of((0.5, 0.2, 0.1))
    x = draw.integer(1, 6)
    middle = draw.decimal(-30, 30)
    left = round(middle - draw.decimal(3, 25), 1)
    right = round(middle + draw.decimal(-25, 25), 1)
    if draw.level == 3:
        left, middle, right = left / 10, middle / 10, right / 10
    if abs(right - left) < 1e-9:
        right = round(right + 0.4, 2)
    slope = round((right - left) / (2 * h), 6)
    places = [round(x - h, 2), x, round(x + h, 2)]
    table = ", ".join(
        f"f({shown(p)}) = {shown(v)}" for p, v in zip(places, (left, middle, right), strict=True)
    )
    return task(
        f"A graph passes through {table}. Estimate its slope at x = {x} "
        "from the points on both sides.",
        Number(slope),
        "Take the points on the left and on the right of x.",
        "Centred difference: f′(x) ≈ (f(x + h) − f(x − h))/(2h).",
        (f"rise {shown(right)} − {bracketed(left)} = {shown(right - left)}, run {shown(2 * h)}",
         f"slope {shown(slope)}"),
        (ONE_SIDE_RISE.gives(Number(round((right - left) / h, 6))),
         RISE_ONLY.gives(Number(round(right - left, 6))),
         SWAPPED.gives(Number(-slope)),
         FORWARD.gives(Number(round((right - middle) / h, 6)))),
    )  # fmt: skip


NO_LIMIT = WrongRule("h-kept-at-1", "extra-term", "h was put to 1 instead of 0", LIMIT)
VALUE = WrongRule("value-not-slope", "other-quantity", "this is f at the place", LIMIT)
LINEAR_LOST = WrongRule(
    "linear-term-lost", "missing-term", "the slope of the linear term was left out",
    "c·x has the slope c",
)  # fmt: skip


@topic("derivative-from-definition", "the derivative as a limit", "slope", "number")
def derivative_from_definition(draw: Draw) -> Task:
    p, q, r = draw.signed(1, 5), draw.integer(-7, 7), draw.integer(-9, 9)
    a = draw.integer(-4, 5)
    if draw.level == 1:
        q = r = 0
    function = polynomial([p, q, r])
    quotient = sum_of(str(2 * p * a + q), term(p, "h"))
    return task(
        f"f(x) = {pretty(function)}. Put f({shown(a)} + h) and f({shown(a)}) into the difference "
        "quotient and let h "
        f"go to 0. What is f′({shown(a)})?",
        Number(2 * p * a + q),
        "Cancel h first; only then put it to 0.",
        LIMIT,
        (f"(f({shown(a)} + h) − f({shown(a)}))/h = {pretty(quotient, ('h',))}",
         f"as h goes to 0: f′({shown(a)}) = {shown(2 * p * a + q)}"),
        (NO_LIMIT.gives(Number(2 * p * a + q + p)), VALUE.gives(Number(p * a * a + q * a + r)),
         LINEAR_LOST.gives(Number(2 * p * a))),
    )  # fmt: skip


SIDES_SWAPPED = WrongRule(
    "sides-swapped", "order", "left and right are swapped", "left is where x is below the place"
)
SIGN_OF_LEFT = WrongRule(
    "magnitude-of-slope", "sign", "the slope on the left was taken without its sign",
    "|u| is −u where u is below 0",
)  # fmt: skip


@topic("one-sided", "slopes from the left and from the right", "slope", "parts")
def one_sided(draw: Draw) -> Task:
    a, c = draw.integer(-5, 5), draw.integer(1, 6)
    if draw.level == 1:
        left, right, extra = -c, c, 0
        function = term(c, f"abs({linear(1, -a)})")
    elif draw.level == 2:
        extra = draw.signed(1, 5)
        left, right = extra - c, extra + c
        function = sum_of(term(c, f"abs({linear(1, -a)})"), term(extra, "x"))
    else:
        extra = draw.signed(1, 3)
        left, right = 2 * extra * a - c, 2 * extra * a + c
        function = sum_of(term(c, f"abs({linear(1, -a)})"), term(extra, monomial(2)))
    make = lambda x, y: Parts((("left", Number(x)), ("right", Number(y))))  # noqa: E731
    return task(
        f"f(x) = {pretty(function)}, where abs(u) is |u|. What is the slope of f at x = "
        f"{shown(a)}, "
        "from the left and from the right? Type left = …; right = …",
        make(left, right),
        f"On which side of {shown(a)} is {pretty(linear(1, -a))} below 0?",
        "|u| is u where u is above 0, and −u where it is below; each side has a slope of its own.",
        (f"left of {shown(a)}: |{pretty(linear(1, -a))}| has the slope −1",
         f"right of {shown(a)}: it has the slope 1",
         f"left = {shown(left)}; right = {shown(right)}"),
        (SIDES_SWAPPED.gives(make(right, left)), SIGN_OF_LEFT.gives(make(right, right))),
    )  # fmt: skip


JUMP_MISSED = WrongRule(
    "jump-missed", "domain", "the graph jumps there", "where a graph jumps there is no slope"
)
KINK_MISSED = WrongRule(
    "kink-missed", "domain", "the slopes from the left and from the right differ",
    "a slope exists only where those from both sides agree",
)  # fmt: skip
SMOOTH_MISSED = WrongRule(
    "smooth-missed", "domain", "values and slopes from both sides agree there",
    "where both agree there is a derivative, though the formula changes",
)  # fmt: skip

ANSWERS = ("yes", "no, it jumps", "no, it has a kink")


@topic("missing-derivative", "where there is no derivative", "slope", "choice")
def missing_derivative(draw: Draw) -> Task:
    a, slope = draw.integer(-4, 4), draw.signed(1, 3)
    kind = draw.one_of(ANSWERS)
    # x**2 on the left, a line on the right
    right_slope = 2 * a if kind != ANSWERS[2] else 2 * a + slope
    height = a * a + (slope if kind == ANSWERS[1] else 0)
    line = linear(right_slope, height - right_slope * a)
    wrongs = {ANSWERS[0]: SMOOTH_MISSED, ANSWERS[1]: JUMP_MISSED, ANSWERS[2]: KINK_MISSED}
    options = "  ".join(f"{'abc'[i]}) {words}" for i, words in enumerate(ANSWERS))
    return task(
        f"f(x) = x² for x < {shown(a)}, and f(x) = {pretty(line)} for x ≥ {shown(a)}. "
        f"Does f have a derivative at {shown(a)}? {options}",
        Choice.of(ANSWERS, kind),
        f"Put {shown(a)} into both formulas first, then compare their slopes.",
        "A derivative needs the same value and the same slope from both sides.",
        (f"values at {shown(a)}: {shown(a * a)} from the left, {shown(height)} from the right",
         f"slopes at {shown(a)}: {shown(2 * a)} from the left, {shown(right_slope)} from the right",
         f"so: {kind}"),
        [wrongs[kind].gives(Choice.of(ANSWERS, other)) for other in ANSWERS if other != kind],
    )  # fmt: skip


SAME = WrongRule(
    "error-unchanged", "factor", "the error was kept", "a smaller h has a smaller error"
)


@topic("secant-error", "how the error shrinks with h", "slope", "number")
def secant_error(draw: Draw) -> Task:
    centred = draw.level > 1
    smaller = draw.one_of((2, 10)) if draw.level < 3 else draw.one_of((3, 4, 5))
    order = 2 if centred else 1
    error = draw.integer(2, 9) * (smaller**order if draw.level == 3 else 100)
    kind = (
        "centred difference (f(x + h) − f(x − h))/(2h)"
        if centred
        else "forward difference (f(x + h) − f(x))/h"
    )
    after = Fraction(error, smaller**order)
    return task(
        f"The {kind} is wrong by about {error} millionths at some small h. About how many "
        "millionths "
        f"is it wrong by with h/{smaller}?",
        Number(after, 1),
        "Does the error go with h, or with h²?",
        "The error of a forward difference goes with h, that of a centred one with h².",
        (f"h is {smaller} times smaller, so the error is {smaller**order} times smaller",
         f"{error}/{smaller**order} = {Number(after, 1).text()}"),
        (WrongRule("order-confused", "power",
                   f"the error was divided by {smaller if centred else smaller**2}",
                   "forward goes with h, centred with h²")
         .gives(Number(Fraction(error, smaller if centred else smaller**2), 1)),
         SAME.gives(Number(error, 1))),
    )  # fmt: skip
