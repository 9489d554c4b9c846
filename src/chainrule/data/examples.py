"""Checked arrays of inputs and labels, on their way from a file to a data set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.data.dataset import Label
from chainrule.data.errors import DataError
from chainrule.data.grey import grey
from chainrule.ground.words import counted

MOST_CLASSES = 1000
SMALLEST_PICTURE = 64  # pixels: a table of fewer columns holds features
FULL_SCALES = (1, 16, 255, 65535)  # a bit, a 4 x 4 count, a byte, two bytes
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs `values` (m, n) uint8, float32 or float64, finite; labels `y` (m,).

    Labels are int64, float64 where some are not whole, or words as objects.

    `pictures` is true for inputs stored as images or bytes: pixels, not negative. Rows of numbers
    may be pixels or features, see `are_features`.
    """

    values: np.ndarray
    y: np.ndarray
    image_shape: tuple[int, int] | None
    pictures: bool

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Parts:
    """What a file or folder holds: examples to train on, and others if it keeps them apart.

    A folder may hold a test part alone. Labels are the places of `classes`, where the format names
    them. `label` is the column of a table that they were.

    `white` is the value that stands for 1, where the format fixes it; None leaves it to the
    largest value.
    `columns` are the names of the inputs, where a header gives each one of its own.
    """

    train: Examples | None
    validation: Examples | None = None
    test: Examples | None = None
    classes: tuple[str, ...] | None = None
    warnings: tuple[str, ...] = ()
    inverted: bool | None = None
    white: float | None = None
    columns: tuple[str, ...] | None = None
    label: Label | None = None

    def given(self) -> dict[str, Examples]:
        """The parts that are there, by name."""
        every = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in every.items() if part is not None}


def examples(
    inputs: np.ndarray,
    labels: np.ndarray,
    inputs_from: str,
    labels_from: str,
    *,
    pictures: bool | None = None,
) -> Examples:
    """Check inputs (m, ...) and labels (m,); `inputs_from` and `labels_from` name them in errors.

    Labels may be a column (m, 1) or one-hot (m, k), too. `pictures`: whether the inputs are
    pixels; by default images and bytes are.
    """
    if inputs.ndim < 2:
        raise DataError(
            f"{inputs_from}: shape {inputs.shape}, one number an example; expected images "
            "(m, height, width) or rows (m, n). Are images and labels swapped?"
        )
    labels = _in_one_column(labels, labels_from)
    if len(inputs) != len(labels):
        raise DataError(
            f"{labels_from}: {counted(len(labels), 'label')} for the "
            f"{counted(len(inputs), 'example')} of "
            f"{inputs_from}; expected as many labels as examples"
        )
    if inputs.size == 0:
        raise DataError(f"{inputs_from}: shape {inputs.shape}: there is nothing in it")
    if pictures is None:
        pictures = inputs.ndim > 2 or inputs.dtype == np.uint8
    values = _without_colour(_checked_values(inputs, inputs_from, pictures), inputs_from)
    image = (values.shape[1], values.shape[2]) if values.ndim == 3 else square(values.shape[1])
    y = _checked_labels(labels, labels_from)
    return Examples(values.reshape(len(values), -1), y, image, pictures)


def compact(numbers: np.ndarray) -> np.ndarray:
    """Rows as uint8 if all are whole numbers from 0 to 255, as float32 if all lie in [0, 1]."""
    rows = smallest(numbers)
    if rows.dtype != np.uint8 and rows.min() >= 0 and rows.max() <= 1:
        return rows.astype(np.float32)
    return rows


def smallest(numbers: np.ndarray) -> np.ndarray:
    """Rows as uint8 if all are whole numbers from 0 to 255, else as float64: nothing is lost."""
    if numbers.min() >= 0 and numbers.max() <= 255:
        as_bytes = numbers.astype(np.uint8)
        if np.array_equal(as_bytes, numbers):
            return as_bytes
    return numbers.astype(np.float64)


def are_features(parts: list[Examples]) -> bool:
    """Whether rows of numbers are features, each with a unit of its own, and no pixels.

    Pixels are what was stored as images or bytes, numbers from 0 to 1, and whole numbers from 0
    to 255 in as many columns as a square picture of at least 8 x 8 has pixels.
    """
    if any(part.pictures for part in parts):
        return False
    if all(part.values.min() >= 0 and part.values.max() <= 1 for part in parts):
        return False
    n = parts[0].values.shape[1]
    whole = all(part.values.dtype == np.uint8 for part in parts)
    return not (whole and n >= SMALLEST_PICTURE and square(n))


def square(n: int) -> tuple[int, int] | None:
    """The shape of a square image of n pixels, if there is one."""
    side = round(n**0.5)
    return (side, side) if n > 1 and side * side == n else None


def full_scale(largest: float) -> float:
    """The value that stands for 1: the smallest of 1, 16, 255, 65535 not below `largest`."""
    return next((float(scale) for scale in FULL_SCALES if largest <= scale), float(largest))


def some(items: list[str]) -> str:
    """The first of many."""
    return ", ".join(items[:5]) + (", ..." if len(items) > 5 else "")


def _without_colour(images: np.ndarray, where: str) -> np.ndarray:
    """Images (m, h, w, 3) or (m, h, w, 1) as (m, h, w); fewer dimensions are left alone."""
    if images.ndim <= 3:
        return images
    if images.ndim == 4 and images.shape[3] == 1:
        return images[..., 0]
    if images.ndim == 4 and images.shape[3] in (3, 4):
        return grey(images[..., :3])
    raise DataError(
        f"{where}: shape {images.shape}; expected images (m, height, width), in colour "
        "(m, height, width, 3), or rows (m, n)"
    )


def _checked_values(inputs: np.ndarray, where: str, pictures: bool) -> np.ndarray:
    if inputs.dtype == np.uint8:
        return inputs
    if inputs.dtype.kind not in "biuf":
        raise DataError(f"{where}: values of type {inputs.dtype}; expected numbers")
    if inputs.dtype.kind == "f":
        _refuse(~np.isfinite(inputs), inputs, where, "expected finite numbers")
    if inputs.dtype.kind == "f" and max(inputs.max(), -inputs.min()) > LARGEST:
        _refuse(abs(inputs) > LARGEST, inputs, where, "expected a float32's range")
    if not pictures:
        return compact(inputs)
    _refuse(inputs < 0, inputs, where, "expected no negative pixel; shift or scale them first")
    if inputs.dtype.kind in "biu" and inputs.max() <= 255:
        return inputs.astype(np.uint8)
    return inputs.astype(np.float32, copy=False)


def _in_one_column(labels: np.ndarray, where: str) -> np.ndarray:
    """Labels (m,) of a column (m, 1), or of rows (m, k), 1 for the class and 0 elsewhere."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        return labels[:, 0]
    numbers = labels.ndim == 2 and labels.dtype.kind in "biuf"
    if numbers and np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all():
        return labels.argmax(axis=1)
    if labels.ndim != 1:
        raise DataError(
            f"{where}: shape {labels.shape}; expected one label an example, (m,), or one-hot rows "
            "(m, classes). Are images and labels swapped?"
        )
    return labels


def _checked_labels(labels: np.ndarray, where: str) -> np.ndarray:
    """Labels as int64 or float64, or as words."""
    if labels.dtype.kind in "US":
        text = labels.astype(str)
        return np.array([word.strip() for word in text.tolist()], dtype=object)
    if labels.dtype == object and all(isinstance(label, str) for label in labels.tolist()):
        return labels
    if labels.dtype.kind not in "biuf":
        raise DataError(f"{where}: labels of type {labels.dtype}; expected numbers or words")
    if labels.dtype.kind != "f":
        return labels.astype(np.int64)
    _refuse(~np.isfinite(labels), labels, where, "expected a finite number for every example")
    whole = labels == np.floor(labels)
    if whole.all() and np.abs(labels).max(initial=0) < 2**53:
        return labels.astype(np.int64)
    return labels.astype(np.float64)


def _refuse(bad: np.ndarray, values: np.ndarray, where: str, advice: str) -> None:
    """Raise DataError naming the first value that is bad, and how many there are."""
    if not bad.any():
        return
    at = np.unravel_index(int(bad.argmax()), bad.shape)
    place = ", ".join(str(int(index)) for index in at)
    others = int(bad.sum()) - 1
    more = f" and {others:,} more" if others else ""
    raise DataError(f"{where}: {values[at]} at [{place}]{more}; {advice}")
