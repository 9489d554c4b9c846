"""Which known mistake gives a network's gradients: everywhere, in one layer, or two together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.ground.words import quoted
from chainrule.workshop import backprop_equations
from chainrule.workshop.backprop_equations import Equations
from chainrule.workshop.network_costs import Loss
from chainrule.workshop.network_gradients import ArrayCheck, ClaimedGradients
from chainrule.workshop.network_layers import Layers
from chainrule.workshop.network_recognition import (
    EXTRA,
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
        claimed: ClaimedGradients,
        *,
        cost_known: bool,
    ) -> None:
        self.network, self.losses, self.X, self.claimed = network, losses, network.X, claimed
        self.cost_known = cost_known
        layers = network.layers
        with np.errstate(all="ignore"):
            self.passed = backprop_equations.forward(
                network.X, layers.weights, layers.biases, network.kinds
            )

    def named(self) -> NamedMistake | None:
        """The only mistake that fits; the simplest kind that has one."""
        for kind in (everywhere, in_one_layer):
            if found := [match for loss in self.losses for match in self.fitting(loss, kind)]:
                return one_of(found)
        if found := [match for loss in self.losses for match in self.in_some_arrays(loss)]:
            return one_of(found)
        beside = self.beside_the_equations()
        if beside is not None or not (self.cost_known and self.few_enough()):
            return beside
        return one_of([m for loss in self.losses for m in self.fitting(loss, two_together)])

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
        for name, says, equations in everywhere(known, self.network.layers):
            predicted = self.predicted(equations, known)
            if predicted is None or (EXTRA in name and not self.cost_known):
                continue
            for times in (1, len(self.X)):
                lam = self.claimed.penalty_beside([times * each for each in predicted])
                if lam is not None:
                    beside = f"{says} Beside it, the weights have {lam:.4g} times themselves: "
                    yield NamedMistake(name, f"{beside}an L2 penalty.", loss.name)

    def in_some_arrays(self, loss: Loss) -> Iterator[NamedMistake]:
        """Each mistake in some arrays alone, where one layer has several arrays of weights."""
        known = catalogue(self.network, loss)
        right = None if known is None else self.predicted(known.right, known)
        several = any(len(place.weights.index) > 1 for place in self.network.layers.places)
        if known is None or right is None or not several:
            return
        for times in (1, len(self.X)):
            wrong = self.claimed.unlike([times * each for each in right])
            where = quoted([f"parameters[{i}]" for i in wrong], "and")
            for slip in known.slips:
                predicted = self.predicted(slip.equations, known)
                if predicted is None or slip.wrong <= OF_OUTPUT or len(wrong) == len(right):
                    continue
                mixed = [
                    times * (other if i in wrong else one)
                    for i, (one, other) in enumerate(zip(right, predicted, strict=True))
                ]
                if self.claimed.are(mixed):
                    says = f"{slip.says} So it is in the gradients of {where} alone."
                    yield NamedMistake(slip.name, says, loss.name)

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
        for name, says, equations in kind(known, layers):
            if EXTRA in name and not self.cost_known:
                continue
            alone = kind is not in_one_layer and not WEIGHTS_ALONE.isdisjoint(name.split("; "))
            if alone and self.without_biases:
                continue
            predicted = self.predicted(equations, known)
            if predicted is None:
                continue
            means_and_sums = ([times * each for each in predicted] for times in (1, len(self.X)))
            if any(map(self.claimed.are, means_and_sums)):
                yield NamedMistake(name, says, loss.name)

    def predicted(
        self, equations: Equations | Sequence[Equations], known: Catalogue
    ) -> list[Array] | None:
        """The gradients that equations lead to; None where they cannot be worked out."""
        layers = self.network.layers
        try:
            with np.errstate(all="ignore"):  # of what a mistake leads to
                dW, db = backprop_equations.backward(
                    equations, self.passed, self.claimed.Y, layers.weights, known.kinds
                )
            return [np.asarray(each) for each in layers.in_order(dW, db)]
        except ValueError:  # shapes that do not fit: such a mistake does not run here
            return None


Tried = tuple[str, str, Equations | Sequence[Equations]]


def everywhere(known: Catalogue, layers: Layers) -> Iterator[Tried]:
    """Each mistake in all layers."""
    del layers
    for slip in known.slips:
        yield slip.name, slip.says, slip.equations


OF_OUTPUT = frozenset({"difference", "output_slope"})


def in_one_layer(known: Catalogue, layers: Layers) -> Iterator[Tried]:
    """Each mistake in one layer, the others right; in biases too that stand inside its weights."""
    number = len(layers.weights)
    for slip in known.slips:
        if slip.wrong <= OF_OUTPUT:
            continue
        for layer, place in enumerate(layers.places):
            each = [known.right] * number
            each[layer] = slip.equations
            yield slip.name, f"{slip.says} So it is in layer {layer + 1} alone.", each
            if place.inside and slip.name in OF_ARRAYS:
                factor, what = OF_ARRAYS[slip.name]
                each = [*each]
                each[layer] = replace(
                    slip.equations, bias=lambda delta, k=factor: k * delta.sum(axis=0)
                )
                yield (
                    slip.name,
                    f"dC/dW, with the biases in it, {what}. So it is in layer {layer + 1} alone.",
                    each,
                )


OF_ARRAYS = {
    "sign of dW": (-1, "has its sign turned"),
    "factor 2 in dW": (2, "is twice too large"),
}
"""Mistakes of a whole array of weights, with the biases that stand in it."""


def two_together(known: Catalogue, layers: Layers) -> Iterator[Tried]:
    """Each pair of mistakes that change different equations, in all layers."""
    del layers
    for one, other in combinations(known.slips, 2):
        if one.wrong & other.wrong or one.name == other.name:
            continue
        first, second = sorted((one, other), key=lambda slip: slip.name)
        yield f"{first.name}; {second.name}", f"{first.says} {second.says}", both(one, other)


def both(one: NamedSlip, other: NamedSlip) -> Equations:
    return replace(one.equations, **{name: getattr(other.equations, name) for name in other.wrong})


ALIKE = (
    *(
        (f"{what} {where}", f"{what} everywhere")
        for what in ("sigma' left out", "a for sigma'", "1 - a for sigma'", "sigma' twice")
        for where in ("in the hidden layers", "at the output")
    ),
    ("sigma'(a) for sigma'(z) at the output", "sigma'(a) for sigma'(z)"),
    ("sigma'(a) for sigma'(z) in the hidden layers", "sigma'(a) for sigma'(z)"),
)
"""Mistakes that are the same where there are no other layers, or nothing in them to go wrong."""
EITHER = (
    ("factor 1/2", "mean over everything"),
    ("sum for mean in the weights", "bias gradient averaged twice"),
    ("sum for mean in the biases", "weight gradient averaged twice"),
    ("sign", "size of the error"),
)
"""Mistakes that come to the same: with two outputs, as sums or means are meant, for a below y.

The first has the name, and both are told.
"""


def one_of(found: Sequence[NamedMistake]) -> NamedMistake | None:
    """The mistake of one name, or of names that come to the same; else none."""
    by_name = {match.name: match for match in reversed(found)}
    for first, other in (*ALIKE, *EITHER):
        if by_name.keys() == {first, other}:
            one, told = by_name[first], (first, other) in EITHER
            says = f"{one.says} Or, with the same gradients here: {by_name[other].says}"
            return replace(one, says=says) if told else one
    return next(iter(by_name.values())) if len(by_name) == 1 else None


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
