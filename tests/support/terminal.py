"""A command line on a pseudo-terminal, as a person meets it."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import time
from pathlib import Path

import chainrule

SOURCE = Path(chainrule.__file__).parents[1]


class Terminal:
    """A command on a pseudo-terminal of so many rows and columns. Not on Windows."""

    def __init__(
        self, arguments: list[str], folder: Path, rows: int = 50, columns: int = 100
    ) -> None:
        import fcntl
        import pty
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        unsized = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from chainrule.cli.main import main; sys.exit(main())",
                *arguments,
            ],
            cwd=folder,
            env={**unsized, "TERM": "xterm", "NO_COLOR": "1", "PYTHONPATH": str(SOURCE)},
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        self.unread = ""

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def expect(self, words: str, seconds: float = 15.0) -> str:
        """Read on until these words have come, and what was before them; the rest is kept."""
        until = time.monotonic() + seconds
        while words not in self.unread:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"{words!r} did not come: {self.unread[-900:]}")
            self.unread += os.read(self.master, 65536).decode("utf-8", "replace")
        before, _, self.unread = self.unread.partition(words)
        return before

    def as_it_was(self) -> bool:
        """Whether the terminal's settings are those from before the command."""
        import termios

        return termios.tcgetattr(self.slave) == self.before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)
