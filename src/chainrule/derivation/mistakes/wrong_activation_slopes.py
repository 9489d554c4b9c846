"""Wrong slopes of the functions of a network: the backward pass with one of them put in.

Where a = f(z), the pass goes on with dC/dz = dC/da * f'(z). What learners take for f'(z) is put
there, at one place or wherever f stands, and carried on to what is asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chainrule.algebra import (
    FUNCTIONS,
    ONE,
    SOFTMAX,
    SYMBOL,
    AlgebraError,
    Expression,
    Sheet,
    apply,
    backward,
    diag,
    multiply,
    substitute,
    subtract,
    symbols,
    text,
)
from chainrule.derivation.asking.question import Question
from chainrule.derivation.mistakes.wrong_calculus_rules import CALCULUS_RULES
from chainrule.derivation.mistakes.wrong_rule_derivatives import (
    MOST_COMBINED,
    Place,
    used_and_wanted,
)


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """What a wrong rule makes of a question. message: which rule, and which was wanted."""

    kind: str
    message: str
    tree: Expression


@dataclass(frozen=True, slots=True)
class _Passed:
    """A wrong dC/dz. z, a: the names on either side of the function."""

    kind: str
    message: str
    z: str
    tree: Expression


def wrong_slopes(asked: Question) -> Iterator[WrongAnswer]:
    """The gradients that wrong slopes give, at one place or at several."""
    sheet, meaning = asked.sheet, asked.meaning
    if meaning is None:
        return
    if asked.by is None:
        yield from _jacobian_diagonal(sheet, *meaning)
        return
    passes = backward(sheet)
    by_rule: dict[str, list[_Passed]] = {}
    for rule, wrong in (*_diagonals(sheet, passes), *_by_the_table(sheet, passes)):
        by_rule.setdefault(rule, []).append(wrong)
    for passed in by_rule.values():
        for chosen in _choices(passed):
            by = {wrong.z: wrong.tree for wrong in chosen}
            tree = _carried(sheet, passes, by).get(asked.by)
            if tree is not None:
                yield WrongAnswer(chosen[0].kind, chosen[0].message, tree)
    yield from _slope_alone(sheet, meaning[1])


def _choices(passed: Sequence[_Passed]) -> Iterator[tuple[_Passed, ...]]:
    """Each place alone, all together, and some of a few."""
    for count in range(1, len(passed) + 1):
        if count == 1 or count == len(passed) or len(passed) <= MOST_COMBINED:
            yield from itertools.combinations(passed, count)


def _carried(
    sheet: Sheet, passes: Mapping[str, Expression], wrong: Mapping[str, Expression]
) -> dict[str, Expression]:
    """The backward pass from the wrong derivatives on: what it changes."""
    changed: dict[str, Expression] = {}
    for name, right in passes.items():
        by = {
            sheet.scope.adjoint(other): tree
            for other, tree in changed.items()
            if sheet.scope.adjoint(other) in symbols(right).values()
        }
        try:
            if name in wrong:
                changed[name] = substitute(wrong[name], by)
            elif by:
                changed[name] = substitute(right, by)
        except AlgebraError:
            continue
    return changed


def _by_the_table(sheet: Sheet, passes: Mapping[str, Expression]) -> Iterator[tuple[str, _Passed]]:
    """What the wrong rules of calculus take for the slope of each function."""
    for a, expression in sheet.expressions.items():
        z = expression.args[0].params[0] if _is_function(expression) else None
        if z is None or a not in passes or z not in passes:
            continue
        place = Place(expression, {expression.args[0]: ONE})
        for rule in CALCULUS_RULES:
            slope = None if rule.still else rule.slope(place)
            if slope is None or slope is ONE:  # 1 is a slope that was left out
                continue
            shown = substitute(slope, {expression: sheet.symbol(a)})
            message = used_and_wanted(rule.used, rule.wanted, expression, shown)
            tree = multiply(sheet.scope.adjoint(a), slope)
            yield rule.name, _Passed(rule.kind, message, z, tree)


def _is_function(expression: Expression) -> bool:
    """Whether it is a function, taken entry by entry of a name."""
    is_function = expression.operation in FUNCTIONS.values() and not expression.params[0]
    return is_function and expression.args[0].operation is SYMBOL


# Softmax taken for a function that works entry by entry.


def _softmaxes(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for a, expression in sheet.expressions.items():
        if expression.operation is SOFTMAX and expression.args[0].operation is SYMBOL:
            yield a, expression.args[0].params[0]


def _entrywise_slope(sheet: Sheet, a: str) -> Expression:
    return multiply(sheet.symbol(a), subtract(ONE, sheet.symbol(a)))


def _diagonal_only(a: str, z: str) -> str:
    return (
        f"only the diagonal of the softmax's Jacobian is used: every entry of {a} depends on every "
        f"entry of {z}, so the terms off the diagonal are missing"
    )


ENTRYWISE = ("sigma", "tanh", "relu")
"""Functions whose slopes are put where a softmax has a Jacobian."""


def _no_slope(sheet: Sheet, a: str, z: str) -> str:
    made, da = sheet.expressions[a], text(sheet.scope.adjoint(a))
    jacobian = f"the Jacobian diag({a}) - {a} @ {a}.T"
    if 1 not in made.shape:
        axis = made.params[0]
        jacobian = f"and what comes back is {a} * ({da} - sum({da} * {a}, axis={axis}))"
    return (
        f"{a} is a softmax, which has no slopes entry by entry: every entry of {a} depends on "
        f"every entry of {z}, so its derivative is a matrix, {jacobian}"
    )


def _diagonals(sheet: Sheet, passes: Mapping[str, Expression]) -> Iterator[tuple[str, _Passed]]:
    for a, z in _softmaxes(sheet):
        if a in passes and z in passes:
            tree = multiply(sheet.scope.adjoint(a), _entrywise_slope(sheet, a))
            yield "softmax-diagonal", _Passed("missing-term", _diagonal_only(a, z), z, tree)
            for name in ENTRYWISE:
                slope = apply(name, sheet.symbol(z), 1)
                tree = multiply(sheet.scope.adjoint(a), slope)
                yield f"softmax-{name}", _Passed("function", _no_slope(sheet, a, z), z, tree)


def _jacobian_diagonal(sheet: Sheet, over: str, under: str) -> Iterator[WrongAnswer]:
    if (over, under) in _softmaxes(sheet):
        slope, message = _entrywise_slope(sheet, over), _diagonal_only(over, under)
        yield WrongAnswer("missing-term", message, diag(slope))
        yield WrongAnswer("missing-term", message, slope)


def _slope_alone(sheet: Sheet, under: str) -> Iterator[WrongAnswer]:
    """Softmax's slopes entry by entry for dC/dz, without dC/da."""
    for a, z in _softmaxes(sheet):
        if z == under:
            message = (
                f"these are only the slopes of {a} entry by entry: "
                f"{text(sheet.scope.adjoint(a))} is missing, and every entry of {a} depends on "
                f"every entry of {z}"
            )
            yield WrongAnswer("missing-factor", message, _entrywise_slope(sheet, a))
