"""A folder of pictures: one sub-folder a class, its name the class's name.

The classes may lie in sub-folders train, validation and test. All pictures become grey and of
one size: their own, if all have the same and it is at most 64 x 64; otherwise 28 x 28, keeping
their proportions. If they are mostly dark on light, all are inverted: networks here see light
ink on black, and so do the pictures that they are asked about later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, examples
from chainrule.data.paths import list_folder
from chainrule.data.picture import fit_within, picture_size, read_image, resize
from chainrule.ground.words import counted

SUFFIXES = {
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".tif", ".tiff", ".webp",
    ".pgm", ".pbm", ".ppm", ".pnm",
}  # fmt: skip
PART_NAMES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}
LARGEST_KEPT = 64
MOST_DAMAGED = 0.5  # of all pictures: a folder with more is no data set
COMMON_SHAPE = (28, 28)
EVEN = 40  # grey values: what differs less from the border is paper too
MOST, MIXED = 0.9, 0.02  # parts of all pictures


def read_picture_folder(folder: Path) -> Parts:
    """The pictures of a folder, by part, labelled by their sub-folders in natural order."""
    parts: dict[str, Path] = {}
    for sub in _sub_folders(folder):
        part = part_named(sub.name) or ""
        if part and part in parts:
            raise DataError(
                f"{folder}: {parts[part].name} and {sub.name} both name the {part} part; expected "
                "one of them"
            )
        parts[part] = sub
    if "train" not in parts or "" in parts:
        parts = {"train": folder}
    folders = _sub_folders(parts["train"])
    filled = [sub for sub in folders if list_folder(sub)]
    classes = tuple(sub.name for sub in (filled if len(filled) > 1 else folders))
    if len(classes) < 2:
        raise DataError(
            f"{parts['train']}: {counted(len(classes), 'sub-folder')}; "
            "expected one sub-folder of pictures for each class, at least two"
        )
    pictures: dict[str, list[tuple[Path, int]]] = {}
    for part, place in parts.items():
        pictures[part] = []
        for sub in _sub_folders(place):
            if not list_folder(sub):
                continue
            if sub.name not in classes:
                raise DataError(
                    f"{sub}: a class that {parts['train']} does not have; expected "
                    f"only {', '.join(classes[:12])}"
                )
            label = classes.index(sub.name)
            pictures[part] += [(path, label) for path in _pictures(sub)]
        if not pictures[part]:
            there = [path.name for sub in _sub_folders(place) for path in list_folder(sub)]
            seen = f", and {counted(len(there), 'other file')} such as {there[0]}" if there else ""
            raise DataError(
                f"{place}: no pictures in its sub-folders{seen}; expected files such as .png or "
                ".jpg"
            )
    sizes, damaged = _sizes([path for labelled in pictures.values() for path, _ in labelled])
    shape, warnings = _common_shape(sizes)
    read: dict[str, np.ndarray] = {}
    for part, labelled in pictures.items():
        whole = [(path, label) for path, label in labelled if path in sizes]
        read[part], pictures[part], faults = _read(whole, shape)
        damaged += faults
        if not pictures[part]:
            raise damaged[0]
    read, inverted, mixed = _light_on_dark(read)
    warnings += mixed + _left_out(damaged, len(sizes), parts)
    given: dict[str, Examples] = {}
    for part, labelled in pictures.items():
        labels, where = np.array([label for _, label in labelled]), str(parts[part])
        given[part] = examples(read[part], labels, where, where)
    return Parts(
        given["train"],
        given.get("validation"),
        given.get("test"),
        classes,
        warnings,
        inverted=inverted,
        white=255,
    )


def place_picture(
    path: Path, image_shape: tuple[int, int], *, inverted: bool | None = None
) -> np.ndarray:
    """One more picture, prepared like those of a folder: (height, width) float32 in [0, 1].

    `inverted` says whether its ground is the lighter part; None takes what its border tells.
    """
    grey = _placed(path, image_shape)
    light = _border_median(grey) > 127 if inverted is None else inverted
    return np.multiply(255 - grey if light else grey, np.float32(1 / 255), dtype=np.float32)


def is_picture_folder(name: str | Path) -> bool:
    """Whether a path is a folder, to be read picture by picture."""
    return Path(name).expanduser().is_dir()


def pictures_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The pictures of a folder in natural order, and the files in it that are none."""
    files = [path for path in list_folder(folder) if not path.is_dir()]
    pictures = [path for path in files if path.suffix.casefold() in SUFFIXES]
    if not pictures:
        raise DataError(f"{folder}: no pictures in it; expected files such as .png or .jpg")
    return pictures, [path for path in files if path not in pictures]


def _sub_folders(folder: Path) -> list[Path]:
    return [path for path in list_folder(folder) if path.is_dir()]


def _pictures(folder: Path) -> list[Path]:
    return [path for path in list_folder(folder) if path.suffix.casefold() in SUFFIXES]


def part_named(name: str) -> str | None:
    """The part that a file or folder holds by its name: `train`, `mnist_test`, `training_set`."""
    words = re.split(r"[-_. ]", name.casefold())
    return next((PART_NAMES[word] for word in (words[-1], *words) if word in PART_NAMES), None)


def _left_out(damaged: list[DataError], whole: int, parts: Mapping[str, Path]) -> tuple[str, ...]:
    """Warnings of pictures that cannot be read, and of files beside the others that are none."""
    warnings: list[str] = []
    if damaged:
        everything = counted(whole + len(damaged), "picture")
        warnings.append(f"{len(damaged)} of {everything} left out; the first: {damaged[0]}")
    others = [
        path
        for place in parts.values()
        for sub in _sub_folders(place)
        for path in list_folder(sub)
        if path.suffix.casefold() not in SUFFIXES
    ]
    if others:
        what = counted(len(others), "file")
        warnings.append(f"{what} not read as a picture, such as {others[0]}; left out")
    return tuple(warnings)


def _sizes(paths: list[Path]) -> tuple[dict[Path, tuple[int, int]], list[DataError]]:
    """The size of each picture, and what is wrong with those that have none."""
    sizes: dict[Path, tuple[int, int]] = {}
    faults: list[DataError] = []
    for path in paths:
        try:
            sizes[path] = picture_size(path)
        except DataError as fault:
            faults.append(fault)
    if len(faults) > MOST_DAMAGED * len(paths):
        raise faults[0]
    return sizes, faults


def _common_shape(sizes: Mapping[Path, tuple[int, int]]) -> tuple[tuple[int, int], tuple[str, ...]]:
    """The shape to bring all pictures to, and a warning where a few odd ones decide it."""
    paths, shapes = list(sizes), list(sizes.values())
    shape, times = Counter(shapes).most_common(1)[0]
    if max(shape) > LARGEST_KEPT:
        return COMMON_SHAPE, ()
    odd = [path for path, other in zip(paths, shapes, strict=True) if other != shape]
    if not odd:
        return shape, ()
    if times <= len(paths) / 2:
        return COMMON_SHAPE, ()
    first = shapes[paths.index(odd[0])]
    return COMMON_SHAPE, (
        f"{times:,} pictures are {_size(shape)} and {len(odd):,} not, such as {odd[0]} "
        f"({_size(first)}): all are brought to {_size(COMMON_SHAPE)}; take the odd ones out to "
        "keep the others as they are",
    )


def _size(shape: tuple[int, int]) -> str:
    """As people give it, the width first."""
    return f"{shape[1]} x {shape[0]}"


def _read(
    labelled: list[tuple[Path, int]], shape: tuple[int, int]
) -> tuple[np.ndarray, list[tuple[Path, int]], list[DataError]]:
    """The pictures (m, h, w) that can be read, which these are, and what is wrong with others."""
    images = np.empty((len(labelled), *shape), np.uint8)
    whole: list[tuple[Path, int]] = []
    faults: list[DataError] = []
    for path, label in labelled:
        try:
            images[len(whole)] = _placed(path, shape)
        except DataError as fault:
            faults.append(fault)
            continue
        whole.append((path, label))
    if len(faults) > MOST_DAMAGED * len(labelled):
        raise faults[0]
    return images[: len(whole)], whole, faults


def _placed(path: Path, shape: tuple[int, int]) -> np.ndarray:
    """The picture in the middle of a field of this shape (h, w), uint8, on its own ground."""
    grey = read_image(path)
    small = np.clip(resize(grey, fit_within(grey.shape, shape)), 0, 1)
    image = np.full(shape, round(255 * _border_median(small)), np.uint8)
    top, left = ((field - side) // 2 for field, side in zip(shape, small.shape, strict=True))
    image[top : top + small.shape[0], left : left + small.shape[1]] = np.rint(255 * small)
    return image


def _light_on_dark(
    read: dict[str, np.ndarray],
) -> tuple[dict[str, np.ndarray], bool, tuple[str, ...]]:
    """All pictures with light ink on dark, whether most were turned round, and a warning if mixed.

    Where some are dark on light and some light on dark, and nearly all are plain paper with ink on
    it, each is turned by its own border; else all are, or none.
    """
    light = {part: np.array([_border_median(one) > 127 for one in read[part]]) for part in read}
    every = np.concatenate(list(light.values()))
    inverted = bool(every.mean() > 0.5)
    plain = np.mean([_is_plain(one) for images in read.values() for one in images])
    if not (plain > MOST and MIXED < every.mean() < 1 - MIXED):
        return ({part: 255 - read[part] for part in read} if inverted else read), inverted, ()
    turned = {
        part: np.where(light[part][:, None, None], 255 - images, images)
        for part, images in read.items()
    }
    warning = (
        f"{int(every.sum()):,} of {len(every):,} pictures are dark on light, the others light on "
        "dark: each is turned to light on dark"
    )
    return turned, inverted, (warning,)


def _is_plain(image: np.ndarray) -> bool:
    """Whether a picture is one grey, but for the smaller part of it."""
    off = np.abs(image.astype(int) - round(_border_median(image))) > EVEN
    return bool(_border(off).mean() < 0.25 and 0 < off.mean() < 0.5)


def _border_median(image: np.ndarray) -> float:
    return float(np.median(_border(image)))


def _border(image: np.ndarray) -> np.ndarray:
    return np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])
