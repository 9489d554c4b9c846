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
    DIMENSION,
    NUMBER,
    Array,
    Expression,
    Many,
    Sheet,
    Values,
    concrete,
    postorder,
    sample_many,
    sample_tied,
    sizes_fit,
    symbols,
)
from chainrule.derivation.asking.near_kinks import both_sides, own_bends
from chainrule.derivation.asking.points import SEED, bends, fewest_numbers, numbers, points_of
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.tied_arguments import sound

FAR = 256
"""How many points of the usual sizes are drawn, before those are dropped that cannot be used."""

FEW = 24
"""How many of each of the other sizes."""

MOST_NUMBERS = 40_000
"""The most numbers that the quantities of the sheet may have at all those points together."""

LARGER = 4
"""How much larger than the usual sizes the largest are."""

USUAL = (0.05, 20.0)
"""Numbers between these are met anyway."""

MOST_CENTRES = 6

LOST = 0.97
"""The part of its points that the usual cloud keeps at least, where no region is lost to a tie."""

TIED = 16
"""How many points of a tied region are looked at."""

MOST_TIED = 1_000
"""The most numbers that the quantities of the sheet may have at all of them together."""


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
    for many in _of_own_sizes(asked.sheet, root):
        if many.count:
            yield Far(asked, many)
    for cloud in far(asked)[:1]:
        for part in own_bends(asked.sheet, root):
            beyond = both_sides(cloud.many, part)
            if beyond is not None and beyond.count:
                yield Far(asked, beyond)
    names = {asked.name, *symbols(root)}
    for number, many in enumerate(asked.sheet.known(_tied)):
        smooth = np.ones(many.count, dtype=bool)
        for name in names:
            smooth &= asked.sheet.known(_sound, number, name)
        if smooth.any():
            yield Far(asked, many.kept(smooth))


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


def _tied(sheet: Sheet) -> tuple[Many, ...]:
    """Points amid regions in which two arguments tie, which the clouds have lost."""
    points = points_of(sheet)
    each = max(1, numbers(points[fewest_numbers(points)]))
    drawn = max(2, min(FAR, MOST_NUMBERS // each))
    usable = sum(cloud.count for cloud in sheet.known(_clouds)[:1])
    room = min(TIED, MOST_TIED // each)
    if not room or usable >= LOST * drawn or not bends(*sheet.expressions.values()):
        return ()
    centres = list(dict.fromkeys(c for e in sheet.expressions.values() for c in _centres(e)))
    clouds: list[Many] = []
    for near in ((), centres) if centres else ((),):
        rng = np.random.default_rng(SEED + 15)
        many = sample_tied(sheet, rng, FAR, _sizes(sheet)[0], near)
        first = np.arange(many.count) < room
        if first.any():
            clouds.append(many.kept(first))
    return tuple(clouds)


def _sound(sheet: Sheet, number: int, name: str) -> Array:
    return sound(sheet.known(_tied)[number], name)


def _sizes(sheet: Sheet) -> list[dict[str, int]]:
    """The usual sizes; all 1; and larger ones, in the other order."""
    points = points_of(sheet)
    usual = points[fewest_numbers(points)].sizes
    if not usual:
        return [usual]
    most = max(usual.values()) + LARGER
    larger = {name: most - size for name, size in usual.items()}
    others = (dict.fromkeys(usual, 1), larger)
    return [usual, *(sizes for sizes in others if sizes_fit(sheet, sizes))]


def _of_own_sizes(sheet: Sheet, root: Expression) -> Iterator[Many]:
    """Points of the usual sizes but for one that a tree names as a number: that is 1, and 2."""
    for part in postorder(root):
        if part.operation is DIMENSION:
            for size in (1, 2):
                if sizes_fit(sheet, _sizes(sheet)[0] | {part.params[0]: size}):
                    yield sheet.known(_of_size, part.params[0], size)


def _of_size(sheet: Sheet, name: str, size: int) -> Many:
    return _drawn(sheet, 4, FEW, _sizes(sheet)[0] | {name: size})


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
