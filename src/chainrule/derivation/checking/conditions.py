"""Answers that are right only under a condition that can be named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    Declaration,
    Parsed,
    Point,
    SamplingError,
    Sheet,
    fits,
    symbols,
)
from chainrule.derivation.asking.layout import disproof, layout, value_at
from chainrule.derivation.asking.question import (
    OracleError,
    Question,
    Truth,
    equal,
    points_of,
    truth,
)

SAID = {
    "prob": "is positive and sums to 1",
    "onehot": "is one-hot",
    "binary": "has only entries 0 and 1",
    "symmetric": "is symmetric",
    "positive": "is positive",
    "unit": "lies between 0 and 1",
}


EXCLUDING = frozenset({"positive", "nonzero", "sign", "binary", "unit"})
"""The assumptions that exclude 0, or are those of a target."""


def condition_for(parsed: Parsed, facts: Truth) -> str | None:
    """The weakest condition we know of under which the answer is right; None if there is none."""
    asked = facts.question
    root = parsed.expression
    if not fits(root):
        return None
    where = layout(root.shape, root.indices, asked)
    if where is None or where.flipped:
        return None
    for words, others in _conditions(asked, tuple(symbols(root))):
        try:
            special = [
                (value_at(root, where, point, goal.shape), goal)
                for point, goal in zip(others.points, others.values, strict=True)
            ]
        except AlgebraError:
            continue
        if not all(equal(v, g) for v, g in special) or disproof(root, where, others.question):
            continue
        if any(abs(goal).max() > 0 for _, goal in special):
            return words
    return None


def _conditions(asked: Question, used: tuple[str, ...]) -> Iterator[tuple[str, Truth]]:
    for name, word, special in _assumed(asked):
        yield f"`{name}` {SAID[word]}", special
    for name in coefficients(asked.sheet):
        if name not in used:
            special = _with_zero(asked, name)
            if special is not None:
                yield f"`{name}` is 0", special


@lru_cache(maxsize=64)
def _assumed(asked: Question) -> tuple[tuple[str, str, Truth], ...]:
    """The question with one more assumption on one declaration, for each that can be made."""
    found: list[tuple[str, str, Truth]] = []
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
                    facts = truth(Question(special, asked.leaf, asked.letters))
                except (OracleError, SamplingError):
                    continue
                found.append((declaration.name, word, facts))
    return tuple(found)


def _words(declaration: Declaration) -> list[str]:
    said = {assumption.split()[0] for assumption in declaration.assumptions}
    if declaration.shape == SCALAR:
        return []
    words: list[str] = []
    if not said & {"onehot", "prob", "sign", "binary"}:
        if declaration.name[:1] in "yYtT":
            words += ["prob", "onehot"]
    elif said == {"prob"}:
        words.append("onehot")
    rows, columns = declaration.shape
    if rows == columns != 1 and "symmetric" not in said:
        words.append("symmetric")
    return words


@lru_cache(maxsize=64)
def coefficients(sheet: Sheet) -> tuple[str, ...]:
    """Declared scalars that only weigh a part of the cost, such as lam: the cost is linear in them
    and does not vanish with them. One that is declared not to be 0 cannot leave that part out, and
    a target weighs nothing."""
    if all(shape == SCALAR for shape in sheet.shapes.values()):
        return ()
    found: list[str] = []
    for declaration in sheet.declarations:
        if declaration.shape != SCALAR or EXCLUDING & set(declaration.assumptions):
            continue
        costs = [_cost_with(sheet, declaration.name, value) for value in (0.0, 1.0, 2.0)]
        if any(cost is None for cost in costs):
            continue
        zero, one, two = (float(cost) for cost in costs if cost is not None)
        if abs(two - 2 * one + zero) <= 1e-12 * (abs(two) + 1) and zero != 0 and one != zero:
            found.append(declaration.name)
    return tuple(found)


def _cost_with(sheet: Sheet, name: str, value: float) -> float | None:
    try:
        point = points_of(sheet)[0]
        given = {d.name: point.values[d.name] for d in sheet.declarations}
        moved = Point(sheet, given | {name: np.array([[value]])}, point.sizes)
    except AlgebraError:
        return None
    return float(moved.values[sheet.cost][0, 0])


@lru_cache(maxsize=64)
def _with_zero(asked: Question, name: str) -> Truth | None:
    """The question at points where a scalar is 0."""
    facts = truth(asked)
    points: list[Point] = []
    for point in facts.points:
        given = {d.name: point.values[d.name] for d in asked.sheet.declarations}
        try:
            points.append(Point(asked.sheet, given | {name: np.zeros((1, 1))}, point.sizes))
        except AlgebraError:
            return None
    return Truth(asked, tuple(points), tuple(point.value(asked.leaf) for point in points))
