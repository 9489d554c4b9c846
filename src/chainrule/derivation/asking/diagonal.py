"""A vector that stands for the Jacobian of which it is the diagonal."""

from __future__ import annotations

import numpy as np

from chainrule.algebra import SCALAR, AlgebraError, Expression, concrete
from chainrule.derivation.asking.layout import Layout, value_at
from chainrule.derivation.asking.points import equal
from chainrule.derivation.asking.truth import Truth


def is_diagonal(root: Expression, facts: Truth) -> bool:
    """Whether a vector holds the diagonal of a Jacobian that is 0 elsewhere.

    Books write sigma'(z) for da/dz where a function works entry by entry.
    """
    asked = facts.question
    meaning = asked.meaning
    size = asked.leaf.shape[0]
    if meaning is None or asked.leaf.shape != (size, size) or asked.letters or root.indices:
        return False
    if SCALAR in (asked.leaf.shape, asked.sheet.shapes[meaning[0]]):
        return False
    if root.shape not in ((size, 1), (1, size)):
        return False
    for point, goal in zip(facts.points, facts.values, strict=True):
        try:
            slopes = value_at(root, Layout(), point, concrete(root.shape, point.sizes))
        except AlgebraError:
            return False
        if not equal(np.diag(slopes.ravel()), goal):
            return False
    return True
