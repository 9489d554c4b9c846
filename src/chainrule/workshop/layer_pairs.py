"""Layers of a file that are right together and wrong apart: what one leaves out, another has.

A softmax may hand the error through where its cost gives a - y, and dW may be divided by the
number of examples where the cost's error is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from chainrule.workshop.guarded.answers import LayerMeasured
from chainrule.workshop.layer_kinds import Array
from chainrule.workshop.layer_report import LayerReport

HANDED_THROUGH, MEAN_TAKEN, MEAN_LEFT_OUT = (
    "layer's slope left out",
    "mean taken in dW and db",
    "mean left out",
)
NEAR = 1e-4


@dataclass(frozen=True)
class Cost:
    """A cost of the file: the slopes of its input, what it gives for them, and its verdict."""

    place: int
    report: LayerReport
    x: Array
    slopes: Array
    given: Array

    @property
    def through(self) -> tuple[str, float] | None:
        """The activation whose slope is in it, and how many times too large it is."""
        for kind, slopes in through_activations(self.x, self.slopes):
            square = float(np.sum(slopes**2))
            factor = float(np.sum(slopes * self.given)) / square if square else 0.0
            near = NEAR * abs(factor) * float(np.abs(slopes).max())
            if factor > 0 and np.abs(self.given - factor * slopes).max() <= near:
                return kind, factor
        return None

    @property
    def of_outputs(self) -> bool:
        """Whether its slope falls on one output of each example: that of -log(a)."""
        hit = np.abs(self.slopes) > NEAR * np.abs(self.slopes).max()
        return self.report.passed and bool((hit.sum(1) == 1).all())


def through_activations(x: Array, slopes: Array) -> list[tuple[str, Array]]:
    """The slopes of what comes before the activation whose outputs are `x`."""
    found = [("a sigmoid", x * (1 - x) * slopes)] if ((x > 0) & (x < 1)).all() else []
    for axis in (1, 0):
        if np.allclose(x.sum(axis), 1):
            found.append(("a softmax", x * (slopes - np.sum(x * slopes, axis, keepdims=True))))
    return found


def judged_together(
    reports: Sequence[LayerReport], measured: Sequence[LayerMeasured | None]
) -> list[LayerReport]:
    """The verdicts, those of layers that need each other on both."""
    found = list(reports)
    pairs = zip(reports, measured, strict=True)
    costs = [
        cost
        for place, (report, seen) in enumerate(pairs)
        if seen is not None and (cost := cost_of(place, report, seen)) is not None
    ]
    combined = handing_through(found, costs)
    of_means(found, costs, combined)
    return found


def cost_of(place: int, report: LayerReport, seen: LayerMeasured) -> Cost | None:
    """A layer without parameters that gives one number, or one for each example, as a cost."""
    if not report.arrays or len(seen.names) != 1 or seen.values[0].ndim != 2:
        return None
    x, moved = seen.values[0], seen.places[0]
    if seen.output.size not in (1, len(x)) or not np.array_equal(moved, np.arange(x.size)):
        return None
    pairs, steps = seen.pairs[0][: x.size], seen.steps[0][: x.size]
    slopes = ((pairs[:, 0] - pairs[:, 1]) @ seen.upstream.ravel()) / steps
    given = np.asarray(seen.claimed[0], np.float64)
    return Cost(place, report, x, slopes.reshape(x.shape), given.reshape(x.shape))


def handing_through(found: list[LayerReport], costs: Sequence[Cost]) -> dict[int, float]:
    """Judge activations that hand the error through with the costs that have their slope.

    The costs, by their places, that were found right with one, and by which factor.
    """
    combined: dict[int, float] = {}
    activations = [i for i, each in enumerate(found) if each.mistake == HANDED_THROUGH]
    for cost in costs:
        if cost.report.passed or cost.through is None:
            continue
        kind, factor = cost.through
        name = cost.report.name
        beside = [i for i in activations if found[i].words == kind]
        explanation = f"It gives a - y, the slope of its cost and of {kind} together."
        if not beside:
            found[cost.place] = undecided(
                cost.report, f"`{name}` goes with {kind} that hands the error through; none is here"
            )
            continue
        for i in beside:
            why = f"It hands the error through: the slope of {kind} is in what `{name}` gives."
            found[i] = together(found[i], name, why)
        if abs(factor - 1) <= NEAR:
            found[cost.place] = together(cost.report, found[beside[0]].name, explanation)
        else:
            message = f"`{name}` gives a - y, {factor:.4g} times what it should be"
            mean = any(abs(factor - n) <= NEAR * n for n in cost.x.shape)
            found[cost.place] = replace(
                cost.report, message=message, mistake=MEAN_LEFT_OUT if mean else None,
                explanation="Its cost is a mean over the examples." if mean else "",
            )  # fmt: skip
        combined[cost.place] = factor
    if not combined and not any(cost.of_outputs for cost in costs):
        for i in activations:
            if found[i].words in ("a softmax", "a sigmoid"):
                found[i] = undecided(
                    found[i],
                    f"`{found[i].name}` hands the error through: that goes with a cost that gives "
                    "a - y, and none is here",
                )
    return combined


def of_means(found: list[LayerReport], costs: Sequence[Cost], combined: dict[int, float]) -> None:
    """Judge layers whose dW is a mean with the costs that leave the mean out."""
    dividing = [i for i, each in enumerate(found) if each.mistake == MEAN_TAKEN]
    if not dividing:
        return
    if not costs:
        for i in dividing:
            found[i] = undecided(
                found[i],
                f"`{found[i].name}` takes the mean over the examples in dW and db: that goes with "
                "a cost whose error has no 1/m, and none is here",
            )
        return
    lacking = [cost for cost in costs if found[cost.place].mistake == MEAN_LEFT_OUT]
    adding = [each for each in found if each.passed and len(each.arrays) > 1]
    if not lacking or adding:
        return
    for cost in lacking:
        why = f"Its mean over the examples is taken by `{found[dividing[0]].name}`."
        found[cost.place] = together(found[cost.place], found[dividing[0]].name, why)
    for i in dividing:
        why = f"It takes the mean over the examples, which `{lacking[0].report.name}` leaves out."
        found[i] = together(found[i], lacking[0].report.name, why)


def together(report: LayerReport, other: str, why: str) -> LayerReport:
    message = f"`{report.name}` is right together with `{other}`"
    return replace(
        report, passed=True, undecided=False, message=message, mistake=None,
        explanation=f"{message}. {why}",
    )  # fmt: skip


def undecided(report: LayerReport, message: str) -> LayerReport:
    return replace(report, undecided=True, message=message, mistake=None, explanation="")
