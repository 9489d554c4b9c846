"""A limit on the time of one call, inside the guarded process."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

WAITING = 5
"""A call may take so many times its processor time, waiting for its turn or asleep."""


class TooLong(BaseException):
    """The call took longer than it may; no `except Exception` of the learner's stops it."""


class Limit:
    """When the innermost limit ends: in processor time, and by the clock."""

    processor = float("inf")
    clock = float("inf")


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `TooLong` in the code below after so many seconds of the processor.

    Where there are no timers, as on Windows, the limit of the whole process has to do.
    """
    usable = hasattr(signal, "setitimer")
    if not usable or threading.current_thread() is not threading.main_thread():
        yield
        return
    outer = Limit.processor, Limit.clock
    Limit.processor = min(outer[0], time.process_time() + seconds)
    Limit.clock = min(outer[1], time.monotonic() + WAITING * seconds)
    before = [signal.signal(kind, stop) for kind in (signal.SIGPROF, signal.SIGALRM)]
    start_timers()
    try:
        yield
    finally:
        stop_timers()
        Limit.processor, Limit.clock = outer
        for kind, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(kind, handler)
        if outer[0] < float("inf"):
            start_timers()


def start_timers() -> None:
    """Ring at the innermost limit, and again and again, for code that catches everything."""
    processor = max(1e-3, Limit.processor - time.process_time())
    clock = max(1e-3, Limit.clock - time.monotonic())
    signal.setitimer(signal.ITIMER_PROF, processor, 0.05)
    signal.setitimer(signal.ITIMER_REAL, clock, 0.05)


def stop_timers() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0.0)
    signal.setitimer(signal.ITIMER_REAL, 0.0)


def stop(*_: object) -> None:
    raise TooLong
