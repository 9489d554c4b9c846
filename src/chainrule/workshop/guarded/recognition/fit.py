"""How well a reading fits: whether its outputs depend on its parameters, its gradients on slopes.

It tells one reading of somebody's code from another. It is no verdict: the judge measures anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.tensors import pieces
from chainrule.workshop.network_costs import LOSSES

Array = NDArray[Any]
Change = tuple[int, Array, Array]
"""The number of an array, a direction for it, and how the outputs change along it."""
DIRECTIONS = 3
NEAR = 0.02
LARGEST = 10**6
"""Numbers of an array that is taken for data from here on."""
BEYOND = 1e6
"""A number that no usual parameter comes to."""
FLIPPED = 0.6
"""What a fit counts for whose gradients all have the other sign."""


def healthy(arrays: Sequence[Array], rng: np.random.Generator) -> None:
    """Random values of a usual size."""
    for array in arrays:
        size = np.sqrt(2 / max(2, sum(array.shape))) if array.ndim == 2 else 0.3
        array[...] = rng.standard_normal(array.shape) * size


def wake(values: Iterable[Any], rng: np.random.Generator) -> None:
    """Values of a usual size for parameters that saturate, or are 0 and hide others.

    What is nowhere negative stays so: it may be a variance.
    """
    for value in values:
        for piece in pieces(value):
            array = piece.array
            if array.size >= LARGEST:
                continue
            positive = bool((array >= 0).all())
            healthy([array], rng)
            if positive:
                array[...] = np.abs(array) / (max(array.shape) if array.ndim == 2 else 1)
            if piece.push is not None:
                piece.push()


def mend(module: ModuleType) -> None:
    """Put numbers where a training with a mistake has left NaN, or numbers beyond use."""
    rng = np.random.default_rng(7)
    for _, array in walk(module.__dict__):
        if is_floats(array) and array.size < 10**6:
            with np.errstate(all="ignore"):
                usable = bool(np.isfinite(array).all() and np.abs(array).max() < BEYOND)
            if not usable:
                healthy([array], rng)


def slopes(
    forward: Callable[[Array], Array], X: Array, arrays: Sequence[Array], rng: np.random.Generator
) -> list[Change]:
    """For each array some directions, and how the outputs change along them."""
    found = []
    for i, array in enumerate(arrays):
        kept = array.copy()
        step = 1e-5 if array.dtype.itemsize == 8 else 2e-3
        for _ in range(DIRECTIONS):
            way = rng.standard_normal(array.shape)
            if array.ndim == 2 and array.size > 4:
                way *= rng.random(array.shape) < 0.5
            array[...] = kept + step * way
            above = forward(X)
            array[...] = kept - step * way
            below = forward(X)
            array[...] = kept
            found.append((i, way, (above - below) / (2 * step)))
    return found


@dataclass(frozen=True)
class Fitted:
    """The score of a reading, and whether its gradients have their shapes, and are all 0.

    They are `times` those of the cost they fit best.
    """

    score: float
    times: float
    shaped: bool
    zero: bool


def fitted(
    outputs: Array,
    Y: Array,
    gradients: Sequence[Any],
    arrays: Sequence[Array],
    changes: Sequence[Change],
) -> Fitted:
    shapes = zip(gradients, arrays, strict=True)
    return Fitted(
        *fit(outputs, Y, gradients, changes),
        all(np.shape(gradient) == array.shape for gradient, array in shapes),
        not any(np.any(gradient) for gradient in gradients),
    )


def fit(
    outputs: Array, Y: Array, gradients: Sequence[Any], changes: Sequence[Change]
) -> tuple[float, float]:
    """The share of arrays whose gradients are, up to one factor, the slopes of a known cost."""
    claimed = []
    for i, way, _ in changes:
        try:
            claimed.append(
                float(np.sum(np.broadcast_to(shaped(gradients[i], way), way.shape) * way))
            )
        except ValueError:
            claimed.append(np.nan)
    g = np.array(claimed)
    best = 0.0, 0.0
    arrays = np.array([i for i, _, _ in changes])
    with np.errstate(all="ignore"):
        for loss in LOSSES:
            pull = loss.derivative(outputs, Y)
            s = np.array([float(np.sum(pull * change)) for _, _, change in changes])
            if not np.isfinite(s).all() or not s.any():
                continue
            for k in factors(g, s, arrays):
                off = np.abs(g - k * s) <= NEAR * np.abs(k) * max(np.abs(s).max() * 0.1, 1e-12) + (
                    NEAR * np.abs(k * s)
                )
                right = [bool(off[arrays == i].all()) for i in np.unique(arrays)]
                score = float(np.mean(right)) * (1.0 if k > 0 else FLIPPED)
                if score > best[0]:
                    best = score, k
    return best


def factors(g: Array, s: Array, arrays: Array) -> list[float]:
    """The factor of each array, as its slopes have it."""
    found = []
    for i in np.unique(arrays):
        one, other = g[arrays == i], s[arrays == i]
        square = float(other @ other)
        if square > 0 and np.isfinite(one).all():
            k = float(one @ other) / square
            if k:
                found.append(k)
    return found


def shaped(gradient: Any, like: Array) -> Array:
    found = np.asarray(gradient, np.float64)
    return found.reshape(like.shape) if found.size == like.size and found.ndim != 2 else found
