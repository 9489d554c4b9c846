"""The bundled digits laid out as Kaggle's Digit Recognizer: train.csv, and a bare test.csv."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import chainrule as cr

PIXELS = [f"pixel{i}" for i in range(64)]


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_digits(folder: Path) -> list[str]:
    """Both files in a folder; the labels of test.csv, which are not in it."""
    data = cr.load("digits")
    pairs = zip(data.train.y, data.train.values, strict=True)
    write_csv(folder / "train.csv", ["label", *PIXELS], [[int(y), *map(int, x)] for y, x in pairs])
    write_csv(folder / "test.csv", PIXELS, [list(map(int, row)) for row in data.test.values])
    return [str(y) for y in data.test.y]
