"""Whether an answer has the right values, told apart from rounding.

Each entry is judged by itself. Two numbers that agree to 12 digits are the same. Of others it is
found how far rounding may have moved them: a gap far wider is a difference, and what lies between
is worked out in 110 digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.algebra import (
    AlgebraError,
    Array,
    DomainError,
    Expression,
    Many,
    Point,
    Sheet,
    Values,
    WidePoint,
    concrete,
    narrow,
)
from chainrule.derivation.asking.far_points import Far, far, far_for
from chainrule.derivation.asking.layout import Layout, overflows
from chainrule.derivation.asking.points import bends, numbers
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.truth import MOST_WIDE, Truth

SAME = 1e-12
"""How far apart two numbers may be that are the same, relative to the larger of them."""

WITHIN = 4.0
"""A gap of so many roundings is one of rounding."""

FAR_WITHIN = 12.0
"""The same, where there are many points to be off at."""

BEYOND = 1e4
"""A gap of more is a difference."""

EXACT = 1e-10
"""Rounding may decide near by if it moves a number by no more than this."""

NOTHING = 1e-75
"""What 110 digits leave of a difference of equal numbers; relative to the largest, or to 1."""

UNDERFLOW = 1e-290

TURNING = 1e-3
"""Rounding that moves a number by more has turned a comparison, or all digits are lost."""

VISIBLE = 1e-6
"""The smallest number that is good to be shown."""

WIDE_TRIES = 2
"""At how many points of a cloud an answer is worked out in 110 digits."""


@dataclass(frozen=True, eq=False, slots=True)
class Counterexample:
    """A point at which an answer is wrong that agreed at the first ones.

    missing: why it has no value there, if it has none.
    """

    truth: Truth
    yours: Array | None = None
    missing: DomainError | None = None


def same_numbers(yours: Array, right: Array) -> bool:
    """Whether no entry differs in the first 12 digits."""
    return bool((np.abs(yours - right) <= _allowed(yours, right)).all())


def _allowed(yours: Array, right: Array) -> Array:
    return SAME * np.maximum(np.abs(yours), np.abs(right)) + UNDERFLOW


def agrees_at(
    root: Expression, where: Layout, asked: Question, point: Point, yours: Array, right: Array
) -> bool:
    """Whether an answer that has the value `yours` at a point is right there."""
    gap = np.abs(yours - right)
    open_ = gap > _allowed(yours, right)
    if not open_.any():
        return True
    spread = _spread_at(root, where, asked, point, yours, right)
    if spread is not None:
        size = np.maximum(np.abs(yours), np.abs(right))
        if (open_ & (gap > BEYOND * spread)).any():
            return False
        if (~open_ | ((gap <= WITHIN * spread) & (spread <= EXACT * size))).all():
            return True
    agreed = widely_agrees(root, where, asked, point)
    if agreed is None:  # float64 is all there is
        return spread is not None and bool((~open_ | (gap <= WITHIN * spread)).all())
    return agreed


def _spread_at(
    root: Expression, where: Layout, asked: Question, point: Point, yours: Array, right: Array
) -> Array | None:
    """How far rounding moves each entry of an answer and of the right values; None: too far."""
    shaken = asked.sheet.known(_kept_shaken)
    if point not in shaken:
        given = {d.name: point.values[d.name][None] for d in point.sheet.declarations}
        shaken[point] = Many(point.sheet, given, point.sizes, shaken=True)
    spread = np.zeros(right.shape)
    for value, base, lie in (
        (shaken[point].value(root), yours, where),
        (shaken[point].value(asked.leaf), right, Layout()),
    ):
        if value.dead is not None and value.dead.any():
            return None
        moved = lie.laid(value.numbers, (right.shape[0], right.shape[1]))
        spread = spread + np.abs(moved - base).reshape(-1, *right.shape).max(axis=0)
    return spread


def _kept_shaken(sheet: Sheet) -> dict[Point, Many]:
    return {}


def _kept_wide(sheet: Sheet) -> dict[Point, WidePoint | None]:
    return {}


def widely_agrees(root: Expression, where: Layout, asked: Question, point: Point) -> bool | None:
    """Whether an answer is right at a point, in 110 digits; None: it cannot be worked out so.

    Raises DomainError where the right values exist and the answer has none.
    """
    values = wide_values(root, where, asked, point)
    return None if values is None else _same_wide(*values)


def wide_values(
    root: Expression, where: Layout, asked: Question, point: Point
) -> tuple[Array, Array] | None:
    """The answer's and the right values in 110 digits; None: that is too much work.

    Raises DomainError where the right values exist and the answer has none.
    """
    if numbers(point) > MOST_WIDE:
        return None
    kept = asked.sheet.known(_kept_wide)
    try:
        if point not in kept:
            kept[point] = None
            kept[point] = WidePoint(point)
        wide = kept[point]
        if wide is None:
            return None
        size = concrete(asked.leaf.shape, point.sizes)
        right = np.broadcast_to(wide.value(asked.leaf), size)
    except AlgebraError:
        return None
    try:
        return where.laid(wide.value(root), size), right
    except DomainError as error:
        if overflows(error):
            return None
        raise


def _same_wide(yours: Array, right: Array) -> bool:
    largest = max(1.0, float(np.abs(right).max()))
    allowed = SAME * np.maximum(np.abs(yours), np.abs(right)) + NOTHING * largest
    return bool((np.abs(yours - right) <= allowed).all())


# Far out.


def disproof(root: Expression, where: Layout, asked: Question) -> Counterexample | None:
    """A point at which an answer that agreed at the first ones is wrong after all."""
    for cloud in (*far(asked), *far_for(asked, root)):
        for suspect in _suspects(root, where, cloud)[:WIDE_TRIES]:
            example = _counterexample(root, where, cloud, suspect)
            if example is not None:
                return example
    return None


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A point of a cloud at which an answer may be wrong. gap: in roundings; inf: no value."""

    place: int
    gap: float


def _suspects(root: Expression, where: Layout, cloud: Far) -> list[_Suspect]:
    """The likeliest first."""
    yours = cloud.many.value(root)
    alive, there = _alive(cloud.right, cloud), _alive(yours, cloud)
    suspects = [_Suspect(i, np.inf) for i in np.flatnonzero(alive & ~there).tolist()[:1]]
    goal, mine = _laid(cloud.right, Layout(), cloud), _laid(yours, where, cloud)
    gap = np.abs(mine - goal)
    open_ = (gap > _allowed(mine, goal)) & (alive & there)[:, None, None]
    if open_.any():
        spread = np.zeros(gap.shape)
        for name, lie, base in ((cloud.question.leaf, Layout(), goal), (root, where, mine)):
            value = cloud.shaken.value(name)
            moved = np.abs(_copies(value, lie, cloud) - base).max(axis=0)
            spread = spread + np.where(_alive(value, cloud)[:, None, None], moved, np.inf)
        roundings = np.where(open_, gap / np.maximum(spread, UNDERFLOW), 0.0).max(axis=(1, 2))
        likely = (roundings > FAR_WITHIN) | np.isnan(roundings)
        if bends(root):  # a rounding may turn a comparison, and be no reason for the gap
            turned = open_ & (spread > TURNING * np.maximum(np.abs(mine), np.abs(goal)))
            likely |= turned.any(axis=(1, 2))
        places = np.flatnonzero(likely).tolist()
        open_suspects = [_Suspect(i, float(roundings[i])) for i in places]
        reach = cloud.many.reach
        size = np.abs(goal).max(axis=(1, 2))

        def order(one: _Suspect) -> tuple[bool, bool, float]:
            """Clear ones first, then those that can be seen, then the nearest."""
            return one.gap < BEYOND, size[one.place] < VISIBLE, float(reach[one.place])

        suspects += sorted(open_suspects, key=order)
    return suspects


def _copies(value: Values, where: Layout, cloud: Far) -> Array:
    """(copies, points, rows, columns)."""
    size = cloud.size
    laid = where.laid(value.numbers, size)
    lead = laid.shape[:-2] if laid.ndim == 4 else (1, 1)
    return np.broadcast_to(laid, (lead[0], cloud.many.count, *size))


def _laid(value: Values, where: Layout, cloud: Far) -> Array:
    """(points, rows, columns) of the first copy."""
    return _copies(value, where, cloud)[0]


def _alive(value: Values, cloud: Far) -> Array:
    return np.ones(cloud.many.count, dtype=bool) if value.dead is None else ~value.dead


def _counterexample(
    root: Expression, where: Layout, cloud: Far, suspect: _Suspect
) -> Counterexample | None:
    asked, point = cloud.question, cloud.many.point(suspect.place)
    if point is None:
        return None
    right = _laid(cloud.right, Layout(), cloud)[suspect.place]
    try:
        values = wide_values(root, where, asked, point)
    except DomainError as error:
        return Counterexample(Truth(asked, (point,), (right,)), None, error)
    if values is not None:
        yours, goal = map(narrow, values)
        if _same_wide(*values) or not np.isfinite(goal).all():
            return None
        mine = yours if np.isfinite(yours).all() else None
        return Counterexample(Truth(asked, (point,), (goal,)), mine)
    if not BEYOND < suspect.gap < np.inf:
        return None
    yours = _laid(cloud.many.value(root), where, cloud)[suspect.place]
    return Counterexample(Truth(asked, (point,), (right,)), yours)
