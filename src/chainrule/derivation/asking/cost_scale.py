"""What a cost is divided by as a whole: the sizes it is a mean over, and the factor 1/2.

Only the terms that the asked quantity has a part in count: a penalty of the weights says nothing
about a bias.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule.algebra import (
    ADD,
    DIVIDE,
    MEAN,
    MULTIPLY,
    NEGATE,
    SUM_OF,
    SUM_OVER,
    SYMBOL,
    UNKNOWN,
    Expression,
    Sheet,
    dimension,
    postorder,
    rational,
    symbols,
)
from chainrule.derivation.asking.question import Question

Divides = Callable[[Expression], bool]


def averaged(asked: Question) -> frozenset[Expression]:
    """The sizes that the cost is a mean over; none if what is asked is no derivative of the cost.

    >>> from chainrule.algebra import load_sheet
    >>> from chainrule.derivation.asking.question import question
    >>> [size.params[0] for size in averaged(question(load_sheet("rows"), "b1"))]
    ['m']
    """
    return asked.known(_averaged)


def _averaged(asked: Question) -> frozenset[Expression]:
    return frozenset(
        size
        for size in means(asked.sheet)
        if _divided(asked, lambda part, n=size: n in mean_sizes(part) or n in _below(part))
    )


def halved(asked: Question) -> bool:
    """Whether the cost has a factor 1/2 in front."""
    return _divided(
        asked,
        lambda part: (
            rational(part) == Fraction(1, 2) or any(rational(n) == 2 for n in _below(part))
        ),
    )


def means(sheet: Sheet) -> tuple[Expression, ...]:
    """The sizes that the sheet takes a mean over or divides by, in the cost or before it."""
    found: dict[Expression, None] = {}
    for part in postorder(*sheet.expressions.values()):
        sizes = (*mean_sizes(part), *(n for n in _below(part) if n.name == "dimension"))
        found.update(dict.fromkeys(sizes))
    return tuple(found)


def mean_sizes(part: Expression) -> tuple[Expression, ...]:
    """The sizes that a mean runs over; none for anything else."""
    if part.operation is not MEAN or part.args[0].shape == UNKNOWN:
        return ()
    axes = (0, 1) if part.params[0] is None else (part.params[0],)
    sizes = (part.args[0].shape[axis] for axis in axes)
    return tuple(dimension(size) for size in sizes if size != 1)


def _below(part: Expression) -> tuple[Expression, ...]:
    """The factors below the bar of a quotient; none for anything else."""
    if part.operation is not DIVIDE:
        return ()
    under = part.args[1]
    return under.args if under.operation is MULTIPLY else (under,)


def _divided(asked: Question, divides: Divides) -> bool:
    """Whether every term of the cost that matters has a division for which `divides` holds."""
    sheet = asked.sheet
    if asked.by is None:
        return False
    return _whole(sheet.symbol(sheet.cost), sheet, asked.by, divides)


def _whole(part: Expression, sheet: Sheet, under: str, divides: Divides) -> bool:
    """Whether a part of the cost is divided as a whole."""
    if divides(part):
        return True
    operation = part.operation
    if operation is SYMBOL:
        name = part.params[0]
        if name == under or name not in sheet.expressions:
            return False
        return _whole(sheet.expressions[name], sheet, under, divides)
    if operation is ADD:
        terms = [term for term in part.args if _depends(term, sheet, under)] or part.args
        return all(_whole(term, sheet, under, divides) for term in terms)
    if operation is MULTIPLY:
        return any(_whole(factor, sheet, under, divides) for factor in part.args)
    if operation in (NEGATE, DIVIDE, SUM_OF, SUM_OVER, MEAN):
        return _whole(part.args[0], sheet, under, divides)
    return False


def _depends(part: Expression, sheet: Sheet, under: str) -> bool:
    inputs = sheet.scope.inputs
    return any(name == under or under in inputs.get(name, ()) for name in symbols(part))
