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


def explain(network: Network, split: Split, learning_rate: float, init: str) -> str:
    """What likely happened, and what to try."""
    shares = flat_slopes(network, split)
    layer = max(shares, key=lambda name: shares[name], default=0)
    lower = f"--learning-rate {learning_rate / 10:g}"
    other = "" if init == "scaled" else " or other starting weights: --init scaled"
    if layer and shares[layer] >= 0.5:
        kind = network.architecture.activations[layer - 1]
        return (
            f"In layer {layer} the slope f'(z) of {kind} is nearly 0 in {100 * shares[layer]:.0f} % "
            f"of all cases: its neurons are saturated, and hardly any of the error gets through. "
            f"Most likely the learning rate {learning_rate:g} is too large, or the starting "
            f"weights are. Try {lower}{other}"
        )
    return (
        f"No layer is saturated, so the steps may be too small or too few: try a larger "
        f"--learning-rate than {learning_rate:g}, or more --epochs"
    )
