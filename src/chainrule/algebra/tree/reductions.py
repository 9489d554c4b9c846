"""Sums, means and maxima over a matrix or along one of its axes, and softmax.

The axis that is summed keeps its place with size 1, so that the result still broadcasts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.algebra.tree.arithmetic import (
    NEGATE,
    dimension,
    filled,
    negate,
    negated,
    plus,
    times,
)
from chainrule.algebra.tree.comparisons import compare
from chainrule.algebra.tree.elementary_functions import magnitude
from chainrule.algebra.tree.expression import Array, Expression, Operation, Part, Setting, node
from chainrule.algebra.tree.powers import divided
from chainrule.algebra.tree.shapes import Dimension, Shape, reduced


def _reduced_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    return reduced(args[0].shape, params[0])


def _axes(reduction: Expression) -> tuple[int, ...]:
    axis = reduction.params[0]
    return (-2, -1) if axis is None else (axis - 2,)


def _words(name: str, default: int | None = None) -> Callable[[Expression, list[Part]], str]:
    def words(reduction: Expression, parts: list[Part]) -> str:
        axis = reduction.params[0]
        return f"{name}({parts[0].text}{'' if axis == default else f', axis={axis}'})"

    return words


def summed_sizes(shape: Shape, axis: int | None) -> tuple[Dimension, ...]:
    """The sizes, other than 1, that a sum along `axis` runs over."""
    sizes = shape if axis is None else (shape[axis],)
    return tuple(size for size in sizes if size != 1)


def count(shape: Shape, axis: int | None) -> Expression:
    """How many entries a sum along `axis` adds up, as an expression: `n1`, `m * n1`, `1`."""
    return times(*(dimension(size) for size in summed_sizes(shape, axis)))


SUM_OF = Operation(
    name="sum",
    shape=_reduced_shape,
    value=lambda total, values, at: values[0].sum(axis=_axes(total), keepdims=True),
    adjoint=lambda total, g, i: g,
    text=_words("sum"),
    rule="a sum passes its gradient to every term",
)

MEAN = Operation(
    name="mean",
    shape=_reduced_shape,
    value=lambda mean, values, at: values[0].mean(axis=_axes(mean), keepdims=True),
    adjoint=lambda mean, g, i: divided(g, count(mean.args[0].shape, mean.params[0])),
    text=_words("mean"),
    rule="a mean passes an equal share of its gradient to every term",
)


def _sorted_along(reduction: Expression, x: Array) -> Array:
    """The entries a reduction runs over, laid out along the last axis."""
    if reduction.params[0] is None:
        return x.reshape(*x.shape[:-2], -1)
    return np.moveaxis(x, reduction.params[0] - 2, -1)


def _max_value(largest: Expression, values: list[Array], at: Setting) -> Array:
    x = _sorted_along(largest, values[0])
    where = x.real.argmax(axis=-1)[..., None]
    result = np.take_along_axis(x, where, axis=-1)
    if largest.params[0] is None:
        return result[..., None]
    return np.moveaxis(result, -1, largest.params[0] - 2)


def _max_margin(largest: Expression, values: list[Array]) -> float:
    x = np.sort(_sorted_along(largest, values[0].real), axis=-1)
    return np.inf if x.shape[-1] == 1 else float((x[..., -1] - x[..., -2]).min())


MAX = Operation(
    name="max",
    shape=_reduced_shape,
    value=_max_value,
    adjoint=lambda largest, g, i: times(g, compare(largest.args[0], ">=", largest)),
    text=_words("max"),
    rule="max: the gradient goes to the largest",
    margin=_max_margin,
)


# Softmax, down the columns unless told otherwise.


def _shifted(x: Array, axis: int) -> Array:
    """x less its largest real part along `axis`, so that no exponent is positive."""
    return x - x.real.max(axis=axis, keepdims=True)


def _softmax_value(s: Expression, values: list[Array], at: Setting) -> Array:
    axis = s.params[0] - 2
    t = np.exp(_shifted(values[0], axis))
    return t / t.sum(axis=axis, keepdims=True)


def _softmax_adjoint(s: Expression, g: Expression, i: int) -> Expression:
    axis = s.params[0]
    # dC/dz = a * (g - sum(g * a)): the product of the Jacobian diag(a) - a aᵀ with g.
    inner = total(times(filled(g, s.shape), s), axis)
    return times(s, plus(g, negated(inner)))


SOFTMAX = Operation(
    name="softmax",
    shape=lambda args, params: args[0].shape,
    value=_softmax_value,
    adjoint=_softmax_adjoint,
    text=_words("softmax", default=0),
    rule="derivative of softmax",
)


# Logarithms that are worked out together with what they are taken of. They have no text of their
# own: `evaluate` uses them in place of log(softmax(z)) and the like, where the detour overflows.


def _log_softmax(s: Expression, values: list[Array], at: Setting) -> Array:
    axis = s.params[0] - 2
    x = _shifted(values[0], axis)
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


def _log_sum_exp(s: Expression, values: list[Array], at: Setting) -> Array:
    axes = _axes(s)
    largest = values[0].real.max(axis=axes, keepdims=True)
    return largest + np.log(np.exp(values[0] - largest).sum(axis=axes, keepdims=True))


def _log_sigmoid(s: Expression, values: list[Array], at: Setting) -> Array:
    x = s.params[0] * values[0]
    return np.where(x.real < 0, x, 0.0) - np.log1p(np.exp(-magnitude(x)))


def _unwritten(s: Expression, g: Expression, i: int) -> Expression:
    raise AssertionError(f"{s.name} only has a value")


def _together(name: str, value: Callable[..., Array], keeps_shape: bool) -> Operation:
    return Operation(
        name=name,
        shape=(lambda args, params: args[0].shape) if keeps_shape else _reduced_shape,
        value=value,
        adjoint=_unwritten,
        text=lambda s, parts: f"{name}({parts[0].text})",
        rule=name,
    )


LOG_SOFTMAX = _together("log of softmax", _log_softmax, keeps_shape=True)
LOG_SUM_EXP = _together("log of sum of exp", _log_sum_exp, keeps_shape=False)
LOG_SIGMOID = _together("log of sigma", _log_sigmoid, keeps_shape=True)


# Trees as they are written, and with what is trivial folded away.


def sum_of(x: Expression, axis: int | None = None) -> Expression:
    """The sum of all entries (1,1), of each column (axis 0: (1,c)), of each row (axis 1: (r,1))."""
    return node(SUM_OF, (x,), (axis,))


def mean_of(x: Expression, axis: int | None = None) -> Expression:
    """The mean of all entries, of each column (axis 0), of each row (axis 1)."""
    return node(MEAN, (x,), (axis,))


def max_of(x: Expression, axis: int | None = None) -> Expression:
    """The largest of all entries, of each column (axis 0), of each row (axis 1)."""
    return node(MAX, (x,), (axis,))


def min_of(x: Expression, axis: int | None = None) -> Expression:
    """The smallest of all entries, of each column (axis 0), of each row (axis 1): -max(-x)."""
    return negate(max_of(negate(x), axis))


def softmax(x: Expression, axis: int = 0) -> Expression:
    """exp(x) divided by its sum down each column (axis 0) or along each row (axis 1)."""
    return node(SOFTMAX, (x,), (axis,))


def total(x: Expression, axis: int | None) -> Expression:
    """The sum of x, with signs taken out, no sum over what has size 1, and `axis` left out when
    the other axis has size 1 anyway."""
    if x.operation is NEGATE:
        return negated(total(x.args[0], axis))
    if not summed_sizes(x.shape, axis):
        return x
    if axis is not None and x.shape[1 - axis] == 1:
        axis = None
    return sum_of(x, axis)


def summed_back(x: Expression, full: Shape, target: Shape) -> Expression:
    """`x`, which stands for its stretch to `full`, summed over the axes that `target` has as 1.

    Where x itself has size 1 along such an axis, the sum is the size times x.
    """
    factors: list[Expression] = []
    axes: list[int] = []
    for axis in (0, 1):
        if target[axis] == 1 and full[axis] != 1:
            if x.shape[axis] == 1:
                factors.append(dimension(full[axis]))
            else:
                axes.append(axis)
    if len(axes) == 2:
        x = total(x, None)
    elif axes:
        x = total(x, axes[0])
    return times(*factors, x) if factors else x
