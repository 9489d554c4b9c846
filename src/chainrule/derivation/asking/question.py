"""The truth that an answer is measured by: a few points of the sheet, and the right values there.

The points are drawn once for a sheet and kept, so that a check costs little. The right values are
worked out twice, by the derived backward pass and by the complex step, which share no rule; where
the two disagree nobody's answer is judged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from chainrule.algebra import (
    MAX,
    NORM,
    SCALAR,
    SYMBOL,
    AlgebraError,
    Array,
    Declaration,
    Definition,
    Expression,
    Point,
    SamplingError,
    Sheet,
    evaluate,
    gradient,
    multiply,
    parse,
    postorder,
    sample,
    sum_of,
    symbol,
)
from chainrule.algebra.tree.shapes import concrete

DRAWS = 4
"""How many points an answer is compared at."""

RELATIVE = 1e-9
"""How far apart two equal numbers may be, relative to the largest of the matrix."""

ABSOLUTE = 1e-13
"""How far apart two equal numbers may be in any case."""

MAX_ENTRIES = 4_000_000
"""The most numbers one matrix may hold."""

STEP = 1e-30
FULL_STEP = 1_500
"""Above so many entries the complex step is taken along random directions, not by every entry."""

DIRECTIONS = 6
TRIES = 40

WIDTHS = (0.1,) * 6 + (0.3,) * 6 + (1.0,) * 6 + (3.0,) * 6 + (10.0,) * 6 + (30.0,) * 6
"""How far from 0, in the usual width, the further points are drawn where something bends."""

SEED = 20_170_604


class OracleError(AlgebraError):
    """Two independent ways to the right values disagree: a defect of ours, nobody's mistake."""


class QuestionError(AlgebraError):
    """What is asked for is not something that can be asked of the sheet."""


@dataclass(frozen=True)
class Question:
    """What is to be found. leaf: its name in an answer (`delta2`, `dC/dW1`, `da2/dz2`).

    letters: the index letters for rows and columns, if the question fixes them: W2[j,k].
    """

    sheet: Sheet
    leaf: Expression
    letters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.leaf.params[0]

    def free_letter(self, letter: str) -> bool:
        """Whether a letter may be an index: it is not the name of anything."""
        return self.sheet.scope.resolve(letter) is None


def question(sheet: Sheet, wrt: str) -> Question:
    """The question `wrt` asks: a quantity (`W1`: dC/dW1), a derivative (`delta1`, `da2/dz2`).

    Index letters may follow: `W1[j,k]`. Raises QuestionError.
    """
    words = wrt.strip()
    letters: tuple[str, ...] = ()
    found = re.fullmatch(r"(.*?)\s*\[\s*([^\W\d]\w*)\s*(?:,\s*([^\W\d]\w*)\s*)?\]", words)
    if found is not None:
        words = found.group(1)
        letters = tuple(letter for letter in found.groups()[1:] if letter is not None)
    name = sheet.scope.quantity(words)
    if name is not None:
        return Question(sheet, sheet.scope.adjoint(name), letters)
    leaf = named(sheet, words)
    if leaf is None:
        known = ", ".join(sheet.shapes)
        raise QuestionError(f"`{words[:60]}` is not a quantity of the sheet; there are {known}")
    return Question(sheet, leaf, letters)


def named(sheet: Sheet, words: str) -> Expression | None:
    """The leaf that a name stands for: a quantity, `delta1`, `dC/dW1`, `∂a2/∂z2`, `J(a2, z2)`."""
    try:
        leaf = parse(words, sheet.scope).expression
    except AlgebraError:
        return None
    return leaf if leaf.operation is SYMBOL else None


def same_meaning(asked: Question, leaf: Expression) -> bool:
    """Whether a name is another one for what is asked: `dC/dz2` for `delta2`."""
    scope = asked.sheet.scope
    if leaf is asked.leaf:
        return True
    meaning = scope.meaning(leaf.params[0])
    return meaning is not None and meaning == scope.meaning(asked.name)


@dataclass(frozen=True, eq=False)
class Truth:
    """The right values of a question at every point."""

    question: Question
    points: tuple[Point, ...]
    values: tuple[Array, ...]

    @property
    def cheapest(self) -> int:
        """The number of the point with the fewest numbers."""
        counts = [sum(v.size for v in point.values.values()) for point in self.points]
        return counts.index(min(counts))


@lru_cache(maxsize=32)
def points_of(sheet: Sheet) -> tuple[Point, ...]:
    """DRAWS points at which no mistake hides: both sides of every kink, both values of a label.

    Raises SamplingError.
    """
    _check_size(sheet)
    rng = np.random.default_rng(SEED)
    points = [sample(sheet, rng) for _ in range(DRAWS)]
    for _ in range(TRIES):
        worst = _one_sided(sheet, points)
        if worst is None:
            break
        points[worst] = sample(sheet, rng)
    return tuple(points)


def _check_size(sheet: Sheet) -> None:
    room = 9  # the largest size that is drawn for a name, about
    for name, shape in sheet.shapes.items():
        entries = math.prod(size if isinstance(size, int) else room for size in shape)
        if entries > MAX_ENTRIES:
            raise SamplingError(
                f"`{name}` has {entries} entries; at most {MAX_ENTRIES} can be checked"
            )


def _one_sided(sheet: Sheet, points: list[Point]) -> int | None:
    """The number of a point to draw again, if some kink or label shows one side only."""
    for test in _sides(sheet):
        sides = {bool(side) for point in points for side in (test(point) > 0).flat}
        if len(sides) == 1:
            # The point with the fewest numbers is the likeliest to lack a side.
            counts = [sum(value.size for value in point.values.values()) for point in points]
            return counts.index(min(counts))
    return None


def _sides(sheet: Sheet) -> Iterator[Callable[[Point], Array]]:
    """What has to be above 0 in some entry and not above it in another, if that can be.

    Ordinary calculus is judged on both sides of 0.
    """
    scalars = all(shape == SCALAR for shape in sheet.shapes.values())
    for declaration in sheet.declarations:
        free = scalars and not declaration.assumptions
        if free or {"binary", "sign"} & set(declaration.assumptions):
            yield lambda point, name=declaration.name: point.values[name]
    for part in postorder(*sheet.expressions.values()):
        if part.operation.margin is None or part.indices or part.operation in (NORM, MAX):
            continue
        if len(part.args) == 2:
            yield lambda point, a=part.args[0], b=part.args[1]: point.value(a) - point.value(b)
        else:
            yield lambda point, a=part.args[0]: point.value(a)


@lru_cache(maxsize=256)
def truth(asked: Question) -> Truth:
    """The right values. Raises OracleError, SamplingError."""
    points = points_of(asked.sheet)
    return Truth(asked, points, tuple(right_value(asked, point) for point in points))


def bends(*roots: Expression) -> bool:
    """Whether a slope jumps somewhere: at the kink of a function, or where a comparison turns."""
    return any(part.operation.margin is not None for part in postorder(*roots))


@lru_cache(maxsize=64)
def further(asked: Question) -> Truth:
    """The right values at many points near and far, for what four cannot tell: where kinks are."""
    rng = np.random.default_rng(SEED + 1)
    points: list[Point] = []
    for width in WIDTHS:
        with suppress(SamplingError):  # so far out the sheet may have no usable values
            points.append(sample(asked.sheet, rng, width))
    return Truth(asked, tuple(points), tuple(right_value(asked, point) for point in points))


def right_value(asked: Question, point: Point) -> Array:
    """The value asked for at a point, by two ways. OracleError if they disagree."""
    sheet, leaf = asked.sheet, asked.leaf
    meaning = sheet.scope.meaning(asked.name)
    value = point.value(leaf)
    if meaning is None:
        return value
    over, under = meaning
    if over == sheet.cost:
        _confirm_gradient(asked, point, under, value)
    else:
        _confirm_jacobian(asked, point, over, under, value)
    return value


def _confirm_gradient(asked: Question, point: Point, under: str, value: Array) -> None:
    if value.size <= FULL_STEP:
        stepped = point.complex_step(asked.sheet.cost, under)[:, :, 0, 0]
        agree = equal(value, stepped)
    else:
        rng = np.random.default_rng(SEED)
        agree = True
        for _ in range(DIRECTIONS):
            way = rng.normal(size=value.shape)
            slope = _slope_along(asked.sheet, point, under, way)
            agree = agree and math.isclose(
                slope, float((value * way).sum()), rel_tol=1e-8, abs_tol=ABSOLUTE
            )
    if not agree:
        raise OracleError(
            f"two ways of working out {asked.name} disagree, so no answer can be judged here; "
            "this is a defect of chainrule, please report it with the sheet"
        )


def _slope_along(sheet: Sheet, point: Point, under: str, way: Array) -> float:
    """The cost's derivative along a direction, by the complex step."""
    values = {d.name: point.values[d.name] for d in sheet.declarations}
    values[under] = point.values[under] + 1j * STEP * way
    for definition in sheet.definitions:
        if definition.name != under:
            value = evaluate(definition.expression, values, point.sizes)
            shape = concrete(definition.shape, point.sizes)
            values[definition.name] = np.broadcast_to(value, shape)
    return float(values[sheet.cost].imag[0, 0] / STEP)


PROBE = "probe_"


def _confirm_jacobian(asked: Question, point: Point, over: str, under: str, value: Array) -> None:
    """The Jacobian, by the complex step, against reverse mode on the sum of R times `over`."""
    sheet = asked.sheet
    probe = symbol(PROBE, sheet.shapes[over])
    kept: list[Definition] = []
    for definition in sheet.definitions:
        kept.append(definition)
        if definition.name == over:
            break
    end = Definition(f"{PROBE}cost", sum_of(multiply(probe, sheet.symbol(over))))
    given = Declaration(PROBE, sheet.shapes[over])
    probed = Sheet((*sheet.declarations, given), (*kept, end), end.name)
    weights = np.random.default_rng(SEED).normal(size=point.values[over].shape)
    values = {d.name: point.values[d.name] for d in sheet.declarations} | {PROBE: weights}
    pulled = Point(probed, values, point.sizes).value(gradient(probed, under))
    if value.shape[0] == weights.size:  # in numerator layout the gradient is J.T times R
        expected = value.T @ weights.reshape(-1, 1)
    else:  # the gradient of a scalar has the shape of what it is taken by
        expected = value * weights
    if not equal(pulled.reshape(-1, 1), expected.reshape(-1, 1)):
        raise OracleError(
            f"two ways of working out {asked.name} disagree, so no answer can be judged here; "
            "this is a defect of chainrule, please report it with the sheet"
        )


def equal(yours: Array, expected: Array) -> bool:
    """Whether two matrices of one shape are the same numbers, up to rounding. NaN equals nothing.

    The largest entry sets the scale, since an entry that is a small difference of large numbers
    carries their rounding.
    """
    gap = float(np.abs(yours - expected).max())
    scale = max(float(np.abs(expected).max()), float(np.abs(yours).max()))
    return gap <= RELATIVE * scale + ABSOLUTE
