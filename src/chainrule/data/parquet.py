"""Parquet files: tables, or pictures with their labels as Hugging Face keeps them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from chainrule.data.errors import DataError
from chainrule.data.examples import Parts, examples
from chainrule.data.extras import library
from chainrule.data.label_names import LABEL_NAMES
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.source_file import SourceFile
from chainrule.data.table import Table
from chainrule.data.table_parts import parts_of_tables
from chainrule.ground.words import counted

MAGIC = b"PAR1"
INDEX = "__index_level_"  # the names of rows of a pandas table


def read_parquet(sources: Mapping[str, SourceFile], reading: Reading = AS_FOUND) -> Parts:
    """The examples of Parquet files by part."""
    tables = {part: _arrow(source) for part, source in sources.items()}
    first = next(iter(tables.values()))
    pictures = next((name for name in first.column_names if _are_pictures(first, name)), None)
    if pictures is None:
        return parts_of_tables(
            {part: _table(table, str(sources[part])) for part, table in tables.items()}, reading
        )
    label = _label(first, pictures, reading.label, str(next(iter(sources.values()))))
    read = {
        part: examples(
            _images(table, pictures, str(sources[part])),
            np.array(table.column(label).to_pylist()),
            f"{sources[part]}: {pictures}",
            f"{sources[part]}: {label}",
        )
        for part, table in tables.items()
    }
    return Parts(
        read.get("train"),
        read.get("validation"),
        read.get("test"),
        _class_names(first, label),
        white=255,
    )


def _arrow(source: SourceFile) -> Any:
    parquet = library("pyarrow.parquet", source, "Parquet")
    try:
        return parquet.read_table(io.BytesIO(source.content()))
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0][:120]
        raise DataError(f"{source}: a damaged Parquet file ({reason}); fetch it again") from error


def _are_pictures(table: Any, name: str) -> bool:
    kind = str(table.schema.field(name).type)
    if kind.startswith(("list<", "large_list<", "fixed_size_list<")):
        return True
    return kind.startswith("struct<bytes: binary") or kind in ("binary", "large_binary")


def _label(table: Any, pictures: str, asked: str | None, source: str) -> str:
    names = [name for name in table.column_names if name != pictures]
    if asked is not None and asked in names:
        return asked
    known = {name.casefold(): name for name in names}
    label = next((known[name] for name in LABEL_NAMES if name in known), None)
    if asked is not None or label is None:
        raise DataError(
            f"{source}: no column {asked or 'of labels'} among {', '.join(names[:5]) or 'none'} "
            f"beside the pictures; expected one such as label"
        )
    return label


def _images(table: Any, name: str, source: str) -> np.ndarray:
    """The pictures of a column (m, h, w) uint8, grey, all of one size."""
    images: list[np.ndarray] = []
    if "list<" in str(table.schema.field(name).type):
        try:
            return np.array(table.column(name).to_pylist())
        except ValueError as error:
            raise DataError(
                f"{source}: {name}: lists of different lengths; expected as many in every row"
            ) from error
    for row, cell in enumerate(table.column(name).to_pylist()):
        content = cell.get("bytes") if isinstance(cell, dict) else cell
        try:
            with Image.open(io.BytesIO(content or b"")) as picture:
                image = np.asarray(picture.convert("L"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise DataError(
                f"{source}: row {row + 1}, {name}: not a picture that can be read"
            ) from error
        if images and image.shape != images[0].shape:
            height, width = images[0].shape
            raise DataError(
                f"{source}: row {row + 1}, {name}: {image.shape[1]} x {image.shape[0]}; expected "
                f"{width} x {height}, as the first is"
            )
        images.append(image)
    if not images:
        raise DataError(f"{source}: {counted(0, 'row')}; expected an example in each")
    return np.stack(images)


def _class_names(table: Any, label: str) -> tuple[str, ...] | None:
    """The names of the classes, where Hugging Face's notes in the file give them."""
    try:
        notes = json.loads((table.schema.metadata or {})[b"huggingface"])
        names = notes["info"]["features"][label]["names"]
        return tuple(str(name) for name in names)
    except (KeyError, ValueError, TypeError):
        return None


def _table(table: Any, source: str) -> Table:
    """Columns of numbers and of words as a table."""
    names = [name for name in table.column_names if not name.startswith(INDEX)]
    numbers: list[np.ndarray] = []
    numeric: list[int] = []
    words: dict[int, list[str]] = {}
    for place, name in enumerate(names):
        column = table.column(name)
        if column.null_count:
            row = column.is_null().to_pylist().index(True)
            raise DataError(
                f"{source}: row {row + 1}, {name}: empty; expected a value in every row"
            )
        cells = column.to_pylist()
        try:
            values = np.asarray(cells, dtype=np.float64)
            if values.ndim != 1:
                raise TypeError
            numeric.append(place)
            numbers.append(values)
        except (TypeError, ValueError):
            words[place] = [str(cell) for cell in cells]
    if not len(table):
        raise DataError(f"{source}: no rows; expected a row for each example")
    together = np.stack(numbers, axis=1) if numbers else np.empty((len(table), 0))
    bad = np.argwhere(~np.isfinite(together))
    if len(bad):
        row, column = bad[0]
        raise DataError(
            f"{source}: row {row + 1}, {names[numeric[column]]}: {together[row, column]}; expected "
            "a finite number"
        )
    return Table(source, tuple(names), len(names), tuple(numeric), together, words)
