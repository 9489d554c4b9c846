"""Checked arrays of inputs and labels, on their way from a file to a data set."""

from dataclasses import dataclass

import numpy as np

from chainrule.data.dataset import Dataset, Split
from chainrule.data.errors import DataError

MOST_CLASSES = 1000
FULL_SCALES = (1, 16, 255, 65535)  # a bit, a 4 x 4 count, a byte, two bytes
VALIDATION_AND_TEST = 0.15  # of the examples each, where the files have no parts of their own
VALIDATION_OF_TRAIN = 1 / 6  # where they have a test part: 10,000 of MNIST's 60,000


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs `values` (m, n) uint8 or float32, finite and not negative; labels `y` (m,) int64."""

    values: np.ndarray
    y: np.ndarray
    image_shape: tuple[int, int] | None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Parts:
    """What a file or folder holds: examples to train on, and others if it keeps them apart."""

    train: Examples
    validation: Examples | None = None
    test: Examples | None = None
    classes: tuple[str, ...] | None = None
    warnings: tuple[str, ...] = ()
    inverted: bool | None = None


def examples(
    inputs: np.ndarray, labels: np.ndarray, inputs_from: str, labels_from: str
) -> Examples:
    """Checks inputs (m, ...) and labels (m,); the two last arguments name them in errors."""
    if inputs.ndim < 2:
        raise DataError(
            f"{inputs_from}: shape {inputs.shape}, one number an example; expected images "
            "(m, height, width) or rows (m, n). Are images and labels swapped?"
        )
    if labels.ndim != 1:
        raise DataError(
            f"{labels_from}: shape {labels.shape}; expected one integer label an example, (m,)"
        )
    if len(inputs) != len(labels):
        raise DataError(
            f"{labels_from}: {len(labels):,} labels for the {len(inputs):,} examples of "
            f"{inputs_from}; expected as many labels as examples"
        )
    if inputs.size == 0:
        raise DataError(f"{inputs_from}: shape {inputs.shape}: there is nothing in it")
    rows = _checked_values(inputs, inputs_from).reshape(len(inputs), -1)
    image = (inputs.shape[1], inputs.shape[2]) if inputs.ndim == 3 else square(inputs[0].size)
    return Examples(rows, _checked_labels(labels, labels_from), image)


def square(n: int) -> tuple[int, int] | None:
    """The shape of a square image of n pixels, if there is one."""
    side = round(n**0.5)
    return (side, side) if n > 1 and side * side == n else None


def full_scale(largest: float) -> float:
    """The value that stands for 1: the smallest of 1, 16, 255, 65535 not below `largest`."""
    return next((float(scale) for scale in FULL_SCALES if largest <= scale), float(largest))


def assemble(name: str, source: str, parts: Parts, seed: int) -> Dataset:
    """A data set of checked parts; what has no validation or test part of its own is split.

    Splits are stratified and depend on nothing but the labels and `seed`. Without parts: 70 %
    to train on, 15 % to choose with, 15 % to test. With a test part: one in six for validation.
    """
    given = [part for part in (parts.train, parts.validation, parts.test) if part is not None]
    for part in given[1:]:
        if part.values.shape[1] != parts.train.values.shape[1]:
            raise DataError(
                f"{source}: {parts.train.values.shape[1]} inputs in the training part and "
                f"{part.values.shape[1]} in another; expected the same number in every part"
            )
    highest = max(int(part.y.max()) for part in given)
    if parts.train.y.min() == parts.train.y.max():
        raise DataError(
            f"{source}: every example has the label {highest}; expected at least two classes"
        )
    classes = parts.classes or tuple(str(label) for label in range(highest + 1))
    scale = 1 / full_scale(max(float(part.values.max()) for part in given))
    train, validation, test = _three(parts, source, seed)
    shapes = {part.image_shape for part in given}
    return Dataset(
        name=name,
        train=Split(train.values, scale, train.y),
        validation=Split(validation.values, scale, validation.y),
        test=Split(test.values, scale, test.y),
        classes=classes,
        image_shape=shapes.pop() if len(shapes) == 1 else None,
        source=source,
        inverted=parts.inverted,
    )


def stratified_order(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An order (m,) of the examples any stretch of which holds each class in its proportion.

    Class by class the examples are shuffled and laid out evenly between 0 and 1; all classes
    together are then read from left to right.
    """
    place = np.empty(len(y))
    for label in np.unique(y):
        members = np.flatnonzero(y == label)
        place[rng.permutation(members)] = (np.arange(len(members)) + 0.5) / len(members)
    return np.argsort(place, kind="stable")


def _three(parts: Parts, source: str, seed: int) -> tuple[Examples, Examples, Examples]:
    rng = np.random.default_rng(seed)
    train, validation, test = parts.train, parts.validation, parts.test
    wanted = (validation is None) + (test is None)
    if len(train) <= wanted:
        raise DataError(
            f"{source}: {len(train)} examples; expected at least {wanted + 1}, to split them"
        )
    if wanted == 2:
        held = max(1, round(VALIDATION_AND_TEST * len(train)))
        train, validation, test = _cut(train, [len(train) - 2 * held, len(train) - held], rng)
    elif validation is None:
        held = max(1, round(VALIDATION_OF_TRAIN * len(train)))
        train, validation = _cut(train, [len(train) - held], rng)
    elif test is None:
        held = max(1, round(VALIDATION_AND_TEST * len(train)))
        train, test = _cut(train, [len(train) - held], rng)
    assert validation is not None
    assert test is not None
    return train, validation, test


def _cut(whole: Examples, at: list[int], rng: np.random.Generator) -> list[Examples]:
    order = stratified_order(whole.y, rng)
    values, y = whole.values[order], whole.y[order]
    return [
        Examples(v, labels, whole.image_shape)
        for v, labels in zip(np.split(values, at), np.split(y, at), strict=True)
    ]


def _checked_values(inputs: np.ndarray, where: str) -> np.ndarray:
    if inputs.dtype == np.uint8:
        return inputs
    if inputs.dtype.kind not in "biuf":
        raise DataError(f"{where}: values of type {inputs.dtype}; expected numbers")
    if inputs.dtype.kind == "f":
        _refuse(~np.isfinite(inputs), inputs, where, "expected finite numbers")
    _refuse(inputs < 0, inputs, where, "expected no negative input; shift or scale them first")
    if inputs.dtype.kind in "biu" and inputs.max() <= 255:
        return inputs.astype(np.uint8)
    if inputs.max() > np.finfo(np.float32).max:
        _refuse(inputs > np.finfo(np.float32).max, inputs, where, "expected a float32's range")
    return inputs.astype(np.float32, copy=False)


def _checked_labels(labels: np.ndarray, where: str) -> np.ndarray:
    if labels.dtype.kind not in "biuf":
        raise DataError(f"{where}: labels of type {labels.dtype}; expected integers from 0")
    advice = f"expected a whole number from 0 to {MOST_CLASSES - 1}"
    if labels.dtype.kind == "f":
        _refuse(~np.isfinite(labels), labels, where, advice)
        _refuse(labels != np.floor(labels), labels, where, advice)
    if labels.dtype.kind != "b":
        _refuse((labels < 0) | (labels >= MOST_CLASSES), labels, where, advice)
    return labels.astype(np.int64)


def _refuse(bad: np.ndarray, values: np.ndarray, where: str, advice: str) -> None:
    """Raises DataError naming the first value that is bad, and how many there are."""
    if not bad.any():
        return
    at = np.unravel_index(int(bad.argmax()), bad.shape)
    place = ", ".join(str(int(index)) for index in at)
    others = int(bad.sum()) - 1
    more = f" and {others:,} more" if others else ""
    raise DataError(f"{where}: {values[at]} at [{place}]{more}; {advice}")
