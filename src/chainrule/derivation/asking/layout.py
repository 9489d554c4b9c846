"""How the values of an answer lie against those asked for.

An answer to a matrix is a matrix, or an entry of it with index letters free: `delta2[j]*a1[k]` for
dC/dW2. Index letters stand for rows and columns by their sizes; where both fit, in the order of the
alphabet.
"""

from __future__ import annotations

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
    return where.laid(plain_value(root, point), size)


def plain_value(root: Expression, point: Point) -> Array:
    """The values of a tree at a point, as they are. Raises DomainError, TooLargeError."""
    measure(root, point)
    for name, leaf in symbols(root).items():
        if name not in point.values:
            point.value(leaf)
    return evaluate(root, point.values, point.sizes, {})


def measure(root: Expression, point: Point) -> None:
    """Raise TooLargeError if a part of the answer has more numbers than are worked out."""
    letters: set[str] = set()
    for part in postorder(root):
        if part.shape == UNKNOWN:
            continue
        rows, columns = concrete(part.shape, point.sizes)
        entries = rows * columns
        for letter, size in part.indices:
            letters.add(letter)
            entries *= size if isinstance(size, int) else point.sizes[size]
        if entries > MAX_ENTRIES:
            raise TooLargeError(f"a part of it has {entries} numbers; at most {MAX_ENTRIES} fit")
    if len(letters) > MAX_LETTERS:
        raise TooLargeError(f"it has {len(letters)} index letters; at most {MAX_LETTERS} are used")


def overflows(error: DomainError) -> bool:
    """Whether a value is missing only because the numbers are too large for the machine."""
    return "overflow" in error.reason or "too large" in error.reason
