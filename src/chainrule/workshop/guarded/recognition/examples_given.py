"""What the gradients of a reading have to do with the examples that they were asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import fit
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.steps import examples, other_targets

Array = NDArray[Any]


def follow_examples(network: Adapted, gradients: Sequence[Array], X: Array, Y: Array) -> bool:
    """Whether other inputs and other targets make other gradients.

    Those of examples that the call does not take, such as the last that the file was trained with,
    say nothing about the network.
    """
    return not any(
        all(map(np.array_equal, gradients, network.gradients(*moved)))
        for moved in ((X + 0.5, Y), (X, other_targets(Y)))
    )


def averaged(fitted: fit.Fitted, forward: Forward) -> bool:
    """Whether gradients are those of the sum, divided by the number of examples twice."""
    m = len(examples(forward, np.random.default_rng(5))[0])
    return math.isclose(fitted.times, 1 / m**2, rel_tol=0.01)
