"""Symbolic shapes: a matrix is (rows, columns), each a name or a whole number.

Two sizes agree when they are the same name or the same number; a size of 1 stretches, as in
NumPy's broadcasting. Different names are taken to be different sizes, and none of them is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chainrule.algebra.tree.sizes import Dimension, size_value

Shape = tuple[Dimension, Dimension]

SCALAR: Shape = (1, 1)


def shape_text(shape: Shape) -> str:
    """`(n1,n0)`, as shapes are written in a sheet."""
    return f"({shape[0]},{shape[1]})"


def stretch(a: Dimension, b: Dimension) -> Dimension | None:
    """The size that `a` and `b` broadcast to, or None if they do not fit."""
    if a == b or b == 1:
        return a
    return b if a == 1 else None


def broadcast(a: Shape, b: Shape) -> Shape | None:
    """The shape of an elementwise operation on `a` and `b`, or None if they do not fit."""
    rows, columns = stretch(a[0], b[0]), stretch(a[1], b[1])
    return None if rows is None or columns is None else (rows, columns)


def broadcast_all(shapes: Iterable[Shape]) -> Shape | None:
    """The shape that all of `shapes` broadcast to, or None."""
    result: Shape | None = SCALAR
    for shape in shapes:
        if result is None:
            return None
        result = broadcast(result, shape)
    return result


def product(a: Shape, b: Shape) -> Shape | None:
    """The shape of `a @ b`, or None if the inner sizes differ."""
    return (a[0], b[1]) if a[1] == b[0] else None


def flip(shape: Shape) -> Shape:
    """The shape of the transpose."""
    return (shape[1], shape[0])


def reduced(shape: Shape, axis: int | None) -> Shape:
    """The shape of a sum along `axis` (None: over everything); the summed axis stays as 1."""
    if axis is None:
        return SCALAR
    return (1, shape[1]) if axis == 0 else (shape[0], 1)


def is_vector(shape: Shape) -> bool:
    """Whether the shape is a column, a row or a scalar."""
    return shape[0] == 1 or shape[1] == 1


def length(shape: Shape) -> Dimension:
    """The number of entries of a vector."""
    return shape[1] if shape[0] == 1 else shape[0]


def unify(pattern: Shape, shape: Shape) -> dict[str, Dimension] | None:
    """The names of `pattern` put as sizes so that it becomes `shape`, or None if none do."""
    found: dict[str, Dimension] = {}
    for wanted, given in zip(pattern, shape, strict=True):
        if isinstance(wanted, int):
            if wanted != given:
                return None
        elif found.setdefault(wanted, given) != given:
            return None
    return found


def concrete(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, int]:
    """The shape in numbers. AlgebraError names a dimension that has no size."""
    return (size_value(shape[0], sizes), size_value(shape[1], sizes))
