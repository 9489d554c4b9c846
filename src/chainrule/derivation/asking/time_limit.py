"""How long a mistake is looked for: a verdict does not wait for its name."""

from __future__ import annotations

import time

SECONDS = 0.9
"""Of the processor, from the first look at an answer to the end of the search for its mistake."""


class OutOfTime(Exception):
    """The mistake was looked for long enough."""


class Patience:
    """The time that is left, from the moment this is made. lost: whether it was not enough."""

    def __init__(self) -> None:
        self._end = time.thread_time() + SECONDS
        self.lost = False

    def wait(self) -> None:
        """Go on, or raise OutOfTime."""
        if time.thread_time() > self._end:
            self.lost = True
            raise OutOfTime
