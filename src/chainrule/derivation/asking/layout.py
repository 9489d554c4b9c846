"""How the values of an answer lie against those asked for.

An answer to a matrix is a matrix, or an entry of it with index letters free: `delta2[j]*a1[k]` for
dC/dW2. Index letters stand for rows and columns by their sizes; where both fit, in the order of the
alphabet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.algebra import (
    SCALAR,
    UNKNOWN,
    AlgebraError,
    Array,
    DomainError,
    Expression,
    Index,
    Point,
    Shape,
    concrete,
    evaluate,
    flip,
    postorder,
    size_value,
    symbols,
)
from chainrule.derivation.asking.points import MAX_ENTRIES
from chainrule.derivation.asking.question import Question

MAX_LETTERS = 6
"""The most index letters of an answer."""


class TooLargeError(AlgebraError):
    """A part of an answer has more numbers than are worked out."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the values of an answer lie against those asked for.

    letters: the free index letters, in the order of the alphabet. rows, columns: which of them
    stands for the rows and for the columns. flipped: a matrix whose transpose has the right shape.
    """

    letters: tuple[str, ...] = ()
    rows: str | None = None
    columns: str | None = None
    flipped: bool = False
    stretched: bool = False

    def laid(self, value: Array, size: tuple[int, int]) -> Array:
        """(..., rows, columns) of `value`, which has one axis for each letter before its last two.

        Axes before those are a batch.
        """
        if self.letters:
            batch = value.ndim - len(self.letters) - 2
            value = value[..., 0, 0]
            order = [batch + self.letters.index(k) for k in (self.rows, self.columns) if k]
            value = value.transpose(*range(batch), *order)
            shape = (size[0] if self.rows else 1, size[1] if self.columns else 1)
            value = value.reshape(*value.shape[:batch], *shape)
        if self.flipped:
            return np.broadcast_to(value, (*value.shape[:-2], size[1], size[0])).swapaxes(-1, -2)
        return np.broadcast_to(value, (*value.shape[:-2], *size))


def layout(shape: Shape, indices: tuple[Index, ...], asked: Question) -> Layout | None:
    """How an answer of this shape can be an answer to what is asked; None: it cannot."""
    wanted = asked.leaf.shape
    if not indices:
        if shape == wanted:
            return Layout()
        if shape == flip(wanted):
            return Layout(flipped=True)
        if shape == SCALAR:
            return Layout(stretched=True)
        return None
    if shape != SCALAR:
        return None
    letters = tuple(letter for letter, _ in indices)
    sizes = dict(indices)
    if asked.letters:
        # One letter of a vector is meant whichever way it lies.
        places = [asked.letters[0], asked.letters[-1]]
        pair = [k if k in sizes and n != 1 else None for k, n in zip(places, wanted, strict=False)]
        if set(letters) - set(pair):
            return None
    else:
        pair: list[str | None] = [None, None]
        for letter in letters:
            axis = next((i for i in (0, 1) if pair[i] is None and wanted[i] == sizes[letter]), None)
            if axis is None:
                return None
            pair[axis] = letter
    for letter, size in zip(pair, wanted, strict=True):
        if letter is not None and sizes[letter] != size:
            return None
    return Layout(letters, pair[0], pair[1])


def value_at(root: Expression, where: Layout, point: Point, size: tuple[int, int]) -> Array:
    """The answer's values at a point, laid out as what was asked for, of `size`.

    Raises DomainError where the answer has no value, TooLargeError.
    """
    (value,) = plain_values(root, [point])
    if isinstance(value, DomainError):
        raise value
    return where.laid(value, size)


def plain_values(root: Expression, points: Sequence[Point]) -> tuple[Array | DomainError, ...]:
    """The values of a tree at points as they are, or why there is none. Raises TooLargeError."""
    measure(root, points)
    leaves = symbols(root)
    return tuple(_plain_value(root, leaves, point) for point in points)


def _plain_value(
    root: Expression, leaves: Mapping[str, Expression], point: Point
) -> Array | DomainError:
    try:
        for name, leaf in leaves.items():
            if name not in point.values:
                point.value(leaf)
        return evaluate(root, point.values, point.sizes, {})
    except DomainError as error:
        return error


def measure(root: Expression, points: Sequence[Point]) -> None:
    """Raise TooLargeError if a part of the answer has more numbers than are worked out."""
    sizes = dict.fromkeys(
        (part.shape, part.indices) for part in postorder(root) if part.shape != UNKNOWN
    )
    letters = {letter for _, indices in sizes for letter, _ in indices}
    for point in points:
        for shape, indices in sizes:
            entries = math.prod(concrete(shape, point.sizes))
            for _, size in indices:
                entries *= size_value(size, point.sizes)
            if entries > MAX_ENTRIES:
                message = f"a part of it has {entries} numbers; at most {MAX_ENTRIES} fit"
                raise TooLargeError(message)
        if len(letters) > MAX_LETTERS:
            message = f"it has {len(letters)} index letters; at most {MAX_LETTERS} are used"
            raise TooLargeError(message)


def overflows(error: DomainError) -> bool:
    """Whether a value is missing only because the numbers are too large for the machine."""
    return "overflow" in error.reason or "too large" in error.reason
