"""Files that this package itself writes, as `forward`, `gradients` and `parameters`.

They are the learner's own network.py of the workshop, and the module that a derivation is exported
as.
"""

from __future__ import annotations

import inspect
from itertools import pairwise
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
SIZES = (4, 6, 3)
"""Of the network that the functions of a learner's file are made into."""


def adapted(module: ModuleType, rng: np.random.Generator) -> SimpleNamespace | None:
    """The network in a file of ours; None for any other file."""
    for read in (of_workshop, of_export):
        found = read(module, rng)
        if found is not None:
            return found
    return None


def takes(module: ModuleType, name: str) -> list[str]:
    """The names of a function's arguments; none where there is no such function."""
    function = getattr(module, name, None)
    if not inspect.isfunction(function):
        return []
    return list(inspect.signature(function).parameters)


def of_workshop(module: ModuleType, rng: np.random.Generator) -> SimpleNamespace | None:
    """The functions of a learner's file: their `forward`, and their gradients of a mini-batch."""
    from chainrule.workshop.guarded.own_training import LAYERS, PARAMETERS, given_back

    if len(takes(module, "forward")) != 3 or len(takes(module, "backprop_batch")) != 4:
        return None
    weights = [rng.standard_normal((n, m)) / np.sqrt(m) for m, n in pairwise(SIZES)]
    biases = [rng.standard_normal(n) for n in SIZES[1:]]
    parameters = [*weights, *biases]
    layers = {f"{kind}{i}": w for kind in "za" for i, w in enumerate(weights, 1)}
    like = {f"W{i}": w for i, w in enumerate(weights, 1)}
    like |= {f"b{i}": b for i, b in enumerate(biases, 1)}

    def output(x: Array) -> Array:
        value = module.forward(x, list(weights), list(biases))
        return given_back("forward", LAYERS, value, layers)[f"a{len(weights)}"].reshape(-1)

    def gradients(X: Array, Y: Array) -> list[Array]:
        value = module.backprop_batch(X, Y, list(weights), list(biases))
        return list(given_back("backprop_batch", PARAMETERS, value, like).values())

    return SimpleNamespace(
        forward=lambda X: np.stack([output(x) for x in X]),
        gradients=gradients,
        parameters=parameters,
        cost=getattr(module, "cost", None),
    )


def of_export(module: ModuleType, rng: np.random.Generator) -> SimpleNamespace | None:
    """An exported derivation of a network: all weights and biases, the last layer for outputs."""
    names = takes(module, "forward")
    if takes(module, "backward") != ["values"] or takes(module, "example") != ["rng"]:
        return None
    x, y = (next((n for n in names if n in both), None) for both in ("xX", "yY"))
    given = {name: np.array(value, np.float64) for name, value in module.example(rng).items()}
    if x is None or y is None or "W1" not in given or set(given) != set(names):
        return None
    values = module.forward(**given)
    cost = list(values)[-1]
    shaped = [
        name
        for name in list(values)[:-1]
        if name not in names and np.shape(values[name]) == given[y].shape
    ]
    own = [name for name in names if name[0] in "Wb" and name != y]
    if not shaped:
        return None
    rows = given[x].shape[-1] == given["W1"].shape[-1]
    alone = given[x].shape[-1] == 1 and not rows

    def turned(one: Array) -> Array:
        return one if rows else one.T

    def run(X: Array, Y: Array) -> list[dict[str, Array]]:
        """The values of every pass: one for each example, or one for all."""
        pairs = zip(X[:, None], Y[:, None], strict=True) if alone else [(X, Y)]
        return [module.forward(**{**given, x: turned(a), y: turned(b)}) for a, b in pairs]

    def forward(X: Array) -> Array:
        blank = np.zeros((len(X), turned(given[y]).shape[-1]))
        return np.concatenate([turned(each[shaped[-1]]) for each in run(X, blank)])

    def gradients(X: Array, Y: Array) -> list[Array]:
        passes = [module.backward(each) for each in run(X, Y)]
        return [np.mean([each[f"d{cost}/d{name}"] for each in passes], axis=0) for name in own]

    return SimpleNamespace(
        forward=forward,
        gradients=gradients,
        parameters=[given[name] for name in own],
        cost=lambda X, Y: np.mean([np.sum(each[cost]) for each in run(X, Y)]),
    )
