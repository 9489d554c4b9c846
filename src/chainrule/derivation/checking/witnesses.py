"""Numbers at which a wrong answer and the right one differ, small enough to be worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from chainrule.algebra import AlgebraError, Array, Expression, Point
from chainrule.derivation.asking.agreement import UNDERFLOW, same_numbers
from chainrule.derivation.asking.layout import Layout, value_at
from chainrule.derivation.asking.points import equal, numbers
from chainrule.derivation.asking.truth import Truth
from chainrule.derivation.asking.verdict import Witness

PLACES = 2
"""Decimals that given values are rounded to."""

DIGITS = 6
"""Significant digits of what is compared; more where the two do not differ in so many."""

MOST_DIGITS = 17

MAX_SHOWN = 60
"""Matrices with more entries are not written out."""


def witness(root: Expression | None, where: Layout | None, facts: Truth) -> Witness | None:
    """The entry that differs most, at the point with the fewest numbers, its inputs rounded.

    Without a root, or where it has no value, only the expected number is given.
    """
    spare: Witness | None = None
    for alike in (equal, same_numbers):  # clearly another number, if there is one
        for drawn in sorted(facts.points, key=numbers):
            for point in _candidates(drawn):
                try:
                    goal = point.value(facts.question.leaf)
                except AlgebraError:
                    continue
                yours = _value(root, where, point, goal)
                if yours is None:
                    spare = spare or _shown(None, goal, point)
                elif not alike(yours, goal):
                    return _shown(yours, goal, point)
    return spare


def difference(yours: Array | None, facts: Truth) -> Witness:
    """The entry that differs most of what is known to be wrong at a point."""
    return _shown(yours, facts.values[0], facts.points[0])


def absent(shape: tuple[int, int] | None, shown: Witness | None) -> Witness | None:
    """The same for an answer of this shape, which may not have the entry at all."""
    if shown is None or shape is None:
        return shown
    row, column = shown.entry
    return replace(shown, absent=row > shape[0] or column > shape[1])


def _candidates(point: Point) -> list[Point]:
    """The point with rounded inputs, and the point as it is."""
    given = {d.name: _rounded(point, d.name, d.assumptions) for d in point.sheet.declarations}
    try:
        return [Point(point.sheet, given, point.sizes), point]
    except AlgebraError:
        return [point]


def _rounded(point: Point, name: str, assumptions: tuple[str, ...]) -> Array:
    value = np.round(point.values[name], PLACES)
    for axis, words in ((0, "prob"), (1, "prob axis=1")):
        if words in assumptions:  # the last entry makes up for the rounding of the others
            last = [slice(None), slice(None)]
            last[axis] = slice(-1, None)
            rest = value.sum(axis=axis, keepdims=True) - value[tuple(last)]
            value[tuple(last)] = np.round(1.0 - rest, PLACES)
    return value


def _value(
    root: Expression | None, where: Layout | None, point: Point, goal: Array
) -> Array | None:
    if root is None or where is None:
        return None
    try:
        return value_at(root, where, point, goal.shape)
    except AlgebraError:
        return None


def _shown(yours: Array | None, goal: Array, point: Point) -> Witness:
    gap = np.abs(goal) if yours is None else np.abs(yours - goal)
    if yours is not None and equal(yours, goal):  # no entry differs by much of the largest
        gap = gap / np.maximum(np.maximum(np.abs(yours), np.abs(goal)), UNDERFLOW)
    row, column = np.unravel_index(int(gap.argmax()), goal.shape)
    given = {
        d.name: point.values[d.name].tolist()
        for d in point.sheet.declarations
        if point.values[d.name].size <= MAX_SHOWN
    }
    right = float(goal[row, column])
    mine, right = (
        (None, _short(right)) if yours is None else _apart(float(yours[row, column]), right)
    )
    place = (int(row) + 1, int(column) + 1)
    return Witness(place, mine, right, given, dict(point.sizes), alone=goal.size == 1)


def _apart(yours: float, right: float) -> tuple[float, float]:
    """Two numbers in as many digits as it takes to tell them apart."""
    for digits in range(DIGITS, MOST_DIGITS):
        pair = _short(yours, digits), _short(right, digits)
        if pair[0] != pair[1]:
            return pair
    return yours, right


def _short(value: float, digits: int = DIGITS) -> float:
    return float(f"{value:.{digits}g}")
