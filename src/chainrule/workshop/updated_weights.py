"""Whether a step carries the error back through weights that it has moved already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.backprop_equations import forward
from chainrule.workshop.network_gradients import ClaimedGradients
from chainrule.workshop.network_layers import Layers

if TYPE_CHECKING:
    from chainrule.workshop.network_recognition import Catalogue

Array = NDArray[Any]
UPDATED = "updated W used in the backward pass"
UPDATED_SAYS = (
    "The error is carried back through weights that the step has moved already: work out all "
    "gradients first, then move the weights."
)


def uses_updated(
    claimed: ClaimedGradients,
    layers: Layers,
    known: Catalogue,
    X: Array,
    difference: Callable[[Array, Array], Array],
) -> bool:
    """Whether the gradients are those of such a step, for one learning rate.

    The step is of all examples together, their mean or their sum, or of one after another.
    """
    if len(layers.weights) < 2 or known.kinds.masks:
        return False
    for alone, times in ((False, 1 / len(X)), (False, 1.0), (True, 1 / len(X))):

        def gradients(rate: float, alone: bool = alone, times: float = times) -> list[Array]:
            dW, db = backward(layers, known, X, claimed.Y, difference, rate, times, alone=alone)
            return [np.asarray(each) for each in layers.in_order(dW, db)]

        try:
            with np.errstate(all="ignore"):
                none, one = gradients(0.0), gradients(1.0)
                rate = fitted(claimed, none, one, layers)
                if rate > 0 and claimed.are(gradients(rate)) and not claimed.are(none):
                    return True
        except ValueError:  # shapes that do not fit
            return False
    return False


def fitted(claimed: ClaimedGradients, none: list[Array], one: list[Array], layers: Layers) -> float:
    """The rate for which the weights below the last layer have the gradients that are claimed."""
    i = layers.places[-2].weights.index[0]
    if claimed.arrays[i].squeeze().shape != np.squeeze(none[i]).shape:
        return 0.0
    gap = claimed.arrays[i].squeeze() - np.squeeze(none[i])
    change = np.squeeze(one[i]) - np.squeeze(none[i])
    square = float(np.sum(change**2))
    return float(np.sum(gap * change)) / square if square > 0 else 0.0


def backward(
    layers: Layers,
    known: Catalogue,
    X: Array,
    Y: Array,
    difference: Callable[[Array, Array], Array],
    rate: float,
    times: float,
    *,
    alone: bool,
) -> tuple[list[Array], list[Array]]:
    """dC/dW and dC/db where each layer's weights are moved before the error goes through them."""
    kinds = known.kinds
    zs, activations = forward(X, layers.weights, layers.biases, kinds)
    slope = kinds.output_prime(zs[-1]) if kinds.output_prime else 1.0
    delta = difference(activations[-1], Y) * slope
    dW: list[Array] = []
    db: list[Array] = []
    for layer in range(len(layers.weights) - 1, -1, -1):
        w, below = layers.weights[layer], activations[layer]
        dW.insert(0, times * (delta.T @ below))
        db.insert(0, times * delta.sum(axis=0))
        if layer:
            carried = delta @ (w if alone else w - rate * dW[0])
            if alone:
                carried = carried - rate * np.sum(delta**2, axis=1, keepdims=True) * below
            delta = carried * kinds.hidden_prime(zs[layer - 1])
    return dW, db
