"""What becomes of the numbers and labels of a table: pixels or features, numbers or names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.data import DataError, Dataset, Standard, check, load

KINDS = ("setosa", "versicolor", "virginica")


def rows(seed: int, m: int = 60) -> np.ndarray:
    """Three columns of quite different units (m, 3), one of them negative."""
    z = np.random.default_rng(seed).normal(size=(m, 3))
    return z * (0.5, 3e-5, 4e4) + (3.0, -1e-4, 1.6e9)


def write(path: Path, numbers: np.ndarray, header: str = "label,a,b,c\n") -> Path:
    lines = [f"{i % 3},{','.join(map(repr, row))}\n" for i, row in enumerate(numbers.tolist())]
    path.write_text(header + "".join(lines))
    return path


def all_rows(data: Dataset) -> np.ndarray:
    assert data.standard is not None
    parts = [split.X for split in data.splits().values()]
    return np.concatenate(parts) * data.standard.spread + data.standard.mean


def test_features_are_brought_to_mean_0_and_spread_1(tmp_path: Path):
    numbers = rows(0)
    data = load(write(tmp_path / "t.csv", numbers))
    assert np.allclose(data.train.X.mean(axis=0), 0, atol=1e-6)
    assert np.allclose(data.train.X.std(axis=0), 1, atol=1e-6)
    assert np.array_equal(data.train.values * np.float32(data.train.scale), data.train.X)
    assert data.image_shape is None
    assert "features" in data.preparation
    assert data.preparation == check(tmp_path / "t.csv").preparation
    order = np.argsort(numbers[:, 0])
    found = all_rows(data)
    found = found[np.argsort(found[:, 0])]
    assert np.allclose(found, numbers[order], rtol=0, atol=1e-5 * numbers.std(axis=0))


def test_the_training_part_alone_decides(tmp_path: Path):
    numbers = rows(0)
    data = load(write(tmp_path / "t.csv", numbers))
    assert data.features is not None
    known = {round(row[0], 5) for row in data.features["train"]}
    train = np.array([row for row in numbers if round(row[0], 5) in known])
    assert len(train) == len(data.train)
    assert data.standard is not None
    assert data.standard.mean == pytest.approx(train.mean(axis=0))
    assert data.standard.spread == pytest.approx(train.std(axis=0))


def test_a_column_that_never_changes_tells_nothing(tmp_path: Path):
    numbers = rows(0)
    numbers[:, 1] = 0.1
    data = load(write(tmp_path / "t.csv", numbers))
    assert not data.train.X[:, 1].any()
    assert data.standard is not None
    assert data.standard.spread[1] == 0
    far = data.standard.apply(np.array([[1e38, 5.0, -1e38]]))
    assert far[0, 1] == 0
    assert np.isfinite(far).all()


def test_whole_numbers_in_few_columns_are_features(tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text(
        "label,age,smokes\n" + "".join(f"{i % 2},{20 + i},{i % 2}\n" for i in range(60))
    )
    assert np.allclose(load(path).train.X.std(axis=0), 1, atol=1e-6)


def test_rows_of_an_archive_are_treated_as_those_of_a_table(tmp_path: Path):
    numbers, labels = rows(0), np.arange(60) % 3
    np.savez(tmp_path / "t.npz", x_train=numbers, y_train=labels, x_test=numbers, y_test=labels)
    data = load(tmp_path / "t.npz")
    assert np.allclose(data.train.X.std(axis=0), 1, atol=1e-6)


def test_other_features_are_brought_to_those_of_the_training(tmp_path: Path):
    mine = load(write(tmp_path / "mine.csv", rows(0)))
    theirs = load(write(tmp_path / "theirs.csv", 2 * rows(1)))
    assert mine.standard is not None
    as_mine = theirs.prepared_as(1.0, mine.standard)
    expected = mine.standard.apply(all_rows(theirs))
    found = np.concatenate([split.X for split in as_mine.splits().values()])
    assert np.allclose(found, expected, atol=1e-4)
    assert abs(found.mean()) > 1, "they are not about 0 by themselves"
    assert mine.prepared_as(1.0, Standard(mine.standard.mean, mine.standard.spread)) is mine


def test_what_is_constant_there_is_not_lost(tmp_path: Path):
    """A column that is 0 in all of their training part, and 1 in a test example."""
    numbers = rows(0)
    mine = load(write(tmp_path / "mine.csv", numbers))
    labels = np.arange(60) % 3
    flat = np.array(numbers)
    flat[:, 0] = 3.0
    other = flat.copy()
    other[7, 0] = 5.0
    np.savez(tmp_path / "t.npz", x_train=flat, y_train=labels, x_test=other, y_test=labels)
    theirs = load(tmp_path / "t.npz")
    assert mine.standard is not None
    as_mine = theirs.prepared_as(1.0, mine.standard)
    expected = (other[:, 0] - mine.standard.mean[0]) / mine.standard.spread[0]
    assert np.allclose(as_mine.test.X[:, 0], expected, atol=1e-5)
    assert (theirs.test.X[:, 0] == 0).all(), "by their own training part it tells nothing"


def test_a_fraction_is_read_alike_in_every_row(tmp_path: Path):
    """The numbers of the first 2,000 rows lie from 0 to 1, those of the next do not."""
    path = tmp_path / "t.csv"
    lines = [f"{i % 2},0.1,{i % 3 if i < 2000 else 300 + i % 3}\n" for i in range(4000)]
    path.write_text("label,a,b\n" + "".join(lines))
    data = load(path)
    assert data.standard is not None
    assert data.standard.spread[0] == 0
    assert (data.train.X[:, 0] == 0).all()


@pytest.mark.parametrize("blank", ["\n", ",,\n", " \t\n"])
def test_rows_after_many_blank_ones_are_read(tmp_path: Path, blank: str):
    path = tmp_path / "t.csv"
    lines = [f"{i % 2},{i / 7},{i % 5}\n" for i in range(30)]
    path.write_text("label,a,b\n" + "".join(lines[:10]) + 4100 * blank + "".join(lines[10:]))
    data = load(path)
    assert sum(map(len, data.splits().values())) == 30


def test_features_asked_for_as_they_are(tmp_path: Path):
    numbers = rows(0)[:, :2]
    path = write(tmp_path / "t.csv", numbers, "label,a,b\n")
    found = load(path).prepared_as(1.0, None)
    together = np.concatenate([split.X for split in found.splits().values()])
    assert np.allclose(np.sort(together, axis=0), np.sort(numbers, axis=0), atol=1e-5)


# --- labels --------------------------------------------------------------------------------------


def iris(label_first: bool, header: str) -> str:
    numbers = rows(3)
    lines = []
    for i, row in enumerate(numbers.tolist()):
        cells = [*map(repr, row)]
        cells.insert(0 if label_first else 3, f'"{KINDS[i % 3]}"' if i % 2 else KINDS[i % 3])
        lines.append(",".join(cells) + "\n")
    return header + "".join(lines)


@pytest.mark.parametrize(
    ("label_first", "header"),
    [
        (True, "label,a,b,c\n"),
        (False, "a,b,c,class\n"),
        (False, "a,b,c,species\n"),
        (False, ""),
        (True, ""),
    ],
    ids=["label", "class", "unknown name", "bare, last", "bare, first"],
)
def test_words_are_names_of_classes(tmp_path: Path, label_first: bool, header: str):
    path = tmp_path / "iris.csv"
    path.write_text(iris(label_first, header))
    data = load(path)
    assert data.classes == KINDS
    assert data.train.values.shape[1] == 3
    by_first = {round(row[0], 5): i % 3 for i, row in enumerate(rows(3).tolist())}
    labels = np.concatenate([split.y for split in data.splits().values()])
    assert [by_first[round(row[0], 5)] for row in all_rows(data)] == labels.tolist()


def test_names_of_classes_cannot_steer_a_terminal(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("label,u\n" + "".join(f"{'ab'[i % 2]}\x1b[31m,{i}\n" for i in range(30)))
    assert load(path).classes == (r"a\x1b[31m", r"b\x1b[31m")


def test_a_stray_label_is_warned_of(tmp_path: Path):
    path = write(tmp_path / "t.csv", rows(0))
    assert load(path).warnings == ()
    with path.open("a") as file:
        file.write("255,3,0,1.6e9\n")
    data = load(path)
    assert data.classes == ("0", "1", "2", "255")
    assert any("1 example of class 255" in warning for warning in data.warnings)
    assert set(data.warnings) <= set(check(path).warnings)


@pytest.mark.parametrize("first", [0, 1, 250])
@pytest.mark.parametrize("name", ["Id", "", "Unnamed: 0", "PassengerId", "day"])
def test_a_column_that_counts_the_rows(tmp_path: Path, first: int, name: str):
    """It is left out under a name that says so, and warned of under another."""
    path = tmp_path / "t.csv"
    header = f"{name},size,kind\n"
    lines = [f"{first + i},{i % 7},{'ab'[i % 2]}\n" for i in range(30)]
    path.write_text(header + "".join(lines))
    data = load(path)
    (warning,) = data.warnings
    if name == "day":
        assert warning.startswith("column 1 (day) counts the rows")
    else:
        assert "numbers the rows and is left out" in warning
    assert data.columns == (("day", "size") if name == "day" else ("size",))
    path.write_text(header + "".join(reversed(lines)))
    assert len(load(path).warnings) == (name != "day"), "numbers of rows in another order"
    path.write_text(header + "".join([*lines, f"{first + 5},3,a\n"]))
    assert load(path).warnings == ()
    assert load(path).columns == (name, "size")


def test_a_class_without_training_examples_is_warned_of(tmp_path: Path):
    path = tmp_path / "t.csv"
    lines = [f"{'ab'[i % 2]},{i}.5\n" for i in range(30)]
    for seed in range(20):
        path.write_text("label,u\n" + "".join(lines) + "rare,3.5\n")
        data = load(path, seed=seed)
        taught = 2 in data.train.y
        untaught = [w for w in data.warnings if "1 of the 3 classes (rare)" in w]
        assert bool(untaught) is not taught


def test_one_column_of_numbers_is_no_blank_picture(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{i % 2},{i}.5\n" for i in range(30)))
    assert check(path).warnings == ()


@pytest.mark.parametrize("source", [None, 3, b"digits", ["digits"]], ids=repr)
def test_what_is_no_name(source: object):
    with pytest.raises(DataError, match=r"is no data set; expected 'digits'"):
        load(source)  # pyright: ignore[reportArgumentType]


def test_an_empty_name(tmp_path: Path):
    with pytest.raises(DataError, match="an empty name"):
        load("")
    with pytest.raises(DataError, match="an empty name"):
        load("mnist", data_dir="")


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["label;a;b\n", "kind;a;b\n", ""])
def test_decimal_commas(tmp_path: Path, header: str):
    path = tmp_path / "t.csv"
    path.write_text(header + "".join(f"{'xy'[i % 2]};5,{i % 3};-1,2\n" for i in range(30)))
    data = load(path)
    assert sorted(set(all_rows(data)[:, 0].round(5))) == [5.0, 5.1, 5.2]
    assert any("decimal" in warning for warning in data.warnings)


def test_a_single_class_is_called_by_its_name(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i},{i % 3}.5,cat\n" for i in range(9)))
    with pytest.raises(DataError, match="every example has the label cat"):
        load(path)


# --- columns by name -----------------------------------------------------------------------------


def test_columns_may_be_put_in_another_order(tmp_path: Path):
    data = load(write(tmp_path / "t.csv", rows(0)))
    assert data.columns == ("a", "b", "c")
    other = data.with_columns(["c", "a", "b"])
    assert other.columns == ("c", "a", "b")
    for name, split in other.splits().items():
        assert np.array_equal(split.X, data.splits()[name].X[:, [2, 0, 1]])
    assert data.standard is not None
    assert other.standard is not None
    assert other.features is not None
    assert np.allclose(other.standard.apply(other.features["test"]), other.test.X)
    with pytest.raises(DataError, match="are not those of"):
        data.with_columns(["a", "b", "d"])


@pytest.mark.parametrize("header", ["", "label,a,a,b\n"])
def test_without_names_of_their_own_there_are_no_columns(tmp_path: Path, header: str):
    assert load(write(tmp_path / "t.csv", rows(0), header)).columns is None


# --- pixels or features --------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "features"), [(64, False), (49, True), (63, True)])
def test_whole_numbers_in_a_square_of_8_by_8_or_more_are_pixels(
    tmp_path: Path, columns: int, features: bool
):
    path = tmp_path / "t.csv"
    numbers = np.random.default_rng(0).integers(0, 256, (30, columns))
    lines = [f"{i % 3},{','.join(map(str, row))}\n" for i, row in enumerate(numbers)]
    path.write_text("".join(lines))
    assert (load(path).standard is not None) is features


def test_a_value_far_away_is_brought_nearer(tmp_path: Path):
    """A million spreads from the mean is as far as anything goes; 500 are left as they are."""
    numbers = np.zeros((30, 2))
    numbers[:, 0] = np.arange(30) % 2
    labels = np.arange(30) % 3
    far = numbers.copy()
    far[0, 0], far[1, 0] = 1e12, 250.5
    np.savez(tmp_path / "t.npz", x_train=numbers - 0.5, y_train=labels,
             x_test=far - 0.5, y_test=labels)  # fmt: skip
    data = load(tmp_path / "t.npz")
    assert data.test.X[0, 0] == 1e6
    assert data.test.X[1, 0] == pytest.approx(500, rel=0.05)


def test_classes_of_words_are_in_natural_order(tmp_path: Path):
    path = tmp_path / "t.csv"
    names = ("class 10", "class 2", "class 1")
    path.write_text("kind,a\n" + "".join(f"{names[i % 3]},{i / 7}\n" for i in range(30)))
    assert load(path).classes == ("class 1", "class 2", "class 10")


def test_numbers_in_names_of_classes_may_be_of_any_length(tmp_path: Path):
    path = tmp_path / "t.csv"
    names = ("k2", "k02b", "k10", "k٢٣", f"k1{5000 * '0'}", f"k2{5000 * '0'}")
    lines = [f"{names[-1 - i % 6]},{i / 7}\n" for i in range(60)]
    path.write_text("kind,a\n" + "".join(lines), encoding="utf-8")
    assert load(path).classes == names


def test_a_column_named_y_is_the_label(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("a,y,b\n" + "".join(f"{i / 7},{i % 3},{i}.5\n" for i in range(30)))
    data = load(path)
    assert data.columns == ("a", "b")
    assert len(data.classes) == 3


def test_as_many_commas_as_semicolons_are_decimal_ones(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{i % 2};5,{i % 4}\n" for i in range(30)))
    assert sorted(set(all_rows(load(path))[:, 0].round(5))) == [5.0, 5.1, 5.2, 5.3]


def test_names_of_columns_are_without_blanks(tmp_path: Path):
    data = load(write(tmp_path / "t.csv", rows(0), "label, a , b,c\n"))
    assert data.columns == ("a", "b", "c")


@pytest.mark.parametrize("blank", [",,,\n", '"","","",""\n', "\xa0\n", "\f\n"])
@pytest.mark.parametrize("place", ["first", "second", "last"])
def test_a_row_with_nothing_in_it(tmp_path: Path, blank: str, place: str):
    path = tmp_path / "t.csv"
    lines = ["a,b,c,kind\n", *(f"{i},{i / 7},{i % 5},{'xy'[i % 2]}\n" for i in range(20))]
    lines.insert({"first": 0, "second": 1, "last": len(lines)}[place], blank)
    path.write_text("".join(lines), encoding="utf-8")
    data = load(path)
    assert sum(map(len, data.splits().values())) == 20
    assert data.classes == ("x", "y")
