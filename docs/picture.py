"""Draws docs/train.svg, the picture in the README: what `chainrule train` leaves on a terminal.

    python docs/picture.py

The fonts that Rich would fetch from elsewhere are left out: whoever looks at the picture sees
their own.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS, LINES = 80, 60
COMMAND = "from chainrule.cli.main import main; main(['train'])"


def left_on_screen() -> list[str]:
    """The lines of `chainrule train` in an empty folder; of the live line, what it ends with."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    said = b""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            cwd=folder,
            env={**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1"},
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        with suppress(OSError):  # the end of a pseudo-terminal
            while part := os.read(master, 1 << 16):
                said += part
        if process.wait():
            raise SystemExit(said.decode())
    lines = said.decode().replace("\r\n", "\n").split("\n")
    return [next((d for d in reversed(line.split("\r")) if d.strip()), "") for line in lines]


def main() -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ chainrule train", style="bold"))
    for line in left_on_screen():
        console.print(Text.from_ansi(line), soft_wrap=True)
    svg = re.sub(r"@font-face\s*{[^}]*}", "", console.export_svg(title="chainrule"))
    Path(__file__).with_name("train.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
