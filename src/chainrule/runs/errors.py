"""What a run cannot do, in one line for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chainrule.ground.faults import Fault


class RunError(Fault):
    """A setting, a file or data that a run cannot be made with, or cannot go on with."""


class RunDiverged(RunError):
    """The run's numbers grew beyond all bounds: `change` holds the setting to take instead.

    `saved_in` is the file that holds the epochs before; None where there was no good one.
    """

    def __init__(self, fault: Fault, change: Mapping[str, float], epochs: int, path: Path) -> None:
        self.change, self.saved_in = dict(change), path if epochs else None
        saved = f". Epoch {epochs} is saved in {path}" if epochs else ""
        super().__init__(lambda name: fault.line(name) + saved)


@contextmanager
def about(file: str | Path) -> Iterator[None]:
    """What goes wrong in here is the fault of this file."""
    try:
        yield
    except RunError as fault:
        raise RunError(
            fault.problem, setting=fault.setting, value=fault.value, file=file
        ) from fault
