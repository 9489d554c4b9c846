"""A table of text: one example a row, a label and its inputs in columns (Kaggle's layout).

With a header, the label is the column named label, class, target, digit or y; without one it is
the first column. Cells are separated by commas, semicolons or tabs.
"""

import csv
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, examples
from chainrule.data.opening import open_file

LABEL_NAMES = ("label", "class", "target", "digit", "y")
ROWS_AT_A_TIME = 2000
LONGEST_LINE = 4_000_000  # characters: a million cells
WELL_KNOWN = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
}


def read_table(path: Path) -> Parts:
    """The examples of a CSV file, as one part. DataError names the row and column at fault."""
    with open_file(path) as file:
        start = file.read(1 << 16)
        for magic, kind in WELL_KNOWN.items():
            if start.startswith(magic):
                raise DataError(
                    f"{path}: {kind}; expected data with labels, such as a folder with one "
                    "sub-folder of pictures for each class"
                )
        if not start.strip():
            raise DataError(f"{path}: empty; expected a row for each example, label first")
        if b"\0" in start:
            raise DataError(
                f"{path}: begins with bytes {start[:4].hex(' ')}, no format known here; "
                "expected IDX, .npz or a table of text (CSV)"
            )
    try:
        return Parts(train=_read(path))
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text ({error.reason}); save it as UTF-8") from error


def _read(path: Path) -> Examples:
    with path.open(encoding="utf-8-sig", newline=None) as file:
        first = file.readline(LONGEST_LINE)
        while first and not first.strip():
            first = file.readline(LONGEST_LINE)
        if len(first) == LONGEST_LINE:
            raise DataError(f"{path}: a first line without end; expected a row for each example")
        delimiter = max(",;\t", key=first.count)
        cells = next(csv.reader([first], delimiter=delimiter))
        if len(cells) < 2:
            raise DataError(
                f"{path}: one column ({first.strip()[:40]!r}); expected a label and inputs, "
                "separated by commas"
            )
        header = _is_header(cells)
        label = _label_column(path, cells) if header else 0
        chunks: list[np.ndarray] = []
        labels: list[np.ndarray] = []
        lines = iter(file) if header else _chain(first, file)
        while chunk := [line for line in islice(lines, ROWS_AT_A_TIME) if line.strip()]:
            try:
                numbers = np.loadtxt(
                    chunk, delimiter=delimiter, comments=None, quotechar='"', ndmin=2
                )
            except ValueError as error:
                raise _first_fault(path, delimiter, cells, header) or DataError(
                    f"{path}: {error}"
                ) from error
            if numbers.shape[1] != len(cells) or not np.isfinite(numbers).all():
                raise _first_fault(path, delimiter, cells, header) or DataError(
                    f"{path}: a row of {numbers.shape[1]} cells; expected {len(cells)}"
                )
            labels.append(numbers[:, label])
            chunks.append(_compact(np.delete(numbers, label, axis=1)))
    if not chunks:
        raise DataError(f"{path}: a header and no rows; expected a row for each example")
    name = cells[label] if header else "column 1"
    return examples(np.concatenate(chunks), np.concatenate(labels), str(path), f"{path}: {name}")


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _compact(numbers: np.ndarray) -> np.ndarray:
    """Bytes if all are whole numbers from 0 to 255, else float32."""
    as_bytes = np.clip(numbers, 0, 255).astype(np.uint8)
    return as_bytes if np.array_equal(as_bytes, numbers) else numbers.astype(np.float32)


def _is_header(cells: list[str]) -> bool:
    """Whether the first row names columns: by a known name, or by being mostly words."""
    if any(cell.strip().casefold() in LABEL_NAMES for cell in cells):
        return True
    return sum(_number(cell) is None for cell in cells) > len(cells) / 2


def _label_column(path: Path, cells: list[str]) -> int:
    names = [cell.strip().casefold() for cell in cells]
    for name in LABEL_NAMES:
        if name in names:
            return names.index(name)
    raise DataError(
        f"{path}: no column of labels among {', '.join(cells[:3])}, ...; "
        f"expected one named {', '.join(LABEL_NAMES)}"
    )


def _first_fault(path: Path, delimiter: str, cells: list[str], header: bool) -> DataError | None:
    """Reads the table again, slowly, to say where its first fault is."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            rows = (row for row in reader if any(cell.strip() for cell in row))
            for row in islice(rows, int(header), None):
                if len(row) != len(cells):
                    return DataError(
                        f"{path}: row {reader.line_num} has {len(row)} cells; "
                        f"expected {len(cells)}, as in the first row"
                    )
                for column, cell in enumerate(row, 1):
                    number = _number(cell)
                    if number is None or not math.isfinite(number):
                        name = f" ({cells[column - 1]})" if header else ""
                        return DataError(
                            f"{path}: row {reader.line_num}, column {column}{name}: "
                            f"{cell[:40]!r}; expected a finite number"
                        )
        except csv.Error as error:
            return DataError(f"{path}: row {reader.line_num}: {error}")
    return None


def _number(cell: str) -> float | None:
    try:
        return None if "_" in cell else float(cell)  # Python reads 1_000, NumPy does not
    except ValueError:
        return None
