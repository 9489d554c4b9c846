"""A table of text: one example a row, a label and its inputs in columns (Kaggle's layout).

The label is the column named label, class, target, digit or y; where none is, the only column of
words; where there is none and no header, the first column. Labels are whole numbers from 0, or
words, which name the classes. Commas, semicolons or tabs separate the cells.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import LARGEST, MOST_CLASSES, Parts, compact, examples, smallest
from chainrule.data.paths import natural_order, open_file
from chainrule.ground.words import counted

LABEL_NAMES = ("label", "class", "target", "digit", "y")
ROWS_AT_A_TIME = 2000
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
BLANK = ' "\t\r\n\f\v\xa0'  # the characters of a blank cell
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
        return _read(path)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text ({error.reason}); save it as UTF-8") from error


@dataclass(frozen=True)
class Columns:
    """The layout of a table, from its first rows: the separator, the names, the label column."""

    delimiter: str
    names: tuple[str, ...] | None  # of a header
    count: int
    label: int

    def inputs(self) -> tuple[str, ...] | None:
        """The names of the inputs, where a header gives each one of its own."""
        if self.names is None or len(set(self.names)) < self.count:
            return None
        return tuple(name for place, name in enumerate(self.names) if place != self.label)

    def called(self, column: int) -> str:
        """`column 3 (petal width)`."""
        name = f" ({self.names[column]})" if self.names else ""
        return f"column {column + 1}{name}"


def _read(path: Path) -> Parts:
    with path.open(encoding="utf-8-sig", newline=None) as file:
        first = _next_line(path, file)
        second = _next_line(path, file)
        columns = _columns(path, first, second)
        chunks: list[np.ndarray] = []
        labels: list[str] = []
        lines = chain([second] if columns.names else [first, second], file)
        written = (line for line in lines if line.strip(BLANK + columns.delimiter))
        while chunk := list(islice(written, ROWS_AT_A_TIME)):
            chunks.append(_numbers(path, chunk, columns, labels))
    if not chunks:
        raise DataError(f"{path}: a header and no rows; expected a row for each example")
    y, classes = _labels(path, labels, columns)
    label = columns.names[columns.label] if columns.names else columns.called(columns.label)
    inputs = compact(np.concatenate(chunks))
    rows = examples(inputs, y, str(path), f"{path}: {label}", pictures=False)
    warnings = tuple(_row_numbers(inputs, columns))
    return Parts(train=rows, classes=classes, columns=columns.inputs(), warnings=warnings)


def _next_line(path: Path, file: TextIO) -> str:
    """The next line that is not blank, or nothing."""
    line = file.readline(LONGEST_LINE)
    while line and not line.strip(BLANK + ",;"):
        line = file.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE:
        raise DataError(f"{path}: a line without end; expected a row for each example")
    return line


def _columns(path: Path, first: str, second: str) -> Columns:
    delimiter = max("\t;,", key=first.count)  # a comma may be a decimal one
    cells, below = (
        next(csv.reader([line], delimiter=delimiter), list[str]()) for line in (first, second)
    )
    if len(cells) < 2:
        raise DataError(
            f"{path}: one column ({first.strip()[:40]!r}); expected a label and inputs, "
            "separated by commas"
        )
    header = _is_header(cells)
    return Columns(
        delimiter,
        tuple(cell.strip() for cell in cells) if header else None,
        len(cells),
        _label_column(path, cells, below) if header else _only_words(cells) or 0,
    )


def _numbers(path: Path, chunk: list[str], columns: Columns, labels: list[str]) -> np.ndarray:
    """The inputs in some lines; the cells of their labels are added to `labels`."""

    def keep(cell: str) -> float:
        labels.append(cell)
        return 0.0

    before = len(labels)
    try:
        numbers = np.loadtxt(
            chunk,
            delimiter=columns.delimiter,
            comments=None,
            quotechar='"',
            ndmin=2,
            converters={columns.label: keep},
        )
    except ValueError as error:
        raise _first_fault(path, columns) or DataError(f"{path}: {error}") from error
    inputs = np.delete(numbers, columns.label, axis=1)
    if (
        numbers.shape[1] != columns.count
        or len(labels) - before != len(numbers)
        or not (np.abs(inputs) <= LARGEST).all()
    ):
        raise _first_fault(path, columns) or DataError(
            f"{path}: a row of {numbers.shape[1]} cells; expected {columns.count}"
        )
    return smallest(inputs)


def _labels(
    path: Path, cells: list[str], columns: Columns
) -> tuple[np.ndarray, tuple[str, ...] | None]:
    """The label of each example, and the names of the classes where they are words."""
    numbers = [_number(cell) for cell in cells]
    if all(number is not None and math.isfinite(number) for number in numbers):
        return np.array(numbers, np.float64), None
    words = [cell.strip() for cell in cells]
    if any(number is not None for number in numbers) or not all(words):
        fault = _first_fault(path, columns, number_as_label=numbers[0] is not None)
        raise fault or DataError(f"{path}: labels that are partly numbers; expected one kind")
    classes = sorted(set(words), key=lambda word: (natural_order(word), word))
    if len(classes) > MOST_CLASSES:
        raise DataError(
            f"{path}: {columns.called(columns.label)} holds {len(classes):,} different words; "
            f"expected the names of at most {MOST_CLASSES:,} classes"
        )
    code = {word: label for label, word in enumerate(classes)}
    return np.array([code[word] for word in words]), tuple(classes)


def _row_numbers(inputs: np.ndarray, columns: Columns) -> list[str]:
    """A warning for each column that only counts the rows: an example's place is no input."""
    places = [place for place in range(columns.count) if place != columns.label]
    return [
        f"{columns.called(place)} counts the rows and is taken as an input; delete it, unless it "
        "describes the example"
        for place, column in zip(places, inputs.T, strict=True)
        if len(column) > 2 and _counts(column)
    ]


def _counts(column: np.ndarray) -> bool:
    """Whether these are whole numbers, each the one before and 1."""
    first, second = map(float, column[:2])
    if not first.is_integer() or second != first + 1:
        return False
    return bool((np.diff(column.astype(np.float64)) == 1).all())


def _only_words(cells: list[str]) -> int | None:
    """The column whose cell is no number, if there is just one."""
    words = [
        column
        for column, cell in enumerate(cells)
        if _number(cell) is None and not DECIMAL_COMMA.fullmatch(cell.strip())
    ]
    return words[0] if len(words) == 1 and cells[words[0]].strip() else None


def _is_header(cells: list[str]) -> bool:
    """Whether the first row names columns: by a known name, or by being mostly words."""
    if any(cell.strip().casefold() in LABEL_NAMES for cell in cells):
        return True
    return sum(_number(cell) is None for cell in cells) > len(cells) / 2


def _label_column(path: Path, header: list[str], below: list[str]) -> int:
    names = [cell.strip().casefold() for cell in header]
    for name in LABEL_NAMES:
        if name in names:
            return names.index(name)
    words = _only_words(below)
    if words is not None and len(below) == len(header):
        return words
    more = ", ..." if len(header) > 3 else ""
    raise DataError(
        f"{path}: no column of labels among {', '.join(header[:3])}{more}; "
        f"expected one named {', '.join(LABEL_NAMES)}, or one column of words"
    )


def _first_fault(
    path: Path, columns: Columns, number_as_label: bool | None = None
) -> DataError | None:
    """The first fault of the table, with its row and column: it is read again, slowly.

    `number_as_label`: whether the first label is a number, where all must be of one kind.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=columns.delimiter)
        try:
            rows = (row for row in reader if any(cell.strip() for cell in row))
            for row in islice(rows, int(columns.names is not None), None):
                if len(row) != columns.count:
                    return DataError(
                        f"{path}: row {reader.line_num} has {counted(len(row), 'cell')}; "
                        f"expected {columns.count}, as in the first row"
                    )
                for column, cell in enumerate(row):
                    expected = (
                        _expected_label(cell, number_as_label)
                        if column == columns.label
                        else _expected_input(cell)
                    )
                    if expected is not None:
                        return DataError(
                            f"{path}: row {reader.line_num}, {columns.called(column)}: "
                            f"{cell[:40]!r}; expected {expected}"
                        )
        except csv.Error as error:
            return DataError(f"{path}: row {reader.line_num}: {error}")
    return None


def _expected_input(cell: str) -> str | None:
    """What the cell of an input should hold instead; None if it is right."""
    number = _number(cell)
    if DECIMAL_COMMA.fullmatch(cell.strip()):
        return "a number with a decimal point, not a comma"
    if number is None or not math.isfinite(number):
        return "a finite number"
    return f"a number from {-LARGEST:.1e} to {LARGEST:.1e}" if abs(number) > LARGEST else None


def _expected_label(cell: str, number_as_label: bool | None) -> str | None:
    """What the cell of a label should hold instead; None if it is right."""
    number = _number(cell)
    if not cell.strip():
        return "a label"
    if number is not None and not math.isfinite(number):
        return "a finite number, or a word for the class"
    if number_as_label is not None and (number is not None) != number_as_label:
        kind = "number" if number_as_label else "word"
        return f"a {kind}, as the first label is; all of one kind"
    return None


def _number(cell: str) -> float | None:
    try:
        return None if "_" in cell else float(cell)  # Python reads 1_000, NumPy does not
    except ValueError:
        return None
