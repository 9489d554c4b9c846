"""Loading a data set by its name, or the user's own from a file or folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.data import digits
from chainrule.data.csv_table import read_table
from chainrule.data.dataset import Dataset
from chainrule.data.download import Progress, download
from chainrule.data.errors import DataError
from chainrule.data.examples import Parts
from chainrule.data.idx import GZIP_MAGIC
from chainrule.data.idx_folder import find_pairs, pair_of, read_pairs
from chainrule.data.npz import read_npz
from chainrule.data.paths import list_folder, not_there, open_file, refused, user_path
from chainrule.data.picture_folder import read_picture_folder
from chainrule.data.published import (
    PUBLISHED,
    cache_folder,
    folder_of,
    is_whole,
    read_published,
    recognise,
)
from chainrule.data.splitting import assemble
from chainrule.ground.words import counted, nearest


def load(
    source: str | Path = "digits",
    *,
    data_dir: str | Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Dataset:
    """A data set in three splits: one to train on, one to choose with, one to test once.

    `source` is "digits" (bundled), "mnist", "fashion-mnist", or the path of the user's own data:
    an IDX file or folder, an .npz file as Keras's mnist.npz, a CSV file with a column of labels,
    or a folder with one sub-folder of pictures for each class.

    The two that are not bundled come from `data_dir`, from the folder that CHAINRULE_DATA names,
    from the user's cache, or from a download that calls `progress(file, bytes, of)`. Each of their
    files must have the published SHA-256. They have 50,000 / 10,000 / 10,000 examples, the last
    10,000 of the training file for validation (M. Nielsen, mnist_loader.py).

    Whole numbers from 0 to 255 in a table of at least 8 x 8 columns, a square number, are pixels,
    as images are: divided by 255, or by 16 if none is larger. Numbers from 0 to 1 stay as they
    are. The columns of any other table are features, each brought to mean 0 and spread 1 by the
    training part. `Dataset.preparation` names the case, `Dataset.warnings` what looks wrong.

    The user's own data, where not in parts already, are split 70 / 15 / 15, each class in its
    proportion, by `seed`. DataError, one line, if the data cannot be used.
    """
    if not isinstance(source, (str, Path)):  # what Python code may hand over
        raise DataError(
            f"{source!r:.40} of type {type(source).__name__} is no data set; expected "
            f"{', '.join(map(repr, names()))}, or the path of your own data"
        )
    if source == "digits":
        return digits.read_digits()
    if isinstance(source, str) and source in PUBLISHED:
        return _load_published(source, _path(data_dir), progress)
    return _load_own(source, seed)


def fetch(
    name: str,
    *,
    data_dir: str | Path | None = None,
    progress: Progress | None = None,
    mirrors: Sequence[str] | None = None,
) -> Path:
    """The folder that holds a data set, whole and verified; a download fills it if need be.

    A download goes to `data_dir`/name if given, otherwise to the user's cache. It tries `mirrors`,
    one after the other, instead of the public addresses.
    """
    if name == "digits":
        return digits.bundled_folder()
    if name not in PUBLISHED:
        raise _unknown_name(name)
    published, place = PUBLISHED[name], _path(data_dir)
    if place is None:
        return download(published, folder_of(published, None), progress, mirrors)
    try:
        folder = folder_of(published, place) if place.exists() else None
    except OSError as error:
        raise refused(place, error) from error
    if folder is None or folder == cache_folder(published):
        folder = place / name
    return download(published, folder, progress, mirrors)


def names() -> tuple[str, ...]:
    """The data sets known by name."""
    return ("digits", *PUBLISHED)


@dataclass(frozen=True)
class Description:
    """One of the data sets known by name; `where` is its folder, None if not on this computer."""

    name: str
    title: str
    examples: dict[str, int]
    image_shape: tuple[int, int]
    classes: tuple[str, ...]
    licence: str
    source: str
    where: Path | None
    download_bytes: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "examples": dict(self.examples),
            "image_shape": list(self.image_shape),
            "classes": list(self.classes),
            "licence": self.licence,
            "source": self.source,
            "where": str(self.where) if self.where else None,
            "download_bytes": self.download_bytes,
        }


def describe(name: str, *, data_dir: str | Path | None = None) -> Description:
    """The title, size and folder of a data set known by name, without reading or fetching it."""
    if name == "digits":
        return Description(
            name,
            digits.TITLE,
            {"train": digits.TRAIN, "validation": digits.VALIDATION, "test": digits.TEST},
            (8, 8),
            digits.CLASSES,
            digits.LICENCE,
            digits.SOURCE,
            digits.bundled_folder(),
            0,
        )
    if name not in PUBLISHED:
        raise _unknown_name(name)
    published = PUBLISHED[name]
    folder = folder_of(published, _path(data_dir))
    return Description(
        name,
        published.title,
        published.examples,
        (28, 28),
        published.classes,
        published.licence,
        published.source,
        folder if folder is not None and is_whole(published, folder) else None,
        published.download_bytes,
    )


def _load_published(name: str, data_dir: Path | None, progress: Progress | None) -> Dataset:
    published = PUBLISHED[name]
    folder = folder_of(published, data_dir)
    cache = cache_folder(published)
    if folder is None or (folder == cache and not is_whole(published, cache)):
        folder = download(published, progress=progress)
    return read_published(published, folder)


def _load_own(source: str | Path, seed: int) -> Dataset:
    path = user_path(source)
    try:
        if not path.exists():
            plain_name = isinstance(source, str) and len(path.parts) == 1 and not path.suffix
            raise _unknown_name(str(source)) if plain_name else not_there(path)
        parts = _read_folder(path) if path.is_dir() else _read_file(path)
    except OSError as error:
        raise refused(path, error) from error
    return recognise(parts) or assemble(path.resolve().stem, str(path), parts, seed)


def _read_folder(folder: Path) -> Parts:
    pairs = find_pairs(folder)
    if pairs:
        return read_pairs(folder, pairs)
    inside = list_folder(folder)
    if any(path.is_dir() for path in inside):
        return read_picture_folder(folder)
    tables = [path.name for path in inside if path.suffix.casefold() in (".csv", ".npz")]
    advice = (
        f"give the file itself, such as {folder / tables[0]}"
        if tables
        else "expected IDX files (train-images-idx3-ubyte, ...) or a sub-folder of pictures for "
        "each class"
    )
    raise DataError(
        f"{folder}: {counted(len(inside), 'file')} and no data set known here; {advice}"
    )


def _read_file(path: Path) -> Parts:
    """Read a file by its first bytes, whatever its name."""
    with open_file(path) as file:
        start = file.read(6)
    if start.startswith((b"\0\0", GZIP_MAGIC)):
        return read_pairs(path.parent, {"": pair_of(path)})
    if start.startswith(b"PK"):
        return read_npz(path)
    if start == b"\x93NUMPY":
        raise DataError(
            f"{path}: one NumPy array; expected an .npz file with x_train, y_train, x_test, y_test"
        )
    return read_table(path)


def _unknown_name(name: str) -> DataError:
    close = nearest(name, names())
    hint = f"did you mean {close[0]!r}?" if close else "check the name"
    return DataError(
        f"{name!r} is no data set known by name, and no file or folder here; {hint} "
        f"(known are {', '.join(names())}), or give the path of your own data"
    )


def _path(data_dir: str | Path | None) -> Path | None:
    return None if data_dir is None else user_path(data_dir)
