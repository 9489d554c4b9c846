"""Files written so that at any moment they are whole: the old content or the new one, never half.

The content goes to the disk under a name of this process's own beside its place, and takes the
place in one step. Whatever happens meanwhile, a full disk, Ctrl-C or `kill -9`, the old file stays.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident

from chainrule.ground.faults import Fault

PERMISSIONS = 0o7777
LEFT_BEHIND = 60
"""Seconds after which a part of a file that nobody here is writing is left over."""


class WritingFault(Fault):
    """A file that cannot be written."""


def replace(path: Path, content: bytes) -> None:
    """Write a file, in the place of the one that is there, if any.

    A link stays one, and a file keeps its permissions. WritingFault says why it cannot be done.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise OSError(None, "it is a pipe or a device")
        target = path.resolve()
        with written_beside(target, content) as part:
            if target.exists():
                part.chmod(target.stat().st_mode & PERMISSIONS)
            part.replace(target)
    except (OSError, ValueError, RuntimeError) as fault:  # RuntimeError: a link to itself
        kept = "; what was there before is unchanged" if os.path.lexists(path) else ""
        raise WritingFault(f"{path} cannot be written: {reason(fault)}{kept}") from fault


def create(path: Path, content: bytes) -> None:
    """Write a file where none is: FileExistsError where one is, WritingFault otherwise."""
    try:
        with written_beside(path, content) as part:
            try:
                os.link(part, path)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                if os.path.lexists(path):
                    raise FileExistsError(path) from None
                part.replace(path)
    except FileExistsError:
        raise
    except (OSError, ValueError) as fault:
        raise WritingFault(f"{path} cannot be written: {reason(fault)}") from fault


def append_line(path: Path, line: str) -> None:
    """Add a line to a file that only grows. A last line that was cut off is ended first."""
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write(line.encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise WritingFault(f"{path} cannot be written: {reason(fault)}") from fault


@contextmanager
def written_beside(target: Path, content: bytes) -> Iterator[Path]:
    """A file with this content on the disk beside the target; gone afterwards if not moved."""
    part = target.with_name(f".{target.name}.{os.getpid()}-{get_ident()}.part")
    remove_left_behind(target)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        with suppress(OSError, ValueError):
            part.unlink()


def remove_left_behind(target: Path) -> None:
    """Remove what a process that was killed while it wrote this file has left beside it.

    Only what is old, for a process on another computer may be writing there.
    """
    left = re.compile(rf"\.{re.escape(target.name)}\.(\d+)-\d+\.part")
    with suppress(OSError):
        for name in os.listdir(target.parent):  # noqa: PTH208
            match = left.fullmatch(name)
            if match is None or is_running(int(match[1])):
                continue
            part = target.with_name(name)
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                    part.unlink()


def is_running(process: int) -> bool:
    """Whether there is a process of this number here; on Windows, where none can ask, it is."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def reason(fault: BaseException) -> str:
    """Why the system refused, in its own words."""
    return getattr(fault, "strerror", None) or str(fault)
