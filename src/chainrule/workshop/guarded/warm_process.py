"""A process that has loaded NumPy and makes a copy of itself for every job.

Loading NumPy takes longer than a learner should wait after saving a file; a copy of a process
that has it takes a few milliseconds. Each copy is a process group of its own and is ended
with everything it started. On Linux and macOS.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

from chainrule.workshop.guarded.child import TASKS, task, work
from chainrule.workshop.guarded.messages import decode
from chainrule.workshop.guarded.protocol import ORDER, REPLY, START

BECOME_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of Linux: processes that lose their parent become ours."""


def serve(control: socket.socket) -> None:
    """Start and end copies as asked, until whoever asks has gone."""
    adopt_orphans()
    with contextlib.suppress(ConnectionError):
        answer(control)
    end_all()


def answer(control: socket.socket) -> None:
    control.sendall(REPLY.pack(0))
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 3)
        while message and len(message) < ORDER.size:
            message += control.recv(ORDER.size - len(message))
        if not message:
            return
        word, number = ORDER.unpack(message)
        if word == START:
            started = os.fork()
            if started == 0:
                control.close()
                do(*descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            control.sendall(REPLY.pack(started))
        else:
            control.sendall(REPLY.pack(ended(number, patience=0.1)))


def do(request: int, answers: int, prints: int) -> None:
    """In the copy: do the job and leave."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.close(prints)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    with open(request, "rb") as file:
        job = decode(file.read())
    status = 1
    try:
        with open(answers, "wb") as stream:
            work(job, stream)
        status = 0
    finally:
        os._exit(status)


def adopt_orphans() -> None:
    """Let processes whose parent has ended become ours, so that they can be ended too."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)


def ended(process: int, patience: float) -> int:
    """Wait a moment for the copy, then end it and all it started. Its status as `waitpid`'s."""
    status = waited(process, patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    if status is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        status = waited(process, 5.0)
    end_all()
    return -1 if status is None else status


def waited(process: int, seconds: float) -> int | None:
    """The status of a child that ends within so many seconds."""
    until = time.monotonic() + seconds
    while True:
        try:
            found, status = os.waitpid(process, os.WNOHANG)
        except ChildProcessError:
            return None
        if found:
            return status
        if time.monotonic() > until:
            return None
        time.sleep(0.002)


def end_all() -> None:
    """End every process below this one, until there is none."""
    until = time.monotonic() + 2.0
    while time.monotonic() < until:
        below = children()
        for process in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if not below:
            return
        time.sleep(0.002)


def children() -> list[int]:
    """The processes that are ours, as far as the system tells."""
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kind in TASKS:  # loaded once, not in every copy
        task(kind)
    control = socket.socket(fileno=int(sys.argv[1]))
    serve(control)


if __name__ == "__main__":
    main()
