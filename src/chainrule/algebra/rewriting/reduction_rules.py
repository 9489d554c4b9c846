"""Rewriting sums, means and maxima along an axis, and softmax."""

from __future__ import annotations

from fractions import Fraction

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.products import Monomial, monomial, product_of, written
from chainrule.algebra.rewriting.rule import Rewriter, Rule
from chainrule.algebra.tree.arithmetic import ADD, add, dimension, filled
from chainrule.algebra.tree.expression import Expression, node
from chainrule.algebra.tree.leaves import EYE, ONE, ONES, SYMBOL, ones
from chainrule.algebra.tree.matrices import DIAG, MATMUL, TRANSPOSE, matmul, transpose
from chainrule.algebra.tree.reductions import (
    MAX,
    MEAN,
    SOFTMAX,
    SUM_OF,
    softmax,
    sum_of,
    summed_sizes,
    total,
)
from chainrule.algebra.tree.shapes import SCALAR, Dimension, Shape, broadcast_all, is_vector

ONE_TERM = Rule("sum of one term", "Along an axis of size 1 there is nothing to add up.")
AXIS = Rule("sum of a vector", "A vector has one axis to add up along; it need not be named.")
CONSTANT_OUT = Rule(
    "constant factor out of the sum",
    "What is the same in every term may be taken out in front of the sum.",
)
COUNT = Rule("sum of a constant", "A constant added up over n terms is n times the constant.")
DISTRIBUTION = Rule("adds up to 1", "These entries add up to 1: the sheet says so, or softmax.")
TRANSPOSED = Rule("sum of a transpose", "A sum over all entries does not care for rows or columns.")
TWICE = Rule("sum of sums", "Adding up rows first and then columns adds up everything.")
TERMWISE = Rule("sum of a sum", "A sum may be added up term by term.")
DIAGONAL = Rule("sum of a diagonal matrix", "All that is not 0 in it is the vector.")
MEAN_CONSTANT = Rule("mean of a constant", "The mean of equal numbers is that number.")
ONE_ENTRY = Rule("one entry", "The mean or the largest of one entry is that entry.")
SHIFT = Rule("shift of softmax", "Adding the same number to every entry leaves softmax as it is.")
SOFTMAX_TRANSPOSED = Rule("softmax of a transpose", "Rows become columns, so the axis changes.")
SOFTMAX_ONE = Rule("softmax of one entry", "A single probability is 1.")


def _summed_axes(axis: int | None) -> tuple[int, ...]:
    return (0, 1) if axis is None else (axis,)


def canonical_axis(x: Expression, axis: int | None) -> int | None:
    """`axis`, or None where the other axis has size 1 anyway."""
    return None if axis is not None and x.shape[1 - axis] == 1 else axis


def adds_to_one(x: Expression, axis: int | None, facts: Facts) -> bool:
    """Whether every sum of `x` along `axis` is known to be 1. For None, x has to be a vector."""
    turned = x.operation is TRANSPOSE
    base = x.args[0] if turned else x
    axes = (base.params[0],) if base.operation is SOFTMAX else facts.distributions.get(base, ())
    if turned:
        axes = tuple(1 - a for a in axes)
    if axis is None:
        axis = 0 if x.shape[1] == 1 else 1
        return is_vector(x.shape) and axis in axes
    return axis in axes


def sums(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner, axis = x.args[0], x.params[0]
    operation = inner.operation
    if not summed_sizes(inner.shape, axis):
        return ONE_TERM, inner
    if canonical_axis(inner, axis) != axis:
        return AXIS, sum_of(inner)
    if operation is TRANSPOSE and axis is None:
        return TRANSPOSED, sum_of(inner.args[0])
    if operation is SUM_OF and axis is None:
        return TWICE, sum_of(inner.args[0])
    if operation is DIAG and is_vector(inner.args[0].shape):
        column = inner.args[0]
        if axis is None:
            return DIAGONAL, sum_of(column)
        wanted = 1 if axis == 1 else 0
        fits = column.shape[wanted] == 1
        return DIAGONAL, column if fits else transpose(column)
    if operation is MATMUL and axis == 0 and _is_diagonal(inner.args[0]):
        v = inner.args[0].args[0]
        row = v if v.shape[0] == 1 else transpose(v)
        return DIAGONAL, matmul(row, *inner.args[1:])
    if operation is MATMUL and axis == 1 and _is_diagonal(inner.args[-1]):
        v = inner.args[-1].args[0]
        column = v if v.shape[1] == 1 else transpose(v)
        return DIAGONAL, matmul(*inner.args[:-1], column)
    if operation is EYE:
        return DIAGONAL, dimension(inner.shape[0]) if axis is None else ones(x.shape)
    if adds_to_one(inner, axis, facts):
        return DISTRIBUTION, ONE if x.shape == SCALAR else ones(x.shape)
    if axis is None and not is_vector(inner.shape):
        for way in (0, 1):
            if adds_to_one(inner, way, facts):
                return DISTRIBUTION, dimension(inner.shape[1 - way])
    if operation is ADD:
        return _termwise(x, facts)
    return _constants_out(x, facts)


def _is_diagonal(x: Expression) -> bool:
    return x.operation is DIAG and is_vector(x.args[0].shape)


def _termwise(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """A sum of terms is split if the sum of one of them is known."""
    inner, axis = x.args[0], x.params[0]
    if not any(_known(term, axis, inner.shape, facts) for term in inner.args):
        return None
    terms = (total(filled(term, inner.shape), axis) for term in inner.args)
    return TERMWISE, add(*terms)


def _known(term: Expression, axis: int | None, shape: Shape, facts: Facts) -> bool:
    constant, kept = _parted(monomial(filled(term, shape)), axis)
    if not kept:
        return all(not base.args and base.operation is not SYMBOL for base in constant)
    if len(kept) > 1 or next(iter(kept.values())) != 1:
        return False
    return adds_to_one(next(iter(kept)), axis, facts)


def _parted(
    found: Monomial, axis: int | None
) -> tuple[dict[Expression, Fraction], dict[Expression, Fraction]]:
    """The factors that are constant along the axis, and the others; ones are in neither."""
    axes = _summed_axes(axis)
    constant: dict[Expression, Fraction] = {}
    kept: dict[Expression, Fraction] = {}
    for base, exponent in found.powers.items():
        if base.operation is not ONES:
            still = all(base.shape[a] == 1 for a in axes)
            (constant if still else kept)[base] = exponent
    return constant, kept


def _constants_out(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner, axis = x.args[0], x.params[0]
    found = monomial(inner)
    constant, kept = _parted(found, axis)
    has_ones = any(base.operation is ONES for base in found.powers)
    if not constant and found.coefficient == 1 and not has_ones:
        return None
    shape = broadcast_all(base.shape for base in kept) or SCALAR
    counts: list[Dimension] = [
        inner.shape[a] for a in _summed_axes(axis) if shape[a] == 1 and inner.shape[a] != 1
    ]
    if has_ones and not constant and found.coefficient == 1 and not counts:
        return None
    front = Monomial(found.coefficient, constant, SCALAR)
    pieces = [front]
    if kept:
        rest = written(Monomial(Fraction(1), kept, shape), facts)
        pieces.append(Monomial(Fraction(1), {total(rest, axis): Fraction(1)}, SCALAR))
    pieces.extend(monomial(dimension(size)) for size in counts)
    after = written(product_of(pieces, x.shape), facts)
    return (COUNT if counts else CONSTANT_OUT), after


def means(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner, axis = x.args[0], x.params[0]
    if not summed_sizes(inner.shape, axis):
        return ONE_ENTRY, inner
    if canonical_axis(inner, axis) != axis:
        return AXIS, node(MEAN, (inner,), (None,))
    if inner.operation is TRANSPOSE and axis is None:
        return TRANSPOSED, node(MEAN, inner.args, (None,))
    found = monomial(inner)
    constant, kept = _parted(found, axis)
    shape = broadcast_all(base.shape for base in kept) or SCALAR
    lost = any(base.operation is ONES for base in found.powers)
    if not constant and found.coefficient == 1 and not lost:
        return None
    front = Monomial(found.coefficient, constant, SCALAR)
    if not kept:
        return MEAN_CONSTANT, written(Monomial(found.coefficient, constant, x.shape), facts)
    rest = written(Monomial(Fraction(1), kept, shape), facts)
    reduced = node(MEAN, (rest,), (axis,))
    if reduced is x:
        return None
    both = product_of([front, Monomial(Fraction(1), {reduced: Fraction(1)}, SCALAR)], x.shape)
    return CONSTANT_OUT, written(both, facts)


def maxima(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner, axis = x.args[0], x.params[0]
    if not summed_sizes(inner.shape, axis):
        return ONE_ENTRY, inner
    if canonical_axis(inner, axis) != axis:
        return AXIS, node(MAX, (inner,), (None,))
    if inner.operation is TRANSPOSE and axis is None:
        return TRANSPOSED, node(MAX, inner.args, (None,))
    return None


def softmaxes(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner, axis = x.args[0], x.params[0]
    if inner.shape[axis] == 1:
        return SOFTMAX_ONE, ONE if x.shape == SCALAR else ones(x.shape)
    if inner.operation is TRANSPOSE:
        return SOFTMAX_TRANSPOSED, transpose(softmax(inner.args[0], 1 - axis))
    if inner.operation is ADD:
        kept = tuple(term for term in inner.args if term.shape[axis] != 1)
        if kept and len(kept) < len(inner.args):
            moved = add(*kept)
            if moved.shape == inner.shape:
                return SHIFT, softmax(moved, axis)
    return None


RULES: dict[object, tuple[Rewriter, ...]] = {
    SUM_OF: (sums,),
    MEAN: (means,),
    MAX: (maxima,),
    SOFTMAX: (softmaxes,),
}
