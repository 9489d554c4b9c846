"""Numbers drawn for a sheet, so that no mistake hides.

All sizes differ and are above 1, unless the sheet fixes them. What is declared of a quantity holds.
Points at a kink, in the flat part of a sigmoid or outside a domain are drawn again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.sheet import Declaration, Sheet
from chainrule.algebra.tree.blocks import PAD, SLICE
from chainrule.algebra.tree.expression import Array, Expression, postorder
from chainrule.algebra.tree.function_registry import function_of
from chainrule.algebra.tree.leaves import NUMBER
from chainrule.algebra.tree.reductions import SOFTMAX
from chainrule.algebra.tree.shapes import concrete
from chainrule.algebra.tree.sizes import Dimension, difference, is_plain, size_value
from chainrule.algebra.values.evaluation import DomainError, evaluate, kink_distance
from chainrule.algebra.values.point import Point

SCALE = 0.8
"""The standard deviation of what is drawn, for matrices up to 4 wide."""

MARGIN = 1e-4
"""How far every point stays from a kink."""

SATURATION = 8.0
"""The largest argument of a sigmoid, tanh or softmax."""

MAX_DRAWS = 60

MAX_SIZE_DRAWS = 400

NEAR = 0.2
"""How far from a number that the sheet names, in the usual width."""


class SamplingError(AlgebraError):
    """No usable point was found: the sheet has no values, or only at kinks."""


def sample(sheet: Sheet, rng: np.random.Generator, width: float = 1.0) -> Point:
    """A point of the sheet; `width` times as far from 0 as usual, where nothing is declared.

    Where the usual draws are in vain, others lie near the numbers that the sheet names: 3 in
    sigma(20*(w - 3)). A point in a flat part is better than none. Raises SamplingError.
    """
    reason: AlgebraError | None = None
    flat: Point | None = None
    centres = named_numbers(sheet)
    for attempt in range(2 * MAX_DRAWS if centres else MAX_DRAWS):
        sizes = draw_sizes(sheet, rng)
        given = {d.name: _draw(d, sizes, rng, attempt, width) for d in sheet.declarations}
        if attempt >= MAX_DRAWS:
            given = {d.name: _near(d, given[d.name], rng, centres) for d in sheet.declarations}
        try:
            point = Point(sheet, given, sizes)
            if _usable(point):
                return point
            flat = flat or (point if _smooth(point) else None)
        except DomainError as error:
            reason = error
    if flat is not None:
        return flat
    why = "every draw was at a kink or saturated" if reason is None else reason.message
    raise SamplingError(f"no usable values found for the sheet: {why}") from reason


def named_numbers(sheet: Sheet) -> tuple[float, ...]:
    """The numbers that the equations of a sheet name, other than 0, in order of first mention."""
    parts = postorder(*sheet.expressions.values())
    values = (float(part.params[0]) for part in parts if part.operation is NUMBER)
    return tuple(dict.fromkeys(value for value in values if value != 0))


def _near(
    declaration: Declaration, value: Array, rng: np.random.Generator, centres: tuple[float, ...]
) -> Array:
    """Values as drawn, or beside one of the numbers, if nothing is declared."""
    if declaration.assumptions or rng.random() < 0.3:
        return value
    return rng.choice((-1.0, 1.0)) * rng.choice(centres) + NEAR * value


def draw_sizes(sheet: Sheet, rng: np.random.Generator) -> dict[str, int]:
    """A size for every dimension: small, above 1, all different, none that the sheet fixes."""
    fixed = {size for shape in sheet.shapes.values() for size in shape if isinstance(size, int)}
    count = len(sheet.dimensions)
    rules = sheet.known(_size_rules)
    sizes: dict[str, int] = {}
    for attempt in range(MAX_SIZE_DRAWS):
        room = count + attempt // 20
        free = [size for size in range(2, room + len(fixed) + 4) if size not in fixed]
        picked = rng.permutation(free[: room + 1])
        sizes = {name: int(size) for name, size in zip(sheet.dimensions, picked, strict=False)}
        if rules.hold(sizes, strict=attempt < MAX_SIZE_DRAWS // 2):
            return sizes
    message = "no sizes were found at which every part and every kernel fits"
    raise SamplingError(f"no usable values found for the sheet: {message}")


def sizes_fit(sheet: Sheet, sizes: Mapping[str, int]) -> bool:
    """Whether every part and every kernel of the sheet fits at these sizes."""
    return sheet.known(_size_rules).hold(sizes, strict=False)


@dataclass(frozen=True, slots=True)
class _SizeRules:
    """What has to hold of the sizes that are worked out from others, such as n - 1.

    sizes: how many rows or columns something has. offsets: where a part begins, and how much is
    left after it.
    """

    sizes: tuple[Dimension, ...]
    offsets: tuple[Dimension, ...]

    def hold(self, sizes: Mapping[str, int], strict: bool) -> bool:
        """Whether all fits. strict: also whether all worked-out sizes differ and are above 1."""
        worked_out = [size_value(size, sizes) for size in self.sizes]
        if any(size_value(offset, sizes) < 0 for offset in self.offsets):
            return False
        if not strict:
            return all(size >= 1 for size in worked_out)
        alike = len({*worked_out, *sizes.values()}) < len(worked_out) + len(sizes)
        return not alike and all(size > 1 for size in worked_out)


def _size_rules(sheet: Sheet) -> _SizeRules:
    sizes: dict[Dimension, None] = {}
    offsets: dict[Dimension, None] = {}
    parts = postorder(*sheet.expressions.values())
    shapes = [*sheet.shapes.values(), *(part.shape for part in parts)]
    for shape in shapes:
        sizes.update(dict.fromkeys(size for size in shape if not is_plain(size)))
    for part in postorder(*sheet.expressions.values()):
        if part.operation is SLICE:
            for (start, stop), size in zip(part.params, part.args[0].shape, strict=True):
                offsets.update(dict.fromkeys((start, difference(size, stop))))
        if part.operation is PAD:
            offsets.update(dict.fromkeys(end for ends in part.params for end in ends))
    worked_out = [offset for offset in offsets if not isinstance(offset, int)]
    return _SizeRules(tuple(sizes), tuple(worked_out))


def _draw(
    declaration: Declaration,
    sizes: dict[str, int],
    rng: np.random.Generator,
    attempt: int,
    width: float,
) -> Array:
    """Values for one declaration. Later attempts are closer to 0, or positive, or in (0, 1)."""
    shape = concrete(declaration.shape, sizes)
    said = declaration.assumptions
    for kind in ("onehot", "prob"):
        for axis, words in ((0, kind), (1, f"{kind} axis=1")):
            if words in said:
                return _distribution(kind, shape, axis, rng)
    if "binary" in said:
        return rng.integers(0, 2, shape).astype(float)
    if "sign" in said:
        return rng.choice([-1.0, 1.0], shape)
    if "unit" in said:
        value = rng.uniform(0.1, 0.9, shape)
    elif "positive" in said:
        value = rng.uniform(0.3, 1.7, shape)
    elif attempt < MAX_DRAWS // 3 or attempt % 3 == 0:
        value = rng.normal(0.0, SCALE * width, shape) / max(1.0, np.sqrt(max(shape) / 4))
        value *= 0.97**attempt
    elif attempt % 3 == 1:
        value = rng.uniform(0.2, 2.0, shape)
    else:
        value = rng.uniform(0.1, 0.9, shape)
    if "nonzero" in said:
        value = np.where(np.abs(value) < 0.1, 0.1 + value, value)
    if "symmetric" in said:
        value = (value + value.T) / 2
    return value


def _distribution(kind: str, shape: tuple[int, int], axis: int, rng: np.random.Generator) -> Array:
    rows, columns = shape if axis == 0 else shape[::-1]
    if kind == "onehot":
        value = np.zeros((rows, columns))
        value[rng.integers(0, rows, columns), np.arange(columns)] = 1.0
    else:
        value = np.exp(rng.normal(0.0, SCALE, (rows, columns)))
        value /= value.sum(axis=0)
    return value if axis == 0 else value.T


def _smooth(point: Point) -> bool:
    """Whether the forward pass is away from kinks."""
    roots: list[Expression] = list(point.sheet.expressions.values())
    return (
        kink_distance(
            roots, point.values, point.sizes, relative=True, still=point.sheet.whole_numbers
        )
        >= MARGIN
    )


def _usable(point: Point) -> bool:
    """Whether the forward pass is away from kinks and saturation."""
    if not _smooth(point):
        return False
    memo: dict[Expression, Array] = {}
    for part in postorder(*point.sheet.expressions.values()):
        if _saturates(part) and not part.indices:
            argument = evaluate(part.args[0], point.values, point.sizes, memo)
            if float(np.abs(argument).max()) > SATURATION:
                return False
    return True


def _saturates(part: Expression) -> bool:
    """Whether a function is flat where its argument is large."""
    function = function_of(part.operation)
    return part.operation is SOFTMAX or (function is not None and function.saturates)
