"""A shell on a pseudo-terminal in an empty home, where a learner types command after command."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time
from pathlib import Path

import chainrule

from .learner import EDITOR, Learner

SOURCE = Path(chainrule.__file__).parents[1]
READY = "road$ "
ASKING = re.compile(r"(?:^|\n)\d*> $")
SECONDS = 240.0
KEPT = ("PATH", "LANG", "LC_ALL", "CHAINRULE_DATA")


ONE_PROCESS = """
import shlex
from chainrule.cli.main import main
status = 0
while True:
    words = shlex.split(input({ready!r}))
    if words[0] == "chainrule":
        status = main(words[1:])
    else:
        print("status", status)
"""
"""A shell that knows one command, and runs it without a new interpreter."""


class Shell:
    """`sh` in a folder of its own, with `chainrule` as a command. Not on Windows.

    `one_process`: commands are run where they are read, which is far quicker.
    """

    def __init__(
        self, folder: Path, rows: int = 40, columns: int = 100, *, one_process: bool = False
    ) -> None:
        import fcntl
        import pty
        import termios

        self.folder, self.home = folder / "work", folder / "home"
        tools = folder / "bin"
        for each in (self.folder, self.home, tools):
            each.mkdir(parents=True)
        code = "import sys; from chainrule.cli.main import main; sys.exit(main())"
        script = tools / "chainrule"
        script.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{code}' \"$@\"\n")
        script.chmod(0o755)
        editor = folder / "editor.py"
        editor.write_text(EDITOR)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.inside, outside = pty.openpty()
        fcntl.ioctl(outside, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        loop = [sys.executable, "-c", ONE_PROCESS.format(ready=READY)]
        self.process = subprocess.Popen(
            loop if one_process else ["sh", "-i"],
            stdin=outside,
            stdout=outside,
            stderr=outside,
            cwd=self.folder,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={
                **kept,
                "PATH": f"{tools}:{kept.get('PATH', '')}",
                "HOME": str(self.home),
                "PYTHONPATH": str(SOURCE),
                "EDITOR": f"{sys.executable} {editor}",
                "PS1": READY,
                "TERM": "dumb",
                "NO_COLOR": "1",
            },
        )
        os.close(outside)
        self.read_to_prompt()

    def type(self, words: str) -> None:
        os.write(self.inside, words.encode() + b"\r")

    def read_to_prompt(self) -> tuple[str, bool]:
        """What came up to the next prompt, and whether it is the shell's."""
        words, until = "", time.monotonic() + SECONDS
        while True:
            if words.endswith(READY):
                return words.removesuffix(READY), True
            if ASKING.search(words):
                return words, False
            assert time.monotonic() < until, f"no prompt came: {words[-900:]!r}"
            if select.select([self.inside], [], [], 1.0)[0]:
                words += os.read(self.inside, 65536).decode(errors="replace").replace("\r", "")

    def command(self, words: str) -> tuple[str, int]:
        """Type a `chainrule` command that asks nothing: what it printed, and its status."""
        self.type(f"chainrule {words}")
        printed, ended = self.read_to_prompt()
        assert ended, f"it asks: {printed[-300:]!r}"
        self.type("echo status $?")
        status, _ = self.read_to_prompt()
        return printed, int(status.rsplit("status ", 1)[1])

    def run(self, learner: Learner, command: str) -> int:
        """Type a `chainrule` command, answer its prompts, and go on to its end; its status."""
        learner.begin(command)
        self.type(f"chainrule {command}".rstrip())
        while True:
            words, ended = self.read_to_prompt()
            learner.see(words)
            if ended:
                break
            self.type(learner.answer())
        self.type("echo status $?")
        words, _ = self.read_to_prompt()
        return int(words.rsplit("status ", 1)[1])

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.inside)
