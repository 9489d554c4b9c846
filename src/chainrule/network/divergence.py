"""Divergence: the weights grew beyond all numbers; why, and which setting to change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chainrule.ground.faults import Naming
from chainrule.network.errors import NetworkError
from chainrule.network.update import Optimizer


class Diverged(NetworkError):
    """The weights grew beyond all numbers; `change` holds the setting to take instead."""

    def __init__(
        self, problem: str | Callable[[Naming], str], change: Mapping[str, float] | None = None
    ) -> None:
        super().__init__(problem)
        self.change = dict(change or {})


def divergence(
    optimizer: Optimizer, *, epoch: int, rate: float, l2: float, examples: int, usual: float
) -> Diverged:
    """Why training of so many examples diverged in this epoch, and what to try.

    Either the learning rate `rate` is too large for the network, whose `usual` one is known, or
    the penalty `l2` alone takes so much of every weight in one step that the weights overshoot 0
    by more than they had.
    """
    shrink = rate * l2 / examples
    if optimizer.descends and shrink >= optimizer.overshoots():
        weaker = float(f"{l2 / shrink / 100:.3g}")
        return Diverged(
            lambda name: (
                f"the weights grew beyond all numbers in epoch {epoch}: with learning rate "
                f"{rate:g} and {name('l2')} {l2:g} each step takes eta*lam/n = {shrink:.4g} "
                f"times every weight from it; try {name('l2')} {weaker:g}"
            ),
            {"l2": weaker},
        )
    smaller = smaller_rate(rate, usual)
    return Diverged(
        f"the weights grew beyond all numbers in epoch {epoch}: the learning rate {rate:g} is too "
        f"large for this network; try {smaller:g}",
        {"learning_rate": smaller},
    )


def smaller_rate(rate: float, usual: float) -> float:
    """The rate to try after one that was too large: the usual one, or a tenth where that is it."""
    return usual if usual < rate else rate / 10
