"""The guarded process at work: loads the learner's file, calls one function, tells each result.

Every event is one message of its own on the way back, so that what came before a crash is known.
What the learner's code prints goes elsewhere and cannot mix with it.
"""

from __future__ import annotations

import importlib
import os
import struct
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from chainrule.workshop.guarded.codec import pack, unpack
from chainrule.workshop.guarded.limits import set_limits
from chainrule.workshop.guarded.loading import described, load, put_in
from chainrule.workshop.guarded.noticing import notice

LARGEST_RESULT = 64 * 2**20
MOST_WARNINGS = 10

Tell = Callable[[dict[str, Any]], None]


def teller(stream: BinaryIO) -> Tell:
    """Write events to the stream, each with its length; from this process only."""
    process = os.getpid()

    def tell(event: dict[str, Any]) -> None:
        if os.getpid() != process:
            os._exit(0)  # a copy of this process, made by the learner's code
        message = pack(event, LARGEST_RESULT)
        stream.write(struct.pack("<Q", len(message)) + message)
        stream.flush()

    return tell


def work(job: dict[str, Any], stream: BinaryIO) -> None:
    """Do a job; whatever the learner's code raises is told."""
    tell = teller(stream)
    set_limits(job["seconds"], job["memory"])
    sys.dont_write_bytecode = True
    notice(lambda what, path: tell({"event": "touched", "what": what, "path": path}))
    source, path = job["source"], job["path"]
    sys.argv = [path]
    heard = Warnings(path, tell)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            for unshown in (PendingDeprecationWarning, ResourceWarning, ImportWarning):
                warnings.simplefilter("ignore", unshown)  # as Python does by itself
            warnings.showwarning = heard
            tell({"event": "loading"})
            module = load(source, path)
            tell({"event": "loaded"})
            if job["put_in"]:
                put_in(module, job["put_in_source"], job["put_in"])
            task(job["task"])(module, job, tell, heard)
    except BaseException as fault:
        told = described(fault, source, path)
        del fault
        tell({"event": "raised", "case": heard.case, **told})
    flush_prints()
    tell({"event": "done"})


def task(name: str) -> Callable[[ModuleType, dict[str, Any], Tell, Warnings], None]:
    """What is to be done, by its name."""
    if name not in TASKS:
        raise LookupError(name)
    return importlib.import_module(f"{__package__}.{name}").task


def flush_prints() -> None:
    """Push out what was printed; the learner's code may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue


class Warnings:
    """Tells warnings of the file's own lines, each once a case."""

    def __init__(self, path: str, tell: Tell) -> None:
        self.path, self.tell = path, tell
        self.case: int | None = None
        self.told: set[tuple[Any, ...]] = set()

    def __call__(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: Any = None,
        line: str | None = None,
    ) -> None:
        key = (self.case, lineno, str(message))
        if key in self.told or len(self.told) >= MOST_WARNINGS * ((self.case or 0) + 1):
            return
        self.told.add(key)
        self.tell(
            {
                "event": "warned",
                "case": self.case,
                "type": category.__name__,
                "message": str(message)[:300],
                "line": lineno if filename == self.path else 0,
            }
        )


TASKS = ("calling", "own_training", "foreign")
"""Modules of this package, each with a function `task`."""


def main(job_path: str, events_path: str) -> None:
    """Do the job in one file and write the events to another: where no process can be forked."""
    job = unpack(Path(job_path).read_bytes())
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  (open to the end)
    with Path(events_path).open("ab") as stream:
        work(job, stream)
        stream.flush()
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
