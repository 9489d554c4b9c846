"""What is wrong with the part of a penalty in the gradients: left out, too large, in the biases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chainrule.ground.words import listed
from chainrule.workshop.network_costs import PENALTIES, Array, Loss, Penalty, Reduction
from chainrule.workshop.network_gradients import ArrayCheck, ClaimedGradients
from chainrule.workshop.network_mistakes import NamedMistake

SAME = 1e-2
"""How far, relative to each other, two factors of a penalty may lie apart."""


@dataclass(frozen=True)
class Part:
    """How many times a form of an array its gradient has too much, and should have."""

    index: int
    extra: float
    expected: float


def parts(
    claimed: ClaimedGradients,
    checks: Sequence[ArrayCheck],
    loss: Loss,
    reduction: Reduction,
    penalties: Mapping[int, Array],
) -> tuple[Penalty, list[Part]] | None:
    """What each wrong gradient has too much; None where that is not the form of a penalty.

    `claimed` is without `penalties`, which are those of the cost.
    """
    wrong = [check.index for check in checks if not check.passed]
    for penalty in PENALTIES:
        found = []
        for i in wrong:
            extra = claimed.penalty(i, loss, reduction, penalty.form)
            if extra is None:
                break
            shape = penalty.form(claimed.parameters[i])
            size = float((shape * shape).sum())
            expected = float((penalties[i] * shape).sum()) / size if i in penalties else 0.0
            found.append(Part(i, extra, expected))
        if wrong and len(found) == len(wrong):
            return penalty, found
    return None


def mistake(found: Sequence[Part], penalty: Penalty, loss: Loss) -> NamedMistake | None:
    """The mistake with a penalty that gives these parts; None for none that has a name."""
    arrays = listed([f"parameters[{part.index}]" for part in found], "and")
    ratios = [1 + part.extra / part.expected for part in found if part.expected]
    if len(ratios) < len(found) or max(ratios) - min(ratios) > SAME * max(1, *map(abs, ratios)):
        return None
    name = f"{penalty.name} penalty"
    if abs(ratios[0]) < SAME:
        says = (
            f"The part of the {name} is missing from the gradients of {arrays}: "
            f"{found[0].expected:.4g} times {penalty.of}."
        )
        return NamedMistake(f"{name} left out", says, loss.name)
    says = f"The part of the {name} in {arrays} is {ratios[0]:.4g} times what it should be."
    return NamedMistake(f"factor of the {name}", says, loss.name)


def beside(found: Sequence[Part], penalty: Penalty) -> str:
    """What stands beside the right gradients, where it has no name."""
    arrays = listed([f"parameters[{part.index}]" for part in found], "and")
    sizes = listed(dict.fromkeys(f"{part.extra:.4g}" for part in found), "and")
    return f"Beside what it should be, the gradient of {arrays} has {sizes} times {penalty.of}."
