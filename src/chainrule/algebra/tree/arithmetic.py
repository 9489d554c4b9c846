"""Sums and products entry by entry, and what every operation that broadcasts has in common.

All of it broadcasts: arguments of size 1 stretch. An adjoint rule here answers in the node's
shape; `derivative` sums it back over the axes that were stretched.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from chainrule.algebra.errors import AlgebraError, ShapeError, Words
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
from chainrule.algebra.tree.leaves import DIMENSION, NUMBER, ONE, ZERO, decimal, ones
from chainrule.algebra.tree.shapes import SCALAR, Shape, broadcast, flip, product, shape_text
from chainrule.algebra.tree.sizes import Dimension, is_plain, terms
from chainrule.algebra.tree.text import brief


class OutOfDomain(AlgebraError):
    """A value does not exist: log of a negative number, division by zero, overflow."""


def elementwise(sign: str) -> Callable[[tuple[Expression, ...], tuple[Any, ...]], Shape]:
    """The shape rule of an operation that broadcasts; `sign` is how an error writes it."""

    def shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
        result: Shape = SCALAR
        for i, arg in enumerate(args):
            joined = broadcast(result, arg.shape)
            if joined is None:
                words = partial(_misfit_words, args[:i], result, sign, arg)
                raise ShapeError(words, operand=i)
            result = joined
        return result

    return shape


def _misfit_words(
    left: tuple[Expression, ...], shape: Shape, sign: str, right: Expression
) -> Words:
    """The message for operands whose sizes differ, with the likely mend."""
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
    return message, mend


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


# Products.


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


# Trees with what is trivial folded away: times one, plus zero, two minus signs.


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


def filled(x: Expression, shape: Shape) -> Expression:
    """`x` stretched to `shape` in full: x itself, or x times a matrix of ones."""
    if x.shape == shape:
        return x
    stretched = (
        1 if x.shape[0] == shape[0] else shape[0],
        1 if x.shape[1] == shape[1] else shape[1],
    )
    return times(x, ones(stretched))


def dimension(size: Dimension) -> Expression:
    """A size as a number: `m`, `n - 1`. Shape (1,1)."""
    if is_plain(size):
        return node(NUMBER if isinstance(size, int) else DIMENSION, (), (size,))
    parts: list[Expression] = []
    for names, count in terms(size).items():
        factors = [node(DIMENSION, (), (name,)) for name in names]
        if abs(count) != 1 or not names:
            factors.insert(0, decimal(abs(count)))
        part = factors[0] if len(factors) == 1 else multiply(*factors)
        parts.append(negate(part) if count < 0 else part)
    return parts[0] if len(parts) == 1 else add(*parts)
