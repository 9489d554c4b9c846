"""Elementwise arithmetic: + - * / **, and the functions of one variable that powers need.

All of it broadcasts: arguments of size 1 stretch. An adjoint rule here answers in the node's
shape; `derivative` sums it back over the axes that were stretched.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.errors import AlgebraError, LimitError, ShapeError
from chainrule.algebra.tree.expression import (
    NEGATION,
    POWER,
    PRODUCT,
    SUM,
    Array,
    Expression,
    Operation,
    Part,
    Setting,
    node,
)
from chainrule.algebra.tree.leaves import (
    CONSTANT,
    NUMBER,
    ONE,
    ZERO,
    decimal,
    ones,
)
from chainrule.algebra.tree.shapes import SCALAR, Shape, broadcast, flip, product, shape_text
from chainrule.algebra.tree.text import brief

MAX_ORDER = 6
"""The most primes a function may carry."""

PRIME = "'"


class OutOfDomain(AlgebraError):
    """A value does not exist: log of a negative number, division by zero, overflow."""


def elementwise(sign: str) -> Callable[[tuple[Expression, ...], tuple[Any, ...]], Shape]:
    """The shape rule of an operation that broadcasts; `sign` is how an error writes it."""

    def shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
        result: Shape = SCALAR
        for i, arg in enumerate(args):
            joined = broadcast(result, arg.shape)
            if joined is None:
                raise misfit(args[:i], result, sign, arg)
            result = joined
        return result

    return shape


def misfit(left: tuple[Expression, ...], shape: Shape, sign: str, right: Expression) -> ShapeError:
    """The error for operands whose sizes differ, with the likely mend."""
    first = f" {sign} ".join(f"`{brief(arg)}`" for arg in left)
    if sign == "+" and right.operation is NEGATE:
        sign, right = "-", right.args[0]
    axis = 0 if broadcast((shape[0], 1), (right.shape[0], 1)) is None else 1
    where = ("rows", "columns")[axis]
    message = (
        f"{first} {shape_text(shape)} {sign} `{brief(right)}` {shape_text(right.shape)}: "
        f"{where} {shape[axis]} and {right.shape[axis]} differ"
    )
    one = left[0] if len(left) == 1 else None
    mend = None
    if sign == "*" and one is not None and product(one.shape, right.shape) is not None:
        mend, size = f"{brief(one)} @ {brief(right)}", product(one.shape, right.shape)
        message += f"; `{mend}` is {shape_text(size or SCALAR)}"
    elif broadcast(shape, flip(right.shape)) in (shape, flip(right.shape)):
        mend = _transposed_text(right)
        message += f"; `{mend}` is {shape_text(flip(right.shape))}"
    elif one is not None and broadcast(flip(shape), right.shape) == right.shape:
        mend = _transposed_text(one)
        message += f"; `{mend}` is {shape_text(flip(shape))}"
    return ShapeError(message, mend, operand=len(left))


def _transposed_text(operand: Expression) -> str:
    words = Part(brief(operand), operand.operation.binding, operand).within(POWER + 1)
    return words[:-2] if operand.name == "transpose" else f"{words}.T"


# Addition and the minus sign.


def _sum_text(total: Expression, parts: list[Part]) -> str:
    words = parts[0].within(NEGATION)
    for part in parts[1:]:
        negated = part.node.name == "negate"
        # `- b` is how a sum writes the term `-b`; what follows the sign is b itself.
        words += f" - {part.text[1:]}" if negated else f" + {part.within(NEGATION)}"
    return words


def _sum_value(total: Expression, values: list[Array], at: Setting) -> Array:
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


ADD = Operation(
    name="add",
    shape=elementwise("+"),
    value=_sum_value,
    adjoint=lambda total, g, i: g,
    text=_sum_text,
    rule="sum rule",
    binding=SUM,
    broadcasts=True,
)

NEGATE = Operation(
    name="negate",
    shape=lambda args, params: args[0].shape,
    value=lambda negation, values, at: -values[0],
    adjoint=lambda negation, g, i: negated(g),
    text=lambda negation, parts: f"-{parts[0].within(NEGATION)}",
    rule="constant factor -1",
    binding=NEGATION,
    broadcasts=True,
)


# Products and quotients.


def product_text(sign: str) -> Callable[[Expression, list[Part]], str]:
    """A chain of one sign, read from left to right."""

    def words(chain: Expression, parts: list[Part]) -> str:
        # A chain that begins with a chain of the same sign would run into it; after one of the
        # other sign, brackets make the order plain: (W2.T @ delta2) * sigma'(z1).
        first = parts[0]
        chained = first.node.operation.name in ("multiply", "matmul")
        start = f"({first.text})" if chained else first.within(PRODUCT)
        return sign.join([start, *(part.within(PRODUCT + 1) for part in parts[1:])])

    return words


def _product_value(chain: Expression, values: list[Array], at: Setting) -> Array:
    result = values[0]
    for value in values[1:]:
        result = result * value
    return result


def _product_adjoint(chain: Expression, g: Expression, i: int) -> Expression:
    return times(g, *chain.args[:i], *chain.args[i + 1 :])


MULTIPLY = Operation(
    name="multiply",
    shape=elementwise("*"),
    value=_product_value,
    adjoint=_product_adjoint,
    text=product_text(" * "),
    rule="product rule",
    binding=PRODUCT,
    broadcasts=True,
)


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


# Functions of one variable, applied to every entry. The order is how many primes they carry.


def function(
    name: str,
    value: Callable[[Array, int], Array],
    adjoint: Callable[[Expression, Expression], Expression | None] | None = None,
    kink: bool = False,
) -> Operation:
    """The operation of a function of one variable.

    value(x, order)   the derivative of that order, entry by entry.
    adjoint(node, g)  for a node of order 0 whose derivative has a better name than a prime.
    kink              whether it bends or jumps at 0.
    """

    def back(applied: Expression, g: Expression, i: int) -> Expression | None:
        order, *rest = applied.params
        if order == 0 and adjoint is not None:
            return adjoint(applied, g)
        if kink and order > 0:
            return None
        if order == MAX_ORDER:
            raise LimitError(f"{name} is differentiated more than {MAX_ORDER} times")
        return times(g, node(applied.operation, applied.args, (order + 1, *rest)))

    def words(applied: Expression, parts: list[Part]) -> str:
        return f"{name}{PRIME * applied.params[0]}({parts[0].text})"

    return Operation(
        name=name,
        shape=lambda args, params: args[0].shape,
        value=lambda applied, values, at: value(values[0], applied.params[0]),
        adjoint=back,
        text=words,
        rule=f"derivative of {name}",
        broadcasts=True,
        margin=(lambda applied, values: float(np.abs(values[0].real).min())) if kink else None,
    )


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


EXP = function("exp", _exp, lambda applied, g: times(g, applied))
LOG = function("log", _log, lambda applied, g: divided(g, applied.args[0]))


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


def add(*terms: Expression) -> Expression:
    """a + b + c, elementwise. One term is itself."""
    return terms[0] if len(terms) == 1 else node(ADD, terms)


def negate(x: Expression) -> Expression:
    """-x."""
    return node(NEGATE, (x,))


def subtract(a: Expression, b: Expression) -> Expression:
    """a - b, which is the sum of a and -b."""
    return node(ADD, (a, node(NEGATE, (b,))))


def multiply(*factors: Expression) -> Expression:
    """a * b * c, elementwise. One factor is itself."""
    return factors[0] if len(factors) == 1 else node(MULTIPLY, factors)


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


# Trees with what is trivial folded away: times one, plus zero, two minus signs.


def natural_log(x: Expression) -> Expression:
    """log(x), with log(e) folded to 1."""
    return ONE if x.operation is CONSTANT and x.params[0] == "e" else node(LOG, (x,), (0,))


def negated(x: Expression) -> Expression:
    """-x, without a second minus sign."""
    if x.operation is NEGATE:
        return x.args[0]
    return x if x is ZERO else node(NEGATE, (x,))


def plus(*terms: Expression) -> Expression:
    """The sum without zeros and without nested sums."""
    flat: list[Expression] = []
    for term in terms:
        if term.operation is ADD:
            flat.extend(term.args)
        elif term is not ZERO:
            flat.append(term)
    return add(*flat) if flat else ZERO


def times(*factors: Expression) -> Expression:
    """The product without ones and without nested products; a minus sign goes to the front."""
    flat: list[Expression] = []
    negative = False
    for factor in factors:
        if factor.operation is NEGATE:
            negative = not negative
            factor = factor.args[0]
        if factor is ZERO:
            return ZERO
        if factor.operation is MULTIPLY:
            flat.extend(factor.args)
        elif factor is not ONE:
            flat.append(factor)
    result = multiply(*flat) if flat else ONE
    return negated(result) if negative else result


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


def filled(x: Expression, shape: Shape) -> Expression:
    """`x` stretched to `shape` in full: x itself, or x times a matrix of ones."""
    if x.shape == shape:
        return x
    stretched = (
        1 if x.shape[0] == shape[0] else shape[0],
        1 if x.shape[1] == shape[1] else shape[1],
    )
    return times(x, ones(stretched))
