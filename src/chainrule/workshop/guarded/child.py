"""The guarded process at work: loads the learner's file, calls one function, tells each result.

Every event is one message of its own on the way back, so that what came before a crash is known.
What the learner's code prints goes elsewhere and cannot mix with it.
"""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from chainrule.workshop.guarded.loading import described, load
from chainrule.workshop.guarded.messages import decode, encode
from chainrule.workshop.guarded.protocol import (
    LENGTH,
    AskNetwork,
    CallFunction,
    CheckLayers,
    Done,
    Job,
    ListCases,
    Loaded,
    Loading,
    MeasureSlopes,
    Message,
    RecogniseNetwork,
    Touched,
    TrainNetwork,
    Warned,
)
from chainrule.workshop.guarded.side_effects import notice
from chainrule.workshop.guarded.system_limits import set_limits

LARGEST_RESULT = 64 * 2**20
MOST_WARNINGS = 10

Tell = Callable[[Message], None]

TASKS = {
    CallFunction: "calling",
    ListCases: "case_listing",
    TrainNetwork: "own_training",
    AskNetwork: "own_answer",
    MeasureSlopes: "slopes",
    RecogniseNetwork: "recognition.task",
    CheckLayers: "layers.task",
}
"""Modules of this package, each with a function `task`."""


def teller(stream: BinaryIO) -> Tell:
    """Write answers to the stream, each with its length; from this process only."""
    process = os.getpid()

    def tell(answer: Message) -> None:
        if os.getpid() != process:
            os._exit(0)  # a copy of this process, made by the learner's code
        data = encode(answer, LARGEST_RESULT)
        stream.write(LENGTH.pack(len(data)) + data)
        stream.flush()

    return tell


def work(job: Job, stream: BinaryIO) -> None:
    """Do a job; answer with whatever the learner's code raises."""
    tell = teller(stream)
    set_limits(job.seconds, job.memory)
    sys.dont_write_bytecode = True
    notice(lambda what, path: tell(Touched(what, path)))
    sys.argv = [job.path]
    heard = Warnings(job.path, tell)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            for unshown in (PendingDeprecationWarning, ResourceWarning, ImportWarning):
                warnings.simplefilter("ignore", unshown)  # as Python does by itself
            warnings.showwarning = heard
            tell(Loading())
            if isinstance(
                job.task, (RecogniseNetwork, CheckLayers)
            ):  # they run the file themselves
                task(type(job.task))(ModuleType(Path(job.path).stem), job, tell, heard)
            else:
                module = load(job.source, job.path)
                tell(Loaded())
                task(type(job.task))(module, job, tell, heard)
    except BaseException as fault:
        raised = described(fault, job, heard.case)
        del fault
        tell(raised)
    flush_prints()
    tell(Done())


def task(kind: type) -> Callable[[ModuleType, Job, Tell, Warnings], None]:
    """What does jobs of this kind."""
    return importlib.import_module(f"{__package__}.{TASKS[kind]}").task


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
        self.heard: set[tuple[Any, ...]] = set()

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
        if key in self.heard or len(self.heard) >= MOST_WARNINGS * ((self.case or 0) + 1):
            return
        self.heard.add(key)
        line_number = lineno if filename == self.path else 0
        self.tell(Warned(self.case, category.__name__, str(message)[:300], line_number))


def main(job_path: str, answers_path: str) -> None:
    """Do the job in one file and write the answers to another: where no process can be forked."""
    job = decode(Path(job_path).read_bytes())
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  (open to the end)
    with Path(answers_path).open("ab") as stream:
        work(job, stream)
        stream.flush()
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
