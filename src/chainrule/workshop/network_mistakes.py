"""Which known mistake gives a network's gradients: everywhere, in one layer, or two together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop import backprop_equations
from chainrule.workshop.backprop_equations import Equations
from chainrule.workshop.network_costs import Loss
from chainrule.workshop.network_gradients import ClaimedGradients
from chainrule.workshop.network_recognition import (
    EXTRA,
    SLOPES_LEFT_OUT,
    Catalogue,
    NamedSlip,
    Recognised,
    catalogue,
)

Array = NDArray[Any]
WEIGHTS_ALONE = {
    *("sign of dW", "factor 2 in dW", "sum for mean in the weights"),
    *("weight gradient averaged twice", "delta left out of dW"),
}
"""Mistakes that leave the biases right: without biases they are those of the whole error."""
MOST_WORK = 4e7
"""Numbers of parameters, times examples, times pairs of mistakes that are tried."""


@dataclass(frozen=True)
class NamedMistake:
    """The mistake that gives these very gradients, for one cost."""

    name: str
    says: str
    loss: str


class Naming:
    """The search of one name for the gradients of a network of the usual kind."""

    def __init__(
        self,
        network: Recognised,
        losses: Sequence[Loss],
        X: Array,
        claimed: ClaimedGradients,
        *,
        cost_known: bool,
    ) -> None:
        self.network, self.losses, self.X, self.claimed = network, losses, X, claimed
        self.cost_known = cost_known

    def named(self) -> NamedMistake | None:
        """The only mistake that fits; the simplest kind that has one."""
        for kind in (everywhere, in_one_layer, two_together):
            found = [match for loss in self.losses for match in self.fitting(loss, kind)]
            names = {match.name for match in found}
            if names and names <= set(SLOPES_LEFT_OUT):
                return min(found, key=lambda each: SLOPES_LEFT_OUT.index(each.name))
            if names:
                return found[0] if len(names) == 1 else None
            if kind is in_one_layer and not (self.cost_known and self.few_enough()):
                return None
        return None

    @property
    def without_biases(self) -> bool:
        places = self.network.layers.places
        return all(place.biases is None and not place.inside for place in places)

    def few_enough(self) -> bool:
        size = sum(w.size for w in self.network.layers.weights) * len(self.X)
        return size * 1500 < MOST_WORK

    def fitting(self, loss: Loss, kind: Any) -> Iterator[NamedMistake]:
        known = catalogue(self.network, loss)
        if known is None:
            return
        layers = self.network.layers
        for name, says, equations in kind(known, len(layers.weights)):
            if EXTRA in name and not self.cost_known:
                continue
            if kind is everywhere and name in WEIGHTS_ALONE and self.without_biases:
                continue
            predicted = self.predicted(equations, known)
            if predicted is None:
                continue
            summed = [len(self.X) * each for each in predicted]
            if self.claimed.are(predicted) or self.claimed.are(summed):
                yield NamedMistake(name, says, loss.name)

    def predicted(
        self, equations: Equations | Sequence[Equations], known: Catalogue
    ) -> list[Array] | None:
        """The gradients that equations lead to; None where they cannot be worked out."""
        layers = self.network.layers
        try:
            with np.errstate(all="ignore"):  # of what a mistake leads to
                dW, db = backprop_equations.gradients(
                    equations, self.X, self.claimed.Y, layers.weights, layers.biases, known.kinds
                )
            return [np.asarray(each) for each in layers.in_order(dW, db)]
        except ValueError:  # shapes that do not fit: such a mistake does not run here
            return None


Tried = tuple[str, str, Equations | Sequence[Equations]]


def everywhere(known: Catalogue, layers: int) -> Iterator[Tried]:
    """Each mistake in all layers."""
    del layers
    for slip in known.slips:
        yield slip.name, slip.says, slip.equations


OF_OUTPUT = frozenset({"difference", "output_slope"})


def in_one_layer(known: Catalogue, layers: int) -> Iterator[Tried]:
    """Each mistake in one layer, the others right."""
    for slip in known.slips:
        if slip.wrong <= OF_OUTPUT:
            continue
        for layer in range(layers):
            each = [known.right] * layers
            each[layer] = slip.equations
            yield slip.name, f"{slip.says} So it is in layer {layer + 1} alone.", each


def two_together(known: Catalogue, layers: int) -> Iterator[Tried]:
    """Each pair of mistakes that change different equations, in all layers."""
    del layers
    for one, other in combinations(known.slips, 2):
        if one.wrong & other.wrong or one.name == other.name:
            continue
        first, second = sorted((one, other), key=lambda slip: slip.name)
        yield f"{first.name}; {second.name}", f"{first.says} {second.says}", both(one, other)


def both(one: NamedSlip, other: NamedSlip) -> Equations:
    return replace(one.equations, **{name: getattr(other.equations, name) for name in other.wrong})
