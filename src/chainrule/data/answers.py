"""What the labels of all parts come to: classes, each with its name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import MOST_CLASSES
from chainrule.data.paths import natural_order


def are_numbers(labels: Sequence[np.ndarray]) -> bool:
    """Whether some labels are not whole: they name no classes."""
    return any(part.dtype.kind == "f" for part in labels)


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
