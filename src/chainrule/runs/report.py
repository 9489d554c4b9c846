"""How well a network did: its accuracy, what it confuses, its surest mistakes, what to change."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data import Dataset, Label, Split
from chainrule.ground.events import RunFinished
from chainrule.ground.words import nearest
from chainrule.network import Architecture, Evaluation, Network, Run, evaluate, share_of_commonest
from chainrule.runs import run_data
from chainrule.runs.advice import Advice, advise
from chainrule.runs.choices import MOST_EPOCHS
from chainrule.runs.closeness import Closeness, closeness
from chainrule.runs.errors import RunError
from chainrule.runs.settings import Settings
from chainrule.runs.training_run import TrainingRun, measured_on

PAIRS = 5
MISTAKES = 4
PARTS = ("test", "validation", "train")
ALL = "all"  # of other data, which have no parts


@dataclass(frozen=True)
class Confused:
    """Examples of one class that were taken for another, and how many."""

    is_class: str
    taken_for: str
    times: int

    def to_dict(self) -> dict[str, Any]:
        return {"class": self.is_class, "taken_for": self.taken_for, "times": self.times}


@dataclass(frozen=True)
class Mistake:
    """One example that was taken for another class; `output` is what the network gave for it."""

    example: int
    is_class: str
    taken_for: str
    output: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "example": self.example,
            "class": self.is_class,
            "said": self.taken_for,
            "output": self.output,
        }


@dataclass(frozen=True)
class RunReport:
    """What a run came to: the one use of the test set, and what to do next.

    `closeness` is there where the run gives numbers and no classes: how near it comes to those of
    the test examples. `test` is None where no example was held back to test. `at_chance`: no
    better on them, or else on the training examples, than always giving the commonest class, or
    the mean, but for luck.
    """

    path: Path
    architecture: Architecture
    data: dict[str, Any]
    settings: Settings
    epochs: int
    measured: int
    best_epoch: int | None
    stopped_early: bool
    test: Evaluation | None
    at_chance: bool
    confused: tuple[Confused, ...]
    mistakes: tuple[Mistake, ...]
    advice: tuple[Advice, ...]
    closeness: Closeness | None = None

    def event(self) -> RunFinished:
        """What is to be recorded of the run."""
        return RunFinished(
            data=str(self.data["name"]),
            network=str(self.architecture),
            epochs=self.epochs,
            accuracy=None if self.test is None else self.test.accuracy,
        )

    @property
    def more_epochs(self) -> int:
        """How many more are worth trying; none where it learned nothing or stopped early."""
        epochs = self.settings.epochs
        return 0 if self.at_chance or self.stopped_early else min(epochs, MOST_EPOCHS - epochs)

    def to_dict(self) -> dict[str, Any]:
        return {
            "run": str(self.path),
            "network": str(self.architecture),
            "data": self.data,
            "settings": self.settings.to_dict(),
            "epochs": self.epochs,
            "training_examples_measured": self.measured,
            "best_epoch": self.best_epoch,
            "test": None if self.test is None else self.test.to_dict(),
            "closeness": None if self.closeness is None else self.closeness.to_dict(),
            "most_confused": [pair.to_dict() for pair in self.confused],
            "mistakes": [mistake.to_dict() for mistake in self.mistakes],
            "advice": [advice.to_dict() for advice in self.advice],
        }


@dataclass(frozen=True)
class Measurement:
    """How well a network does on one part of a data set; the cost is without the penalty."""

    data: str
    part: str
    architecture: Architecture
    found: Evaluation
    classes: tuple[str, ...]
    confused: tuple[Confused, ...]
    label: Label | None = None
    closeness: Closeness | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "network": str(self.architecture),
            "data": self.data,
            "part": self.part,
            "label": self.label.to_dict() if self.label else None,
            "closeness": None if self.closeness is None else self.closeness.to_dict(),
            **self.found.to_dict(),
            "classes": list(self.classes),
            "most_confused": [pair.to_dict() for pair in self.confused],
        }


def report_on(going: TrainingRun) -> RunReport:
    """Test the network that a run came to, and say what to do next."""
    network, data, settings = going.run.chosen, going.data, going.settings
    held_back = bool(len(data.test))
    looked_at = data.test if held_back else data.train
    found = evaluate(network, looked_at)
    near = None
    if data.target is not None:
        near = closeness(network, looked_at, data.target)
        at_chance = near.r_squared is not None and near.r_squared <= 0
    else:
        at_chance = is_at_chance(found.accuracy or 0.0, looked_at)
    best = going.run.best
    return RunReport(
        going.path,
        network.architecture,
        going.run.data,
        settings,
        len(going.run.history),
        measured_on(len(data.train)),
        None if best is None else best[0],
        going.stopped_by_patience(),
        found if held_back else None,
        at_chance,
        confused(data.classes, found) if held_back else (),
        mistakes(network, data, data.test, found) if held_back and near is None else (),
        advise(network, settings, data.train, at_chance),
        near if held_back else None,
    )


def is_at_chance(accuracy: float, split: Split) -> bool:
    """Whether an accuracy is no better than always giving the commonest class, but for luck.

    Luck is two standard errors of a share of so many examples, and at most a tenth of what is left
    to be right.
    """
    share = share_of_commonest(split)
    luck = min(2 * math.sqrt(share * (1 - share) / len(split)), (1 - share) / 10)
    return accuracy <= share + luck


def measure(
    run: Run,
    part: str | None = None,
    *,
    data: str | None = None,
    data_dir: str | None = None,
    label: str | None = None,
) -> Measurement:
    """Measure a run's network on a part of its data, or on other data prepared alike.

    The part is by default `test`. Of other data that have no test part of their own all are
    measured: none of them has been trained on. `label` is the column of their labels.
    """
    if part is not None and part not in PARTS:
        close = nearest(part, PARTS)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise RunError(f"expected test, validation or train{hint}", setting="part", value=part)
    run_data.check_data_dir(run.data.get("source") if data is None else data, data_dir)
    network = run.chosen
    if data is None or run_data.is_own_data(run, data):
        if label is not None:
            raise RunError(
                "the data of a run keep their label; leave it out", setting="label", value=label
            )
        found = run_data.load_data(run, data, data_dir)
        check_unchanged(run, found)
    else:
        found = run_data.load_other_data(run, data, data_dir, label)
        if part is None and not len(found.test):
            found, part = replace(found, test=found.train), ALL
    run_data.check_fits(network, found)
    split = found.splits()["test" if part in (None, ALL) else part]
    if not len(split):
        raise RunError(
            lambda name: (
                f"{found.name} has no {part or 'test'} examples; take another {name('part')}, or "
                f"other {name('data')}"
            )
        )
    result = evaluate(network, split)
    return Measurement(
        found.name,
        part or "test",
        network.architecture,
        result,
        found.classes,
        confused(found.classes, result),
        found.label,
        None if found.target is None else closeness(network, split, found.target),
    )


def check_unchanged(run: Run, data: Dataset) -> None:
    """Refuse the run's own data where they are no longer what it was trained on."""
    if "fingerprint" not in run.data:
        return
    run_data.check_same_data(
        run,
        data,
        lambda name: (
            "their parts are made anew, so that the test part may hold examples the network "
            "was trained on. Bring the data back as they were, or name other data with "
            f"{name('data')}"
        ),
    )


def confused(classes: tuple[str, ...], found: Evaluation) -> tuple[Confused, ...]:
    """The pairs most often confused."""
    return tuple(
        Confused(classes[i], classes[j], times) for i, j, times in found.most_confused(PAIRS)
    )


def mistakes(
    network: Network, data: Dataset, split: Split, found: Evaluation
) -> tuple[Mistake, ...]:
    """A few wrong answers, the surest first."""
    wrong = np.flatnonzero(found.predictions != split.y)
    if not len(wrong):
        return ()
    outputs = network.predict_proba(split.X[wrong])
    answers = found.predictions[wrong]
    sure = outputs[np.arange(len(wrong)), answers]
    order = np.argsort(-sure, kind="stable")[:MISTAKES]
    return tuple(
        Mistake(
            int(wrong[i]), data.classes[split.y[wrong[i]]], data.classes[answers[i]], float(sure[i])
        )
        for i in order
    )
