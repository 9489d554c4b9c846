"""What each layer takes in, by its slopes: of `z = W @ a + b`, dz/dW is a and dz/db is 1.

So inputs that are scaled before the first layer are known, and activations that dropout changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.protocol import Moved
from chainrule.workshop.network_layers import Layers, Part

Array = NDArray[Any]
NEAR = 1e-5
"""How near a measured activation is to the one that a mask of 0 or 1 leaves of it."""
SMALL = 1e-6


def taken_in(layers: Layers, moved: Sequence[Moved]) -> list[Array] | None:
    """What each layer takes in, (m, n) rows; None where too few of its slopes are known."""
    if len(moved) != len(layers.shapes):
        return None
    by_array = {each.array: each for each in moved}
    found = []
    for place in layers.places:
        if place.biases is None or len(place.weights.index) > 1:
            return None
        weights, biases = slopes(place.weights, by_array), slopes(place.biases, by_array)
        if weights is None or biases is None:
            return None
        table = weights.reshape(*place.weights.array.shape, *weights.shape[1:])
        table = table.swapaxes(0, 1) if place.turned else table
        with np.errstate(all="ignore"):  # of neurons that move no output
            taken = (
                np.einsum("jimk,jmk->mi", table, biases) / np.sum(biases**2, axis=(0, 2))[:, None]
            )
        if not np.isfinite(taken).all():
            return None
        found.append(taken)
    return found


def slopes(part: Part, by_array: dict[int, Moved]) -> Array | None:
    """The slopes of the outputs by each element, (size, m, k); None where some are not known."""
    if len(part.index) != 1 or part.start:
        return None
    moved = by_array[part.index[0]]
    number = len(moved.places)
    if number != part.array.size:
        return None
    pairs, steps = moved.pairs[:number], moved.steps[:number]
    return (pairs[:, 0] - pairs[:, 1]) / steps[:, None, None]


def dropout_masks(
    taken: Sequence[Array], layers: Layers, activation: Callable[[Array], Array]
) -> tuple[Array, ...] | None:
    """What each hidden layer's activations are multiplied by: 0 or one factor; empty where by 1."""
    masks = []
    both = zip(layers.weights[:-1], layers.biases[:-1], taken[:-1], taken[1:], strict=True)
    for weights, biases, below, above in both:
        a = activation(below @ weights.T + biases)
        seen = np.abs(a) > SMALL
        on = seen & (np.abs(above) > SMALL)
        if not on.any():
            return None
        factor = float(np.median(above[on] / a[on]))
        mask = np.where(on | ~seen, factor, 0.0)
        if factor <= 0 or not np.allclose(above, a * mask, NEAR, NEAR):
            return None
        masks.append(np.where(mask > 0, 1.0, 0.0) if abs(factor - 1) < NEAR else mask)
    plain = all((mask == 1).all() for mask in masks)
    return () if plain else tuple(masks)
