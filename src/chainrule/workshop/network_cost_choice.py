"""Which cost a network is meant to have: by its own cost function, or by what alone is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from chainrule.workshop.guarded.protocol import CostsSeen
from chainrule.workshop.network_costs import LOSSES, PENALTIES, Array, Loss, Reduction
from chainrule.workshop.network_gradients import ClaimedGradients
from chainrule.workshop.network_recognition import Recognised

REDUCTIONS: tuple[Reduction, ...] = ("mean", "sum")
OF_SCORES = "-of-scores"
"""A cost of what comes before the last activation: of outputs from 0 to 1 it is none."""
SQUARES = ("quadratic", "squared", "mean-squared")
FAMILIES = (SQUARES, ("cross-entropy", "mean-cross-entropy"))
"""Costs that are a factor apart, which a learning rate may take in."""
BY_NAME = {loss.name: loss for loss in LOSSES}


@dataclass(frozen=True)
class OwnLoss:
    """The known cost that a function of the file computes, and the function's name.

    `reduction`: whether it is summed over the examples, or their mean. `metric`: whether it may be
    there to be shown alone, since it is called as one cost of several and has no derivative beside
    it. `penalties`: what the function adds for each parameter, as gradients. `penalty` is what
    that is called.
    """

    loss: Loss
    function: str
    reduction: Reduction
    metric: bool = False
    penalties: Mapping[int, Array] = field(default_factory=dict)
    penalty: str = ""


def own_loss(seen: CostsSeen, claimed: ClaimedGradients, outputs: Array) -> OwnLoss | None:
    """The known cost of the file's own function; None without one, or where there are several.

    Functions with the name of any cost count before those with the name of one.
    """
    scores = looks_like(outputs) == "unbounded"
    possible = [loss for loss in LOSSES if scores or not loss.name.endswith(OF_SCORES)]
    ways: dict[str, list[OwnLoss]] = {}
    for reduction in REDUCTIONS:  # a mean first: a sum over n columns can look like one
        for place, name in enumerate(seen.names):
            loss = next((e for e in possible if claimed.computes(place, e, reduction)), None)
            if loss is not None:
                metric = seen.special[place] and not seen.derived[place]
                ways.setdefault(name, []).append(OwnLoss(loss, name, reduction, metric))
    special = dict(zip(seen.names, seen.special, strict=True))
    for of_several in (False, True):
        found: dict[str, OwnLoss] = {}
        for name, read in ways.items():
            if special[name] is of_several:
                own = next((each for each in read if fits(each, claimed)), read[0])
                found.setdefault(own.loss.name, own)
        if len(found) == 1:
            own = next(iter(found.values()))
            alone = own.metric and shows_another(own, claimed, possible)
            return None if alone else own
        if found:
            return None
    return with_penalty(seen, claimed, possible)


def fits(own: OwnLoss, claimed: ClaimedGradients) -> bool:
    """Whether the gradients are those of one way to call a cost, its outputs in rows or columns."""
    checks = (claimed.checks(own.loss, reduction) for reduction in REDUCTIONS)
    return any(all(check.passed for check in each) for each in checks)


def shows_another(own: OwnLoss, claimed: ClaimedGradients, possible: Sequence[Loss]) -> bool:
    """Whether what may be there to be shown alone stands beside right gradients of another cost."""
    family = {loss.name for loss in of_the_family(own.loss)} | {own.loss.name}
    others = [loss for loss in possible if loss.name not in family]
    return not fits(own, claimed) and any(fits(replace(own, loss=each), claimed) for each in others)


def with_penalty(
    seen: CostsSeen, claimed: ClaimedGradients, possible: Sequence[Loss]
) -> OwnLoss | None:
    """The known cost to which a function of the file adds a penalty."""
    for place, name in enumerate(seen.names):
        for loss in possible:
            for reduction in REDUCTIONS:
                for penalty in PENALTIES:
                    form, parameters = penalty.form, claimed.parameters
                    parts = claimed.penalties_of_cost(place, loss, reduction, form)
                    if parts is not None:
                        added = {i: part * form(parameters[i]) for i, part in parts.items()}
                        return OwnLoss(loss, name, reduction, False, added, penalty.name)
    return None


def of_the_family(loss: Loss) -> list[Loss]:
    """The costs that are this one but for a factor."""
    return [BY_NAME[name] for names in FAMILIES if loss.name in names for name in names]


@dataclass(frozen=True)
class Rival:
    """Another cost that may be meant, and what is wrong with the gradients if it is."""

    loss: str
    says: str


LEFT_OUT = "sigma'(z) is missing from the error of the output layer"
SOFTMAX_LEFT_OUT = "the derivative of softmax is missing from the error of the output layer"
TOO_MUCH = "the error of the output layer has a factor a * (1 - a) too many"


def rival(loss: Loss, network: Recognised | None, outputs: Array) -> Rival | None:
    """The cost for which these gradients, right for `loss`, are those of a known mistake.

    None where no other cost goes with the outputs.
    """
    output = network.output if network is not None else looks_like(outputs)
    if output == "sigmoid":
        if loss.name in ("cross-entropy", "mean-cross-entropy"):
            return Rival("quadratic", LEFT_OUT)
        if loss.name in SQUARES:
            return Rival("cross-entropy", TOO_MUCH)
    if output == "softmax" and loss.name != "log-likelihood":
        says = "softmax's derivative is in them once too often: delta = a - y"
        return Rival("log-likelihood", says)
    return None


def looks_like(outputs: Array) -> str:
    """The activation of outputs, as far as their values show it."""
    if (outputs < 0).any() or (outputs > 1).any():
        return "unbounded"
    sums = outputs.sum(axis=1)
    return "softmax" if outputs.shape[1] > 1 and np.allclose(sums, 1, atol=1e-4) else "sigmoid"
