"""Answers that are right only under a condition that can be named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from chainrule.algebra import (
    SCALAR,
    SYMBOL,
    AlgebraError,
    Array,
    Declaration,
    DomainError,
    Expression,
    Point,
    SamplingError,
    Sheet,
    at,
    sample,
    symbols,
    transposed,
)
from chainrule.derivation.asking.agreement import disproof
from chainrule.derivation.asking.case import Case, right_everywhere
from chainrule.derivation.asking.layout import Layout, value_at
from chainrule.derivation.asking.points import SEED, equal, given_at, points_of
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.truth import OracleError, Truth, right_value, truth
from chainrule.derivation.mistakes.change import Path, put

SAID = {
    "prob": "is positive and sums to 1",
    "onehot": "is one-hot",
    "binary": "has only entries 0 and 1",
    "symmetric": "is symmetric",
    "positive": "is positive",
    "unit": "lies between 0 and 1",
}

ABSENT = "is 0"
"""What holds of a coefficient whose part of the cost is left out."""

EXCLUDING = frozenset({"positive", "nonzero", "sign", "binary", "unit"})
"""The assumptions that exclude 0, or are those of a target."""


WIDTHS = (0.3, 0.6, 1.0, 1.0, 1.0, 1.5, 2.0, 3.0)
"""How far from 0, in the usual width, a condition is tried once more."""

MAX_PLACES = 5
"""So many places of a matrix in an answer, at most, are tried with and without a transpose."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to hold of a declared quantity. words: what, as in `is symmetric`."""

    name: str
    words: str

    def __str__(self) -> str:
        return f"`{self.name}` {self.words}"


def condition_for(case: Case) -> Condition | None:
    """The weakest condition we know of under which the answer is right; None if there is none."""
    root, where = case.root, case.layout
    if where is None or where.flipped:
        return None
    for condition, others in _conditions(case.question, tuple(symbols(root))):
        pairs = list(zip(others.points, others.values, strict=True))
        if not any(abs(goal).max() > 0 for _, goal in pairs):
            continue
        try:
            right = all(equal(value_at(root, where, p, goal.shape), goal) for p, goal in pairs)
        except AlgebraError:
            continue
        if right and disproof(root, where, others.question) is None:
            tried = _tried_again(others, condition)
            if all(_right_at(root, where, point, others.question) for point in tried):
                return condition
    return None


def _right_at(root: Expression, where: Layout, point: Point, asked: Question) -> bool:
    """Whether the answer is right at a point; where the sheet has no value there, it may be."""
    try:
        goal = right_value(asked, point)
    except DomainError:
        return True
    try:
        return equal(value_at(root, where, point, goal.shape), goal)
    except AlgebraError:
        return False


def _tried_again(facts: Truth, condition: Condition) -> Iterator[Point]:
    """More points at which a condition holds: every one-hot vector, and other draws."""
    sheet, name = facts.question.sheet, condition.name
    if condition.words == SAID["onehot"]:
        for point in facts.points:
            for value in _every_onehot(point.values[name], sheet, name):
                yield Point(sheet, given_at(point) | {name: value}, point.sizes)
    rng = np.random.default_rng(SEED + 2)
    for width in WIDTHS:
        with suppress(SamplingError):
            yield sample(sheet, rng, width)


def _every_onehot(value: Array, sheet: Sheet, name: str) -> Iterator[Array]:
    """Every label, one after the other: the same for all examples."""
    (declaration,) = (d for d in sheet.declarations if d.name == name)
    axis = 1 if "onehot axis=1" in declaration.assumptions else 0
    for label in range(value.shape[axis]):
        one = np.zeros_like(value)
        one[label if axis == 0 else slice(None), slice(None) if axis == 0 else label] = 1.0
        yield one


def hides_a_transpose(case: Case, condition: Condition) -> bool:
    """Whether transposes of a matrix, at some of its places, make the answer right.

    Then it is not symmetric but forgotten to be transposed.
    """
    if condition.words != SAID["symmetric"]:
        return False
    places = [
        path
        for path, part in case.parsed.places()
        if part.expression.operation is SYMBOL and 1 not in part.expression.shape
    ]
    for number in range(1, min(len(places), MAX_PLACES) + 1):
        for chosen in combinations(places[:MAX_PLACES], number):
            if right_everywhere(_transposed_at(case.root, chosen), case.truth):
                return True
    return False


def _transposed_at(root: Expression, paths: tuple[Path, ...]) -> Expression:
    for path in sorted(paths, key=len, reverse=True):
        root = put(root, path, transposed(at(root, path)))
    return root


def _conditions(asked: Question, used: tuple[str, ...]) -> Iterator[tuple[Condition, Truth]]:
    yield from asked.known(_assumed)
    for name, special in asked.known(_without_coefficients).items():
        if name not in used:
            yield Condition(name, ABSENT), special


def _assumed(asked: Question) -> tuple[tuple[Condition, Truth], ...]:
    """The right values with one more assumption on one declaration, for each that can be made."""
    conditions: list[tuple[Condition, Truth]] = []
    sheet = asked.sheet
    for i, declaration in enumerate(sheet.declarations):
        for word in _words(declaration):
            said = word if declaration.shape[0] != 1 else f"{word} axis=1"
            said = said if word in ("prob", "onehot") else word
            axes = [said]
            if word in ("prob", "onehot") and 1 not in declaration.shape:
                axes = [word, f"{word} axis=1"]
            for assumption in axes:
                stronger = replace(declaration, assumptions=(*declaration.assumptions, assumption))
                others = (*sheet.declarations[:i], stronger, *sheet.declarations[i + 1 :])
                special = replace(sheet, declarations=others)
                try:
                    facts = truth(Question(special, asked.leaf))
                except (OracleError, SamplingError):
                    continue
                conditions.append((Condition(declaration.name, SAID[word]), facts))
    return tuple(conditions)


def _words(declaration: Declaration) -> list[str]:
    said = {assumption.split()[0] for assumption in declaration.assumptions}
    if declaration.shape == SCALAR:
        return []
    words: list[str] = []
    if not said & {"onehot", "prob", "sign", "binary"}:
        if declaration.name[:1] in "yYtT":
            words += ["prob", "binary", "onehot"]
    elif said == {"prob"}:
        words.append("onehot")
    rows, columns = declaration.shape
    if rows == columns != 1 and "symmetric" not in said:
        words.append("symmetric")
    return words


def coefficients(sheet: Sheet) -> tuple[str, ...]:
    """Declared scalars that only weigh a part of the cost, such as lam: the cost is linear in them
    and does not vanish with them. One that is declared not to be 0 cannot leave that part out, and
    a target weighs nothing."""
    if all(shape == SCALAR for shape in sheet.shapes.values()):
        return ()
    names: list[str] = []
    for declaration in sheet.declarations:
        if declaration.shape != SCALAR or EXCLUDING & set(declaration.assumptions):
            continue
        costs = [_cost_with(sheet, declaration.name, value) for value in (0.0, 1.0, 2.0)]
        if any(cost is None for cost in costs):
            continue
        zero, one, two = (float(cost) for cost in costs if cost is not None)
        if abs(two - 2 * one + zero) <= 1e-12 * (abs(two) + 1) and zero != 0 and one != zero:
            names.append(declaration.name)
    return tuple(names)


def _cost_with(sheet: Sheet, name: str, value: float) -> float | None:
    try:
        point = points_of(sheet)[0]
        moved = Point(sheet, given_at(point) | {name: np.array([[value]])}, point.sizes)
    except AlgebraError:
        return None
    return float(moved.values[sheet.cost][0, 0])


def _without_coefficients(asked: Question) -> dict[str, Truth]:
    """The right values where a coefficient is 0, by its name."""
    facts = truth(asked)
    special: dict[str, Truth] = {}
    for name in coefficients(asked.sheet):
        with suppress(AlgebraError):
            points = tuple(
                Point(asked.sheet, given_at(point) | {name: np.zeros((1, 1))}, point.sizes)
                for point in facts.points
            )
            values = tuple(point.value(asked.leaf) for point in points)
            special[name] = Truth(asked, points, values)
    return special
