"""Examples and steps that keep away from the kinks of relu, at which there is no slope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DRAWS, WAYS, FAR = 5, 6, 1e-2
"""Draws of examples, ways on which they are tried, and how far, where outputs are float32."""
SHORTER = {(8, False): (1.0, 0.1, 0.01), (4, False): (1.0, 0.25)}
"""Parts of a step that are tried where it bends, by the bytes of the array's numbers and whether
outputs are float32."""
SHORTER_COARSE = (1.0, 0.25, 0.0625)
BEND = {(8, False): 3e-6, (4, False): 3e-4}
BEND_COARSE = 5e-3
"""By how much of the slope those of both sides may differ: less than an error that would count."""
ROUNDING = 32


@dataclass(frozen=True)
class Pair:
    """What a step up and one down lead to; `bend` is how much the slopes of both sides differ."""

    above: Array
    below: Array
    costs: tuple[list[float], list[float]]
    width: float
    bend: float


def bend(here: Array, above: Array, below: Array, up: float, down: float, coarse: bool) -> float:
    """How much slopes above and below differ beside the slope, beyond rounding."""
    with np.errstate(all="ignore"):
        rise, fall = (above - here) / up, (here - below) / down
        precision = float(np.finfo(np.float32 if coarse else np.float64).eps)
        noise = ROUNDING * precision * max(1.0, float(np.abs(here).max(initial=0.0)))
        gap = float(np.abs(rise - fall).max(initial=0.0)) - noise / min(up, down)
        size = max(float(np.abs(rise).max(initial=0.0)), float(np.abs(fall).max(initial=0.0)))
    return gap / size if gap > 0 and size > 0 else 0.0


def straightest(step: Callable[[float], Pair], kind: tuple[int, bool]) -> Pair:
    """The longest step that does not bend; of those that all do, the one that bends least."""
    found: list[Pair] = []
    for part in SHORTER_COARSE if kind[1] else SHORTER[kind]:
        found.append(step(part))
        if straight(found[-1], kind):
            return found[-1]
    return min(found, key=lambda pair: pair.bend)


def straight(pair: Pair, kind: tuple[int, bool]) -> bool:
    return pair.bend <= (BEND_COARSE if kind[1] else BEND[kind])


def away_from_kinks(
    forward: Callable[..., Any], arrays: Sequence[Array], X: Array, rng: np.random.Generator
) -> Array:
    """As many examples, those of several draws whose outputs bend least on the way of a step.

    The steps of float32 are long: many would go across the kink of a relu. Where every relu is
    asleep nothing bends, and nothing shows a mistake: those examples come last.
    """
    draws = [X, *(rng.normal(0, 1, X.shape) for _ in range(DRAWS - 1))]
    bends, awake = np.zeros((DRAWS, len(X))), np.ones((DRAWS, len(X)), bool)
    kept = [array.copy() for array in arrays]

    def at(far: float, ways: Iterable[Array]) -> list[Array]:
        for array, old, way in zip(arrays, kept, ways, strict=True):
            array[...] = old + far * way
        return [np.array(forward(x.copy()), np.float64) for x in draws]

    try:
        for _ in range(WAYS):
            ways = [rng.standard_normal(old.shape) for old in kept]
            here = at(0.0, ways)
            second = [
                [(a - 2 * o + b) * part**2 for a, o, b in zip(up, here, down, strict=True)]
                for part in (1, 3)
                for up, down in [(at(FAR / part, ways), at(-FAR / part, ways))]
            ]
            for i, (one, other) in enumerate(zip(*second, strict=True)):
                bends[i] = np.maximum(bends[i], np.abs(one - other).reshape(len(X), -1).max(axis=1))
        here = at(0.0, kept)
        for moving in range(len(kept)):
            ways = [rng.standard_normal(old.shape) * (i == moving) for i, old in enumerate(kept)]
            changes = [a - b for a, b in zip(at(FAR, ways), here, strict=True)]
            moves = np.array([change.reshape(len(X), -1).any(axis=1) for change in changes])
            awake &= moves | ~moves.any()
    finally:
        for array, old in zip(arrays, kept, strict=True):
            array[...] = old
    order = np.lexsort((bends.reshape(-1), ~awake.reshape(-1)))
    best = np.sort(order[: len(X)])
    return np.concatenate(draws)[best]
