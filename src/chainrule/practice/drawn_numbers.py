"""What a question is drawn with: small whole numbers, never 0 where that would be degenerate.

The bounds. Whole numbers lie within -12 and 12, decimals have one or two places, a function has at
most three terms or factors, vectors at most four entries, matrices at most three rows and columns.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import TypeVar

T = TypeVar("T")
Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]

LEVELS = (1, 2, 3)


class Draw:
    """Random choices that depend on nothing but the words they are seeded with."""

    def __init__(self, words: str, level: int) -> None:
        self.random = random.Random(words)
        self.level = level

    def integer(self, low: int, high: int, but: Collection[float] = (0,)) -> int:
        """A whole number from low to high, none of `but`."""
        return self.random.choice([n for n in range(low, high + 1) if n not in but])

    def signed(self, low: int, high: int) -> int:
        """A whole number with a magnitude from low to high, and either sign."""
        return self.integer(low, high) * self.random.choice((1, -1))

    def decimal(self, low: int, high: int, places: int = 1, but: Collection[float] = (0,)) -> float:
        """A number such as 0.7: low to high in units of the last place."""
        return round(self.integer(low, high, but) / 10**places, places)

    def one_of(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def some_of(self, options: Sequence[T], count: int) -> list[T]:
        return self.random.sample(options, count)

    def vector(
        self, size: int, low: int = -4, high: int = 5, but: Collection[float] = (0,)
    ) -> Vector:
        """Whole numbers, not all alike."""
        while True:
            found = tuple(self.integer(low, high, but) for _ in range(size))
            if size == 1 or len(set(found)) > 1:
                return found

    def matrix(self, rows: int, columns: int, low: int = -3, high: int = 4) -> Matrix:
        """Whole numbers, rows that differ, and no symmetry that would hide a transpose."""
        while True:
            found = tuple(self.vector(columns, low, high) for _ in range(rows))
            flipped = tuple(zip(*found, strict=True))
            if len(set(found)) == rows and found != flipped:
                return found
