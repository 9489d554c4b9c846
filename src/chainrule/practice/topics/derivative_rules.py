"""Concept 2: the rules. Powers, sums, products, quotients, exponentials, logarithms, sine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from chainrule.algebra import derivative, unicode
from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.expression import Asked, ExpressionAnswer, equal_to
from chainrule.practice.answers.number import Number
from chainrule.practice.derivatives import (
    derivative_task,
    linear,
    monomial,
    polynomial,
    pretty,
    sheet_of,
    slope_text,
    sum_of,
    term,
    wrong_slopes,
)
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import coprime, shown, value_at
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import Wrong, WrongRule

POWER = "Power rule: (xⁿ)′ = n · xⁿ⁻¹, for every number n."
SUM = "Sum rule: (f + g)′ = f′ + g′. A constant factor stays; a constant term has the slope 0."
PRODUCT = "Product rule: (f · g)′ = f′ · g + f · g′."
QUOTIENT = "Quotient rule: (f/g)′ = (f′ · g − f · g′)/g²."


@topic("power", "the power rule", "rules", "expression")
def power(draw: Draw) -> Task:
    factor = draw.integer(2, 9) if draw.level > 1 else 1
    function = term(factor * draw.one_of((1, -1)), monomial(draw.integer(3, 9)))
    return derivative_task(function, "What happens to the exponent?", POWER)


@topic("polynomial", "polynomials, term by term", "rules", "expression")
def polynomial_topic(draw: Draw) -> Task:
    degree = draw.level + 1
    coefficients = [draw.integer(-9, 9) for _ in range(degree + 1)]
    if draw.level == 3:
        coefficients[1] = 0
    coefficients[-1] = draw.signed(2, 9)
    return derivative_task(polynomial(coefficients), "Take one term at a time.", f"{SUM} {POWER}")


@topic("negative-power", "negative powers", "rules", "expression")
def negative_power(draw: Draw) -> Task:
    factor, n = draw.integer(1 if draw.level < 2 else 2, 9), draw.integer(1, 5)
    bar = f"{factor}/{monomial(n)}"
    function = (
        bar
        if draw.level < 3
        else sum_of(bar, term(draw.signed(2, 9), monomial(draw.integer(2, 4))))
    )
    if draw.random.random() < 0.4:
        function = function.replace(bar, term(factor, f"x**(-{n})"))
    nudge = "A power below the bar is a power with a negative exponent."
    return derivative_task(
        function, nudge, f"{POWER} Lowering a negative exponent makes it more negative."
    )


@topic("fractional-power", "roots and fractional powers", "rules", "expression")
def fractional_power(draw: Draw) -> Task:
    factor = draw.integer(2, 9)
    p, q = draw.one_of(((1, 2), (3, 2), (1, 3), (2, 3), (4, 3), (5, 2), (3, 4)))
    function = term(factor, f"x**({p}/{q})")
    if draw.level == 1:
        function = term(factor, "sqrt(x)") if draw.random.random() < 0.5 else function
    elif draw.level == 3:
        function = sum_of(function, term(draw.signed(2, 9), draw.one_of(("x", "x**2", "1/x"))))
    return derivative_task(
        function, "Write the root as a power.", f"{POWER} √x is x^(1/2).", positive=True
    )


@topic("exponential", "the exponential function", "rules", "expression")
def exponential(draw: Draw) -> Task:
    function = term(draw.signed(2, 9), "exp(x)")
    if draw.level > 1:
        function = sum_of(function, term(draw.signed(2, 9), monomial(draw.integer(1, 4))))
    if draw.level > 2:
        function = sum_of(function, str(draw.signed(1, 9)))
    return derivative_task(
        function,
        "x stands in the exponent here.",
        "(eˣ)′ = eˣ; exp(x) is eˣ. A constant factor stays.",
    )


@topic("exponential-base", "exponentials of any base", "rules", "expression")
def exponential_base(draw: Draw) -> Task:
    base = draw.integer(2, 9)
    function = f"{base}**x" if draw.level == 1 else term(draw.integer(2, 9), f"{base}**x")
    if draw.level == 3:
        function = sum_of(function, term(draw.signed(2, 9), monomial(draw.integer(2, 4))))
    return derivative_task(
        function,
        "x stands in the exponent, and the base is not e.",
        "(aˣ)′ = log(a) · aˣ, log natural.",
    )


@topic("logarithm", "the natural logarithm", "rules", "expression")
def logarithm(draw: Draw) -> Task:
    function = term(draw.signed(2, 9), "log(x)")
    if draw.level > 1:
        function = sum_of(function, term(draw.signed(2, 9), monomial(draw.integer(1, 3))))
    if draw.level > 2:
        function = sum_of(function, f"{draw.integer(2, 9)}/x")
    return derivative_task(
        function, "log is the natural logarithm, ln.", "(log x)′ = 1/x.", positive=True
    )


@topic("sine-cosine", "sine and cosine", "rules", "expression")
def sine_cosine(draw: Draw) -> Task:
    a, b = draw.signed(2, 9), draw.signed(2, 9)
    f, g = draw.some_of(("sin(x)", "cos(x)"), 2)
    function = term(a, f)
    if draw.level > 1:
        function = sum_of(function, term(b, g))
    if draw.level > 2:
        function = sum_of(function, term(draw.signed(2, 5), draw.one_of(("x", "x**2", "tan(x)"))))
    nudge = "One of the two brings a minus sign with it."
    return derivative_task(function, nudge, "sin′ = cos, cos′ = −sin, tan′ = 1/cos² = 1 + tan².")


@topic("tangent", "the tangent function", "rules", "expression")
def tangent(draw: Draw) -> Task:
    function = term(draw.signed(2, 9), "tan(x)")
    if draw.level > 1:
        extra = draw.one_of(("x", "x**2", "sin(x)", "cos(x)"))
        function = sum_of(function, term(draw.signed(2, 9), extra))
    return derivative_task(
        function, "tan is sin/cos.", "tan′ = 1/cos² = 1 + tan², by the quotient rule."
    )


def smooth(draw: Draw) -> str:
    """A simple function that is no power."""
    return draw.one_of(("sin(x)", "cos(x)", "exp(x)", "log(x)"))


@topic("product", "the product rule", "rules", "expression")
def product(draw: Draw) -> Task:
    if draw.level == 1:
        first = monomial(draw.integer(2, 5))
    elif draw.level == 2:
        first = f"({linear(draw.signed(2, 6), draw.signed(1, 9))})"
    else:
        first = f"({polynomial([draw.signed(1, 4), draw.signed(1, 6), draw.signed(1, 9)])})"
    second = smooth(draw)
    return derivative_task(
        f"{first} * {second}",
        "Both factors depend on x.",
        PRODUCT,
        positive="log" in second,
    )


@topic("quotient", "the quotient rule", "rules", "expression")
def quotient(draw: Draw) -> Task:
    top, bottom = draw.signed(1, 4), draw.integer(1, 6)
    b, d = coprime(draw.signed(1, 6), top), coprime(draw.signed(1, 6), bottom)
    degree = min(draw.level, 2)
    if top * (-d) ** degree + b * bottom**degree == 0:  # the fraction would cancel
        b = -b
    over = polynomial([top, *[0] * (degree - 1), b])
    if draw.level == 3:
        over = draw.one_of(("sin(x)", "cos(x)", "exp(x)"))
    under = linear(bottom, d) if draw.level < 3 else f"x**2 + {draw.integer(1, 9)}"
    return derivative_task(
        f"({over})/({under})", "Both parts of the fraction depend on x.", QUOTIENT
    )


ONE_STEP = WrongRule(
    "first-derivative", "order", "this is the first derivative", "f″ is the derivative of f′"
)


@topic("second-derivative", "the second derivative", "rules", "expression")
def second_derivative(draw: Draw) -> Task:
    slope = ""
    if draw.level == 1:
        p, q = draw.signed(1, 5), draw.signed(1, 7)
        function = polynomial([p, q, 0, draw.signed(1, 9)])
        slope = polynomial([3 * p, 2 * q, 0])
    elif draw.level == 2:
        function = sum_of(term(draw.signed(2, 6), draw.one_of(("sin(x)", "cos(x)", "exp(x)"))),
                          term(draw.signed(2, 6), monomial(draw.integer(3, 5))))  # fmt: skip
    else:
        function = f"x * {draw.one_of(('sin(x)', 'cos(x)', 'exp(x)'))}"
        function = sum_of(function, term(draw.signed(2, 6), monomial(draw.integer(3, 5))))
    sheet = sheet_of(function)
    root = sheet.expressions["f"]
    slope = slope or slope_text(sheet)

    def once(asked: Asked) -> Iterator[Wrong]:
        yield ONE_STEP.gives(ExpressionAnswer(asked, asked.sheet.expressions["f"]))

    return derivative_task(
        slope,
        "Differentiate twice.",
        f"f″ = (f′)′. Here f′(x) = {pretty(slope)}.",
        ask=f"f(x) = {unicode(root)}. What is f″(x), the second derivative?",
        extra=once,
        called="f″",
    )


VALUE_NOT_SLOPE = WrongRule(
    "value-for-slope", "other-quantity", "this is f at the place, not its slope",
    "differentiate first, then put the number in",
)  # fmt: skip
PUT_IN_FIRST = WrongRule(
    "put-in-first", "zero",
    "the number was put in before differentiating, and a number has slope 0",
    "differentiate first, then put the number in",
)  # fmt: skip


@topic("slope-at", "the slope at a place", "rules", "number")
def slope_at(draw: Draw) -> Task:
    degree = draw.level + 1
    coefficients = [draw.integer(-4, 4) for _ in range(degree + 1)]
    function, at = polynomial(coefficients), draw.integer(-2, 3, but=(0, 1))
    sheet = sheet_of(function)
    root = sheet.expressions["f"]
    slope = derivative(root, sheet.symbol("x"))
    answer = value_at(slope, {"x": at}) or 0.0
    wrong = chain(
        (
            VALUE_NOT_SLOPE.gives(Number(value_at(root, {"x": at}) or 0.0)),
            PUT_IN_FIRST.gives(Number(0)),
        ),
        wrong_slopes(function, {"x": at}),
    )
    written = pretty(slope_text(sheet))
    return task(
        f"f(x) = {unicode(root)}. What is the slope of f at x = {shown(at)}?",
        Number(answer),
        "The slope at a place is the derivative there.",
        f"{SUM} {POWER} Then put x = {shown(at)} in.",
        (f"f′(x) = {written}", f"f′({shown(at)}) = {shown(answer)}"),
        wrong,
    )


TANGENT_SLOPE = WrongRule(
    "tangent-slope-left-general", "symbol", "f′(x) stands in the line instead of the number f′(a)",
    "the tangent at a is f(a) + f′(a)·(x − a)",
)  # fmt: skip
TANGENT_THROUGH_0 = WrongRule(
    "tangent-not-through-point", "missing-term", "the line has the slope, and misses the point",
    "the tangent at a is f(a) + f′(a)·(x − a)",
)  # fmt: skip
TANGENT_NOT_SHIFTED = WrongRule(
    "tangent-not-shifted", "missing-term", "x stands where x − a belongs",
    "the tangent at a is f(a) + f′(a)·(x − a)",
)  # fmt: skip


@topic("tangent-line", "the tangent line", "rules", "expression")
def tangent_line(draw: Draw) -> Task:
    a = draw.integer(-2, 3, but=(0,))
    coefficients = [draw.signed(1, 3), draw.integer(-4, 4), draw.integer(-6, 6)]
    if draw.level == 3:
        coefficients = [draw.signed(1, 2), draw.integer(-2, 2), *coefficients[1:]]
    n = len(coefficients) - 1
    height = sum(c * a ** (n - i) for i, c in enumerate(coefficients))
    slope = sum(c * (n - i) * a ** (n - i - 1) for i, c in enumerate(coefficients[:-1]))
    if slope == 0:
        coefficients[-2] += 3
        height, slope = height + 3 * a, 3
    given, x = pretty(polynomial(coefficients)), "x: scalar"
    general = slope_text(sheet_of(polynomial(coefficients)))
    line = linear(slope, height - slope * a)
    return task(
        f"f(x) = {given}. Which line touches the graph at x = {shown(a)}? Give y in terms of x.",
        equal_to(line, x),
        "A line is fixed by a point and a slope.",
        "The tangent at a is y = f(a) + f′(a) · (x − a).",
        (f"f({shown(a)}) = {shown(height)} and f′({shown(a)}) = {shown(slope)}",
         f"y = {pretty(f'{height} + {slope} * ({linear(1, -a)})')} = {pretty(line)}"),
        (TANGENT_SLOPE.gives(equal_to(f"{height} + ({general}) * (x - ({a}))", x)),
         TANGENT_NOT_SHIFTED.gives(equal_to(f"{height} + {slope} * x", x)),
         TANGENT_THROUGH_0.gives(equal_to(f"{slope} * x", x))),
    )  # fmt: skip


RULES = ("the sum rule", "the product rule", "the quotient rule", "the chain rule")
OUTSIDE = WrongRule(
    "rule-from-inside", "order", "that rule is for a part that stands further inside",
    "the operation that is done last says which rule comes first",
)  # fmt: skip


@topic("which-rule", "which rule comes first", "rules", "choice")
def which_rule(draw: Draw) -> Task:
    a, b = draw.integer(2, 9), draw.integer(2, 9)
    f, g = draw.some_of(
        ("sin(x)", "exp(x)", f"x**{draw.integer(2, 5)}", f"({a}*x + {b})**{draw.integer(3, 6)}"), 2
    )
    inner = {0: f"{f} * {g}", 1: f"({f})/({g})", 2: f"{f} + {g}"}
    shapes = {
        RULES[0]: f"{f} * {g} + {draw.integer(2, 9)}*x",
        RULES[1]: f"({f} + {a}) * ({g} + {b})",
        RULES[2]: f"({f} + {b})/({g} + {a})",
        RULES[3]: draw.one_of(("sin", "exp", "cos")) + f"({inner[draw.integer(0, 2, but=())]})",
    }
    right = draw.one_of(RULES)
    options = tuple(f"{'abcd'[i]}) {rule}" for i, rule in enumerate(RULES))
    return task(
        f"f(x) = {pretty(shapes[right])}. "
        f"Which rule comes first? {'  '.join(options)}",
        Choice.of(RULES, right),
        "Put a number in for x: which operation is done last?",
        "The operation that is done last, on the outside, says which rule comes first.",
        ("Read the function from the outside to the inside.",
         f"What is done last is {LAST[right]}, so it is {right}."),
        [OUTSIDE.gives(Choice.of(RULES, other)) for other in RULES if other != right],
    )  # fmt: skip


LAST = {
    RULES[0]: "an addition",
    RULES[1]: "a multiplication of two factors with x",
    RULES[2]: "a division, with x above and below",
    RULES[3]: "a function of an inner function",
}
