"""A data set: examples as rows, in three splits, kept as they were stored."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.data.errors import DataError


@dataclass(frozen=True, eq=False)
class Split:
    """Examples of one split.

    `values` (m, n) are the inputs exactly as stored, uint8 or float32, read-only; `values * scale`
    lies in [0, 1]. `y` (m,) int64 are the labels, read-only. Both may be views of larger arrays.
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
        if self.y.shape != (len(self.values),) or self.y.dtype != np.int64:
            raise DataError(
                f"labels of shape {self.y.shape} and type {self.y.dtype}: "
                f"expected ({len(self.values)},) of int64, one per example"
            )
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "y", read_only(self.y))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def X(self) -> np.ndarray:
        """Inputs (m, n) float32 in [0, 1], computed when first asked for and then kept."""
        return self._X

    @cached_property
    def _X(self) -> np.ndarray:
        return np.multiply(self.values, np.float32(self.scale), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Three splits of one data set: one to train on, one to choose with, one to test once.

    `classes` names the labels: label k is `classes[k]`. `image_shape` is (height, width) if a row
    is a grey image, row by row, and None otherwise. `source` says where the data come from.
    `inverted` is for a folder of pictures, which are taken as they are: whether light and dark were
    changed for each other in all of them. It is None where no picture files were read.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]
    image_shape: tuple[int, int] | None
    source: str
    inverted: bool | None = None

    def splits(self) -> dict[str, Split]:
        """The three splits by name, in their order of use."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    def to_dict(self) -> dict[str, Any]:
        """A summary that JSON can hold: counts and shapes, not the examples."""
        return {
            "name": self.name,
            "source": self.source,
            "classes": list(self.classes),
            "image_shape": list(self.image_shape) if self.image_shape else None,
            "inverted": self.inverted,
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
    """How many examples each class has; entry k counts label k."""
    return np.bincount(split.y, minlength=classes).tolist()


def read_only(array: np.ndarray) -> np.ndarray:
    """A view of the array that refuses to be written to. Nothing is copied."""
    view = array.view()
    view.flags.writeable = False
    return view
