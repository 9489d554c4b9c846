"""The value of a tree in 110 digits, of any size: for what float64 cannot tell.

The numbers are mpmath's, in NumPy arrays of objects, so that each operation works them out by the
same lines that work out float64. mpmath is imported when the first of them is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.sheet import symbols
from chainrule.algebra.tree.arithmetic import OutOfDomain
from chainrule.algebra.tree.comparisons import COMPARE
from chainrule.algebra.tree.expression import Array, Expression, Setting
from chainrule.algebra.tree.function_registry import Function, function_of
from chainrule.algebra.tree.leaves import CONSTANT, NUMBER, SYMBOL
from chainrule.algebra.tree.powers import EXP, POWER_OF
from chainrule.algebra.tree.shapes import concrete
from chainrule.algebra.values.evaluation import DomainError, letters_of, work_out
from chainrule.algebra.values.point import Point

DIGITS = 110

TIE = 10.0**-90
"""Numbers no further apart are compared as equal, relative to the larger, or to 1."""

STEP = 10.0**-30
"""Of the differences that a Jacobian is worked out by: they err by about its square."""

SMOOTH = 1e-8
"""How far the slopes to both sides may be apart."""

LARGEST_EXPONENT = 1e15
"""The largest x of exp(x) that is worked out."""

LARGEST_ARGUMENT = 1e60
"""The largest angle: beyond it the digits do not reach."""

NAMES = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh")
"""What NumPy asks an object for by its name."""

TOO_LARGE = "the number is too large"


@cache
def _numbers() -> Any:
    """The arithmetic, of its own precision, whose numbers know what NumPy asks them for."""
    from mpmath import MPContext  # a tenth of a second, for one check in a thousand

    context: Any = MPContext()
    context.dps = DIGITS
    for name in NAMES:
        setattr(context.mpf, name, _method(getattr(context, name), name))
    return context


def _method(function: Any, name: str) -> Any:
    most = LARGEST_EXPONENT if name in ("exp", "expm1", "sinh", "cosh") else LARGEST_ARGUMENT

    def method(number: Any) -> Any:
        if abs(number) > most:
            if name in ("exp", "expm1") and number < 0:
                return type(number)(0 if name == "exp" else -1)
            if name == "tanh":
                return type(number)(1 if number > 0 else -1)
            if name not in ("log", "log1p", "sqrt"):
                raise OutOfDomain(TOO_LARGE)
        return function(number)

    return method


def wide(values: Array) -> Array:
    """An array of exactly these numbers, in 110 digits."""
    return np.frompyfunc(_numbers().mpf, 1, 1)(values)


def narrow(values: Array) -> Array:
    """The nearest numbers of float64."""
    return values.astype(float)


class WidePoint:
    """The values of a sheet's quantities and derivatives where a point has the declared ones."""

    def __init__(self, point: Point, given: Mapping[str, Array] | None = None) -> None:
        self.point = point
        self.sizes = point.sizes
        self._memo: dict[Expression, Array] = {}
        self.values: dict[str, Array] = {}
        for declaration in point.sheet.declarations:
            name = declaration.name
            self.values[name] = given[name] if given else wide(point.values[name])
        for definition in point.sheet.definitions:
            name = definition.name
            if given and name in given:
                self.values[name] = given[name]
                continue
            value = self.value(definition.expression)
            shape = concrete(definition.shape, self.sizes)
            self.values[name] = np.broadcast_to(value, shape)

    def value(self, expression: Expression) -> Array:
        """The expression's value; as `Point.value`. Raises DomainError."""
        for name in symbols(expression):
            if name not in self.values:
                self.values[name] = self._derivative(name)
        return evaluate_wide(expression, self.values, self.sizes, self._memo)

    def _derivative(self, name: str) -> Array:
        sheet = self.point.sheet
        meaning = sheet.scope.meaning(name)
        if meaning is None:
            raise AlgebraError(f"`{name}` has no value")
        over, under = meaning
        if over != sheet.cost:
            return self.slopes(over, under)
        adjoint = self.point.adjoint(under)
        if adjoint is None:
            return wide(np.zeros(self.values[under].shape))
        try:
            value = self.value(adjoint)
        except DomainError:  # of a part; the derivative may have a value, as that of relu(x)**(2/3)
            return self.slopes(over, under)
        return np.broadcast_to(value, self.values[under].shape)

    def slopes(self, over: str, under: str) -> Array:
        """The Jacobian in numerator layout, or the gradient of a scalar in the shape of `under`.

        By differences to both sides, which have to agree; they err by about STEP squared.
        """
        at, here = self.values[under], self.values[over]
        step = _numbers().mpf(STEP)
        columns: list[Array] = []
        for place in np.ndindex(*at.shape):
            above, below = (self._moved(under, place, sign * step)[over] for sign in (1, -1))
            slope = (above - below) / (2 * step)
            bend = np.abs(above + below - 2 * here) / step
            if (bend > SMOOTH * np.maximum(np.abs(slope), 1.0)).any():
                raise DomainError("there is no slope at a kink", self.point.sheet.symbol(over))
            columns.append(slope.reshape(-1))
        slopes = np.stack(columns, axis=-1)
        return slopes.reshape(at.shape) if here.size == 1 and self._scalar(over) else slopes

    def _scalar(self, name: str) -> bool:
        return self.point.sheet.shapes[name] == (1, 1)

    def _moved(self, name: str, place: tuple[int, ...], step: Any) -> dict[str, Array]:
        """The values of all quantities when one entry of one of them is another."""
        moved = self.values[name].copy()
        moved[place] = moved[place] + step
        given = {d.name: self.values[d.name] for d in self.point.sheet.declarations}
        return WidePoint(self.point, given | {name: moved}).values


def evaluate_wide(
    root: Expression,
    values: Mapping[str, Array],
    sizes: Mapping[str, int],
    memo: dict[Expression, Array] | None = None,
) -> Array:
    """`evaluate`, in 110 digits. Raises DomainError."""
    letters = letters_of(root)
    memo = {} if letters or memo is None else memo
    axes = {letter: i - len(letters) - 2 for i, letter in enumerate(letters)}
    at = Setting(values, sizes, axes)

    def value_of(current: Expression, steady: Expression, arguments: list[Array]) -> Array:
        try:
            return _value(steady, arguments, at)
        except OutOfDomain as error:
            raise DomainError(error.message, current) from error
        except (ZeroDivisionError, OverflowError, MemoryError) as error:
            raise DomainError(TOO_LARGE, current) from error

    result = work_out(root, memo, value_of)
    if not letters:
        return result
    unused = tuple(axes[k] for k in letters if k not in dict(root.indices))
    return result if result.ndim < len(letters) + 2 else result.squeeze(axis=unused)


def _value(node: Expression, values: list[Array], at: Setting) -> Array:
    numbers = _numbers()
    if node.operation is NUMBER:
        exact = Fraction(node.params[0])
        return _single(numbers.mpf(exact.numerator) / exact.denominator)
    if node.operation is CONSTANT:
        return _single(+getattr(numbers, node.params[0]))
    if node.operation is POWER_OF:
        return np.frompyfunc(_raised, 2, 1)(*values)
    if node.operation is EXP:
        return np.exp(values[0])
    if node.operation is COMPARE:
        a, b = values
        tied = np.abs(a - b) <= TIE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1.0)
        values = [np.where(tied, b, a), b]
    function = function_of(node.operation)
    if function is not None:
        x = values[0]
        if function.kink:
            x = np.where(np.abs(x) <= TIE, numbers.mpf(0), x)
        order, *settings = node.params
        exact = [numbers.mpf(s.numerator) / s.denominator for s in map(Fraction, settings)]
        return wide(_by_function(function, x, order, exact))
    value = node.operation.value(node, values, at)
    return value if node.operation is SYMBOL else wide(value)


def _by_function(function: Function, x: Array, order: int, settings: list[Any]) -> Array:
    try:
        return function.value(x, order, *settings)
    except TypeError:  # it asks for what only float64 has
        return function.value(narrow(x), order, *map(float, settings))


def _single(number: Any) -> Array:
    value = np.empty((1, 1), dtype=object)
    value[0, 0] = number
    return value


def _raised(base: Any, exponent: Any) -> Any:
    """base ** exponent by the rules of `Point`: an exponent almost whole is whole."""
    numbers = _numbers()
    nearest = numbers.nint(exponent)
    if abs(exponent - nearest) <= 1e-12 * max(abs(nearest), 1):
        exponent = nearest
    elif base < 0:
        raise OutOfDomain("a broken power of a negative number")
    if base == 0:
        if exponent < 0:
            raise OutOfDomain("division by zero in a negative power")
        return numbers.mpf(1 if exponent == 0 else 0)
    if abs(exponent * numbers.log(abs(base))) > LARGEST_EXPONENT:
        raise OutOfDomain(TOO_LARGE)
    return base**exponent
