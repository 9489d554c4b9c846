"""ARFF, the tables of Weka and OpenML: attributes with their names and types, then rows."""

from __future__ import annotations

import io
import re

from chainrule.data.dialect import Dialect, number
from chainrule.data.errors import DataError
from chainrule.data.source_file import SourceFile
from chainrule.data.table import Table
from chainrule.data.text_table import Layout, read_rows

ATTRIBUTE = re.compile(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s+(.+)", re.IGNORECASE)
NUMBERS = ("numeric", "real", "integer")
LONGEST_HEADER = 200_000  # lines


def is_arff(source: SourceFile) -> bool:
    """Whether a file begins as ARFF does, after comments."""
    lines = source.start(1 << 12).decode("utf-8", "ignore").lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("%")), "")
    return first.casefold().lstrip().startswith("@relation")


def read_arff(source: SourceFile) -> Table:
    """The table in an ARFF file."""
    names: list[str] = []
    classes: dict[int, tuple[str, ...]] = {}
    words: list[int] = []
    skip = 0
    with io.TextIOWrapper(source.open(), encoding="utf-8-sig", errors="replace") as file:
        for skip, line in enumerate(file, 1):
            begin = line.strip().casefold()
            if begin.startswith("@data") or skip > LONGEST_HEADER:
                break
            if not begin.startswith("@attribute"):
                continue
            match = ATTRIBUTE.fullmatch(line.strip())
            if match is None:
                raise DataError(
                    f"{source}: row {skip}: {line.strip()[:40]!r}; expected a name and a type"
                )
            name, kind = match[1].strip("'\""), match[2].strip()
            if kind.startswith("{"):
                values = tuple(
                    value.strip(" '\"") for value in kind.strip("{} ").split(",") if value.strip()
                )
                if any(number(value) is None for value in values):
                    classes[len(names)] = values
                    words.append(len(names))
            elif kind.split()[0].casefold() not in NUMBERS:
                words.append(len(names))
            names.append(name)
        else:
            raise DataError(f"{source}: ARFF without @DATA; expected rows after it")
        row = next((text for text in file if text.strip() and not text.startswith("%")), "")
    if row.lstrip().startswith("{"):
        raise DataError(
            f"{source}: rows of sparse ARFF, in braces; expected every value of a "
            "row, save it so (in Weka by the filter SparseToNonSparse)"
        )
    layout = Layout(
        source,
        "utf-8",
        Dialect(",", comment="%", quote="'" if "'" in row else '"'),
        skip,
        tuple(names),
        len(names),
        tuple(words),
    )
    return read_rows(layout, classes)
