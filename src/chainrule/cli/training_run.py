"""A run of training that is saved after every epoch, and that can go on from its file."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import chainrule
from chainrule.cli import run_file
from chainrule.cli.failure import Refused, option, say
from chainrule.cli.settings import (
    Options,
    Settings,
    check_data_dir,
    check_no_contradiction,
    check_other_data,
    make,
)
from chainrule.data import Dataset, load, user_path
from chainrule.network import (
    Diverged,
    EarlyStopping,
    Epoch,
    NetworkError,
    Progress,
    Run,
    Training,
)

REDRAWN = 0.1
"""Seconds between two looks at an epoch that is under way."""


@dataclass
class TrainingRun:
    """A run under way: `run` is what its file at `path` holds, always a whole epoch."""

    path: Path
    run: Run
    settings: Settings
    data: Dataset
    training: Training
    stopping: EarlyStopping | None
    new: bool
    resumed_at: int = field(default=0)
    planned: int = field(default=0)
    """The epochs that a resumed run was to have, before it was asked for more."""

    def records(self) -> Iterator[Epoch | Progress]:
        """Train on; each epoch is in the file before it is handed over."""
        if self.stopped_by_patience():
            return
        records = self.training.records(REDRAWN)
        while True:
            try:
                record = next(records, None)
            except Diverged as fault:
                raise Refused(self.after_diverging(fault.line(option))) from fault
            if record is None:
                return
            if isinstance(record, Progress):
                yield record
                continue
            if not math.isfinite(record.cost):
                rate = record.learning_rate
                raise Refused(
                    self.after_diverging(
                        f"the cost grew beyond all numbers in epoch {record.number}: the "
                        f"learning rate {rate:g} is too large for this network; try {rate / 10:g}"
                    )
                )
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
        chainrule.save_run(self.run, self.path)

    def stopped_by_patience(self) -> bool:
        """Whether as many epochs as its patience have passed since the best one."""
        if self.run.best is None or self.settings.patience is None or not self.run.history:
            return False
        return self.run.history[-1].number - self.run.best[0] >= self.settings.patience

    def after_diverging(self, message: str) -> str:
        """The message, and what is left of the run; a run without a good epoch leaves nothing."""
        if self.new and not self.run.history:
            self.path.unlink(missing_ok=True)
            return message
        return f"{message}. Epoch {len(self.run.history)} is saved in {self.path}"

    def say_stopped(self) -> None:
        """How far the file has come: Ctrl-C may have been pressed while it was written."""
        saved = len(chainrule.load_run(self.path).history)
        say(
            f"stopped; {saved} of {self.settings.epochs} epochs are saved in {self.path}. "
            f"Go on with: {self.resume_command()}"
        )

    def stretched(self) -> tuple[float, float] | None:
        """The learning rates of the last epoch done and of the next, where the schedule changed.

        A schedule that runs over all epochs gives the epochs done other rates now than it did.
        """
        done, schedule = self.resumed_at, self.settings.make_schedule()
        if not done or self.planned == self.settings.epochs:
            return None
        then, now = schedule.factor(done, self.planned), schedule.factor(done, self.settings.epochs)
        if then == now:
            return None
        rate = self.settings.optimizer_settings["learning_rate"]
        return rate * then, rate * schedule.factor(done + 1, self.settings.epochs)

    def resume_command(self) -> str:
        return f"chainrule train --resume {shlex.quote(str(self.path))}"


def start(options: Options, source: str, data_dir: str | None, out: str | None) -> TrainingRun:
    """A new run; its file is there before the first epoch."""
    place = None if out is None else run_file.check_out(out)
    check_data_dir(source, data_dir)
    data = load(source, data_dir=data_dir)
    network, settings = make(options, data)
    described = run_file.describe_data(data, source, data_dir)
    run = Run(network, settings=settings.to_dict(), data=described)
    training = make_training(run, settings, data)
    run = replace(run, state=training.state())
    if place is None:
        path = run_file.save_in_a_free_place(run, run_file.places(data.name, network))
    else:
        path = run_file.save_at(run, place)
    return TrainingRun(path, run, settings, data, training, settings.make_stopping(), new=True)


def resume(
    name: str, options: Options, source: str | None, data_dir: str | None, out: str | None
) -> TrainingRun:
    """A run that goes on from its file."""
    path = user_path(name)
    run = run_file.open_run(path)
    if run.state is None:
        raise Refused(
            f"{name} holds a network alone, not a run that can go on; expected a file that "
            "chainrule train wrote"
        )
    try:
        settings = Settings.from_dict(run.settings)
        check_no_contradiction(options, settings, run.network)
        check_other_data(source, run)
        check_data_dir(run.data.get("source") if source is None else source, data_dir)
        data = run_file.load_data(run, source, data_dir)
        run_file.check_same_data(run, data)
        planned = settings.epochs
        settings = with_epochs(settings, options.epochs, run)
        stopping = resumed_stopping(run, settings)
    except Refused as fault:
        raise Refused(f"{name}: {fault}") from fault
    run = replace(run, settings=settings.to_dict())
    try:
        training = make_training(run, settings, data)
    except (NetworkError, ValueError, TypeError, KeyError) as fault:
        raise Refused(f"{name}: training cannot go on from its state ({fault})") from fault
    here = TrainingRun(path, run, settings, data, training, stopping, new=False)
    here.resumed_at, here.planned = training.epoch, planned
    if out is not None and user_path(out).resolve() != path.resolve():
        here.path = run_file.save_in_a_free_place(run, iter([run_file.check_out(out)]))
    if options.epochs is not None and here.stopped_by_patience():
        raise Refused(
            f"{name}: its patience of {settings.patience} epochs ended it at epoch "
            f"{training.epoch}, so more --epochs change nothing; start a new run with a larger "
            "--patience"
        )
    return here


def make_training(run: Run, settings: Settings, data: Dataset) -> Training:
    return chainrule.train(
        run.network,
        data,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        optimizer=settings.make_optimizer(),
        l1=settings.l1,
        l2=settings.l2,
        dropout=list(settings.dropout),
        schedule=settings.make_schedule(),
        seed=settings.seed,
        resume=run.state,
    )


def with_epochs(settings: Settings, epochs: int | None, run: Run) -> Settings:
    """The settings with more epochs, where more were asked for."""
    done = [epoch.number for epoch in run.history]
    reached = 0 if run.state is None else run.state.epoch
    if done != list(range(1, reached + 1)) or reached > settings.epochs:
        raise Refused(
            f"its history tells of {len(done)} epochs and its state of {reached}, of "
            f"{settings.epochs} in all; expected a run of chainrule train"
        )
    if epochs is None:
        return settings
    if epochs < settings.epochs:
        raise Refused(
            f"--epochs {epochs} is fewer than the {settings.epochs} that the run is to have; give "
            "more, or leave the option out"
        )
    return replace(settings, epochs=epochs)


def resumed_stopping(run: Run, settings: Settings) -> EarlyStopping | None:
    """Early stopping as it stood after the last epoch."""
    stopping = settings.make_stopping()
    if stopping is not None and run.best is not None:
        number, parameters = run.best
        if not 1 <= number <= len(run.history):
            raise Refused(f"its best epoch is {number}, of {len(run.history)}")
        stopping.best, stopping.parameters = run.history[number - 1], parameters
    return stopping
