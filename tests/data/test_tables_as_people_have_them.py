"""Every way of writing one table is read to the same values and labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.data import Dataset, load, load_to_measure
from tests.support.tables_as_people_have_them import CASES, Case, lines


def values_of(data: Dataset, part: str = "train") -> np.ndarray:
    """The inputs as they came, before they were prepared."""
    if data.features is not None:
        return np.asarray(data.features[part])
    return data.splits()[part].values


@pytest.mark.parametrize("case", CASES.values(), ids=[name.replace(" ", "-") for name in CASES])
def test_every_way_is_read_alike(tmp_path: Path, case: Case):
    data = load_to_measure(case.write(tmp_path))
    assert data.classes == case.classes
    assert np.array_equal(data.train.y, case.labels)
    assert np.allclose(values_of(data), case.inputs, rtol=1e-12)
    assert data.label is not None
    assert data.label.why
    if case.label is not None:
        assert case.label in data.label.column


def test_there_are_many_ways():
    assert len(CASES) > 100


# --- which column is the label -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "column"), [("first", 0), ("last", 3), ("2", 1), ("B", 1), ("c", 2)]
)
def test_the_label_that_is_asked_for(tmp_path: Path, asked: str, column: int):
    rng = np.random.default_rng(0)
    table = rng.integers(0, (2, 3, 4, 5), (60, 4))
    rows = [",".join(map(str, row)) for row in table]
    (tmp_path / "t.csv").write_text("a,b,c,y\n" + "\n".join(rows) + "\n")
    data = load(tmp_path / "t.csv", label=asked, train_on_all=True)
    assert data.train.y.tolist() == table[:, column].tolist()
    assert data.label is not None
    assert data.label.why == "as asked for"
    assert np.array_equal(values_of(data), np.delete(table, column, axis=1))


@pytest.mark.parametrize(
    ("first", "last", "taken"),
    [
        (np.arange(60) % 18, np.arange(60) % 2, "last"),
        (np.zeros(60, int), np.arange(60) % 10, "last"),
        (30 + np.arange(60) % 15, 1 + np.arange(60) % 2, "last"),
        (np.arange(60) * 1.5, np.arange(60) % 3, "last"),
        (np.arange(60), np.arange(60) % 3, "last"),
        (np.arange(60) % 2, np.arange(60) % 9, "first"),
        (np.arange(60) % 3, np.arange(60) * 0.5, "first"),
        (np.arange(60) % 3, np.where(np.arange(60), 7, 8), "first"),
        (np.arange(60) % 4, np.arange(60) % 4, "first"),
    ],
    ids=["fewer", "constant", "gaps", "fractions", "counting", "fewer-first", "fractions-last",
         "nearly-constant", "alike"],
)  # fmt: skip
def test_first_or_last_without_a_header(
    tmp_path: Path, first: np.ndarray, last: np.ndarray, taken: str
):
    middle = np.random.default_rng(0).normal(size=60).round(3)
    rows = [f"{a},{m},{b}" for a, m, b in zip(first.tolist(), middle, last.tolist(), strict=True)]
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    data = load(tmp_path / "t.csv", train_on_all=True)
    assert data.label is not None
    assert data.label.asked_as == taken
    assert f"the {taken} column" in data.label.why


def test_pixels_of_few_values_are_no_label(tmp_path: Path):
    """A last pixel that is 0 or 37: the first column names the classes all the same."""
    pixels = np.random.default_rng(0).integers(0, 255, (40, 64))
    pixels[:, 63] = np.where(np.arange(40) % 9, 0, 37)
    rows = lines(header=None, labels=tuple((np.arange(40) % 10).tolist()), inputs=pixels)
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    assert load_to_measure(tmp_path / "t.csv").classes == tuple(map(str, range(10)))
