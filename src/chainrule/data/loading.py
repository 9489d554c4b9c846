"""Loading a data set by its name, or the user's own from a file or folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainrule.data import digits
from chainrule.data.dataset import Dataset
from chainrule.data.download import Progress, download
from chainrule.data.errors import DataError
from chainrule.data.examples import Parts
from chainrule.data.formats import read_parts
from chainrule.data.paths import not_there, refused, user_path
from chainrule.data.published import (
    PUBLISHED,
    cache_folder,
    folder_of,
    is_whole,
    read_published,
    recognise,
)
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.source_file import SourceFile
from chainrule.data.splitting import assemble, to_measure
from chainrule.ground.words import nearest


def load(
    source: str | Path = "digits",
    *,
    data_dir: str | Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    label: str | None = None,
    task: str | None = None,
    test: str | Path | None = None,
    train_on_all: bool = False,
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
    proportion, by `seed`. `test` is a file or folder with the test part. With `train_on_all`
    nothing is held back: the parts that the data do not have are empty. `label` is the column of
    labels of a table: its name, or `first`, or `last`; `Dataset.label` says which one was taken.
    `task` is `classes` or `numbers`: where labels are numbers to come near to, `Dataset.target`
    says which. They are by themselves where some are not whole, or where very many of them differ.
    DataError, one line, if the data cannot be used.
    """
    if not isinstance(source, (str, Path)):  # what Python code may hand over
        raise DataError(
            f"{source!r:.40} of type {type(source).__name__} is no data set; expected "
            f"{', '.join(map(repr, names()))}, or the path of your own data"
        )
    reading = Reading(label, task, test, train_on_all)
    if isinstance(source, str) and source in names():
        if reading != AS_FOUND:
            setting = next(name for name, given in reading.settings().items() if given)
            raise DataError(
                f"is for your own files, and {source} has its label and its parts; leave it out",
                setting=setting,
            )
        if source == "digits":
            return digits.read_digits()
        return _load_published(source, _path(data_dir), progress)
    return _load_own(source, seed, reading)


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


def load_to_measure(
    source: str | Path,
    *,
    data_dir: str | Path | None = None,
    label: str | None = None,
    likely: str | None = None,
    task: str | None = None,
) -> Dataset:
    """A data set to measure a network by: all of a person's own examples, none held back.

    What has a test part of its own has it in `test`; what has none is all in `train`. There may be
    one class alone, and test files without any to train on. `label` is the column of labels that
    is asked for, `likely` the one that is taken if it is there.
    """
    if isinstance(source, str) and source in names():
        return load(source, data_dir=data_dir)
    path, parts = _parts(source, Reading(label, task, likely=likely))
    return recognise(parts) or to_measure(_name(path), str(path), parts, task)


def _load_own(source: str | Path, seed: int, reading: Reading) -> Dataset:
    path, parts = _parts(source, reading)
    known = None if reading.whole else recognise(parts)
    return known or assemble(_name(path), str(path), parts, seed, reading)


def _name(path: Path) -> str:
    """The name of a data set of one's own: `train` of `train.csv.gz`."""
    whole = path.resolve()
    return Path(whole.name if whole.is_dir() else SourceFile(whole).plain_name).stem


def _parts(source: str | Path, reading: Reading) -> tuple[Path, Parts]:
    path = user_path(source)
    try:
        if not path.exists():
            plain_name = isinstance(source, str) and len(path.parts) == 1 and not path.suffix
            raise _unknown_name(str(source)) if plain_name else not_there(path)
        return path, read_parts(path, reading)
    except OSError as error:
        raise refused(path, error) from error


def _unknown_name(name: str) -> DataError:
    close = nearest(name, names())
    hint = f"did you mean {close[0]!r}?" if close else "check the name"
    return DataError(
        f"{name!r} is no data set known by name, and no file or folder here; {hint} "
        f"(known are {', '.join(names())}), or give the path of your own data"
    )


def _path(data_dir: str | Path | None) -> Path | None:
    return None if data_dir is None else user_path(data_dir)
