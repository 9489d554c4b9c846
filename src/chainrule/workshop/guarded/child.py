"""The guarded process at work: loads the learner's file, calls one function, tells each result.

Every event is one message of its own on the way back, so that what came before a crash is known.
What the learner's code prints goes elsewhere and cannot mix with it.
"""

from __future__ import annotations

import copy
import os
import random
import struct
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np

from chainrule.workshop.guarded.codec import pack, unpack
from chainrule.workshop.guarded.given import made
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
    heard = Warnings(path, tell)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = heard
            tell({"event": "loading"})
            module = load(source, path)
            tell({"event": "loaded"})
            if job["put_in"]:
                put_in(module, job["put_in_source"], job["put_in"])
            TASKS[job["task"]](module, job, tell, heard)
    except BaseException as fault:
        told = described(fault, source, path)
        del fault
        tell({"event": "raised", "case": heard.case, **told})
    flush_prints()
    tell({"event": "done"})


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


# --- calling one function on cases --------------------------------------------------------------


def call_on_cases(module: ModuleType, job: dict[str, Any], tell: Tell, heard: Warnings) -> None:
    """Call the function on every case; an exception in one case does not end the others."""
    function = getattr(module, job["function"], None)
    if not callable(function):
        tell({"event": "missing", "defined": sorted(defined(module))})
        return
    source, path = job["source"], job["path"]
    for number, case in enumerate(job["cases"]):
        heard.case = number
        tell({"event": "start", "case": number})
        try:
            tell({"event": "result", "case": number, **called(function, case)})
        except BaseException as fault:
            tell({"event": "raised", "case": number, **described(fault, source, path)})


def defined(module: ModuleType) -> list[str]:
    """The functions that the file itself defines."""
    return [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]


def called(function: Callable[..., Any], case: dict[str, Any]) -> dict[str, Any]:
    """The value for one case, and what the call did to its arguments and to global state.

    A case with `repeat` is timed: the least of so many runs.
    """
    arguments = made(case["arguments"])
    before = copy.deepcopy([a for a in arguments if not isinstance(a, np.random.Generator)])
    state = random_state()
    seconds = []
    value: Any = None
    for _ in range(case.get("repeat", 1)):
        began = time.perf_counter()
        value = function(*arguments)
        if hasattr(value, "__next__"):
            value = list_of(value)
        seconds.append(time.perf_counter() - began)
    after = [a for a in arguments if not isinstance(a, np.random.Generator)]
    places = [i for i, a in enumerate(arguments) if not isinstance(a, np.random.Generator)]
    changed = [i for i, a, b in zip(places, after, before, strict=True) if not same(a, b)]
    return {
        "value": value,
        "seconds": min(seconds),
        "changed": changed,
        "after": [arguments[i] if i in changed else None for i in range(len(arguments))],
        "global_random": random_state() != state,
        "no_numbers": value is None,
    }


def list_of(items: Any) -> list[Any]:
    """The items of an iterator, as many as may be told."""
    found = []
    for item in items:
        found.append(copy.deepcopy(item))  # a generator may fill the same array again
        if len(found) >= 2_000:
            break
    return found


def random_state() -> tuple[Any, ...]:
    """The state of the global generators of NumPy and of Python."""
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    return kind, np.asarray(keys).tobytes(), *rest, random.getstate()


def same(one: Any, other: Any) -> bool:
    """Whether two arguments are equal to the bit."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.shape == other.shape
            and one.dtype == other.dtype
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, (list, tuple)):
        return (
            isinstance(other, (list, tuple))
            and len(one) == len(other)
            and all(same(a, b) for a, b in zip(one, other, strict=True))
        )
    return callable(one) or bool(one == other)


TASKS: dict[str, Callable[[ModuleType, dict[str, Any], Tell, Warnings], None]] = {
    "call": call_on_cases,
}


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
