"""Files of one table, written in every way that people have it, by NumPy, csv and the archivers.

The table is 48 rows of three features and a label; every case writes it and says what to read.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np

ROWS = 48
FEATURES = np.random.default_rng(3).normal(size=(ROWS, 3)).round(3) * (1, 10, 1000)
LABELS = np.arange(ROWS) % 3
WORDS = np.array(["setosa", "versicolor", "virginica"])
PIXELS = np.random.default_rng(4).integers(0, 17, (ROWS, 64))
PIXELS[:, [0, 63]] = 0
NAMES = ("width", "height", "weight")


@dataclass(frozen=True)
class Case:
    """How a file is written under a folder, and what is to be read from it."""

    write: Callable[[Path], Path]
    classes: tuple[str, ...] = ("0", "1", "2")
    labels: np.ndarray = field(default_factory=lambda: LABELS)
    inputs: np.ndarray = field(default_factory=lambda: FEATURES)
    label: str | None = None
    """Part of what is said of the label column."""


def shown(value: float, decimal: str = ".", thousands: str = "") -> str:
    text = f"{value:,.3f}" if thousands else f"{value:.3f}"
    text = text.replace(",", "T").replace(".", decimal)
    return text.replace("T", thousands)


def lines(
    delimiter: str = ",",
    header: str | None = "label",
    last: bool = False,
    decimal: str = ".",
    thousands: str = "",
    labels: Sequence[object] = tuple(LABELS.tolist()),
    inputs: np.ndarray = FEATURES,
    names: Sequence[str] = NAMES,
) -> list[str]:
    """The rows as text; the header names the label."""

    def row(label: object, cells: Sequence[object]) -> str:
        together = [*cells, label] if last else [label, *cells]
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="").writerow(together)
        return text.getvalue()

    first = [] if header is None else [row(header, names)]
    whole = inputs.dtype.kind == "i"
    return first + [
        row(label, [int(v) if whole else shown(v, decimal, thousands) for v in values])
        for label, values in zip(labels, inputs, strict=True)
    ]


def text(
    name: str, rows: Sequence[str], encoding: str = "utf-8", end: str = "\n"
) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes((end.join(rows) + end).encode(encoding))
        return path

    return write


def packed(name: str, rows: Sequence[str]) -> Callable[[Path], Path]:
    """The table compressed as the ending says."""
    content = ("\n".join(rows) + "\n").encode()

    def write(folder: Path) -> Path:
        path = folder / name
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("table.csv", content)
                archive.writestr("__MACOSX/._table.csv", b"\0\5\x16\7")
            return path
        pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[path.suffix]
        path.write_bytes(pack(content))
        return path

    return write


def of_text() -> Iterator[tuple[str, Case]]:
    """Tables of text."""
    signs = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "blank": " "}
    headers = {"known": "label", "unknown": "Kind of", "none": None}
    for (sign, delimiter), (kind, header), last in product(
        signs.items(), headers.items(), (False, True)
    ):
        if delimiter == " " and header is not None:
            header = header.replace(" ", "_")
        place = "column 4" if last else "column 1"
        case = Case(text("t.csv", lines(delimiter, header, last)), label=place)
        yield f"{sign}, {kind} header, label {'last' if last else 'first'}", case
    for ending, last in product(("gz", "bz2", "xz", "zip"), (False, True)):
        yield f"{ending}, {last}", Case(packed(f"t.csv.{ending}", lines(last=last)))
    for (sign, delimiter), last in product(signs.items(), (False, True)):
        if delimiter != ",":
            rows = lines(delimiter, None, last, decimal=",")
            yield f"decimal commas, {sign}, {last}", Case(text("t.csv", rows))
    for name, (delimiter, decimal, thousands) in {
        "thousands by commas": (",", ".", ","),
        "thousands by commas, tabs": ("\t", ".", ","),
        "thousands by points": (";", ",", "."),
        "thousands by apostrophes": (";", ".", "'"),
        "thousands by hard blanks": (";", ",", "\xa0"),
    }.items():
        rows = lines(delimiter, "label", True, decimal, thousands)
        yield name, Case(text("t.csv", rows))
    for sign in ",;\t|":
        yield f"sep={sign!r}", Case(text("t.csv", [f"sep={sign}", *lines(sign)]))
    for sign in ("#", "%", "//"):
        rows = lines()
        rows = [f"{sign} measured in May", *rows[:9], f"{sign} a new day", *rows[9:]]
        yield f"comments by {sign}", Case(text("t.csv", rows))
    yield "a header in a comment", Case(text("t.csv", ["# label,a,b,c", *lines(header=None)]))
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"):
        rows = lines(";", names=("Größe", "Höhe", "Gewicht"))
        yield f"in {encoding}", Case(text("t.csv", rows, encoding))
    for end in ("\r\n", "\r"):
        yield f"lines end in {end!r}", Case(text("t.csv", lines(), end=end))
    for header in (
        "Label", "LABELS", "class", "Class", "target", "digit", "y", "Outcome", "species",
        "Species", "variety", "quality", "emotion", "Survived", "diagnosis",
    ):  # fmt: skip
        rows = lines(header=header, last=True)
        yield f"called {header}", Case(text("t.csv", rows), label=header)
    for quoting, last in product(("words", "quoted words", "blanks around"), (False, True)):
        labels = [str(word) for word in WORDS[LABELS]]
        if quoting == "quoted words":
            labels = [f" {word}" if i % 2 else word for i, word in enumerate(labels)]
        rows = lines(header=None, last=last, labels=labels)
        if quoting == "quoted words":
            rows = [",".join(f'"{cell}"' for cell in row.split(",")) for row in rows]
        if quoting == "blanks around":
            rows = [row.replace(",", " , ") for row in rows]
        yield f"{quoting}, {last}", Case(text("t.csv", rows), tuple(WORDS.tolist()))
    yield (
        "a delimiter at the end of every line",
        Case(text("t.csv", [f"{row}," for row in lines()])),
    )
    header, *rows = lines()
    yield (
        "a delimiter at the end of every line but the header",
        Case(text("t.csv", [header, *(f"{row}," for row in rows)])),
    )
    yield "a title above", Case(text("t.csv", ["Measured in May", "", *lines()]))
    yield (
        "names over two lines",
        Case(text("t.csv", ['label,"width\n(cm)","height\n(cm)",weight', *lines()[1:]])),
    )
    order = np.random.default_rng(0).permutation(ROWS)
    rows = [f"Id,{header}", *(f"{k},{row}" for k, row in zip(order, rows, strict=True))]
    yield "rows numbered in another order", Case(text("t.csv", rows))
    yield "blanks at both ends", Case(text("t.txt", [f"  {row} " for row in lines(" ", None)]))
    yield (
        "blanks in columns",
        Case(text("t.data", ["   ".join(row.split(" ")) for row in lines(" ", None, True)])),
    )
    for name in ("", "Unnamed: 0", "Id", "index"):
        rows = lines()
        rows = [f"{name},{rows[0]}", *(f"{i},{row}" for i, row in enumerate(rows[1:]))]
        yield f"rows numbered under {name!r}", Case(text("t.csv", rows))
    header, *rows = lines(" ", last=True, names=("a", "b", "c"))
    named = [header, *(f'"{i + 1}" {row}' for i, row in enumerate(rows))]
    yield "rows named as R does", Case(text("t.txt", named))
    for shift in (-1, 1, 5):
        labels = tuple((LABELS + shift).tolist())
        names = tuple(str(k + shift) for k in range(3))
        yield f"labels from {shift}", Case(text("t.csv", lines(labels=labels)), names)
    yield "labels 1.0", Case(text("t.csv", lines(labels=tuple(f"{k}.0" for k in LABELS))))
    yield (
        "labels -1 and 1",
        Case(
            text("t.csv", lines(",", None, True, labels=tuple((LABELS % 2 * 2 - 1).tolist()))),
            ("-1", "1"),
            LABELS % 2,
        ),
    )


def one_hot(names: Sequence[str] | None) -> list[str]:
    rows = np.eye(3, dtype=int)[LABELS]
    body = [
        ",".join([*(shown(v) for v in values), *map(str, row)])
        for values, row in zip(FEATURES, rows, strict=True)
    ]
    return body if names is None else [",".join([*NAMES, *names]), *body]


def of_pixels() -> Iterator[tuple[str, Case]]:
    """Tables of pictures of 8 x 8."""
    names = [f"pixel{i}" for i in range(64)]
    for kind, last in product(("named", "bare", "numbered"), (False, True)):
        rows = lines(
            header="label" if kind == "named" else None, last=last, inputs=PIXELS, names=names
        )
        if kind == "numbered":
            rows = [",".join(map(str, range(65))), *rows]
        yield f"pixels, {kind}, {last}", Case(text("t.csv", rows), inputs=PIXELS)
    rows = lines(header=None, inputs=PIXELS)
    seen: dict[str, int] = {}
    header = []
    for cell in rows[0].split(","):
        seen[cell] = seen.get(cell, -1) + 1
        header.append(f"{cell}.{seen[cell]}" if seen[cell] else cell)
    yield (
        "an example that pandas took for a header",
        Case(text("t.csv", [",".join(header), *rows[1:]]), inputs=PIXELS),
    )
    yield "one-hot", Case(text("t.csv", one_hot(None)), label="one-hot")
    yield (
        "one-hot, named",
        Case(
            text("t.csv", one_hot(["class_a", "class_b", "class_c"])),
            ("a", "b", "c"),
            label="one-hot",
        ),
    )
    turned = [",".join([*row.split(",")[3:], *row.split(",")[:3]]) for row in one_hot(None)]
    yield "one-hot before the inputs", Case(text("t.csv", turned), label="one-hot")
    yield (
        "one-hot, named otherwise",
        Case(text("t.csv", one_hot(WORDS.tolist())), tuple(WORDS.tolist())),
    )


CASES = dict([*of_text(), *of_pixels()])
