"""The folder that the learner owns: network.py, a README, the record of progress, an archive."""

from __future__ import annotations

import ast
import os
import re
import shlex
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chainrule.workshop.course import ORDER, Stage, empty_file
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.progress import Progress
from chainrule.workshop.source import defined_by, extent_by_lines, read

DEFAULT = "my-network"
README = Path(__file__).parent / "folder-readme.md"


@dataclass(frozen=True)
class Folder:
    """A learner's folder."""

    path: Path

    @property
    def network(self) -> Path:
        return self.path / "network.py"

    @property
    def progress(self) -> Progress:
        return Progress(self.path / "progress.jsonl")

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    def source(self) -> bytes:
        return read(self.network)


def start(path: Path) -> Folder:
    """Make a folder with an empty network.py. Nothing that is there is touched."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise WorkshopError(
            f"{path} is there already, and nothing in it is changed; name another folder"
        )
    made = Folder(path)
    new = [place for place in (path, *path.parents) if not place.exists()]
    written: list[Path] = []
    try:
        path.mkdir(parents=True, exist_ok=True)
        for name, text in (("README.md", README.read_text("utf-8")), ("network.py", empty_file())):
            write_new(path / name, text.encode())
            written.append(path / name)
    except BaseException as fault:
        for file in written:
            file.unlink(missing_ok=True)
        for place in new:
            with suppress(OSError):
                place.rmdir()
        if not isinstance(fault, OSError):
            raise
        raise WorkshopError(f"{path} cannot be made: {fault.strerror or fault}") from None
    return made


def write_new(path: Path, content: bytes) -> None:
    """A file that was not there, written whole or not at all."""
    stream = path.open("xb")
    try:
        with stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def find(named: str | None) -> Folder:
    """The folder named; or this one, or `my-network` in it, whichever has a network.py."""
    places = [Path(named)] if named is not None else [Path(), Path(DEFAULT)]
    for place in places:
        if place.is_file() and place.name == "network.py":
            place = place.parent
        if (place / "network.py").exists():
            return Folder(place.absolute())
    where = f"in {named}" if named is not None else "here"
    below = folders_below(Path(named or "."))
    if len(below) == 1:
        raise WorkshopError(
            f"there is no network.py {where}, but one in {below[0]}: add `--folder "
            f"{shlex.quote(str(below[0]))}` to the command"
        )
    raise WorkshopError(
        f"there is no network.py {where}: `chainrule build start` makes a folder with one; "
        "`--folder` names it"
    )


def option(folder: Folder) -> str:
    """` --folder mine`, which names this folder in a command; nothing where `find` comes to it."""
    here = Path.cwd()
    found = [place for place in (here, here / DEFAULT) if (place / "network.py").exists()]
    if found and found[0] == folder.path:
        return ""
    below = folder.path.is_relative_to(here)
    return f" --folder {shlex.quote(str(folder.path.relative_to(here) if below else folder.path))}"


def folders_below(place: Path) -> list[Path]:
    """The folders in this one whose network.py has a function of the workshop in it."""
    try:
        inside = sorted(path for path in place.iterdir() if (path / "network.py").is_file())
        return [path for path in inside if is_ours(read(path / "network.py"))]
    except (OSError, WorkshopError):
        return []


def is_ours(source: bytes) -> bool:
    """Whether a file defines a function of the workshop, be it Python at the moment or not."""
    names = "|".join(ORDER)
    return re.search(rf"^def ({names})\b".encode(), source, re.MULTILINE) is not None


def reset(folder: Folder, stage: Stage) -> Path:
    """Make one function empty again. The whole file goes to the archive first; returns where."""
    source = folder.source()
    place = archived(folder, source)
    text = source.decode("utf-8-sig", "surrogateescape")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    first, last = extent(source, lines, stage.name)
    stub = [line + newline for line in stage.stub.splitlines()]
    if first == last:
        stub = [newline, newline, *stub]
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += newline
    changed = "".join([*lines[:first], *stub, *lines[last:]])
    mark = b"\xef\xbb\xbf" if source.startswith(b"\xef\xbb\xbf") else b""
    replace_file(folder.network, mark + changed.encode("utf-8", "surrogateescape"))
    folder.progress.reset(stage.name, place.relative_to(folder.path).as_posix())
    return place


def archived(folder: Folder, source: bytes) -> Path:
    """A copy of the file under a name that no other has."""
    try:
        folder.archive.mkdir(exist_ok=True)
        stem = f"network-{datetime.now():%Y-%m-%d-%H%M%S}"
        for number in range(1000):
            place = folder.archive / (f"{stem}-{number}.py" if number else f"{stem}.py")
            try:
                write_new(place, source)
                return place
            except FileExistsError:
                continue
    except OSError as fault:
        raise WorkshopError(
            f"nothing was changed: {folder.archive} cannot be written: {fault.strerror}"
        ) from None
    raise WorkshopError(f"nothing was changed: {folder.archive} is full of copies of this second")


def extent(source: bytes, lines: list[str], name: str) -> tuple[int, int]:
    """The lines of a function, from the first to behind the last; equal where it is not there."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return extent_by_lines(lines, name)
    for statement in reversed(tree.body):
        if name in defined_by(statement):
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(d.lineno for d in decorators)])
            return first - 1, statement.end_lineno or first
    return len(lines), len(lines)


def replace_file(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    try:
        mode = path.stat().st_mode
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".network-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(mode & 0o777)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise WorkshopError(f"{path} cannot be written: {fault.strerror or fault}") from None
