"""A report on a data set: its examples and classes, and what looks wrong, though it can be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data.dataset import Dataset, Label, Split, Target, class_counts
from chainrule.data.download import Progress
from chainrule.data.examples import some
from chainrule.data.loading import load
from chainrule.data.published import PUBLISHED


@dataclass(frozen=True)
class CheckReport:
    """The examples by split, and by class in each split; warnings of what looks wrong.

    `verified` is true of the bundled data set, and if every file has the published SHA-256.
    """

    name: str
    source: str
    verified: bool
    inputs: int
    image_shape: tuple[int, int] | None
    preparation: str
    label: Label | None
    classes: tuple[str, ...]
    target: Target | None
    examples: dict[str, int]
    class_counts: dict[str, list[int]]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "source": self.source,
            "verified": self.verified,
            "inputs": self.inputs,
            "image_shape": list(self.image_shape) if self.image_shape else None,
            "preparation": self.preparation,
            "label": self.label.to_dict() if self.label else None,
            "classes": list(self.classes),
            "target": self.target.to_dict() if self.target else None,
            "examples": dict(self.examples),
            "class_counts": {split: list(counts) for split, counts in self.class_counts.items()},
            "warnings": list(self.warnings),
        }


def check(
    source: str | Path = "digits",
    *,
    data_dir: str | Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    label: str | None = None,
    task: str | None = None,
    test: str | Path | None = None,
) -> CheckReport:
    """Load a data set as `load` does and report on it; DataError if it cannot be used."""
    data = load(
        source,
        data_dir=data_dir,
        seed=seed,
        progress=progress,
        label=label,
        task=task,
        test=test,
    )
    verified = source == "digits" or data.source in {p.source for p in PUBLISHED.values()}
    return CheckReport(
        data.name,
        data.source,
        verified,
        data.train.values.shape[1],
        data.image_shape,
        data.preparation,
        data.label,
        data.classes,
        data.target,
        {name: len(split) for name, split in data.splits().items()},
        {name: class_counts(split, len(data.classes)) for name, split in data.splits().items()},
        tuple(_warnings(data, verified)),
    )


def _warnings(data: Dataset, verified: bool) -> list[str]:
    return [
        *_impostor(data, verified),
        *data.warnings,
        *_empty_classes(data),
        *_shared_examples(data),
        *_blank_examples(data),
    ]


def _impostor(data: Dataset, verified: bool) -> list[str]:
    sizes = tuple(split.values.shape for split in data.splits().values())
    if verified or sizes != ((50_000, 784), (10_000, 784), (10_000, 784)):
        return []
    return [f"of MNIST's size, but not to the bit any of {', '.join(PUBLISHED)}: SHA-256 differs"]


def _empty_classes(data: Dataset) -> list[str]:
    """Classes that the training part shows and another does not."""
    warnings = []
    taught = class_counts(data.train, len(data.classes))
    for name, split in list(data.splits().items())[1:]:
        counts = class_counts(split, len(data.classes))
        empty = [data.classes[k] for k, count in enumerate(counts) if taught[k] and not count]
        if empty:
            warnings.append(f"no example in {name} of class {some(empty)}")
    return warnings


def _shared_examples(data: Dataset) -> list[str]:
    """Examples that are in two splits, pixel for pixel: the second is no fair test of the first."""
    rows = {name: _rows(split) for name, split in data.splits().items()}
    warnings = []
    for known, asked in (("train", "test"), ("validation", "test"), ("train", "validation")):
        seen = set(rows[known])
        shared = [i for i, row in enumerate(rows[asked]) if row in seen]
        if shared:
            examples = some([str(i) for i in shared])
            warnings.append(f"{len(shared)} of {asked} are in {known} too: number {examples}")
    return warnings


def _blank_examples(data: Dataset) -> list[str]:
    warnings = []
    if data.train.values.shape[1] == 1:
        return warnings
    for name, split in data.splits().items():
        blank = np.flatnonzero(split.values.max(axis=1) == split.values.min(axis=1))
        if len(blank):
            numbers = some([str(i) for i in blank])
            warnings.append(f"{len(blank)} of {name} are of one value throughout: number {numbers}")
    return warnings


def _rows(split: Split) -> list[bytes]:
    return [row.tobytes() for row in split.values]
