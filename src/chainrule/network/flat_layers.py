"""Why a network may have learned nothing, measured on examples."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from chainrule.network.examples import Inputs, Split
from chainrule.network.network import Network

EXAMPLES = 500
FLAT = 1e-3
"""A slope f'(z) below this passes on next to nothing."""

NEARLY_EVERY = 0.95
"""A neuron is stuck where it is flat for this share of the examples."""


@dataclass(frozen=True)
class FlatLayer:
    """Layer `layer`, of whose neurons the share `share` has f'(z) next to 0, whatever comes in."""

    layer: int
    activation: str
    share: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def share_of_commonest(split: Split) -> float:
    """The accuracy of always giving the commonest class as the answer."""
    return float(np.bincount(split.y).max() / len(split.y))


def flattest_layer(network: Network, split: Split) -> FlatLayer | None:
    """The layer that lets the least of the error through, where half of its neurons are stuck.

    Only slopes that are factors of delta count: a saturated output layer that matches its cost
    learns all the same.
    """
    some = Inputs(split, network.architecture.sizes[0], network.dtype).first(EXAMPLES)
    X = np.empty((len(some), network.architecture.sizes[0]), network.dtype)
    some.slice(0, len(some), X)
    found = network.backward(X, split.y[:EXAMPLES])
    layers: list[FlatLayer] = []
    for layer, kind in enumerate(network.architecture.activations, 1):
        slope = found.get(network.architecture.activation(layer).slope_name(layer))
        if slope is not None:
            stuck = np.mean(np.abs(slope) < FLAT, axis=0) >= NEARLY_EVERY
            layers.append(FlatLayer(layer, kind, float(np.mean(stuck))))
    flattest = max(layers, key=lambda found: found.share, default=None)
    return flattest if flattest is not None and flattest.share >= 0.5 else None
