"""What learners take for the rules of calculus: the table of wrong rules.

To add one is to add a value to CALCULUS_RULES.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra import (
    COS,
    DIVIDE,
    EXP,
    FUNCTIONS,
    LOG,
    MULTIPLY,
    NEGATE,
    NUMBER,
    ONE,
    RELU,
    SIGMA,
    SIN,
    SQRT,
    TAN,
    TANH,
    TWO,
    ZERO,
    Expression,
    add,
    apply,
    divide,
    multiply,
    negate,
    plus,
    power,
    powered,
    rational,
    subtract,
    text,
    times,
    with_args,
)
from chainrule.derivation.mistakes.wrong_rule_derivatives import CalculusRule, Place, Slope


def _of(operation: object, slope: Callable[[Place], Expression]) -> Slope:
    """A rule for one function: its wrong slope, times the inner derivative."""

    def rule(place: Place) -> Expression | None:
        if place.node.operation is not operation or any(place.node.params):
            return None
        return place.chained(slope(place))

    return rule


def _sigmoid(slope: Callable[[Expression, Expression], Expression]) -> Slope:
    """A rule for sigma(u), also where it is written 1/(1 + exp(-u)), from its value and u."""

    def rule(place: Place) -> Expression | None:
        u = _under_sigmoid(place.node)
        return None if u is None else times(slope(place.node, u), place.slopes[u])

    return rule


def _under_sigmoid(node: Expression) -> Expression | None:
    """The u of sigma(u), or of 1/(1 + exp(-u))."""
    if node.operation is SIGMA and not any(node.params):
        return node.args[0]
    for part in node.args[1].args if node.operation is DIVIDE else ():
        negative = part.operation is EXP and part.args[0].operation is NEGATE
        if negative and divide(ONE, add(ONE, part)) is node:
            return part.args[0].args[0]
    return None


def _power(change: Callable[[Expression, Expression], Expression | None]) -> Slope:
    """A rule for u**n from u and n; the x of a linear term is x**1."""
    of_linear = _linear(lambda x: change(x, ONE))

    def rule(place: Place) -> Expression | None:
        if not place.powered:
            return of_linear(place)
        slope = change(*place.node.args)
        return None if slope is None else place.chained(slope)

    return rule


def _is_number(n: Expression) -> bool:
    return rational(n) is not None


def _linear(change: Callable[[Expression], Expression | None]) -> Slope:
    """A rule for the variable in a linear term, such as 4*x, x/2 or the x of x + 1."""

    def rule(place: Place) -> Expression | None:
        if not place.node.args:
            return change(place.node)
        by = next((arg for arg in place.moving if not arg.args), None)
        slope = None if by is None else change(by)
        if slope is None:
            return None
        operation, args = place.node.operation, place.node.args
        if operation is MULTIPLY and place.moving == [by]:
            return times(*place.still, slope)
        if operation is DIVIDE and place.moving == [by] and args[0] is by:
            return divide(slope, args[1])
        return negate(slope) if operation is NEGATE else None

    return rule


def _product(make: Callable[[Place, Expression, Expression], Expression]) -> Slope:
    def rule(place: Place) -> Expression | None:
        if place.node.operation is not MULTIPLY or len(place.moving) != 2:
            return None
        f, g = place.moving
        return times(*place.still, make(place, f, g))

    return rule


def _derivatives_multiplied(place: Place) -> Expression | None:
    if place.node.operation is not MULTIPLY or len(place.moving) < 2:
        return None
    return times(*place.still, *(place.slopes[factor] for factor in place.moving))


def _quotient(
    make: Callable[[Expression, Expression, Expression, Expression], Expression],
) -> Slope:
    def rule(place: Place) -> Expression | None:
        if place.node.operation is not DIVIDE or len(place.moving) != 2:
            return None
        f, g = place.node.args
        return make(f, g, place.slopes[f], place.slopes[g])

    return rule


def _over_square(first: Expression, second: Expression, g: Expression) -> Expression:
    return divide(subtract(first, second), powered(g, TWO))


def _below(make: Callable[[Expression, Expression, Expression], Expression]) -> Slope:
    """A rule for c/g with a constant c."""

    def rule(place: Place) -> Expression | None:
        if place.node.operation is not DIVIDE or place.node.args[0] in place.slopes:
            return None
        c, g = place.node.args
        return make(c, g, place.slopes[g])

    return rule


def _as_power(place: Place) -> Expression | None:
    if place.node.operation is EXP:
        u = place.inner
        return multiply(u, with_args(place.node, (subtract(u, ONE),)))
    if place.exponential:
        base, u = place.node.args
        return multiply(u, power(base, subtract(u, ONE)))
    return None


def _as_power_chained(place: Place) -> Expression | None:
    lowered = _as_power(place)
    return None if lowered is None else times(lowered, place.slopes[place.node.args[-1]])


def _base_log_missing(place: Place) -> Expression | None:
    if not place.exponential or place.node.args[0].operation is not NUMBER:
        return None
    return times(place.node, place.slopes[place.node.args[1]])


def _factor_lost(place: Place) -> Expression | None:
    """A constant factor differentiated to 0 or dropped: it is dropped."""
    if place.node.operation is not MULTIPLY or len(place.moving) != 1:
        return None
    return place.slopes[place.moving[0]]


def _inner_forgotten(where: Callable[[Expression], bool]) -> Slope:
    """f'(g) alone; of a**u, log(a) * a**u. where: of which inner derivatives."""

    def rule(place: Place) -> Expression | None:
        if place.exponential and place.node.args[1].args:
            base, u = place.node.args
            outer = times(ONE if text(base) == "e" else apply("log", base), place.node)
            return outer if where(place.slopes[u]) else None
        return place.outer() if _is_outer(place) and where(place.slopes[place.inner]) else None

    return rule


def _is_outer(place: Place) -> bool:
    """Whether it is a function or a power of something that is more than a name."""
    return place.nested and (place.powered or place.node.operation in FUNCTIONS.values())


def _at_inner_derivative(place: Place) -> Expression | None:
    if place.exponential and place.node.args[1].args:
        base, u = place.node.args
        return times(apply("log", base), power(base, place.slopes[u]))
    return place.outer(place.slopes[place.inner]) if _is_outer(place) else None


def _inner_replaced(place: Place) -> Expression | None:
    """f(g'): the derivative put inside, and the outer function left."""
    if place.exponential and place.node.args[1].args:
        return power(place.node.args[0], place.slopes[place.node.args[1]])
    if not _is_outer(place) or place.node.operation in (LOG, SQRT):
        return None
    return with_args(place.node, (place.slopes[place.inner], *place.node.args[1:]))


def _outer_kept(place: Place) -> Expression | None:
    """f(g)*g': the outer function is not differentiated."""
    f = place.node.operation
    if f in (EXP, RELU) or f not in FUNCTIONS.values() or not place.nested:
        return None
    return times(place.node, place.slopes[place.inner])


def _function_kept(place: Place) -> Expression | None:
    f = place.node.operation
    kept = f in FUNCTIONS.values() and f is not EXP and not place.node.params[0]
    return place.node if kept else None


POWER = "the derivative of u^n is n*u^(n-1)*u'"
CONSTANT = "the derivative of a constant is 0"
LINEAR = "the derivative of c*x is c"
EXPONENTIAL = "an exponential comes back: (e^u)' = e^u*u', (a^u)' = log(a)*a^u*u'"
PRODUCT = "the derivative of f*g is f'*g + f*g'"
QUOTIENT = "the derivative of f/g is (f'*g - f*g')/g^2"
RECIPROCAL = "the derivative of 1/g is -g'/g^2"
CHAIN = "the derivative of f(g) is f'(g)*g'"
ROOT = "the derivative of sqrt(u) is u'/(2*sqrt(u))"
SINE = "the derivative of sin(u) is cos(u)*u'"
COSINE = "the derivative of cos(u) is -sin(u)*u'"
TANGENT = "the derivative of tan(u) is u'/cos(u)^2"
LOGARITHM = "the derivative of log(u) is u'/u"
SIGMA_SLOPE = "sigma' = sigma*(1 - sigma)"
TANH_SLOPE = "tanh' = 1 - tanh^2"
RELU_SLOPE = "relu'(z) is 1 above 0, and 0 below"

CALCULUS_RULES: list[CalculusRule] = [
    # Functions: the particular before the general, since the first of two names an answer.
    CalculusRule("cos-sign", "sign", "the minus sign of cos' is missing", COSINE,
                 _of(COS, lambda p: apply("sin", p.inner))),
    CalculusRule("sin-sign", "sign", "a minus sign was put before cos", SINE,
                 _of(SIN, lambda p: negate(apply("cos", p.inner)))),
    CalculusRule("tan-not-squared", "power", "the cosine below the bar was not squared", TANGENT,
                 _of(TAN, lambda p: divide(ONE, apply("cos", p.inner)))),
    CalculusRule("tan-sign", "sign", "a minus sign was put before 1/cos^2", TANGENT,
                 _of(TAN, lambda p: negate(divide(ONE, power(apply("cos", p.inner), TWO))))),
    CalculusRule("log-kept", "function", "log(u) was divided by u", LOGARITHM,
                 _of(LOG, lambda p: divide(p.node, p.inner))),
    CalculusRule("log-squared", "power", "log was taken for 1/u", LOGARITHM,
                 _of(LOG, lambda p: negate(divide(ONE, power(p.inner, TWO))))),
    CalculusRule("root-half-missing", "factor", "the factor 1/2 of the root is missing",
                 ROOT, _of(SQRT, lambda p: divide(ONE, p.node))),
    CalculusRule("root-not-inverted", "power", "the root stayed above the bar", ROOT,
                 _of(SQRT, lambda p: divide(p.node, TWO))),
    CalculusRule("sigma-one-minus", "missing-factor",
                 "the factor sigma is missing in the slope of sigma", SIGMA_SLOPE,
                 _sigmoid(lambda s, z: subtract(ONE, s))),
    CalculusRule("sigma-of-z", "symbol", "z was put for sigma(z) in the slope of sigma",
                 f"{SIGMA_SLOPE}, with sigma(z) and not z",
                 _sigmoid(lambda s, z: multiply(z, subtract(ONE, z)))),
    CalculusRule("sigma-as-tanh", "function",
                 "the slope of tanh was taken for that of sigma", SIGMA_SLOPE,
                 _sigmoid(lambda s, z: subtract(ONE, power(s, TWO)))),
    CalculusRule("tanh-of-z", "symbol", "z was put for tanh(z) in the slope of tanh",
                 f"{TANH_SLOPE}, with tanh(z) and not z",
                 _of(TANH, lambda p: subtract(ONE, power(p.inner, TWO)))),
    CalculusRule("tanh-sign", "sign", "a plus was put into the slope of tanh", TANH_SLOPE,
                 _of(TANH, lambda p: add(ONE, power(p.node, TWO)))),
    CalculusRule("tanh-one-missing", "missing-term",
                 "the 1 is missing in the slope of tanh", TANH_SLOPE,
                 _of(TANH, lambda p: negate(power(p.node, TWO)))),
    CalculusRule("tanh-as-tan", "function",
                 "the slope of tan was taken for that of tanh", TANH_SLOPE,
                 _of(TANH, lambda p: divide(ONE, power(apply("cos", p.inner), TWO)))),
    CalculusRule("tanh-as-sigma", "function",
                 "the slope of sigma was taken for that of tanh", TANH_SLOPE,
                 _of(TANH, lambda p: multiply(p.node, subtract(ONE, p.node)))),
    CalculusRule("relu-kept", "function", "relu was left as it is", RELU_SLOPE,
                 _of(RELU, lambda p: p.node)),
    CalculusRule("relu-one", "function", "1 was taken for relu'", RELU_SLOPE,
                 _of(RELU, lambda p: ONE)),
    CalculusRule("relu-as-sigma", "function", "the slope of sigma was taken for that of relu",
                 RELU_SLOPE, _of(RELU, lambda p: multiply(p.node, subtract(ONE, p.node)))),
    CalculusRule("relu-as-tanh", "function", "the slope of tanh was taken for that of relu",
                 RELU_SLOPE, _of(RELU, lambda p: subtract(ONE, power(p.node, TWO)))),
    # Powers.
    CalculusRule("linear-kept", "extra-factor", "the variable of a linear term was kept", LINEAR,
                 _linear(lambda x: x)),
    CalculusRule("power-not-lowered", "power",
                 "the exponent came in front, and was not lowered", POWER,
                 _power(lambda u, n: times(n, powered(u, n)))),
    CalculusRule("power-not-multiplied", "factor",
                 "the exponent was lowered, and did not come in front", POWER,
                 _power(lambda u, n: power(u, subtract(n, ONE)) if _is_number(n) else None)),
    CalculusRule("power-not-multiplied", "missing-factor",
                 "the exponent was lowered, and did not come in front", POWER,
                 _power(lambda u, n: None if _is_number(n) else power(u, subtract(n, ONE)))),
    CalculusRule("power-kept", "power", "the power was left as it is", POWER,
                 _power(powered)),
    CalculusRule("power-lowered-first", "factor",
                 "the exponent was lowered before it came in front", POWER,
                 _power(lambda u, n: None if n is ONE
                        else times(subtract(n, ONE), power(u, subtract(n, ONE))))),
    CalculusRule("power-lowered-twice", "power", "the exponent was lowered by two", POWER,
                 _power(lambda u, n: times(n, powered(u, subtract(n, TWO)))), least=2),
    CalculusRule("power-integrated", "other-quantity", "the power was integrated", POWER,
                 _power(lambda u, n: None if rational(n) == -1
                        else divide(power(u, add(n, ONE)), add(n, ONE)))),
    CalculusRule("power-divided", "factor", "it was divided by the exponent", POWER,
                 _power(lambda u, n: divide(power(u, subtract(n, ONE)), n))),
    # Exponentials.
    CalculusRule("exponential-as-power", "power",
                 "the power rule was used where x is in the exponent", EXPONENTIAL, _as_power),
    CalculusRule("exponential-as-power", "power",
                 "the power rule was used where x is in the exponent", EXPONENTIAL,
                 _as_power_chained),
    CalculusRule("base-log-missing", "missing-factor", "the logarithm of the base is missing",
                 EXPONENTIAL, _base_log_missing),
    # Products and quotients.
    CalculusRule("reciprocal-sign", "sign", "the minus sign of 1/g is missing", RECIPROCAL,
                 _below(lambda c, g, dg: divide(times(c, dg), powered(g, TWO)))),
    CalculusRule("reciprocal-as-log", "other-quantity", "1/g was integrated to a logarithm",
                 RECIPROCAL, _below(lambda c, g, dg: times(c, apply("log", g)))),
    CalculusRule("divided-by-derivative", "grouping", "it was divided by the derivative",
                 RECIPROCAL, _below(lambda c, g, dg: divide(c, dg))),
    CalculusRule("second-factor-only", "missing-term",
                 "only the second factor was differentiated", PRODUCT,
                 _product(lambda p, f, g: times(f, p.slopes[g]))),
    CalculusRule("derivatives-multiplied", "missing-term",
                 "the derivatives of the factors were multiplied", PRODUCT,
                 _derivatives_multiplied),
    CalculusRule("first-factor-only", "missing-term", "only the first factor was differentiated",
                 PRODUCT, _product(lambda p, f, g: times(p.slopes[f], g))),
    CalculusRule("derivatives-divided", "missing-term", "the derivatives were divided", QUOTIENT,
                 _quotient(lambda f, g, df, dg: divide(df, dg))),
    CalculusRule("quotient-sign", "sign", "the two terms above the bar were swapped", QUOTIENT,
                 _quotient(lambda f, g, df, dg: _over_square(times(f, dg), times(df, g), g))),
    CalculusRule("quotient-added", "sign", "the two terms above the bar were added", QUOTIENT,
                 _quotient(lambda f, g, df, dg:
                           divide(plus(times(df, g), times(f, dg)), powered(g, TWO)))),
    CalculusRule("denominator-not-squared", "power", "the denominator was not squared", QUOTIENT,
                 _quotient(lambda f, g, df, dg:
                           divide(subtract(times(df, g), times(f, dg)), g))),
    CalculusRule("numerator-only", "missing-term", "only the numerator was differentiated",
                 QUOTIENT, _quotient(lambda f, g, df, dg: divide(df, g))),
    # The chain rule.
    CalculusRule("inner-sign-forgotten", "sign",
                 "the derivative of the inner function, -1, is missing", CHAIN,
                 _inner_forgotten(lambda slope: rational(slope) == -1)),
    CalculusRule("inner-number-forgotten", "factor",
                 "the derivative of the inner function is missing", CHAIN,
                 _inner_forgotten(_is_number)),
    CalculusRule("inner-forgotten", "missing-factor",
                 "the derivative of the inner function is missing", CHAIN,
                 _inner_forgotten(lambda slope: not _is_number(slope))),
    CalculusRule("at-inner-derivative", "grouping",
                 "the derivative of the inner function was put inside the outer derivative", CHAIN,
                 _at_inner_derivative),
    CalculusRule("at-inner-derivative", "grouping",
                 "the outer derivative was taken at the derivative of the inner function", CHAIN,
                 lambda p: p.chained(p.outer(p.slopes[p.inner])) if _is_outer(p) else None),
    CalculusRule("inner-replaced", "grouping",
                 "the inner function was replaced by its derivative", CHAIN, _inner_replaced),
    CalculusRule("outer-kept", "function", "the outer function was left as it is", CHAIN,
                 _outer_kept),
    # What gives the answer of one above on some functions.
    CalculusRule("linear-lost", "missing-term", "a linear term was taken for a constant", LINEAR,
                 _linear(lambda x: ZERO)),
    CalculusRule("product-sign", "sign", "the two terms of the product rule were subtracted",
                 PRODUCT,
                 _product(lambda p, f, g: subtract(times(p.slopes[f], g), times(f, p.slopes[g])))),
    CalculusRule("function-kept", "function", "the function was left as it is",
                 "where f is derived, f' comes, times the derivative of what stands inside",
                 _function_kept),
    # Constants.
    CalculusRule("constant-kept", "extra-term", "a constant term was kept", CONSTANT,
                 lambda place: place.node, still=True),
    CalculusRule("constant-as-linear", "extra-term", "a constant term was taken for a linear one",
                 CONSTANT, lambda place: ONE, still=True),
    CalculusRule("factor-lost", "missing-factor", "a constant factor was lost",
                 "a constant factor stays", _factor_lost),
    # Rare: where another rule gives the same answer, it is that one.
    CalculusRule("power-raised", "power",
                 "the exponent was raised by one instead of lowered", POWER,
                 _power(lambda u, n: multiply(n, power(u, add(n, ONE))))),
]  # fmt: skip
"""Every wrong rule; where two give the same answer, the earlier one names it."""
