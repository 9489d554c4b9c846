"""A table as it came: columns of numbers and of words, with their names where it has any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.data.errors import DataError
from chainrule.ground.words import nearest

SHOWN = 3  # names of columns in a message
COUNTERS = ("", "id", "index", "imageid", "passengerid", "unnamed: 0", "rownames", "row")
"""Names of a column that numbers the rows, in lower case."""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of a table, one example each.

    `numbers` (m, k) uint8 or float64 are the columns at `numeric`, their places in the table;
    `words` are the other columns by place, m cells each. `names` are those of a header, one for
    each of the `count` columns. `classes` are the names of the classes by column, where the format
    declares them. `warnings` are lines for a person about how it was read. `lines` (m,) are the
    lines of a text that the rows stand in.
    """

    source: str
    names: tuple[str, ...] | None
    count: int
    numeric: tuple[int, ...]
    numbers: np.ndarray
    words: Mapping[int, Sequence[str]]
    warnings: tuple[str, ...] = ()
    classes: Mapping[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    lines: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def called(self, place: int) -> str:
        """`column 3 (petal width)`."""
        return called(place, self.names)

    def column(self, place: int) -> np.ndarray:
        """The cells of one column (m,): numbers, or words as objects."""
        if place in self.words:
            return np.array(self.words[place], dtype=object)
        return self.numbers[:, self.numeric.index(place)]

    def row(self, number: int) -> str:
        """`row 12`, as an editor counts the lines of a text."""
        return f"row {number + 1 if self.lines is None else self.lines[number]}"

    def is_words(self, place: int) -> bool:
        return place in self.words

    def columns(self, places: Sequence[int]) -> np.ndarray:
        """Columns of numbers (m, len(places)), in this order."""
        at = [self.numeric.index(place) for place in places]
        if at == list(range(self.numbers.shape[1])):
            return self.numbers
        return self.numbers[:, at]

    def place_of(self, name: str) -> int:
        """The place of the column of this name; upper and lower case are the same."""
        names = [one.casefold() for one in self.names or ()]
        if name.casefold() in names:
            return names.index(name.casefold())
        close = nearest(name, self.names or ())
        hint = (
            f"did you mean {close[0]}?" if close else f"it has {some_names(self.names, self.count)}"
        )
        raise DataError(f"{self.source}: no column {name}; {hint}")

    def counters(self) -> list[int]:
        """The columns that number the rows and are named so: an example's place is no input."""
        return [
            place
            for place in self.numeric
            if self.names is not None
            and self.names[place].casefold() in COUNTERS
            and len(self) > 1
            and are_numbers_of_rows(self.column(place))
        ]


def called(place: int, names: Sequence[str] | None) -> str:
    name = f" ({names[place]})" if names and names[place] else ""
    return f"column {place + 1}{name}"


def some_names(names: Sequence[str] | None, count: int) -> str:
    """The first names of a table, for a message."""
    if names is None:
        return f"{count} columns without names"
    return f"{', '.join(names[:SHOWN])}{', ...' if len(names) > SHOWN else ''}"


def are_numbers_of_rows(column: np.ndarray) -> bool:
    """Whether these are whole numbers, each another one, in whatever order."""
    return bool((column == np.floor(column)).all()) and len(np.unique(column)) == len(column)


def counts(column: np.ndarray) -> bool:
    """Whether these are whole numbers, each the one before and 1."""
    first, second = map(float, column[:2])
    if not first.is_integer() or second != first + 1:
        return False
    return bool((np.diff(column.astype(np.float64)) == 1).all())
