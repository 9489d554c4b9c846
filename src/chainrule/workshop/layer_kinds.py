"""What is known of a kind of layer: its right gradients, and those of its known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Gradients = Mapping[str, Array]
"""By the names of the arrays; `x` is the input."""
NEAR = 1e-6


@dataclass(frozen=True)
class Seen:
    """A layer at one input: its output `out`, the error from above `G`, and its parameters."""

    x: Array
    out: Array
    G: Array
    parameters: Mapping[str, Array]


@dataclass(frozen=True)
class LayerSlip:
    """A known mistake of a layer: its name, what to say, and the gradients that come out wrong."""

    name: str
    says: str
    gradients: Gradients


@dataclass(frozen=True)
class KnownLayer:
    """A layer of a known kind: what it is, the right gradients, the slips that apply to it."""

    words: str
    right: Gradients
    slips: tuple[LayerSlip, ...]


Recogniser = Callable[[Seen], KnownLayer | None]


def close(one: Array, other: Array, near: float = NEAR) -> bool:
    """Whether two arrays agree but for rounding and axes of length 1."""
    one, other = np.squeeze(np.asarray(one)), np.squeeze(np.asarray(other))
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    scale = float(max(np.abs(other).max(initial=0.0), 1e-9))
    return bool(np.abs(one - other).max(initial=0.0) <= near * scale)
