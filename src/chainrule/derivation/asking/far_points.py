"""Many points near and far, for what the first few cannot tell, and the right values there.

They have the sizes of the first points, sizes of 1, and larger ones. They are drawn once for a
sheet; further ones are drawn for an answer, near the numbers that it names and on both sides of
each place where it bends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from chainrule.algebra import (
    NUMBER,
    Array,
    Expression,
    Many,
    Sheet,
    Values,
    concrete,
    postorder,
    sample_many,
)
from chainrule.derivation.asking.points import SEED, fewest_numbers, numbers, points_of
from chainrule.derivation.asking.question import Question

FAR = 64
"""How many points of the usual sizes are drawn, before those are dropped that cannot be used."""

FEW = 8
"""How many of each of the other sizes."""

MOST_NUMBERS = 200_000
"""The most numbers that the quantities of the sheet may have at all those points together."""

LARGER = 4
"""How much larger than the usual sizes the largest are."""

USUAL = (0.05, 20.0)
"""Numbers between these are met anyway."""

MOST_CENTRES = 6
MOST_BENDS = 8
HALVINGS = 24
OUTWARDS = (2.0, 5.0, 20.0, 100.0, 1000.0)
"""How many times as far a point is moved to come to the other side of a bend."""


@dataclass(frozen=True, eq=False)
class Far:
    """Points of one set of sizes and the right values there. goal: (points, rows, columns)."""

    question: Question
    many: Many

    @cached_property
    def right(self) -> Values:
        return self.many.value(self.question.leaf)

    @cached_property
    def shaken(self) -> Many:
        return self.many.shaken()

    @cached_property
    def size(self) -> tuple[int, int]:
        return concrete(self.question.leaf.shape, self.many.sizes)


def far(asked: Question) -> tuple[Far, ...]:
    """The points of the sheet near and far, with the right values, set by set of sizes."""
    return asked.known(_far)


def far_for(asked: Question, root: Expression) -> Iterator[Far]:
    """Points for one answer: near the numbers that it names, beyond the places where it bends."""
    centres = _centres(root)
    if centres:
        known = {c for part in asked.sheet.expressions.values() for c in _centres(part)}
        if set(centres) - known:
            yield Far(asked, _drawn(asked.sheet, 2, FAR // 2, _sizes(asked.sheet)[0], centres))
    for number, part in enumerate(_one_sided(asked, root)):
        beyond = _both_sides(asked, part, number)
        if beyond is not None and beyond.count:
            yield Far(asked, beyond)


def _far(asked: Question) -> tuple[Far, ...]:
    return tuple(Far(asked, many) for many in asked.sheet.known(_clouds))


def _clouds(sheet: Sheet) -> tuple[Many, ...]:
    centres = list(dict.fromkeys(c for e in sheet.expressions.values() for c in _centres(e)))
    clouds: list[Many] = []
    for number, sizes in enumerate(_sizes(sheet)):
        count = FAR if number == 0 else FEW
        clouds.append(_drawn(sheet, number, count, sizes))
    if centres:
        clouds.append(_drawn(sheet, 3, FAR // 2, _sizes(sheet)[0], centres))
    return tuple(cloud for cloud in clouds if cloud.count)


def _sizes(sheet: Sheet) -> list[dict[str, int]]:
    """The usual sizes; all 1; and larger ones, in the other order."""
    points = points_of(sheet)
    usual = points[fewest_numbers(points)].sizes
    if not usual:
        return [usual]
    most = max(usual.values()) + LARGER
    larger = {name: most - size for name, size in usual.items()}
    return [usual, dict.fromkeys(usual, 1), larger]


def _drawn(
    sheet: Sheet,
    number: int,
    count: int,
    sizes: dict[str, int],
    centres: Sequence[float] = (),
) -> Many:
    """Fewer points where they hold many numbers."""
    points = points_of(sheet)
    each = max(1, numbers(points[fewest_numbers(points)]))
    count = max(2, min(count, MOST_NUMBERS // each))
    return sample_many(sheet, np.random.default_rng(SEED + 10 + number), count, sizes, centres)


def _centres(root: Expression) -> list[float]:
    """The numbers that a tree compares with, and those that lie outside of what is met anyway.

    And what lies halfway between two of them, for what holds in between.
    """
    values: dict[float, None] = {}
    low, high = USUAL
    for part in postorder(root):
        bent = part.operation.margin is not None
        for arg in postorder(*part.args) if bent else (part,):
            if arg.operation is NUMBER:
                value = float(arg.params[0])
                if value != 0 and (bent or not low <= value <= high):
                    values[value] = None
    chosen = sorted(list(values)[:MOST_CENTRES])
    return chosen + [(low + high) / 2 for low, high in pairwise(chosen)]


def _one_sided(asked: Question, root: Expression) -> list[Expression]:
    """The places where a tree bends of which the points show one side only."""
    parts: list[Expression] = []
    clouds = far(asked)
    if not clouds:
        return parts
    for part in postorder(root):
        if part.operation.margin is None or part.indices or len(parts) >= MOST_BENDS:
            continue
        if part.operation.name in ("max", "norm"):
            continue
        side = _side(clouds[0].many, part)
        if side is not None and (side.min() > 0 or side.max() <= 0):
            parts.append(part)
    return parts


def _side(many: Many, part: Expression) -> Array | None:
    """(points, rows, columns): on which side of its bend each number is, and how far."""
    values = [many.value(arg) for arg in part.args]
    shape = (many.count, *concrete(part.shape, many.sizes))
    numbers = [np.broadcast_to(v.numbers[0] if v.numbers.ndim > 3 else v.numbers, shape)
               for v in values]  # fmt: skip
    difference = numbers[0] - numbers[1] if len(numbers) == 2 else numbers[0]
    alive = np.ones(many.count, dtype=bool)
    for value in values:
        if value.dead is not None:
            alive &= ~value.dead
    return difference[alive] if alive.any() else None


def _both_sides(asked: Question, part: Expression, number: int) -> Many | None:
    """Points on both sides of a bend that all drawn points lie on one side of, if there are any.

    Points are moved outwards until one is on the other side, and then halfway back, time and
    again, so that the last ones lie close to the bend.
    """
    near = far(asked)[0].many
    sheet, rng = asked.sheet, np.random.default_rng(SEED + 100 + number)
    free = [d.name for d in sheet.declarations if not set(d.assumptions) - {"positive", "nonzero"}]
    if not free:
        return None
    first = {name: value[:12] for name, value in near.given.items()}
    for times in OUTWARDS:
        for name in (None, *free):
            moved = {
                key: value * times if key in free and name in (None, key) else value
                for key, value in first.items()
            }
            many = Many(sheet, moved, near.sizes)
            side, start = _side(many, part), _side(Many(sheet, first, near.sizes), part)
            if side is None or start is None or len(side) != len(start):
                continue
            crossed = [i for i in range(len(side)) if ((side[i] > 0) != (start[i] > 0)).any()]
            if crossed:
                return _closing_in(sheet, near, part, first, moved, crossed, rng)
    return None


def _closing_in(
    sheet: Sheet,
    near: Many,
    part: Expression,
    inside: dict[str, Array],
    outside: dict[str, Array],
    crossed: list[int],
    rng: np.random.Generator,
) -> Many:
    i = crossed[0]
    low = {name: value[i : i + 1] for name, value in inside.items()}
    high = {name: value[i : i + 1] for name, value in outside.items()}
    here = _side(Many(sheet, low, near.sizes), part)
    kept = [{name: value[crossed] for name, value in outside.items()}]
    for _ in range(HALVINGS):
        middle = {name: (low[name] + high[name]) / 2 for name in low}
        there = _side(Many(sheet, middle, near.sizes), part)
        if there is None or here is None:
            break
        if ((there > 0) == (here > 0)).all():
            low = middle
        else:
            high = middle
            kept.append(middle)
    given = {name: np.concatenate([k[name] for k in kept]) for name in low}
    many = Many(sheet, given, near.sizes)
    return many.kept(many.usable())
