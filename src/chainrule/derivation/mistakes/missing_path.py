"""Answers that leave out a path: a part that depends on the variable is held still.

Where a quantity is reached in two ways, as in a normalisation or a recurrent network, the
derivative has a term for each. An answer with the values of the derivative in which one or two
parts do not move is named by those parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from chainrule.algebra import (
    MAX,
    MEAN,
    SUM_OF,
    AlgebraError,
    Array,
    Expression,
    derivative,
    postorder,
    substitute,
    symbol,
    text,
)
from chainrule.derivation.asking.case import Case
from chainrule.derivation.asking.points import ABSOLUTE, equal, points_of
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.verdict import Mistake
from chainrule.derivation.mistakes.mistake_words import quoted

MAX_SIZE = 600
"""The largest cost, written out in full, in which parts are held still."""

MAX_PARTS = 8
"""The most parts that are held still in pairs."""


def path_left_out(case: Case) -> tuple[Mistake, ...]:
    """The mistake, if the answer is the derivative with a part held still."""
    for message, held in case.question.known(held_values):
        if case.has_values(held):
            return (Mistake.of_whole("missing-term", message, case.text),)
    return ()


def held_values(asked: Question) -> tuple[tuple[str, tuple[Array, ...]], ...]:
    """Each part, or two, held still: the message, and the derivative's values at every point."""
    under = asked.by
    if under is None:
        return ()
    cost, parts = _written_out(asked, under)
    if cost.size > MAX_SIZE:
        return ()
    singles: list[tuple[str, Expression, tuple[Array, ...]]] = []
    for part, name in parts.items():
        values = _held(asked, under, cost, (part,))
        if values is not None:
            singles.append((name, part, values))
    found = [(_message((name,), under), values) for name, _, values in singles]
    for (a, first, _), (b, second, _) in itertools.combinations(singles[:MAX_PARTS], 2):
        values = _held(asked, under, cost, (first, second))
        if values is not None:
            found.append((_message((a, b), under), values))
    return tuple(found)


def _message(names: Sequence[str], under: str) -> str:
    they = "it depends" if len(names) == 1 else "they depend"
    it = "it" if len(names) == 1 else "them"
    return (
        f"this holds {' and '.join(map(quoted, names))} still, but {they} on {under}: "
        f"what comes through {it} is missing"
    )


def _written_out(asked: Question, under: str) -> tuple[Expression, dict[Expression, str]]:
    """The cost in terms of `under` and what is declared; its parts that move, with their names."""
    sheet = asked.sheet
    by: dict[Expression, Expression] = {}
    named: dict[Expression, str] = {}
    for name, expression in sheet.expressions.items():
        if name != under:
            whole = substitute(expression, by)
            by[sheet.symbol(name)] = whole
            named[whole] = name
            for node in postorder(expression):
                if node.operation in (SUM_OF, MEAN, MAX):
                    named.setdefault(substitute(node, by), text(node))
    cost = by[sheet.symbol(sheet.cost)]
    if cost.size > MAX_SIZE:
        return cost, {}
    return cost, {part: named[part] for part in _moving(cost, sheet.symbol(under)) if part in named}


def _moving(root: Expression, leaf: Expression) -> Iterator[Expression]:
    """The nodes under the root that depend on a name."""
    moving = {leaf}
    for node in postorder(root):
        if any(arg in moving for arg in node.args):
            moving.add(node)
            if node is not root:
                yield node


def _held(
    asked: Question, under: str, cost: Expression, parts: Sequence[Expression]
) -> tuple[Array, ...] | None:
    """The derivative's values with these parts held still; None where it is 0, or the right one."""
    leaf = asked.sheet.symbol(under)
    still = symbol(f"{under} held still", leaf.shape)
    held = substitute(cost, {part: substitute(part, {leaf: still}) for part in parts})
    points = points_of(asked.sheet)
    try:
        slope = substitute(derivative(held, leaf), {still: leaf})
        values = tuple(point.value(slope) for point in points)
        right = [point.value(asked.leaf) for point in points]
    except AlgebraError:
        return None
    nothing = all(abs(value).max() <= ABSOLUTE for value in values)
    return None if nothing or all(map(equal, values, right)) else values
