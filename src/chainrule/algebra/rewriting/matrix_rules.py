"""Rewriting transposes, matrix products, diagonals, traces and norms."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.ordering import cost, weight
from chainrule.algebra.rewriting.products import Monomial, monomial, product_of, written
from chainrule.algebra.rewriting.rule import Rewriter, Rule
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, dimension, filled, multiply
from chainrule.algebra.tree.comparisons import COMPARE, MAXIMUM, MINIMUM
from chainrule.algebra.tree.elementary_functions import ABS
from chainrule.algebra.tree.expression import Expression, node
from chainrule.algebra.tree.indexing import MATRIX, matrix
from chainrule.algebra.tree.leaves import EYE, ONES, SYMBOL, ZERO, ones
from chainrule.algebra.tree.matrices import (
    DIAG,
    MATMUL,
    NORM,
    TRACE,
    TRANSPOSE,
    diag,
    matmul,
    norm,
    trace,
    transposed,
)
from chainrule.algebra.tree.powers import DIVIDE, POWER_OF
from chainrule.algebra.tree.reductions import MAX, MEAN, SUM_OF, total
from chainrule.algebra.tree.shapes import SCALAR, broadcast_all, is_vector

TWICE = Rule("transpose twice", "Transposing twice changes nothing.")
OF_SCALAR = Rule("transpose of a scalar", "A scalar is its own transpose.")
OF_SYMMETRIC = Rule("transpose of a symmetric matrix", "It is its own transpose.")
OF_PRODUCT = Rule(
    "transpose of a product",
    "The transpose of a matrix product is the product of the transposes in reverse order.",
)
OF_EACH = Rule("transpose of each part", "Entry by entry, the parts may be transposed one by one.")
OF_SUM = Rule(
    "transpose of a sum along an axis", "Rows become columns, so the axis changes with them."
)
OF_ENTRIES = Rule("transpose of a matrix of entries", "Row and column letters change places.")

SCALARS = Rule("scalars to the front", "A scalar may be taken out of a matrix product.")
IDENTITY = Rule("identity matrix", "A product with the identity matrix changes nothing.")
WITH_ONES = Rule("product with ones", "A matrix product with ones adds up rows or columns.")
WITH_DIAGONAL = Rule(
    "product with a diagonal matrix",
    "diag(v) @ M multiplies each row of M by its entry of v: v * M.",
)
NO_BRACKETS = Rule(
    "associative law", "A chain of matrix products needs no brackets, whatever the order of work."
)
INNER = Rule("inner product", "A row times a column is a scalar, so it may stand in front.")
FLIPPED = Rule("a scalar is its transpose", "u.T @ v and v.T @ u are the same number.")
ZERO_PRODUCT = Rule("a factor is zero", "A product with a factor 0 is 0.")

_ELEMENTWISE = (ADD, MULTIPLY, DIVIDE, NEGATE, POWER_OF, COMPARE, MAXIMUM, MINIMUM)


def transpose_rules(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """Transposes are pushed in until they stand at names and functions."""
    inner = x.args[0]
    operation = inner.operation
    if operation is SYMBOL:
        if inner.shape == SCALAR:
            return OF_SCALAR, inner
        return (OF_SYMMETRIC, inner) if inner in facts.symmetric else None
    if operation is TRANSPOSE:
        return TWICE, inner.args[0]
    if inner.shape == SCALAR:
        return OF_SCALAR, inner
    if operation is MATMUL:
        return OF_PRODUCT, matmul(*(transposed(arg) for arg in reversed(inner.args)))
    if operation in _ELEMENTWISE:
        parts = tuple(transposed(arg) for arg in inner.args)
        return OF_EACH, node(operation, parts, inner.params)
    if operation is ONES:
        return OF_EACH, ones(x.shape)
    if operation is EYE or (operation is DIAG and is_vector(inner.args[0].shape)):
        return OF_SYMMETRIC, inner
    if operation in (SUM_OF, MEAN, MAX) and inner.params[0] is not None:
        return OF_SUM, node(operation, (transposed(inner.args[0]),), (1 - inner.params[0],))
    if operation is MATRIX and len(inner.params) == 2:
        rows, columns = inner.params
        return OF_ENTRIES, matrix(columns, rows, inner.args[0])
    return None


def _scalar_parts(factor: Expression, facts: Facts) -> tuple[Monomial, Expression | None] | None:
    """A factor as a scalar and the rest; None if there is no scalar in it."""
    if factor.shape == SCALAR:
        return monomial(factor), None
    if factor.operation not in (MULTIPLY, DIVIDE, NEGATE):
        return None
    found = monomial(factor)
    powers = {base: e for base, e in found.powers.items() if base.shape == SCALAR}
    if not powers and found.coefficient == 1:
        return None
    rest = {base: e for base, e in found.powers.items() if base.shape != SCALAR}
    kept = broadcast_all(base.shape for base in rest)
    left = Monomial(Fraction(1), rest, found.shape if kept is None else factor.shape)
    return Monomial(found.coefficient, powers, SCALAR), written(left, facts)


def scalars_out(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """Numbers and scalars in front of the chain; brackets inside it dropped."""
    scalars: list[Monomial] = []
    rest: list[Expression] = []
    flattened = False
    for factor in x.args:
        if factor.operation is MATMUL and factor.shape != SCALAR:
            rest.extend(factor.args)
            flattened = True
            continue
        parts = _scalar_parts(factor, facts)
        if parts is None:
            rest.append(factor)
        else:
            scalars.append(parts[0])
            if parts[1] is not None:
                rest.append(parts[1])
    if not scalars:
        return (NO_BRACKETS, matmul(*rest)) if flattened else None
    if any(scalar.coefficient == 0 for scalar in scalars):
        return ZERO_PRODUCT, _zero(x)
    chain = {matmul(*rest): Fraction(1)} if rest else {}
    found = product_of([*scalars, Monomial(Fraction(1), chain, x.shape)], x.shape)
    return SCALARS, written(found, facts)


def _zero(x: Expression) -> Expression:
    return ZERO if x.shape == SCALAR else multiply(ZERO, ones(x.shape))


def special_factors(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """Products with the identity, with ones and with diagonals, and inner products."""
    args = x.args
    for i, factor in enumerate(args):
        operation = factor.operation
        before, after = args[:i], args[i + 1 :]
        if operation is EYE:
            return IDENTITY, matmul(*before, *after)
        if operation is ONES:
            return WITH_ONES, filled(_with_ones(before, after), x.shape)
        if operation is MULTIPLY and factor.args[-1].operation is ONES:
            rest = multiply(*factor.args[:-1])
            if rest.shape[1] == 1 and factor.args[-1].shape[0] == 1:
                return NO_BRACKETS, matmul(*before, rest, factor.args[-1], *after)
            if rest.shape[0] == 1 and factor.args[-1].shape[1] == 1:
                return NO_BRACKETS, matmul(*before, factor.args[-1], rest, *after)
        if facts.diagonals and operation is DIAG and is_vector(factor.args[0].shape):
            v = factor.args[0]
            if after:
                column = v if v.shape[1] == 1 else transposed(v)
                scaled = multiply(column, after[0])
                return WITH_DIAGONAL, matmul(*before, scaled, *after[1:])
            row = v if v.shape[0] == 1 else transposed(v)
            return WITH_DIAGONAL, matmul(*before[:-1], multiply(before[-1], row))
    return _inner_products(x, facts)


def _with_ones(before: tuple[Expression, ...], after: tuple[Expression, ...]) -> Expression:
    """What before @ ones @ after is, up to broadcasting: sums of rows, sums of columns."""
    parts: list[Expression] = []
    if before:
        parts.append(total(matmul(*before), 1))
    if after:
        parts.append(total(matmul(*after), 0))
    return multiply(*parts)


def _inner_products(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """Segments of the chain between two sizes of 1 are scalars."""
    args = x.args
    cuts = [i for i in range(len(args)) if args[i].shape[0] == 1]
    if args[-1].shape[1] == 1:
        cuts.append(len(args))
    if len(cuts) > 1 and (cuts[0] > 0 or cuts[-1] < len(args) or len(cuts) > 2):
        scalars = [matmul(*args[a:b]) for a, b in pairwise(cuts)]
        outside = args[: cuts[0]] + args[cuts[-1] :]
        rest = [matmul(*outside)] if outside else []
        return INNER, multiply(*scalars, *rest)
    if x.shape == SCALAR:
        other = matmul(*(_flip(arg, facts) for arg in reversed(args)))
        if _orientation(other, facts) < _orientation(x, facts):
            return FLIPPED, other
    return None


def _flip(factor: Expression, facts: Facts) -> Expression:
    return factor if factor in facts.symmetric else transposed(factor)


def _orientation(x: Expression, facts: Facts) -> tuple[int, int, int]:
    first = weight(x.args[0], facts)
    return (cost(x, facts), -first[2], first[3])


OUTER_DIAGONAL = Rule(
    "diagonal of an outer product", "Entry j of the diagonal of u @ v.T is u[j] * v[j]."
)
DIAGONAL_TWICE = Rule("diagonal of a diagonal matrix", "It is the vector itself.")
DIAGONAL_TRANSPOSE = Rule("diagonal of a transpose", "Transposing leaves the diagonal as it is.")
DIAGONAL_ONES = Rule("diagonal of the identity", "It is a column of ones.")


def diagonals(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner = x.args[0]
    if inner.operation is TRANSPOSE:
        return DIAGONAL_TRANSPOSE, diag(inner.args[0])
    if is_vector(inner.shape):
        return None
    if inner.operation is DIAG:
        v = inner.args[0]
        return DIAGONAL_TWICE, v if v.shape[1] == 1 else transposed(v)
    if inner.operation is EYE:
        return DIAGONAL_ONES, ones(x.shape)
    if inner.operation is MATMUL and len(inner.args) == 2 and inner.args[0].shape[1] == 1:
        return OUTER_DIAGONAL, multiply(inner.args[0], transposed(inner.args[1]))
    parts = _scalar_parts(inner, facts)
    if parts is not None and parts[1] is not None:
        scalar = Monomial(parts[0].coefficient, parts[0].powers, SCALAR)
        rest = Monomial(Fraction(1), {diag(parts[1]): Fraction(1)}, x.shape)
        return SCALARS, written(product_of([scalar, rest], x.shape), facts)
    return None


TRACE_TRANSPOSE = Rule("trace of a transpose", "Transposing leaves the trace as it is.")
TRACE_IDENTITY = Rule("trace of the identity", "It has as many ones as rows.")
TRACE_DIAGONAL = Rule("trace of a diagonal matrix", "It is the sum of the vector.")
TRACE_OUTER = Rule("trace of an outer product", "The trace of u @ v.T is v.T @ u.")
TRACE_SCALAR = Rule("trace of a scalar", "A scalar is its own trace.")


def traces(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner = x.args[0]
    if inner.shape == SCALAR:
        return TRACE_SCALAR, inner
    if inner.operation is TRANSPOSE:
        return TRACE_TRANSPOSE, trace(inner.args[0])
    if inner.operation is EYE:
        return TRACE_IDENTITY, dimension(inner.shape[0])
    if inner.operation is DIAG and is_vector(inner.args[0].shape):
        return TRACE_DIAGONAL, total(inner.args[0], None)
    if inner.operation is MATMUL and inner.args[0].shape[1] == 1 and len(inner.args) == 2:
        return TRACE_OUTER, matmul(inner.args[1], inner.args[0])
    parts = _scalar_parts(inner, facts)
    if parts is not None and parts[1] is not None:
        rest = Monomial(Fraction(1), {trace(parts[1]): Fraction(1)}, SCALAR)
        return SCALARS, written(product_of([parts[0], rest], SCALAR), facts)
    return None


NORM_SIGN = Rule("norm of a negative", "A minus sign does not change a norm.")
NORM_TRANSPOSE = Rule("norm of a transpose", "Transposing does not change a norm.")
NORM_SCALAR = Rule("norm of a scalar", "It is the absolute value.")


def norms(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner = x.args[0]
    if inner.operation is NEGATE:
        return NORM_SIGN, norm(inner.args[0])
    if inner.operation is TRANSPOSE:
        return NORM_TRANSPOSE, norm(inner.args[0])
    if inner.shape == SCALAR:
        return NORM_SCALAR, node(ABS, (inner,), (0,))
    return None


RULES: dict[object, tuple[Rewriter, ...]] = {
    TRANSPOSE: (transpose_rules,),
    MATMUL: (scalars_out, special_factors),
    DIAG: (diagonals,),
    TRACE: (traces,),
    NORM: (norms,),
}
