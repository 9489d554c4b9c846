"""Reading a table of text: CSV as people have it, with the row and column of a fault."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from chainrule.data.dialect import (
    LOOKED_AT,
    MISSING,
    Dialect,
    before_pandas,
    find_dialect,
    is_header,
)
from chainrule.data.errors import DataError
from chainrule.data.examples import LARGEST, smallest
from chainrule.data.source_file import SourceFile
from chainrule.data.table import Table, called
from chainrule.ground.words import counted

ROWS_AT_A_TIME = 2000
LONGEST_LINE = 4_000_000  # characters: a million cells
SAMPLE = 1 << 20  # bytes
MOST_TITLES = 5  # lines above a header
LONGEST_CELL = 100  # lines of one cell in quotes
ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
Line = tuple[int, str]


@dataclass(frozen=True)
class Layout:
    """What the first rows tell: the dialect, the names, which columns hold words.

    `skip` are the lines before the first row of examples; `restored` is an example that had become
    a header; `title` are the lines above the header that are no rows.
    """

    source: SourceFile
    encoding: str
    dialect: Dialect
    skip: int
    names: tuple[str, ...] | None
    count: int
    words: tuple[int, ...]
    restored: tuple[str, ...] | None = None
    title: int = 0

    @property
    def numeric(self) -> tuple[int, ...]:
        return tuple(place for place in range(self.count) if place not in self.words)


def read_text_table(source: SourceFile) -> Table:
    """The table in a file of text; DataError names the row and column at fault."""
    return read_rows(find_layout(source))


def read_rows(layout: Layout, classes: Mapping[int, tuple[str, ...]] | None = None) -> Table:
    """The table of this layout; `classes` are those that its header declares, by column."""
    source = layout.source
    lines: list[np.ndarray] = []
    numbers: list[np.ndarray] = []
    words: dict[int, list[str]] = {place: [] for place in layout.words}
    kind: type = np.int64
    rows = _rows(layout)
    while chunk := list(islice(rows, ROWS_AT_A_TIME)):
        block, kind = _numbers(layout, chunk, kind)
        numbers.append(block)
        lines.append(np.array([number for number, _ in chunk]))
        _add_words(layout, chunk, words)
    if not numbers:
        raise DataError(f"{source}: a header and no rows; expected a row for each example")
    return Table(
        str(source),
        layout.names,
        layout.count,
        layout.numeric,
        _joined(numbers),
        words,
        tuple(_remarks(layout)),
        classes or {},
        np.concatenate(lines),
    )


def find_layout(source: SourceFile) -> Layout:
    """The layout of a table of text, from its first rows."""
    encoding, sample = _sample(source)
    lines = list(whole_rows(line.rstrip("\n") for line in io.StringIO(sample, newline=None)))
    delimiter, begin = None, 0
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) <= 6:
        delimiter, begin = lines[0][4:5] or None, 1
    dialect = find_dialect(lines[begin:], delimiter)
    places = [
        n for n in range(begin, len(lines)) if dialect.is_row(lines[n]) and lines[n].strip(" ,;")
    ]
    if not places:
        raise DataError(f"{source}: empty; expected a row for each example, label first")
    places, title = _without_title(dialect, lines, places)
    rows = [dialect.cells(lines[n]) for n in places[: LOOKED_AT + 1]]
    first, below = rows[0], rows[1:]
    if len(first) < 2:
        raise DataError(
            f"{source}: one column ({lines[places[0]].strip()[:40]!r}); expected a label and "
            "inputs, separated by commas"
        )
    count, names, skip, restored = len(first), None, places[0], None
    if (example := before_pandas(first, below)) is not None:
        restored, skip = tuple(example), places[0] + 1
    elif is_header(dialect, first, below):
        names, skip = tuple(first), places[0] + 1
        if below and all(len(row) == len(first) + 1 for row in below):
            names, count = ("", *first), len(first) + 1  # as R writes the names of rows
    elif commented := _commented_header(dialect, lines[: places[0]], count):
        names = commented
    if names is not None:
        rows = below
    words = tuple(place for place in range(count) if _are_words(dialect, rows, place))
    return Layout(source, encoding, dialect, skip, names, count, words, restored, title)


def _sample(source: SourceFile) -> tuple[str, str]:
    """The encoding of a file, and its first lines."""
    with source.open() as file:
        start = file.read(SAMPLE)
        while len(start) < 2 * LONGEST_LINE and start.count(b"\n") < 3:
            more = file.read(SAMPLE)
            if not more:
                break
            start += more
        whole = not file.read(1)
    encoding = next((name for bom, name in ENCODINGS.items() if start.startswith(bom)), "utf-8")
    if encoding == "utf-8" and (bare := _without_mark(start)):
        encoding = bare
    if b"\0" in start and encoding[:5] not in ("utf-1", "utf-3"):
        raise DataError(
            f"{source}: begins with bytes {start[:4].hex(' ')}, no format known here; "
            "expected IDX, .npz or a table of text (CSV)"
        )
    if not whole:
        start = start[: start.rfind(b"\n") + 1] or start
    try:
        text = start.decode(encoding, "strict" if whole else "ignore")
    except UnicodeDecodeError:
        encoding = "cp1252"  # of Windows in western Europe
        try:
            text = start.decode(encoding)
        except UnicodeDecodeError as error:
            raise _no_text(source, error) from error
    if max(map(len, text.splitlines()), default=0) >= LONGEST_LINE:
        raise DataError(f"{source}: a line without end; expected a row for each example")
    if not text.strip():
        raise DataError(f"{source}: empty; expected a row for each example, label first")
    return encoding, text


def _without_mark(start: bytes) -> str | None:
    """UTF-16 without its mark, where every other byte of a text is 0."""
    some = start[: 2 * (min(len(start), 2000) // 2)]
    for encoding, zero, other in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        zeros, others = some[zero::2], some[other::2]
        if zeros and zeros.count(0) > 0.9 * len(zeros) and 0 not in others:
            return encoding
    return None


def _without_title(
    dialect: Dialect, lines: Sequence[str], places: list[int]
) -> tuple[list[int], int]:
    """The lines of rows without those of one cell above them, and how many these were."""
    counts = [len(dialect.cells(lines[n])) for n in places[: LOOKED_AT + 1]]
    first = next((k for k, count in enumerate(counts) if count > 1), 0)
    alike = first > 0 and all(count == counts[first] for count in counts[first:])
    return (places[first:], first) if alike and first <= MOST_TITLES else (places, 0)


def whole_rows(lines: Iterable[str]) -> Iterator[str]:
    """The lines with those put together that a cell in quotes goes on over.

    The lines after the first become empty, so that the numbers of the others stay.
    """
    waiting: list[str] = []
    for line in lines:
        if not waiting and line.count('"') % 2 == 0:
            yield line
            continue
        waiting.append(line)
        closed = len(waiting) > 1 and line.count('"') % 2 == 1
        if closed:
            yield " ".join(part.rstrip("\r\n") for part in waiting)
            yield from [""] * (len(waiting) - 1)
            waiting = []
        elif len(waiting) > LONGEST_CELL:
            yield from waiting
            waiting = []
    yield from waiting


def _no_text(source: SourceFile, error: UnicodeDecodeError) -> DataError:
    return DataError(f"{source}: not UTF-8 text ({error.reason}); save it as UTF-8")


def _commented_header(
    dialect: Dialect, before: Sequence[str], count: int
) -> tuple[str, ...] | None:
    """The names in the last comment before the rows, as NumPy writes them."""
    for line in reversed(before):
        if dialect.comment is None or not line.startswith(dialect.comment):
            continue
        cells = dialect.cells(line.removeprefix(dialect.comment))
        if len(cells) == count and all(dialect.number(cell) is None for cell in cells):
            return tuple(cells)
        return None
    return None


def _are_words(dialect: Dialect, rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether most cells of a column that are not blank are words."""
    cells = [row[place] for row in rows if place < len(row)]
    cells = [cell for cell in cells if cell.casefold() not in MISSING]
    return sum(dialect.number(cell) is None for cell in cells) > len(cells) / 2


def _lines(layout: Layout) -> Iterator[Line]:
    """Every line after the header that holds something, with its number."""
    with io.TextIOWrapper(layout.source.open(), encoding=layout.encoding) as file:
        try:
            for number, line in enumerate(whole_rows(file), 1):
                if number > layout.skip and layout.dialect.is_row(line):
                    yield number, line
        except UnicodeDecodeError as error:
            raise _no_text(layout.source, error) from error


def _rows(layout: Layout) -> Iterator[Line]:
    """The lines of the examples."""
    if layout.restored is not None:
        yield layout.skip, (layout.dialect.delimiter or " ").join(layout.restored)
    yield from _lines(layout)


def _numbers(layout: Layout, chunk: list[Line], kind: type) -> tuple[np.ndarray, type]:
    """The columns of numbers in some lines, and whether they are whole still."""
    dialect = layout.dialect
    texts = [line for _, line in chunk]
    separators = layout.count - 1 + dialect.trailing
    if dialect.delimiter is None or any(dialect.quote in text for text in texts):
        ragged = any(len(dialect.cells(text)) != layout.count for text in texts)
    else:
        ragged = any(text.count(dialect.delimiter) != separators for text in texts)
    if ragged:
        raise _first_fault(layout)
    if not layout.numeric:
        return np.empty((len(chunk), 0)), kind
    if not dialect.is_plain:
        texts = [_plain(dialect, text) for text in texts]
    while True:
        try:
            block = np.loadtxt(
                texts,
                dtype=kind,
                delimiter=dialect.delimiter,
                comments=None,
                quotechar=dialect.quote,
                ndmin=2,
                usecols=layout.numeric if layout.words or dialect.trailing else None,
            )
            break
        except ValueError as error:
            if kind is np.float64:
                raise _first_fault(layout, str(error)) from error
            kind = np.float64
    if block.shape != (len(chunk), len(layout.numeric)):
        raise _first_fault(layout)
    if kind is np.float64 and not (np.abs(block) <= LARGEST).all():
        raise _first_fault(layout)
    return smallest(block), kind


def _plain(dialect: Dialect, line: str) -> str:
    """A line with its numbers as Python writes them."""
    if dialect.delimiter != "," and dialect.quote not in line:
        return dialect.plain(line)
    cells = (dialect.plain(cell) for cell in dialect.cells(line))
    delimiter = dialect.delimiter or " "
    return delimiter.join(cell.replace(delimiter, " ") or '""' for cell in cells)


def _add_words(layout: Layout, chunk: list[Line], words: dict[int, list[str]]) -> None:
    if not words:
        return
    for _, line in chunk:
        cells = layout.dialect.cells(line)
        for place, column in words.items():
            column.append(cells[place])


def _joined(blocks: list[np.ndarray]) -> np.ndarray:
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


def _first_fault(layout: Layout, otherwise: str = "rows of different lengths") -> DataError:
    """The first fault of the table, with its row and column: it is read again, slowly."""
    source, dialect = layout.source, layout.dialect
    for line, text in _lines(layout):
        try:
            cells = dialect.cells(text)
        except csv.Error as error:
            return DataError(f"{source}: row {line}: {error}")
        if len(cells) != layout.count:
            return DataError(
                f"{source}: row {line} has {counted(len(cells), 'cell')}; "
                f"expected {layout.count}, as in the first row"
            )
        for place in layout.numeric:
            expected = _expected(dialect, cells[place])
            if expected is not None:
                return DataError(
                    f"{source}: row {line}, {called(place, layout.names)}: "
                    f"{cells[place][:40]!r}; expected {expected}"
                )
    return DataError(f"{source}: {otherwise}")


def _expected(dialect: Dialect, cell: str) -> str | None:
    """What the cell should hold instead; None if it is right."""
    value = dialect.number(cell)
    if cell.casefold() in MISSING:
        return "a finite number; fill it in, or take the row out"
    if value is None and "," in cell and number_with_point(cell):
        return "a number with a decimal point, not a comma"
    if value is None or not math.isfinite(value):
        return "a finite number"
    return f"a number from {-LARGEST:.1e} to {LARGEST:.1e}" if abs(value) > LARGEST else None


def number_with_point(cell: str) -> bool:
    """Whether a cell is a number with a decimal comma."""
    return replace(Dialect(), decimal=",").number(cell) is not None


def _remarks(layout: Layout) -> Iterator[str]:
    """Lines for a person about how the table was read, where it might have been otherwise."""
    if layout.title:
        yield f"{counted(layout.title, 'line')} above the table, without cells, left out"
    if layout.restored is not None:
        yield (
            "the first row is an example that pandas took for a header and numbered (0, 0.1, "
            "0.2, ...); it is read as the example that it was"
        )
    if layout.dialect.decimal == ",":
        yield "commas in numbers are read as decimal signs"
    elif "," in layout.dialect.thousands:
        yield "commas in numbers are read as separators of thousands"
    if layout.encoding == "cp1252":
        yield "the text is not UTF-8; it is read as Windows-1252"
