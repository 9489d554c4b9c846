"""Which of the usual networks some arrays are: their layers, their activations, their mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop import backprop_equations as equations
from chainrule.workshop.backprop_equations import RIGHT, Equations, Kinds, fields_changed
from chainrule.workshop.guarded.protocol import Moved
from chainrule.workshop.measured_layers import dropout_masks, taken_in
from chainrule.workshop.network_costs import Loss
from chainrule.workshop.network_layers import Layers
from chainrule.workshop.network_layers import layers as ways_to_read
from chainrule.workshop.network_slips import slips_of

Array = NDArray[Any]


def unchanged(z: Array) -> Array:
    return z


def flat_slope(z: Array) -> Array:
    return np.ones_like(z)


TWICE = "softmax' twice"
SAYS_TWICE = (
    "Softmax's derivative is in the error of the output layer once too often: with this cost "
    "delta = a - y has it already."
)
EXTRA = "extra a(1-a)"
"""The name of a mistake only where the cost is known: for the quadratic cost it is none."""
NOT_DIFFERENTIATED = "square not differentiated"
SQUARES = ("squared",)
"""Costs of (a - y)**2 whose derivative has the 2."""
HIDDEN = (
    ("sigmoid", equations.sigmoid, equations.sigmoid_prime),
    ("tanh", np.tanh, equations.tanh_prime),
    ("relu", equations.relu, equations.relu_prime),
)
OUTPUT = (
    ("sigmoid", equations.sigmoid, equations.sigmoid_prime),
    ("softmax", equations.softmax, None),
    ("identity", unchanged, flat_slope),
    ("tanh", np.tanh, equations.tanh_prime),
    ("relu", equations.relu, equations.relu_prime),
)


@dataclass(frozen=True)
class Recognised:
    """A network of the usual kind. `X` is what its first layer takes in."""

    layers: Layers
    hidden: str
    output: str
    kinds: Kinds
    X: Array

    @property
    def words(self) -> str:
        sizes = [self.layers.weights[0].shape[1], *(len(w) for w in self.layers.weights)]
        names = f"{self.hidden}, {self.output}" if len(sizes) > 2 else self.output
        dropout = ", dropout" if self.kinds.masks else ""
        return f"{'-'.join(str(n) for n in sizes)} {names}{dropout}"


def recognised(
    X: Array, outputs: Array, parameters: Sequence[Array], near: float, moved: Sequence[Moved] = ()
) -> Recognised | None:
    """The architecture, if the outputs show it to be one of the usual ones.

    What lies before the first layer, or behind a hidden one, as dropout does, is measured where
    each weight was `moved`.
    """
    for layers in ways_to_read(parameters, X.shape[1], outputs.shape[1]):
        for hidden, f, f_prime in HIDDEN:
            for output, g, g_prime in OUTPUT:
                kinds = Kinds(f, f_prime, g, g_prime)
                if gives(outputs, X, layers, kinds, near):
                    return Recognised(layers, hidden, output, kinds, X)
    for layers in ways_to_read(parameters, X.shape[1], outputs.shape[1]):
        taken = taken_in(layers, moved)
        if taken is None:
            continue
        inside = taken[0] if not np.allclose(taken[0], X, near, near) else X
        for hidden, f, f_prime in HIDDEN:
            masks = dropout_masks(taken, layers, f)
            if masks is None:
                continue
            for output, g, g_prime in OUTPUT:
                kinds = Kinds(f, f_prime, g, g_prime, masks)
                if gives(outputs, inside, layers, kinds, near):
                    return Recognised(layers, hidden, output, kinds, inside)
    return None


def gives(outputs: Array, X: Array, layers: Layers, kinds: Kinds, near: float) -> bool:
    found = equations.forward(X, layers.weights, layers.biases, kinds)[1][-1]
    return found.shape == outputs.shape and np.allclose(found, outputs, near, near)


MATCHED = {
    ("sigmoid", "cross-entropy"): 1,
    ("softmax", "log-likelihood"): 1,
    ("sigmoid", "mean-cross-entropy"): 0,
}
"""Outputs and costs whose error is a - y; 0 where it is divided by the number of outputs."""
CHANGES: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "sign": ("Every sign is turned.", lambda d, y: -d),
    "factor 2": ("Everything is twice too large.", lambda d, y: 2 * d),
    "factor 1/2": ("Everything is half of what it should be.", lambda d, y: 0.5 * d),
    "mean over everything": (
        "The gradients are divided by all numbers of Y, m * n: only the number of examples m "
        "divides.",
        lambda d, y: d / y.shape[1],
    ),
    "size of the error": (
        "The sign of a - y is lost: is an absolute value taken?",
        lambda d, y: np.abs(d),
    ),
    "no error arrives": ("", lambda d, y: 0 * d),
}
"""What mistakes make of the derivative of any cost; elsewhere `SLIPS` has it for a - y."""


@dataclass(frozen=True)
class NamedSlip:
    """A mistake: its name, what to say, its equations, and the names of those that are wrong."""

    name: str
    says: str
    equations: Equations
    wrong: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """The right equations for a network and a cost, its activations, and the known mistakes."""

    right: Equations
    kinds: Kinds
    slips: tuple[NamedSlip, ...]


def catalogue(network: Recognised, loss: Loss) -> Catalogue | None:
    """The mistakes of backpropagation for this network and cost; None where there are none."""
    kinds = network.kinds
    matched = MATCHED.get((network.output, loss.name))
    slips: list[tuple[str, str, Equations]] = []
    if matched is not None:
        kinds = replace(kinds, output_prime=None)
        derivative = difference if matched else lambda a, y: (a - y) / y.shape[1]
        slips.append(
            (
                EXTRA,
                "The error of the output layer is multiplied by a * (1 - a): with this cost that "
                "factor cancels, delta = a - y.",
                replace(RIGHT, difference=derivative, output_slope=lambda z, a, k: a * (1 - a)),
            )
        )
    elif kinds.output_prime is None:
        return None
    else:
        derivative = loss.derivative
    ours = matched == 1 or loss.name == "quadratic"
    right = RIGHT if ours else replace(RIGHT, difference=derivative)
    masked = bool(network.kinds.masks)
    if matched == 1 and network.output == "softmax":
        slips.append((TWICE, SAYS_TWICE, replace(RIGHT, difference=of_softmax_again)))
    for slip in slips_of(network.hidden, network.output, masked=masked):
        if matched is not None and slip.equations.output_slope is not RIGHT.output_slope:
            continue  # there is no slope at the output to go wrong
        if ours:
            slips.append((slip.name, slip.says, slip.equations))
        elif slip.equations.difference is RIGHT.difference:
            slips.append((slip.name, slip.says, replace(slip.equations, difference=derivative)))
        elif slip.name in CHANGES:
            says, change = CHANGES[slip.name]
            wrong = changed(derivative, change)
            slips.append((slip.name, says or slip.says, replace(slip.equations, difference=wrong)))
        elif slip.name == NOT_DIFFERENTIATED and loss.name in SQUARES:
            for wrong in (slip.equations.difference, changed(slip.equations.difference, twice)):
                changed_too = replace(slip.equations, difference=wrong)
                slips.append((slip.name, slip.says, changed_too))
    named = tuple(
        NamedSlip(name, says, equations, frozenset(fields_changed(equations, right)))
        for name, says, equations in slips
    )
    return Catalogue(right, kinds, named)


def of_softmax_again(a: Array, y: Array) -> Array:
    """a - y carried back through softmax once more."""
    delta = a - y
    return a * (delta - np.sum(a * delta, axis=-1, keepdims=True))


def difference(a: Array, y: Array) -> Array:
    return a - y


def twice(difference: Array, y: Array) -> Array:
    del y
    return 2 * difference


def changed(
    derivative: Callable[[Array, Array], Array], change: Callable[[Array, Array], Array]
) -> Callable[[Array, Array], Array]:
    return lambda a, y: change(derivative(a, y), y)
