"""The sheets that come with the package, and sheets by name, file or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.sheet import Sheet
from chainrule.algebra.language.sheet_lines import parse_sheet
from chainrule.algebra.language.sheet_text import MAX_SHEET_LENGTH
from chainrule.ground.words import did_you_mean

SUFFIX = ".net"


class UnknownSheet(AlgebraError):
    """No sheet has that name and no file is there. `known` lists the names."""

    def __init__(self, name: str) -> None:
        self.known = sheet_names()
        known = f"the sheets are {', '.join(self.known)}"
        close = did_you_mean(name, self.known, otherwise="")
        hint = f"{close} {known}" if close else known
        super().__init__(f"no sheet is called {name[:60]!r} and there is no such file; {hint}")


@dataclass(frozen=True, slots=True)
class ShippedSheet:
    """A sheet that comes with the package: its name, what it is in one sentence, its text."""

    name: str
    description: str
    text: str

    @property
    def group(self) -> Literal["calculus", "network"]:
        """A network's sheet has a cost, `C`; one of calculus has a function."""
        return "network" if re.search(r"^C\s*=", self.text, re.MULTILINE) else "calculus"

    def to_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "group": self.group,
            "description": self.description,
            "text": self.text,
        }


def sheet_names() -> tuple[str, ...]:
    """The names of the shipped sheets, in the order of the alphabet."""
    folder = files("chainrule.algebra") / "sheets"
    found = (file.name for file in folder.iterdir() if file.name.endswith(SUFFIX))
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found))


def shipped(name: str) -> ShippedSheet:
    """The shipped sheet of that name. Raises UnknownSheet."""
    if name not in sheet_names():
        raise UnknownSheet(name)
    source = (files("chainrule.algebra") / "sheets" / f"{name}{SUFFIX}").read_text("utf-8")
    return ShippedSheet(name, source.splitlines()[0].removeprefix("#").strip(), source)


def sheet_source(source: str | Path) -> str:
    """The text of a sheet: of a shipped one by its name, of a file, or the text itself.

    What has a line break, `:` or `=` in it and names no file is a text. Raises UnknownSheet, or
    AlgebraError if a file cannot be read.
    """
    if isinstance(source, str):
        if source in sheet_names():
            return shipped(source).text
        if "\n" in source or "\0" in source or len(source) > 1000:
            return source
    path = Path(source)
    if path.is_file():
        return _read(path)
    if path.is_dir():
        raise AlgebraError(f"{path} is a folder; a sheet is a file of text")
    if isinstance(source, str) and (":" in source or "=" in source):
        return source
    raise UnknownSheet(str(source))


def load_sheet(source: str | Path) -> Sheet:
    """The sheet of that name, file or text; see `sheet_source`. Raises SheetError too.

    What is wrong in a file names the file.
    """
    words = sheet_source(source)
    try:
        return parse_sheet(words)
    except AlgebraError as error:
        if words != source:
            error.file = source
        raise


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(4 * MAX_SHEET_LENGTH + 1)
    except OSError as error:
        raise AlgebraError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > 4 * MAX_SHEET_LENGTH:
        raise AlgebraError(f"{path} is larger than any sheet: {MAX_SHEET_LENGTH} characters")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AlgebraError(f"{path} is not text in UTF-8: byte {error.start} is wrong") from error
