"""A point: numbers for everything a sheet declares, and the value of any expression there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.sheet import Sheet, symbols
from chainrule.algebra.tree.expression import Array, Expression
from chainrule.algebra.tree.shapes import Shape, concrete
from chainrule.algebra.values.derivative import backward
from chainrule.algebra.values.evaluation import evaluate

STEP = 1e-30
"""The complex step. It is never subtracted from anything, so it may be this small."""

MAX_BATCH = 2**20
"""The most numbers a perturbed quantity may hold at once."""


class Point:
    """Numbers for the declared quantities of a sheet; the rest is worked out and remembered.

    given: an array (rows, columns) for every declaration. sizes: a number for every dimension.
    Raises AlgebraError if one is missing or has another shape.
    """

    def __init__(self, sheet: Sheet, given: Mapping[str, Array], sizes: Mapping[str, int]) -> None:
        self.sheet = sheet
        self.sizes = dict(sizes)
        self.values: dict[str, Array] = {}
        self._memo: dict[Expression, Array] = {}
        self._backward: dict[str, Expression] | None = None
        for declaration in sheet.declarations:
            name = declaration.name
            if name not in given:
                raise AlgebraError(f"`{name}` has no value")
            value = np.asarray(given[name], dtype=np.float64)
            expected = concrete(declaration.shape, self.sizes)
            if value.shape != expected:
                raise AlgebraError(f"`{name}` is {value.shape}; it should be {expected}")
            self.values[name] = value
        for definition in sheet.definitions:
            value = self._full(self.value(definition.expression), definition.shape)
            self.values[definition.name] = value

    def _full(self, value: Array, shape: Shape) -> Array:
        """The value stretched to its shape, where all it was made of is smaller."""
        return np.broadcast_to(value, (*value.shape[:-2], *concrete(shape, self.sizes)))

    def value(self, expression: Expression) -> Array:
        """The expression's value, (rows, columns), float64; see `evaluate` for index letters.

        Names of derivatives (`dC/dW1`, `delta1`, `da2/dz2`) are worked out as they are met.
        """
        found = self._memo.get(expression)
        if found is not None:
            return found
        for name in symbols(expression):
            if name not in self.values:
                self.values[name] = self._derivative(name)
        return evaluate(expression, self.values, self.sizes, self._memo)

    def _derivative(self, name: str) -> Array:
        meaning = self.sheet.scope.meaning(name)
        if meaning is None:
            raise AlgebraError(f"`{name}` has no value")
        over, under = meaning
        if over != self.sheet.cost:
            return self.jacobian(over, under)
        adjoint = self.adjoint(under)
        if adjoint is None:
            return np.zeros(self.values[under].shape)
        return self.value(adjoint)

    def adjoint(self, quantity: str) -> Expression | None:
        """The cost's derivative by a quantity, in named adjoints; None if it is zero."""
        if self._backward is None:
            self._backward = backward(self.sheet)
        return self._backward.get(quantity)

    def gradient(self, wrt: str) -> Array:
        """The cost's derivative by `wrt`, in its shape, by the derived backward pass."""
        return self.value(self.sheet.scope.adjoint(wrt))

    def complex_step(self, over: str, wrt: str) -> Array:
        """The derivative of every entry of `over` by every entry of `wrt`, by the complex step.

        Of shape (rows, columns of wrt, rows, columns of over). Squire and Trapp (1998), *Using
        complex variables to estimate derivatives of real functions*: Im f(x + ih) / h, which has
        no cancellation. Independent of the rules of `derivative`.
        """
        start, end = self.values[wrt], self.values[over]
        slopes = np.zeros((start.size, *end.shape))
        chunk = max(1, MAX_BATCH // max(value.size for value in self.values.values()))
        for first in range(0, start.size, chunk):
            entries = np.arange(first, min(first + chunk, start.size))
            moved = np.zeros((len(entries), *start.shape), dtype=np.complex128) + start
            rows, columns = np.unravel_index(entries, start.shape)
            moved[np.arange(len(entries)), rows, columns] += 1j * STEP
            slopes[entries] = self._carried(wrt, moved, over).imag / STEP
        return slopes.reshape(*start.shape, *end.shape)

    def _carried(self, wrt: str, moved: Array, over: str) -> Array:
        """The value of `over` when `wrt` has the value `moved`, whatever defines it."""
        values: dict[str, Array] = {wrt: moved}
        if over == wrt:
            return moved
        for declaration in self.sheet.declarations:
            values.setdefault(declaration.name, self.values[declaration.name])
        for definition in self.sheet.definitions:
            if definition.name != wrt:
                used = symbols(definition.expression)
                if any(values[name].ndim > 2 for name in used):
                    value = evaluate(definition.expression, values, self.sizes)
                    values[definition.name] = self._full(value, definition.shape)
                else:
                    values[definition.name] = self.values[definition.name]
            if definition.name == over:
                break
        return values[over]

    def jacobian(self, over: str, wrt: str) -> Array:
        """The Jacobian of vector `over` by vector `wrt`, numerator layout: row i is entry i.

        If `over` is a scalar, the gradient in the shape of `wrt`.
        """
        slopes = self.complex_step(over, wrt)
        if self.values[over].size == 1 and self.sheet.shapes[over] == (1, 1):
            return slopes[:, :, 0, 0]
        return slopes.reshape(self.values[wrt].size, self.values[over].size).T
