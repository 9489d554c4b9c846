"""Quotients and powers, entry by entry, and exp and log, which powers need."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from chainrule.algebra.tree.arithmetic import (
    NEGATE,
    OutOfDomain,
    elementwise,
    negate,
    negated,
    subtract,
    times,
)
from chainrule.algebra.tree.expression import (
    POWER,
    PRODUCT,
    Array,
    Expression,
    Operation,
    Part,
    Setting,
    node,
)
from chainrule.algebra.tree.function_registry import Function, register
from chainrule.algebra.tree.leaves import CONSTANT, NUMBER, ONE, ZERO, decimal

# Quotients.


def _quotient_value(quotient: Expression, values: list[Array], at: Setting) -> Array:
    if (values[1] == 0).any():
        raise OutOfDomain("division by zero")
    return values[0] / values[1]


def _quotient_adjoint(quotient: Expression, g: Expression, i: int) -> Expression:
    over, under = quotient.args
    if i == 0:
        return divided(g, under)
    return negated(divided(times(g, over), powered(under, decimal(2))))


def _quotient_text(quotient: Expression, parts: list[Part]) -> str:
    over, under = parts
    left, right = over.text, under.within(PRODUCT + 1)
    if over.binding < PRODUCT:
        left = f"({left})"
    chained = over.node.operation.name in ("multiply", "matmul")
    return f"{left} / {right}" if chained else f"{left}/{right}"


DIVIDE = Operation(
    name="divide",
    shape=elementwise("/"),
    value=_quotient_value,
    adjoint=_quotient_adjoint,
    text=_quotient_text,
    rule="quotient rule",
    binding=PRODUCT,
    broadcasts=True,
)


# exp and log.


def _exp(x: Array, order: int) -> Array:
    if (x.real > 709.0).any():
        raise OutOfDomain("exp of a number above 709 overflows")
    return np.exp(x)


def _log(x: Array, order: int) -> Array:
    if (x.real <= 0).any():
        raise OutOfDomain("log of a number that is not positive")
    if order == 0:
        return np.log(x)
    return (-1.0) ** (order - 1) * math.factorial(order - 1) / x**order


def _log_source(x: str, order: int) -> str:
    if order == 0:
        return f"np.log({x})"
    factor = (-1.0) ** (order - 1) * math.factorial(order - 1)
    return f"({factor} / ({x})**{order})"


EXP = register(
    Function(
        name="exp",
        value=_exp,
        source=lambda x, order: f"np.exp({x})",
        slope=lambda x, order: node(EXP, (x,), (0,)),
        known={ZERO: ONE},
    )
)

LOG = register(
    Function(
        name="log",
        value=_log,
        source=_log_source,
        slope=lambda x, order: divide(ONE, x) if order == 1 else None,
        adjoint=lambda f, g: divided(g, f.args[0]),
        aliases=("ln",),
        known={ONE: ZERO},
    )
)


# Powers.


def _power_value(power: Expression, values: list[Array], at: Setting) -> Array:
    base, exponent = values
    if np.iscomplexobj(exponent) and (exponent.imag != 0).any():
        if (base.real <= 0).any():
            raise OutOfDomain("a power with a variable exponent needs a positive base")
        return np.exp(exponent * np.log(base))
    # An exponent that is a whole number up to rounding, such as sqrt(2)**2, is that number.
    nearest = np.round(exponent.real)
    whole = np.abs(exponent.real - nearest) <= 1e-12 * np.maximum(np.abs(nearest), 1.0)
    if ((base.real < 0) & ~whole).any():
        raise OutOfDomain("a broken power of a negative number")
    if ((base == 0) & (exponent.real < 0)).any():
        raise OutOfDomain("division by zero in a negative power")
    return np.power(base, np.where(whole, nearest, exponent.real))


def _power_adjoint(power: Expression, g: Expression, i: int) -> Expression | None:
    base, exponent = power.args
    if i == 1:
        return times(g, natural_log(base), power)
    return times(g, exponent, powered(base, reduced_by_one(exponent)))


POWER_OF = Operation(
    name="power",
    shape=elementwise("**"),
    value=_power_value,
    adjoint=_power_adjoint,
    text=lambda power, parts: f"{parts[0].within(POWER + 1)}**{parts[1].within(POWER)}",
    rule="power rule",
    binding=POWER,
    broadcasts=True,
)


# Trees as they are written.


def divide(a: Expression, b: Expression) -> Expression:
    """a / b, elementwise."""
    return node(DIVIDE, (a, b))


def power(base: Expression, exponent: Expression) -> Expression:
    """base ** exponent, elementwise."""
    return node(POWER_OF, (base, exponent))


def number(value: int | Fraction) -> Expression:
    """Any rational number: 3, -2, 0.25, 1/3. Negative and unending ones are small trees."""
    if value < 0:
        return negate(number(-value))
    under = Fraction(value).denominator
    for prime in (2, 5):
        while under % prime == 0:
            under //= prime
    if under == 1:
        return decimal(value)
    return divide(decimal(Fraction(value).numerator), decimal(Fraction(value).denominator))


def rational(x: Expression) -> Fraction | None:
    """The value of a number, of its negative, or of a quotient of numbers; otherwise None."""
    if x.operation is NUMBER:
        return Fraction(x.params[0])
    if x.operation is NEGATE:
        inner = rational(x.args[0]) if x.args[0].depth < 4 else None
        return None if inner is None else -inner
    if x.operation is DIVIDE and all(arg.operation is NUMBER for arg in x.args):
        over, under = x.args[0].params[0], x.args[1].params[0]
        return None if under == 0 else Fraction(over) / Fraction(under)
    return None


# Trees with what is trivial folded away.


def natural_log(x: Expression) -> Expression:
    """log(x), with log(e) folded to 1."""
    return ONE if x.operation is CONSTANT and x.params[0] == "e" else node(LOG, (x,), (0,))


def divided(a: Expression, b: Expression) -> Expression:
    """a / b, without a division by one; a minus sign above goes to the front."""
    if b is ONE or a is ZERO:
        return a
    return negated(divide(a.args[0], b)) if a.operation is NEGATE else divide(a, b)


def powered(base: Expression, exponent: Expression) -> Expression:
    """base ** exponent, with the exponents 0 and 1 folded away."""
    if exponent is ONE:
        return base
    return ONE if exponent is ZERO else power(base, exponent)


def reduced_by_one(exponent: Expression) -> Expression:
    """exponent - 1, worked out if it is a number."""
    value = rational(exponent)
    return subtract(exponent, ONE) if value is None else number(value - 1)
