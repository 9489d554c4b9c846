"""Equations beside the answer: `sigma'(z2) = a2*(1 - a2)`, `-delta2 = y - a2`.

Their left side is not the name of anything. A true one is let stand, for it is no wrong answer;
it does not say what is asked for either.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from chainrule.algebra import (
    SYMBOL,
    AlgebraError,
    Array,
    symbols,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import Question, same_meaning
from chainrule.derivation.asking.verdict import Check
from chainrule.derivation.checking.judge import judge

Values = tuple[tuple[str, ...], list[Array]]
"""The free index letters of an expression, and its values at every point."""


def side_equation(asked: Question, text: str, sides: Sequence[str]) -> Check | None:
    """The check of `text`, whose sides these are, as an equation; None: it is an answer.

    An answer is one whose first side is right, or that is no true equation. A side that is only
    the name of what is asked says so.
    """
    cases = [Case(asked, side) for side in sides]
    if judge(cases[0], name_mistakes=False).right:
        return None
    try:
        roots = [case.root for case in cases]
        values = [_values(case) for case in cases]
    except AlgebraError:
        return None
    holds = all(_same(a, b) for a, b in pairwise(values))
    named = [root for root in roots if any(same_meaning(asked, x) for x in symbols(root).values())]
    if any(root.operation is SYMBOL for root in named):
        return None
    if named and not holds:
        return Check(text, "undecided", f"write {asked.name} alone on the left to have it checked")
    if named:
        return Check(text, "right", f"true; it does not say what {asked.name} is by itself")
    if holds:
        return Check(text, "right", f"true; it says nothing of {asked.name}")
    return None


def goes_on_from(asked: Question, side: str, further: Sequence[str]) -> bool:
    """Whether the sides of the next line equal a side of an equation."""
    try:
        first, *others = (_values(Case(asked, words)) for words in (side, *further))
    except AlgebraError:
        return False
    return all(_same(first, other) for other in others)


def _values(case: Case) -> Values:
    if not case.fits:
        raise AlgebraError("sizes do not fit")
    values: list[Array] = []
    for value in case.plain_values:
        if isinstance(value, AlgebraError):
            raise value
        values.append(value)
    return tuple(letter for letter, _ in case.root.indices), values


def _same(a: Values, b: Values) -> bool:
    if a[0] != b[0]:
        return False
    for x, y in zip(a[1], b[1], strict=True):
        if x.shape != y.shape and 1 not in (x.size, y.size):
            return False
        if not equal(x + 0 * y, y + 0 * x):
            return False
    return True
