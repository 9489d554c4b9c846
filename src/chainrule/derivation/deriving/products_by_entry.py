"""Why a transpose stands in the derivative of a matrix product: seen by its entries.

(W @ a)[k] is the sum of W[k,j] * a[j] over j. So a[j] reaches entry k with the slope W[k,j], and
its derivative is the sum of W[k,j] * g[k] over k. That sum runs along a column of W, not along a
row as in W @ g. Since W.T[j,k] = W[k,j], it is entry j of W.T @ g.
"""

from __future__ import annotations

from chainrule.algebra import (
    SCALAR,
    SUM_OVER,
    SYMBOL,
    Expression,
    RuleUse,
    entry,
    filled,
    is_vector,
    matmul,
    sum_over,
    times,
    transposed,
)
from chainrule.derivation.deriving.step import Reason


def at(x: Expression, row: str, column: str) -> Expression:
    """The entry of a matrix at two letters; a vector takes one of them, a scalar none."""
    if x.shape == SCALAR:
        return x
    if is_vector(x.shape):
        return entry(x, row if x.shape[1] == 1 else column)
    return entry(x, row, column)


def added(letter: str, size: object, body: Expression) -> Expression:
    """The body added up over a letter; itself along an axis of size 1."""
    return body if size == 1 else sum_over(letter, body)


def product_reason(use: RuleUse, letters: tuple[str, ...]) -> Reason:
    """Why the derivative by a factor of a matrix product is what it is, by entries."""
    args, i = use.node.args, use.argument
    part, above = args[i], filled(use.upstream, use.node.shape)
    left = matmul(*args[:i]) if i > 1 else args[0] if i else None
    after = args[i + 1 :]
    right = matmul(*after) if len(after) > 1 else after[0] if after else None
    row, inner, column = letters[0], letters[1], letters[2]
    if left is not None and right is not None:
        return _between(use, left, right, letters)
    if right is not None:
        product = added(inner, part.shape[1], times(at(part, row, inner), at(right, inner, column)))
        back = added(
            column, right.shape[1], times(at(above, row, column), at(right, inner, column))
        )
        turned, whole = transposed(right), at(filled(use.result, part.shape), row, inner)
        here, slope = at(part, row, inner), at(right, inner, column)
        flipped = at(turned, column, inner)
    elif left is not None:
        product = added(inner, part.shape[0], times(at(left, row, inner), at(part, inner, column)))
        back = added(row, left.shape[0], times(at(left, row, inner), at(above, row, column)))
        turned, whole = transposed(left), at(filled(use.result, part.shape), inner, column)
        here, slope = at(part, inner, column), at(left, row, inner)
        flipped = at(turned, inner, row)
    else:
        return (part, " is all of the product.")
    place = at(use.node, row, column)
    said: Reason = ((place, product), ": there ", here, " has the slope ", slope)
    said = (*said, ". Times the derivative by ", place)
    if back.operation is SUM_OVER:
        said = (*said, " and added up over all of these entries")
    said = (*said, ", that is ", back)
    if not is_vector(turned.shape):
        said = (*said, "; with ", (flipped, slope), " it is ", whole)
    elif whole is not back:
        said = (*said, ", which is ", whole)
    return (*said, ".")


def _between(use: RuleUse, left: Expression, right: Expression, letters: tuple[str, ...]) -> Reason:
    part = use.node.args[use.argument]
    if use.node.shape == SCALAR:
        here, over, under = (
            at(part, *letters[:2]),
            at(left, "", letters[0]),
            at(right, letters[1], ""),
        )
        slope = times(use.upstream, times(over, under))
        return (
            here, " is multiplied by ", over, " and ", under, ": its derivative is ", slope,
            ", which is ", at(use.result, *letters[:2]), ".",
        )  # fmt: skip
    return (
        "Each entry of ", part, " is multiplied by an entry of ", left, " and one of ", right,
        ". Added up, these slopes are the product with both transposed: the row of ", part,
        " goes with the column of ", left, ", its column with the row of ", right, ".",
    )  # fmt: skip


def transpose_reason(use: RuleUse, letters: tuple[str, ...]) -> Reason:
    """What comes to a matrix that was transposed."""
    part = use.node.args[0]
    if part.shape == SCALAR:
        return ("A scalar is its own transpose.",)
    row, column = letters[0], letters[1]
    if part.operation is SYMBOL and not is_vector(part.shape):
        sides = (at(use.node, column, row), at(part, row, column))
        return (sides, ": what comes to the one is laid back to the place of the other.")
    return ("The entries of ", part, " were laid the other way; what comes back is laid back.")
