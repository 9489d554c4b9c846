"""A data set: examples as rows, in three splits, kept as they were stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.data.errors import DataError


@dataclass(frozen=True, eq=False)
class Split:
    """Examples of one split.

    `values` (m, n) are the inputs, uint8 or float32, read-only, and `X` is `values * scale`. Of
    pixels they are exactly as stored, and `X` lies in [0, 1]; of features they are standardised,
    and `scale` is 1. `y` (m,) are the labels, int64, or numbers to come near to, float64,
    read-only. Both may be views of larger arrays.
    """

    values: np.ndarray
    scale: float
    y: np.ndarray

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.dtype not in (np.uint8, np.float32):
            raise DataError(
                f"values of shape {self.values.shape} and type {self.values.dtype}: "
                "expected (m, n) of uint8 or float32"
            )
        if self.y.shape != (len(self.values),) or self.y.dtype not in (np.int64, np.float64):
            raise DataError(
                f"labels of shape {self.y.shape} and type {self.y.dtype}: "
                f"expected ({len(self.values)},) of int64 or float64, one per example"
            )
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "y", read_only(self.y))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def X(self) -> np.ndarray:
        """Inputs (m, n) float32, `values * scale`, computed when first asked for and then kept."""
        return self._X

    @cached_property
    def _X(self) -> np.ndarray:
        return np.multiply(self.values, np.float32(self.scale), dtype=np.float32)


FURTHEST = 1e6  # spreads from the mean: a value beyond is brought to it


@dataclass(frozen=True)
class Standard:
    """The mean and spread of each of the n inputs of a table, which bring it to mean 0, spread 1.

    The spread is the standard deviation. It is 0 for an input that never changes: such an input
    carries nothing and becomes 0, whatever its value.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def of(cls, numbers: np.ndarray) -> Standard:
        """The standard of these rows (m, n)."""
        numbers = numbers.astype(np.float64, copy=False)
        spread = np.where(np.ptp(numbers, axis=0) > 0, numbers.std(axis=0), 0.0)
        return cls(tuple(numbers.mean(axis=0).tolist()), tuple(spread.tolist()))

    def apply(self, numbers: np.ndarray) -> np.ndarray:
        """Rows (m, n) as numbers of spreads from the mean, float32."""
        spread = np.array(self.spread)
        with np.errstate(over="ignore"):
            away = (numbers - np.array(self.mean)) / np.where(spread > 0, spread, np.inf)
        return np.clip(away, -FURTHEST, FURTHEST).astype(np.float32)

    def of_columns(self, places: Sequence[int]) -> Standard:
        """That of these columns, in this order."""
        return Standard(
            tuple(self.mean[place] for place in places),
            tuple(self.spread[place] for place in places),
        )

    def to_dict(self) -> dict[str, list[float]]:
        return {"mean": list(self.mean), "spread": list(self.spread)}


@dataclass(frozen=True)
class Target:
    """Numbers to come near to, and what brings them to mean 0 and spread 1.

    Mean and spread are those of the training part, in units of the target; the spread of a target
    that never changes is 1.
    """

    name: str
    mean: float
    spread: float

    @classmethod
    def of(cls, name: str, numbers: np.ndarray) -> Target:
        """That of these numbers (m,)."""
        spread = float(numbers.std()) if np.ptp(numbers) > 0 else 1.0
        return cls(name, float(numbers.mean()), spread)

    def apply(self, numbers: np.ndarray) -> np.ndarray:
        """Numbers (m,) as a network is to give them: spreads from the mean."""
        return (numbers - self.mean) / self.spread

    def undo(self, outputs: np.ndarray) -> np.ndarray:
        """What a network gives as numbers of the target, float64."""
        return outputs.astype(np.float64) * self.spread + self.mean

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "mean": self.mean, "spread": self.spread}


@dataclass(frozen=True)
class Label:
    """The column of labels of a table: where it is, why it is taken, how to ask for it again.

    `asked_as` is its name in the header, or else `first`, `last` or its number; None for columns
    that are one-hot.
    """

    column: str
    why: str
    asked_as: str | None

    def to_dict(self) -> dict[str, Any]:
        return {"column": self.column, "why": self.why, "asked_as": self.asked_as}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Three splits of one data set: one to train on, one to choose with, one to test once.

    `classes` names the labels: label k is `classes[k]`. `image_shape` is (height, width) if a row
    is a grey image, row by row, and None otherwise. `source` names the origin of the data.
    `inverted`: whether light and dark were swapped in all pictures of a folder; None where no
    picture files were read. `standard` brought inputs that are features to mean 0 and spread 1; it
    is None for pixels. `features` are the features of each split as they came, float64. `columns`
    are the names of the inputs, where the header of a table gives them. `label` is the column of
    labels of a table. `target` is there where labels are numbers to come near to: there are no
    classes then, and `y` are spreads from the mean of the target, float64. `warnings` are lines
    for a person about what looks wrong, though it can be used.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]
    image_shape: tuple[int, int] | None
    source: str
    inverted: bool | None = None
    standard: Standard | None = None
    features: Mapping[str, np.ndarray] | None = None
    columns: tuple[str, ...] | None = None
    label: Label | None = None
    target: Target | None = None
    warnings: tuple[str, ...] = ()

    @property
    def preparation(self) -> str:
        """How the inputs were prepared, in one line."""
        if self.standard is not None:
            return "features, each brought to mean 0 and spread 1 by the training part"
        if self.train.scale == 1:
            return "numbers from 0 to 1, taken as they are"
        return f"pixels, divided by {1 / self.train.scale:,.10g}"

    def prepared_as(self, scale: float, standard: Standard | None) -> Dataset:
        """The same examples, their inputs on the scale that a network was trained on.

        The numbers of its training part bring features there. Pixels stay: 1 is white in every
        data set.
        """
        if self.standard == standard:
            return self

        def prepared(name: str, split: Split) -> Split:
            rows = split.values if self.features is None else self.features[name]
            if standard is None:
                return Split(rows.astype(np.float32), scale, split.y)
            return Split(standard.apply(rows), 1.0, split.y)

        splits = {name: prepared(name, split) for name, split in self.splits().items()}
        return replace(self, standard=standard, **splits)  # pyright: ignore[reportArgumentType]

    def with_columns(self, names: Sequence[str]) -> Dataset:
        """The same examples, their inputs in the order of these names, with all of its own.

        An input that is not there is 0: a word that no example of these has.
        """
        if self.columns is None or not set(self.columns) <= set(names):
            raise DataError(f"the columns {list(names)} are not those of {self.name}")
        if missing := [name for name in names if name not in self.columns]:
            return self._with_zeros(missing).with_columns(names)
        order = [self.columns.index(name) for name in names]
        splits = {
            name: Split(split.values[:, order], split.scale, split.y)
            for name, split in self.splits().items()
        }
        return replace(
            self,
            standard=self.standard and self.standard.of_columns(order),
            features=self.features
            and {name: read_only(rows[:, order]) for name, rows in self.features.items()},
            columns=tuple(names),
            **splits,  # pyright: ignore[reportArgumentType]
        )

    def _with_zeros(self, names: Sequence[str]) -> Dataset:
        """The same examples with more inputs, all 0."""
        assert self.columns is not None

        def wider(rows: np.ndarray) -> np.ndarray:
            return np.hstack([rows, np.zeros((len(rows), len(names)), rows.dtype)])

        zeros = (0.0,) * len(names)
        standard = self.standard
        splits = {
            name: Split(wider(split.values), split.scale, split.y)
            for name, split in self.splits().items()
        }
        return replace(
            self,
            columns=(*self.columns, *names),
            standard=standard and Standard((*standard.mean, *zeros), (*standard.spread, *zeros)),
            features=self.features
            and {name: read_only(wider(rows)) for name, rows in self.features.items()},
            **splits,  # pyright: ignore[reportArgumentType]
        )

    def with_target(self, target: Target) -> Dataset:
        """The same examples, their numbers as spreads from the mean of another target."""
        if self.target is None:
            raise DataError(f"{self.name} has classes; expected numbers to come near to")
        splits = {
            name: replace(split, y=target.apply(self.target.undo(split.y)))
            for name, split in self.splits().items()
        }
        return replace(self, target=target, **splits)  # pyright: ignore[reportArgumentType]

    def labelled_as(self, classes: tuple[str, ...]) -> Dataset:
        """The same examples, label k being `classes[k]`, where they are of these classes only."""
        label = np.array([classes.index(name) for name in self.classes])
        splits = {
            name: Split(split.values, split.scale, label[split.y])
            for name, split in self.splits().items()
        }
        return replace(self, classes=classes, **splits)  # pyright: ignore[reportArgumentType]

    def splits(self) -> dict[str, Split]:
        """The three splits by name, in their order of use."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    def to_dict(self) -> dict[str, Any]:
        """A summary that JSON can hold: counts and shapes, not the examples."""
        return {
            "name": self.name,
            "source": self.source,
            "classes": list(self.classes),
            "target": self.target.to_dict() if self.target else None,
            "image_shape": list(self.image_shape) if self.image_shape else None,
            "inverted": self.inverted,
            "preparation": self.preparation,
            "label": self.label.to_dict() if self.label else None,
            "standard": self.standard.to_dict() if self.standard else None,
            "warnings": list(self.warnings),
            "inputs": self.train.values.shape[1],
            "splits": {
                name: {
                    "examples": len(split),
                    "shape": list(split.values.shape),
                    "type": str(split.values.dtype),
                    "scale": split.scale,
                    "class_counts": class_counts(split, len(self.classes)),
                }
                for name, split in self.splits().items()
            },
        }


def class_counts(split: Split, classes: int) -> list[int]:
    """How many examples each class has; entry k counts label k. Nothing where there is none."""
    return [] if not classes else np.bincount(split.y, minlength=classes).tolist()


def read_only(array: np.ndarray) -> np.ndarray:
    """A view of the array that refuses to be written to. Nothing is copied."""
    view = array.view()
    view.flags.writeable = False
    return view
