"""A network of the learner's choice, whose whole backward pass they derive."""

from __future__ import annotations

from chainrule.derivation import Workings
from chainrule.ground.events import NetworkDerived
from chainrule.network import ACTIVATIONS, COSTS, Architecture
from chainrule.roadmap.errors import RoadmapError

EXAMPLE = "8-7-4 tanh cross-entropy"
MOST_LAYERS = 6
"""Layers with weights. Each is four derivatives to work out."""


def choices() -> str:
    """What a network may be made of, in two sentences."""
    return (
        f"Activations are {', '.join(ACTIVATIONS)}; costs are {', '.join(COSTS)}. "
        "Give it one hidden layer or more."
    )


def chosen_network(words: str) -> Architecture:
    """The network that a learner chose, from one line. Raises a Fault if it is none to derive."""
    architecture = Architecture.parse(words)
    sizes = "-".join(map(str, architecture.sizes))
    if not counts(architecture):
        raise RoadmapError(
            f"{sizes} has no hidden layer, so no error goes back (BP2): put a size between, as in "
            f"{EXAMPLE}"
        )
    if architecture.layers > MOST_LAYERS:
        raise RoadmapError(
            f"{sizes} has {architecture.layers} layers with weights, each with four derivatives: "
            f"choose at most {MOST_LAYERS}"
        )
    return architecture


def counts(architecture: Architecture) -> bool:
    """Whether a network has all of BP1 to BP4: that needs a hidden layer."""
    return architecture.layers > 1


def network_derived(workings: Workings, architecture: Architecture) -> NetworkDerived | None:
    """What is to be recorded once every derivative of a network is right; None before."""
    if not workings.whole or not counts(architecture):
        return None
    return NetworkDerived(
        network=str(architecture), shown=any(chain.shown for chain in workings.order)
    )
