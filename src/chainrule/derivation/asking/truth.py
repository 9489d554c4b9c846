"""The right values of a question at every point, worked out in two ways.

The derived backward pass and the complex step share no rule; where they disagree nobody's answer is
judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chainrule.algebra import (
    AlgebraError,
    Array,
    Declaration,
    Definition,
    DomainError,
    Point,
    SamplingError,
    Sheet,
    WidePoint,
    concrete,
    evaluate,
    gradient,
    multiply,
    narrow,
    sum_of,
    symbol,
)
from chainrule.derivation.asking.points import (
    ABSOLUTE,
    DRAWS,
    SEED,
    equal,
    fewest_numbers,
    given_at,
    numbers,
    points_of,
    spare_points,
)
from chainrule.derivation.asking.question import Question

STEP = 1e-30
FULL_STEP = 1_500
"""Above so many entries the complex step is taken along random directions, not by every entry."""

DIRECTIONS = 6

MOST_WIDE = 20_000
"""The most numbers that are worked out in 110 digits."""


class OracleError(AlgebraError):
    """Two independent ways to the right values disagree: a defect of ours, nobody's mistake."""


@dataclass(frozen=True, eq=False, slots=True)
class Truth:
    """The right values of a question at every point."""

    question: Question
    points: tuple[Point, ...]
    values: tuple[Array, ...]

    @property
    def cheapest(self) -> int:
        """The place of the point with the fewest numbers.

        Where the right value is 0 most changes are right: such a point is taken only if all are.
        """
        telling = [i for i, value in enumerate(self.values) if np.abs(value).max() > ABSOLUTE]
        places = telling or list(range(len(self.points)))
        return places[fewest_numbers([self.points[i] for i in places])]


def truth(asked: Question) -> Truth:
    """The right values at the points of the sheet. Raises OracleError, SamplingError."""
    return Truth(asked, *asked.known(_settled))


def _settled(asked: Question) -> tuple[tuple[Point, ...], tuple[Array, ...]]:
    """The points of the sheet with the right values; others in place of those that have none."""
    settled: list[tuple[Point, Array]] = []
    waiting = [*points_of(asked.sheet)]
    spare = spare_points(asked.sheet)
    failure: AlgebraError | None = None
    while waiting:
        point = waiting.pop(0)
        try:
            settled.append((point, _value_anyhow(asked, point)))
        except (DomainError, OracleError) as error:
            failure = failure or error
            other = next(spare, None)
            if other is None:
                break
            waiting.append(other)
    if len(settled) < DRAWS:
        if isinstance(failure, OracleError):
            raise failure
        why = "" if failure is None else f": {failure.message}"
        raise SamplingError(f"no usable values found for {asked.name}{why}") from failure
    points, values = zip(*settled, strict=True)
    return points, values


def _value_anyhow(asked: Question, point: Point) -> Array:
    """The right value; in 110 digits where float64 has none, or where its two ways disagree."""
    try:
        return right_value(asked, point)
    except DomainError:
        value = narrow(WidePoint(point).value(asked.leaf))
    except OracleError:
        value = _agreed_widely(asked, point)
        if value is None:
            raise
    point.values[asked.name] = value
    return value


def _agreed_widely(asked: Question, point: Point) -> Array | None:
    """The right value in 110 digits, if rounding alone kept the two ways apart."""
    meaning = asked.meaning
    if meaning is None or numbers(point) > MOST_WIDE:
        return None
    wide = WidePoint(point)
    value, stepped = narrow(wide.value(asked.leaf)), narrow(wide.slopes(*meaning))
    return value if equal(value, stepped) and np.isfinite(value).all() else None


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
    values = given_at(point)
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
    values = given_at(point) | {PROBE: weights}
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
