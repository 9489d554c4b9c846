"""Why a network may have learned nothing, in plain words, and what to change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from chainrule.data import Split
from chainrule.ground.words import counted
from chainrule.network import (
    ACTIVATIONS,
    Architecture,
    Constant,
    FlatLayer,
    Network,
    Recipe,
    flattest_layer,
    usual_learning_rate,
)
from chainrule.runs.choices import BATCH_SIZE, EPOCHS, MOST_EPOCHS
from chainrule.runs.settings import Settings

FADED = 2e-3
"""Mean |delta| of layer 1 by that of the last, below which the first layers hardly learn."""

SHRUNK = 0.5
"""Mean |w| after training by that before it, below which a penalty has won."""

NEURONS = 2
"""Dropout that leaves fewer neurons of a layer than this on average leaves next to nothing."""

EXAMPLES = 500
"""At most so many examples are looked at."""

FEW_STEPS = 1000
SOFT = 1e-4
"""A penalty of this many times the number of examples, lambda/n, is a usual one."""

Change = Mapping[str, Any]
"""Settings and the values to give them, as in `Choices`; None is any other value than now."""


@dataclass(frozen=True)
class Advice:
    """A cause, and the settings to change for it: `change`, or else `otherwise`.

    `words` is the sentence that both stand in.
    """

    because: str
    change: Change
    otherwise: Change = field(default_factory=dict)
    words: str = "Try {change}"

    def text(self, written: Callable[[Change], str]) -> str:
        """The cause and the advice, with each change as `written` writes it; no full stop."""
        advice = self.words.format(change=written(self.change), otherwise=written(self.otherwise))
        return f"{self.because}. {advice}"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Outcome:
    """What a run came to, as far as it tells why it may have learned nothing.

    `faded` is the mean |delta| of layer 1 and of the last layer, of the starting weights on a
    mini-batch; `shrunk` the mean |w| after training by that before it.
    """

    architecture: Architecture
    recipe: Recipe
    examples: int
    faded: tuple[float, float]
    shrunk: float
    flat: FlatLayer | None
    dead_outputs: int

    @property
    def steps_an_epoch(self) -> int:
        return math.ceil(self.examples / self.recipe.batch_size)

    @property
    def usual_rate(self) -> float:
        """A learning rate that mostly does."""
        return usual_learning_rate(self.recipe.optimizer.name, self.architecture)


def advise(
    network: Network, settings: Settings, train: Split, at_chance: bool
) -> tuple[Advice, ...]:
    """What to change after a run that learned nothing, or has an output that never will."""
    if at_chance:
        return explain(outcome(network, settings, train))
    if dead_outputs(network, train):
        advice = for_dead_outputs(outcome(network, settings, train))
        return () if advice is None else (advice,)
    return ()


def outcome(network: Network, settings: Settings, train: Split) -> Outcome:
    """Look at a trained network, and at the weights that it started from."""
    architecture = network.architecture
    began = Network.of(
        architecture, init=settings.init, seed=settings.recipe.seed, dtype=network.dtype
    )
    few = min(settings.recipe.batch_size, EXAMPLES)
    some = first_of(train, few)
    deltas = began.backward(some.X, some.y)
    first, last = (
        float(np.abs(deltas[f"delta{n}"]).mean(dtype=np.float64)) for n in (1, architecture.layers)
    )
    return Outcome(
        architecture,
        settings.recipe,
        len(train),
        (first, last),
        mean_weight(network) / mean_weight(began),
        flattest_layer(network, train),
        dead_outputs(network, train),
    )


def mean_weight(network: Network) -> float:
    """The mean |w| of all weights."""
    weights = [np.abs(p).ravel() for name, p in network.parameters.items() if name[0] == "W"]
    return float(np.concatenate(weights).mean(dtype=np.float64))


def dead_outputs(network: Network, split: Split) -> int:
    """How many outputs are 0, with slope 0, for every example."""
    if not ACTIVATIONS[network.architecture.activations[-1]].dead:
        return 0
    outputs = network.predict_proba(first_of(split, EXAMPLES).X)
    return int(np.sum(np.all(outputs == 0, axis=0)))


def first_of(split: Split, most: int) -> Split:
    return Split(split.values[:most], split.scale, split.y[:most])


def explain(run: Outcome) -> tuple[Advice, ...]:
    """What likely happened: the causes that can be measured, or else the likeliest."""
    causes = [cause for cause in (for_dropout(run), for_fading(run), for_penalty(run)) if cause]
    return tuple(causes) or (for_dead_outputs(run) or for_flatness(run) or for_steps(run),)


def for_dropout(run: Outcome) -> Advice | None:
    """Where dropout leaves too few neurons."""
    sizes = run.architecture.sizes[1:-1]
    rates = run.recipe.rates(len(sizes))
    left = [(size * (1 - rate), n) for n, (size, rate) in enumerate(zip(sizes, rates, strict=True))]
    fewest, n = min(left, default=(math.inf, 0))
    if not rates or not rates[n] or fewest >= NEURONS:
        return None
    return Advice(
        f"Dropout {rates[n]:g} leaves on average {fewest:.2g} of the {counted(sizes[n], 'neuron')} "
        f"of layer {n + 1} in a mini-batch, so next to nothing comes through",
        {"dropout": 0.2},
    )


def for_fading(run: Outcome) -> Advice | None:
    """Where the error fades on its way back through many layers."""
    first, last = run.faded
    hidden = run.architecture.sizes[1:-1]
    if len(hidden) < 2 or first >= FADED * last:
        return None
    change: dict[str, Any] = {"layers": hidden[:2]}
    if run.usual_rate < run.recipe.optimizer.learning_rate:
        change["learning_rate"] = run.usual_rate
    otherwise: dict[str, Any] = {}
    words = "Try fewer layers, as in {change}"
    if set(run.architecture.activations[:-1]) == {"sigmoid"}:
        otherwise = {"hidden": "tanh", "learning_rate": rate_for(run, hidden="tanh")}
        words += ", or {otherwise}, whose slope goes up to 1"
    few = min(run.recipe.batch_size, EXAMPLES)
    slope = (
        ": each layer multiplies it by its slopes, and a slope of sigmoid is at most 1/4"
        if "sigmoid" in run.architecture.activations[:-1]
        else ""
    )
    return Advice(
        f"The error fades on its way back (vanishing gradient){slope}. With the starting weights "
        f"the mean |delta| of the first {counted(few, 'training example')} was {last:.2g} in "
        f"layer {run.architecture.layers} and {first:.2g} in layer 1",
        change,
        otherwise,
        words,
    )


def for_penalty(run: Outcome) -> Advice | None:
    """Where a penalty has drawn the weights to 0."""
    penalties = {"l1": run.recipe.l1, "l2": run.recipe.l2}
    name, value = max(penalties.items(), key=lambda one: one[1])
    if not value or run.shrunk >= SHRUNK:
        return None
    soft = min(SOFT * run.examples, value / 10)
    others = {other: 0 for other, weight in penalties.items() if weight and other != name}
    return Advice(
        f"The {name.upper()} penalty {value:g} draws the weights to 0 faster than the examples "
        f"draw them away: the mean |w| ended at {100 * run.shrunk:.2g} % of what it started with",
        {name: float(f"{soft:.1g}"), **others},
    )


def for_dead_outputs(run: Outcome) -> Advice | None:
    """Where outputs are 0 for good."""
    if not run.dead_outputs:
        return None
    outputs = run.architecture.sizes[-1]
    return Advice(
        f"{run.dead_outputs} of the {counted(outputs, 'output')} "
        f"{'is' if run.dead_outputs == 1 else 'are'} 0 for each of the first "
        f"{min(run.examples, EXAMPLES)} training examples. There the slope of "
        f"{run.architecture.activations[-1]} is 0 too, so nothing teaches them any more "
        "(dead neurons)",
        {
            "output": "softmax",
            "cost": "log-likelihood",
            "learning_rate": rate_for(run, output="softmax", cost="log-likelihood"),
        },
    )


def for_flatness(run: Outcome) -> Advice | None:
    """Where a layer lets hardly any of the error through."""
    flat = run.flat
    if flat is None:
        return None
    rate, usual = run.recipe.optimizer.learning_rate, run.usual_rate
    dead = ACTIVATIONS[flat.activation].dead
    state = "they give 0 whatever comes in" if dead else "they are saturated"
    return Advice(
        f"In layer {flat.layer} the slope f'(z) of {flat.activation} is nearly 0 in "
        f"{100 * flat.share:.0f} % of the neurons: {state}, and hardly any of the error gets "
        f"through them. Most likely the learning rate {rate:g} is too large, or the starting "
        "weights are",
        {"learning_rate": usual if usual < rate else rate / 10},
        {"init": None},
        "Try {change}, or other starting weights with {otherwise}",
    )


def for_steps(run: Outcome) -> Advice:
    """What is left: the steps were too small or too few."""
    recipe, rate = run.recipe, run.recipe.optimizer.learning_rate
    steps = run.steps_an_epoch * recipe.epochs
    change: dict[str, Any] = {}
    smaller = recipe.batch_size > BATCH_SIZE
    if smaller and steps < FEW_STEPS:
        change["batch_size"] = BATCH_SIZE
    if rate < run.usual_rate:
        change["learning_rate"] = run.usual_rate
    if recipe.schedule != Constant():
        change["schedule"] = "constant"
    if not change or (steps < FEW_STEPS and not smaller):
        change["epochs"] = min(max(EPOCHS, 2 * recipe.epochs), MOST_EPOCHS)
    return Advice(
        f"The slopes f'(z) are not small, so the steps may be too small or too few: "
        f"{counted(steps, 'step')} ({run.steps_an_epoch:,} an epoch) with learning rate {rate:g}",
        change,
    )


def rate_for(
    run: Outcome, hidden: str | None = None, output: str | None = None, cost: str | None = None
) -> float:
    """The learning rate that goes with other activations or another cost."""
    was = run.architecture
    other = Architecture.of(
        was.sizes,
        was.activations[:-1] if hidden is None else hidden,
        was.activations[-1] if output is None else output,
        was.cost if cost is None else cost,
    )
    return usual_learning_rate(run.recipe.optimizer.name, other)
