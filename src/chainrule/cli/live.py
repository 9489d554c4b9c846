"""What is shown while a network trains: lines with a live one, plain lines, or JSON."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from chainrule.cli.curve import curve_lines
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
    """A line an epoch that stays, and one under it that is written over and over.

    At the end the curve of all epochs, those before a run was resumed with them. The cursor stays
    as it is, whatever ends us.
    """

    def __init__(
        self,
        console: Console,
        now: Callable[[], float] = time.perf_counter,
        before: Sequence[Epoch] = (),
    ) -> None:
        self.console, self.now = console, now
        self.started = now()
        self.history = list(before)
        self.shown = 0
        self.began: int | None = None
        self.full, self.empty = "━─" if shows("━─") else "#-"

    @property
    def width(self) -> int:
        """Columns of a line; the last one of the terminal is left free."""
        return self.console.width - 1

    def record(self, record: Epoch | Progress) -> None:
        if self.began is None:
            self.began = (record.number if isinstance(record, Epoch) else record.epoch) - 1
        done = float(record.number if isinstance(record, Epoch) else record.epoch - 1)
        if isinstance(record, Epoch):
            self.history.append(record)
            self.shown += 1
            self.write("  ".join([self.place(record), *self.measures(record)]), end="\n")
        else:
            done += record.examples / record.total
        if done < record.epochs:
            self.draw(record, done)

    def place(self, record: Epoch | Progress) -> str:
        words = place(record)
        return words if self.width >= NARROW else words.removeprefix("epoch ")

    def measures(self, epoch: Epoch) -> list[str]:
        """The cost and the accuracies that there is room for."""
        return [piece for piece in chosen(measures(epoch), self.width, self.place(epoch)) if piece]

    def draw(self, record: Epoch | Progress, done: float) -> None:
        """How far it is: a bar, and about how long it will still take."""
        left = self.left(done, record.epochs)
        share = f"{100 * done / record.epochs:3.0f} %"
        room = self.width - len("  ".join(filter(None, [share, left]))) - 2
        pieces = [share, left]
        if room >= SHORTEST_BAR:
            bar = min(room, LONGEST_BAR)
            filled = round(bar * done / record.epochs)
            pieces.insert(0, self.full * filled + self.empty * (bar - filled))
        self.write("  ".join(filter(None, pieces)), end="\r")

    def write(self, line: str, end: str) -> None:
        """A line over the one that is there, the done part of a bar in colour.

        It goes to the file itself: what Ctrl-C breaks off in Rich holds back all that comes after.
        """
        text = line[: self.width].ljust(self.width)
        if self.coloured:
            text = re.sub(f"{re.escape(self.full)}+", "\x1b[36m\\g<0>\x1b[0m", text)
        self.console.file.write(text + end)
        self.console.file.flush()

    @property
    def coloured(self) -> bool:
        screen = self.console
        return screen.color_system not in (None, "windows") and not screen.no_color

    def left(self, done: float, epochs: int) -> str:
        """About how long it will still take, evaluation and saving with it, once worth saying."""
        since = done - (self.began or 0)
        if since <= 0:
            return ""
        seconds = (self.now() - self.started) / since * (epochs - done)
        return f"{clock(seconds)} left" if seconds >= 1 else ""

    def finish(self) -> None:
        if self.began is not None:
            self.write("", end="\r")
        lines = list(curve_lines(self.history, self.width)) if self.shown else []
        if lines:
            self.console.file.write("\n".join(["", *lines, ""]))
        self.console.file.flush()


def shown_here(json: bool, examples: int, before: Sequence[Epoch] = ()) -> Shown:
    """How the epochs of so many training examples are shown here, after those that are done."""
    if json:
        return JsonLines(examples)
    screen = console()
    return LiveLine(screen, before=before) if screen.is_terminal else PlainLines()


def chosen(pieces: list[str], width: int, start: str) -> list[str]:
    """What there is room for: the validation accuracy first, then the cost, then the rest."""
    room, kept = width - len(start), set[str]()
    for piece in sorted(pieces, key=lambda piece: not piece.startswith("validation")):
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
