"""The learner's editor: which one, and running it on a file."""

from __future__ import annotations

import os
import shlex
import subprocess
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
    try:
        status = subprocess.run([*command, str(page)], check=False).returncode
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise Refused(f"the editor {command[0]!r} cannot be run: {reason}; set EDITOR") from fault
    if status:
        raise Refused(f"the editor {command[0]!r} ended with status {status}; your page is {page}")
