"""Words as inputs, held against scikit-learn's OneHotEncoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chainrule.data import DataError, load, load_to_measure, read_unlabelled

COLOURS, SIZES = ("red", "green", "blue"), ("L", "S")
ROWS = [(COLOURS[n % 3], n * 1.5, SIZES[n * 7 % 2], n % 2) for n in range(40)]
HEADER = ("colour", "weight", "size", "label")


def written(
    path: Path, rows: Sequence[tuple[object, ...]], header: tuple[str, ...] | None = HEADER
):
    lines = [] if header is None else [",".join(header)]
    lines += [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_words_become_the_columns_of_an_encoder(tmp_path: Path):
    encoding = pytest.importorskip("sklearn.preprocessing")
    data = load_to_measure(written(tmp_path / "t.csv", ROWS))
    assert data.columns == (
        "colour=blue", "colour=green", "colour=red", "weight", "size=L", "size=S",
    )  # fmt: skip
    assert data.features is not None
    words = [[row[0], row[2]] for row in ROWS]
    expected = encoding.OneHotEncoder(sparse_output=False).fit_transform(words)
    assert np.array_equal(data.features["train"][:, [0, 1, 2, 4, 5]], expected)
    assert sum("holds words" in warning for warning in data.warnings) == 2


def test_words_alone_are_no_picture(tmp_path: Path):
    rows: Sequence[tuple[object, ...]] = [
        ("ep"[n % 2], "xfk"[n % 3], "sy"[n // 2 % 2], "nybw"[n % 4]) for n in range(48)
    ]
    data = load(written(tmp_path / "t.data", rows, None))
    assert data.train.values.shape[1] == 9
    assert data.image_shape is None


def test_a_test_part_has_the_inputs_of_both(tmp_path: Path):
    train = written(tmp_path / "train.csv", [row for row in ROWS if row[0] != "blue"])
    test = written(tmp_path / "test.csv", [row for row in ROWS if row[0] != "red"])
    data = load(train, test=test)
    assert data.columns is not None
    assert [name for name in data.columns if "colour" in name] == [
        "colour=blue", "colour=green", "colour=red",
    ]  # fmt: skip


COLUMNS = ("weight", "size=S", "size=L", "colour=red", "colour=green")


def test_other_rows_get_the_inputs_of_a_network(tmp_path: Path):
    bare = [row[:3] for row in ROWS if row[0] != "blue"][:4]
    rows = read_unlabelled(written(tmp_path / "t.csv", bare, HEADER[:3]), 5, COLUMNS)
    expected = [
        [w, size == "S", size == "L", colour == "red", colour == "green"]
        for colour, w, size in bare
    ]
    assert np.array_equal(rows.values, np.array(expected, float))


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        ([("blue", 1, "S")], HEADER[:3], "row 2, column 1 (colour): 'blue', which the network was"),
        ([("red", 1)], HEADER[:2], "no column size=S"),
        ([("red", 1, "S")], None, "3 columns of inputs"),
    ],
)
def test_rows_that_a_network_cannot_read(
    tmp_path: Path, rows: Sequence[tuple[object, ...]], header: tuple[str, ...] | None, says: str
):
    path = written(tmp_path / "t.csv", [*rows, *rows, *rows], header)
    with pytest.raises(DataError) as caught:
        read_unlabelled(path, 5, COLUMNS)
    assert says in str(caught.value)


def test_other_data_get_the_inputs_that_they_lack(tmp_path: Path):
    data = load_to_measure(written(tmp_path / "t.csv", [r for r in ROWS if r[0] == "red"]))
    wider = data.with_columns(COLUMNS)
    assert wider.features is not None
    assert np.array_equal(wider.features["train"][:, -2:], [[1.0, 0.0]] * len(wider.train))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([f"2024-05-{n % 28 + 1:02d}" for n in range(40)], "not dates"),
        ([f"person{n}x" for n in range(40)], "40 different words in 40 rows"),
        (["", *("ab"[n % 2] for n in range(39))], "row 2, column 1 (colour): ''"),
    ],
)
def test_words_that_are_no_kinds(tmp_path: Path, cells: list[str], says: str):
    path = written(tmp_path / "t.csv", [(c, *row[1:]) for c, row in zip(cells, ROWS, strict=True)])
    with pytest.raises(DataError) as caught:
        load(path)
    assert says in str(caught.value)
