"""The paths that a person names: files and folders that are there, may be read, are no trap."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

from chainrule.data.errors import DataError
from chainrule.ground.words import ALIKE, nearest

DAMAGED = ".damaged"  # added to the name of a file that was set aside
VERY_NEAR, SAME_ENDING = 0.85, 0.7  # of difflib's ratio
LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")  # of macOS and Windows
MAX_BYTES = 2 * 1024**3  # larger than any data set of this size of problem (EMNIST: 0.55 GB)


def user_path(name: str | Path) -> Path:
    """The path that a person wrote, ~ standing for their home."""
    if not isinstance(name, (str, Path)):  # what Python code may hand over
        raise DataError(
            f"{name!r:.40} of type {type(name).__name__} is no name; expected the path of a file "
            "or folder, as text"
        )
    if name == "":
        raise DataError("an empty name; expected the path of a file or folder")
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise DataError(f"{name}: {error}; write the path out in full") from error


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading bytes; DataError says why it cannot be."""
    try:
        if not path.exists():
            raise not_there(path)
        if not path.is_file():
            raise DataError(f"{path}: not a regular file; expected a file of data")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError(f"{path}: {size:,} bytes; expected at most {MAX_BYTES:,}")
        return path.open("rb")
    except OSError as error:
        raise refused(path, error) from error


def is_litter(name: str) -> bool:
    """Whether a file or folder is hidden, or left by a system beside what a person put there."""
    return name.startswith(".") or name in LITTER


def list_folder(folder: Path) -> list[Path]:
    """The contents of a folder without hidden names, in natural order (2 before 10)."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not is_litter(entry.name)]
    except FileNotFoundError as error:
        raise not_there(folder) from error
    except OSError as error:
        raise refused(folder, error) from error
    return [folder / name for name in sorted(names, key=natural_order)]


def set_aside(folder: Path) -> list[Path]:
    """The damaged files that a download moved out of its way."""
    return [path for path in list_folder(folder) if path.suffix == DAMAGED]


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """A sorting key by which "digit 2" comes before "digit 10"."""
    key: list[tuple[int, int, str]] = []
    for part in re.findall(r"\d+|\D+", name):
        if part.isdecimal():
            # By length, then as text: Python refuses to make one int of thousands of digits.
            digits = "".join(str(int(digit)) for digit in part).lstrip("0")
            key.append((0, len(digits), digits))
        else:
            key.append((1, 0, part.casefold()))
    return key


def not_there(path: Path) -> DataError:
    """The error for a path that does not exist, with the nearest name that does."""
    if path.is_symlink():
        return DataError(f"{path}: a link to {path.readlink()}, which is not there")
    parent = path.parent
    if not parent.is_dir():
        return DataError(f"{path}: no such file or folder; the folder {parent} is not there either")
    close = nearest_name(path.name, [entry.name for entry in list_folder(parent)])
    hint = f"did you mean {close!r}?" if close else "check the name"
    return DataError(f"{path}: no such file or folder; {hint}")


def nearest_name(name: str, there: list[str]) -> str | None:
    """The file that this name was probably meant for.

    The names are compared without their endings: .safetensors alone makes no two names alike.
    Under another ending, only a name that is almost the same will do.
    """
    asked = Path(name)

    def near(others: list[str], alike: float) -> list[str]:
        stems = {Path(other).stem: other for other in others}
        return [stems[stem] for stem in nearest(asked.stem, stems, alike=alike)]

    def ends_alike(other: str) -> bool:
        endings = (asked.suffix, Path(other).suffix)
        return not any(endings) or bool(nearest(endings[0], endings[1:], alike=SAME_ENDING))

    same_ending = [other for other in there if ends_alike(other)]
    return next(iter(near(same_ending, ALIKE) or near(there, VERY_NEAR)), None)


def refused(path: Path, error: OSError) -> DataError:
    """The error for a file or folder that the system refuses."""
    if isinstance(error, PermissionError):
        return DataError(f"{path}: no permission to read it; change its permissions or copy it")
    return DataError(f"{path}: cannot be read: {error.strerror or error}")
