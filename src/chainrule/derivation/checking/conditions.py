"""Answers that are right only under a condition that can be named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    Declaration,
    Point,
    SamplingError,
    Sheet,
    symbols,
)
from chainrule.derivation.asking.case import Case, disproof
from chainrule.derivation.asking.layout import value_at
from chainrule.derivation.asking.points import equal, given_at, points_of
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.truth import OracleError, Truth, truth

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


def condition_for(case: Case) -> str | None:
    """The weakest condition we know of under which the answer is right; None if there is none."""
    root, where = case.root, case.layout
    if where is None or where.flipped:
        return None
    for words, others in _conditions(case.question, tuple(symbols(root))):
        pairs = list(zip(others.points, others.values, strict=True))
        if not any(abs(goal).max() > 0 for _, goal in pairs):
            continue
        try:
            right = all(equal(value_at(root, where, p, goal.shape), goal) for p, goal in pairs)
        except AlgebraError:
            continue
        if right and disproof(root, where, others.question) is None:
            return words
    return None


def _conditions(asked: Question, used: tuple[str, ...]) -> Iterator[tuple[str, Truth]]:
    for words, special in asked.known(_assumed):
        yield words, special
    for name, special in asked.known(_without_coefficients).items():
        if name not in used:
            yield f"`{name}` is 0", special


def _assumed(asked: Question) -> tuple[tuple[str, Truth], ...]:
    """The right values with one more assumption on one declaration, for each that can be made."""
    conditions: list[tuple[str, Truth]] = []
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
                conditions.append((f"`{declaration.name}` {SAID[word]}", facts))
    return tuple(conditions)


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
