"""What trees are made from: numbers, names, sizes, and matrices of ones."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.tree.expression import Array, Expression, Operation, Part, Setting, node
from chainrule.algebra.tree.shapes import SCALAR, Shape, concrete
from chainrule.algebra.tree.sizes import Dimension, size_value

CONSTANTS = {"e": math.e, "pi": math.pi}


def _no_arguments(leaf: Expression, g: Expression, i: int) -> NoReturn:
    raise AssertionError(f"{leaf.name} has no arguments")


def _scalar(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    return SCALAR


def _name(leaf: Expression, parts: list[Part]) -> str:
    return leaf.params[0]


def _number_text(leaf: Expression, parts: list[Part]) -> str:
    value = leaf.params[0]
    if isinstance(value, int):
        digits = str(value)
        zeros = len(digits) - len(digits.rstrip("0"))
        return digits if zeros < 6 or value == 0 else f"{digits[:-zeros]}e{zeros}"
    # The denominator is 2^a 5^b, so some power of ten clears it.
    places = 1
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(int(value * 10**places)).rjust(places + 1, "0")
    if places > 12 and len(digits.lstrip("0")) < places:
        return f"{digits.lstrip('0')}e-{places}"
    return f"{digits[:-places]}.{digits[-places:]}"


NUMBER = Operation(
    name="number",
    shape=_scalar,
    value=lambda leaf, values, at: np.array([[float(leaf.params[0])]]),
    adjoint=_no_arguments,
    text=_number_text,
    rule="a number has derivative 0",
)

CONSTANT = Operation(
    name="constant",
    shape=_scalar,
    value=lambda leaf, values, at: np.array([[CONSTANTS[leaf.params[0]]]]),
    adjoint=_no_arguments,
    text=_name,
    rule="a constant has derivative 0",
)


def _symbol_value(leaf: Expression, values: list[Array], at: Setting) -> Array:
    if leaf.params[0] not in at.values:
        raise AlgebraError(f"`{leaf.params[0]}` has no value")
    value = at.values[leaf.params[0]]
    if at.axes:  # room for the index axes, before rows and columns
        value = value.reshape(*value.shape[:-2], *(1 for _ in at.axes), *value.shape[-2:])
    return value


SYMBOL = Operation(
    name="symbol",
    shape=lambda args, params: params[1],
    value=_symbol_value,
    adjoint=_no_arguments,
    text=_name,
    rule="a name",
)


DIMENSION = Operation(
    name="dimension",
    shape=_scalar,
    value=lambda leaf, values, at: np.array([[float(size_value(leaf.params[0], at.sizes))]]),
    adjoint=_no_arguments,
    text=_name,
    rule="a size has derivative 0",
)

ONES = Operation(
    name="ones",
    shape=lambda args, params: params[0],
    value=lambda leaf, values, at: np.ones(concrete(leaf.shape, at.sizes)),
    adjoint=_no_arguments,
    text=lambda leaf, parts: f"ones({leaf.shape[0]}, {leaf.shape[1]})",
    rule="a constant has derivative 0",
)

EYE = Operation(
    name="eye",
    shape=lambda args, params: params[0],
    value=lambda leaf, values, at: np.eye(concrete(leaf.shape, at.sizes)[0]),
    adjoint=_no_arguments,
    text=lambda leaf, parts: f"eye({leaf.shape[0]})",
    rule="a constant has derivative 0",
)


def decimal(value: int | Fraction) -> Expression:
    """A number of zero or more that has a finite decimal form: 2, 0.5, 1e-3. Shape (1,1)."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    if value < 0:
        raise AlgebraError(f"{value} is negative; a number in a tree is not, its minus sign is")
    if isinstance(value, Fraction):
        rest = value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if rest != 1:
            raise AlgebraError(f"{value} has no finite decimal form; write it as a quotient")
    return node(NUMBER, (), (value,))


def constant(name: str) -> Expression:
    """`e` or `pi`. Shape (1,1)."""
    if name not in CONSTANTS:
        raise AlgebraError(f"`{name}` is no constant; there are {', '.join(CONSTANTS)}")
    return node(CONSTANT, (), (name,))


def symbol(name: str, shape: Shape) -> Expression:
    """A quantity by its name: `W1`, `dC/dW1`, `delta1`."""
    return node(SYMBOL, (), (name, shape))


def ones(shape: Shape) -> Expression:
    """A matrix of ones."""
    return node(ONES, (), (shape,))


def eye(size: Dimension) -> Expression:
    """The identity matrix, (size, size)."""
    return node(EYE, (), ((size, size),))


ZERO = decimal(0)
ONE = decimal(1)
TWO = decimal(2)
