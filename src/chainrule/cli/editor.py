"""The learner's editor: which one, and running it on a file."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from chainrule.cli.failure import Refused

VARIABLES = ("VISUAL", "EDITOR")


def editor() -> list[str]:
    """The command of the editor that is set. Refused where none is."""
    for name in VARIABLES:
        typed = os.environ.get(name, "").strip()
        if typed:
            try:
                return shlex.split(typed)
            except ValueError as fault:
                raise Refused(f"{name} is {typed[:60]!r}: {str(fault).lower()}") from fault
    raise Refused("no editor is set: type export EDITOR=nano, or give a text with --file FILE")


def edit(command: list[str], page: Path) -> None:
    """Run the editor on the page. Refused where it cannot be run or fails; the page stays."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the editor alone
    try:
        heed = None if sys.platform == "win32" else heed_ctrl_c
        editing = subprocess.Popen([*command, str(page)], preexec_fn=heed)
        status = editing.wait()
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise Refused(f"the editor {command[0]!r} cannot be run: {reason}; set EDITOR") from fault
    finally:
        signal.signal(signal.SIGINT, before)
    if status:
        how = f"with status {status}" if status > 0 else f"by signal {-status}"
        raise Refused(f"the editor {command[0]!r} was ended {how}; your page is kept: {page}")


def heed_ctrl_c() -> None:
    """What is ignored here is not to be ignored by the editor."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
