"""Convolution, as networks do it, and the one of the textbooks that carries its gradient back.

`conv(X, K)` lays the kernel K at every place of X where it fits whole ("valid") and adds up the
products: entry i, j is the sum of X[i+a, j+b] * K[a,b]. The kernel is not turned round; that is a
cross-correlation, which deep learning calls a convolution (Goodfellow, Bengio and Courville, *Deep
Learning*, section 9.1). `conv_full(G, K)` is the convolution of mathematics, with the kernel turned
round, at every place where it meets G at all ("full"): entry p, q is the sum of
G[p-a, q-b] * K[a,b]. Each is the other's gradient (same book, section 9.5).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import OutOfDomain, filled
from chainrule.algebra.tree.blocks import whole_value
from chainrule.algebra.tree.expression import Array, Expression, Operation, Setting, node
from chainrule.algebra.tree.shapes import Dimension, Shape, concrete, shape_text
from chainrule.algebra.tree.sizes import difference, sum_of_sizes
from chainrule.algebra.tree.text import brief


def _valid_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    x, kernel = args
    sizes: list[Dimension] = []
    for whole, part in zip(x.shape, kernel.shape, strict=True):
        size = sum_of_sizes(difference(whole, part), 1)
        if (isinstance(size, int) and size < 1) or (whole == 1 and part != 1):
            raise ShapeError(
                f"the kernel `{brief(kernel)}` {shape_text(kernel.shape)} is larger than "
                f"`{brief(x)}` {shape_text(x.shape)}",
                operand=1,
            )
        sizes.append(size)
    return (sizes[0], sizes[1])


def _valid_value(z: Expression, values: list[Array], at: Setting) -> Array:
    x, kernel = (whole_value(v, arg, at) for v, arg in zip(values, z.args, strict=True))
    rows, columns = concrete(z.shape, at.sizes)
    if rows < 1 or columns < 1:
        raise OutOfDomain("the kernel is larger than what it lies on")
    result: Array | None = None
    for a in range(kernel.shape[-2]):
        for b in range(kernel.shape[-1]):
            window = x[..., a : a + rows, b : b + columns]
            term = kernel[..., a : a + 1, b : b + 1] * window
            result = term if result is None else result + term
    assert result is not None
    return result


CONVOLVE = Operation(
    name="conv",
    shape=_valid_shape,
    value=_valid_value,
    adjoint=lambda z, g, i: (
        convolve_full(filled(g, z.shape), z.args[1])
        if i == 0
        else convolve(z.args[0], filled(g, z.shape))
    ),
    text=lambda z, parts: f"conv({parts[0].text}, {parts[1].text})",
    rule="derivative of a convolution",
)


def _full_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    rows, columns = (
        sum_of_sizes(a, b, -1) for a, b in zip(args[0].shape, args[1].shape, strict=True)
    )
    return (rows, columns)


def _full_value(z: Expression, values: list[Array], at: Setting) -> Array:
    g, kernel = (whole_value(v, arg, at) for v, arg in zip(values, z.args, strict=True))
    lead = np.broadcast_shapes(g.shape[:-2], kernel.shape[:-2])
    kind = np.result_type(g, kernel)
    result = np.zeros((*lead, *concrete(z.shape, at.sizes)), dtype=kind)
    rows, columns = g.shape[-2:]
    for a in range(kernel.shape[-2]):
        for b in range(kernel.shape[-1]):
            term = kernel[..., a : a + 1, b : b + 1] * g
            window = result[..., a : a + rows, b : b + columns]
            result[..., a : a + rows, b : b + columns] = window + term
    return result


CONVOLVE_FULL = Operation(
    name="conv_full",
    shape=_full_shape,
    value=_full_value,
    adjoint=lambda z, g, i: convolve(filled(g, z.shape), z.args[1 - i]),
    text=lambda z, parts: f"conv_full({parts[0].text}, {parts[1].text})",
    rule="derivative of a convolution",
)


def convolve(x: Expression, kernel: Expression) -> Expression:
    """The kernel at every place of x where it fits: (rows - kernel's rows + 1, ...)."""
    return node(CONVOLVE, (x, kernel))


def convolve_full(x: Expression, kernel: Expression) -> Expression:
    """The convolution at every place where the two meet: (rows + kernel's rows - 1, ...)."""
    return node(CONVOLVE_FULL, (x, kernel))
