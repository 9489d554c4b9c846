"""Which of the usual networks some arrays are: their layers, their activations, their mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop import backprop_equations as equations
from chainrule.workshop.backprop_equations import RIGHT, Equations, Kinds
from chainrule.workshop.backprop_mistakes import SLIPS
from chainrule.workshop.network_costs import Loss

Array = NDArray[Any]


def unchanged(z: Array) -> Array:
    return z


def flat_slope(z: Array) -> Array:
    return np.ones_like(z)


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
class Layers:
    """Parameters read as layers: weights (n_out, n_in), biases (n_out,), and where each stood."""

    weights: list[Array]
    biases: list[Array]
    places: tuple[tuple[int, int], ...]
    """For each layer the indices of its weights and biases among the parameters."""
    turned: bool
    """Whether the weights were (n_in, n_out)."""

    def in_order(self, dW: Sequence[Array], db: Sequence[Array]) -> list[Array]:
        """Gradients in the order and form of the parameters."""
        found: list[Array] = [np.zeros(0)] * (2 * len(self.places))
        for (w, b), one, other in zip(self.places, dW, db, strict=True):
            found[w] = np.asarray(one).T if self.turned else np.asarray(one)
            found[b] = np.asarray(other)
        return found


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


def candidates(parameters: Sequence[Array], width: int) -> Iterator[Layers]:
    """Ways to read arrays as layers: W, b, W, b, or all W and all b; turned or not."""
    number = len(parameters)
    if number % 2:
        return
    half = number // 2
    for places in (
        tuple((2 * i, 2 * i + 1) for i in range(half)),
        tuple((i, half + i) for i in range(half)),
        tuple((half + i, i) for i in range(half)),
    ):
        for turned in (False, True):
            weights, biases, inputs = [], [], width
            for w, b in places:
                weight = np.asarray(parameters[w], np.float64)
                bias = np.asarray(parameters[b], np.float64).reshape(-1)
                weight = weight.T if turned else weight
                if weight.ndim != 2 or weight.shape != (bias.size, inputs):
                    break
                weights.append(weight)
                biases.append(bias)
                inputs = bias.size
            else:
                yield Layers(weights, biases, places, turned)


def recognised(
    X: Array, outputs: Array, parameters: Sequence[Array], near: float
) -> Recognised | None:
    """The architecture, if the outputs show it to be one of the usual ones."""
    for layers in candidates(parameters, X.shape[1]):
        for hidden, f, f_prime in HIDDEN:
            for output, g, g_prime in OUTPUT:
                kinds = Kinds(f, f_prime, g, g_prime)
                found = equations.forward(X, layers.weights, layers.biases, kinds)[1][-1]
                if found.shape == outputs.shape and np.allclose(found, outputs, near, near):
                    return Recognised(layers, hidden, output, kinds)
    return None


def wrong_gradients(
    network: Recognised, loss: Loss, X: Array, Y: Array
) -> Iterator[tuple[str, str, list[Array]]]:
    """The known mistakes: the name of each, what to say, and the gradients that it leads to."""
    layers = network.layers
    for name, says, wrong, kinds in catalogue(network, loss):
        try:
            with np.errstate(all="ignore"):  # of what a mistake leads to
                dW, db = equations.gradients(wrong, X, Y, layers.weights, layers.biases, kinds)
        except ValueError:  # shapes that do not fit: such a mistake does not run here
            continue
        yield name, says, layers.in_order(dW, db)


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


def catalogue(network: Recognised, loss: Loss) -> Iterator[tuple[str, str, Equations, Kinds]]:
    """The mistakes of backpropagation for this network and cost."""
    kinds = network.kinds
    matched = MATCHED.get((network.output, loss.name))
    if matched is not None:
        kinds = Kinds(kinds.hidden, kinds.hidden_prime, kinds.output, None)
        derivative = difference if matched else lambda a, y: (a - y) / y.shape[1]
        yield (
            EXTRA,
            "The error of the output layer is multiplied by a * (1 - a): with this cost that "
            "factor cancels, delta = a - y.",
            replace(RIGHT, difference=derivative, output_slope=lambda z, a, k: a * (1 - a)),
            kinds,
        )
    elif kinds.output_prime is None:
        return
    else:
        derivative = loss.derivative
    ours = matched == 1 or loss.name == "quadratic"
    for slip in SLIPS:
        if matched is not None and slip.equations.output_slope is not RIGHT.output_slope:
            continue  # there is no slope at the output to go wrong
        if ours:
            yield slip.name, slip.says, slip.equations, kinds
        elif slip.equations.difference is RIGHT.difference:
            yield slip.name, slip.says, replace(slip.equations, difference=derivative), kinds
        elif slip.name in CHANGES:
            says, change = CHANGES[slip.name]
            wrong = changed(derivative, change)
            yield slip.name, says, replace(slip.equations, difference=wrong), kinds


def difference(a: Array, y: Array) -> Array:
    return a - y


def changed(
    derivative: Callable[[Array, Array], Array], change: Callable[[Array, Array], Array]
) -> Callable[[Array, Array], Array]:
    return lambda a, y: change(derivative(a, y), y)
