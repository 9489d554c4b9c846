"""Examples to predict: a table without labels, or with labels that are left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import examples, full_scale
from chainrule.data.formats import (
    PICTURES,
    TABLE_ENDINGS,
    holds_arrays,
    inputs_in,
    read_table,
    tables_in,
)
from chainrule.data.label_column import known_label
from chainrule.data.named_arrays import table_of_array, table_of_records
from chainrule.data.paths import list_folder, user_path
from chainrule.data.picture_folder import SUFFIXES
from chainrule.data.source_file import SourceFile
from chainrule.data.table import COUNTERS, Table
from chainrule.data.table_parts import input_columns
from chainrule.data.word_inputs import by_names
from chainrule.ground.words import counted


@dataclass(frozen=True, eq=False)
class Unlabelled:
    """Inputs `values` (m, n) uint8 or float64 of examples in a table, and what each goes by.

    `ids` are the cells of the column that numbers the rows, called `id_name`; without one the rows
    are counted from 1, and `id_name` is None.
    """

    source: str
    values: np.ndarray
    id_name: str | None
    ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    def scaled(self, scale: float) -> np.ndarray:
        """Pixels (m, n) float32 as those that were multiplied by `scale`, 1 being white.

        Numbers from 0 to 1 are there already; numbers beyond what was white then are of a larger
        scale.
        """
        largest = float(self.values.max(initial=0))
        white = 1 / scale if 1 < largest <= 1 / scale else full_scale(largest)
        return np.multiply(self.values, np.float32(1 / white), dtype=np.float32)


def is_table(path: str | Path) -> bool:
    """Whether a file is to be read as a table or array of examples, and not as a picture."""
    file = user_path(path)
    if not file.is_file() or file.suffix.casefold() in SUFFIXES:
        return False
    if SourceFile(file).suffix in TABLE_ENDINGS:
        return True
    if holds_arrays(file):
        return True
    tables = tables_in(file)
    return bool(tables) and not tables[0].start(8).startswith(tuple(PICTURES))


def read_unlabelled(
    path: str | Path,
    inputs: int,
    columns: tuple[str, ...] | None = None,
    label: str | None = None,
) -> Unlabelled:
    """The examples of a table for a network of so many `inputs`, trained on these `columns`.

    Columns are taken by their names where the table has them; else all are, without one that
    numbers the rows, and without the `label` of the training where the table has it.
    """
    file = user_path(path)
    if holds_arrays(file):
        array = inputs_in(file)
        if array.ndim > 2 or array.size == inputs:
            return _of_pictures(array, inputs, str(file))
        if array.dtype.names is not None:
            return _rows(table_of_records(array, str(file)), inputs, columns, label)
        if array.ndim < 2 or array.dtype.kind not in "biuf":
            raise DataError(
                f"{file}: shape {array.shape} of {array.dtype}; expected rows (m, {inputs}), or "
                "images (m, height, width)"
            )
        return _rows(table_of_array(array, str(file)), inputs, columns, label)
    tables = tables_in(file)
    if len(tables) != 1:
        raise DataError(
            f"{file}: {counted(len(tables), 'table')} in it; expected one table of examples"
        )
    return _rows(read_table(tables[0]), inputs, columns, label)


def _of_pictures(array: np.ndarray, inputs: int, source: str) -> Unlabelled:
    """Images (m, h, w), with colour or without, or a single one (h, w)."""
    single = array.size == inputs
    images = array.reshape(1, -1) if single else array
    rows = examples(images, np.zeros(len(images), np.int64), source, source)
    if rows.values.shape[1] != inputs:
        raise DataError(
            f"{source}: shape {array.shape}, {counted(rows.values.shape[1], 'number')} an "
            f"example; this network takes {inputs}"
        )
    return Unlabelled(source, rows.values, None, tuple(map(str, range(1, len(rows) + 1))))


def _rows(
    table: Table, inputs: int, columns: tuple[str, ...] | None, label: str | None
) -> Unlabelled:
    if columns is not None and (values := by_names(table, columns)) is not None:
        id_place = _id_column(table, [])
        return _examples(table, values, id_place)
    places = _by_name(table, columns) or _by_number(table, inputs, label)
    id_place = _id_column(table, places)
    return _examples(table, input_columns(table, places), id_place)


def _examples(table: Table, values: np.ndarray, id_place: int | None) -> Unlabelled:
    ids = range(1, len(table) + 1) if id_place is None else _cells(table, id_place)
    return Unlabelled(
        table.source,
        values,
        None if id_place is None or table.names is None else table.names[id_place],
        tuple(map(str, ids)),
    )


def _by_name(table: Table, columns: tuple[str, ...] | None) -> list[int] | None:
    """The places of these columns; None where the table has none of them."""
    if columns is None or table.names is None:
        return None
    names = list(table.names)
    missing = [name for name in columns if name not in names]
    if len(missing) == len(columns):
        return None
    if missing:
        raise DataError(
            f"{table.source}: no column {missing[0]}, which the network was trained on; expected "
            f"{counted(len(columns), 'column')}: {', '.join(columns[:3])}, ..."
        )
    return [names.index(name) for name in columns]


def _by_number(table: Table, inputs: int, label: str | None) -> list[int]:
    """All columns but one that numbers the rows and the label; DataError if they are too many."""
    counters = table.counters()
    places = [place for place in range(table.count) if place not in counters]
    if len(places) == inputs + 1:
        taken = _label_place(table, label)
        places = [place for place in places if place != taken]
    if len(places) != inputs and table.count == inputs:
        places = list(range(table.count))
    if len(places) != inputs:
        raise DataError(
            f"{table.source}: {counted(len(places), 'column')} of inputs; this network takes "
            f"{inputs}"
        )
    return places


def _label_place(table: Table, label: str | None) -> int | None:
    if table.names is not None:
        names = [name.casefold() for name in table.names]
        if label is not None and label.casefold() in names:
            return names.index(label.casefold())
        return known_label(table)
    if label is not None and label.isdecimal():
        return int(label) - 1
    return table.count - 1 if label == "last" else 0


def _id_column(table: Table, inputs: list[int]) -> int | None:
    """The one column beside the inputs that is called as one that numbers the rows."""
    if table.names is None:
        return None
    called = [
        place
        for place, name in enumerate(table.names)
        if name.casefold() in COUNTERS and place not in inputs
    ]
    return called[0] if len(called) == 1 else None


def _cells(table: Table, place: int) -> list[str]:
    if table.is_words(place):
        return list(table.words[place])
    return [f"{value:.15g}" for value in table.column(place).tolist()]


# --- a sample of what is wanted --------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """The header of a sample of answers, as Kaggle gives one, and what its rows go by."""

    source: str
    header: tuple[str, str]
    ids: tuple[str, ...]


def read_sample(path: str | Path) -> Sample:
    """A sample of answers: a table of two named columns, what a row goes by and its answer."""
    table = read_table(SourceFile(user_path(path)))
    if table.names is None or table.count != 2:
        raise DataError(
            f"{table.source}: {counted(table.count, 'column')}; expected two with names, such as "
            "ImageId and Label"
        )
    return Sample(table.source, (table.names[0], table.names[1]), tuple(_cells(table, 0)))


def sample_beside(path: str | Path) -> Path | None:
    """The one file beside a table that is called a sample of a submission."""
    folder = user_path(path).resolve().parent
    samples = [
        other
        for other in list_folder(folder)
        if "sample" in other.name.casefold()
        and "sub" in other.name.casefold()
        and other.suffix.casefold() == ".csv"
    ]
    return samples[0] if len(samples) == 1 else None
