"""Starting weights and biases: each rule a value, drawn from an explicit Generator."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from chainrule.network.arguments import known_name


@dataclass(frozen=True)
class Initialisation:
    """Weights are drawn from N(0, s**2) with s = `weights(n_in, n_out)`, biases with s = `biases`.

    `n_in` is the number of inputs of the layer, `n_out` the number of its neurons.
    """

    name: str
    equation: str
    weights: Callable[[int, int], float]
    biases: float


INITIALISATIONS: dict[str, Initialisation] = {
    rule.name: rule
    for rule in (
        # Nielsen, chapter 1: the classical start, under which large layers saturate.
        Initialisation("normal", "W, b from N(0, 1)", lambda n_in, n_out: 1.0, 1.0),
        # Nielsen, chapter 3, "Weight initialization"; LeCun and others, 1998.
        Initialisation(
            "scaled",
            "W from N(0, 1/n_in), b from N(0, 1)",
            lambda n_in, n_out: 1 / math.sqrt(n_in),
            1.0,
        ),
        # Glorot and Bengio, 2010, eq. (12), as a normal distribution.
        Initialisation(
            "glorot",
            "W from N(0, 2/(n_in + n_out)), b = 0",
            lambda n_in, n_out: math.sqrt(2 / (n_in + n_out)),
            0.0,
        ),
        # He and others, 2015, eq. (10).
        Initialisation(
            "he", "W from N(0, 2/n_in), b = 0", lambda n_in, n_out: math.sqrt(2 / n_in), 0.0
        ),
    )
}


def initialisation(name: str) -> Initialisation:
    """The rule of this name; an unknown name lists the known ones."""
    return INITIALISATIONS[known_name("init", name, INITIALISATIONS)]
