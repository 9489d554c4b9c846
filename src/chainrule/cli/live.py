"""What is shown while a network trains: a live line, plain lines, or JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from chainrule.cli.terminal import percent, print_json, shows
from chainrule.network import Epoch, Progress

if TYPE_CHECKING:
    from rich.console import Console

BAR = 20
"""Characters of the bar."""


class Shown(Protocol):
    """Where the records of training go."""

    def record(self, record: Epoch | Progress) -> None: ...

    def finish(self) -> None: ...


class JsonLines:
    """One JSON object an epoch."""

    def record(self, record: Epoch | Progress) -> None:
        if isinstance(record, Epoch):
            print_json({"type": "epoch", **record.to_dict()})

    def finish(self) -> None:
        pass


class PlainLines:
    """One line an epoch, where the output is no terminal."""

    def record(self, record: Epoch | Progress) -> None:
        if isinstance(record, Epoch):
            print("  ".join([place(record), *measures(record)]), flush=True)

    def finish(self) -> None:
        pass


class LiveLine:
    """One line that is written over and over. The cursor stays as it is, whatever ends us."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.last: Epoch | None = None
        self.spent = 0.0
        self.began = 0
        self.full, self.empty = "━─" if shows("━─") else "#-"

    def record(self, record: Epoch | Progress) -> None:
        if isinstance(record, Epoch):
            if self.last is None:
                self.began = record.number - 1
            self.last = record
            self.spent += record.seconds
        self.draw(record)

    def draw(self, record: Epoch | Progress) -> None:
        from rich.text import Text

        width = self.console.width - 1
        done = record.number if isinstance(record, Epoch) else record.epoch - 1
        part = 0.0 if isinstance(record, Epoch) else record.examples / record.total
        line = Text(place(record))
        pieces = [] if self.last is None else measures(self.last)
        left = self.left(done + part, record)
        for piece in [*pieces, *left]:
            if len(line) + 2 + len(piece) <= width:
                line.append("  " + piece)
        if len(line) + 2 + BAR <= width:
            filled = round(BAR * (done + part) / record.epochs)
            bar = Text("  " + self.full * filled, "cyan")
            bar.append(self.empty * (BAR - filled), "dim")
            line = Text.assemble(line[: len(place(record))], bar, line[len(place(record)) :])
        line.truncate(width, pad=True)
        self.console.print(line, end="\r", soft_wrap=True)

    def left(self, done: float, record: Epoch | Progress) -> list[str]:
        """About how long it will still take, once that is worth saying."""
        spent = self.spent + (record.seconds if isinstance(record, Progress) else 0.0)
        if done <= self.began:
            return []
        seconds = spent / (done - self.began) * (record.epochs - done)
        return [f"{clock(seconds)} left"] if seconds >= 1 else []

    def finish(self) -> None:
        if self.last is not None:
            self.spent = 0.0
            self.draw(self.last)
            self.console.print()
        sys.stdout.flush()


def place(record: Epoch | Progress) -> str:
    """Which epoch: `epoch  7/30`."""
    number = record.number if isinstance(record, Epoch) else record.epoch
    return f"epoch {number:>{len(str(record.epochs))}}/{record.epochs}"


def measures(epoch: Epoch) -> list[str]:
    """The cost and the accuracies, most telling first."""
    found = [f"cost {epoch.cost:<7.4g}"]
    if epoch.validation_accuracy is not None:
        found.append(f"validation {percent(epoch.validation_accuracy)}")
    if epoch.accuracy is not None:
        found.append(f"training {percent(epoch.accuracy)}")
    return found


def clock(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
