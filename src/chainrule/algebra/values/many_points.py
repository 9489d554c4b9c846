"""The values of a tree at many points at once, and how far rounding may have moved them.

All points have the same sizes, so one call of NumPy works out one node at all of them. A point at
which a number does not exist is dropped; the others go on.

How much rounding a value suffers is found by trial: the tree is worked out a few times more, with
every number off by a few roundings, at random up or down (Parker, *Monte Carlo Arithmetic*,
1997).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.sheet import Sheet, symbols
from chainrule.algebra.tree.arithmetic import ADD, NEGATE, OutOfDomain
from chainrule.algebra.tree.comparisons import COMPARE, MAXIMUM, MINIMUM
from chainrule.algebra.tree.elementary_functions import ABS, RELU
from chainrule.algebra.tree.expression import Array, Expression, Setting, postorder
from chainrule.algebra.tree.indexing import ENTRY, MATRIX
from chainrule.algebra.tree.leaves import SYMBOL
from chainrule.algebra.tree.matrices import DIAG, TRANSPOSE
from chainrule.algebra.tree.reductions import MAX
from chainrule.algebra.tree.shapes import concrete
from chainrule.algebra.values.derivative import backward
from chainrule.algebra.values.evaluation import letters_of, moves_not, work_out
from chainrule.algebra.values.point import Point

COPIES = 6
"""How often a value is worked out with other roundings."""

ROUNDING = 4 * 2.0**-52
"""How far the numbers of a copy are off, relative to each: a few roundings, so that there are
amounts enough for two of them to differ."""

NEAREST_KINK = 1e-9
"""How far a point has to be from where the sheet has a kink, relative to what bends there."""

EXACT = (SYMBOL, COMPARE, MAXIMUM, MINIMUM, MAX, NEGATE, TRANSPOSE, ENTRY, MATRIX, DIAG, ABS, RELU)
"""What is not rounded when it is worked out; what a sheet declares is moved once, not here."""

_POOL = ROUNDING * np.random.default_rng(1_997).normal(size=2**16)


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """A value at many points. numbers: (copies, points, ..., rows, columns), or without the first
    two axes if it is the same everywhere. dead: the points that have none; None if all have one.
    """

    numbers: Array
    dead: Array | None


class Many:
    """Many points of a sheet with the same sizes.

    given: (points, rows, columns) for every declaration. shaken: whether to work out COPIES copies
    with other roundings, in place of one without any.
    """

    def __init__(
        self,
        sheet: Sheet,
        given: Mapping[str, Array],
        sizes: Mapping[str, int],
        shaken: bool = False,
    ) -> None:
        self.sheet = sheet
        self.given = dict(given)
        self.sizes = dict(sizes)
        self.count = len(next(iter(given.values()))) if given else 1
        self._copies = COPIES if shaken else 1
        self._shaken = shaken
        self._offset = 0
        self._memo: dict[Expression, Values] = {}
        self._values: dict[str, Values] = {}
        self._backward: dict[str, Expression] | None = None
        self._points: dict[int, Point | None] = {}
        whole = sheet.whole_numbers
        for name, value in self.given.items():
            numbers = np.broadcast_to(value, (self._copies, *value.shape))
            self._values[name] = Values(numbers if name in whole else self._moved(numbers), None)
        for definition in sheet.definitions:
            value = self.value(definition.expression)
            shape = concrete(definition.shape, self.sizes)
            numbers = np.broadcast_to(value.numbers, (self._copies, self.count, *shape))
            self._values[definition.name] = Values(numbers, value.dead)

    def shaken(self) -> Many:
        """The same points with other roundings."""
        return Many(self.sheet, self.given, self.sizes, shaken=True)

    @cached_property
    def reach(self) -> Array:
        """How far from 0 each point is."""
        farthest = np.zeros(self.count)
        for value in self.given.values():
            farthest = np.maximum(farthest, np.abs(value).max(axis=(1, 2)))
        return farthest

    def usable(self) -> Array:
        """Which points are usable: every quantity has a value, and no kink is near."""
        alive = self.alive()
        still = self.sheet.whole_numbers
        bent = [part for part in postorder(*self.sheet.expressions.values())
                if part.operation.margin is not None and not letters_of(part)
                and not moves_not(part, still)]  # fmt: skip
        for part in bent:
            margin = part.operation.margin
            arguments = [self._full(self.value(arg), arg) for arg in part.args]
            for i in np.flatnonzero(alive).tolist():
                if margin is not None:
                    here = [argument[i] for argument in arguments]
                    largest = max(float(np.abs(argument).max()) for argument in here)
                    alive[i] = margin(part, here) > NEAREST_KINK * largest
        return alive

    def alive(self) -> Array:
        """At which points every quantity has a value."""
        alive = np.ones(self.count, dtype=bool)
        for definition in self.sheet.definitions:
            alive &= ~self._dead(self._values[definition.name])
        return alive

    def kept(self, which: Array) -> Many:
        """Those points alone."""
        given = {name: value[which] for name, value in self.given.items()}
        return Many(self.sheet, given, self.sizes, self._shaken)

    def point(self, i: int) -> Point | None:
        """One of the points; None if the sheet has no value there."""
        if i not in self._points:
            given = {name: value[i] for name, value in self.given.items()}
            try:
                self._points[i] = Point(self.sheet, given, self.sizes)
            except AlgebraError:
                self._points[i] = None
        return self._points[i]

    def value(self, expression: Expression) -> Values:
        """The expression's value at every point, names of derivatives worked out as they are met.

        Free index letters give axes after that of the points, in the order of the alphabet.
        """
        known = self._memo.get(expression)
        if known is not None:
            return known
        for name in symbols(expression):
            if name not in self._values:
                self._values[name] = self._derivative(name)
        letters = letters_of(expression)
        axes = {letter: i - len(letters) - 2 for i, letter in enumerate(letters)}
        plain = {name: value.numbers for name, value in self._values.items()}
        memo = {} if letters else self._memo
        at = Setting(plain, self.sizes, axes)
        with np.errstate(all="raise", under="ignore"):
            result = work_out(expression, memo, lambda _, part, args: self._node(part, args, at))
        unused = tuple(axes[k] for k in letters if k not in dict(expression.indices))
        if unused and result.numbers.ndim >= len(letters) + 2:
            return Values(result.numbers.squeeze(axis=unused), result.dead)
        return result

    def _derivative(self, name: str) -> Values:
        meaning = self.sheet.scope.meaning(name)
        if meaning is None:
            raise AlgebraError(f"`{name}` has no value")
        over, under = meaning
        if over != self.sheet.cost:
            return self._jacobian(over, under)
        if self._backward is None:
            self._backward = backward(self.sheet)
        adjoint = self._backward.get(under)
        shape = self._values[under].numbers.shape
        if adjoint is None:
            return Values(np.zeros(shape), None)
        value = self.value(adjoint)
        return Values(np.broadcast_to(value.numbers, shape), value.dead)

    def _jacobian(self, over: str, under: str) -> Values:
        """By the complex step, point by point."""
        slopes: list[Array | None] = []
        for i in range(self.count):
            try:
                point = self.point(i)
                slopes.append(None if point is None else point.jacobian(over, under))
            except AlgebraError:
                slopes.append(None)
        shape = next((s.shape for s in slopes if s is not None), (1, 1))
        numbers = np.stack([np.zeros(shape) if s is None else s for s in slopes])
        copies = np.broadcast_to(numbers, (self._copies, *numbers.shape))
        dead = np.array([s is None for s in slopes])
        return Values(self._moved(copies), dead if dead.any() else None)

    def _node(self, node: Expression, args: list[Values], at: Setting) -> Values:
        dead = None
        for arg in args:
            if arg.dead is not None:
                dead = arg.dead if dead is None else dead | arg.dead
        if node.operation is SYMBOL:
            value = self._values[node.params[0]]
            return Values(node.operation.value(node, [], at), value.dead)
        values = [arg.numbers for arg in args]
        try:
            if self._shaken and node.operation is ADD:
                return Values(self._added(values, len(at.axes)), dead)
            numbers = node.operation.value(node, values, at)
        except (OutOfDomain, FloatingPointError):
            numbers, failed = self._one_by_one(node, values, at)
            dead = failed if dead is None else dead | failed
        if not node.args or node.operation in EXACT:
            return Values(numbers, dead)
        return Values(self._moved(numbers, len(at.axes)), dead)

    def _one_by_one(
        self, node: Expression, values: list[Array], at: Setting
    ) -> tuple[Array, Array]:
        """The values of a node that has none at some point, 1 there, and which points those are."""
        own = 2 + len(at.axes)
        results: list[Array | None] = []
        for i in range(self.count):
            here = [v[:, i % v.shape[1]] if v.ndim > own else v for v in values]
            try:
                results.append(node.operation.value(node, here, at))
            except (OutOfDomain, FloatingPointError):
                results.append(None)
        shape = next((r.shape for r in results if r is not None), None)
        failed = np.array([r is None for r in results])
        if shape is None:
            full = (self._copies, *(1 for _ in at.axes), *concrete(node.shape, self.sizes))
            return np.ones((full[0], self.count, *full[1:])), failed
        if len(shape) <= own:
            shape = (self._copies, *shape)
        filled = [np.ones(shape) if r is None else np.broadcast_to(r, shape) for r in results]
        return np.stack(filled, axis=1), failed

    def _added(self, terms: list[Array], letters: int) -> Array:
        """A sum of several terms, with a rounding after each, as a sum is worked out."""
        result = terms[0]
        for term in terms[1:]:
            result = self._moved(result + term, letters)
        return result

    def _moved(self, numbers: Array, letters: int = 0) -> Array:
        """The numbers, off by a rounding each if this is a shaken copy.

        What is the same at all points is off by another rounding in each copy.
        """
        if not self._shaken:
            return numbers
        if numbers.ndim < letters + 4:
            numbers = numbers.reshape(*(1,) * (letters + 4 - numbers.ndim), *numbers.shape)
            numbers = np.broadcast_to(numbers, (self._copies, *numbers.shape[1:]))
        start, size = self._offset, numbers.size
        self._offset = (start + 7_919) % 2**15
        long_enough = start + size <= len(_POOL)
        signs = _POOL[start : start + size] if long_enough else np.resize(_POOL, size)
        return numbers * (1.0 + signs.reshape(numbers.shape))

    def _dead(self, value: Values) -> Array:
        return np.zeros(self.count, dtype=bool) if value.dead is None else value.dead

    def _full(self, value: Values, of: Expression) -> Array:
        """(points, rows, columns) of the first copy."""
        shape = (self._copies, self.count, *concrete(of.shape, self.sizes))
        return np.broadcast_to(value.numbers, shape)[0]
