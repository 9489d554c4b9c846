"""The right answer as the derivation gives it, in several forms."""

from __future__ import annotations

from chainrule.algebra import AlgebraError, Expression, backward, gradient, substitute, symbols
from chainrule.derivation.asking.question import Question
from chainrule.derivation.deriving.derive import derive
from chainrule.derivation.deriving.jacobians import jacobian

MAX_SOURCE = 1_500
"""The largest derived expression whose parts are looked at."""


def textbook(asked: Question) -> list[Expression]:
    """The answer in the textbook's form, or the Jacobian."""
    meaning = asked.meaning
    if meaning is None:
        return []
    over, under = meaning
    try:
        if over == asked.sheet.cost:
            return [derive(asked.sheet, under).result]
        return list(jacobian(asked.sheet, over, under).lines)
    except AlgebraError:
        return []


def sources(asked: Question) -> list[Expression]:
    """The derived forms of the answer, the nearest first: by named adjoints, and unfolded."""
    return asked.known(_sources)


def _sources(asked: Question) -> list[Expression]:
    meaning = asked.meaning
    if meaning is None:
        found = asked.sheet.expressions.get(asked.name)
        return [] if found is None else [found]
    over, under = meaning
    if over != asked.sheet.cost:
        return []
    passes = backward(asked.sheet)
    roots = [passes[under]] if under in passes else []
    if roots:
        # One level further: dC/da1 inside delta1 is W2.T @ delta2.
        by = {
            asked.sheet.scope.adjoint(name): adjoint
            for name, adjoint in passes.items()
            if asked.sheet.scope.adjoint(name) in symbols(roots[0]).values()
        }
        roots.append(substitute(roots[0], by))
        roots += by.values()
        whole = gradient(asked.sheet, under)
        roots.append(whole)
    return [root for root in dict.fromkeys(roots) if root.size <= MAX_SOURCE]
