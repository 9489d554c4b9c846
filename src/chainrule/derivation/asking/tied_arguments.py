"""Regions in which two arguments tie, as those of minimum(relu(z), 0) do wherever z < 0.

All of their points look like kinks. Where the slopes to both sides agree there is none, and an
answer can be judged there.
"""

from __future__ import annotations

import math

import numpy as np

from chainrule.algebra import AlgebraError, Array, Many, WidePoint, concrete

SAME = 1e-12
"""How far apart the derived slope and that by differences may be, relative to the larger."""

NOTHING = 1e-45
"""What differences in 110 digits err by."""

MOST_WORK = 10_000
"""The most numbers that are worked out to each side for one derivative, at all points together."""


def sound(many: Many, name: str) -> Array:
    """At which points a derivative has the slope, to both sides, that the rules give it.

    Where the rules give another one, as those of a maximum do where both arguments move alike,
    nobody's answer is judged. What is no derivative is sound everywhere.
    """
    meaning = many.sheet.scope.meaning(name)
    if meaning is None:
        return np.ones(many.count, dtype=bool)
    over, under = meaning
    sizes = [math.prod(concrete(shape, many.sizes)) for shape in many.sheet.shapes.values()]
    moves = math.prod(concrete(many.sheet.shapes[under], many.sizes))
    affordable = MOST_WORK // (moves * sum(sizes))
    smooth = [i < affordable and _sound_at(many, i, over, under) for i in range(many.count)]
    return np.array(smooth, dtype=bool)


def _sound_at(many: Many, i: int, over: str, under: str) -> bool:
    point = many.point(i)
    if point is None:
        return False
    scope = many.sheet.scope
    try:
        wide = WidePoint(point)
        slopes = wide.slopes(over, under)
        if over == many.sheet.cost:
            derived = np.broadcast_to(wide.value(scope.adjoint(under)), slopes.shape)
        else:  # by the complex step, which takes a side; in 110 digits it is the slopes themselves
            derived = point.value(scope.derivative(over, under))
    except AlgebraError:
        return False
    allowed = SAME * np.maximum(np.abs(derived), np.abs(slopes)) + NOTHING
    return bool((np.abs(derived - slopes) <= allowed).all())
