"""What a network's own answers come to: which cost its gradients are of, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from chainrule.ground.words import listed
from chainrule.workshop import network_penalties
from chainrule.workshop.guarded.guard import Ran
from chainrule.workshop.guarded.protocol import Claimed, CostsSeen, Moved, Outputs, OwnLine
from chainrule.workshop.network_cost_choice import (
    BY_NAME,
    REDUCTIONS,
    SOFTMAX_LEFT_OUT,
    OwnLoss,
    Rival,
    of_the_family,
    own_loss,
    rival,
)
from chainrule.workshop.network_costs import LOSSES, PENALTIES, Array, Loss, Reduction
from chainrule.workshop.network_factors import factors
from chainrule.workshop.network_gradients import ArrayCheck, ClaimedGradients, Fit, of_weights
from chainrule.workshop.network_mistakes import NamedMistake, Naming, by_factors
from chainrule.workshop.network_recognition import recognised


@dataclass(frozen=True)
class NetworkReport:
    """The verdict on a network. Its gradients fit `cost` and `reduction`, or come nearest to them.

    `cost_found`: the gradients are right, and the cost was found, not given. `cost_function` is the
    function of the file that computes it. `rival` is another cost that may be meant, for which the
    gradients, right for `cost`, are wrong: no pass before it is known which. `adapter` is how the
    file was read, where it does not say so itself. `left_out`: arrays that take part in outputs,
    and whose gradients were not found: no pass, however right the others are.
    """

    passed: bool
    message: str
    cost: str | None = None
    reduction: Reduction | None = None
    arrays: tuple[ArrayCheck, ...] = ()
    network: str | None = None
    mistake: str | None = None
    explanation: str = ""
    lines: tuple[OwnLine, ...] = ()
    notes: tuple[str, ...] = ()
    cost_found: bool = False
    cost_function: str | None = None
    rival: str | None = None
    adapter: str = ""
    left_out: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Judging:
    """The answers of the file's code, and what follows from them."""

    def __init__(
        self,
        ran: Ran,
        losses: Sequence[Loss],
        *,
        asked: bool,
        only: str | None = None,
        rate_known: bool = True,
    ) -> None:
        """`only`: a function that was named, which alone decides.

        Without the rate of a step its gradients are known but for one factor.
        """
        self.losses, self.asked, self.only = losses, asked, only
        self.claimed = ClaimedGradients(
            ran.of(Claimed)[0], ran.of(Moved), ran.of(Outputs)[0].coarse
        )
        self.X: Array = ran.of(Outputs)[0].X
        self.outputs, near = ran.of(Outputs)[0].outputs, self.claimed.near
        self.network = recognised(
            self.X, self.outputs, self.claimed.parameters, near, ran.of(Moved)
        )
        self.costs = ran.of(CostsSeen)[0]
        self.rate = 1.0
        """The learning rate of a step, where it is found by what its gradients have in common."""
        if not rate_known and self.claimed.wrong_shape() is None:
            self.rate = self.common_factor()
            self.claimed = self.claimed.divided(self.rate)
        self.own: OwnLoss | None = None
        self.whole = self.claimed
        """The gradients as they are; `claimed` is without what a penalty of the cost adds."""
        if not asked and self.claimed.wrong_shape() is None:
            self.own = own_loss(self.costs, self.claimed, self.outputs)
            self.losses = losses if self.own is None else [self.own.loss]
            self.claimed = self.whole.without(self.penalties)
        self.claimed = self.as_clipped()
        if not asked and self.outputs.shape[1] == 1:  # one output alone is always all of softmax
            some = [loss for loss in self.losses if not loss.name.startswith("log-likelihood")]
            self.losses = some or self.losses

    def common_factor(self) -> float:
        """The one factor that all gradients have; 1 where there is none."""
        for loss in self.losses:
            found = [check.factor for check in self.fit(loss, "mean").checks]
            first = found[0]
            if first and all(f and abs(f / first - 1) < 1e-2 for f in found) and first > 0:
                return first
        return 1.0

    def as_clipped(self) -> ClaimedGradients:
        """The gradients; held against clipped slopes, where more of them are right so."""
        bound = self.claimed.likely_bound()
        if bound is None or self.claimed.wrong_shape() is not None:
            return self.claimed
        clipped = self.claimed.clipped_at(bound)
        most = [
            max(
                sum(check.passed for check in claimed.checks(loss, reduction))
                for loss in self.losses
                for reduction in REDUCTIONS
            )
            for claimed in (self.claimed, clipped)
        ]
        return clipped if most[1] > most[0] else self.claimed

    @property
    def penalties(self) -> Mapping[int, Array]:
        """What a cost of the file's own adds to each parameter's gradient."""
        return {} if self.own is None else self.own.penalties

    def report(self) -> NetworkReport:
        unused = self.claimed.unused()
        if unused is not None:
            return NetworkReport(False, unused)
        words = self.network.words if self.network is not None else None
        wrong_shape = self.claimed.wrong_shape()
        if wrong_shape is not None:
            mistake = self.named()
            name, explanation = (mistake.name, mistake.says) if mistake else (None, "")
            return NetworkReport(
                False, wrong_shape, network=words, mistake=name, explanation=explanation
            )
        fits = [self.fit(loss, reduction) for loss in self.losses for reduction in REDUCTIONS]
        best = max(fits, key=lambda fit: fit.passed)
        right = self.right(best) if best.right else None
        if right is None and not self.penalties:
            right = self.penalised(fits)
        right = right or self.right_but_for_a_factor() or self.right_for_softmax()
        report = self.by_own_cost() or self.not_of_the_named() or right
        if report is None:
            report = self.wrong(best)
            near = None if report.mistake else self.nearly_by_own_cost(best)
            report = near or report
        if self.own is not None and report.cost == self.own.loss.name:
            report = replace(report, cost_function=self.own.function)
        beside = []
        if self.rate != 1.0:
            beside.append(f"The learning rate was not found: it is taken to be {self.rate:.4g}.")
        if np.isfinite(self.claimed.bound):
            beside.append(f"The gradients are clipped: none is beyond {self.claimed.bound:.4g}.")
        explanation = " ".join([*beside, report.explanation]).rstrip()
        return replace(report, network=words, explanation=explanation)

    def right_but_for_a_factor(self) -> NetworkReport | None:
        """The report where the file's cost is a multiple of theirs, which a learning rate takes in.

        So it is with a mean over the outputs, too, and with a cost that is there to be shown alone.
        """
        if self.own is None or not (self.own.metric or self.own.loss.name.startswith("mean-")):
            return None
        for loss in of_the_family(self.own.loss):
            fit = self.right_fit(loss)
            if fit is not None:
                report = self.right(fit)
                shown = f"Your `{self.own.function}` is a multiple of it."
                return replace(report, explanation=f"{shown} {report.explanation}".rstrip())
        return None

    def right_for_softmax(self) -> NetworkReport | None:
        """No verdict where gradients go with softmax's own cost, and the file computes another."""
        softmax = self.network is not None and self.network.output == "softmax"
        if self.asked or self.own is None or not softmax:
            return None
        fit = self.right_fit(BY_NAME["log-likelihood"])
        if fit is None:
            return None
        report = self.undecided(fit, Rival(self.own.loss.name, SOFTMAX_LEFT_OUT))
        shown = f"Your `{self.own.function}` computes the latter."
        return replace(report, explanation=shown, cost_function=self.own.function)

    def by_own_cost(self) -> NetworkReport | None:
        """The report where the gradients are those of a cost of the file's own making."""
        if self.asked or (self.own is not None and not self.penalties):
            return None
        for place, name in enumerate(self.costs.names):
            checks = self.whole.own_checks(place)
            if all(check.passed for check in checks):
                whose = "the cost in the file" if self.only is None else "the cost that is named"
                message = f"the gradients are right: those of `{name}`, {whose}"
                return NetworkReport(True, message, arrays=checks, cost_function=name)
        return None

    def not_of_the_named(self) -> NetworkReport | None:
        """The report where the gradients are not those of the function that was named."""
        if self.only is None or self.own is not None:
            return None
        name = self.only.rpartition(":")[2]
        if name not in self.costs.names:
            message = (
                f"`{name}` gives no finite number for outputs {self.outputs.shape} and targets "
                "of the same shape, as `def cost(A, Y)` does"
            )
            return NetworkReport(False, message)
        return self.not_of_function(self.costs.names.index(name))

    def nearly_by_own_cost(self, best: Fit) -> NetworkReport | None:
        """The report where more gradients are those of a cost in the file than of a known one."""
        if self.asked or self.own is not None or not self.costs.names:
            return None
        passed = [
            sum(check.passed for check in self.claimed.own_checks(place))
            for place in range(len(self.costs.names))
        ]
        place = max(range(len(passed)), key=passed.__getitem__)
        return self.not_of_function(place) if passed[place] > best.passed else None

    def not_of_function(self, place: int) -> NetworkReport:
        """The report on gradients of which some are not those of one of the file's costs."""
        name, checks = self.costs.names[place], self.claimed.own_checks(place)
        wrong = [f"parameters[{c.index}] {c.shape}" for c in checks if not c.passed]
        message = f"the gradients are not those of `{name}`: wrong for {', '.join(wrong)}"
        explanation = factors(checks, len(self.X))
        return NetworkReport(
            False, message, arrays=checks, cost_function=name, explanation=explanation
        )

    def fit(self, loss: Loss, reduction: Reduction) -> Fit:
        return Fit(loss, reduction, self.claimed.checks(loss, reduction))

    def right_fit(self, loss: Loss) -> Fit | None:
        """How all gradients are those of a cost, its sum or its mean; None where some are not."""
        fits = (self.fit(loss, reduction) for reduction in REDUCTIONS)
        return next((fit for fit in fits if fit.right), None)

    def right(self, fit: Fit) -> NetworkReport:
        if not self.asked and self.own is None:
            other = rival(fit.loss, self.network, self.outputs)
            if other is not None:
                return self.undecided(fit, other)
        message = f"the gradients are right: those of the {fit.loss.words}, the {fit.reduction} "
        explanation = ""
        if fit.reduction == "sum":
            explanation = (
                "They are sums: a step on a mini-batch of m examples divides by m, once, or the "
                "learning rate depends on m."
            )
            if self.own is not None and self.own.reduction == "mean":
                explanation = (
                    f"They are sums, and your `{self.own.function}` takes the mean of m examples: "
                    "a step divides by m, once, or the learning rate depends on m."
                )
        return NetworkReport(
            True,
            f"{message}over the examples",
            fit.loss.name,
            fit.reduction,
            fit.checks,
            explanation=explanation,
            cost_found=not self.asked and self.own is None,
        )

    def undecided(self, fit: Fit, other: Rival) -> NetworkReport:
        """No verdict: right for one cost, a known mistake for another."""
        words = next(loss.words for loss in LOSSES if loss.name == other.loss)
        return NetworkReport(
            False,
            f"the gradients are right if the cost is the {fit.loss.words}. If it is the {words}, "
            f"{other.says}",
            fit.loss.name,
            fit.reduction,
            fit.checks,
            rival=other.loss,
        )

    def penalised(self, fits: Sequence[Fit]) -> NetworkReport | None:
        """The report where all that the gradients have too much is that of a penalty."""
        for fit in fits:
            wrong = [check.index for check in fit.checks if not check.passed]
            for penalty in PENALTIES:
                form = penalty.form
                parts = [self.claimed.penalty(i, fit.loss, fit.reduction, form) for i in wrong]
                lam = parts[0]
                if not lam or lam < 0 or not all(p and abs(p / lam - 1) < 1e-2 for p in parts):
                    continue
                penalties = {i: lam * form(self.claimed.parameters[i]) for i in wrong}
                checks = self.claimed.checks(fit.loss, fit.reduction, penalties)
                if all(check.passed for check in checks) and self.all_weights(wrong):
                    found = self.right(replace(fit, checks=checks))
                    arrays = listed([f"parameters[{i}]" for i in wrong], "and")
                    beside = (
                        f"Those of {arrays} have {lam:.4g} times {penalty.of} beside it, as of "
                        f"an {penalty.name} penalty."
                    )
                    return replace(found, explanation=f"{beside} {found.explanation}".rstrip())
        return None

    def all_weights(self, places: Sequence[int]) -> bool:
        """Whether all arrays of weights are among these, or none."""
        weights = {i for i, p in enumerate(self.claimed.parameters) if of_weights(p)}
        return len(weights & set(places)) in (0, len(weights))

    def wrong(self, best: Fit) -> NetworkReport:
        """The arrays that are wrong, and the mistake where its name is known."""
        loss = best.loss
        zeros = self.zeros(best)
        mistake = zeros if self.only_biases(best) else None
        mistake = mistake or self.named() or self.named_by_factors() or zeros
        if mistake is not None:
            loss = next(each for each in self.losses if each.name == mistake.loss)
        fits = [self.fit(loss, reduction) for reduction in REDUCTIONS]
        extras = [
            network_penalties.parts(self.claimed, f.checks, loss, f.reduction, self.penalties)
            for f in fits
        ]
        fit, extra = max(
            zip(fits, extras, strict=True), key=lambda pair: (pair[0].passed, pair[1] is not None)
        )
        if mistake is None and extra is not None:
            mistake = network_penalties.mistake(extra[1], extra[0], loss)
        wrong = ", ".join(f"parameters[{c.index}] {c.shape}" for c in fit.checks if not c.passed)
        penalty = f", with an {self.own.penalty} penalty" if self.penalties and self.own else ""
        message = f"the gradients are not those of the {loss.words}{penalty}: wrong for {wrong}"
        if mistake is not None:
            explanation = mistake.says
        else:
            explanation = factors(fit.checks, len(self.X))
            if not explanation and extra is not None:
                explanation = network_penalties.beside(extra[1], extra[0])
        return NetworkReport(
            False,
            message,
            loss.name,
            fit.reduction,
            fit.checks,
            mistake=None if mistake is None else mistake.name,
            explanation=explanation,
        )

    def only_biases(self, fit: Fit) -> bool:
        parameters = self.claimed.parameters
        return not any(of_weights(parameters[c.index]) for c in fit.checks if not c.passed)

    def zeros(self, fit: Fit) -> NamedMistake | None:
        """The mistake where all that is wrong is that some gradients are 0."""
        wrong = [check.index for check in fit.checks if not check.passed]
        if len(wrong) == len(fit.checks) or any(self.claimed.arrays[i].any() for i in wrong):
            return None
        arrays = listed([f"parameters[{i}]" for i in wrong], "and")
        says = f"The gradient of {arrays} is 0: it is not worked out, or {arrays} never moved."
        last = all(self.claimed.parameters[i].size == self.outputs.shape[1] for i in wrong)
        if last and fit.loss.name.startswith("log-likelihood"):
            says += " Or it is one sum of all errors: of softmax they come to 0."
        return NamedMistake("gradient of 0", says, fit.loss.name)

    def named(self) -> NamedMistake | None:
        """The known mistake that gives these very gradients."""
        if self.network is None:
            return None
        known = self.asked or self.own is not None
        return Naming(self.network, self.losses, self.claimed, cost_known=known).named()

    def named_by_factors(self) -> NamedMistake | None:
        """The mistake that one factor shows, whatever the network is, where its cost is known."""
        if self.network is not None or not (self.asked or self.own is not None):
            return None
        (loss, *others) = self.losses
        if others:
            return None
        for reduction in REDUCTIONS:
            mistake = by_factors(self.fit(loss, reduction).checks, loss)
            if mistake is not None:
                return mistake
        return None
