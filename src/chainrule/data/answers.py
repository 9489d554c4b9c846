"""What the labels of all parts come to: classes with names, or numbers to come near to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import MOST_CLASSES
from chainrule.data.label_column import are_many
from chainrule.data.paths import natural_order


def are_numbers(
    labels: Sequence[np.ndarray], task: str | None, features: bool, source: str
) -> bool:
    """Whether labels are numbers to come near to, and name no classes.

    They are where some are not whole, and beside features where so many of them differ that they
    measure something. `task` decides it: `numbers` or `classes`.
    """
    words = next((part[0] for part in labels if part.dtype == object and len(part)), None)
    if task == "numbers" and words is not None:
        raise DataError(
            lambda name: (
                f"{source}: the labels are words, such as {words[:40]!r}; expected numbers, choose "
                f"another column with {name('label')}"
            )
        )
    if words is not None:
        return False
    if task is not None:
        return task == "numbers"
    together = np.concatenate(list(labels))
    if together.dtype.kind == "f":
        return True
    return features and are_many(len(np.unique(together)), len(together))


def as_classes(
    labels: Sequence[np.ndarray], names: tuple[str, ...] | None, source: str
) -> tuple[list[np.ndarray], tuple[str, ...]]:
    """The class (m,) int64 of each label, part by part, and the names of the classes.

    Labels of named classes are their places already, or their names. Others are sorted: numbers
    by size, words in natural order (2 before 10).
    """
    if any(part.dtype == object for part in labels):
        if not all(part.dtype == object for part in labels):
            raise DataError(
                f"{source}: labels are words in one part and numbers in another; expected one kind"
            )
        there = {str(word) for part in labels for word in part.tolist()}
        words = names or tuple(sorted(there, key=lambda word: (natural_order(word), word)))
        _not_too_many(len(words), source)
        code = {word: place for place, word in enumerate(words)}
        return [
            np.array([code[word] for word in part.tolist()], np.int64) for part in labels
        ], words
    if names is not None:
        return [part.astype(np.int64) for part in labels], names
    values = np.unique(np.concatenate(list(labels)))
    _not_too_many(len(values), source)
    classes = tuple(f"{value:.15g}" for value in values.tolist())
    return [np.searchsorted(values, part).astype(np.int64) for part in labels], classes


def _not_too_many(classes: int, source: str) -> None:
    if classes > MOST_CLASSES:
        raise DataError(
            f"{source}: the labels are {classes:,} different ones; expected at most "
            f"{MOST_CLASSES:,} classes"
        )
