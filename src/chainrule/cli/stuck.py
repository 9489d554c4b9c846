"""Why a network may have learned nothing, in plain words, and what to try."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chainrule.cli.settings import (
    BATCH_SIZE,
    EPOCHS,
    Settings,
    default_learning_rate,
)
from chainrule.cli.train import MOST_EPOCHS
from chainrule.data import Split
from chainrule.ground.words import counted
from chainrule.network import Architecture, FlatLayer, Network, flattest_layer

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


@dataclass(frozen=True)
class Outcome:
    """What a run came to, as far as it tells why it may have learned nothing.

    `faded` is the mean |delta| of layer 1 and of the last layer, of the starting weights on a
    mini-batch; `shrunk` the mean |w| after training by that before it.
    """

    architecture: Architecture
    settings: Settings
    examples: int
    faded: tuple[float, float]
    shrunk: float
    flat: FlatLayer | None
    dead_outputs: int

    @property
    def steps_an_epoch(self) -> int:
        return math.ceil(self.examples / self.settings.batch_size)

    @property
    def learning_rate(self) -> float:
        return self.settings.optimizer_settings["learning_rate"]


def advice(network: Network, settings: Settings, train: Split, at_chance: bool) -> str | None:
    """What to say after a run: where it learned nothing, or an output never will."""
    if at_chance:
        return explain(outcome(network, settings, train))
    if dead_outputs(network, train):
        return of_dead_outputs(outcome(network, settings, train))
    return None


def outcome(network: Network, settings: Settings, train: Split) -> Outcome:
    """Look at a trained network, and at the weights that it started from."""
    architecture = network.architecture
    began = Network.of(architecture, init=settings.init, seed=settings.seed, dtype=network.dtype)
    few = min(settings.batch_size, EXAMPLES)
    some = first_of(train, few)
    deltas = began.backward(some.X, some.y)
    first, last = (float(np.abs(deltas[f"delta{n}"]).mean()) for n in (1, architecture.layers))
    return Outcome(
        architecture,
        settings,
        len(train),
        (first, last),
        mean_weight(network) / mean_weight(began),
        flattest_layer(network, train),
        dead_outputs(network, train),
    )


def mean_weight(network: Network) -> float:
    """The mean |w| of all weights."""
    weights = [np.abs(p).ravel() for name, p in network.parameters.items() if name[0] == "W"]
    return float(np.concatenate(weights).mean())


def dead_outputs(network: Network, split: Split) -> int:
    """How many ReLU outputs are 0 for every example."""
    if network.architecture.activations[-1] != "relu":
        return 0
    outputs = network.predict_proba(first_of(split, EXAMPLES).X)
    return int(np.sum(np.all(outputs == 0, axis=0)))


def first_of(split: Split, most: int) -> Split:
    return Split(split.values[:most], split.scale, split.y[:most])


def explain(found: Outcome) -> str:
    """What likely happened, and what to try: one or more sentences."""
    causes = [of_dropout(found), of_fading(found), of_penalty(found)]
    said = [cause for cause in causes if cause]
    if said:
        return ". ".join(said)
    return of_dead_outputs(found) or of_flatness(found) or of_steps(found)


def of_dropout(found: Outcome) -> str | None:
    """Whether dropout leaves too few neurons."""
    sizes, rates = found.architecture.sizes[1:-1], found.settings.dropout
    left = [(size * (1 - rate), n) for n, (size, rate) in enumerate(zip(sizes, rates, strict=True))]
    fewest, n = min(left, default=(math.inf, 0))
    if not rates or not rates[n] or fewest >= NEURONS:
        return None
    return (
        f"Dropout {rates[n]:g} leaves on average {fewest:.2g} of the {counted(sizes[n], 'neuron')} "
        f"of layer {n + 1} in a mini-batch, so next to nothing comes through. Try --dropout 0.2"
    )


def of_fading(found: Outcome) -> str | None:
    """Whether the error fades on its way back through many layers."""
    first, last = found.faded
    hidden = found.architecture.sizes[1:-1]
    if len(hidden) < 2 or first >= FADED * last:
        return None
    fewer = ",".join(map(str, hidden[:2]))
    usual = usual_rate(found)
    slower = f" --learning-rate {usual:g}" if usual < found.learning_rate else ""
    advice = f"Try fewer layers, as in --layers {fewer}{slower}"
    if set(found.architecture.activations[:-1]) == {"sigmoid"}:
        advice += f", or --hidden tanh{rate_for(found, hidden='tanh')}, whose slope goes up to 1"
    few = min(found.settings.batch_size, EXAMPLES)
    slope = (
        ": each layer multiplies it by its slopes, and a slope of sigmoid is at most 1/4"
        if "sigmoid" in found.architecture.activations[:-1]
        else ""
    )
    return (
        f"The error fades on its way back (vanishing gradient){slope}. With the starting weights "
        f"the mean |delta| of the first {counted(few, 'training example')} was {last:.2g} in "
        f"layer {found.architecture.layers} and {first:.2g} in layer 1. {advice}"
    )


def of_penalty(found: Outcome) -> str | None:
    """Whether a penalty has drawn the weights to 0."""
    given = {"l1": found.settings.l1, "l2": found.settings.l2}
    name, value = max(given.items(), key=lambda one: one[1])
    if not value or found.shrunk >= SHRUNK:
        return None
    soft = min(SOFT * found.examples, value / 10)
    also = "".join(f" --{other} 0" for other, of in given.items() if of and other != name)
    return (
        f"The {name.upper()} penalty {value:g} draws the weights to 0 faster than the examples "
        f"draw them away: the mean |w| ended at {100 * found.shrunk:.2g} % of what it started "
        f"with. Try --{name} {soft:.1g}{also}"
    )


def of_dead_outputs(found: Outcome) -> str | None:
    """Whether outputs are 0 for good."""
    if not found.dead_outputs:
        return None
    outputs = found.architecture.sizes[-1]
    are = "is" if found.dead_outputs == 1 else "are"
    rate = rate_for(found, output="softmax", cost="log-likelihood")
    return (
        f"{found.dead_outputs} of the {counted(outputs, 'output')} {are} 0 for each of the "
        f"first {min(found.examples, EXAMPLES)} training examples. There the slope of relu is 0 "
        "too, so nothing teaches them any more (dead neurons). Try "
        f"--output softmax --cost log-likelihood{rate}"
    )


def of_flatness(found: Outcome) -> str | None:
    """Whether a layer lets hardly any of the error through."""
    flat = found.flat
    if flat is None:
        return None
    rate, usual = found.learning_rate, usual_rate(found)
    state = "they give 0 whatever comes in" if flat.activation == "relu" else "they are saturated"
    smaller = usual if usual < rate else rate / 10
    return (
        f"In layer {flat.layer} the slope f'(z) of {flat.activation} is nearly 0 in "
        f"{100 * flat.share:.0f} % of the neurons: {state}, and hardly any of the error gets "
        f"through them. Most likely the learning rate {rate:g} is too large, or the starting "
        f"weights are. Try --learning-rate {smaller:g}, or other starting weights with --init"
    )


def of_steps(found: Outcome) -> str:
    """What is left: the steps were too small or too few."""
    settings, rate = found.settings, found.learning_rate
    steps = found.steps_an_epoch * settings.epochs
    advice: list[str] = []
    smaller = settings.batch_size > BATCH_SIZE
    if smaller and steps < FEW_STEPS:
        advice.append(f"--batch-size {BATCH_SIZE}")
    if rate < (usual := usual_rate(found)):
        advice.append(f"--learning-rate {usual:g}")
    if settings.schedule != "constant":
        advice.append("--schedule constant")
    if not advice or (steps < FEW_STEPS and not smaller):
        advice.append(f"--epochs {min(max(EPOCHS, 2 * settings.epochs), MOST_EPOCHS)}")
    return (
        f"The slopes f'(z) are not small, so the steps may be too small or too few: "
        f"{counted(steps, 'step')} ({found.steps_an_epoch:,} an epoch) with learning rate "
        f"{rate:g}. Try {' '.join(advice)}"
    )


def usual_rate(found: Outcome) -> float:
    """A learning rate that mostly does."""
    return default_learning_rate(found.settings.optimizer, found.architecture)


def rate_for(
    found: Outcome, hidden: str | None = None, output: str | None = None, cost: str | None = None
) -> str:
    """` --learning-rate 0.1`: what goes with other activations or another cost."""
    was = found.architecture
    other = Architecture.of(
        was.sizes,
        was.activations[:-1] if hidden is None else hidden,
        was.activations[-1] if output is None else output,
        was.cost if cost is None else cost,
    )
    rate = default_learning_rate(found.settings.optimizer, other)
    return f" --learning-rate {rate:g}"
