"""Concept 4: partial derivatives and the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from chainrule.algebra import derivative, plus
from chainrule.practice.answers.expression import Asked, ExpressionAnswer, Expressions
from chainrule.practice.answers.matrix import Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.derivatives import (
    derivative_task,
    linear,
    pretty,
    sheet_of,
    slope_text,
    sum_of,
    term,
    wrong_answers,
    wrong_slopes,
)
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import column, products, rounded, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import Wrong, WrongRule

NAMES = ("x", "y")
PARTIAL = "Differentiate by one name; every other one is a constant."
GRADIENT = "The gradient is the vector of the partial derivatives: (∂f/∂x, ∂f/∂y)."

OTHER_NAME = WrongRule(
    "other-variable", "symbol", "this is the partial derivative by the other variable", PARTIAL
)
BOTH_MOVE = WrongRule(
    "both-variables", "extra-term", "the derivatives by both variables were added", PARTIAL
)


def function_of_two(draw: Draw) -> str:
    """A function in which x and y meet."""
    a, b, c = draw.signed(2, 5), draw.signed(2, 5), draw.signed(1, 6)
    if draw.level == 1:
        return sum_of(
            term(a, f"x**{draw.integer(2, 3)} * y"),
            term(b, f"y**{draw.integer(2, 4)}"),
            term(c, "x"),
        )
    if draw.level == 2:
        return draw.one_of((
            sum_of(term(a, "x * exp(y)"), term(b, "x**2 * y")),
            sum_of(term(a, "y * sin(x)"), term(b, "x * y**2")),
            sum_of(term(a, f"x**2 * y**{draw.integer(2, 3)}"), term(b, "cos(y)"), term(c, "x")),
        ))  # fmt: skip
    return draw.one_of((
        f"exp({linear(draw.signed(2, 4), 0)} * y)",
        f"sin({term(abs(a), 'x')} + {term(abs(b), 'y**2')})",
        f"log({term(abs(a), 'x**2')} + {term(abs(b), 'y**2')} + {abs(c)})",
        f"({term(a, 'x')} + {term(abs(b), 'y')})**{draw.integer(3, 5)}",
        f"x * exp({term(a, 'x * y')})",
    ))  # fmt: skip


@topic("partial", "partial derivatives", "gradient", "expression")
def partial(draw: Draw) -> Task:
    by = draw.one_of(NAMES)
    other = "y" if by == "x" else "x"

    def extra(asked: Asked) -> Iterator[Wrong]:
        sheet = asked.sheet
        slopes = {n: derivative(sheet.expressions["f"], sheet.symbol(n)) for n in NAMES}
        yield OTHER_NAME.gives(ExpressionAnswer(asked, slopes[other]))
        yield BOTH_MOVE.gives(ExpressionAnswer(asked, plus(slopes[by], slopes[other])))

    return derivative_task(
        function_of_two(draw),
        f"Treat {other} as if it were a number.",
        PARTIAL,
        names=NAMES,
        by=by,
        extra=extra,
    )


SWAPPED = WrongRule(
    "gradient-swapped", "order", "the two partial derivatives are swapped",
    "the partial derivative by x comes first",
)  # fmt: skip


@topic("gradient", "the gradient as a vector of expressions", "gradient", "vector")
def gradient(draw: Draw) -> Task:
    function = function_of_two(draw)
    sheet = sheet_of(function, NAMES)
    asked = {name: Asked(sheet, name) for name in NAMES}
    right = tuple(ExpressionAnswer(asked[name]) for name in NAMES)

    def wrong() -> Iterator[Wrong]:
        trees = [derivative(sheet.expressions["f"], sheet.symbol(n)) for n in NAMES]
        first, second = (
            ExpressionAnswer(asked["x"], trees[1]),
            ExpressionAnswer(asked["y"], trees[0]),
        )
        yield SWAPPED.gives(Expressions((first, second)))
        for place, name in enumerate(NAMES):
            for one in wrong_answers(asked[name]):
                if isinstance(one.answer, ExpressionAnswer):
                    entries = (one.answer, right[1]) if place == 0 else (right[0], one.answer)
                    yield Wrong(one.rule, Expressions(entries), one.part, one.taken)

    def worked() -> Iterator[str]:
        for name in NAMES:
            yield f"∂f/∂{name} = {pretty(slope_text(sheet, name), NAMES)}"
        yield f"∇f = ({', '.join(pretty(slope_text(sheet, name), NAMES) for name in NAMES)})"

    return task(
        f"f(x, y) = {pretty(function, NAMES)}. What is the gradient (∂f/∂x, ∂f/∂y)?",
        Expressions(right),
        "One partial derivative at a time.",
        f"{GRADIENT} {PARTIAL}",
        worked(),
        wrong(),
    )


SUMMED = WrongRule(
    "gradient-summed", "shape", "the partial derivatives were added to one number", GRADIENT
)


def quadratic(draw: Draw) -> tuple[str, tuple[int, int, int, int, int]]:
    """a x² + b xy + c y² + d x + e y, and its coefficients."""
    a, c = draw.signed(1, 3), draw.signed(1, 3)
    b = 0 if draw.level == 1 else draw.signed(1, 3)
    d, e = draw.integer(-5, 5), draw.integer(-5, 5)
    text = sum_of(term(a, "x**2"), term(b, "x * y") if b else "", term(c, "y**2"),
                  term(d, "x"), term(e, "y"))  # fmt: skip
    return text, (a, b, c, d, e)


@topic("gradient-at", "the gradient at a point", "gradient", "vector")
def gradient_at(draw: Draw) -> Task:
    function, (a, b, c, d, e) = quadratic(draw)
    x, y = draw.some_of((-3, -2, -1, 1, 2, 3), 2)
    found = (2.0 * a * x + b * y + d, 2.0 * c * y + b * x + e)
    swapped_point = (2.0 * a * y + b * x + d, 2.0 * c * x + b * y + e)

    def wrong() -> Iterator[Wrong]:
        yield SWAPPED.gives(Vector(found[::-1]))
        yield WrongRule("point-swapped", "symbol", "x and y of the point were swapped",
                        "the first number of the "
                        "point is x").gives(Vector(swapped_point))  # fmt: skip
        for place, name in enumerate(NAMES):
            for one in wrong_slopes(function, {"x": x, "y": y}, name):
                if isinstance(one.answer, Number):
                    entries = list(found)
                    entries[place] = float(one.answer.number)
                    yield Wrong(one.rule, Vector(tuple(entries)), one.part, one.taken)

    sheet = sheet_of(function, NAMES)
    return task(
        f"f(x, y) = {pretty(function, NAMES)}. What is the gradient of f at (x, y) = "
        f"({shown(x)}, {shown(y)})?",
        Vector(found),
        "First the partial derivatives, then the numbers.",
        f"{GRADIENT} {PARTIAL}",
        (line for line in (
            f"∂f/∂x = {pretty(slope_text(sheet, 'x'), NAMES)}, here {shown(found[0])}",
            f"∂f/∂y = {pretty(slope_text(sheet, 'y'), NAMES)}, here {shown(found[1])}",
            f"∇f = {column(found)}")),
        wrong(),
    )  # fmt: skip


DIRECTION = "The slope along a unit vector v is ∇f · v: multiply entry by entry and add up."
NOT_UNIT = WrongRule(
    "direction-not-normalised", "factor", "the direction was not divided by its length",
    "a direction has the length 1",
)  # fmt: skip
LENGTH_ONLY = WrongRule(
    "gradient-length", "other-quantity", "this is the length of the gradient",
    "that is the slope in the steepest direction only",
)  # fmt: skip


@topic("directional", "the slope in a direction", "gradient", "number")
def directional(draw: Draw) -> Task:
    function, (a, b, c, d, e) = quadratic(draw)
    x, y = draw.some_of((-3, -2, -1, 1, 2, 3), 2)
    slopes = (2 * a * x + b * y + d, 2 * c * y + b * x + e)
    p, q, length = draw.one_of(
        ((3, 4, 5), (4, 3, 5), (-3, 4, 5), (3, -4, 5), (6, 8, 10), (5, 12, 13))
    )
    along = Fraction(slopes[0] * p + slopes[1] * q, length)
    size = (slopes[0] ** 2 + slopes[1] ** 2) ** 0.5
    return task(
        f"f(x, y) = {pretty(function, NAMES)}. What is the slope of f at ({shown(x)}, "
        f"{shown(y)}) in the direction of "
        f"({shown(p)}, {shown(q)})? Two decimal places are enough.",
        Number(along, 2),
        f"How long is ({shown(p)}, {shown(q)})?",
        f"{DIRECTION} Divide the direction by its length first.",
        (f"∇f = ({shown(slopes[0])}, {shown(slopes[1])})",
         f"the direction has the length {length}",
         f"({products(slopes, (p, q))})/{length} = "
         f"{rounded(float(along))}"),
        (NOT_UNIT.gives(Number(along * length, 2)), LENGTH_ONLY.gives(Number(size, 2)),
         SUMMED.gives(Number(slopes[0] + slopes[1], 2))),
    )  # fmt: skip


CRITICAL = "At a critical point every partial derivative is 0: solve both equations together."
SIGN = WrongRule("critical-sign", "sign", "the signs are those of the coefficients", CRITICAL)
HALF = WrongRule("critical-half", "factor", "the factor 2 of the square was left out", CRITICAL)


@topic("critical-point", "critical points", "gradient", "vector")
def critical_point(draw: Draw) -> Task:
    x, y = draw.signed(1, 4), draw.signed(1, 4)
    a, c = draw.integer(1, 3), draw.integer(1, 3)
    b = 0 if draw.level < 3 else draw.one_of((-1, 1))
    sign = 1 if draw.level == 1 else draw.one_of((1, -1))
    d, e = -2 * a * x - b * y, -2 * c * y - b * x
    function = sum_of(*(term(sign * k, name) if k else "" for k, name in (
        (a, "x**2"), (b, "x * y"), (c, "y**2"), (d, "x"), (e, "y"))))  # fmt: skip
    sheet = sheet_of(function, NAMES)
    wrong = [SIGN.gives(Vector((-x, -y)))]
    if not b:
        wrong.append(HALF.gives(Vector((2 * x, 2 * y))))
    wrong.append(SWAPPED.gives(Vector((y, x))))
    return task(
        f"f(x, y) = {pretty(function, NAMES)}. At which point (x, y) is the gradient 0?",
        Vector((x, y)),
        "Where f is highest or lowest, no direction goes up or down.",
        CRITICAL,
        (line for line in (
            f"∂f/∂x = {pretty(slope_text(sheet, 'x'), NAMES)} = 0",
            f"∂f/∂y = {pretty(slope_text(sheet, 'y'), NAMES)} = 0",
            f"(x, y) = {column((x, y))}")),
        wrong,
    )  # fmt: skip


UPHILL = WrongRule(
    "step-uphill", "sign", "this is the direction of steepest ascent",
    "steepest descent is against the gradient: −∇f",
)  # fmt: skip


@topic("steepest-descent", "the direction of steepest descent", "gradient", "vector")
def steepest_descent(draw: Draw) -> Task:
    function, (a, b, c, d, e) = quadratic(draw)
    x, y = draw.some_of((-3, -2, -1, 1, 2, 3), 2)
    found = (2 * a * x + b * y + d, 2 * c * y + b * x + e)
    if not any(found):
        x, y = x + 1, y + 2
        found = (2 * a * x + b * y + d, 2 * c * y + b * x + e)
    down = (-found[0], -found[1])
    sheet = sheet_of(function, NAMES)
    return task(
        f"f(x, y) = {pretty(function, NAMES)}. Which vector, as long as the gradient, points "
        "where f falls most steeply at "
        f"({shown(x)}, {shown(y)})?",
        Vector(down),
        "The gradient points uphill.",
        "The direction of steepest descent is −∇f.",
        (line for line in (
            f"∇f = ({pretty(slope_text(sheet, 'x'), NAMES)}, "
            f"{pretty(slope_text(sheet, 'y'), NAMES)}), here {column(found)}",
            f"−∇f = {column(down)}")),
        (UPHILL.gives(Vector(found)), SWAPPED.gives(Vector(down[::-1]))),
    )  # fmt: skip
