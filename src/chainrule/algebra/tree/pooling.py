"""Pooling: the largest, or the mean, of every block of a matrix, and blocks of one number.

A block of a matrix has as many rows as columns, unless they are given; a vector is cut along its
length. Blocks do not overlap, and they fill the matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import filled, times
from chainrule.algebra.tree.blocks import whole_value
from chainrule.algebra.tree.comparisons import compare
from chainrule.algebra.tree.expression import Array, Expression, Operation, Part, Setting, node
from chainrule.algebra.tree.leaves import decimal
from chainrule.algebra.tree.powers import divided
from chainrule.algebra.tree.shapes import Shape, shape_text
from chainrule.algebra.tree.sizes import divided_size, product_of_sizes
from chainrule.algebra.tree.text import brief

Block = tuple[int, int]
"""Rows and columns."""


def _pooled_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    rows, columns = (
        divided_size(size, count) for size, count in zip(args[0].shape, params, strict=True)
    )
    if rows is None or columns is None:
        raise ShapeError(
            f"`{brief(args[0])}` {shape_text(args[0].shape)} is not made of blocks of "
            f"{params[0]} x {params[1]}, as far as its sizes tell; declare it "
            f"({_times(params[0], 'h')},{_times(params[1], 'w')})"
        )
    return (rows, columns)


def _times(count: int, size: str) -> str:
    return size if count == 1 else f"{count}*{size}"


def _blocks(z: Expression, value: Array, at: Setting) -> Array:
    """(..., rows, columns, entries of a block)."""
    x = whole_value(value, z.args[0], at)
    rows, columns = z.params
    shape = (x.shape[-2] // rows, rows, x.shape[-1] // columns, columns)
    apart = np.moveaxis(x.reshape(*x.shape[:-2], *shape), -3, -2)
    return apart.reshape(*apart.shape[:-2], rows * columns)


def _largest(z: Expression, values: list[Array], at: Setting) -> Array:
    x = _blocks(z, values[0], at)
    return np.take_along_axis(x, x.real.argmax(axis=-1)[..., None], axis=-1)[..., 0]


def _margin(z: Expression, values: list[Array]) -> float:
    x = values[0].real
    rows, columns = z.params
    shape = (x.shape[-2] // rows, rows, x.shape[-1] // columns, columns)
    apart = np.moveaxis(x.reshape(*x.shape[:-2], *shape), -3, -2)
    ordered = np.sort(apart.reshape(*apart.shape[:-2], rows * columns), axis=-1)
    return float((ordered[..., -1] - ordered[..., -2]).min())


def _largest_adjoint(z: Expression, g: Expression, i: int) -> Expression:
    x = z.args[0]
    return times(repeated(filled(g, z.shape), z.params), compare(x, ">=", repeated(z, z.params)))


def block_sizes(z: Expression) -> tuple[int, ...]:
    """The sizes of a block as they are typed: one number where it says all."""
    rows, columns = z.params
    shape = z.args[0].shape
    if shape[1] == 1 and columns == 1:
        return (rows,)
    if shape[0] == 1 and rows == 1:
        return (columns,)
    return (rows,) if rows == columns else (rows, columns)


def _text(z: Expression, parts: list[Part]) -> str:
    return f"{z.operation.name}({parts[0].text}, {', '.join(map(str, block_sizes(z)))})"


MAX_POOL = Operation(
    name="max_pool",
    shape=_pooled_shape,
    value=_largest,
    adjoint=_largest_adjoint,
    text=_text,
    rule="max: the gradient goes to the largest",
    margin=_margin,
)

AVG_POOL = Operation(
    name="avg_pool",
    shape=_pooled_shape,
    value=lambda z, values, at: _blocks(z, values[0], at).mean(axis=-1),
    adjoint=lambda z, g, i: divided(
        repeated(filled(g, z.shape), z.params), decimal(z.params[0] * z.params[1])
    ),
    text=_text,
    rule="a mean passes an equal share of its gradient to every term",
)


def _repeat_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    rows, columns = args[0].shape
    return (product_of_sizes(rows, params[0]), product_of_sizes(columns, params[1]))


def _repeat_value(x: Expression, values: list[Array], at: Setting) -> Array:
    rows, columns = x.params
    value = whole_value(values[0], x.args[0], at)
    return np.repeat(np.repeat(value, rows, axis=-2), columns, axis=-1)


REPEAT = Operation(
    name="repeat",
    shape=_repeat_shape,
    value=_repeat_value,
    adjoint=lambda x, g, i: times(
        decimal(x.params[0] * x.params[1]), average_of(filled(g, x.shape), x.params)
    ),
    text=_text,
    rule="what is repeated adds up its gradient",
)


def blocks_of(x: Expression, size: int) -> Block:
    """A block of this size: along a vector, or as many rows as columns."""
    return (1 if x.shape[0] == 1 else size, 1 if x.shape[1] == 1 else size)


def largest_in(x: Expression, block: Block) -> Expression:
    """The largest entry of every block."""
    return node(MAX_POOL, (x,), block)


def average_of(x: Expression, block: Block) -> Expression:
    """The mean of every block."""
    return node(AVG_POOL, (x,), block)


def repeated(x: Expression, block: Block) -> Expression:
    """Every entry as a block of as many that are equal."""
    return x if block == (1, 1) else node(REPEAT, (x,), block)
