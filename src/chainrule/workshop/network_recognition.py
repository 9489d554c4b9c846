"""Which of the usual networks some arrays are: their layers, their activations, their mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop import backprop_equations as equations
from chainrule.workshop.backprop_equations import RIGHT, Equations, Kinds
from chainrule.workshop.backprop_mistakes import SLIPS, Slip
from chainrule.workshop.network_costs import Loss
from chainrule.workshop.network_layers import Layers
from chainrule.workshop.network_layers import layers as ways_to_read

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
SLOPES_LEFT_OUT = ("sigma' left out in the hidden layers", "sigma' left out everywhere")
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
    """A network of the usual kind."""

    layers: Layers
    hidden: str
    output: str
    kinds: Kinds

    @property
    def words(self) -> str:
        sizes = [self.layers.weights[0].shape[1], *(len(w) for w in self.layers.weights)]
        names = f"{self.hidden}, {self.output}" if len(sizes) > 2 else self.output
        return f"{'-'.join(str(n) for n in sizes)} {names}"


def recognised(
    X: Array, outputs: Array, parameters: Sequence[Array], near: float
) -> Recognised | None:
    """The architecture, if the outputs show it to be one of the usual ones."""
    for layers in ways_to_read(parameters, X.shape[1], outputs.shape[1]):
        for hidden, f, f_prime in HIDDEN:
            for output, g, g_prime in OUTPUT:
                kinds = Kinds(f, f_prime, g, g_prime)
                found = equations.forward(X, layers.weights, layers.biases, kinds)[1][-1]
                if found.shape == outputs.shape and np.allclose(found, outputs, near, near):
                    return Recognised(layers, hidden, output, kinds)
    return None


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
        kinds = Kinds(kinds.hidden, kinds.hidden_prime, kinds.output, None)
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
    if matched == 1 and network.output == "softmax":
        slips.append((TWICE, SAYS_TWICE, replace(RIGHT, difference=of_softmax_again)))
    for slip in (*SLIPS, *of_activation(network.hidden)):
        if matched is not None and slip.equations.output_slope is not RIGHT.output_slope:
            continue  # there is no slope at the output to go wrong
        if ours:
            slips.append((slip.name, slip.says, slip.equations))
        elif slip.equations.difference is RIGHT.difference:
            slips.append((slip.name, slip.says, replace(slip.equations, difference=derivative)))
        elif slip.name in CHANGES:
            says, change = CHANGES[slip.name]
            wrong = changed(derivative, change)
            slips.append((slip.name, says, replace(slip.equations, difference=wrong)))
    named = tuple(
        NamedSlip(name, says, equations, frozenset(fields_changed(equations, right)))
        for name, says, equations in slips
    )
    return Catalogue(right, kinds, named)


def fields_changed(equations: Equations, right: Equations) -> list[str]:
    return [
        f.name for f in fields(right) if getattr(equations, f.name) is not getattr(right, f.name)
    ]


def of_activation(hidden: str) -> Iterator[Slip]:
    """Mistakes that only networks of one activation, or of several layers, have."""
    if hidden == "tanh":
        yield Slip(
            "1 - z**2 for tanh'",
            "tanh' is taken as 1 - z**2: it is 1 - a**2, of the activation.",
            replace(RIGHT, hidden_slope=lambda z, a, k: 1 - z**2),
        )
        yield Slip(
            "a(1-a) for tanh'",
            "tanh' is taken as a * (1 - a), which is that of the sigmoid: it is 1 - a**2.",
            replace(RIGHT, hidden_slope=lambda z, a, k: a * (1 - a)),
        )
    if hidden == "sigmoid":
        yield Slip(
            "1 - a**2 for sigma'",
            "sigma' is taken as 1 - a**2, which is that of tanh: it is a * (1 - a).",
            replace(RIGHT, hidden_slope=lambda z, a, k: 1 - a**2),
        )
        yield Slip(
            "z(1-z) for sigma'",
            "sigma' is taken as z * (1 - z): it is a * (1 - a), of the activation.",
            replace(
                RIGHT,
                hidden_slope=lambda z, a, k: z * (1 - z),
                output_slope=lambda z, a, k: z * (1 - z) if k.output_prime else 1.0,
            ),
        )
        yield Slip(
            "z(1-z) for sigma' in the hidden layers",
            "In the hidden layers sigma' is taken as z * (1 - z): it is a * (1 - a), of the "
            "activation.",
            replace(RIGHT, hidden_slope=lambda z, a, k: z * (1 - z)),
        )
    if hidden == "relu":
        yield Slip(
            "relu' by the error",
            "relu' is taken by the sign of the error that comes back: it is 1 where z > 0.",
            replace(
                RIGHT,
                carried=lambda delta, w: np.maximum(delta @ w, 0),
                hidden_slope=lambda z, a, k: 1.0,
            ),
        )
        yield Slip(
            "relu' the wrong way round",
            "relu' is 1 where z < 0: it is 1 where z > 0.",
            replace(RIGHT, hidden_slope=lambda z, a, k: np.where(z < 0, 1.0, 0.0)),
        )
        for threshold in (0.5, 1.0):
            yield Slip(
                "relu' by the wrong threshold",
                f"relu' is 1 only where z > {threshold:g}: it is 1 where z > 0.",
                replace(RIGHT, hidden_slope=lambda z, a, k, t=threshold: np.where(z > t, 1.0, 0.0)),
            )
        yield Slip(
            "sign of z for relu'",
            "relu' is taken as the sign of z: it is 0 where z < 0.",
            replace(RIGHT, hidden_slope=lambda z, a, k: np.sign(z)),
        )
    yield Slip(
        "sigma' twice in the hidden layers",
        "The error of the hidden layers is multiplied by sigma'(z) twice.",
        replace(RIGHT, hidden_slope=lambda z, a, k: k.hidden_prime(z) ** 2),
    )
    yield Slip(
        "sigma' twice at the output",
        "The error of the output layer is multiplied by sigma'(z) twice.",
        replace(
            RIGHT, output_slope=lambda z, a, k: k.output_prime(z) ** 2 if k.output_prime else 1.0
        ),
    )
    yield Slip(
        "sign on the way back",
        "The sign of the error is turned where it is carried back through W.",
        replace(RIGHT, carried=lambda delta, w: -(delta @ w)),
    )
    yield Slip(
        "factor 2 on the way back",
        "The error is doubled where it is carried back through W.",
        replace(RIGHT, carried=lambda delta, w: 2 * (delta @ w)),
    )
    yield Slip(
        "factor 2 in dW",
        "dC/dW is twice too large; dC/db is right.",
        replace(RIGHT, weight=lambda delta, a, z: 2 * (delta.T @ a)),
    )
    yield Slip(
        "factor 2 in db",
        "dC/db is twice too large; dC/dW is right.",
        replace(RIGHT, bias=lambda delta: 2 * delta.sum(axis=0)),
    )


def of_softmax_again(a: Array, y: Array) -> Array:
    """a - y carried back through softmax once more."""
    delta = a - y
    return a * (delta - np.sum(a * delta, axis=-1, keepdims=True))


def difference(a: Array, y: Array) -> Array:
    return a - y


def changed(
    derivative: Callable[[Array, Array], Array], change: Callable[[Array, Array], Array]
) -> Callable[[Array, Array], Array]:
    return lambda a, y: change(derivative(a, y), y)
