"""Points close to the places where an answer bends, on both sides of each.

An answer that is wrong between two bends only is wrong close to one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.algebra import (
    MAX,
    MAX_POOL,
    NORM,
    ZERO,
    Array,
    Expression,
    Many,
    Sheet,
    concrete,
    postorder,
)

MOST_BENDS = 8
PARTS = 33
"""In how many parts a stretch with a bend in it is cut at a time."""

CUTS = 6
TURNS = 3
"""How many points on each side are tried as the ends of a stretch."""

MOVABLE = frozenset({"positive", "nonzero", "unit", "symmetric", "prob", "prob axis=1"})
OUTWARDS = (2.0, 5.0, 20.0, 100.0, 1000.0)
"""How many times as far a point is moved to come to the other side of a bend."""


def own_bends(sheet: Sheet, root: Expression) -> list[Expression]:
    """The places where an answer bends and the sheet does not."""
    known = {_bend(part) for part in postorder(*sheet.expressions.values())}
    parts: dict[tuple[Expression, ...], Expression] = {}
    for part in postorder(root):
        bend = _bend(part)
        if bend is not None and bend not in known:
            parts.setdefault(bend, part)
    return list(parts.values())[:MOST_BENDS]


def _bend(part: Expression) -> tuple[Expression, ...] | None:
    """What is equal where a node bends: relu(z) and z > 0 bend at one place."""
    if part.operation.margin is None or part.indices or part.operation in (MAX, NORM, MAX_POOL):
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


def both_sides(near: Many, part: Expression) -> Many | None:
    """Points close to a bend, on both sides of it; None if there are none.

    Between two points on different sides of it, ever shorter stretches are cut in many parts.
    Where all points are on one side, some are moved outwards until one is on the other.
    """
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
    outermost = sorted(places.tolist(), key=lambda i: -near.reach[i])
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
