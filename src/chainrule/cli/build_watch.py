"""`chainrule build watch`: the screen is drawn anew on every save and on every key."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.cells import cell_len

from chainrule.cli.build_folder import how_to_train, to_derive
from chainrule.cli.failure import Refused
from chainrule.cli.hint_text import hint_lines
from chainrule.cli.terminal import console
from chainrule.cli.verdict_text import bar, heading, list_lines, mark, prose, verdict_lines, wrapped
from chainrule.ground.faults import Fault
from chainrule.workshop import Folder, Guard, Session, Verdict, hint, stage, stage_names

LOOK_EVERY = 0.03
"""Seconds between two looks at the file and the keyboard."""
SETTLED = 0.08
"""Seconds that a file stays as it is before it is read: some editors empty it first."""
KEYS = "h hint   n next   l list   c check all   q quit"
MORE, AGAIN = " ", "\x0c"
"""Keys for the next part of what is too long for the screen, and for drawing anew (Ctrl-L)."""

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
        self.stamp = ""
        self.view = session.standing.current or stage_names()[-1]
        self.verdicts: dict[str, Verdict] = {}
        self.waiting: list[str] = []
        """Functions still to be graded, one between two looks at the file and the keyboard."""
        self.shows_verdict = False
        self.drawn: tuple[list[str], str] = ([], "")
        self.part = 0
        """Which part of what is drawn is on the screen, where it is too long for it."""
        self.seen = "", 0.0
        """The stamp of the file at the last look, and since when it is that."""

    def run(self, read_key: ReadKey) -> None:
        self.guarded(self.saved)
        while True:
            key = read_key(0 if self.waiting else LOOK_EVERY)
            if key in ("q", "Q", "\x03", "\x04"):
                return
            if key is not None:
                self.guarded(self.pressed, key.lower())
            if self.is_saved():
                self.guarded(self.saved)
            elif self.waiting and self.seen[0] == self.stamp:
                self.guarded(self.grade_waiting)

    def guarded(self, act: Callable[..., None], *arguments: str) -> None:
        """Do it; show what the folder does not allow, and watch on."""
        try:
            act(*arguments)
        except Fault as fault:
            self.waiting = []
            self.draw([fault.line()])

    def is_saved(self) -> bool:
        """Whether the file is another than the one in view, and whoever writes it is done."""
        now, found = time.monotonic(), self.session.folder.stamp()
        if found != self.seen[0]:
            self.seen = found, now
        return found != self.stamp and now - self.seen[1] >= SETTLED

    def saved(self) -> None:
        """The file is new: what has changed is graded, the function that was edited first."""
        self.stamp = self.session.folder.stamp()
        if not self.session.refresh() and self.shows_verdict:
            return
        changed = self.session.changed()
        worked_on = self.session.written(changed)
        worked_on = [name for name in worked_on if name in self.session.edited] or worked_on
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
        elif key == MORE:
            self.part += 1
            self.draw_part()
        elif key == AGAIN:
            self.draw_part()

    def next(self) -> None:
        """Go on to the first function that does not pass; from that, to the one after."""
        standing = self.session.standing
        waiting = [name for name in stage_names() if not standing.passes(name)]
        later = [name for name in waiting if stage(name).number > stage(self.view).number]
        if waiting:
            self.view = (later or waiting)[0]
        self.look(self.view)
        self.draw_verdict()

    def check_all(self) -> None:
        """Grade all; then the first that is wrong is in view, or the list where none is."""
        names = self.session.written_or_changed() or [self.view]
        for number, name in enumerate(names, 1):
            self.draw([f"checking {number} of {len(names)}: {name}"])
            self.grade(name)
            if self.session.stuck:
                self.view = name
                self.draw_verdict()
                return
        wrong = [name for name in self.session.written(names) if not self.verdicts[name].passed]
        if not wrong:
            self.draw(self.all_lines())
            return
        self.view = wrong[0]
        self.draw_verdict()

    def all_lines(self) -> list[str]:
        return [line for line, _ in list_lines(self.session.standing, self.width)]

    # --- the screen ------------------------------------------------------------------------------

    def draw_verdict(self) -> None:
        verdict = self.verdicts[self.view]
        lines = list(verdict_lines(verdict, self.width))
        functions = self.session.standing.functions
        others = [
            line
            for name, v in self.verdicts.items()
            if name != self.view and functions[name].judged and not v.passed
            for line in wrapped(heading(v), self.width, "")
        ]
        if others and not self.session.stuck:
            lines += ["", *others]
        if verdict.outcome == "missing" and (
            where := to_derive(verdict.stage, self.session.folder)
        ):
            lines += ["", *prose(where, self.width)]
        if verdict.passed:
            lines += ["", self.after_pass()]
        self.draw(lines, mark(verdict.outcome)[1])
        self.shows_verdict = True

    def after_pass(self) -> str:
        current = self.session.standing.current
        if current is None:
            return f"All pass.{how_to_train(self.session.folder)}"
        return f"n goes on to {current}."

    def draw_hint(self) -> None:
        one = stage(self.view)
        given = hint(one, self.session.folder.progress)
        self.session.history = self.session.folder.progress.history()
        self.draw(hint_lines(one, given, self.width))

    @property
    def width(self) -> int:
        return shutil.get_terminal_size().columns

    def draw(self, lines: list[str], style: str = "") -> None:
        """A new screen with this to say; the style is that of its first line."""
        self.shows_verdict = False
        self.drawn, self.part = (lines, style), 0
        self.draw_part()

    def draw_part(self) -> None:
        """The whole screen: how far, what there is to say or a part of it, the keys."""
        lines, style = self.drawn
        parts = in_parts(lines, *shutil.get_terminal_size())
        self.part %= len(parts)
        self.screen.clear()
        self.screen.print(bar(self.session.standing.passed, len(stage_names())), style="dim")
        self.screen.print()
        for number, line in enumerate(parts[self.part]):
            first = number == 0 and self.part == 0
            # No line is broken here: prose is wrapped already, and code has to stay code.
            self.screen.print(line, style=style if first and style else None, soft_wrap=True)
        self.screen.print()
        more = f"space more ({self.part + 1} of {len(parts)})   " if len(parts) > 1 else ""
        self.screen.print(more + KEYS, style="dim")
        sys.stdout.flush()


def in_parts(lines: list[str], columns: int, rows: int) -> list[list[str]]:
    """Lines in parts that fit on the screen beside the bar and the keys.

    A line that is wider than the screen takes as many rows as the terminal breaks it into.
    """
    keys = -(-(len(KEYS) + len("space more (9 of 9)   ")) // columns)
    room = max(rows - 4 - keys, 5)  # the bar, two empty lines, and the row of the cursor
    parts: list[list[str]] = [[]]
    taken = 0
    for line in lines:
        needed = max(-(-cell_len(line) // columns), 1)
        if parts[-1] and taken + needed > room:
            parts.append([])
            taken = 0
        parts[-1].append(line)
        taken += needed
    return parts


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

    def key(seconds: float) -> str | None:
        if not in_foreground(descriptor):
            time.sleep(seconds)  # to read, or to set the terminal, would stop this process
            return None
        with suppress(termios.error):
            if termios.tcgetattr(descriptor)[3] & termios.ICANON:
                tty.setcbreak(descriptor)  # a shell, after Ctrl-Z, has set it for itself
                return AGAIN
        return posix_key(seconds)

    try:
        tty.setcbreak(descriptor)
        yield key
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def in_foreground(terminal: int) -> bool:
    """Whether the terminal is ours to set: in the background it is the shell's."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:  # no shell hands this terminal around
        return True


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
