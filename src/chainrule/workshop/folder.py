"""The folder that the learner owns: network.py, a README, the record of progress, an archive."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from chainrule.ground import writing
from chainrule.ground.events import Event, FunctionReset
from chainrule.workshop.course import (
    DERIVE,
    STAGES,
    TAKEN,
    WHOLE_COURSE,
    Course,
    Derivation,
    Stage,
    empty_file,
    formulas,
    taking,
)
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.progress import History, Progress, Standing
from chainrule.workshop.source import (
    defined_by,
    extent_by_lines,
    outline,
    read_source,
    written,
)

DEFAULT_FOLDER = "my-network"
README = Path(__file__).parent / "folder-readme.md"
WITH_HINTS = """\
A function whose equation is yours to derive says where; its formula is shown once you have derived
it, or with the second hint."""
WITHOUT_HINTS = "This course has switched hints off."
"""What the README says of hints."""


@dataclass(frozen=True)
class Folder:
    """A learner's folder.

    `also` is given every event that its record is given; `derived` tells what the learner has
    derived so far.
    """

    path: Path
    also: Callable[[Event], None] | None = field(default=None, compare=False)
    derived: Callable[[], Collection[Derivation]] = field(default=tuple, compare=False)

    @property
    def network(self) -> Path:
        return self.path / "network.py"

    def stamp(self) -> str:
        """What changes when the file is saved, in place or by renaming another over it.

        Or when a file of Python beside it is, which it may import. Empty where there is no file.
        """
        try:
            files = [file.stat() for file in sorted({self.network, *self.path.glob("*.py")})]
        except OSError:
            return ""
        return "-".join(f"{one.st_mtime_ns}.{one.st_size}.{one.st_ino}" for one in files)

    @property
    def progress(self) -> Progress:
        return Progress(self.path / "progress.jsonl", self.also)

    def course(self) -> Course:
        """The course that is kept in the folder; without one, all stages of this package."""
        from chainrule.workshop.course_file import read_course

        file = self.path / "course.toml"
        return read_course(file) if file.exists() else WHOLE_COURSE

    def formulas(self, history: History | None = None) -> set[str]:
        """The functions whose formula may be read."""
        return formulas(self.derived(), (history or self.progress.history()).hints)

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    def source(self) -> bytes:
        return read_source(self.network)

    def standing(self) -> Standing:
        """How the functions of the file do, as it is on the disk now."""
        source = self.source()
        return Standing(self.progress.history(), outline(source, self.path), written(source))


def start_folder(
    path: Path,
    commands: str = "",
    *,
    how: str = DERIVE,
    with_formulas: bool = False,
    derived: Collection[Derivation] = (),
    course: Course = WHOLE_COURSE,
) -> Folder:
    """Make a folder with an empty network.py. Nothing that is there is touched.

    `commands` is the part of its README in which the door says what to type or to press, `how` what
    to do to derive a `{quantity}` of a `{sheet}`. The formula of a function stands in its docstring
    where it is derived already, or `with_formulas`. `course` is kept in the folder; the stages of a
    teacher's own are tried first.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise WorkshopError(
            f"{path} is there already, and nothing in it is changed; name another folder"
        )
    course = replace(course, formulas=course.formulas or with_formulas)
    write_files(path, first_files(course, commands, how, derived))
    made = Folder(path)
    TAKEN.set(made.course())
    return made


def first_files(
    course: Course, commands: str, how: str, derived: Collection[Derivation]
) -> dict[str, bytes]:
    """The files of a new folder, by their places in it."""
    from chainrule.workshop.course_file import kept_files

    if course.own:
        from chainrule.workshop.taught_stages import try_stages

        try_stages(course)
    readme = README.read_text("utf-8").replace("{commands}\n", commands)
    readme = readme.replace("{formulas}", WITH_HINTS if course.hints else WITHOUT_HINTS)
    with taking(course):
        network = empty_file(formulas(derived, {}), how)
    return {
        "README.md": readme.encode(),
        "network.py": network.encode(),
        **kept_files(course),
    }


def write_files(path: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with these files, or nothing at all."""
    folders = {path, *((path / name).parent for name in files)}
    places = {above for folder in folders for above in (folder, *folder.parents)}
    new = sorted((place for place in places if not place.exists()), reverse=True)
    written: list[Path] = []
    try:
        for folder in sorted(folders):
            folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            writing.create(path / name, data)
            written.append(path / name)
    except BaseException as fault:
        for file in written:
            file.unlink(missing_ok=True)
        for place in new:
            with suppress(OSError):
                place.rmdir()
        if not isinstance(fault, (OSError, writing.WritingFault)):
            raise
        why = writing.reason(fault.__cause__ or fault)
        raise WorkshopError(f"{path} cannot be made: {why}") from None


class NoNetwork(WorkshopError):
    """There is no network.py where one was looked for; `below` is a folder there that has one."""

    def __init__(self, named: str | None, below: Path | None) -> None:
        self.below = below
        where = f"in {named}" if named is not None else "here"
        instead = f", but one in {below}" if below is not None else ""
        super().__init__(f"there is no network.py {where}{instead}")


def find_folder(named: str | None = None) -> Folder:
    """The folder named; else the current one, or `my-network` in it. NoNetwork if none has it.

    From then on its course is the one that is taken.
    """
    for place in [Path(named)] if named is not None else [Path(), Path(DEFAULT_FOLDER)]:
        if place.is_file() and place.name == "network.py":
            place = place.parent
        if (place / "network.py").exists():
            found = Folder(place.absolute())
            TAKEN.set(found.course())
            return found
    below = folders_below(Path(named or "."))
    raise NoNetwork(named, below[0] if len(below) == 1 else None)


def hints_shown() -> bool:
    """Whether the course of the folder that one stands in, if there is one, shows hints.

    A course that cannot be read counts for one that has them: whoever grades says so.
    """
    try:
        return find_folder().course().hints
    except WorkshopError:
        return True


def folders_below(place: Path) -> list[Path]:
    """The folders in this one whose network.py has a function of the workshop in it."""
    try:
        inside = sorted(path for path in place.iterdir() if (path / "network.py").is_file())
        return [path for path in inside if is_ours(read_source(path / "network.py"))]
    except (OSError, WorkshopError):
        return []


def is_ours(source: bytes) -> bool:
    """Whether a file defines a function of the workshop, even while it is not valid Python."""
    names = "|".join(STAGES)
    return re.search(rf"^def ({names})\b".encode(), source, re.MULTILINE) is not None


def reset_function(folder: Folder, stage: Stage, how: str = DERIVE) -> Path:
    """Make one function empty again, and return where the whole file was archived before.

    The formula stands in its docstring where it may be read; `how` is how to derive it elsewhere.
    """
    source = folder.source()
    place = archived(folder, source)
    text = source.decode("utf-8-sig", "surrogateescape")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    first, last = extent(source, lines, stage.name)
    given = stage.stub if stage.name in folder.formulas() else stage.plain_stub(how)
    stub = [line + newline for line in given.splitlines()]
    if first == last:
        stub = [newline, newline, *stub]
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += newline
    changed = "".join([*lines[:first], *stub, *lines[last:]])
    mark = b"\xef\xbb\xbf" if source.startswith(b"\xef\xbb\xbf") else b""
    writing.replace(folder.network, mark + changed.encode("utf-8", "surrogateescape"))
    archive = place.relative_to(folder.path).as_posix()
    folder.progress.add(FunctionReset(function=stage.name, archived=archive))
    return place


def archived(folder: Folder, source: bytes) -> Path:
    """A copy of the file under a name that no other has."""
    stem = f"network-{datetime.now():%Y-%m-%d-%H%M%S}"
    try:
        folder.archive.mkdir(exist_ok=True)
        for number in range(1000):
            place = folder.archive / (f"{stem}-{number}.py" if number else f"{stem}.py")
            with suppress(FileExistsError):
                writing.create(place, source)
                return place
    except (OSError, writing.WritingFault) as fault:
        why = writing.reason(fault.__cause__ or fault)
        raise WorkshopError(
            f"nothing was changed: {folder.archive} cannot be written: {why}"
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
