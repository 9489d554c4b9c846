"""`chainrule build watch`: the screen is drawn anew on every save and on every key."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chainrule.cli.build_verdict import shown
from chainrule.cli.failure import Refused
from chainrule.cli.terminal import console
from chainrule.cli.verdict_text import bar, heading, list_lines, mark, wrapped
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.folder import Folder
from chainrule.workshop.guarded.running import Guard
from chainrule.workshop.hints import hint
from chainrule.workshop.session import Session
from chainrule.workshop.source import written
from chainrule.workshop.stage import ORDER, stage
from chainrule.workshop.verdict import Verdict

LOOK_EVERY = 0.03
"""Seconds between two looks at the file and the keyboard."""
KEYS = "h hint   n next   l list   c check all   q quit"

ReadKey = Callable[[float], str | None]


def watch_folder(folder: Folder) -> None:
    """Watch until `q` or Ctrl-C."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise Refused("watch needs a terminal; `chainrule build check` does the same once")
    with Guard() as guard, keyboard() as read_key:
        watching = Watching(Session(folder, guard))
        with suppress(KeyboardInterrupt):  # Ctrl-C is a way to leave
            watching.run(read_key)
    print()


class Watching:
    """The function in view, and what is on the screen."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.screen = console()
        self.stamp: tuple[int, ...] | None = None
        self.view = session.standing.current or ORDER[-1]
        self.verdicts: dict[str, Verdict] = {}
        self.waiting: list[str] = []
        """Functions still to be graded, one between two looks at the file and the keyboard."""
        self.shows_verdict = False

    def run(self, read_key: ReadKey) -> None:
        self.guarded(self.saved)
        while True:
            key = read_key(0 if self.waiting else LOOK_EVERY)
            if key in ("q", "Q", "\x03", "\x04"):
                return
            if key is not None:
                self.guarded(self.pressed, key.lower())
            if stamp(self.session.folder.network) != self.stamp:
                self.guarded(self.saved)
            elif self.waiting:
                self.guarded(self.grade_waiting)

    def guarded(self, act: Callable[..., None], *arguments: str) -> None:
        """Do it; what the folder does not allow is said, and watching goes on."""
        try:
            act(*arguments)
        except WorkshopError as fault:
            self.waiting = []
            self.draw([str(fault)])

    def saved(self) -> None:
        """The file is new: what has changed is graded, the function in view first."""
        self.stamp = stamp(self.session.folder.network)
        if not self.session.refresh() and self.shows_verdict:
            return
        changed = self.session.changed()
        worked_on = self.session.written(changed)
        if worked_on and self.view not in worked_on:
            self.view = worked_on[0]
        self.look(self.view)
        self.draw_verdict()
        self.waiting = [] if self.session.stuck else [n for n in changed if n != self.view]

    def look(self, name: str) -> None:
        """Grade, and say so below: what is on the screen is of an earlier state of the file."""
        self.screen.print(f"checking {name}", style="dim")
        self.grade(name)

    def grade(self, name: str) -> None:
        for verdict in self.session.check([name]):
            self.verdicts[name] = verdict

    def grade_waiting(self) -> None:
        """Grade one of the others; what they come to is shown when the last is done."""
        self.grade(self.waiting.pop(0))
        if not self.waiting and self.shows_verdict:
            self.draw_verdict()

    def pressed(self, key: str) -> None:
        if key == "h":
            self.draw_hint()
        elif key == "n":
            self.next()
        elif key == "l":
            self.draw(self.all_lines())
        elif key == "c":
            self.check_all()

    def next(self) -> None:
        """Go on to the first function that does not pass; from that, to the one after."""
        standing = self.session.standing
        waiting = [name for name in ORDER if not standing.passes(name)]
        later = [name for name in waiting if ORDER.index(name) > ORDER.index(self.view)]
        if waiting:
            self.view = (later or waiting)[0]
        self.look(self.view)
        self.draw_verdict()

    def check_all(self) -> None:
        names = self.session.written(ORDER) or [self.view]
        for number, name in enumerate(names, 1):
            self.draw([f"checking {number} of {len(names)}: {name}"])
            self.grade(name)
            if self.session.stuck:
                self.view = name
                self.draw_verdict()
                return
        self.draw(self.all_lines())

    def all_lines(self) -> list[str]:
        there = written(self.session.source)
        return [line for line, _ in list_lines(self.session.standing, there, self.width)]

    # --- the screen ------------------------------------------------------------------------------

    def draw_verdict(self) -> None:
        verdict = self.verdicts[self.view]
        lines = shown(verdict, self.width)
        others = [
            line
            for name, v in self.verdicts.items()
            if name != self.view and not (v.passed or v.of_file or v.outcome == "missing")
            for line in wrapped(heading(v), self.width, "")
        ]
        if others and not self.session.stuck:
            lines += ["", *others]
        if verdict.passed:
            lines += ["", self.after_pass()]
        self.draw(lines, mark(verdict.outcome)[1])
        self.shows_verdict = True

    def after_pass(self) -> str:
        current = self.session.standing.current
        if current is None:
            return "All pass. `chainrule build train` trains your network."
        return f"n goes on to {current}."

    def draw_hint(self) -> None:
        one = stage(self.view)
        given = hint(one, self.session.folder.progress)
        self.session.standing = self.session.folder.progress.standing()
        lines = wrapped(f"{one.name}: {one.title}", self.width, "")
        for title, text in given.rungs:
            lines += ["", title, *wrapped(text, self.width)]
        if given.reference is not None:
            lines += ["", "The reference", *given.reference.splitlines()]
        lines += ["", "To read", *(w for r in one.read for w in wrapped(r, self.width))]
        if given.next:
            lines += ["", f"{given.next}."]
        self.draw(lines)

    @property
    def width(self) -> int:
        return shutil.get_terminal_size().columns

    def draw(self, lines: list[str], style: str = "") -> None:
        """The whole screen: how far, what there is to say, the keys."""
        self.shows_verdict = False
        self.screen.clear()
        self.screen.print(bar(self.session.standing.passed, len(ORDER)), style="dim")
        self.screen.print()
        for number, line in enumerate(lines):
            self.screen.print(line, style=style if number == 0 and style else None)
        self.screen.print()
        self.screen.print(KEYS, style="dim")
        sys.stdout.flush()


def stamp(path: Path) -> tuple[int, ...] | None:
    """What changes when the file is saved, in place or by renaming another over it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@contextmanager
def keyboard() -> Iterator[ReadKey]:
    """Keys one by one, without Enter. The terminal is put back as it was, whatever happens."""
    if sys.platform == "win32":
        yield windows_key
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield posix_key
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def posix_key(seconds: float) -> str | None:
    """A key within so many seconds; `q` where the terminal has gone."""
    import select

    if not select.select([sys.stdin], [], [], seconds)[0]:
        return None
    data = os.read(sys.stdin.fileno(), 1)
    return data.decode("latin-1") if data else "q"


def windows_key(seconds: float) -> str | None:
    import msvcrt

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if msvcrt.kbhit():  # type: ignore[attr-defined]
            return msvcrt.getwch()  # type: ignore[attr-defined]
        time.sleep(0.005)
    return None
