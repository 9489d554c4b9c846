"""Answers that come from a rule applied wrongly, wherever in the derivation that was.

The derivative is worked out with one rule replaced by what learners take for it. An answer with
those values is named by the rule, whatever form it is written in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    Array,
    DomainError,
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
from chainrule.derivation.mistakes.wrong_rule_derivatives import wrong_derivatives

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
    sheet, meaning = asked.sheet, asked.meaning
    if meaning is None or any(shape != SCALAR for shape in sheet.shapes.values()):
        return
    over, under = meaning
    by = sheet.symbol(under)
    whole = sheet.unfolded(sheet.symbol(over))
    if whole.size > MAX_SIZE or whole.indices:
        return
    for wrong in wrong_derivatives(CALCULUS_RULES, whole, by, combined=True):
        yield WrongAnswer(wrong.rule.kind, wrong.message, wrong.derivative)


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
