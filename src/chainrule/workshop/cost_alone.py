"""The verdict on gradients that are held against the cost which the file's own function gives.

Where a usual network of ours has that very cost, its outputs are worked out by our equations, so
that mistakes have their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from chainrule.workshop.guarded.guard import Ran
from chainrule.workshop.guarded.protocol import (
    Claimed,
    CostAlone,
    CostsSeen,
    Moved,
    Outputs,
    Recognised,
)
from chainrule.workshop.guarded.slopes import along
from chainrule.workshop.network_by_cost import ByCost, by_cost
from chainrule.workshop.network_costs import Array, Loss
from chainrule.workshop.network_gradients import ArrayCheck, ClaimedGradients
from chainrule.workshop.network_judging import Judging, NetworkReport, factors
from chainrule.workshop.network_penalties import SAME


@dataclass(frozen=True)
class Part:
    """What came for one strength of a penalty."""

    cost: CostAlone
    claimed: Claimed
    moved: list[Moved]

    @property
    def gradients(self) -> ClaimedGradients:
        return ClaimedGradients(self.claimed, self.moved, self.cost.coarse)


def parts(ran: Ran) -> list[Part]:
    """The answers for each strength, in their order."""
    found: list[Part] = []
    cost: CostAlone | None = None
    for answer in ran.answers:
        if isinstance(answer, CostAlone):
            cost = answer
        elif isinstance(answer, Claimed) and cost is not None:
            found.append(Part(cost, answer, []))
        elif isinstance(answer, Moved) and found:
            found[-1].moved.append(answer)
    return found


def judged(ran: Ran, losses: Sequence[Loss], *, asked: bool) -> NetworkReport:
    """The verdict without a penalty, and with one."""
    first, *others = parts(ran)
    name = function_of(ran)
    report = without_penalty(ran, first, name, losses, asked=asked)
    for other in others if report.passed else ():
        checks = other.gradients.own_checks(0)
        if not all(check.passed for check in checks):
            return with_penalty(report, first, other, checks, name)
        explanation = f"{report.explanation} So they are with its penalty.".strip()
        report = replace(report, explanation=explanation)
    return report


def function_of(ran: Ran) -> str:
    """The name of the function that gives the cost, as the adapter calls it."""
    text = ran.of(Recognised)[0].adapter if ran.of(Recognised) else ""
    line = next((line for line in text.splitlines() if line.startswith("def cost(")), "")
    call = line.partition("return ")[2].partition("(")[0]
    return call.rpartition(".")[2] or "cost"


def without_penalty(
    ran: Ran, part: Part, name: str, losses: Sequence[Loss], *, asked: bool
) -> NetworkReport:
    """The verdict by outputs of ours where they are known, and by the file's own cost alone."""
    gradients = part.gradients
    wrong_shape = gradients.wrong_shape()
    if wrong_shape is not None:
        return NetworkReport(False, wrong_shape)
    checks = gradients.own_checks(0)
    cost = part.cost
    network = by_cost(cost.X, cost.Y, part.claimed.parameters, cost.value)
    right = all(check.passed for check in checks)
    if network is not None:
        report = Judging(worked_out(ran, part, network, name), losses, asked=asked).report()
        if report.passed == right or asked:
            return report
    if right:
        message = f"the gradients are right: those of `{name}`, the cost in the file"
        return NetworkReport(True, message, arrays=checks, cost_function=name)
    wrong = ", ".join(f"parameters[{c.index}] {c.shape}" for c in checks if not c.passed)
    message = f"the gradients are not those of `{name}`, the cost in the file: wrong for {wrong}"
    explanation = factors(checks, len(cost.X))
    return NetworkReport(False, message, arrays=checks, cost_function=name, explanation=explanation)


def worked_out(ran: Ran, part: Part, network: ByCost, name: str) -> Ran:
    """The answers as they come of a network with a forward pass: with the outputs of ours."""
    X, Y, parameters = part.cost.X, part.cost.Y, part.claimed.parameters

    def outputs(index: int, array: Array) -> Array:
        moved = [array if i == index else p for i, p in enumerate(parameters)]
        return network.outputs(X, Y.shape[1], moved)

    found: list[Moved] = []
    for each in part.moved:
        old = parameters[each.array]
        pairs = []
        for place, step in zip(each.places, each.steps, strict=False):
            high, low = old.copy(), old.copy()
            high.reshape(-1)[place] += step / 2
            low.reshape(-1)[place] -= step / 2
            pairs.append((outputs(each.array, high), outputs(each.array, low)))
        for seed, step in zip(each.seeds, each.steps[len(each.places) :], strict=True):
            high, low = along(seed, old, step / 2)
            pairs.append((outputs(each.array, high), outputs(each.array, low)))
        found.append(replace(each, pairs=np.array(pairs)))
    here = network.outputs(X, Y.shape[1], parameters)
    answers = [Outputs(X, here, True, part.cost.coarse, False), part.claimed]
    answers += [CostsSeen([name], [False]), *found]
    return replace(ran, answers=answers)


def with_penalty(
    report: NetworkReport, first: Part, other: Part, checks: Sequence[ArrayCheck], name: str
) -> NetworkReport:
    """What is wrong where the penalty is not 0, though all is right without it."""
    wrong = [check.index for check in checks if not check.passed]
    arrays = ", ".join(f"parameters[{c.index}] {c.shape}" for c in checks if not c.passed)
    message = (
        f"the gradients are those of `{name}` without its penalty, and not with it: wrong for "
        f"{arrays}"
    )
    mistake, explanation = penalty_mistake(first, other, wrong)
    return replace(
        report,
        passed=False,
        message=message,
        arrays=tuple(checks),
        mistake=mistake,
        explanation=explanation,
    )


def penalty_mistake(first: Part, other: Part, wrong: Sequence[int]) -> tuple[str | None, str]:
    """The name of what is wrong with the penalty's part, and what to say of it."""
    arrays = " and ".join(f"parameters[{i}]" for i in wrong)
    claimed, measured = [], []
    for before, now in zip(first.moved, other.moved, strict=True):
        if not np.array_equal(before.places, now.places):  # a kink was on the way in one of them
            return None, ""
        if now.array in wrong:
            added = other.gradients.arrays[now.array] - first.gradients.arrays[now.array]
            number = len(now.places)
            slopes = other.gradients.own_slopes(now, 0)[:number]
            claimed.append(added.reshape(-1)[now.places])
            measured.append(slopes - first.gradients.own_slopes(before, 0)[:number])
    ours, theirs = np.concatenate(claimed), np.concatenate(measured)
    size = float(np.linalg.norm(theirs))
    if np.linalg.norm(ours) <= SAME * size:
        says = f"The part of the penalty is missing from the gradients of {arrays}."
        return "L2 penalty left out", says
    none = np.abs(theirs) <= SAME * np.abs(theirs).max(initial=0.0)
    if size > 0 and np.linalg.norm((ours - theirs)[~none]) <= SAME * size:
        says = (
            f"In {arrays} the penalty is in the gradients of numbers which it leaves out in the "
            "cost, as biases are."
        )
        return "L2 penalty in the biases", says
    times = float(ours @ theirs) / size**2 if size > 0 else 0.0
    if size > 0 and np.linalg.norm(ours - times * theirs) <= SAME * np.linalg.norm(ours):
        says = f"The part of the penalty in {arrays} is {times:.4g} times what it should be."
        return "factor of the L2 penalty", says
    return None, f"The part of the penalty in {arrays} is not that of the cost."
