"""What the learner did goes into their record; a record that cannot be used costs them nothing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.ground.events import Event
    from chainrule.roadmap import Log


recorded: list[Event] = []
"""What this process has recorded."""


@functools.cache
def log_at(path: str) -> Log:
    from pathlib import Path

    from chainrule.roadmap import Log

    return Log(Path(path))


def log() -> Log:
    """The learner's log, opened once."""
    from chainrule.roadmap import FILE, home

    return log_at(str(home() / FILE))


def record(event: Event | None) -> None:
    """Keep an event, if there is one. Why it cannot be kept is one line on standard error, once."""
    if event is None:
        return
    from chainrule.ground.faults import Fault
    from chainrule.roadmap import record as keep

    try:
        recorded.append(keep(event, log()))
    except Fault as fault:
        warn(fault.line())
    say_notices()


def say_notices() -> None:
    """What the log has to say, such as that a damaged file was set aside."""
    from chainrule.cli.failure import say

    notices = log().notices
    while notices:
        say(notices.pop(0))


@functools.cache
def warn(line: str) -> None:
    from chainrule.cli.failure import say

    say(f"this is not recorded: {line}")
