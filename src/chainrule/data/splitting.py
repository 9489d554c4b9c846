"""Checked examples as a data set in three splits: to train on, to choose with, to test once."""

from __future__ import annotations

import numpy as np

from chainrule.data.dataset import Dataset, Split, Standard, class_counts, read_only
from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, are_features, full_scale, some
from chainrule.ground.words import counted, visible

VALIDATION_AND_TEST = 0.15  # of the examples each, where the files have no parts of their own
VALIDATION_OF_TRAIN = 1 / 6  # where they have a test part: 10,000 of MNIST's 60,000


def assemble(name: str, source: str, parts: Parts, seed: int) -> Dataset:
    """A data set of checked parts; what has no validation or test part of its own is split.

    Splits are stratified and depend on nothing but the labels and `seed`. Without parts: 70 %
    to train on, 15 % to choose with, 15 % to test. With a test part: one in six for validation.
    With a validation part: 15 % to test.
    """
    given = [part for part in (parts.train, parts.validation, parts.test) if part is not None]
    for part in given[1:]:
        if part.values.shape[1] != parts.train.values.shape[1]:
            raise DataError(
                f"{source}: {parts.train.values.shape[1]} inputs in the training part and "
                f"{part.values.shape[1]} in another; expected the same number in every part"
            )
    highest = max(int(part.y.max()) for part in given)
    classes = parts.classes or tuple(str(label) for label in range(highest + 1))
    if parts.train.y.min() == parts.train.y.max():
        raise DataError(
            f"{source}: every example has the label {classes[parts.train.y[0]]}; expected at least "
            "two classes"
        )
    three = _three(parts, source, seed)
    if are_features(given):
        standard = Standard.of(three[0].values)
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
        warnings=tuple(
            visible(warning)
            for warning in (
                *parts.warnings,
                *_untaught(train, classes, named=parts.classes is not None),
            )
        ),
    )


def _untaught(train: Split, classes: tuple[str, ...], *, named: bool) -> list[str]:
    """A warning of classes that the training part does not show."""
    empty = [
        name
        for name, count in zip(classes, class_counts(train, len(classes)), strict=True)
        if not count
    ]
    if not empty:
        return []
    why = "" if named else f", for the highest label is {classes[-1]}: check the labels"
    return [
        f"no example in train of {len(empty):,} of the {len(classes):,} classes "
        f"({some(empty)}); a network has an output for each{why}"
    ]


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


def _three(parts: Parts, source: str, seed: int) -> tuple[Examples, Examples, Examples]:
    rng = np.random.default_rng(seed)
    train, validation, test = parts.train, parts.validation, parts.test
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
    order = stratified_order(whole.y, rng)
    values, y = whole.values[order], whole.y[order]
    return [
        Examples(v, labels, whole.image_shape, whole.pictures)
        for v, labels in zip(np.split(values, at), np.split(y, at), strict=True)
    ]
