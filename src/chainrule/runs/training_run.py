"""A run of training that is saved after every epoch, and that can go on from its file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from chainrule.data import AS_FOUND, Dataset, Reading, load, user_path
from chainrule.ground.faults import Fault
from chainrule.network import (
    SAMPLE,
    Diverged,
    EarlyStopping,
    Epoch,
    NetworkError,
    Pace,
    Progress,
    Run,
    Training,
    load_run,
    save_run,
    smaller_rate,
    usual_learning_rate,
)
from chainrule.runs import run_data, run_file
from chainrule.runs.choices import Choices, check_no_contradiction, make
from chainrule.runs.errors import RunDiverged, RunError, about
from chainrule.runs.settings import Settings

NOTHING = Choices()


@dataclass(frozen=True)
class Stretched:
    """A schedule that runs over more epochs now: the learning rate jumps from `was` to `now`."""

    schedule: str
    planned: int
    epochs: int
    was: float
    now: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class TrainingRun:
    """A run under way: `run` is what its file at `path` holds, always a whole epoch.

    `resumed_at` is the epoch from which it goes on, 0 for a new run; `planned` the epochs that a
    resumed run was to have, before it was asked for more.
    """

    path: Path
    run: Run
    settings: Settings
    data: Dataset
    training: Training
    stopping: EarlyStopping | None
    new: bool
    resumed_at: int = 0
    planned: int = 0

    def records(self, every: float | Pace = math.inf) -> Iterator[Epoch | Progress]:
        """Train on; each epoch is in the file before it is handed over.

        `Progress` comes about every so many seconds within an epoch. RunDiverged if the numbers
        grow beyond all bounds.
        """
        if self.stopped_by_patience():
            return
        records = self.training.records(every)
        while True:
            try:
                record = next(records, None)
            except Diverged as fault:
                raise self.diverged(fault, fault.change) from fault
            if record is None:
                return
            if isinstance(record, Progress):
                yield record
                continue
            if not math.isfinite(record.cost):
                usual = usual_learning_rate(
                    self.settings.recipe.optimizer.name, self.run.network.architecture
                )
                smaller = smaller_rate(record.learning_rate, usual)
                problem = (
                    f"the cost grew beyond all numbers in epoch {record.number}: the learning rate "
                    f"{record.learning_rate:g} is too large for this network; try {smaller:g}"
                )
                raise self.diverged(RunError(problem), {"learning_rate": smaller})
            enough = self.take_note(record)
            self.save()
            yield record
            if enough:
                return

    def take_note(self, epoch: Epoch) -> bool:
        """Add an epoch to the run; True if it is the last for want of progress."""
        enough, best = False, self.run.best
        if self.stopping is not None:
            enough = self.stopping.enough(epoch, self.run.network)
            if self.stopping.best is not None and self.stopping.parameters is not None:
                best = self.stopping.best.number, self.stopping.parameters
        self.run = replace(
            self.run,
            state=self.training.state(),
            history=(*self.run.history, epoch),
            best=best,
        )
        return enough

    def save(self) -> None:
        save_run(self.run, self.path)

    def saved_epochs(self) -> int:
        """How many epochs the file holds: one fewer than `run` where saving was broken off."""
        return len(load_run(self.path).history)

    def stopped_by_patience(self) -> bool:
        """Whether as many epochs as its patience have passed since the best one."""
        if self.run.best is None or self.settings.patience is None or not self.run.history:
            return False
        return self.run.history[-1].number - self.run.best[0] >= self.settings.patience

    def diverged(self, fault: Fault, change: dict[str, float]) -> RunDiverged:
        """The error, with what is left of the run; a run without a good epoch leaves nothing."""
        if self.new and not self.run.history:
            self.path.unlink(missing_ok=True)
        return RunDiverged(fault, change, len(self.run.history), self.path)

    def stretched(self) -> Stretched | None:
        """How the learning rate jumps where the schedule runs over more epochs than it did."""
        done, schedule = self.resumed_at, self.settings.recipe.schedule
        planned, epochs = self.planned, self.settings.epochs
        if not done or planned == epochs:
            return None
        then = schedule.factor(done, planned)
        if then == schedule.factor(done, epochs):
            return None
        rate = self.settings.learning_rate
        now = rate * schedule.factor(done + 1, epochs)
        return Stretched(schedule.text(), planned, epochs, rate * then, now)


def measured_on(examples: int) -> int:
    """How many of the training examples, the first ones, are measured after an epoch."""
    return min(examples, SAMPLE)


def start(
    data: str = "digits",
    choices: Choices = NOTHING,
    *,
    data_dir: str | None = None,
    out: str | Path | None = None,
    reading: Reading = AS_FOUND,
) -> TrainingRun:
    """A new run; its file is there before the first epoch.

    `data` is the name or the path of a data set, and `reading` how its files are read. The file
    is `out`, or is named after the data and the layers, in the current folder; none is ever
    overwritten.
    """
    place = None if out is None else run_file.check_out(out)
    run_data.check_data_dir(data, data_dir)
    found = load(data, data_dir=data_dir, **reading.settings())
    network, settings = make(choices, found)
    described = run_data.describe_data(found, data, data_dir, reading)
    run = Run(network, settings=settings.to_dict(), data=described)
    training = Training(network, found, settings.recipe)
    run = replace(run, state=training.state())
    if place is None:
        path = run_file.save_in_a_free_place(run, run_file.places(found.name, network))
    else:
        path = run_file.save_at(run, place)
    return TrainingRun(path, run, settings, found, training, settings.make_stopping(), new=True)


def resume(
    file: str | Path,
    choices: Choices = NOTHING,
    *,
    data: str | None = None,
    data_dir: str | None = None,
    out: str | Path | None = None,
    reading: Reading = AS_FOUND,
) -> TrainingRun:
    """A run that goes on from its file, to the same bits as if it had never stopped.

    Its settings and data may be named again, but not changed; more `epochs` may be chosen. With
    `out` it goes on in another file.
    """
    path = user_path(file)
    run = run_file.open_run(path)
    if run.state is None:
        raise RunError(
            f"{file} holds a network alone, not a run that can go on; expected a file of a "
            "training run"
        )
    with about(file):
        settings = Settings.from_dict(run.settings)
        check_no_contradiction(choices, settings, run.network)
        run_data.check_reading(reading, run)
        run_data.check_other_data(data, run)
        run_data.check_data_dir(run.data.get("source") if data is None else data, data_dir)
        found = run_data.load_data(run, data, data_dir)
        run_data.check_same_data(run, found)
        planned = settings.epochs
        settings = with_epochs(settings, choices.epochs, run)
        stopping = resumed_stopping(run, settings)
    run = replace(run, settings=settings.to_dict())
    training = resumed_training(file, run, settings, found)
    here = TrainingRun(
        path, run, settings, found, training, stopping, False, training.epoch, planned
    )
    if out is not None and user_path(out).resolve() != path.resolve():
        here.path = run_file.save_in_a_free_place(run, iter([run_file.check_out(out)]))
    if choices.epochs is not None and here.stopped_by_patience():
        raise RunError(
            lambda name: (
                f"its patience of {settings.patience} epochs ended it at epoch {training.epoch}, "
                f"so more {name('epochs')} change nothing; start a new run with a larger "
                f"{name('patience')}"
            ),
            file=file,
        )
    return here


def resumed_training(file: str | Path, run: Run, settings: Settings, data: Dataset) -> Training:
    """The training that goes on from the state in the file."""
    try:
        return Training(run.network, data, settings.recipe, resume=run.state)
    except NetworkError as fault:
        problem = fault
        raise RunError(
            lambda name: f"training cannot go on from its state ({problem.line(name)})", file=file
        ) from fault
    except (ValueError, TypeError, KeyError) as fault:
        raise RunError(f"training cannot go on from its state ({fault})", file=file) from fault


def with_epochs(settings: Settings, epochs: int | None, run: Run) -> Settings:
    """The settings with more epochs, where more were asked for."""
    done = [epoch.number for epoch in run.history]
    reached = 0 if run.state is None else run.state.epoch
    if done != list(range(1, reached + 1)) or reached > settings.epochs:
        raise RunError(
            f"its history tells of {len(done)} epochs and its state of {reached}, of "
            f"{settings.epochs} in all; expected a run that was trained here"
        )
    if epochs is None:
        return settings
    if epochs < settings.epochs:
        raise RunError(
            f"{epochs} is fewer than the {settings.epochs} that the run is to have; give more, or "
            "leave it out",
            setting="epochs",
        )
    return replace(settings, recipe=replace(settings.recipe, epochs=epochs))


def resumed_stopping(run: Run, settings: Settings) -> EarlyStopping | None:
    """Early stopping as it stood after the last epoch."""
    stopping = settings.make_stopping()
    if stopping is not None and run.best is not None:
        number, parameters = run.best
        if not 1 <= number <= len(run.history):
            raise RunError(f"its best epoch is {number}, of {len(run.history)}")
        stopping.best, stopping.parameters = run.history[number - 1], parameters
    return stopping
