"""Ending in order: `kill` and a closed terminal end a command as Ctrl-C does, with a word of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread

from chainrule.cli.failure import STOPPED

BY_SIGNAL = 128
"""Exit status of a command that a signal ended, less the number of the signal."""


@dataclass
class Ending:
    """The exit status of a command that is ended from outside: 130 for Ctrl-C, 143 for `kill`."""

    status: int = STOPPED


@contextmanager
def ended_as_by_ctrl_c(ending: Ending) -> Iterator[None]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt in here, and once only; `ending` tells of them."""
    names = ("SIGTERM", "SIGHUP")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if current_thread() is not main_thread():
        yield
        return

    def end(number: int, _: object) -> None:
        ending.status = BY_SIGNAL + number
        for one in signals:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.getsignal(one) for one in signals}
    for one in signals:
        if before[one] is not signal.SIG_IGN:  # `nohup` stays as it is
            signal.signal(one, end)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
