"""Columns of words as inputs: one input for each word, 1 where the cell is that word, else 0.

Each is named `column=word`; by these names a network's other data get the same inputs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from chainrule.data.errors import DataError
from chainrule.data.paths import natural_order
from chainrule.data.table import Table
from chainrule.ground.words import counted

MOST_WORDS = 50
MOST_SHOWN = 4
ENOUGH_ROWS = 20  # to tell words that come again from names
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d.*)?")
Words = Mapping[str, tuple[str, ...]]


def key(table: Table, place: int) -> str:
    """What a column goes by: its name, or `column 3`."""
    name = table.names[place] if table.names else ""
    return name or f"column {place + 1}"


def words_of(
    tables: Iterable[Table], places: Iterable[Sequence[int]]
) -> dict[str, tuple[str, ...]]:
    """The words of each column of words among the places of each table, of all tables together."""
    found: dict[str, set[str]] = {}
    for table, inputs in zip(tables, places, strict=True):
        for place in inputs:
            if table.is_words(place):
                found.setdefault(key(table, place), set()).update(checked(table, place))
    for name, words in found.items():
        if len(words) > MOST_WORDS:
            raise DataError(
                f"{name}: {counted(len(words), 'different word')}; expected at most {MOST_WORDS} "
                "in a column of inputs, take the column out"
            )
    return {name: tuple(sorted(words, key=natural_order)) for name, words in found.items()}


def checked(table: Table, place: int) -> Sequence[str]:
    """The cells of a column of words; DataError where they are no kinds of something."""
    cells = table.words[place]
    where = f"{table.source}: {table.row(0)}, {table.called(place)}: {cells[0][:40]!r}"
    if "" in cells:
        row = table.row(cells.index(""))
        raise DataError(
            f"{table.source}: {row}, {table.called(place)}: ''; expected a word, as the others "
            "are; fill it in, or take the row out"
        )
    if all(DATE.fullmatch(cell) for cell in cells[:MOST_WORDS]):
        raise DataError(f"{where}; expected numbers or kinds, not dates: take the column out")
    words = len(set(cells))
    if words > MOST_WORDS or (words > len(cells) / 2 and len(cells) >= ENOUGH_ROWS):
        raise DataError(
            f"{where}; {counted(words, 'different word')} in {counted(len(cells), 'row')}: "
            f"expected a finite number, or at most {MOST_WORDS} words that come again; take the "
            "column out or write numbers for them"
        )
    return cells


def with_words(
    table: Table, places: Sequence[int], words: Words
) -> tuple[np.ndarray, tuple[str, ...], list[str]]:
    """Inputs (m, n) float64 of columns of numbers and words, their names, and a line for each."""
    columns: list[np.ndarray] = []
    names: list[str] = []
    remarks: list[str] = []
    for place in places:
        name = key(table, place)
        if not table.is_words(place):
            columns.append(table.column(place)[:, None])
            names.append(name)
            continue
        kinds = words[name]
        columns.append(one_hot(table.words[place], kinds))
        names += [f"{name}={word}" for word in kinds]
        some = ", ".join(kinds[:MOST_SHOWN]) + (", ..." if len(kinds) > MOST_SHOWN else "")
        remarks.append(
            f"{table.called(place)} holds words and becomes {counted(len(kinds), 'input')}, 1 for "
            f"the word and 0 for the others: {some}"
        )
    return np.hstack([np.asarray(each, np.float64) for each in columns]), tuple(names), remarks


def one_hot(cells: Sequence[str], kinds: Sequence[str]) -> np.ndarray:
    """1 where a cell is the word of the column, else 0: (m, len(kinds))."""
    return np.array(cells, dtype=object)[:, None] == np.array(kinds, dtype=object)[None, :]


def word_column(name: str, there: Iterable[str]) -> str | None:
    """The column whose word an input of this name is: `sea` of `sea=near`; None for none."""
    return next((one for one in there if name.startswith(f"{one}=")), None)


def by_names(table: Table, columns: Sequence[str]) -> np.ndarray | None:
    """Inputs (m, n) float64 by the names that a network's have; None where no column has words.

    DataError for a column that is not there, and for a word that the network was not shown.
    """
    places = {key(table, place): place for place in range(table.count)}
    stems = {column: word_column(column, places) for column in columns if column not in places}
    if not any(stems.values()):
        return None
    missing = next((column for column, stem in stems.items() if stem is None), None)
    if missing is not None and table.names is None:
        raise DataError(
            f"{table.source}: {table.count} columns without names; expected those of the training, "
            "the label among them"
        )
    if missing is not None:
        raise DataError(f"{table.source}: no column {missing}, which the network was trained on")
    known: dict[str, tuple[str, ...]] = {}
    for column, stem in stems.items():
        assert stem is not None
        known[stem] = (*known.get(stem, ()), column.removeprefix(f"{stem}="))
    for stem, words in known.items():
        cells = [str(cell) for cell in table.column(places[stem]).tolist()]
        strange = next((cell for cell in cells if cell not in words), None)
        if strange is not None:
            raise DataError(
                f"{table.source}: {table.row(cells.index(strange))}, "
                f"{table.called(places[stem])}: {strange[:40]!r}, which the network was not "
                f"trained on; expected one of {', '.join(words[:6])}"
            )
    wordy = next((c for c in columns if c in places and table.is_words(places[c])), None)
    if wordy is not None:
        raise DataError(f"{table.source}: words in {table.called(places[wordy])}; expected numbers")
    parts: list[np.ndarray] = []
    for column in columns:
        stem = stems.get(column)
        if stem is None:
            parts.append(table.column(places[column]).astype(np.float64))
        else:
            cells = table.column(places[stem])
            parts.append((cells == column.removeprefix(f"{stem}=")).astype(np.float64))
    return np.stack(parts, axis=1)
