"""The answers to `ListCases`, `CheckLayers` and `TrainNetwork`; the others stand in `protocol`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chainrule.workshop.guarded.protocol import Array

# --- answers to `ListCases` ----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CaseListed:
    """A case of a teacher's: the arguments by their names, its kind, what is special about it."""

    arguments: dict[str, Any]
    kind: str
    words: str


# --- answers to `CheckLayers` --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class LayerFailed:
    """A layer that was not measured: why, and the line; `called`: whether its own code failed."""

    name: str
    why: str
    line: int
    called: bool


@dataclass(frozen=True, eq=False)
class LayerMeasured:
    """A layer's output for its inputs, the gradients that it gives for `upstream`, and slopes.

    `names`, `values`, `claimed` are its inputs and parameters, with what it gives as the gradient
    of each, None where it gives none. `places`, `steps` and `pairs` are as in `Moved`; the last of
    the pairs are along `ways`. `output` is the shape it had; pairs have it flat.
    """

    name: str
    line: int
    output: Array
    upstream: Array
    names: list[str]
    values: list[Array]
    claimed: list[Any]
    places: list[Array]
    steps: list[Array]
    pairs: list[Array]
    ways: list[Array]
    steady: bool
    coarse: bool


# --- answers to `TrainNetwork` ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class TrainingStarted:
    """The weights and biases before the first step."""

    weights: list[Array]
    biases: list[Array]


@dataclass(frozen=True, eq=False)
class EpochTrained:
    """An epoch is done: the accuracy on the examples that are watched, and what it came to."""

    number: int
    seconds: float
    accuracy: float
    weights: list[Array]
    biases: list[Array]
    velocities: list[Array]
    rng: str


@dataclass(frozen=True, eq=False)
class NetworkSays:
    """The outputs (n,) for the example that was asked about."""

    outputs: Array


@dataclass(frozen=True, eq=False)
class NetworkTrained:
    """The accuracy on the test set, and the seconds of all epochs."""

    accuracy: float
    seconds: float
