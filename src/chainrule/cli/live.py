"""What is shown while a network trains: a live line, plain lines, or JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from chainrule.cli.terminal import console, percent, print_json, shows
from chainrule.network import Epoch, Progress
from chainrule.runs import measured_on

if TYPE_CHECKING:
    from rich.console import Console

SHORTEST_BAR, LONGEST_BAR = 8, 20
NARROW = 60
"""Columns below which the line does without words that can be done without."""


REDRAWN = 0.1
"""Seconds between two looks at an epoch that is under way."""


class Shown(Protocol):
    """Where the records of training go."""

    def record(self, record: Epoch | Progress) -> None: ...

    def finish(self) -> None: ...


class JsonLines:
    """One JSON object an epoch; with how many training examples it measures."""

    def __init__(self, examples: int) -> None:
        self.measured_on = measured_on(examples)

    def record(self, record: Epoch | Progress) -> None:
        if isinstance(record, Epoch):
            print_json(
                {
                    "type": "epoch",
                    **record.to_dict(),
                    "training_examples_measured": self.measured_on,
                }
            )

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

    def __init__(self, console: Console, now: Callable[[], float] = time.perf_counter) -> None:
        self.console, self.now = console, now
        self.started = now()
        self.last: Epoch | None = None
        self.began: int | None = None
        self.ended = False
        self.full, self.empty = "━─" if shows("━─") else "#-"

    def record(self, record: Epoch | Progress) -> None:
        if self.began is None:
            self.began = (record.number if isinstance(record, Epoch) else record.epoch) - 1
        if isinstance(record, Epoch):
            self.last = record
        self.draw(record)

    def draw(self, record: Epoch | Progress) -> None:
        from rich.text import Text

        width = self.console.width - 1
        done = float(record.number if isinstance(record, Epoch) else record.epoch - 1)
        if isinstance(record, Progress):
            done += record.examples / record.total
        start = place(record) if width >= NARROW else place(record).removeprefix("epoch ")
        left = self.left(done, record.epochs)
        pieces = chosen([*([] if self.last is None else measures(self.last)), left], width, start)
        room = width - len("  ".join([start, *filter(None, pieces)])) - 2
        line = Text(start)
        if room >= SHORTEST_BAR:
            bar = min(room, LONGEST_BAR)
            filled = round(bar * done / record.epochs)
            line.append("  ").append(self.full * filled, "cyan")
            line.append(self.empty * (bar - filled), "dim")
        for piece in filter(None, pieces):
            line.append("  " + piece)
        line.truncate(width, pad=True)
        self.console.print(line, end="\r", soft_wrap=True)

    def left(self, done: float, epochs: int) -> str:
        """About how long it will still take, evaluation and saving with it, once worth saying."""
        since = done - (self.began or 0)
        if since <= 0 or self.ended:
            return ""
        seconds = (self.now() - self.started) / since * (epochs - done)
        return f"{clock(seconds)} left" if seconds >= 1 else ""

    def finish(self) -> None:
        if self.last is not None:
            self.ended = True
            self.draw(self.last)
            self.console.print()
        sys.stdout.flush()


def shown_here(json: bool, examples: int) -> Shown:
    """How the epochs of so many training examples are shown here."""
    if json:
        return JsonLines(examples)
    screen = console()
    return LiveLine(screen) if screen.is_terminal else PlainLines()


def chosen(pieces: list[str], width: int, start: str) -> list[str]:
    """What there is room for: validation first, then cost, training, a bar, the time left."""
    if len(pieces) < 3:
        return [piece for piece in pieces if len(start) + 2 + len(piece) <= width]
    *found, left = pieces
    room, kept = width - len(start), set[str]()
    for piece in (found[1], found[0], *found[2:], "-" * SHORTEST_BAR, left):
        if room >= 2 + len(piece):
            room -= 2 + len(piece)
            kept.add(piece)
    return [piece for piece in pieces if piece in kept]


def place(record: Epoch | Progress) -> str:
    """Which epoch: `epoch  7/30`."""
    number = record.number if isinstance(record, Epoch) else record.epoch
    return f"epoch {number:>{len(str(record.epochs))}}/{record.epochs}"


def measures(epoch: Epoch) -> list[str]:
    """The cost and the accuracies."""
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
