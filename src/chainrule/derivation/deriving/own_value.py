"""A derivative in terms of the function's own value: sigmoid' = f * (1 - f), tanh' = 1 - f**2.

A quotient of exponentials often has a slope that is a polynomial of its own value. Numbers tell
which: f' is fitted by a + b*f + c*f**2 at more points than it takes. The steps to it are then
shown, and each is compared by numbers too.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from chainrule.algebra import (
    ADD,
    DIVIDE,
    EXP,
    ONE,
    SIGMA,
    TWO,
    AlgebraError,
    Expression,
    Facts,
    Sheet,
    add,
    cost,
    divide,
    evaluate,
    negate,
    negated,
    node,
    number,
    postorder,
    powered,
    simplify,
    subtract,
    symbols,
    times,
)
from chainrule.derivation.deriving.folding import canonical
from chainrule.derivation.deriving.step import Reason, Step

POINTS = (-1.37, -0.61, -0.23, 0.19, 0.43, 0.87, 1.51)
SPLIT = "split the fraction"
OWN = "the function itself"
SIGMOID = "divide above and below"
BY_NAME = "the sigmoid by its name"


def own_value(sheet: Sheet, result: Expression, facts: Facts) -> tuple[Step, ...]:
    """The steps from a derivative to one in terms of the function's value; none if it has none."""
    if _is_softplus_slope(result):
        return tuple(_to_sigmoid(result))
    name = sheet.cost
    quotient = sheet.expressions[name]
    exponentials = any(part.operation is EXP for part in postorder(quotient))
    if quotient.operation is not DIVIDE or not exponentials or len(symbols(quotient)) != 1:
        return ()
    f = sheet.symbol(name)
    short = _polynomial(quotient, result, f)
    if short is None or cost(short[0], facts) >= cost(result, facts):
        return ()
    form, middle, reason, split = _told(quotient, f, short[1], facts)
    steps: list[Step] = []
    at = result
    if canonical(middle) != canonical(result):
        steps.append(Step("rewriting", SPLIT, at, middle, at, split))
        at = middle
    steps.append(Step("rewriting", OWN, at, form, at, reason))
    values = [_values(step.after, f, quotient) for step in steps]
    right = _values(result, f, quotient)
    return tuple(steps) if all(np.allclose(value, right, rtol=1e-10) for value in values) else ()


Coefficients = tuple[Fraction, Fraction, Fraction]


def _values(x: Expression, f: Expression, quotient: Expression) -> np.ndarray:
    """The values of an expression in the variable and f, at POINTS."""
    (variable,) = symbols(quotient)
    found: list[float] = []
    for point in POINTS:
        values = {variable: np.array([[point]])}
        values[f.params[0]] = evaluate(quotient, values, {})
        found.append(float(evaluate(x, values, {}).item()))
    return np.array(found)


def _polynomial(
    quotient: Expression, result: Expression, f: Expression
) -> tuple[Expression, Coefficients] | None:
    """c*f*(1 - f) or c*(1 - f**2), if the derivative is worth that; and its coefficients."""
    try:
        own, slope = _values(f, f, quotient), _values(result, f, quotient)
    except AlgebraError:
        return None
    powers = np.vander(own, 3, increasing=True)
    if np.linalg.matrix_rank(powers) < 3:
        return None
    fitted = np.linalg.lstsq(powers, slope, rcond=None)[0]
    a, b, c = (Fraction(float(value)).limit_denominator(12) for value in fitted)
    exact = powers @ np.array([float(a), float(b), float(c)])
    if c == 0 or not np.allclose(exact, slope, rtol=1e-10, atol=1e-12):
        return None
    if a == 0 and b == -c:
        return _scaled(b, times(f, subtract(ONE, f))), (a, b, c)
    if b == 0 and a == -c:
        return _scaled(a, subtract(ONE, powered(f, TWO))), (a, b, c)
    return None


def _scaled(factor: Fraction, x: Expression) -> Expression:
    size = divide(number(abs(factor.numerator)), number(factor.denominator))
    scale = number(abs(factor.numerator)) if factor.denominator == 1 else size
    whole = times(scale, x)
    return negated(whole) if factor < 0 else whole


def _told(
    quotient: Expression, f: Expression, fit: Coefficients, facts: Facts
) -> tuple[Expression, Expression, Reason, Reason]:
    """The form, the line before it, why they are equal, and why the fraction may be split."""
    over, under = quotient.args
    a, b, _ = fit
    if a == 0:
        rest = divide(simplify(subtract(under, over), facts).result, under)
        form = _scaled(b, times(f, subtract(ONE, f)))
        middle = _scaled(b, times(quotient, rest))
        reason = (quotient, " is ", f, ", and ", rest, " is ", subtract(ONE, f), ", since ", under,
                  " less ", over, " is ", rest.args[0], ".")  # fmt: skip
        return form, middle, reason, ("One factor below the bar goes under each part.",)
    square = divide(powered(over, TWO), powered(under, TWO))
    form = _scaled(a, subtract(ONE, powered(f, TWO)))
    middle = _scaled(a, add(ONE, negate(square)))
    reason = (square, " is the square of ", quotient, ", which is ", f, ".")
    return form, middle, reason, ("The bar is drawn under each term by itself.",)


def _is_softplus_slope(x: Expression) -> bool:
    """exp(u)/(1 + exp(u))"""
    if x.operation is not DIVIDE or x.args[0].operation is not EXP or x.args[0].params[0]:
        return False
    over, under = x.args
    return under.operation is ADD and len(under.args) == 2 and set(under.args) == {ONE, over}


def _to_sigmoid(x: Expression) -> Iterator[Step]:
    over = x.args[0]
    inner = over.args[0]
    flipped = divide(ONE, add(ONE, node(EXP, (negated(inner),), (0,))))
    sigma = node(SIGMA, (inner,), (0,))
    why: Reason = ("Above and below the bar are divided by ", over, ".")
    yield Step("rewriting", SIGMOID, x, flipped, x, why)
    yield Step("rewriting", BY_NAME, flipped, sigma, flipped, (flipped, " is ", sigma, "."))
