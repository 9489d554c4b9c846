"""Sums over an index of whole vectors and matrices: `Σ_i (a_i - y_i) x_i`, entry by entry.

The sum is written inside: vector(q, sum(i, (a[i] - y[i]) * X[i,q])).
"""

from __future__ import annotations

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.language.token_rewriter import SPARE
from chainrule.algebra.tree import indexing
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE, add, multiply, negate
from chainrule.algebra.tree.expression import Expression, postorder, rebuild
from chainrule.algebra.tree.indexing import ENTRY, MATRIX, SUM_OVER, entry
from chainrule.algebra.tree.matrices import MATMUL, TRANSPOSE, transposed
from chainrule.algebra.tree.powers import DIVIDE, divide
from chainrule.algebra.tree.shapes import SCALAR
from chainrule.algebra.tree.text import brief


def sum_of_matrices(letter: str, body: Expression) -> Expression:
    """The sum over a letter of a body of any shape. ShapeError if it has no such entries."""
    if body.shape == SCALAR:
        return indexing.sum_over(letter, body)
    if letter not in dict(body.indices):
        raise ShapeError(f"index `{letter}` does not occur in `{brief(body)}`")
    rows, columns = body.shape
    if rows == 1:
        return transposed(sum_of_matrices(letter, transposed(body)))
    taken = letters_in(body)
    j, k = [free for free in SPARE if free not in taken][:2]
    if columns == 1:
        return indexing.vector((j, rows), indexing.sum_over(letter, entry_of(body, j)))
    return indexing.matrix((j, rows), (k, columns), indexing.sum_over(letter, entry_of(body, j, k)))


def letters_in(body: Expression) -> set[str]:
    """The index letters that stand anywhere in a tree."""
    return {
        place[0]
        for node in postorder(body)
        if node.operation in (ENTRY, MATRIX, SUM_OVER)
        for place in node.params
        if place is not None
    }


def entry_of(x: Expression, *letters: str) -> Expression:
    """An entry, written as far inside as it can be. letters: new ones."""
    if x.shape == SCALAR:
        return x
    operation, args = x.operation, x.args
    if operation is NEGATE:
        return negate(entry_of(args[0], *letters))
    if operation is TRANSPOSE:
        return entry_of(args[0], *letters[::-1])
    if operation in (ADD, MULTIPLY, DIVIDE):
        parts = [_stretched(part, x, letters) for part in args]
        if None not in parts:
            entries = [part for part in parts if part is not None]
            make = {ADD: add, MULTIPLY: multiply, DIVIDE: divide}[operation]
            return make(*entries)
    if operation is MATMUL and len(args) == 2 and args[0].shape[1] == 1 and len(letters) == 2:
        return multiply(entry_of(args[0], letters[0]), entry_of(args[1], letters[1]))
    if operation is MATRIX and not _is_bound_inside(x):
        new = dict(zip((letter for letter, _ in x.params), letters, strict=True))
        return renamed(args[0], new)
    return entry(x, *letters)


def _stretched(part: Expression, whole: Expression, letters: tuple[str, ...]) -> Expression | None:
    """The entry of one of the parts that are joined entry by entry; None of one with fewer axes."""
    if part.shape not in (SCALAR, whole.shape):
        return None
    return entry_of(part, *letters)


def _is_bound_inside(x: Expression) -> bool:
    """Whether a letter of this matrix of entries is taken for something else within it."""
    own = {letter for letter, _ in x.params}
    return any(
        node.operation in (MATRIX, SUM_OVER) and own & {letter for letter, _ in node.params}
        for node in postorder(x.args[0])
    )


def renamed(body: Expression, new: dict[str, str]) -> Expression:
    """The tree with other letters at its entries."""

    def make(node: Expression) -> Expression:
        if node.operation is not ENTRY:
            return node
        letters: list[str] = [place[0] for place in node.params if place is not None]
        return entry(node.args[0], *(new.get(letter, letter) for letter in letters))

    return rebuild(body, make)
