"""What the learner's code does beside computing: files it changes, processes it starts.

It is the learner's own machine and their own code. Files are not protected, but the verdict names
what happens to them. Another process is not started: no function of a network needs one, and one
that starts itself again and again would take the machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

MOST_STARTED = 4
"""Programs that may be started in one run: some libraries ask the system for its fonts."""
MOST_NOTICED = 5

REMOVED = {"os.remove": "deleted", "os.rmdir": "deleted", "shutil.rmtree": "deleted"}
MOVED = {"os.rename": "renamed", "os.truncate": "cut short", "shutil.move": "moved"}
CHANGED = {**REMOVED, **MOVED}
FORKS = {"os.fork", "os.forkpty", "pty.spawn"}
STARTS = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "subprocess.Popen"}


class ProcessRefused(RuntimeError):
    """The learner's code started another process."""


def notice(tell: Callable[[str, str], None]) -> None:
    """From now on, `tell(what, path)` of every file that is changed; refuse processes."""
    noticed = 0
    started = 0

    def tell_some(what: str, path: Any) -> None:
        nonlocal noticed
        name = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
        if name and name != os.devnull and noticed < MOST_NOTICED:
            noticed += 1
            tell(what, name)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal started
        if event == "open":
            if writes(arguments):
                tell_some("wrote to", arguments[0])
        elif event in CHANGED:
            tell_some(CHANGED[event], arguments[0])
        elif event in FORKS or event in STARTS:
            started += 1
            if event in FORKS or started > MOST_STARTED:
                raise ProcessRefused(f"{event} starts another process")

    sys.addaudithook(hook)


def writes(arguments: tuple[Any, ...]) -> bool:
    """Whether this opening of a file may change it."""
    flags = arguments[2] if len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC))
