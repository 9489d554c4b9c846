"""How a table of text is written: what separates its cells, its decimal sign, its header.

All of it is found out from the first rows. A line `sep=;`, as Excel writes it, decides.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chainrule.data.label_names import LABEL_NAMES

CANDIDATES = ("\t", ";", "|", ",", " ")  # a comma after the others: it may be a decimal one
BLANK = ' "\t\r\n\f\v\xa0\ufeff'  # the characters of a blank cell
COMMENTS = ("#", "%", "//")
MISSING = ("", "?", "na", "n/a", "nan", "null", "none", "-")
MOST_ALIKE = 0.8  # of the first rows must have as many cells as most have
LOOKED_AT = 200  # rows, for the kinds of the columns
NUMBERED = 5  # columns that are called 0, 1, 2, ...: fewer may be an example

DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
IN_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
EUROPEAN = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
APART = re.compile(r"(?<=\d)['\u2019 \xa0\u202f](?=\d{3}(\D|$))")  # 1'000, 1 000
AGAIN = re.compile(r"(-?\d+)\.(\d+)")


@dataclass(frozen=True)
class Dialect:
    """How the cells of a line are separated and their numbers written.

    `delimiter` is None for runs of blanks. `thousands` are signs between digits that mean nothing.
    `trailing`: whether every line ends in one more delimiter.
    """

    delimiter: str | None = ","
    decimal: str = "."
    thousands: str = ""
    comment: str | None = None
    trailing: bool = False
    quote: str = '"'

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without blanks around them."""
        line = line.strip("\r\n")
        if self.delimiter is None:
            text = " ".join(line.split())
            found = next(csv.reader([text], delimiter=" "), list[str]())
        elif self.quote in line:
            reader = csv.reader(
                [line], delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=True
            )
            found = next(reader, list[str]())
        else:
            found = line.split(self.delimiter)
        if self.trailing and found and not found[-1].strip():
            found = found[:-1]
        return [cell.strip(" \t\xa0\ufeff") for cell in found]

    def number(self, cell: str) -> float | None:
        """The number in a cell, or None."""
        return number(self.plain(cell))

    def plain(self, text: str) -> str:
        """Numbers in a text as Python writes them."""
        for sign in self.thousands:
            text = text.replace(sign, "")
        if self.thousands and APART.search(text):
            text = APART.sub("", text)
        return text.replace(",", ".") if self.decimal == "," else text

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written as Python writes them."""
        return self.decimal == "." and not self.thousands

    def is_row(self, line: str) -> bool:
        """Whether there is something in a line, and no comment."""
        if self.comment is not None and line.startswith(self.comment):
            return False
        return bool(line.strip(BLANK + (self.delimiter or "")))


def number(cell: str) -> float | None:
    """The number in a cell, or None; `1_000` is none."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def find_dialect(lines: Sequence[str], delimiter: str | None = None) -> Dialect:
    """The dialect of these first lines; `delimiter` is the one that a line `sep=` names."""
    comment = next((sign for sign in COMMENTS if any(s.startswith(sign) for s in lines)), None)
    bare = Dialect(comment=comment)
    rows = [line for line in lines if bare.is_row(line) and line.strip(BLANK + ",;")]
    if delimiter is None:
        delimiter = find_delimiter(rows)
    found = replace(bare, delimiter=None if delimiter == " " else delimiter)
    split = [found.cells(line) for line in rows[:LOOKED_AT]]
    below = split[1:]
    one_more = all(len(row) == len(split[0]) + 1 > 2 and not row[-1] for row in below)
    if delimiter and below and (one_more or all(len(row) > 2 and not row[-1] for row in split)):
        found = replace(found, trailing=True)
    return with_numbers(found, (cell for row in split for cell in row))


def find_delimiter(rows: Sequence[str]) -> str | None:
    """What separates the cells: the first candidate by which most rows have as many."""
    some = rows[:50]
    for candidate in CANDIDATES:
        dialect = Dialect(delimiter=None if candidate == " " else candidate)
        split = [dialect.cells(line) for line in some]
        if not split:
            continue
        cells, times = Counter(map(len, split)).most_common(1)[0]
        if cells < 2 or times < MOST_ALIKE * len(split):
            continue
        if candidate == "," and all(
            any(re.search(r"\d\s+[-+]?\d", cell) for cell in row) for row in split[1:] or split
        ):
            continue  # decimal commas, and blanks between the cells
        return candidate
    counted = {sign: rows[0].count(sign) for sign in "\t;,"} if rows else {}
    best = max(counted, key=lambda sign: counted[sign], default=None)
    return best if best is not None and counted[best] else None


def with_numbers(dialect: Dialect, cells: Iterable[str]) -> Dialect:
    """The dialect with the signs that these cells have in their numbers."""
    commas: list[str] = []
    european = apart = False
    for cell in cells:
        if ("," in cell and DECIMAL_COMMA.fullmatch(cell)) or IN_THOUSANDS.fullmatch(cell):
            commas.append(cell)
        elif EUROPEAN.fullmatch(cell) and (cell.count(".") > 1 or "," in cell):
            european = True
        elif APART.search(cell) and number(APART.sub("", cell).replace(",", ".")) is not None:
            apart = True
    if european:
        return replace(dialect, decimal=",", thousands=".")
    spaced = " " if apart else ""
    if not commas:
        return replace(dialect, thousands=spaced)
    in_thousands = all(IN_THOUSANDS.fullmatch(cell) for cell in commas)
    sure = any("." in cell or cell.count(",") > 1 for cell in commas)
    if in_thousands and (sure or dialect.delimiter != ";"):
        return replace(dialect, thousands="," + spaced)
    return replace(dialect, decimal=",", thousands=spaced)


# --- the first row ---------------------------------------------------------------------------


def is_header(dialect: Dialect, first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns of the rows below."""
    columns = [[row[place] for row in below if place < len(row)] for place in range(len(first))]
    words = [place for place, cell in enumerate(first) if dialect.number(cell) is None]
    again = [place for place in words if first[place] and first[place] in columns[place]]
    if any(cell.casefold() in LABEL_NAMES for cell in first) and not again:
        return True
    if not words:
        return is_numbered(first) and bool(below)
    if len(words) > len(first) / 2 and not again:
        return True
    return (
        any(
            first[place]
            and columns[place]
            and all(dialect.number(cell) is not None for cell in columns[place])
            for place in words
            if first[place].casefold() not in MISSING
        )
        and not again
    )


def is_numbered(first: Sequence[str]) -> bool:
    """Whether a row is 0, 1, 2, ... or 1, 2, 3, ...: names that pandas gave."""
    if len(first) < NUMBERED:
        return False
    return list(first) in [[str(n + k) for n in range(len(first))] for k in (0, 1)]


def before_pandas(first: Sequence[str], below: Sequence[Sequence[str]]) -> list[str] | None:
    """The example that pandas took for a header, where it did; it writes `5`, `5.1`, `5.2` for 5s.

    Only where every number below is whole: otherwise 5.1 may be one.
    """
    seen: Counter[str] = Counter()
    restored: list[str] = []
    for cell in first:
        match = AGAIN.fullmatch(cell)
        value = match[1] if match else cell
        if number(value) is None or seen[value] != (int(match[2]) if match else 0):
            return None
        seen[value] += 1
        restored.append(value)
    if restored == list(first) or not below:
        return None
    whole = all(cell.lstrip("-").isdecimal() for row in below for cell in row)
    return restored if whole else None
