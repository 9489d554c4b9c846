"""The learner's whole network at work: trained with their own functions, beside ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import Dataset
from chainrule.network import SGD, Momentum, Network, evaluate, train
from chainrule.workshop import failures
from chainrule.workshop.calls import call
from chainrule.workshop.compared_answers import example, read, shape_fault
from chainrule.workshop.course import STAGES, all_stages, stage
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.folder import Folder
from chainrule.workshop.function_grading import Grading
from chainrule.workshop.guarded.answers import EpochTrained, NetworkTrained, TrainingStarted
from chainrule.workshop.guarded.codec import Given
from chainrule.workshop.guarded.guard import Guard, Ran
from chainrule.workshop.guarded.protocol import (
    Examples,
    Job,
    Message,
    OwnLine,
    Parts,
    Raised,
    TrainNetwork,
)
from chainrule.workshop.oracle import Case
from chainrule.workshop.own_parts import ACTIVATIONS, COSTS, Settings
from chainrule.workshop.own_run import OwnRun
from chainrule.workshop.source import OURS, outline
from chainrule.workshop.verdict import Example, Verdict

MINUTES = 30.0
MEMORY = 6 * 2**30
WATCHED = 2_000
"""Validation examples that are looked at after each epoch."""
COMPARED = 10
"""Examples of the first step that is compared."""


@dataclass(frozen=True)
class OwnEpoch:
    """One epoch of the learner's own training: accuracy on validation examples, seconds."""

    number: int
    epochs: int
    accuracy: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Difference:
    """Where the learner's network and ours first differ, on the first step.

    `function` is the one that is wrong, `seen_in` the one that uses it and comes out wrong with it;
    the same, where it is wrong itself.
    """

    function: str
    message: str
    example: Example | None
    seen_in: str


@dataclass(frozen=True)
class Trained:
    """Both networks after training from the same weights: accuracy on the test set, seconds.

    `ours` is not trained again where theirs went on. `file` is where theirs is kept,
    and `plain` whether their own `train` did all of it.
    """

    data: str
    sizes: tuple[int, ...]
    epochs: int
    yours: float
    ours: float | None
    your_seconds: float
    our_seconds: float | None
    own_init: bool
    difference: Difference | None
    settings: dict[str, Any]
    file: str | None = None
    plain: bool = True

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class NotReady(WorkshopError):
    """Not enough is written for a network to be trained; `function` is what is missing."""

    def __init__(self, message: str, function: str | None = None) -> None:
        super().__init__(message)
        self.function = function


class OwnCodeFailed(WorkshopError):
    """The learner's code did not come through; with the lines of theirs that say where."""

    def __init__(self, message: str, lines: tuple[OwnLine, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


def train_own(
    folder: Folder,
    guard: Guard,
    data: Dataset,
    settings: Settings,
    shown: Callable[[OwnEpoch], None],
    *,
    minutes: float = MINUTES,
    keep: OwnRun | None = None,
) -> Trained:
    """Train the learner's network in the guarded process, and then ours from the same weights.

    `keep` is the file that it is kept in after every epoch; where that has epochs already, the
    training goes on after the last of them.
    """
    source = folder.source()
    own_init = check_written(source, settings)
    sizes = (data.train.values.shape[1], *settings.hidden, len(data.classes))
    ours = Ours(data, sizes, settings)  # what it refuses is refused before theirs is trained
    task = TrainNetwork(
        sizes,
        own_init,
        parts_of(settings, keep.velocities if keep is not None else []),
        keep.going if keep is not None else (),
        settings.epochs,
        settings.batch_size,
        settings.rate,
        settings.seed,
        data.train.scale,
        Examples(data.train.values, data.train.y),
        Examples(data.validation.values[:WATCHED], data.validation.y[:WATCHED]),
        Examples(data.test.values, data.test.y),
    )

    def listen(answer: Message) -> None:
        if isinstance(answer, EpochTrained):
            epoch = OwnEpoch(answer.number, settings.epochs, answer.accuracy, answer.seconds)
            if keep is not None:
                keep.add(answer, epoch, data)
            shown(epoch)

    ran = guard.run(Job(source, str(folder.network), task, 60 * minutes, MEMORY), listen)
    trained = came_through(ran, minutes)
    started = ran.of(TrainingStarted)[0]
    weights, biases = started.weights, started.biases
    difference = first_difference(folder, source, guard, data, weights, biases, settings)
    whole = keep is None or not keep.resumed
    accuracy, our_seconds = ours.trained(weights, biases) if whole else (None, None)
    return Trained(
        data=data.name,
        sizes=sizes,
        epochs=settings.epochs,
        yours=trained.accuracy,
        ours=accuracy,
        your_seconds=trained.seconds,
        our_seconds=our_seconds,
        own_init=own_init,
        difference=difference,
        settings=settings.to_dict(),
        file=None if keep is None else str(keep.path),
        plain=settings.plain,
    )


def parts_of(settings: Settings, velocities: list[NDArray[Any]]) -> tuple[Parts, ...]:
    """The learner's functions that an epoch is put together from; none where `train` is all."""
    if settings.plain:
        return ()
    hidden, slope = ACTIVATIONS[settings.activation]
    output, error = COSTS[settings.cost]
    optimizer, mu = settings.optimizer, settings.momentum
    return (Parts(hidden, slope, output, error, optimizer, mu, settings.l2, velocities),)


def check_written(source: bytes, settings: Settings) -> bool:
    """Refuse a file without what the settings need; whether its own `init` is written."""
    top = outline(source)
    if top is None:
        raise NotReady("network.py is no Python at the moment")
    if (line := top.borrows) is not None:
        raise NotReady(f"network.py imports `{OURS}`, line {line}: your network is yours to write")
    for name, setting in settings.needs.items():
        if not top.written(name):
            who = f"{setting} {getattr(settings, setting)}" if setting else "training"
            raise NotReady(f"`{name}` is not written yet, and {who} needs it", function=name)
    return top.written("init")


def came_through(ran: Ran, minutes: float) -> NetworkTrained:
    """What the training came to; or raise what stopped the learner's code."""
    raised = ran.of(Raised)
    if raised:
        message = failures.of_exception(raised[-1])
        raise OwnCodeFailed(f"your network stopped: {message}", raised[-1].lines)
    if ran.ending == "time":
        raise OwnCodeFailed(f"your network was stopped after {failures.amount(minutes, 'minute')}")
    if not ran.of(NetworkTrained):
        raise OwnCodeFailed("your network ended the process before it was trained")
    return ran.of(NetworkTrained)[0]


class Ours:
    """Our network, to be trained in the same way."""

    def __init__(self, data: Dataset, sizes: tuple[int, ...], settings: Settings) -> None:
        self.network = Network(
            sizes, hidden=settings.activation, output=settings.output, cost=settings.cost
        )
        self.test = data.test
        mu, rate = settings.momentum, settings.rate
        self.training = train(
            self.network,
            data.train,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            optimizer=SGD(rate) if settings.optimizer == "sgd" else Momentum(rate, mu),
            l2=settings.l2,
            seed=settings.seed,
        )

    def trained(
        self, weights: list[NDArray[Any]], biases: list[NDArray[Any]]
    ) -> tuple[float, float]:
        """From these weights: accuracy on the test set, seconds."""
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
            self.network.parameters[f"W{layer}"][:] = w
            self.network.parameters[f"b{layer}"][:] = b
        seconds = sum(epoch.seconds for epoch in self.training)
        return evaluate(self.network, self.test).accuracy or 0.0, seconds


def first_difference(
    folder: Folder,
    source: bytes,
    guard: Guard,
    data: Dataset,
    weights: list[NDArray[Any]],
    biases: list[NDArray[Any]],
    settings: Settings,
) -> Difference | None:
    """Where the first step differs from ours: forward, then the gradients, then the step.

    Where the epoch is put together from their functions, the first of them that is wrong.
    """
    if not settings.plain:
        return wrong_part(Grading(source, folder.network, guard), settings)
    X = np.multiply(data.train.values[:COMPARED], data.train.scale, dtype=np.float64)
    Y = np.eye(len(data.classes))[data.train.y[:COMPARED]]
    network = {"weights": weights, "biases": biases}
    step = {
        "epochs": 1,
        "batch_size": COMPARED,
        "learning_rate": settings.rate,
        "rng": Given("rng"),
    }
    cases = (
        ("forward", {"x": X[0], **network}),
        ("backprop_batch", {"X": X, "Y": Y, **network}),
        ("train", {"X": X, "Y": Y, **network, **step}),
    )
    top = outline(source)
    for name, arguments in cases:
        if top is None or not top.written(name):
            continue
        one = STAGES[name]
        found = call(one, source, folder.network, guard, [Case(arguments)]).calls[0]
        answer = read(one.oracle, found)
        if one.oracle.close(answer.found, answer.expected):
            continue
        below = wrong_below(name, Grading(source, folder.network, guard))
        if below is not None:
            return below
        if found.raised is not None:
            return Difference(name, failures.of_exception(found.raised), None, name)
        fault = answer.misread or shape_fault(one.oracle, answer)
        if fault or answer.found is None:
            return Difference(name, fault or "no answer", None, name)
        return Difference(name, "the numbers differ", example(one.oracle, answer), name)
    return None


def wrong_part(grading: Grading, settings: Settings) -> Difference | None:
    """The first of the functions that were used that is wrong itself; None where none is."""
    for one in all_stages():
        verdict = grading.verdict(one) if one.name in settings.needs else None
        if verdict is not None and verdict.wrong:
            return Difference(one.name, said(verdict), verdict.example, one.name)
    return None


def said(verdict: Verdict) -> str:
    text = " ".join(filter(None, (f"{verdict.message}.", verdict.explanation)))
    return text.removesuffix(".")


def wrong_below(name: str, grading: Grading) -> Difference | None:
    """The first function that this one uses and that is wrong itself; None where none is."""
    for used in grading.outline.stages_below(name) if grading.outline is not None else []:
        verdict = grading.verdict(stage(used))
        if verdict.wrong:
            return Difference(used, said(verdict), verdict.example, name)
    return None
