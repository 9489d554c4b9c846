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
from chainrule.workshop.network_gradients import ArrayCheck, ClaimedGradients
from chainrule.workshop.network_recognition import (
    EXTRA,
    SLOPES_LEFT_OUT,
    Catalogue,
    NamedSlip,
    Recognised,
    catalogue,
)
from chainrule.workshop.updated_weights import UPDATED, UPDATED_SAYS, uses_updated

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
            if kind is in_one_layer:
                beside = self.beside_the_equations()
                if beside is not None or not (self.cost_known and self.few_enough()):
                    return beside
        return None

    def beside_the_equations(self) -> NamedMistake | None:
        """A step that uses weights it has moved already; or a mistake beside a penalty."""
        if not self.cost_known:
            return None
        layers = self.network.layers
        for loss in self.losses:
            known = catalogue(self.network, loss)
            if known is None:
                continue
            delta = known.right.difference
            if uses_updated(self.claimed, layers, known, self.X, delta):
                return NamedMistake(UPDATED, UPDATED_SAYS, loss.name)
            found = {match.name: match for match in self.with_penalty(known, loss)}
            if len(found) == 1:
                return next(iter(found.values()))
        return None

    def with_penalty(self, known: Catalogue, loss: Loss) -> Iterator[NamedMistake]:
        """Each mistake that leaves, of the gradients, a multiple of the weights."""
        for name, says, equations in everywhere(known, 0):
            predicted = self.predicted(equations, known)
            if predicted is None or (EXTRA in name and not self.cost_known):
                continue
            for times in (1, len(self.X)):
                lam = self.claimed.penalty_beside([times * each for each in predicted])
                if lam is not None:
                    beside = f"{says} Beside it, the weights have {lam:.4g} times themselves: "
                    yield NamedMistake(name, f"{beside}an L2 penalty.", loss.name)

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


FACTORS = (
    (-1.0, "sign", "Every sign is turned.", "sign of dW", "sign of db"),
    (2.0, "factor 2", "Everything is twice too large.", "factor 2 in dW", "factor 2 in db"),
    (0.5, "factor 1/2", "Everything is half of what it should be.", "", ""),
)
"""A factor, the mistake where all gradients have it, and those of all weights or all biases."""


def by_factors(checks: Sequence[ArrayCheck], loss: Loss) -> NamedMistake | None:
    """The mistake of a network of any kind whose gradients are off by one plain factor."""
    wrong = [check for check in checks if not check.passed]
    right = [check for check in checks if check.passed]
    axes = {len(check.shape) for check in wrong}, {len(check.shape) for check in right}
    for factor, everywhere, says, of_weights, of_biases in FACTORS:
        if not wrong or any(c.factor is None or abs(c.factor / factor - 1) > 1e-3 for c in wrong):
            continue
        if len(wrong) == len(checks):
            return NamedMistake(everywhere, says, loss.name)
        what = "has its sign turned" if factor < 0 else "is twice too large"
        if of_weights and axes == ({2}, {1}):
            return NamedMistake(of_weights, f"dC/dW {what}; dC/db is right.", loss.name)
        if of_biases and axes == ({1}, {2}):
            return NamedMistake(of_biases, f"dC/db {what}; dC/dW is right.", loss.name)
    return None
