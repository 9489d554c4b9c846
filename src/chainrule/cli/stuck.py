"""Why a network may have learned nothing: measured on examples, said in plain words."""

from __future__ import annotations

import numpy as np

from chainrule.data import Split
from chainrule.network import Network

EXAMPLES = 500
FLAT = 1e-3
"""A slope f'(z) below this passes on next to nothing."""


def share_of_commonest(split: Split) -> float:
    """The accuracy of always giving the commonest class as the answer."""
    return float(np.bincount(split.y).max() / len(split.y))


def flat_slopes(network: Network, split: Split) -> dict[int, float]:
    """For each layer, the share of f'(z) that is next to 0 over some examples."""
    found = network.forward(split.X[:EXAMPLES])
    shares: dict[int, float] = {}
    for layer, kind in enumerate(network.architecture.activations, 1):
        z, a = found[f"z{layer}"], found[f"a{layer}"]
        if kind in ("sigmoid", "softmax"):
            slope = a * (1 - a)
        elif kind == "tanh":
            slope = 1 - a * a
        elif kind == "relu":
            slope = (z > 0).astype(z.dtype)
        else:
            continue
        shares[layer] = float(np.mean(slope < FLAT))
    return shares


def explain(network: Network, split: Split, rate: float, usual: float) -> str:
    """What likely happened, and what to try; `usual` is a learning rate that mostly does."""
    shares = flat_slopes(network, split)
    layer = max(shares, key=lambda name: shares[name], default=0)
    if layer and shares[layer] >= 0.5:
        kind = network.architecture.activations[layer - 1]
        state = "its neurons give 0 whatever comes in" if kind == "relu" else "it is saturated"
        smaller = usual if usual < rate else rate / 10
        return (
            f"In layer {layer} the slope f'(z) of {kind} is nearly 0 in "
            f"{100 * shares[layer]:.0f} % of all cases: {state}, and hardly any of the error gets "
            f"through. Most likely the learning rate {rate:g} is too large, or the starting "
            f"weights are. Try --learning-rate {smaller:g}, or other starting weights with --init"
        )
    return (
        "The slopes f'(z) are not small, so the steps may be too small or too few. Try a larger "
        f"--learning-rate than {rate:g}, or more --epochs"
    )
