"""The cost functions of somebody's own file: one number for outputs and targets, or for inputs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition.roles import joined, words

Array = NDArray[Any]
GENERAL = {
    *("cost", "loss", "computecost", "computeloss", "calculatecost", "calculateloss", "costfunc"),
    *("getcost", "getloss", "costfunction", "lossfunction", "costfn", "lossfn", "calccost"),
    *("calcloss", "objective", "totalloss", "totalcost", "criterion", "j", "errorfunction"),
    *("lossfunc", "costfunct", "calculatetotalerror", "calculateerror", "computeerror"),
    *("losscalculation", "evaluateloss", "objectivefunction", "evaluatecost"),
}
"""Names of the cost of a network, without underscores and capitals."""
SPECIAL = {
    *("mse", "mseloss", "meansquarederror", "squarederror", "sse", "quadraticcost", "losmse"),
    *("quadratic", "crossentropy", "crossentropyloss", "crossentropycost", "crossentropyerror"),
    *("binarycrossentropy", "bce", "bceloss", "categoricalcrossentropy", "squaredloss"),
    *("logloss", "nll", "nllloss", "softmaxloss", "negativeloglikelihood", "loglikelihood"),
    *("binarycrossentropyloss", "categoricalcrossentropyloss", "l2loss", "sumsquarederror"),
    *("softmaxcrossentropy", "softmaxcrossentropyloss", "hingeloss", "huberloss", "hinge", "huber"),
    *("meansquarederrorloss", "crossentropycostfunction", "sumofsquares", "logisticloss"),
}
"""Names of one cost, of which a file may have several."""

COST_WORDS = {"cost", "loss"}
OTHER_WORDS = {
    *("grad", "gradient", "gradients", "prime", "derivative", "deriv", "der", "d", "delta"),
    *("dloss", "backward", "back", "plot", "history", "print", "show", "set", "layer", "train"),
    "wrapper",
}
"""Words of the names of costs, and of what is done with costs."""


def called_cost(name: str) -> bool:
    """Whether a function is called as costs are."""
    parts = set(words(name))
    return joined(name) in GENERAL | SPECIAL or bool(parts & COST_WORDS and not parts & OTHER_WORDS)


def called_one_cost(name: str) -> bool:
    """Whether it is called as one cost of several."""
    return joined(name) in SPECIAL


def derivative_of(name: str, others: Iterable[str]) -> bool:
    """Whether one of these is called the derivative of this function: `mse_prime` of `mse`."""
    return any(joined(name) in joined(each) and set(words(each)) & OTHER_WORDS for each in others)


MOST = 12


@dataclass(frozen=True)
class OwnCost:
    """One way to call a cost function: its name, and the number for inputs, outputs, targets.

    `derived`: whether the file has its derivative as a function.
    """

    name: str
    special: bool
    call: Callable[[Array, Array, Array], float]
    derived: bool = False


def own_costs(
    module: ModuleType, X: Array, outputs: Array, Y: Array, parameters: Sequence[Array]
) -> list[OwnCost]:
    """The ways to call the file's cost functions that give a finite number, and change nothing."""
    found: list[OwnCost] = []
    before = [array.copy() for array in parameters]
    for name, special, function in candidates(module):
        derived = derivative_of(name, module.__dict__)
        for call in ways(function):
            cost = OwnCost(name, special, call, derived)
            value = number(cost, X, outputs, Y)
            kept = all(map(np.array_equal, parameters, before))
            for array, old in zip(parameters, before, strict=True):
                array[...] = old
            if kept and np.isfinite(value) and len(found) < MOST:
                found.append(cost)
    return found


def number(cost: OwnCost, X: Array, outputs: Array, Y: Array) -> float:
    """What it gives; NaN where that is no number, or the call raises."""
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(cost.call(X.copy(), outputs.copy(), Y.copy()), np.float64)
    except Exception:
        return float("nan")
    return float(value.reshape(-1)[0]) if value.size == 1 else float("nan")


def candidates(module: ModuleType) -> Iterator[tuple[str, bool, Callable[..., Any]]]:
    """The functions of such a name, and the methods of the module's objects."""
    seen: set[int] = set()
    values = list(module.__dict__.items())
    owners = [value for name, value in values if not name.startswith("_") and of_a_class(value)]
    for owner in [None, *owners]:
        names = values if owner is None else [(n, getattr(owner, n, None)) for n in dir(owner)]
        for name, value in names:
            if not called_cost(name) or not callable(value) or isinstance(value, type):
                continue
            if id(value) not in seen and takes_two(value):
                seen.add(id(value))
                yield name, called_one_cost(name), value


def of_a_class(value: Any) -> bool:
    """Whether a value is an object of a class that somebody wrote in Python."""
    kind = type(value)
    return (
        not isinstance(value, (type, ModuleType, np.ndarray))
        and kind.__module__.split(".")[0] not in {"builtins", "numpy", "torch", "functools"}
        and hasattr(value, "__dict__")
    )


def takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(0, 0)
    except (TypeError, ValueError):
        return False
    return True


def ways(function: Callable[..., Any]) -> list[Callable[[Array, Array, Array], Any]]:
    """Outputs and targets in either order, or inputs; examples as rows or as columns."""
    return [
        lambda X, a, y: function(a, y),
        lambda X, a, y: function(y, a),
        lambda X, a, y: function(X, y),
        lambda X, a, y: function(a.T, y.T),
        lambda X, a, y: function(y.T, a.T),
        lambda X, a, y: function(X.T, y.T),
    ]
