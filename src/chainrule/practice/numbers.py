"""Numbers as they stand in a question, and values of expressions at whole numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from chainrule.algebra import AlgebraError, Expression, evaluate
from chainrule.practice.drawn_numbers import Matrix, Vector


def value_at(tree: Expression, values: Mapping[str, float]) -> float | None:
    """The value of an expression; None where it has none."""
    arrays = {name: np.array([[float(value)]]) for name, value in values.items()}
    try:
        value = float(evaluate(tree, arrays, {})[0, 0])
    except AlgebraError:
        return None
    return value if math.isfinite(value) else None


def shown(number: float) -> str:
    """`3`, `-0.25`; a minus sign as in print."""
    return f"{number + 0.0:.10f}".rstrip("0").rstrip(".").replace("-", "−")


def bracketed(number: float) -> str:
    """A number behind an operator: `3`, `(−3)`."""
    return f"({shown(number)})" if number < 0 else shown(number)


def products(first: Sequence[float], second: Sequence[float]) -> str:
    """Products added up: `2·4 + (−1)·3`."""
    pairs = zip(first, second, strict=True)
    return " + ".join(f"{bracketed(a)}·{bracketed(b)}" for a, b in pairs)


def column(entries: Sequence[float]) -> str:
    """A vector in one line: `(1, −2)`."""
    return f"({', '.join(shown(entry) for entry in entries)})"


def rows(matrix: Matrix) -> str:
    """A matrix in one line: `[1 2; 3 4]`."""
    return f"[{'; '.join(' '.join(shown(e) for e in row) for row in matrix)}]"


def rounded(number: float, places: int = 3) -> str:
    """A number rounded, without zeros at the end."""
    return shown(round(number, places) + 0.0)


def dot(first: Vector, second: Vector) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))


def times(matrix: Matrix, entries: Vector) -> Vector:
    """Matrix times vector."""
    return tuple(dot(row, entries) for row in matrix)


def flipped(matrix: Matrix) -> Matrix:
    """The transpose."""
    return tuple(zip(*matrix, strict=True))


def product(first: Matrix, second: Matrix) -> Matrix:
    """Matrix times matrix."""
    columns = flipped(second)
    return tuple(tuple(dot(row, column) for column in columns) for row in first)


def plus(first: Vector, second: Vector) -> Vector:
    return tuple(a + b for a, b in zip(first, second, strict=True))


def minus(first: Vector, second: Vector) -> Vector:
    return tuple(a - b for a, b in zip(first, second, strict=True))


def hadamard(first: Vector, second: Vector) -> Vector:
    """Entry by entry."""
    return tuple(a * b for a, b in zip(first, second, strict=True))


def scaled(factor: float, entries: Vector) -> Vector:
    return tuple(factor * entry for entry in entries)


def outer(first: Vector, second: Vector) -> Matrix:
    """A column times a row."""
    return tuple(scaled(entry, second) for entry in first)


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def coprime(number: int, other: int) -> int:
    """The number, or the next away from 0 that shares no factor with the other."""
    away = 1 if number > 0 else -1
    while math.gcd(number, other) > 1:
        number += away
    return number
