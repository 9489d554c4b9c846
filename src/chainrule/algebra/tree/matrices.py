"""Matrix products, transposes, traces, diagonals and norms.

The adjoint rules are those of the Jacobian-vector algebra of Giles (2008), *An extended collection
of matrix derivative results for forward and reverse mode algorithmic differentiation*: for
C = A B, the adjoints are A̅ = C̅ Bᵀ and B̅ = Aᵀ C̅.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from chainrule.algebra.errors import ShapeError, Words
from chainrule.algebra.tree.arithmetic import (
    NEGATE,
    OutOfDomain,
    filled,
    negated,
    product_text,
    times,
)
from chainrule.algebra.tree.expression import (
    POSTFIX,
    PRODUCT,
    Array,
    Expression,
    Operation,
    Setting,
    node,
)
from chainrule.algebra.tree.leaves import ONE, eye
from chainrule.algebra.tree.powers import divided
from chainrule.algebra.tree.shapes import (
    SCALAR,
    Shape,
    broadcast,
    flip,
    is_vector,
    length,
    product,
    shape_text,
)
from chainrule.algebra.tree.text import brief

# The matrix product.


def _matmul_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    result = args[0].shape
    for i, right in enumerate(args[1:], start=1):
        joined = product(result, right.shape)
        if joined is None:
            words = partial(_misfit_words, args[:i], result, right)
            raise ShapeError(words, operand=i)
        result = joined
    return result


def _misfit_words(left: tuple[Expression, ...], shape: Shape, right: Expression) -> Words:
    first = " @ ".join(f"`{brief(arg)}`" for arg in left)
    message = (
        f"{first} {shape_text(shape)} @ `{brief(right)}` {shape_text(right.shape)}: "
        f"inner sizes {shape[1]} and {right.shape[0]} differ"
    )
    whole = left[0] if len(left) == 1 else None
    if whole is not None and product(flip(whole.shape), right.shape) is not None:
        mend = brief(transposed(whole))
        message += f"; `{mend}` is {shape_text(flip(whole.shape))}"
    elif product(shape, flip(right.shape)) is not None:
        mend = brief(transposed(right))
        message += f"; `{mend}` is {shape_text(flip(right.shape))}"
    elif whole is not None and product(right.shape, shape) is not None:
        mend = f"{_factor(right)} @ {_factor(whole)}"
        message += f"; `{mend}` is {shape_text((right.shape[0], shape[1]))}"
    elif whole is not None and product(flip(whole.shape), flip(right.shape)) is not None:
        mend = f"{_factor(transposed(whole))} @ {_factor(transposed(right))}"
        message += f"; `{mend}` is {shape_text((shape[1], right.shape[0]))}"
    elif whole is not None and broadcast(shape, right.shape) is not None:
        mend = f"{_factor(whole)} * {_factor(right)}"
        message += f"; `{mend}` multiplies entry by entry"
    else:
        mend = None
    return message, mend


def _factor(x: Expression) -> str:
    """The text of a factor, in brackets where it needs them."""
    words = brief(x)
    return f"({words})" if x.operation.binding < MATMUL.binding else words


def _matmul_value(chain: Expression, values: list[Array], at: Setting) -> Array:
    result = values[0]
    for value in values[1:]:
        result = result @ value
    return result


def _matmul_adjoint(chain: Expression, g: Expression, i: int) -> Expression:
    before, after = chain.args[:i], chain.args[i + 1 :]
    return matmul_folded(
        *(transposed(arg) for arg in reversed(before)),
        filled(g, chain.shape),
        *(transposed(arg) for arg in reversed(after)),
    )


MATMUL = Operation(
    name="matmul",
    shape=_matmul_shape,
    value=_matmul_value,
    adjoint=_matmul_adjoint,
    text=product_text(" @ "),
    rule="matrix product rule",
    binding=PRODUCT,
)


# Transpose.

TRANSPOSE = Operation(
    name="transpose",
    shape=lambda args, params: flip(args[0].shape),
    value=lambda x, values, at: np.swapaxes(values[0], -1, -2),
    adjoint=lambda x, g, i: transposed(g),
    text=lambda x, parts: f"{parts[0].within(POSTFIX)}.T",
    rule="transpose rule",
    binding=POSTFIX,
)


# Trace, diagonal, norm.


def _trace_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    rows, columns = args[0].shape
    if rows != columns:
        raise ShapeError(
            f"trace(`{brief(args[0])}`) needs a square matrix; it is {shape_text(args[0].shape)}"
        )
    return SCALAR


TRACE = Operation(
    name="trace",
    shape=_trace_shape,
    value=lambda x, values, at: np.trace(values[0], axis1=-2, axis2=-1)[..., None, None],
    adjoint=lambda x, g, i: times(g, eye(x.args[0].shape[0])),
    text=lambda x, parts: f"trace({parts[0].text})",
    rule="derivative of the trace",
)


def _diag_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    shape = args[0].shape
    if is_vector(shape):
        return (length(shape), length(shape))
    if shape[0] != shape[1]:
        raise ShapeError(
            f"diag(`{brief(args[0])}`) needs a vector or a square matrix; it is {shape_text(shape)}"
        )
    return (shape[0], 1)


def _diag_value(x: Expression, values: list[Array], at: Setting) -> Array:
    if not is_vector(x.args[0].shape):
        return np.diagonal(values[0], axis1=-2, axis2=-1)[..., None]
    column = values[0] if x.args[0].shape[1] == 1 else np.swapaxes(values[0], -1, -2)
    return column * np.eye(column.shape[-2])


def _diag_adjoint(x: Expression, g: Expression, i: int) -> Expression:
    inner = x.args[0].shape
    picked = diag(filled(g, x.shape))
    return transposed(picked) if is_vector(inner) and inner[1] != 1 else picked


DIAG = Operation(
    name="diag",
    shape=_diag_shape,
    value=_diag_value,
    adjoint=_diag_adjoint,
    text=lambda x, parts: f"diag({parts[0].text})",
    rule="derivative of the diagonal",
)


def _norm_value(x: Expression, values: list[Array], at: Setting) -> Array:
    squares = (values[0] * values[0]).sum(axis=(-2, -1), keepdims=True)
    if (squares.real < 0).any():
        raise OutOfDomain("norm of a complex matrix")
    return np.sqrt(squares)


NORM = Operation(
    name="norm",
    shape=lambda args, params: SCALAR,
    value=_norm_value,
    adjoint=lambda x, g, i: divided(times(g, x.args[0]), x),
    text=lambda x, parts: f"norm({parts[0].text})",
    rule="derivative of the norm",
    margin=lambda x, values: float(np.abs(values[0].real).max()),
)


# Trees as they are written.


def matmul(*factors: Expression) -> Expression:
    """a @ b @ c. One factor is itself."""
    return factors[0] if len(factors) == 1 else node(MATMUL, factors)


def transpose(x: Expression) -> Expression:
    """x.T."""
    return node(TRANSPOSE, (x,))


def trace(x: Expression) -> Expression:
    """The sum of the diagonal of a square matrix. Shape (1,1)."""
    return node(TRACE, (x,))


def diag(x: Expression) -> Expression:
    """The square matrix with vector `x` on its diagonal; of a square matrix, its diagonal (n,1)."""
    return node(DIAG, (x,))


def norm(x: Expression) -> Expression:
    """The square root of the sum of squares (Frobenius for a matrix). Shape (1,1)."""
    return node(NORM, (x,))


# Trees with what is trivial folded away.


def transposed(x: Expression) -> Expression:
    """x.T; a scalar is its own, and two transposes cancel."""
    if x.shape == SCALAR:
        return x
    if x.operation is NEGATE:
        return negated(transposed(x.args[0]))
    return x.args[0] if x.operation is TRANSPOSE else transpose(x)


def matmul_folded(*factors: Expression) -> Expression:
    """a @ b @ c without ones and nested products; a minus sign goes to the front."""
    flat: list[Expression] = []
    negative = False
    for factor in factors:
        if factor.operation is NEGATE:
            negative = not negative
            factor = factor.args[0]
        if factor is not ONE:
            flat.extend(factor.args if factor.operation is MATMUL else (factor,))
    result = matmul(*flat) if flat else ONE
    return negated(result) if negative else result
