"""Running sums, and products of all entries or along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.algebra.tree.arithmetic import filled, times
from chainrule.algebra.tree.blocks import flipped, whole_value
from chainrule.algebra.tree.expression import Array, Expression, Operation, Setting, node
from chainrule.algebra.tree.powers import divided
from chainrule.algebra.tree.shapes import Shape, reduced


def _running_value(x: Expression, values: list[Array], at: Setting) -> Array:
    return np.cumsum(whole_value(values[0], x.args[0], at), axis=x.params[0] - 2)


def _running_adjoint(x: Expression, g: Expression, i: int) -> Expression:
    """Entry j stands in the sums from the j-th on: their gradients are added up, from the end."""
    axis = x.params[0]
    return flipped(cumsum(flipped(filled(g, x.shape), axis), axis), axis)


CUMSUM = Operation(
    name="cumsum",
    shape=lambda args, params: args[0].shape,
    value=_running_value,
    adjoint=_running_adjoint,
    text=lambda x, parts: f"cumsum({parts[0].text}, axis={x.params[0]})",
    rule="a running sum adds up its gradient from the end",
)


def _product_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    return reduced(args[0].shape, params[0])


def _product_value(x: Expression, values: list[Array], at: Setting) -> Array:
    axis = x.params[0]
    return whole_value(values[0], x.args[0], at).prod(
        axis=(-2, -1) if axis is None else axis - 2, keepdims=True
    )


def _product_adjoint(x: Expression, g: Expression, i: int) -> Expression:
    return divided(times(g, x), x.args[0])


PROD = Operation(
    name="prod",
    shape=_product_shape,
    value=_product_value,
    adjoint=_product_adjoint,
    text=lambda x, parts: (
        f"prod({parts[0].text}{'' if x.params[0] is None else f', axis={x.params[0]}'})"
    ),
    rule="a factor's slope is the product of the others",
)


def cumsum(x: Expression, axis: int) -> Expression:
    """Each entry with all before it added up, down the columns (axis 0) or along the rows."""
    return node(CUMSUM, (x,), (axis,))


def prod_of(x: Expression, axis: int | None = None) -> Expression:
    """The product of all entries, of each column (axis 0), of each row (axis 1)."""
    return node(PROD, (x,), (axis,))
