"""Random numbers for a sheet, as NumPy source and as the arrays that source makes.

A stand-alone module draws its own example. The seed is chosen here, so that every function has a
value there and no kink is near.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np

from chainrule.algebra import (
    Array,
    Declaration,
    DomainError,
    Point,
    SamplingError,
    Sheet,
    concrete,
    draw_sizes,
    kink_distance,
    size_source,
    sizes_fit,
)

MARGIN = 1e-3
"""How far the example stays from a kink; a gradient check moves every number by far less."""

SATURATED = 15.0
"""The largest number of the forward pass, if another seed has smaller ones."""

MAX_SEEDS = 30

Draw = Callable[[np.random.Generator, int, int, float], Array]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of drawing a matrix: source with {rows}, {columns}, {spread}, and what it does."""

    source: str
    draw: Draw


def _symmetric(rng: np.random.Generator, rows: int, columns: int, spread: float) -> Array:
    square = rng.normal(0.0, spread, (rows, columns))
    return np.tril(square) + np.tril(square, -1).T


_NORMAL = _Way(
    "rng.normal(0.0, {spread}, ({rows}, {columns}))",
    lambda rng, rows, columns, spread: rng.normal(0.0, spread, (rows, columns)),
)
_POSITIVE = _Way(
    "rng.uniform(0.3, 1.7, ({rows}, {columns}))",
    lambda rng, rows, columns, spread: rng.uniform(0.3, 1.7, (rows, columns)),
)
_UNIT = _Way(
    "rng.uniform(0.1, 0.9, ({rows}, {columns}))",
    lambda rng, rows, columns, spread: rng.uniform(0.1, 0.9, (rows, columns)),
)
_WAYS: Mapping[str, _Way] = {
    "onehot": _Way(
        "np.eye({rows})[:, rng.integers({rows}, size={columns})]",
        lambda rng, rows, columns, spread: np.eye(rows)[:, rng.integers(rows, size=columns)],
    ),
    "onehot axis=1": _Way(
        "np.eye({columns})[rng.integers({columns}, size={rows})]",
        lambda rng, rows, columns, spread: np.eye(columns)[rng.integers(columns, size=rows)],
    ),
    "prob": _Way(
        "rng.dirichlet(np.full({rows}, 5.0), size={columns}).T",
        lambda rng, rows, columns, spread: rng.dirichlet(np.full(rows, 5.0), size=columns).T,
    ),
    "prob axis=1": _Way(
        "rng.dirichlet(np.full({columns}, 5.0), size={rows})",
        lambda rng, rows, columns, spread: rng.dirichlet(np.full(columns, 5.0), size=rows),
    ),
    "binary": _Way(
        "rng.integers(0, 2, ({rows}, {columns})).astype(float)",
        lambda rng, rows, columns, spread: rng.integers(0, 2, (rows, columns)).astype(float),
    ),
    "sign": _Way(
        "rng.choice([-1.0, 1.0], ({rows}, {columns}))",
        lambda rng, rows, columns, spread: rng.choice([-1.0, 1.0], (rows, columns)),
    ),
    "unit": _UNIT,
    "symmetric": _Way(
        "symmetric(rng.normal(0.0, {spread}, ({rows}, {columns})))",
        _symmetric,
    ),
    "positive": _POSITIVE,
    "nonzero": _POSITIVE,
}
"""By what is declared; of several, the first here. What is said of nothing is drawn as normal."""

SYMMETRIC_SOURCE = '''def symmetric(square):
    """The symmetric matrix with the lower triangle of a square one."""
    return np.tril(square) + np.tril(square, -1).T
'''


@dataclass(frozen=True, slots=True)
class ExampleValues:
    """An example: the seed of its generator, a number for every size, source for every quantity.

    given: the arrays that the source makes when it is run in this order from this seed.
    """

    seed: int
    sizes: Mapping[str, int]
    sources: Mapping[str, str]
    given: Mapping[str, Array]


def example_values(sheet: Sheet, names: Mapping[str, str]) -> ExampleValues:
    """An example at which the sheet has values and no kink is near. names: the variables.

    Raises SamplingError if there is none among those tried.
    """
    sizes = _sizes(sheet)
    large: ExampleValues | None = None
    for plain in (_NORMAL, _POSITIVE, _UNIT):
        ways = [_way(declaration, plain) for declaration in sheet.declarations]
        for seed in range(MAX_SEEDS):
            rng = np.random.default_rng(seed)
            given = {
                declaration.name: way.draw(
                    rng, *concrete(declaration.shape, sizes), _spread(declaration, sizes)
                )
                for declaration, way in zip(sheet.declarations, ways, strict=True)
            }
            largest = _largest(sheet, given, sizes)
            if largest is None:
                continue
            sources = {
                declaration.name: _source(declaration, way, sizes, names)
                for declaration, way in zip(sheet.declarations, ways, strict=True)
            }
            found = ExampleValues(seed, sizes, sources, given)
            if largest < SATURATED:
                return found
            large = large or found
    if large is None:
        raise SamplingError("no numbers were found at which all of the sheet has a value")
    return large


def _sizes(sheet: Sheet) -> dict[str, int]:
    """A size for every name: 3, 4, 5, ..., none that the sheet fixes."""
    fixed = {size for shape in sheet.shapes.values() for size in shape}
    free = (size for size in count(3) if size not in fixed)
    usual = dict(zip(sheet.dimensions, free, strict=False))
    return usual if sizes_fit(sheet, usual) else draw_sizes(sheet, np.random.default_rng(0))


def _way(declaration: Declaration, plain: _Way) -> _Way:
    return next((way for said, way in _WAYS.items() if said in declaration.assumptions), plain)


def _spread(declaration: Declaration, sizes: Mapping[str, int]) -> float:
    """The standard deviation of normal numbers: smaller where many of them are added up."""
    return round(0.8 / max(1.0, max(concrete(declaration.shape, sizes)) / 6) ** 0.5, 3)


def _source(
    declaration: Declaration, way: _Way, sizes: Mapping[str, int], names: Mapping[str, str]
) -> str:
    rows, columns = (size_source(size, names) for size in declaration.shape)
    return way.source.format(rows=rows, columns=columns, spread=_spread(declaration, sizes))


def _largest(sheet: Sheet, given: Mapping[str, Array], sizes: Mapping[str, int]) -> float | None:
    """The largest number of the forward pass; None if there is none, or a kink is near."""
    try:
        point = Point(sheet, given, sizes)
        roots = list(sheet.expressions.values())
        still = sheet.whole_numbers
        if kink_distance(roots, point.values, point.sizes, still=still) < MARGIN:
            return None
    except DomainError:
        return None
    return max(float(np.abs(value).max()) for value in point.values.values())
