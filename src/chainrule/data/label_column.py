"""Which column of a table is the label: the one that is asked for, or that its name or cells tell.

In this order: a column with a known name; the only column of words; a block of columns at the end
that are 1 for the class and 0 for the others; the first or the last column, whichever can be
classes. Where both can be, the column that is not nearly constant is taken, then classes without
gaps (0, 1, 2, ...), then the fewer, then the first; in a table of pixels the column whose commonest
number is rarer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.data.dataset import Label
from chainrule.data.dialect import number
from chainrule.data.errors import DataError
from chainrule.data.examples import MOST_CLASSES, SMALLEST_PICTURE, square
from chainrule.data.label_names import LABEL_NAMES
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.table import Table, some_names
from chainrule.ground.faults import Call
from chainrule.ground.words import visible

FEWEST_ONE_HOT = 3  # columns: two may be a feature and its opposite
NEARLY_CONSTANT = 0.95  # share of rows with the commonest value
MANY_VALUES, SHARE_OF_ROWS = 20, 4


@dataclass(frozen=True)
class LabelColumn:
    """The place of the label, or the places of a block of one-hot columns; `why` it is this one."""

    places: tuple[int, ...]
    why: str

    def of(self, table: Table) -> Label:
        """What is said of it: `column 1 (label)`, or `columns 257 to 266, one-hot`."""
        first, last = self.places[0], self.places[-1]
        if first != last:
            text = f"columns {first + 1} to {last + 1}, one-hot"
            return Label(text, self.why, None)
        ends = {0: "first", table.count - 1: "last"}
        name = table.names[first] if table.names else ""
        return Label(
            visible(table.called(first)), self.why, name or ends.get(first, str(first + 1))
        )


def label_column(table: Table, reading: Reading = AS_FOUND) -> LabelColumn:
    """The column of labels; DataError where there is none, or not the one that was asked for."""
    if reading.label is not None:
        return LabelColumn((_asked(table, reading.label),), "as asked for")
    if (place := _likely(table, reading.likely)) is not None:
        return LabelColumn((place,), "as in training")
    if (place := known_label(table)) is not None:
        return LabelColumn((place,), "by its name")
    words = [place for place in range(table.count) if table.is_words(place)]
    if len(words) == 1:
        return LabelColumn((words[0],), "the only column of words")
    if block := _one_hot_block(table, at_end=True) or _one_hot_block(table, at_end=False):
        return LabelColumn(block, "1 for the class, 0 for the others")
    return _first_or_last(table)


def label_like(table: Table, other: Table, known: LabelColumn) -> LabelColumn:
    """The label of a table that goes with another, whose label is known."""
    name = None
    if len(known.places) == 1 and other.names is not None:
        name = other.names[known.places[0]]
    if table.names is not None and name is not None:
        if name.casefold() not in [one.casefold() for one in table.names]:
            source, wanted = table.source, name
            raise DataError(
                lambda called: (
                    f"{source}: no column {wanted}, which are the labels of {other.source}; "
                    "a table without labels is there to predict: "
                    + called(Call("predict", ("RUN", source)))
                )
            )
        return LabelColumn((table.place_of(name),), known.why)
    if table.count != other.count:
        raise DataError(
            f"{table.source}: {table.count} columns, and {other.source} has {other.count}; "
            "expected the same, the label with them"
        )
    return known


def known_label(table: Table) -> int | None:
    """The place of the column with the surest known name, if one has any."""
    names = [name.casefold() for name in table.names or ()]
    return next((names.index(name) for name in LABEL_NAMES if name in names), None)


def _likely(table: Table, likely: str | None) -> int | None:
    """The place of the label of data that go with these, if there is such a column."""
    if likely is None:
        return None
    if table.names is not None:
        names = [name.casefold() for name in table.names]
        return names.index(likely.casefold()) if likely.casefold() in names else None
    if likely in ("first", "last"):
        return 0 if likely == "first" else table.count - 1
    return int(likely) - 1 if likely.isdecimal() and 0 < int(likely) <= table.count else None


def _asked(table: Table, asked: str) -> int:
    names = [name.casefold() for name in table.names or ()]
    if asked.casefold() in names:
        return names.index(asked.casefold())
    if asked.casefold() in ("first", "last"):
        return 0 if asked.casefold() == "first" else table.count - 1
    if re.fullmatch(r"[1-9]\d{0,8}", asked) and int(asked) <= table.count:
        return int(asked) - 1
    if table.names is None:
        raise DataError(
            f"{table.source}: no column {asked}, for its {table.count} columns have no names; "
            "expected first, last or a number from 1"
        )
    return table.place_of(asked)


def _one_hot_block(table: Table, *, at_end: bool) -> tuple[int, ...]:
    """The last columns, or the first, if they are one-hot in every row and there are others."""
    total = np.zeros(len(table))
    for size in range(1, table.count - 1):
        place = table.count - size if at_end else size - 1
        if table.is_words(place):
            return ()
        column = table.column(place)
        if not ((column == 0) | (column == 1)).all():
            return ()
        total += column
        if (total > 1).any():
            return ()
        if size >= FEWEST_ONE_HOT and (total == 1).all():
            return tuple(range(place, table.count)) if at_end else tuple(range(size))
    return ()


def _first_or_last(table: Table) -> LabelColumn:
    first, last = 0, table.count - 1
    by_place = {place: table.column(place) for place in (first, last)}
    possible = [
        place
        for place, column in by_place.items()
        if can_be_classes(column) and not _is_one_of_many(table, place)
    ]
    called = {first: "the first column", last: "the last column"}
    if not possible:
        source, some = table.source, some_names(table.names, table.count)
        raise DataError(
            lambda name: (
                f"{source}: no column of labels among {some}; expected one named "
                f"{', '.join(LABEL_NAMES[:6])} or the like, or one column of words; say which it "
                f"is with {name('label')}"
            )
        )
    if len(possible) == 1:
        place = possible[0]
        other = called[last - place]
        return LabelColumn((place,), f"{called[place]}, for {other} cannot be classes")
    place = _likelier(table, by_place)
    return LabelColumn(
        (place,), f"{called[place]}, the likelier one; {called[last - place]} could be classes too"
    )


def can_be_classes(column: np.ndarray) -> bool:
    """Whether a column names at least two classes: words, or whole numbers that come again."""
    if column.dtype == object:
        return 2 <= len(set(column.tolist())) < len(column)
    if not (column == np.floor(column)).all():
        return False
    values = len(np.unique(column))
    return 2 <= values < len(column) and not are_many(values, len(column))


def are_many(values: int, rows: int) -> bool:
    """Whether so many different whole numbers in so many rows measure something."""
    return values > MOST_CLASSES or values > max(MANY_VALUES, rows / SHARE_OF_ROWS)


def _likelier(table: Table, by_place: dict[int, np.ndarray]) -> int:
    if _holds_pixels(table):
        return min(by_place, key=lambda place: _share_of_commonest(by_place[place]))

    def rank(place: int) -> tuple[bool, bool, int]:
        values = np.unique(by_place[place]).tolist()
        constant = _share_of_commonest(by_place[place]) > NEARLY_CONSTANT
        return constant, not _without_gaps(values), len(values)

    return min(by_place, key=rank)


def _holds_pixels(table: Table) -> bool:
    """Whether all but one column are whole numbers from 0 to 255 in a square."""
    inputs = table.count - 1
    return inputs >= SMALLEST_PICTURE and bool(square(inputs)) and table.numbers.dtype == np.uint8


def _share_of_commonest(column: np.ndarray) -> float:
    return float(np.unique(column, return_counts=True)[1].max() / len(column))


def _without_gaps(values: Sequence[float]) -> bool:
    """Whether they are 0 or 1 and the next ones, or -1 and 1, or words."""
    if isinstance(values[0], str) or list(values) == [-1, 1]:
        return True
    return values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1


def _is_one_of_many(table: Table, place: int) -> bool:
    """Whether a column goes by a stem and a number, as most others do: `pixel783`."""
    if table.names is None:
        return False
    stems = [re.sub(r"[\d_x.-]+$", "", name) for name in table.names]
    stem = stems[place]
    return bool(stem) and stem != table.names[place] and stems.count(stem) > table.count / 2


# --- the cells of it -------------------------------------------------------------------------


def labels_of(table: Table, label: LabelColumn) -> tuple[np.ndarray, tuple[str, ...] | None]:
    """The labels (m,), numbers or words, and the names of the classes where columns give them."""
    place, *others = label.places
    if others:
        names = [table.names[place] for place in label.places] if table.names else None
        return table.columns(label.places).argmax(axis=1), _without_stem(names) if names else None
    if not table.is_words(place):
        return table.column(place), None
    words = table.words[place]
    for row, word in enumerate(words):
        if not word or number(word) is not None:
            raise DataError(
                f"{table.source}: {table.row(row)}, {table.called(place)}: {word[:40]!r}; expected "
                f"{'a word, as the others are' if word else 'a label'}"
            )
    return np.array(words, dtype=object), table.classes.get(place)


def _without_stem(names: list[str]) -> tuple[str, ...]:
    """`0`, `1`, ... of `label_0`, `label_1`, ...; names without a common stem as they are."""
    begin = names[0][: max(map(names[0].rfind, "_. ")) + 1]
    cut = [name.removeprefix(begin) for name in names]
    alike = all(name.startswith(begin) and name != begin for name in names)
    return tuple(cut if alike else names)
