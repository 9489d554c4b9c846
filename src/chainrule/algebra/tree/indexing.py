"""Entries by index letters: `W2[j,k]`, `sum(k, W2[k,j]*delta2[k])`, and matrices made of them.

An entry is a scalar that depends on its letters. Letters are free until a `sum(k, …)`,
`vector(j, …)` or `matrix(j, k, …)` around them takes them up.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import filled, times
from chainrule.algebra.tree.expression import (
    POSTFIX,
    UNKNOWN,
    Array,
    Expression,
    Index,
    Operation,
    Part,
    Setting,
    merged_indices,
    node,
)
from chainrule.algebra.tree.leaves import ones
from chainrule.algebra.tree.matrices import diag, transposed
from chainrule.algebra.tree.shapes import SCALAR, Shape, shape_text
from chainrule.algebra.tree.text import brief


def _entry_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    inner = {letter for letter, _ in args[0].indices}
    for index in params:
        if index is not None and index[0] in inner:
            raise ShapeError(f"index `{index[0]}` already stands inside `{brief(args[0])}`")
    return SCALAR


def _entry_indices(args: tuple[Expression, ...], params: tuple[Any, ...]) -> tuple[Index, ...]:
    used = {index for index in params if index is not None}
    if len(used) == 2 and params[0][0] == params[1][0]:
        raise ShapeError(
            f"index `{params[0][0]}` runs over {params[0][1]} and {params[1][1]} at once"
        )
    return tuple(sorted({*args[0].indices, *used}, key=lambda index: index[0]))


def _entry_value(entry: Expression, values: list[Array], at: Setting) -> Array:
    x = values[0]
    if x.ndim < len(at.axes) + 2:
        x = x.reshape(*(1 for _ in range(len(at.axes) + 2 - x.ndim)), *x.shape)
    for axis, index in zip((-2, -1), entry.params, strict=True):
        if index is not None:
            places = [1] * x.ndim
            places[at.axes[index[0]]] = x.shape[axis]
            x = np.take_along_axis(x, np.arange(x.shape[axis]).reshape(places), axis=axis)
    return x


def _entry_adjoint(entry: Expression, g: Expression, i: int) -> Expression:
    rows, columns = entry.params
    if columns is None:
        return vector(rows, _depending(g, (rows,)))
    if rows is None:
        return transposed(vector(columns, _depending(g, (columns,))))
    if rows == columns:
        return diag(vector(rows, _depending(g, (rows,))))
    return matrix(rows, columns, _depending(g, (rows, columns)))


def _depending(g: Expression, indices: tuple[Index, ...]) -> Expression:
    """`g`, times ones that depend on the letters it lacks."""
    missing = [index for index in indices if index not in g.indices]
    return times(g, *(entry(ones((size, 1)), letter) for letter, size in missing))


def _entry_text(entry: Expression, parts: list[Part]) -> str:
    letters = ",".join(index[0] for index in entry.params if index is not None)
    return f"{parts[0].within(POSTFIX)}[{letters}]"


ENTRY = Operation(
    name="entry",
    shape=_entry_shape,
    value=_entry_value,
    adjoint=_entry_adjoint,
    text=_entry_text,
    rule="an entry's gradient goes to its place",
    binding=POSTFIX,
    indices=_entry_indices,
)


def _without(args: tuple[Expression, ...], params: tuple[Any, ...]) -> tuple[Index, ...]:
    return tuple(index for index in merged_indices(args) if index not in params)


def _scalar_body(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    body = args[0]
    if body.shape != SCALAR:
        raise ShapeError(
            f"`{brief(body)}` {shape_text(body.shape)} is not a scalar; "
            "a sum over an index adds up entries such as `x[k]`"
        )
    letters = dict(body.indices)
    for letter, size in params:
        if letter not in letters:
            raise ShapeError(f"index `{letter}` does not occur in `{brief(body)}`")
        if letters[letter] != size:
            raise ShapeError(f"index `{letter}` runs over {letters[letter]}, not {size}")
    return SCALAR


def _sum_adjoint(total: Expression, g: Expression, i: int) -> Expression:
    letter = total.params[0][0]
    if letter in dict(g.indices):
        raise ShapeError(f"index `{letter}` is summed over inside and free outside; rename one")
    return g


SUM_OVER = Operation(
    name="sum over",
    shape=_scalar_body,
    value=lambda total, values, at: values[0].sum(axis=at.axes[total.params[0][0]], keepdims=True),
    adjoint=_sum_adjoint,
    text=lambda total, parts: f"sum({total.params[0][0]}, {parts[0].text})",
    rule="a sum passes its gradient to every term",
    indices=_without,
)


def _matrix_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    _scalar_body(args, params)
    if len(params) == 2 and params[0][0] == params[1][0]:
        raise ShapeError(f"index `{params[0][0]}` stands for rows and columns at once")
    return (params[0][1], params[1][1] if len(params) == 2 else 1)


def _matrix_value(made: Expression, values: list[Array], at: Setting) -> Array:
    x = values[0]
    for axis, (letter, _) in zip((-2, -1), made.params, strict=False):
        x = np.swapaxes(x, at.axes[letter], axis)
    return x


def _matrix_adjoint(made: Expression, g: Expression, i: int) -> Expression:
    return entry(filled(g, made.shape), *(letter for letter, _ in made.params))


def _matrix_text(made: Expression, parts: list[Part]) -> str:
    letters = ", ".join(letter for letter, _ in made.params)
    return f"{'matrix' if len(made.params) == 2 else 'vector'}({letters}, {parts[0].text})"


MATRIX = Operation(
    name="matrix",
    shape=_matrix_shape,
    value=_matrix_value,
    adjoint=_matrix_adjoint,
    text=_matrix_text,
    rule="a matrix of entries passes each entry its own gradient",
    indices=_without,
)


def entry(x: Expression, *letters: str) -> Expression:
    """x[j], x[j,k]: one letter for a vector, two for a matrix. Shape (1,1), letters free."""
    rows, columns = x.shape
    if x.shape == UNKNOWN:
        raise ShapeError("what these are entries of has sizes that do not fit")
    if rows == 1 and columns == 1:
        raise ShapeError(f"`{brief(x)}` is a scalar and has no entries")
    if len(letters) == 1 and 1 in x.shape:
        index = (letters[0], rows if columns == 1 else columns)
        params = (index, None) if columns == 1 else (None, index)
    elif len(letters) == 2 and 1 not in x.shape:
        params = ((letters[0], rows), (letters[1], columns))
    else:
        wanted = "one index" if 1 in x.shape else "two indices"
        raise ShapeError(
            f"`{brief(x)}` {shape_text(x.shape)} takes {wanted}, but {len(letters)} "
            f"{'is' if len(letters) == 1 else 'are'} given"
        )
    return node(ENTRY, (x,), params)


def sum_over(letter: str, body: Expression) -> Expression:
    """sum(k, body): the body added up over all values of the letter. Shape (1,1)."""
    sizes = dict(body.indices)
    if letter not in sizes:
        raise ShapeError(f"index `{letter}` does not occur in `{brief(body)}`")
    return node(SUM_OVER, (body,), ((letter, sizes[letter]),))


def vector(index: Index, body: Expression) -> Expression:
    """vector(j, body): the column (n,1) whose entry j is the body."""
    return node(MATRIX, (body,), (index,))


def matrix(rows: Index, columns: Index, body: Expression) -> Expression:
    """matrix(j, k, body): the matrix whose entry j, k is the body."""
    return node(MATRIX, (body,), (rows, columns))
