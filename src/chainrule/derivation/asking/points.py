"""The points that answers are judged at: both sides of every kink, both values of every label.

They are drawn once for a sheet and kept with it, so that a check costs little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np

from chainrule.algebra import (
    MAX,
    MAX_POOL,
    NORM,
    SCALAR,
    Array,
    Expression,
    Point,
    SamplingError,
    Sheet,
    postorder,
    sample,
    symbols,
)

DRAWS = 4
"""How many points an answer is compared at."""

RELATIVE = 1e-9
"""How far apart two equal numbers may be, relative to the largest of the matrix."""

ABSOLUTE = 1e-13
"""How far apart two equal numbers may be in any case."""

MAX_ENTRIES = 4_000_000
"""The most numbers one matrix may hold."""

TRIES = 40

SPARE = 24
"""How many other points are tried in place of those at which a question has no value."""

NEARER = 0.6
"""How much nearer to 0 each round of them is."""

SEED = 20_170_604


def points_of(sheet: Sheet) -> tuple[Point, ...]:
    """DRAWS points at which no mistake hides. Raises SamplingError."""
    return sheet.known(_drawn)


def spare_points(sheet: Sheet) -> Iterator[Point]:
    """Other points, ever nearer to 0, for a question that has no value at one of the first."""
    rng = np.random.default_rng(SEED + 1)
    for number in range(SPARE):
        with suppress(SamplingError):
            yield sample(sheet, rng, NEARER ** (number // 4))


def _drawn(sheet: Sheet) -> tuple[Point, ...]:
    _check_size(sheet)
    rng = np.random.default_rng(SEED)
    points = [sample(sheet, rng) for _ in range(DRAWS)]
    for _ in range(TRIES):
        worst = _one_sided(sheet, points)
        if worst is None:
            break
        points[worst] = sample(sheet, rng)
    return tuple(points)


def numbers(point: Point) -> int:
    """How many numbers the quantities of the sheet have at a point."""
    return sum(point.values[name].size for name in point.sheet.shapes)


def fewest_numbers(points: list[Point] | tuple[Point, ...]) -> int:
    """The place of the point with the fewest numbers, the first of several."""
    counts = [numbers(point) for point in points]
    return counts.index(min(counts))


def given_at(point: Point) -> dict[str, Array]:
    """The values of what the sheet declares."""
    return {d.name: point.values[d.name] for d in point.sheet.declarations}


def _check_size(sheet: Sheet) -> None:
    room = 9  # the largest size that is drawn for a name, about
    for name, shape in sheet.shapes.items():
        entries = math.prod(size if isinstance(size, int) else room for size in shape)
        if entries > MAX_ENTRIES:
            raise SamplingError(
                f"`{name}` has {entries} entries; at most {MAX_ENTRIES} can be checked"
            )


def _one_sided(sheet: Sheet, points: list[Point]) -> int | None:
    """The place of a point to draw again, if some kink or label shows one side only.

    The point with the fewest numbers is the likeliest to lack a side.
    """
    for test in _sides(sheet):
        sides = {bool(side) for point in points for side in (test(point) > 0).flat}
        if len(sides) == 1:
            return fewest_numbers(points)
    return None


def _sides(sheet: Sheet) -> Iterator[Callable[[Point], Array]]:
    """What has to be above 0 in some entry and not above it in another, if that can be.

    Ordinary calculus is judged on both sides of 0, and what is declared not to be 0 as well.
    """
    scalars = all(shape == SCALAR for shape in sheet.shapes.values())
    for declaration in sheet.declarations:
        free = scalars and not declaration.assumptions
        if free or {"binary", "sign", "nonzero"} & set(declaration.assumptions):
            yield lambda point, name=declaration.name: point.values[name]
    for part in postorder(*sheet.expressions.values()):
        if part.operation.margin is None or part.indices or part.operation in (NORM, MAX, MAX_POOL):
            continue
        if symbols(part).keys() <= sheet.whole_numbers:
            continue
        if len(part.args) == 2:
            yield lambda point, a=part.args[0], b=part.args[1]: point.value(a) - point.value(b)
        else:
            yield lambda point, a=part.args[0]: point.value(a)


def bends(*roots: Expression) -> bool:
    """Whether a slope jumps somewhere: at the kink of a function, or where a comparison turns."""
    return any(part.operation.margin is not None for part in postorder(*roots))


def equal(yours: Array, expected: Array) -> bool:
    """Whether two matrices of one shape are the same numbers, up to rounding. NaN equals nothing.

    The largest entry sets the scale, since an entry that is a small difference of large numbers
    carries their rounding.
    """
    gap = float(np.abs(yours - expected).max())
    scale = max(float(np.abs(expected).max()), float(np.abs(yours).max()))
    return gap <= RELATIVE * scale + ABSOLUTE
