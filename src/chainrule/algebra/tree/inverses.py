"""The inverse and the determinant of a square matrix.

The adjoint rules are those of Giles (2008), *An extended collection of matrix derivative results
for forward and reverse mode algorithmic differentiation*, section 2.2.3: for C = A⁻¹,
A̅ = -Cᵀ C̅ Cᵀ; for C = det A, A̅ = C̅ C A⁻ᵀ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import OutOfDomain, filled, negated, times
from chainrule.algebra.tree.blocks import whole_value
from chainrule.algebra.tree.expression import Array, Expression, Operation, Setting, node
from chainrule.algebra.tree.matrices import matmul_folded, transposed
from chainrule.algebra.tree.shapes import SCALAR, Shape, shape_text
from chainrule.algebra.tree.text import brief


def _square(name: str, scalar: bool) -> Callable[..., Shape]:
    def shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
        rows, columns = args[0].shape
        if rows != columns:
            raise ShapeError(
                f"{name}(`{brief(args[0])}`) needs a square matrix; it is "
                f"{shape_text(args[0].shape)}"
            )
        return SCALAR if scalar else args[0].shape

    return shape


SINGULAR = "the matrix has no inverse"


def inverse_and_determinant(a: Array) -> tuple[Array, Any]:
    """Of one square matrix of any kind of numbers, by Gauss and Jordan with the largest pivots."""
    n = len(a)
    left, right = a.copy(), np.empty_like(a)
    right[:] = 0 * a
    for k in range(n):
        right[k, k] = right[k, k] + 1
    determinant: Any = 1
    for k in range(n):
        pivot = max(range(k, n), key=lambda row: abs(left[row, k]))
        if left[pivot, k] == 0:
            raise OutOfDomain(SINGULAR)
        if pivot != k:
            left[[k, pivot]], right[[k, pivot]] = left[[pivot, k]], right[[pivot, k]]
            determinant = -determinant
        head = left[k, k]
        determinant = determinant * head
        left[k], right[k] = left[k] / head, right[k] / head
        for row in range(n):
            if row != k:
                factor = left[row, k]
                left[row] = left[row] - factor * left[k]
                right[row] = right[row] - factor * right[k]
    return right, determinant


def _inverse_value(x: Expression, values: list[Array], at: Setting) -> Array:
    a = whole_value(values[0], x.args[0], at)
    if a.dtype != object:
        try:
            return np.linalg.inv(a)
        except np.linalg.LinAlgError as error:
            raise OutOfDomain(SINGULAR) from error
    result = np.empty_like(a)
    for place in np.ndindex(*a.shape[:-2]):
        result[place] = inverse_and_determinant(a[place])[0]
    return result


def _determinant_value(x: Expression, values: list[Array], at: Setting) -> Array:
    a = whole_value(values[0], x.args[0], at)
    if a.dtype != object:
        return np.asarray(np.linalg.det(a))[..., None, None]
    result = np.empty((*a.shape[:-2], 1, 1), dtype=object)
    for place in np.ndindex(*a.shape[:-2]):
        result[(*place, 0, 0)] = inverse_and_determinant(a[place])[1]
    return result


def _inverse_adjoint(x: Expression, g: Expression, i: int) -> Expression:
    turned = transposed(x)
    return negated(matmul_folded(turned, filled(g, x.shape), turned))


INVERSE = Operation(
    name="inv",
    shape=_square("inv", scalar=False),
    value=_inverse_value,
    adjoint=_inverse_adjoint,
    text=lambda x, parts: f"inv({parts[0].text})",
    rule="derivative of the inverse",
)

DETERMINANT = Operation(
    name="det",
    shape=_square("det", scalar=True),
    value=_determinant_value,
    adjoint=lambda x, g, i: times(times(g, x), transposed(inverse(x.args[0]))),
    text=lambda x, parts: f"det({parts[0].text})",
    rule="derivative of the determinant",
)


def inverse(x: Expression) -> Expression:
    """The inverse of a square matrix."""
    return node(INVERSE, (x,))


def determinant(x: Expression) -> Expression:
    """The determinant of a square matrix. Shape (1,1)."""
    return node(DETERMINANT, (x,))
