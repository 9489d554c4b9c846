"""Concept 3: the chain rule, alone, with product and quotient, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from chainrule.algebra import (
    ONE,
    POWER_OF,
    apply,
    derivative,
    divide,
    multiply,
    postorder,
    power,
    subtract,
    symbols,
    times,
)
from chainrule.practice.answers.expression import Asked, ExpressionAnswer, equal_to
from chainrule.practice.answers.number import Number
from chainrule.practice.answers.parts import Parts
from chainrule.practice.derivatives import (
    derivative_task,
    linear,
    monomial,
    polynomial,
    pretty,
    sum_of,
    term,
)
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.numbers import bracketed, coprime, shown
from chainrule.practice.topic import Task, task, topic
from chainrule.practice.wrong_answers import Wrong, WrongRule

CHAIN = "Chain rule: f(g(x))′ = f′(g(x)) · g′(x)."
INSIDE = "What is done last, and what stands inside it?"
TWICE = f"{CHAIN} Where the inner function is nested too, use it again."


def inner(draw: Draw, plus: bool = False) -> str:
    """An inner function whose slope is not 1, and whose terms share no number.

    plus: one that is above 0 for every x.
    """
    if plus:
        first = draw.integer(1, 4)
        return f"{term(first, 'x**2')} + {coprime(draw.integer(1, 9), first)}"
    if draw.level == 1:
        first = draw.one_of((-4, -3, -2, 2, 3, 4, 5))
        return linear(first, coprime(draw.signed(1, 9), first))
    if draw.level == 2:
        first = draw.one_of((1, 2, 3, -1, -2))
        return sum_of(term(first, monomial(draw.integer(2, 3))),
                      str(coprime(draw.signed(1, 9), first)))  # fmt: skip
    first, second = draw.signed(1, 3), draw.signed(2, 5)
    return polynomial([first, second, coprime(draw.signed(1, 9), gcd(first, second))])


@topic("chain-power", "a power of an inner function", "chain-rule", "expression")
def chain_power(draw: Draw) -> Task:
    return derivative_task(f"({inner(draw)})**{draw.integer(3, 8)}", INSIDE, CHAIN)


@topic("chain-exponential", "an exponential of an inner function", "chain-rule", "expression")
def chain_exponential(draw: Draw) -> Task:
    inside = inner(draw) if draw.level > 1 else term(draw.signed(2, 6), "x")
    base = draw.one_of(("exp", "exp", "2", "3", "5"))
    function = f"exp({inside})" if base == "exp" else f"{base}**({inside})"
    return derivative_task(function, INSIDE, f"{CHAIN} An exponential comes back: (eᵘ)′ = eᵘ · u′.")


@topic("chain-sine", "sine and cosine of an inner function", "chain-rule", "expression")
def chain_sine(draw: Draw) -> Task:
    f = draw.one_of(("sin", "cos", "tan") if draw.level > 1 else ("sin", "cos"))
    return derivative_task(f"{f}({inner(draw)})", INSIDE, f"{CHAIN} sin′ = cos, cos′ = −sin.")


@topic("chain-logarithm", "the logarithm of an inner function", "chain-rule", "expression")
def chain_logarithm(draw: Draw) -> Task:
    inside = inner(draw, plus=True)
    function = f"log({inside})" if draw.level < 3 else term(draw.signed(2, 7), f"log({inside})")
    return derivative_task(function, INSIDE, f"{CHAIN} (log u)′ = u′/u.")


@topic("chain-root", "the root of an inner function", "chain-rule", "expression")
def chain_root(draw: Draw) -> Task:
    inside = inner(draw, plus=True)
    function = f"sqrt({inside})" if draw.level < 3 else term(draw.signed(2, 7), f"sqrt({inside})")
    return derivative_task(function, INSIDE, f"{CHAIN} (√u)′ = u′/(2√u).")


@topic("chain-reciprocal", "one over an inner function", "chain-rule", "expression")
def chain_reciprocal(draw: Draw) -> Task:
    power = "" if draw.level == 1 else f"**{draw.integer(2, 4)}"
    inside = inner(draw, plus=True)
    return derivative_task(
        f"{draw.integer(1, 7)}/({inside}){power}", INSIDE, f"{CHAIN} (1/u)′ = −u′/u²."
    )


@topic("chain-two", "two nestings", "chain-rule", "expression")
def chain_two(draw: Draw) -> Task:
    slope = draw.one_of((-4, -3, -2, 2, 3, 4))
    line = linear(slope, draw.integer(-9, 9, but=()))
    # A large constant in the exponent would make sin(exp(...)) a matter of rounding.
    exponential = f"exp({term(slope, 'x')})"
    middle = draw.one_of(
        (f"sin({line})", f"cos({line})", exponential, f"({line})**{draw.integer(2, 4)}")
    )
    outside = draw.one_of(("sin({})", "cos({})", "exp({})", "({})**3", "({})**4"))
    if outside.startswith("({})**") and middle.startswith("("):
        outside = draw.one_of(("sin({})", "cos({})"))
    if outside == "exp({})" and middle[:3] not in ("sin", "cos"):  # too large to work with
        outside = draw.one_of(("sin({})", "cos({})"))
    if draw.level > 1:
        middle = f"{middle} + {draw.integer(1, 9)}"
    return derivative_task(outside.format(middle), "Work from the outside to the inside.", TWICE)


@topic("chain-product", "chain and product rule", "chain-rule", "expression")
def chain_product(draw: Draw) -> Task:
    first = draw.one_of(("x", "x**2", "x**3") if draw.level < 3 else ("sin(x)", "exp(x)", "cos(x)"))
    inside = term(draw.signed(2, 5), "x") if draw.level == 1 else inner(draw)
    second = draw.one_of(
        (
            f"sin({inside})",
            f"cos({inside})",
            f"exp({inside})",
            f"({inside if draw.level > 1 else sum_of(inside, '1')})**{draw.integer(3, 5)}",
        )
    )
    return derivative_task(f"{first} * {second}", "A product outside, a chain in one factor.",
                           f"(f · g)′ = f′ · g + f · g′. {CHAIN}")  # fmt: skip


@topic("chain-quotient", "chain and quotient rule", "chain-rule", "expression")
def chain_quotient(draw: Draw) -> Task:
    inside = term(draw.signed(2, 5), "x") if draw.level < 3 else inner(draw)
    over = draw.one_of((f"sin({inside})", f"cos({inside})", f"exp({inside})"))
    under = draw.one_of(("x", "x**2")) if draw.level == 1 else f"x**2 + {draw.integer(1, 9)}"
    return derivative_task(f"{over}/({under})", "A quotient outside, a chain above the bar.",
                           f"(f/g)′ = (f′ · g − f · g′)/g². {CHAIN}")  # fmt: skip


@topic("sigmoid-slope", "the slope of sigmoid, tanh and softplus", "chain-rule", "expression")
def sigmoid_slope(draw: Draw) -> Task:
    f = draw.one_of(("sigma", "tanh", "sigma", "tanh", "softplus"))
    line = linear(draw.one_of((-4, -3, -2, 2, 3, 4, 5)), draw.integer(-6, 6, but=()))
    function = f"{f}({line})"
    if draw.level == 2:
        function = term(draw.signed(2, 6), function)
    elif draw.level == 3:
        function = f"x * {function}"
    rule = {
        "sigma": "σ′ = σ · (1 − σ), with σ(u) = 1/(1 + e⁻ᵘ).",
        "tanh": "tanh′ = 1 − tanh².",
        "softplus": "softplus′ = σ, with softplus(u) = log(1 + eᵘ).",
    }
    return derivative_task(function, INSIDE, f"{CHAIN} {rule[f]}")


@topic("relu-slope", "the slope of relu", "chain-rule", "expression")
def relu_slope(draw: Draw) -> Task:
    line = linear(draw.one_of((-4, -3, -2, 2, 3, 4, 5)), draw.signed(1, 6))
    function = f"relu({line})"
    if draw.level == 2:
        function = term(draw.signed(2, 6), function)
    elif draw.level == 3:
        function = f"({function})**2"
    return derivative_task(
        function,
        "relu(u) is u above 0, and 0 below. A comparison such as (2x > 1) is 1 where it holds.",
        f"{CHAIN} relu′(u) is 1 where u > 0, and 0 below; write relu'(u), or (u > 0).",
    )


SWAPPED = WrongRule(
    "inner-and-outer-swapped", "order", "inner and outer are swapped",
    "the inner function is worked out first, the outer one last",
)  # fmt: skip


@topic("inner-outer", "naming the inner and the outer function", "chain-rule", "parts")
def inner_outer(draw: Draw) -> Task:
    inside = inner(draw)
    outer = draw.one_of(("sin(u)", "cos(u)", "exp(u)", "u**3", "u**4", "u**5"))
    function = (
        outer.replace("u", f"({inside})")
        if outer[0] == "u"
        else outer.replace("(u)", f"({inside})")
    )
    outside = outer.replace("exp", "EXP").replace("u", "x").replace("EXP", "exp")
    u, x = "u: scalar", "x: scalar"
    u_inside = inside.replace("x", "u")
    make = lambda first, second: Parts((("inner", first), ("outer", second)))  # noqa: E731
    return task(
        f"f(x) = {pretty(function)}. Name the inner function of x and the outer function of u, so "
        "that f is the outer at u = inner. Type inner = …; outer = …",
        make(equal_to(inside, x), equal_to(outer, u)),
        "Put a number in for x: what do you work out first?",
        "The inner function is worked out first; the outer one is done to its result.",
        (f"first u = {pretty(inside)} is worked out",
         f"inner = {pretty(inside)}; outer = {pretty(outer, ('u',))}"),
        (SWAPPED.gives(make(equal_to(outside, x), equal_to(u_inside, u))),),
    )  # fmt: skip


IMPLICIT = "Differentiate both sides by x; y depends on x, so (y²)′ = 2y · y′. Then solve for y′."
IMPLICIT_SIGN = WrongRule("implicit-sign", "sign", "the minus sign is missing", IMPLICIT)
IMPLICIT_INVERTED = WrongRule("implicit-inverted", "order", "this is dx/dy", IMPLICIT)
IMPLICIT_NO_CHAIN = WrongRule(
    "implicit-y-constant", "missing-factor", "the y′ of the chain rule was left out", IMPLICIT
)


@topic("implicit", "implicit differentiation", "chain-rule", "number")
def implicit(draw: Draw) -> Task:
    x, y = draw.signed(1, 5), draw.signed(1, 5)
    p, q = (1, 1) if draw.level == 1 else (draw.integer(1, 4), draw.integer(1, 4))
    r = 0 if draw.level < 3 else draw.signed(1, 2)
    by_x, by_y = 2 * p * x + r * y, 2 * q * y + r * x
    if by_y == 0 or by_x == 0:
        r, by_x, by_y = 0, 2 * p * x, 2 * q * y
    left = sum_of(term(p, "x**2"), term(r, "x*y") if r else "", term(q, "y**2"))
    total = p * x * x + r * x * y + q * y * y
    slope = Fraction(-by_x, by_y)
    factor = pretty(sum_of(term(2 * q, "y"), term(r, "x") if r else ""), ("x", "y"))
    lines = (
        f"{pretty(sum_of(term(2 * p, 'x'), term(r, 'y') if r else ''), ('x', 'y'))} + "
        f"{factor if not r else f'({factor})'} · y′ = 0",
        f"at ({shown(x)}, {shown(y)}): {shown(by_x)} + {bracketed(by_y)} · y′ = 0",
        f"y′ = {slope}".replace("-", "−"),
    )
    return task(
        f"The point ({shown(x)}, {shown(y)}) lies on the curve {pretty(left, ('x', 'y'))} = "
        f"{shown(total)}. "
        "What is dy/dx there? Two decimal places are enough.",
        Number(slope, 2),
        "y is a function of x, though it is not solved for.",
        IMPLICIT,
        lines,
        (IMPLICIT_SIGN.gives(Number(-slope, 2)), IMPLICIT_INVERTED.gives(Number(1 / slope, 2)),
         IMPLICIT_NO_CHAIN.gives(Number(by_x + by_y, 2))),
    )  # fmt: skip


INVERSE = "(f⁻¹)′(b) = 1/f′(a), where f(a) = b."
NOT_INVERTED = WrongRule("inverse-not-inverted", "power", "this is f′(a) itself", INVERSE)
AT_B = WrongRule("inverse-at-b", "symbol", "b was put into f′ instead of a", INVERSE)
OVER_VALUE = WrongRule("one-over-value", "other-quantity", "this is 1/f(a)", INVERSE)


@topic("inverse-function", "the slope of an inverse function", "chain-rule", "number")
def inverse_function(draw: Draw) -> Task:
    a, p, q, r = draw.integer(-2, 3), draw.integer(1, 3), draw.integer(1, 5), draw.integer(-5, 5)
    if draw.level == 1:
        a, r = abs(a), 0
    b, slope = p * a**3 + q * a + r, 3 * p * a * a + q
    function = polynomial([p, 0, q, r])
    return task(
        f"f(x) = {pretty(function)} always rises, so it has an inverse f⁻¹. f({shown(a)}) = "
        f"{shown(b)}. "
        f"What is (f⁻¹)′({shown(b)})? Three decimal places are enough.",
        Number(Fraction(1, slope), 3),
        "The graph of the inverse is mirrored: rise and run change places.",
        INVERSE,
        (f"f′(x) = {pretty(polynomial([3 * p, 0, q]))}, so f′({shown(a)}) = {slope}",
         f"(f⁻¹)′({shown(b)}) = 1/{slope}"),
        (NOT_INVERTED.gives(Number(slope, 3)),
         AT_B.gives(Number(Fraction(1, 3 * p * b * b + q), 3)),
         *([OVER_VALUE.gives(Number(Fraction(1, b), 3))] if b else [])),
    )  # fmt: skip


@topic("logarithmic", "logarithmic differentiation", "chain-rule", "expression")
def logarithmic(draw: Draw) -> Task:
    exponent = draw.one_of(("x", f"{draw.integer(2, 6)}*x"))
    if draw.level == 2:
        s = draw.integer(1, 5)
        exponent = draw.one_of((linear(s, coprime(draw.integer(1, 6), s)), "x**2"))
    elif draw.level == 3:
        exponent = draw.one_of(("sin(x)", "cos(x)", "sqrt(x)", "1/x", f"{draw.integer(2, 5)}*x**2"))
    function = term(draw.integer(1, 6), f"x**({exponent})")
    return derivative_task(
        function,
        "x stands in the base and in the exponent: take the logarithm of both sides.",
        "(log f)′ = f′/f, so f′ = f · (log f)′; and log(xᵍ) = g · log x.",
        positive=True,
        extra=logarithmic_wrong,
    )


AS_POWER = WrongRule(
    "power-rule-for-moving-exponent", "power", "the power rule was used, though the exponent moves",
    "x^g is e^(g*log(x)): its derivative is x^g*(g*log(x))'",
)  # fmt: skip
AS_EXPONENTIAL = WrongRule(
    "exponential-rule-for-moving-base", "missing-term",
    "the base was held constant, though it moves",
    "x^g is e^(g*log(x)): its derivative is x^g*(g*log(x))'",
)  # fmt: skip


def logarithmic_wrong(asked: Asked) -> Iterator[Wrong]:
    """The power rule, and the exponential rule, where neither holds."""
    root = asked.sheet.expressions["f"]
    part = next(
        node
        for node in postorder(root)
        if node.operation is POWER_OF
        and node.args[0] is asked.sheet.symbol("x")
        and symbols(node.args[1])
    )
    factor = divide(root, part)
    base, exponent = part.args
    slope = derivative(exponent, base)
    power_rule = multiply(exponent, power(base, subtract(exponent, ONE)))
    yield AS_POWER.gives(ExpressionAnswer(asked, times(factor, power_rule)))
    yield AS_POWER.gives(ExpressionAnswer(asked, times(factor, power_rule, slope)))
    held = times(apply("log", base), part, slope)
    yield AS_EXPONENTIAL.gives(ExpressionAnswer(asked, times(factor, held)))


ARC = {
    "arctan": ("1 + ({u})**2", "arctan′(u) = 1/(1 + u²)"),
    "arcsin": ("sqrt(1 - ({u})**2)", "arcsin′(u) = 1/√(1 − u²)"),
}
ARC_NO_INNER = WrongRule(
    "inner-forgotten", "missing-factor", "the derivative of the inner function is missing", CHAIN
)
ARC_RECIPROCAL = WrongRule(
    "inverse-as-reciprocal", "function", "the inverse function was taken for one over the function",
    "arctan is the inverse of tan, not 1/tan",
)  # fmt: skip
ARC_SIGN = WrongRule(
    "arc-sign", "sign", "the sign below the bar is wrong",
    "arctan′(u) = 1/(1 + u²), arcsin′(u) = 1/√(1 − u²)",
)  # fmt: skip
ARC_ROOT = WrongRule(
    "arc-confused", "function", "the slope of the other inverse function was taken",
    "arctan′(u) = 1/(1 + u²), arcsin′(u) = 1/√(1 − u²)",
)  # fmt: skip


@topic("inverse-trigonometric", "arctan and arcsin", "chain-rule", "expression")
def inverse_trigonometric(draw: Draw) -> Task:
    f = draw.one_of(("arctan", "arcsin") if draw.level > 1 else ("arctan",))
    c = draw.integer(2, 6)
    u, slope = (
        (term(c, "x"), str(c)) if draw.level < 3 or f == "arcsin" else (f"{c}*x**2", f"{2 * c}*x")
    )
    under, rule = ARC[f][0].format(u=u), ARC[f][1]
    names = "x: scalar" if f == "arctan" else "x: scalar unit"
    if f == "arcsin":  # |u| < 1 for x between 0 and 1
        c = draw.integer(2, 6)
        u, slope = f"x/{c}", f"1/{c}"
        under = ARC[f][0].format(u=u)
    factor = 1 if draw.level == 1 else draw.integer(2, 6)
    said = f"{factor} · " if factor > 1 else ""
    answer = f"{factor}*({slope})/({under})"
    inner = f"1/{c}" if f == "arcsin" else pretty(slope)
    before = f"{factor} · " if factor > 1 else ""
    below = f"({pretty(under)})" if f == "arctan" else pretty(under)
    other = "sqrt(1 + ({u})**2)" if f == "arctan" else "1 - ({u})**2"
    sign = "1 - ({u})**2" if f == "arctan" else "sqrt(1 + ({u})**2)"
    reciprocal = "-({s})/sin({u})**2" if f == "arctan" else "-({s})*cos({u})/sin({u})**2"
    wrong = lambda body: equal_to(f"{factor}*({body})", names)  # noqa: E731
    where = ", where 0 < x < 1" if f == "arcsin" else ""
    return task(
        f"f(x) = {said}{f}({pretty(u)}){where}. What is f′(x)?",
        equal_to(answer, names),
        f"{f} is the inverse of {f[3:]}; what stands inside it?",
        f"{CHAIN} {rule}.",
        (f"outer {f}(u), inner u = {pretty(u)}, u′ = {pretty(slope)}",
         f"f′ = {before}{inner} / {below}"),
        (ARC_NO_INNER.gives(wrong(f"1/({under})")),
         ARC_RECIPROCAL.gives(wrong(reciprocal.format(u=u, s=slope))),
         ARC_SIGN.gives(wrong(f"({slope})/({sign.format(u=u)})")),
         ARC_ROOT.gives(wrong(f"({slope})/({other.format(u=u)})"))),
    )  # fmt: skip
