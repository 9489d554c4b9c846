"""Arrays of parameters read as layers, in whatever form they stand.

Weights may be (n_out, n_in) or (n_in, n_out), with a bias of its own, none, or inside as the first
or the last column; rows may be arrays of their own; all may be one long vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
INSIDE = ("", "last", "first")
MOST_READINGS = 400
MOST_STEPS = 20_000
"""Parts that are tried as a next layer: many small arrays go together in endless ways."""


@dataclass(frozen=True)
class Part:
    """Numbers of a layer: their array, and where they stand among the parameters.

    `index` is that of the parameter; several for rows that are arrays of their own. `start` is
    where they begin in it.
    """

    array: Array
    index: tuple[int, ...]
    start: int = 0


@dataclass(frozen=True)
class LayerPlace:
    """Where a layer's weights and biases stand."""

    weights: Part
    turned: bool
    inside: str
    biases: Part | None


@dataclass(frozen=True)
class Layers:
    """Parameters read as layers: weights (n_out, n_in), biases (n_out,), and where each stood."""

    weights: list[Array]
    biases: list[Array]
    places: tuple[LayerPlace, ...]
    shapes: tuple[tuple[int, ...], ...] = field(repr=False)
    """Those of the parameters."""

    def in_order(self, dW: Sequence[Array], db: Sequence[Array]) -> list[Array]:
        """Gradients in the order and form of the parameters.

        Of gradients with shapes of their own, those of the parameters they are held against.
        """
        found: list[Array] = [np.zeros(shape) for shape in self.shapes]
        for place, one, other in zip(self.places, dW, db, strict=True):
            weights, biases = np.asarray(one), np.asarray(other)
            if place.inside:
                column = np.broadcast_to(biases.reshape(-1), (len(weights),))[:, None]
                both = (column, weights) if place.inside == "first" else (weights, column)
                weights = np.hstack(both)
            put(found, place.weights, weights.T if place.turned else weights, self.shapes)
            if place.biases is not None:
                put(found, place.biases, biases, self.shapes)
        return found


def put(found: list[Array], part: Part, values: Array, shapes: Sequence[tuple[int, ...]]) -> None:
    """Put a gradient where its numbers stand among the parameters."""
    if len(part.index) > 1:
        for i, row in zip(part.index, values, strict=True):
            found[i] = row.reshape(shapes[i])
        return
    i = next(iter(part.index))
    whole = found[i].reshape(-1)
    if part.array.size == whole.size and part.start == 0:
        plain = values.size == whole.size and len(shapes[i]) != 2
        found[i] = values.reshape(shapes[i]) if plain else values
    elif values.size == part.array.size:
        whole[part.start : part.start + values.size] = values.reshape(-1)
        found[i] = whole.reshape(shapes[i])
    else:
        raise ValueError("no part of one vector has this shape")


def layers(parameters: Sequence[Array], width: int, outputs: int) -> Iterator[Layers]:
    """The ways to read parameters as layers from so many inputs to so many outputs."""
    arrays = [np.asarray(p, np.float64) for p in parameters]
    shapes = tuple(array.shape for array in arrays)
    steps = iter(range(MOST_STEPS))
    for parts in partings(arrays, width, outputs):
        for turned in (False, True):
            for inside in INSIDE:
                chains = chain(parts, width, turned, inside, steps)
                for places in islice(chains, MOST_READINGS):
                    if weights_of(places[-1])[0].shape[0] == outputs:
                        both = [weights_of(place) for place in places]
                        yield Layers(
                            [w for w, _ in both], [b for _, b in both], tuple(places), shapes
                        )


def partings(arrays: list[Array], width: int, outputs: int) -> Iterator[list[Part]]:
    """The arrays as they are; rows put together; one long vector taken apart."""
    yield [Part(array, (i,)) for i, array in enumerate(arrays)]
    rows = [
        list(group)
        for _, group in groupby(enumerate(arrays), key=lambda each: (each[1].ndim, each[1].size))
    ]
    if any(len(group) > 1 and group[0][1].ndim == 1 for group in rows):
        yield [
            Part(np.stack([a.reshape(-1) for _, a in group]), tuple(i for i, _ in group))
            if group[0][1].ndim == 1
            else Part(group[0][1], (group[0][0],))
            for group in rows
        ]
    if len(arrays) == 1 and arrays[0].ndim == 1:
        yield from of_vector(arrays[0], width, outputs)


def of_vector(vector: Array, n: int, k: int) -> Iterator[list[Part]]:
    """One hidden layer in one vector: its size follows from that of the whole."""
    for shapes in vector_layouts(vector.size, n, k):
        start, parts = 0, []
        for shape in shapes:
            size = int(np.prod(shape))
            parts.append(Part(vector[start : start + size].reshape(shape), (0,), start))
            start += size
        if start == vector.size:
            yield parts


def vector_layouts(size: int, n: int, k: int) -> Iterator[list[tuple[int, ...]]]:
    h, rest = divmod(size - k, n + k + 1)
    if rest == 0 and h > 0:
        yield [(h, n + 1), (k, h + 1)]
        yield [(n + 1, h), (h + 1, k)]
        yield [(h, n), (h,), (k, h), (k,)]
        yield [(n, h), (h,), (h, k), (k,)]
        yield [(h, n), (k, h), (h,), (k,)]
        yield [(n, h), (h, k), (h,), (k,)]
    h, rest = divmod(size, n + k)
    if rest == 0 and h > 0:
        yield [(h, n), (k, h)]
        yield [(n, h), (h, k)]


def chain(
    parts: list[Part], inputs: int, turned: bool, inside: str, steps: Iterator[int]
) -> Iterator[list[LayerPlace]]:
    """Layers that follow each other, until every part is used, or all `steps` are."""
    for part, _ in zip(parts, steps, strict=False):
        weights = as_weights(part, inputs, turned, inside)
        if weights is None:
            continue
        number = weights.array.shape[1 if turned else 0]
        left = [other for other in parts if other is not part]
        fitting = [] if inside else [b for b in left if is_bias(b, number)]
        for bias in [*fitting[:3], None]:
            place = LayerPlace(weights, turned, inside, bias)
            rest = [other for other in left if other is not bias]
            if not rest:
                yield [place]
                continue
            for after in chain(rest, number, turned, inside, steps):
                yield [place, *after]


def as_weights(part: Part, inputs: int, turned: bool, inside: str) -> Part | None:
    """A part as the weights of a layer of so many inputs; None where it cannot be that."""
    wanted = inputs + bool(inside)
    array = part.array
    if array.ndim == 1:
        if array.size % wanted:
            return None
        number = array.size // wanted
        shape = (wanted, number) if turned else (number, wanted)
        return Part(array.reshape(shape), part.index, part.start)
    if array.ndim != 2 or array.shape[0 if turned else 1] != wanted:
        return None
    return part


def is_bias(part: Part, number: int) -> bool:
    return part.array.size == number and (part.array.ndim < 2 or 1 in part.array.shape)


def weights_of(place: LayerPlace) -> tuple[Array, Array]:
    """The weights (n_out, n_in) and the biases (n_out,) of a layer; zeros where it has none."""
    weights = place.weights.array.T if place.turned else place.weights.array
    if place.inside == "first":
        return weights[:, 1:], weights[:, 0]
    if place.inside == "last":
        return weights[:, :-1], weights[:, -1]
    if place.biases is None:
        return weights, np.zeros(len(weights))
    return weights, place.biases.array.reshape(-1)
