"""Parts of a matrix, and matrices put together: slices, zeros around, side by side, other shapes.

Rows and columns are counted from 0, as in NumPy; the end of a slice is not part of it. All of it
is linear, so what comes back to an argument is what these do the other way round: a slice's
gradient is laid among zeros, and what was put side by side is cut apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import OutOfDomain, filled
from chainrule.algebra.tree.expression import (
    POSTFIX,
    Array,
    Expression,
    Operation,
    Part,
    Setting,
    node,
)
from chainrule.algebra.tree.shapes import (
    Dimension,
    Shape,
    concrete,
    shape_text,
)
from chainrule.algebra.tree.sizes import (
    difference,
    product_of_sizes,
    size_value,
    sum_of_sizes,
)
from chainrule.algebra.tree.text import brief

Range = tuple[Dimension, Dimension]
"""From where, and up to where, the end left out; or how many zeros before, and how many after."""


def whole_value(value: Array, x: Expression, at: Setting) -> Array:
    """The value in the full shape of its node."""
    shape = concrete(x.shape, at.sizes)
    if value.shape[-2:] == shape:
        return value
    return np.broadcast_to(value, (*value.shape[:-2], *shape))


# A part: X[1:, :], w[0].


def _slice_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    sizes: list[Dimension] = []
    for (start, stop), size, which in zip(params, args[0].shape, ("row", "column"), strict=True):
        count = difference(stop, start)
        numbers = [n for n in (start, difference(size, stop)) if isinstance(n, int) and n < 0]
        if numbers or (isinstance(count, int) and count < 1):
            words = "is empty" if not numbers else f"goes beyond its {size} {which}s"
            shown = f"{start}:{stop}" if count != 1 else f"{start}"
            raise ShapeError(
                f"`{brief(args[0])}` {shape_text(args[0].shape)} at {which} {shown} {words}; "
                "places are counted from 0"
            )
        sizes.append(count)
    return (sizes[0], sizes[1])


def _slice_value(part: Expression, values: list[Array], at: Setting) -> Array:
    x = whole_value(values[0], part.args[0], at)
    (top, bottom), (left, right) = (
        [size_value(end, at.sizes) for end in ends] for ends in part.params
    )
    if not (0 <= top < bottom <= x.shape[-2] and 0 <= left < right <= x.shape[-1]):
        raise OutOfDomain("a part goes beyond the matrix")
    return x[..., top:bottom, left:right]


def _slice_adjoint(part: Expression, g: Expression, i: int) -> Expression:
    (top, bottom), (left, right) = part.params
    rows, columns = part.args[0].shape
    below, after = difference(rows, bottom), difference(columns, right)
    return padded(filled(g, part.shape), (top, below), (left, after))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slice begins and ends, as it is typed; None: what is left out. one: a single row."""

    start: Dimension | None
    stop: Dimension | None
    one: bool = False

    def text(self) -> str:
        """`1:`, `:k`, `0`, `-1` or `:`."""
        start, stop = ("" if end is None else str(end) for end in (self.start, self.stop))
        return start if self.one else f"{start}:{stop}"


def places_of(part: Expression) -> list[Place]:
    """The places of a slice; one of a vector, two of a matrix."""
    x = part.args[0]
    bounds = zip(part.params, x.shape, strict=True)
    places = [_place(start, stop, size) for (start, stop), size in bounds]
    if x.shape[1] == 1 and part.params[1] == (0, 1):
        return places[:1]
    return places[1:] if x.shape[0] == 1 else places


def _place(start: Dimension, stop: Dimension, size: Dimension) -> Place:
    if (start, stop) == (0, size):
        return Place(None, None)
    if difference(stop, start) == 1:
        from_end = difference(start, size)
        if isinstance(start, int):
            return Place(start, None, one=True)
        if isinstance(from_end, int):
            return Place(from_end, None, one=True)
    return Place(None if start == 0 else start, None if stop == size else stop)


def _slice_text(part: Expression, parts: list[Part]) -> str:
    places = [place.text() for place in places_of(part)]
    return f"{parts[0].within(POSTFIX)}[{', '.join(places)}]"


SLICE = Operation(
    name="slice",
    shape=_slice_shape,
    value=_slice_value,
    adjoint=_slice_adjoint,
    text=_slice_text,
    rule="a part's gradient goes to its place",
    binding=POSTFIX,
)


# Zeros around.


def _pad_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    for ends in params:
        if any(isinstance(end, int) and end < 0 for end in ends):
            raise ShapeError("a number of zeros around a matrix is negative")
    rows, columns = (
        sum_of_sizes(before, size, after)
        for (before, after), size in zip(params, args[0].shape, strict=True)
    )
    return (rows, columns)


def _pad_value(wide: Expression, values: list[Array], at: Setting) -> Array:
    x = whole_value(values[0], wide.args[0], at)
    result = np.zeros((*x.shape[:-2], *concrete(wide.shape, at.sizes)), dtype=x.dtype)
    top, left = (size_value(before, at.sizes) for before, _ in wide.params)
    result[..., top : top + x.shape[-2], left : left + x.shape[-1]] = x
    return result


def _pad_adjoint(wide: Expression, g: Expression, i: int) -> Expression:
    ends = [
        (before, sum_of_sizes(before, size))
        for (before, _), size in zip(wide.params, wide.args[0].shape, strict=True)
    ]
    return sliced(filled(g, wide.shape), ends[0], ends[1])


def _pad_text(wide: Expression, parts: list[Part]) -> str:
    ends = [f"({before}, {after})" for before, after in wide.params]
    shape = wide.args[0].shape
    along = 0 if shape[1] == 1 and shape[0] != 1 else 1 if shape[0] == 1 and shape[1] != 1 else None
    if along is not None and wide.params[1 - along] == (0, 0):
        return f"pad({parts[0].text}, {ends[along]})"
    return f"pad({parts[0].text}, ({ends[0]}, {ends[1]}))"


PAD = Operation(
    name="pad",
    shape=_pad_shape,
    value=_pad_value,
    adjoint=_pad_adjoint,
    text=_pad_text,
    rule="the zeros around pass nothing back",
)


# Side by side.


def _concat_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    axis = params[0]
    first = args[0]
    for arg in args[1:]:
        if arg.shape[1 - axis] != first.shape[1 - axis]:
            which = ("rows", "columns")[1 - axis]
            under = ("one under the other", "side by side")[axis]
            raise ShapeError(
                f"`{brief(first)}` {shape_text(first.shape)} and `{brief(arg)}` "
                f"{shape_text(arg.shape)} {under}: {which} {first.shape[1 - axis]} and "
                f"{arg.shape[1 - axis]} differ"
            )
    joined = sum_of_sizes(*(arg.shape[axis] for arg in args))
    return (joined, first.shape[1]) if axis == 0 else (first.shape[0], joined)


def _concat_value(joined: Expression, values: list[Array], at: Setting) -> Array:
    whole = [whole_value(v, x, at) for v, x in zip(values, joined.args, strict=True)]
    lead = np.broadcast_shapes(*(value.shape[:-2] for value in whole))
    full = [np.broadcast_to(value, (*lead, *value.shape[-2:])) for value in whole]
    return np.concatenate(full, axis=joined.params[0] - 2)


def _concat_adjoint(joined: Expression, g: Expression, i: int) -> Expression:
    axis = joined.params[0]
    start = sum_of_sizes(0, *(arg.shape[axis] for arg in joined.args[:i]))
    along = (start, sum_of_sizes(start, joined.args[i].shape[axis]))
    across = (0, joined.shape[1 - axis])
    ends = (along, across) if axis == 0 else (across, along)
    return sliced(filled(g, joined.shape), *ends)


CONCAT = Operation(
    name="concat",
    shape=_concat_shape,
    value=_concat_value,
    adjoint=_concat_adjoint,
    text=lambda joined, parts: (
        f"concat({', '.join(part.text for part in parts)}, axis={joined.params[0]})"
    ),
    rule="what was put side by side is cut apart",
)


# The other way round, and other shapes.

FLIP = Operation(
    name="flip",
    shape=lambda args, params: args[0].shape,
    value=lambda x, values, at: np.flip(
        whole_value(values[0], x.args[0], at), axis=_axes_of(x.params[0])
    ),
    adjoint=lambda x, g, i: flipped(filled(g, x.shape), x.params[0]),
    text=lambda x, parts: f"flip({parts[0].text}{_axis_text(x.params[0])})",
    rule="what was turned round is turned back",
)


def _axes_of(axis: int | None) -> tuple[int, ...]:
    return (-2, -1) if axis is None else (axis - 2,)


def _axis_text(axis: int | None) -> str:
    return "" if axis is None else f", axis={axis}"


def _reshape_shape(args: tuple[Expression, ...], params: tuple[Any, ...]) -> Shape:
    old, new = args[0].shape, params[0]
    if product_of_sizes(*old) != product_of_sizes(*new):
        raise ShapeError(
            f"`{brief(args[0])}` {shape_text(old)} has {product_of_sizes(*old)} entries, and "
            f"{shape_text(new)} has {product_of_sizes(*new)}"
        )
    return new


def _reshape_value(x: Expression, values: list[Array], at: Setting) -> Array:
    value = whole_value(values[0], x.args[0], at)
    return value.reshape(*value.shape[:-2], *concrete(x.shape, at.sizes))


RESHAPE = Operation(
    name="reshape",
    shape=_reshape_shape,
    value=_reshape_value,
    adjoint=lambda x, g, i: reshaped(filled(g, x.shape), x.args[0].shape),
    text=lambda x, parts: f"reshape({parts[0].text}, {x.shape[0]}, {x.shape[1]})",
    rule="the entries are laid back to their shape",
)


# Trees with what is trivial folded away.


def sliced(x: Expression, rows: Range, columns: Range) -> Expression:
    """The rows and columns from the first number up to the second."""
    if (rows, columns) == ((0, x.shape[0]), (0, x.shape[1])):
        return x
    return node(SLICE, (x,), (rows, columns))


def padded(x: Expression, rows: Range, columns: Range) -> Expression:
    """x with zeros before and after its rows, and before and after its columns."""
    if rows == columns == (0, 0):
        return x
    return node(PAD, (x,), (rows, columns))


def concat(*parts: Expression, axis: int = 0) -> Expression:
    """The parts one under the other (axis 0), or side by side (axis 1)."""
    return parts[0] if len(parts) == 1 else node(CONCAT, parts, (axis,))


def flipped(x: Expression, axis: int | None = None) -> Expression:
    """x with its entries in the reverse order, along one axis or along both."""
    if x.shape[0] == 1 and axis in (None, 0):
        axis = 1
    elif x.shape[1] == 1 and axis is None:
        axis = 0
    if axis is not None and x.shape[axis] == 1:
        return x
    if x.operation is FLIP and x.params[0] == axis:
        return x.args[0]
    return node(FLIP, (x,), (axis,))


def reshaped(x: Expression, shape: Shape) -> Expression:
    """The entries of x, row after row, in another shape with as many of them."""
    return x if x.shape == shape else node(RESHAPE, (x,), (shape,))


def place(index: Dimension, size: Dimension) -> Range:
    """One place as a range; a negative number is counted from the end."""
    if isinstance(index, int) and index < 0:
        index = sum_of_sizes(size, index)
    return (index, sum_of_sizes(index, 1))


def stretch_of(start: Dimension | None, stop: Dimension | None, size: Dimension) -> Range:
    """`start:stop` as a range; what is left out goes to the end, negative is counted from it."""
    ends: list[Dimension] = []
    for given, usual in ((start, 0), (stop, size)):
        end = usual if given is None else given
        if isinstance(end, int) and end < 0 and given is not None:
            end = sum_of_sizes(size, end)
        ends.append(end)
    return (ends[0], ends[1])
