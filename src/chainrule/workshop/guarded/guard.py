"""Jobs for the guarded process, started, watched and ended from the outside."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, TypeVar

import chainrule
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.guarded.codec import Unreadable
from chainrule.workshop.guarded.messages import decode, encode
from chainrule.workshop.guarded.protocol import (
    END,
    LENGTH,
    ORDER,
    REPLY,
    START,
    Done,
    Job,
    Message,
)

SECONDS = 5.0
"""A function of a learner's network has this long for all its cases."""
MEMORY = 2**30
LARGE_LIBRARIES, MORE_MEMORY = ("jax", "flax", "torch"), 3 * 2**30
"""Libraries that take more address space than that to be loaded at all, and how much they get."""
MOST_PRINTED = 8_000
LARGEST_ANSWER = 256 * 2**20
START_SECONDS = 30.0
"""For an interpreter to load NumPy."""

IMPORTS = re.compile(rb"^\s*(?:import|from)\s+(\w+)", re.M)
ONE_THREAD = ("OPENBLAS", "OMP", "MKL", "VECLIB", "NUMEXPR")
Listener = Callable[[Message], None]
Kind = TypeVar("Kind")
Ending = Literal["done", "time", "died"]


@dataclass
class Ran:
    """What came of a job: its answers in order, how it ended, and what was printed.

    `status` is an exit status, or minus the number of the signal that ended the process.
    """

    answers: list[Message] = field(default_factory=list)
    ending: Ending = "died"
    status: int = 0
    printed: bytes = b""
    printed_bytes: int = 0
    seconds: float = 0.0

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The answers of one kind."""
        return [answer for answer in self.answers if isinstance(answer, kind)]


@dataclass
class Reading:
    """Answers as they arrive, in pieces of any length."""

    ran: Ran
    listener: Listener | None
    pending: bytearray = field(default_factory=bytearray)
    broken: bool = False

    def take(self, data: bytes) -> None:
        """Read what is whole of the bytes so far."""
        self.pending += data
        start = LENGTH.size
        while len(self.pending) >= start and not self.broken:
            (length,) = LENGTH.unpack(self.pending[:start])
            if length > LARGEST_ANSWER:
                self.broken = True
                return
            if len(self.pending) < start + length:
                return
            message = bytes(self.pending[start : start + length])
            del self.pending[: start + length]
            self.answer(message)

    def answer(self, data: bytes) -> None:
        try:
            answer = decode(data)
        except Unreadable:
            self.broken = True
            return
        if isinstance(answer, Done):
            self.ran.ending = "done"
        self.ran.answers.append(answer)
        if self.listener is not None:
            self.listener(answer)

    @property
    def over(self) -> bool:
        return self.broken or self.ran.ending == "done"


def memory_for(source: bytes) -> int:
    """The memory that a file's code may take, by what it imports."""
    imported = {name.decode("ascii", "replace") for name in IMPORTS.findall(source)}
    return MORE_MEMORY if imported & set(LARGE_LIBRARIES) else MEMORY


class Guard:
    """Runs jobs. Warm on Linux and macOS: NumPy is loaded once, each job gets a copy.

    A context manager; the processes end with it.
    """

    def __init__(self, *, warm: bool | None = None) -> None:
        self.warm = hasattr(os, "fork") and sys.platform != "win32" if warm is None else warm
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._outer: Guard | None = None

    def __enter__(self) -> Guard:
        if self.warm:
            self._start()
        self._outer = OPEN.get()
        OPEN.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if OPEN.get() is self:
            OPEN.set(self._outer)
        self.close()

    def close(self) -> None:
        """End the waiting process."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(3.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def run(self, job: Job, listener: Listener | None = None) -> Ran:
        """Do one job within its seconds."""
        return self._run_warm(job, listener) if self.warm else run_cold(job, listener)

    def _start(self) -> None:
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*python(), "chainrule.workshop.guarded.warm_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
            )
        ours.settimeout(START_SECONDS)
        self._control = ours
        try:
            self._ready = self._reply()
        except OSError as fault:
            self.close()
            raise WorkshopError(f"no process could be started for your code: {fault}") from fault
        except BaseException:  # Ctrl-C: nothing has been run yet that would have to be ended
            self._process.kill()
            self.close()
            raise

    def _reply(self) -> int:
        assert self._control is not None
        message = b""
        while len(message) < REPLY.size:
            piece = self._control.recv(REPLY.size - len(message))
            if not piece:
                raise ConnectionResetError("the waiting process has ended")
            message += piece
        return REPLY.unpack(message)[0]

    def _ask(self, word: bytes, number: int, descriptors: list[int]) -> int:
        assert self._control is not None
        message = ORDER.pack(word, number)
        if descriptors:
            socket.send_fds(self._control, [message], descriptors)
        else:
            self._control.sendall(message)
        return self._reply()

    def _run_warm(self, job: Job, listener: Listener | None) -> Ran:
        if self._control is None:
            self._start()
        with tempfile.TemporaryFile() as request:
            request.write(encode(job))
            request.flush()
            request.seek(0)
            answers, answers_in = os.pipe()
            prints, prints_in = os.pipe()
            try:
                started = self._begin([request.fileno(), answers_in, prints_in])
            finally:
                os.close(answers_in)
                os.close(prints_in)
            try:
                ran = self._follow(answers, prints, job.seconds * job.waiting, listener)
            except BaseException:  # Ctrl-C: the learner's code ends too
                self._end(started)
                raise
            finally:
                os.close(answers)
                os.close(prints)
            status = self._end(started)
        if ran.ending == "died":
            ran.status = status
            if status == -signal.SIGXCPU:
                ran.ending = "time"
        return ran

    def _begin(self, descriptors: list[int]) -> int:
        try:
            return self._ask(START, 0, descriptors)
        except OSError:  # the waiting process was ended by somebody: once more with a new one
            self._start()
            return self._ask(START, 0, descriptors)

    def _end(self, process: int) -> int:
        try:
            status = self._ask(END, process, [])
        except OSError:
            self._start()
            return 0
        return os.waitstatus_to_exitcode(status) if status >= 0 else -signal.SIGKILL

    def _follow(self, answers: int, prints: int, seconds: float, listener: Listener | None) -> Ran:
        """Take answers and prints until the job is done, the process ends, or time is up."""
        ran = Ran()
        reading = Reading(ran, listener)
        began = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(answers, selectors.EVENT_READ)
            selector.register(prints, selectors.EVENT_READ)
            while not reading.over:
                left = began + seconds - time.monotonic()
                if left <= 0:
                    ran.ending = "time"
                    break
                if not self._take(selector, answers, reading, left):
                    break
            self._drain(prints, ran)
        ran.seconds = time.monotonic() - began
        return ran

    def _take(
        self, selector: selectors.BaseSelector, answers: int, reading: Reading, left: float
    ) -> bool:
        """Take what has come; False when no more answers can come."""
        for key, _ in selector.select(left):
            data = os.read(key.fd, 2**16)
            if key.fd == answers:
                if not data:
                    return False
                reading.take(data)
            elif data:
                printed(reading.ran, data)
            else:
                selector.unregister(key.fd)
        return True

    def _drain(self, prints: int, ran: Ran) -> None:
        """What was printed last, as much as there is already."""
        os.set_blocking(prints, False)
        for _ in range(16):
            try:
                data = os.read(prints, 2**16)
            except BlockingIOError:
                return
            if not data:
                return
            printed(ran, data)


OPEN: ContextVar[Guard | None] = ContextVar("open guard", default=None)


@contextlib.contextmanager
def open_guard() -> Iterator[Guard]:
    """The guard that is open already; a new one where none is."""
    found = OPEN.get()
    if found is not None:
        yield found
        return
    with Guard() as made:
        yield made


def printed(ran: Ran, data: bytes) -> None:
    ran.printed_bytes += len(data)
    ran.printed += data[: MOST_PRINTED - len(ran.printed)]


def python() -> list[str]:
    """This interpreter, without the current folder among the places to import from."""
    return [sys.executable, "-P", "-m"]


def environment() -> dict[str, str]:
    """One thread a product, and this package to be found."""
    root = str(Path(chainrule.__file__).parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    threads = {f"{name}_NUM_THREADS": "1" for name in ONE_THREAD}
    exact = {"JAX_ENABLE_X64": "1"}  # JAX with more digits than it has by itself
    own = {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8:replace"}
    return {**os.environ, **threads, **exact, **own}


# --- where no process can be forked -------------------------------------------------------------


def run_cold(job: Job, listener: Listener | None) -> Ran:
    """Do one job in a new interpreter, which has to load NumPy first."""
    ran = Ran()
    reading = Reading(ran, listener)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        request, answers = Path(folder) / "job", Path(folder) / "answers"
        request.write_bytes(encode(job))
        answers.touch()
        process = subprocess.Popen(
            [*python(), "chainrule.workshop.guarded.child", str(request), str(answers)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            start_new_session=True,
        )
        assert process.stdout is not None
        reader = threading.Thread(target=read_prints, args=(process.stdout, ran), daemon=True)
        reader.start()
        try:
            with answers.open("rb") as stream:
                follow_file(process, stream, reading, job.seconds * job.waiting)
        finally:
            status = end_cold(process)
            reader.join(1.0)
            process.stdout.close()
    if ran.ending == "died":
        ran.status = status
    return ran


def follow_file(
    process: subprocess.Popen[bytes], stream: IO[bytes], reading: Reading, seconds: float
) -> None:
    """Take answers from a file that grows; the time runs from the first answer."""
    began = time.monotonic()
    until = began + START_SECONDS
    while not reading.over:
        ended = process.poll() is not None
        data = stream.read()
        if data and not reading.ran.answers:
            until = time.monotonic() + seconds
        reading.take(data or b"")
        if not data:
            if ended:
                break
            if time.monotonic() > until:
                reading.ran.ending = "time"
                break
            time.sleep(0.005)
    reading.ran.seconds = time.monotonic() - began


def read_prints(stream: IO[bytes], ran: Ran) -> None:
    with contextlib.suppress(OSError, ValueError):
        while data := stream.read1(2**16):  # type: ignore[attr-defined]
            printed(ran, data)


def end_cold(process: subprocess.Popen[bytes]) -> int:
    """End the process, and its group where there are groups."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.1)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    return process.wait()
