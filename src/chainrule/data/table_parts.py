"""From tables to parts: the label column taken out, the inputs of every part in one order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.examples import Examples, Parts, compact, examples
from chainrule.data.label_column import LabelColumn, label_column, label_like, labels_of
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.table import Table, counts
from chainrule.data.word_inputs import Words, with_words, words_of


@dataclass(frozen=True, eq=False)
class Labelled:
    """The examples of one table; `columns` are the names of their inputs."""

    rows: Examples
    columns: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    warnings: tuple[str, ...]


def parts_of_tables(tables: dict[str, Table], reading: Reading = AS_FOUND) -> Parts:
    """The parts that tables hold, by "train", "validation" and "test".

    The label is that of the first one, found out or asked for, and has the same name in all.
    """
    first, *others = tables.items()
    label = label_column(first[1], reading)
    labels = {first[0]: label}
    for part, table in others:
        labels[part] = label_like(table, first[1], label)
    places = [input_places(tables[part], labels[part]) for part in labels]
    words = words_of(tables.values(), places)
    read = {part: labelled(table, labels[part], words) for part, table in tables.items()}
    mine = read[first[0]]
    rows = {part: _in_order(one, mine, tables[part].source) for part, one in read.items()}
    return Parts(
        rows.get("train"),
        rows.get("validation"),
        rows.get("test"),
        mine.classes,
        tuple(dict.fromkeys(warning for one in read.values() for warning in one.warnings)),
        columns=mine.columns,
        label=label.of(first[1]),
    )


def input_places(table: Table, label: LabelColumn) -> list[int]:
    """The columns that are neither the label nor the numbers of the rows."""
    left_out = (*label.places, *table.counters())
    return [place for place in range(table.count) if place not in left_out]


def labelled(table: Table, label: LabelColumn, words: Words) -> Labelled:
    """The inputs and labels of a table; `words` are those of each column of words."""
    y, classes = labels_of(table, label)
    counters = table.counters()
    places = input_places(table, label)
    columns, remarks = named(table, places), list[str]()
    if any(table.is_words(place) for place in places):
        inputs, columns, remarks = with_words(table, places, words)
        inputs = compact(inputs)
    else:
        inputs = input_columns(table, places)
    where = f"{table.source}: {label.of(table).column}"
    rows = examples(inputs, y, table.source, where, pictures=False)
    return Labelled(
        replace(rows, image_shape=None) if remarks else rows,
        columns,
        classes,
        (*table.warnings, *_left_out(table, counters), *remarks, *_row_numbers(table, places)),
    )


def input_columns(table: Table, places: list[int]) -> np.ndarray:
    """Columns of numbers; DataError for a column of words, which is no input."""
    for place in places:
        if table.is_words(place):
            raise DataError(
                f"{table.source}: {table.row(0)}, {table.called(place)}: "
                f"{table.words[place][0][:40]!r}; expected a finite number, as in training"
            )
    if not places:
        raise DataError(f"{table.source}: no column of inputs beside the label")
    return compact(table.columns(places))


def named(table: Table, places: list[int]) -> tuple[str, ...] | None:
    """The names of columns, where each one of the table has its own."""
    if table.names is None or len(set(table.names)) < table.count:
        return None
    return tuple(table.names[place] for place in places)


def _in_order(one: Labelled, first: Labelled, source: str) -> Examples:
    """The examples with their inputs in the order of another table, where both name them."""
    if one is first or one.columns is None or first.columns is None or one.columns == first.columns:
        return one.rows
    if set(one.columns) != set(first.columns):
        missing = [name for name in first.columns if name not in one.columns]
        more = [name for name in one.columns if name not in first.columns]
        what = f"no column {missing[0]}" if missing else f"a column {more[0]} more"
        raise DataError(f"{source}: {what} than the table to train on has; expected the same ones")
    order = [one.columns.index(name) for name in first.columns]
    return replace(one.rows, values=one.rows.values[:, order])


def _left_out(table: Table, counters: list[int]) -> list[str]:
    return [f"{table.called(place)} numbers the rows and is left out" for place in counters]


def _row_numbers(table: Table, places: list[int]) -> list[str]:
    """A warning for each column that only counts the rows: an example's place is no input."""
    return [
        f"{table.called(place)} counts the rows and is taken as an input; delete it, unless it "
        "describes the example"
        for place in places
        if not table.is_words(place) and len(table) > 2 and counts(table.column(place))
    ]
