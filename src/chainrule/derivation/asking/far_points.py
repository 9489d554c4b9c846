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
    MAX,
    NORM,
    NUMBER,
    ZERO,
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

FEW = 24
"""How many of each of the other sizes."""

MOST_NUMBERS = 200_000
"""The most numbers that the quantities of the sheet may have at all those points together."""

LARGER = 4
"""How much larger than the usual sizes the largest are."""

USUAL = (0.05, 20.0)
"""Numbers between these are met anyway."""

MOST_CENTRES = 6
MOST_BENDS = 8
PARTS = 33
"""In how many parts a stretch with a bend in it is cut at a time."""

CUTS = 6
TURNS = 3
"""How many points on each side are tried as the ends of a stretch."""

MOVABLE = frozenset({"positive", "nonzero", "unit", "symmetric", "prob", "prob axis=1"})
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
    for part in _own_bends(asked, root) if far(asked) else ():
        beyond = _both_sides(asked, part)
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


# Both sides of each bend.


def _own_bends(asked: Question, root: Expression) -> list[Expression]:
    """The places where an answer bends and the sheet does not."""
    known = {_bend(part) for part in postorder(*asked.sheet.expressions.values())}
    parts: dict[tuple[Expression, ...], Expression] = {}
    for part in postorder(root):
        bend = _bend(part)
        if bend is not None and bend not in known:
            parts.setdefault(bend, part)
    return list(parts.values())[:MOST_BENDS]


def _bend(part: Expression) -> tuple[Expression, ...] | None:
    """What is equal where a node bends: relu(z) and z > 0 bend at one place."""
    if part.operation.margin is None or part.indices or part.operation in (MAX, NORM):
        return None
    return part.args if len(part.args) == 2 else (part.args[0], ZERO)


def _side(many: Many, part: Expression) -> tuple[Array, Array]:
    """(points, numbers): on which side of a bend each number is; and which points have one."""
    shape = (many.count, *concrete(part.shape, many.sizes))
    alive = np.ones(many.count, dtype=bool)
    numbers: list[Array] = []
    for value in map(many.value, part.args):
        own = value.numbers[0] if value.numbers.ndim > 3 else value.numbers
        numbers.append(np.broadcast_to(own, shape))
        if value.dead is not None:
            alive &= ~value.dead
    side = numbers[0] - numbers[1] if len(numbers) == 2 else numbers[0]
    return side.reshape(many.count, -1), alive


def _both_sides(asked: Question, part: Expression) -> Many | None:
    """Points close to a bend, on both sides of it; None if there are none.

    Between two points on different sides of it, ever shorter stretches are cut in many parts.
    Where all points are on one side, some are moved outwards until one is on the other.
    """
    near = far(asked)[0].many
    ends = _ends(near, part)
    if ends is None:
        return None
    low, high, entry = ends
    kept = [low, high]
    for _ in range(CUTS):
        between = _between(near, low, high)
        side, alive = _side(between, part)
        above = side[:, entry] > 0
        turns = np.flatnonzero((above[1:] != above[:-1]) & alive[1:] & alive[:-1])
        if not len(turns):
            break
        low, high = (_one(between, int(turns[0]) + i) for i in (0, 1))
        kept += [low, high]
    given = {name: np.concatenate([values[name] for values in kept]) for name in low}
    many = Many(near.sheet, given, near.sizes)
    return many.kept(many.usable())


def _ends(near: Many, part: Expression) -> tuple[dict[str, Array], dict[str, Array], int] | None:
    """Two points on different sides of a bend in some entry, and which."""
    side, alive = _side(near, part)
    places = np.flatnonzero(alive)
    if not len(places):
        return None
    above = side[places] > 0
    for entry in np.flatnonzero(above.any(axis=0) & ~above.all(axis=0)).tolist():
        column = above[:, entry]
        for first in places[column][:TURNS].tolist():
            for second in places[~column][:TURNS].tolist():
                ends = _alike(near, first, second)
                there, alive = _side(_joined(near, ends), part)
                if alive.all() and (there[0, entry] > 0) != (there[1, entry] > 0):
                    return (*ends, entry)
    return _outwards(near, part, side, places)


def _outwards(
    near: Many, part: Expression, side: Array, places: Array
) -> tuple[dict[str, Array], dict[str, Array], int] | None:
    """A point, and the same further out and on the other side of a bend."""
    free = _continuous(near.sheet)
    reach = np.zeros(near.count)
    for name in free:
        reach = np.maximum(reach, np.abs(near.given[name]).max(axis=(1, 2)))
    outermost = sorted(places.tolist(), key=lambda i: -reach[i])
    for first in outermost[:TURNS]:
        start = _one(near, first)
        for names in ([name] for name in free) if len(free) > 1 else [free]:
            moved = {
                name: np.concatenate([value * times for times in OUTWARDS])
                if name in names
                else np.repeat(value, len(OUTWARDS), axis=0)
                for name, value in start.items()
            }
            many = Many(near.sheet, moved, near.sizes)
            there, alive = _side(many, part)
            turned = ((there > 0) != (side[first] > 0)) & alive[:, None]
            if turned.any():
                i, entry = np.argwhere(turned)[0].tolist()
                return start, _one(many, i), entry
    return None


def _continuous(sheet: Sheet) -> list[str]:
    """What may be moved a little and still be what is declared of it."""
    return [d.name for d in sheet.declarations if not set(d.assumptions) - MOVABLE]


def _one(many: Many, i: int) -> dict[str, Array]:
    return {name: value[i : i + 1] for name, value in many.given.items()}


def _alike(near: Many, first: int, second: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """Two points that differ only in what may lie in between."""
    one, other = _one(near, first), _one(near, second)
    movable = _continuous(near.sheet)
    return one, {name: other[name] if name in movable else one[name] for name in one}


def _joined(near: Many, ends: Sequence[dict[str, Array]]) -> Many:
    given = {name: np.concatenate([end[name] for end in ends]) for name in ends[0]}
    return Many(near.sheet, given, near.sizes)


def _between(near: Many, low: dict[str, Array], high: dict[str, Array]) -> Many:
    share = np.linspace(0.0, 1.0, PARTS)[:, None, None]
    given = {name: low[name] + share * (high[name] - low[name]) for name in low}
    return Many(near.sheet, given, near.sizes)
