"""Checked examples as a data set in three splits: to train on, to choose with, to test once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from chainrule.data.answers import are_numbers, as_classes
from chainrule.data.dataset import Dataset, Split, Standard, Target, class_counts, read_only
from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, are_features, full_scale, some
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.ground.words import counted, visible

VALIDATION_AND_TEST = 0.15  # of the examples each, where the files have no parts of their own
VALIDATION_OF_TRAIN = 1 / 6  # where they have a test part: 10,000 of MNIST's 60,000
OFTEN = 5  # examples: where most classes have as many, a class with one looks like a slip
FEW = 20  # examples, of which so few are left to test that the result says little


def assemble(
    name: str, source: str, parts: Parts, seed: int, reading: Reading = AS_FOUND
) -> Dataset:
    """A data set to train on; what has no validation or test part of its own is split.

    Splits are stratified and depend on nothing but the labels and `seed`. Without parts: 70 %
    to train on, 15 % to choose with, 15 % to test. With a test part: one in six for validation.
    With a validation part: 15 % to test. Where all are to be trained on, nothing is held back.
    """
    parts, classes = with_answers(parts, source, reading.task)
    train = parts.train
    if train is None:
        raise DataError(
            f"{source}: test files and none to train on; expected train-images-idx3-ubyte and "
            "train-labels-idx1-ubyte, plain or .gz"
        )
    if train.y.min() == train.y.max():
        only = f"label {classes[train.y[0]]}" if classes else f"number {train.y[0]:g}"
        raise DataError(f"{source}: every example has the {only}; expected at least two classes")
    if reading.whole:
        three = unsplit(parts)
    else:
        three = _three(train, parts.validation, parts.test, source, seed)
    data = _dataset(name, source, parts, three, classes)
    return replace(data, warnings=(*data.warnings, *_remarks(data, len(train), reading)))


def to_measure(name: str, source: str, parts: Parts, task: str | None = None) -> Dataset:
    """A data set to measure a network by: its parts as they are, any of them empty."""
    parts, classes = with_answers(parts, source, task)
    return _dataset(name, source, parts, unsplit(parts), classes)


def with_answers(
    parts: Parts, source: str, task: str | None = None
) -> tuple[Parts, tuple[str, ...]]:
    """The parts with labels k for the class `classes[k]`, and the names of the classes.

    Where labels are numbers to come near to, they are float64 and there are no classes.
    """
    given = parts.given()
    sizes = [part.values.shape[1] for part in given.values()]
    for size in sizes[1:]:
        if size != sizes[0]:
            raise DataError(
                f"{source}: {sizes[0]} inputs in the training part and "
                f"{size} in another; expected the same number in every part"
            )
    labels = [part.y for part in given.values()]
    features = are_features(list(given.values()))
    if parts.classes is None and are_numbers(labels, task, features, source):
        labels, classes = [y.astype(np.float64) for y in labels], ()
    else:
        labels, classes = as_classes(labels, parts.classes, source)
    labelled = {
        name: replace(part, y=y) for (name, part), y in zip(given.items(), labels, strict=True)
    }
    return replace(parts, **labelled), classes


def unsplit(parts: Parts) -> tuple[Examples, Examples, Examples]:
    """The parts as they are, empty where there are none."""
    some = next(iter(parts.given().values()))
    none = replace(some, values=some.values[:0], y=some.y[:0])
    return parts.train or none, parts.validation or none, parts.test or none


def _dataset(
    name: str,
    source: str,
    parts: Parts,
    three: tuple[Examples, Examples, Examples],
    classes: tuple[str, ...],
) -> Dataset:
    given = [part for part in three if len(part)]
    if are_features(given):
        standard = Standard.of(given[0].values)
        splits = [Split(standard.apply(part.values), 1.0, part.y) for part in three]
        features = {
            name: read_only(part.values.astype(np.float64))
            for name, part in zip(("train", "validation", "test"), three, strict=True)
        }
        shapes = set()
    else:
        standard = features = None
        white = parts.white or full_scale(max(float(part.values.max()) for part in given))
        splits = [Split(_stored(part.values), 1 / white, part.y) for part in three]
        shapes = {part.image_shape for part in given}
    target = None
    if not classes:
        called = parts.label.asked_as if parts.label is not None else None
        target = Target.of(visible(called or "the label"), given[0].y)
        splits = [replace(split, y=target.apply(split.y)) for split in splits]
    train, validation, test = splits
    return Dataset(
        name=visible(name),
        train=train,
        validation=validation,
        test=test,
        classes=tuple(map(visible, classes)),
        image_shape=shapes.pop() if len(shapes) == 1 else None,
        source=visible(source),
        inverted=parts.inverted,
        standard=standard,
        features=features,
        columns=parts.columns,
        label=parts.label,
        target=target,
        warnings=tuple(map(visible, parts.warnings)),
    )


def _remarks(data: Dataset, examples: int, reading: Reading) -> list[str]:
    """What looks wrong about the classes and the split."""
    remarks = _remarks_on_classes(data) if data.classes else []
    if examples < FEW and not reading.whole and len(data.train) < examples:
        remarks.append(
            f"{len(data.train)} of {counted(examples, 'example')} are trained on: the others, held "
            "back to choose with and to test, are too few to tell much"
        )
    return remarks


def _remarks_on_classes(data: Dataset) -> list[str]:
    """What looks wrong about the classes."""
    counts, *others = (
        np.array(class_counts(split, len(data.classes))) for split in data.splits().values()
    )
    everywhere = counts + sum(others)
    empty = [name for name, count in zip(data.classes, counts, strict=True) if not count]
    remarks: list[str] = []
    if empty:
        remarks.append(
            f"no example in train of {len(empty):,} of the {len(data.classes):,} classes "
            f"({some(empty)}); a network has an output for each: check the labels"
        )
    single = [name for name, count in zip(data.classes, everywhere, strict=True) if count == 1]
    if single and np.median(everywhere) >= OFTEN:
        remarks.append(
            f"1 example of class {some(single)}, and a network has an output for each class: check "
            "the labels"
        )
    return remarks


def _stored(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == np.uint8 else values.astype(np.float32, copy=False)


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


def _three(
    train: Examples, validation: Examples | None, test: Examples | None, source: str, seed: int
) -> tuple[Examples, Examples, Examples]:
    rng = np.random.default_rng(seed)
    wanted = (validation is None) + (test is None)
    if len(train) <= wanted:
        raise DataError(
            f"{source}: {counted(len(train), 'example')}; "
            f"expected at least {wanted + 1}, to split them"
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
    numbers = whole.y.dtype.kind == "f"
    order = rng.permutation(len(whole)) if numbers else stratified_order(whole.y, rng)
    values, y = whole.values[order], whole.y[order]
    return [
        replace(whole, values=part, y=labels)
        for part, labels in zip(np.split(values, at), np.split(y, at), strict=True)
    ]
