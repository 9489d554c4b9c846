"""Many points of a sheet at once: near and far, of both signs, wherever a declaration allows.

Half of the points have one width for everything, half one for each quantity. Where the sheet may
need positive numbers or numbers below 1, some are; what is declared always holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.algebra.language.sheet import Declaration, Sheet
from chainrule.algebra.tree.expression import Array
from chainrule.algebra.tree.shapes import SCALAR, concrete
from chainrule.algebra.values.many_points import Many

WIDTHS = (0.01, 0.1, 0.3, 1.0, 1.0, 3.0, 3.0, 10.0, 30.0, 100.0)
"""How far from 0 the points are drawn."""

NEAR_CENTRE = (0.003, 0.03, 0.3, 1.0)
"""How far from a number that an equation names: relative to it."""

SMALLEST = 1e-3
"""How near to 0 a quantity comes that is declared not to be 0, relative to its width."""

SPREAD = 1.2
"""The standard deviation of the logarithm of what is declared to be positive."""


NUDGE = 1e-3
"""How far a tied point is moved, relative to each number."""

MOVABLE = frozenset({"positive", "nonzero", "unit"})
"""What still holds of a number when it is a little smaller."""


def sample_many(
    sheet: Sheet,
    rng: np.random.Generator,
    count: int,
    sizes: Mapping[str, int],
    centres: Sequence[float] = (),
) -> Many:
    """`count` points, without those that cannot be used: there may be fewer, or none.

    centres: numbers near which, and near whose negatives, half of the points are drawn.
    """
    many = _many(sheet, rng, count, sizes, centres)
    return many.kept(many.usable())


def sample_tied(
    sheet: Sheet,
    rng: np.random.Generator,
    count: int,
    sizes: Mapping[str, int],
    centres: Sequence[float] = (),
) -> Many:
    """Of what `sample_many` draws, the points amid a region in which two arguments tie.

    A point at an edge leaves it when it is moved a little; of these, both it and the moved one
    count as near a kink. The moved ones are returned, so that no other kink is exactly there.
    """
    many = _many(sheet, rng, count, sizes, centres)
    tied = many.kept(many.alive() & ~many.usable())
    given = dict(tied.given)
    for declaration in sheet.declarations:
        if set(declaration.assumptions) <= MOVABLE:
            value = given[declaration.name]
            given[declaration.name] = value * (1.0 - NUDGE * rng.uniform(0.1, 1.0, value.shape))
    moved = Many(sheet, given, sizes)
    return moved.kept(moved.alive() & ~moved.usable())


def _many(
    sheet: Sheet,
    rng: np.random.Generator,
    count: int,
    sizes: Mapping[str, int],
    centres: Sequence[float],
) -> Many:
    common = _widths(rng, count)
    given: dict[str, Array] = {}
    signs = rng.choice(("any", "any", "positive", "unit"), count)
    for declaration in sheet.declarations:
        own = np.where(rng.random(count) < 0.5, common, _widths(rng, count))
        value = _drawn(declaration, rng, own, concrete(declaration.shape, sizes), signs)
        if centres:
            value = _moved_near(value, declaration, rng, centres)
        given[declaration.name] = value
    return Many(sheet, given, sizes)


def _widths(rng: np.random.Generator, count: int) -> Array:
    return rng.choice(WIDTHS, count)


def _drawn(
    declaration: Declaration,
    rng: np.random.Generator,
    widths: Array,
    shape: tuple[int, int],
    signs: Array,
) -> Array:
    """(points, rows, columns) for one declaration."""
    full = (len(widths), *shape)
    said = declaration.assumptions
    wide = widths[:, None, None]
    for kind in ("onehot", "prob"):
        for axis, words in ((0, kind), (1, f"{kind} axis=1")):
            if words in said:
                return _distributions(kind, full, axis, rng, wide)
    if "binary" in said:
        return rng.integers(0, 2, full).astype(float)
    if "sign" in said:
        return rng.choice([-1.0, 1.0], full)
    if "unit" in said:
        ends = rng.beta(0.5, 0.5, full)
        return np.clip(ends, 1e-6, 1 - 1e-6)
    if "positive" in said:
        value = wide * np.exp(SPREAD * rng.normal(size=full))
    else:
        value = wide * rng.normal(size=full)
        mode = signs[:, None, None]
        if "nonzero" not in said and declaration.shape != SCALAR:
            value = np.where(rng.random((len(widths), 1, 1)) < 0.2, np.abs(value), value)
        value = np.where(mode == "positive", np.abs(value), value)
        value = np.where(mode == "unit", rng.uniform(0.01, 0.99, full), value)
    if "nonzero" in said:
        value = np.where(np.abs(value) < SMALLEST * wide, SMALLEST * wide + value, value)
    if "symmetric" in said:
        value = (value + np.swapaxes(value, -1, -2)) / 2
    return value


def _moved_near(
    value: Array, declaration: Declaration, rng: np.random.Generator, centres: Sequence[float]
) -> Array:
    """Every other point moved to where some number stands, or its negative if that may be."""
    said = declaration.assumptions
    if said and not {"positive", "nonzero"} & set(said):
        return value
    count = len(value)
    centre = rng.choice(np.array(centres), count) * (
        1.0 if "positive" in said else rng.choice((-1.0, 1.0), count)
    )
    apart = rng.choice(NEAR_CENTRE, count)[:, None, None] * rng.normal(size=value.shape)
    moved = centre[:, None, None] * (1.0 + apart)
    if "positive" in said:
        moved = np.abs(moved)
    return np.where((rng.random(count) < 0.5)[:, None, None] & (moved != 0), moved, value)


def _distributions(
    kind: str, full: tuple[int, int, int], axis: int, rng: np.random.Generator, wide: Array
) -> Array:
    points, rows, columns = full if axis == 0 else (full[0], full[2], full[1])
    if kind == "onehot":
        chosen = rng.integers(0, rows, (points, 1, columns))
        value = (np.arange(rows)[None, :, None] == chosen).astype(float)
    else:
        value = np.exp(np.minimum(wide, 3.0) * rng.normal(size=(points, rows, columns)))
        value /= value.sum(axis=1, keepdims=True)
    return value if axis == 0 else np.swapaxes(value, -1, -2)
