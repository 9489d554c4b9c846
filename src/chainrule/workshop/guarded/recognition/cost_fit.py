"""How well a reading of a cost function fits: whether a known cost, and whose slopes it gives.

It tells one reading of somebody's code from another. It is no verdict: the judge measures anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import conventions, fit
from chainrule.workshop.guarded.recognition.cost_adapter import OfCost
from chainrule.workshop.guarded.slopes import targets
from chainrule.workshop.network_by_cost import by_cost

Array = NDArray[Any]
STEP, NEAR = 1e-5, 1e-3
COST_WORDS = {"cost", "loss", "objective", "obj", "j", "error", "likelihood", "nll", "energy"}
GRADIENT_WORDS = {
    "grad",
    "gradient",
    "gradients",
    "backprop",
    "prime",
    "derivative",
    "jac",
    "back",
    "backward",
}
"""Words of the names of costs, and of what gives gradients."""
EXAMPLES = (7, 11, 13, 17)
MOST_ARRAYS = 12
FEWEST, ALIKE = 8, 0.95
"""Numbers of an array, and the cosine, from which an array is as good as another."""


@dataclass(frozen=True)
class CostReading:
    """An adapter for a cost function, and how much speaks for it."""

    name: str
    text: str
    known: bool
    """Whether the cost is a known one of a usual network."""
    fit: float
    """The share of arrays whose gradients are its slopes."""
    penalised: bool
    size: int


def is_one(value: Any) -> float | None:
    """A number, or the only number of an array; None for anything else."""
    if isinstance(value, (bool, str, bytes, dict, type(None))):
        return None
    try:
        found = np.asarray(value, np.float64)
    except (ValueError, TypeError):
        return None
    return float(found.reshape(-1)[0]) if found.size == 1 else None


def numbers(X: Array, Y: Array, form: str) -> dict[str, Any]:
    """`x` and `y` as an adapter's functions get them."""
    return {
        "x": next(conventions.batches("rows", X.copy())),
        "y": next(conventions.targets("rows", form, Y.copy())),
    }


def values_of(
    module: ModuleType,
    name: str,
    text: str,
    helpers: Mapping[str, Any],
    penalised: bool,
    size: int,
) -> CostReading | None:
    """The reading by a text; None where it does not run, or nothing moves its cost."""
    try:
        network = OfCost(module, text, dict(helpers))
        rng = np.random.default_rng(5)
        fit.healthy(network.arrays, rng)
        n, k = network.inputs or 1, network.outputs
        m = network.examples_wanted or next(each for each in EXAMPLES if each not in (n, k))
        X, Y = rng.normal(0, 1, (m, n)), targets(k, m, rng)
        value = float(network.value(X, Y, 0.0))
        moved_by_x = value != float(network.value(X[::-1].copy() * 1.5, Y, 0.0))
        if not np.isfinite(value) or not moved_by_x:
            return None
        gradients = network.slopes(X, Y, 0.0)
        if any(map(alike, network.arrays, gradients)):
            return None
        right = share(network, X, Y, gradients, rng)
    except Exception:
        return None
    few = len(network.arrays) <= MOST_ARRAYS
    known = few and by_cost(X, Y, network.arrays, value) is not None
    return CostReading(name, text, known, right, penalised, size)


def alike(parameter: Array, gradient: Any) -> bool:
    """Whether what is given is the parameter itself, or the parameter after a step."""
    one, other = np.ravel(parameter), np.ravel(np.asarray(gradient, np.float64))
    if one.size != other.size or one.size < FEWEST:
        return False
    return float(one @ other) > ALIKE * float(np.linalg.norm(one) * np.linalg.norm(other))


def share(
    network: OfCost, X: Array, Y: Array, gradients: list[Any], rng: np.random.Generator
) -> float:
    """The share of arrays whose gradients are the slopes of the cost along a direction."""
    right = 0
    if len(gradients) != len(network.arrays):
        return 0.0
    for array, gradient in zip(network.arrays, gradients, strict=True):
        if np.size(gradient) != array.size:
            continue
        old, way = array.copy(), rng.standard_normal(array.shape)
        array[...] = old + STEP * way
        above = float(network.value(X, Y, 0.0))
        array[...] = old - STEP * way
        slope = (above - float(network.value(X, Y, 0.0))) / (2 * STEP)
        array[...] = old
        claimed = float(np.sum(np.reshape(gradient, array.shape) * way))
        right += abs(claimed - slope) <= NEAR * max(abs(claimed), abs(slope), STEP)
    return right / len(gradients)
