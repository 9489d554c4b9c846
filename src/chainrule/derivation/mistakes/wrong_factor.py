"""Answers that are the right one times a number, or times a size, everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from chainrule.algebra import (
    AlgebraError,
    Expression,
    Point,
    divide,
    multiply,
    negated,
    number,
    parse,
    text,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.cost_scale import averaged, halved
from chainrule.derivation.asking.points import ABSOLUTE, equal
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.pair_search import PairSearch
from chainrule.derivation.mistakes.search import MAX_SIZE, Search
from chainrule.derivation.mistakes.smallest_edits import (
    as_fraction,
    as_scale,
    first_right,
    mistakes_of,
)
from chainrule.derivation.mistakes.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class _Multiple:
    """The answer is `factor` times the right one, and `size` times, or divided by it."""

    factor: Fraction
    size: Expression | None = None
    times: bool = True


def multiple(case: Case) -> tuple[Mistake, ...]:
    """The mistakes, if the answer is a multiple of the right one; with their place, if known."""
    found = _multiple(case)
    if found is None:
        return ()
    whole = _explained(case, found)
    return _placed(case, whole) if case.root.size <= MAX_SIZE else whole


def _multiple(case: Case) -> _Multiple | None:
    ratios: list[float] = []
    points: list[Point] = []
    facts = case.truth
    for point, value, goal in zip(facts.points, case.values, facts.values, strict=True):
        if value is None:
            return None
        with np.errstate(over="ignore"):
            square = float((goal * goal).sum())
        if square <= ABSOLUTE**2 and not value.any():
            continue  # 0 for 0, where a unit is off
        if square <= ABSOLUTE**2:
            return None
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is no multiple
            ratio = float((value * goal).sum()) / square
            multiple_of_it = ratio != 0 and equal(value, ratio * goal)
        if not multiple_of_it:
            return None
        ratios.append(ratio)
        points.append(point)
    if len(points) < 2:
        return None
    fitting: list[_Multiple] = []
    for size in (None, *vocabulary(case.question).sizes):
        for times in (True, False) if size is not None else (True,):
            sizes = [1.0 if size is None else float(p.value(size)[0, 0]) for p in points]
            rest = [r / s if times else r * s for r, s in zip(ratios, sizes, strict=True)]
            if max(rest) - min(rest) > 1e-8 * max(abs(r) for r in rest):
                continue
            factor = as_fraction(rest[0])
            if factor is not None:
                fitting.append(_Multiple(factor, size, times))
    if len(points) < len(facts.points):
        # At few points a size may be the same number: then the one that explains all of it.
        fitting.sort(key=lambda found: abs(found.factor) != 1)
    return fitting[0] if fitting else None


def _explained(case: Case, found: _Multiple) -> tuple[Mistake, ...]:
    """The mistakes that a multiple shows: a size, a sign, a number."""
    asked, root = case.question, case.root
    factor, size = found.factor, found.size
    mistakes: list[Mistake] = []

    def add(kind: str, message: str, mended: Expression) -> None:
        mistakes.append(Mistake.of_whole(kind, message, case.text, _text_of(mended, case)))

    if size is not None:
        means = vocabulary(asked).means
        kind = "sum-mean" if size in means else "extra-factor" if found.times else "missing-factor"
        averages = size in averaged(asked)
        name = text(size)
        if found.times:
            message = f"this is {name} times {asked.name}"
            if averages:
                message += (
                    ": it is right for a cost that is summed; the cost of this sheet is a mean, "
                    f"so divide by {name}"
                )
        else:
            message = f"this is {asked.name} divided by {name}"
            if averages:
                message += " once more: the mean is taken twice"
        add(kind, message, divide(root, size) if found.times else multiply(size, root))
    if factor < 0:
        add("sign", f"this is minus {asked.name}", negated(root))
    if abs(factor) != 1:
        message = f"this is {abs(factor)} times {asked.name}"
        if abs(factor) == 2 and asked.known(halved):
            message += ": right for a cost without its factor 1/2"
        elif abs(factor) == Fraction(1, 2) and asked.by is not None:
            message += ": right for a cost with a factor 1/2 more"
        mended = divide(multiply(number(factor.denominator), root), number(abs(factor.numerator)))
        add("factor", message, mended)
    return tuple(mistakes)


def _text_of(tree: Expression, case: Case) -> str | None:
    """The text of a tree, if it can be read."""
    words = text(tree)
    try:
        parse(words, case.question.sheet.scope)
    except AlgebraError:
        return None
    return words


def _placed(case: Case, whole: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """The mistakes of a multiple with their place, if edits of the same kinds mend it."""
    kinds = sorted(as_scale(mistake.kind) for mistake in whole)
    single = len(whole) == 1
    found = case.known(Search).single() if single else case.known(PairSearch).found()
    alike = (f for f in found if sorted(as_scale(edit.kind) for edit in f.edits) == kinds)
    best = first_right(case, alike)
    if best is None:
        return whole
    by_kind = {as_scale(mistake.kind): mistake for mistake in whole}
    merged: list[Mistake] = []
    for mistake, edit in zip(mistakes_of(case, best.edits), best.edits, strict=True):
        known = by_kind[as_scale(edit.kind)]
        message = f"{known.message}; {mistake.message}"
        # Of a size, only the place tells whether it is a factor too many or a divisor too few.
        kind = edit.kind if known.kind in ("extra-factor", "missing-factor") else known.kind
        merged.append(replace(mistake, kind=kind, message=message))
    return tuple(merged)
