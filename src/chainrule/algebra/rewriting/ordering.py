"""The order in which a textbook writes terms and factors, and what a form costs its reader."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from fractions import Fraction

from chainrule.algebra.rewriting.facts import ADJOINT_RANK, Facts, Weight
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE
from chainrule.algebra.tree.comparisons import COMPARE
from chainrule.algebra.tree.elementary_functions import COS, TAN
from chainrule.algebra.tree.expression import Expression, postorder
from chainrule.algebra.tree.function_registry import function_of
from chainrule.algebra.tree.indexing import ENTRY, SUM_OVER
from chainrule.algebra.tree.leaves import CONSTANT, DIMENSION, EYE, NUMBER, ONES, SYMBOL
from chainrule.algebra.tree.matrices import DIAG, MATMUL, NORM, TRACE, TRANSPOSE
from chainrule.algebra.tree.powers import DIVIDE, EXP, POWER_OF, rational
from chainrule.algebra.tree.reductions import MAX, MEAN, SUM_OF
from chainrule.algebra.tree.shapes import SCALAR

_LEAF_COST = {NUMBER: 2, CONSTANT: 2, DIMENSION: 3, SYMBOL: 4, ONES: 12, EYE: 12}
_NODE_COST = {TRANSPOSE: 1, DIAG: 3, NEGATE: 1}
DERIVATIVE_COST = 6
"""The cost of a name such as dC/da1; a delta costs what any other name costs."""

NESTED_FRACTION_COST = 6
"""Added for a fraction inside the numerator of another."""

_REDUCTIONS = (SUM_OF, MEAN, MAX, NORM, TRACE, SUM_OVER)


def weight(node: Expression, facts: Facts) -> Weight:
    """(has an adjoint, degree, rank, digest, cost) of a node, the same in every run."""
    known = facts.weights
    found = known.get(node)
    if found is not None:
        return found
    if all(arg in known for arg in node.args):
        known[node] = _weigh(node, facts)
        return known[node]
    for part in postorder(node):
        if part not in known:
            known[part] = _weigh(part, facts)
    return known[node]


def _weigh(node: Expression, facts: Facts) -> Weight:
    operation = node.operation
    if operation is SYMBOL:
        name = node.params[0]
        rank = facts.rank(name)
        cost = DERIVATIVE_COST if "/" in name else _LEAF_COST[SYMBOL]
        return (rank >= ADJOINT_RANK, 1, rank, zlib.crc32(name.encode()), cost)
    known = facts.weights
    parts = [known[arg] for arg in node.args]
    digest = zlib.crc32(
        repr((operation.name, node.params, tuple(part[3] for part in parts))).encode()
    )
    if not parts:
        degree = 0 if operation in (NUMBER, CONSTANT, DIMENSION) else 1
        return (False, degree, 0, digest, _LEAF_COST.get(operation, 4))
    adjoint = any(part[0] for part in parts)
    rank = max(part[2] for part in parts)
    cost = sum(part[4] for part in parts)
    cost += _NODE_COST.get(operation, max(1, len(parts) - 1))
    if operation is DIVIDE and any(_has_fraction(factor) for factor in _factors(node.args[0])):
        cost += NESTED_FRACTION_COST
    return (adjoint, _degree(node, parts), rank, digest, cost)


def _factors(x: Expression) -> tuple[Expression, ...]:
    return x.args if x.operation is MULTIPLY else (x,)


def _has_fraction(factor: Expression) -> bool:
    """Whether a factor is a bracket with a fraction in it."""
    return factor.operation is ADD and any(
        (term.args[0] if term.operation is NEGATE else term).operation is DIVIDE
        for term in factor.args
    )


def _degree(node: Expression, parts: list[Weight]) -> int:
    operation = node.operation
    if operation in (EXP, TAN):
        return 0  # 1 + exp(-z), as it is written
    if operation in (MULTIPLY, MATMUL):
        return sum(part[1] for part in parts)
    if operation is DIVIDE:
        return parts[0][1] - parts[1][1]
    if operation in (NEGATE, TRANSPOSE):
        return parts[0][1]
    if operation is ADD:
        return max(part[1] for part in parts)
    if operation is POWER_OF:
        exponent = rational(node.args[1])
        return parts[0][1] if exponent is None else round(parts[0][1] * exponent)
    return 1


def cost(node: Expression, facts: Facts) -> int:
    """How much there is to read: names, numbers, operations, each weighed."""
    return weight(node, facts)[4]


def in_order(terms: Iterable[Expression], facts: Facts) -> list[Expression]:
    """Terms of a sum: gradients first, high powers first, then as declared; a plus to begin with.

    x**2 - 3*x + 2, a2 - y, 1 - a**2, delta2 @ a1.T + lam/n * W2.
    """
    found = sorted(terms, key=lambda term: _term_key(term, facts))
    if found and found[0].operation is NEGATE:
        for i, term in enumerate(found):
            if term.operation is not NEGATE:
                return [term, *found[:i], *found[i + 1 :]]
    return found


def _term_key(term: Expression, facts: Facts) -> tuple[object, ...]:
    bare = term.args[0] if term.operation is NEGATE else term
    adjoint, degree, rank, digest, _ = weight(bare, facts)
    return (not adjoint, -degree, -rank if adjoint else rank, digest)


def factor_key(factor: Expression, exponent: Fraction, facts: Facts) -> tuple[object, ...]:
    """Factors of a product: what came from above first, then names, then brackets, functions."""
    adjoint, _, rank, digest, _ = weight(factor, facts)
    if factor.operation is ENTRY and None not in factor.params:
        return (-1, rank, False, -exponent, digest)  # a weight: W2[k,j] * delta2[k]
    first = adjoint and factor.operation is not ADD
    kind = 0 if first else _class(factor, adjoint)
    return (kind, rank, factor.operation is COS, -exponent, digest)


def _class(factor: Expression, adjoint: bool) -> int:
    operation = factor.operation
    scalar = factor.shape == SCALAR
    if operation is DIMENSION:
        return 1
    if operation is ADD:
        with_number = any(rational(arg) is not None for arg in factor.args)
        return 5 if scalar or adjoint or with_number else 2
    if operation is MATMUL:
        return 3
    if operation is ONES:
        return 9
    if operation in _REDUCTIONS:
        return 6
    if operation is POWER_OF:
        return 6  # 2**x, x**s: after the plain names
    if operation is COMPARE:
        return 8
    if function_of(operation) is not None:
        return 6 if factor.params[0] == 0 else 7
    return 4
