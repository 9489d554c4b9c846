"""The slopes of a cost that a file's own function gives, beside the gradients that it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.own_costs import OwnCost
from chainrule.workshop.guarded.protocol import Claimed, CostAlone, Moved, ParametersSeen
from chainrule.workshop.guarded.recognition.cost_adapter import OfCost
from chainrule.workshop.guarded.slopes import EXAMPLES, described, healthy, moved, targets

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell

Array = NDArray[Any]


def measure(
    network: OfCost, names: list[str], own_start: bool, tell: Tell, rng: np.random.Generator
) -> None:
    """Tell the cost, the claimed gradients, and the cost with each element moved.

    Once without a penalty, and once with one where the function takes its strength.
    """
    arrays = network.arrays
    kinds = [described(array) for array in arrays]
    tell(ParametersSeen(kinds, names))
    if not arrays or any(kind != "float" for kind in kinds):
        return
    if not own_start:
        healthy(arrays, rng)
    taken = {size for array in arrays for size in array.shape}
    free = next((n for n in EXAMPLES if n not in taken), EXAMPLES[0])
    m = network.examples_wanted or free
    X = rng.normal(0, 1, (m, network.inputs or 1))
    Y = targets(network.outputs, m, rng)
    before = [array.copy() for array in arrays]
    seed = int(rng.integers(0, 2**31))
    for penalty in network.penalties:
        value = network.value(X, Y, penalty)
        steady = bool(np.isclose(value, network.value(X, Y, penalty), 1e-6, equal_nan=True))
        coarse = value.dtype.itemsize < 8
        tell(CostAlone(X, Y, penalty, float(value), steady, coarse))
        if not steady or not np.isfinite(value):
            return
        tell(Claimed(Y, network.slopes(X, Y, penalty), before, []))

        def values(X: Array, penalty: float = penalty) -> Array:
            return np.array([float(network.value(X, Y, penalty))])

        cost = OwnCost("cost", False, lambda X, value, Y: float(value[0]))
        same = np.random.default_rng(seed)  # the same places for each strength
        for i, array in enumerate(arrays):
            places = moved(values, X, Y, array, [cost], coarse, same)
            tell(Moved(i, *places))
