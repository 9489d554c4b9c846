"""Finding IDX files: which of a folder's files are the images and labels of which part."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from chainrule.data.emnist import emnist_classes, is_emnist
from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, examples
from chainrule.data.idx import read_idx
from chainrule.data.paths import DAMAGED, list_folder

# train-images-idx3-ubyte.gz, t10k-labels.idx1-ubyte, emnist-letters-test-images-idx3-ubyte, ...
NAME = re.compile(
    r"(?:.*?[-_.])??(?:(train|t10k|test|validation|valid|val)[-_.])?(images|labels)(?:[-_.].*)?$",
    re.IGNORECASE,
)
PARTS = {
    "train": "train",
    "t10k": "test",
    "test": "test",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
}
QMNIST_COLUMNS = 8
NOT_IDX = (
    ".csv", ".npz", ".npy", ".txt", ".parquet", ".mat", ".h5", ".hdf5", ".arff", ".pkl", DAMAGED,
)  # fmt: skip
Pair = dict[str, Path]  # "images" and "labels"


def find_pairs(folder: Path) -> dict[str, Pair]:
    """The IDX files of a folder by part ("train", "validation", "test", or "" for none).

    Of a file that is there both plain and gzipped, the plain one, which is read faster.
    DataError if two different files claim the same place.
    """
    pairs: dict[str, Pair] = {}
    for path in list_folder(folder):
        match = NAME.match(path.name)
        if not match or not path.is_file() or path.suffix.casefold() in NOT_IDX:
            continue
        part = PARTS[match[1].casefold()] if match[1] else ""
        pair = pairs.setdefault(part, {})
        kind = match[2].casefold()
        before = pair.get(kind)
        if before is not None and before.name.removesuffix(".gz") != path.name.removesuffix(".gz"):
            raise DataError(
                f"{folder}: {before.name} and {path.name} are both the {part or 'only'} {kind}; "
                "expected one data set in a folder, put each in its own"
            )
        if before is None or before.suffix == ".gz":
            pair[kind] = path
    return pairs


def read_pairs(folder: Path, pairs: dict[str, Pair]) -> Parts:
    """Read the examples of every pair; DataError if half of a pair is missing."""
    for part, pair in pairs.items():
        for kind in ("images", "labels"):
            if kind not in pair:
                other = next(iter(pair.values()))
                raise DataError(
                    f"{folder}: {other.name} is there, its {kind} are not; expected a file "
                    f"{_partner_name(other.name)} beside it"
                )
        if part == "" and len(pairs) > 1:
            raise DataError(
                f"{folder}: {pair['images'].name} is of no part, other files are; "
                "expected names that begin with train and t10k"
            )
    whole = "" if "" in pairs else "train"
    read = {part: _read_pair(pair) for part, pair in pairs.items()}
    classes = emnist_classes(next(iter(pairs.values()))["images"].name)
    return Parts(read.get(whole), read.get("validation"), read.get("test"), classes)


def _read_pair(pair: Pair) -> Examples:
    """The examples of a pair of files, as they are to be seen."""
    images, labels = read_idx(pair["images"]), read_idx(pair["labels"])
    if labels.ndim == 2 and labels.shape[1] == QMNIST_COLUMNS:
        labels = labels[:, 0]  # the class; the others tell of the writer
    name = pair["images"].name
    if is_emnist(name) and images.ndim == 3:
        images = images.swapaxes(1, 2)
    found = examples(images, labels, str(pair["images"]), str(pair["labels"]))
    classes = emnist_classes(name)
    if classes is None:
        return found
    y = found.y - (1 if classes[0] == "a" else 0)
    if y.min() < 0 or y.max() >= len(classes):
        raise DataError(
            f"{pair['labels']}: labels from {found.y.min()} to {found.y.max()}; expected those of "
            f"EMNIST's {len(classes)} classes"
        )
    return replace(found, y=y)


def pair_of(path: Path) -> Pair:
    """The pair that one IDX file of images or labels belongs to, its partner beside it."""
    match = NAME.match(path.name)
    if not match:
        raise DataError(
            f"{path}: an IDX file whose name says neither images nor labels; expected a name "
            "such as train-images-idx3-ubyte with train-labels-idx1-ubyte beside it"
        )
    kind = match[2].casefold()
    stem = _partner_name(path.name).removesuffix(".gz")
    for name in (stem, f"{stem}.gz"):
        if (path.parent / name).is_file():
            return {kind: path, _other(kind): path.parent / name}
    raise DataError(f"{path}: its {_other(kind)} are missing; expected a file {stem} beside it")


def _partner_name(name: str) -> str:
    """train-images-idx3-ubyte.gz to train-labels-idx1-ubyte.gz, and back."""
    swapped = re.sub("images|labels", lambda m: _other(m[0]), name, flags=re.IGNORECASE)
    dimensions = "1" if re.search("images", name, re.IGNORECASE) else "3"
    return re.sub(r"idx\d", f"idx{dimensions}", swapped)


def _other(kind: str) -> str:
    return "labels" if kind.casefold() == "images" else "images"
