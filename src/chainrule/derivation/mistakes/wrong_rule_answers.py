"""Answers that come from a rule applied wrongly, wherever in the derivation that was.

The derivative is worked out with one rule replaced by what learners take for it. An answer with
those values is named by the rule, whatever form it is written in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from chainrule.algebra import (
    SCALAR,
    ZERO,
    AlgebraError,
    Array,
    DomainError,
    Expression,
    derivative,
    evaluate,
    symbols,
)
from chainrule.derivation.asking.case import Case, Values
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.truth import truth
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.wrong_activation_slopes import WrongAnswer, wrong_slopes
from chainrule.derivation.mistakes.wrong_calculus_rules import CALCULUS_RULES
from chainrule.derivation.mistakes.wrong_rule_derivatives import (
    slopes_with,
    used_and_wanted,
    uses,
    wrong_derivatives,
)

MAX_PAIRS = 2_000
"""So many pairs of wrong rules are tried."""

MAX_SIZE = 120
"""The largest function that wrong rules are tried on."""


@dataclass(frozen=True, slots=True)
class _Valued:
    """A wrong answer with its value at the point with the fewest numbers."""

    answer: WrongAnswer
    value: Array


def wrong_rule(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer comes from a rule applied wrongly."""
    yours = _values(case)
    first = yours[case.truth.cheapest]
    for wrong in case.question.known(wrong_answers) if first is not None else ():
        if _same(first, wrong.value) and _has_values(case, yours, wrong.answer):
            return (Mistake.of_whole(wrong.answer.kind, wrong.answer.message, case.text),)
    return ()


def _values(case: Case) -> Values:
    """The values of an answer, also of one that is a column where a Jacobian is asked for."""
    if not case.fits:
        return (None,) * len(case.truth.points)
    if case.layout is not None:
        return case.values
    return tuple(None if isinstance(v, DomainError) else v for v in case.plain_values)


def _has_values(case: Case, yours: Values, wrong: WrongAnswer) -> bool:
    try:
        values = [point.value(wrong.tree) for point in case.truth.points]
    except AlgebraError:
        return False
    return all(_same(own, value) for own, value in zip(yours, values, strict=True))


def _same(yours: Array | None, value: Array) -> bool:
    return yours is not None and yours.shape == value.shape and equal(yours, value)


def wrong_answers(asked: Question) -> tuple[_Valued, ...]:
    """The wrong answers that have a value."""
    facts = truth(asked)
    point = facts.points[facts.cheapest]
    found: list[_Valued] = []
    for answer in (*_calculus(asked), *wrong_slopes(asked)):
        try:
            found.append(_Valued(answer, point.value(answer.tree)))
        except AlgebraError:
            continue
    return tuple(found)


def _calculus(asked: Question) -> Iterator[WrongAnswer]:
    """Ordinary calculus: a function of scalars, by one of them."""
    function = _function_of_scalars(asked)
    if function is None:
        return
    for wrong in wrong_derivatives(CALCULUS_RULES, *function, combined=True):
        yield WrongAnswer(wrong.rule.kind, wrong.message, wrong.derivative)


def _function_of_scalars(asked: Question) -> tuple[Expression, Expression] | None:
    """The function of ordinary calculus that is asked about, and what it is derived by."""
    sheet, meaning = asked.sheet, asked.meaning
    if meaning is None or any(shape != SCALAR for shape in sheet.shapes.values()):
        return None
    over, under = meaning
    whole = sheet.unfolded(sheet.symbol(over))
    if whole.size > MAX_SIZE or whole.indices:
        return None
    return whole, sheet.symbol(under)


def two_wrong_rules(case: Case) -> tuple[Mistake, ...]:
    """Both mistakes, if the answer comes from two rules applied wrongly, each at its own part."""
    function, yours = _function_of_scalars(case.question), _values(case)
    first, point = yours[case.truth.cheapest], case.truth.points[case.truth.cheapest]
    if function is None or first is None:
        return ()
    whole, by = function
    used = [(rule, place) for rule in CALCULUS_RULES for place, _ in uses(whole, by, rule)]
    for (one, part), (two, other) in islice(combinations(used, 2), MAX_PAIRS):
        case.patience.wait()
        if part is other or one is two:
            continue
        try:
            slopes = slopes_with(whole, by, {part: one, other: two})
            tree = slopes.get(whole, ZERO)
            if not _same(first, point.value(tree)):
                continue
        except AlgebraError:
            continue
        pair = [(rule, place) for rule, place in ((one, part), (two, other)) if place in slopes]
        if len(pair) == 2 and _has_values(case, yours, WrongAnswer(one.kind, "", tree)):
            return tuple(
                Mistake.of_whole(
                    rule.kind,
                    used_and_wanted(rule.used, rule.wanted, place, slopes[place]),
                    case.text,
                )
                for rule, place in pair
            )
    return ()


def antiderivative(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer's own derivative is the function that was to be derived."""
    asked, root = case.question, case.root
    sheet = asked.sheet
    if asked.by is None or root.shape != SCALAR or root.indices:
        return ()
    if any(shape != SCALAR for shape in sheet.shapes.values()):
        return ()
    by = sheet.symbol(asked.by)
    whole = sheet.unfolded(root)
    if by not in symbols(whole).values():
        return ()
    try:
        slope = derivative(whole, by)
        for point in case.truth.points:
            value = evaluate(slope, point.values, point.sizes)
            if not equal(value, point.values[sheet.cost]):
                return ()
    except AlgebraError:
        return ()
    message = f"this is an antiderivative of {sheet.cost}: its derivative is the function"
    return (Mistake.of_whole("other-quantity", message, case.text),)
