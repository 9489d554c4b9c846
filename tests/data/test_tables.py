"""What becomes of the numbers and labels of a table: pixels or features, numbers or names."""

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
    parts = [data.standard.undo(split.X) for split in data.splits().values()]
    return np.concatenate(parts)


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
    known = {round(row[0], 5) for row in data.standard.undo(data.train.X)} if data.standard else {}
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
    (warning,) = load(path).warnings
    assert "252 of the 256 classes (3, 4, 5, 6, 7, ...)" in warning
    assert "highest label is 255" in warning
    assert warning in check(path).warnings


@pytest.mark.parametrize("first", [0, 1, 250])
def test_a_column_that_counts_the_rows_is_warned_of(tmp_path: Path, first: int):
    path = tmp_path / "t.csv"
    lines = [f"{first + i},{i % 7},{'ab'[i % 2]}\n" for i in range(30)]
    path.write_text("Id,size,kind\n" + "".join(lines))
    (warning,) = load(path).warnings
    assert warning.startswith("column 1 (Id) counts the rows")
    path.write_text("Id,size,kind\n" + "".join(reversed(lines)))
    assert load(path).warnings == ()
    path.write_text("Id,size,kind\n" + "".join([*lines, "5,3,a\n"]))
    assert load(path).warnings == ()


def test_a_class_without_training_examples_is_warned_of(tmp_path: Path):
    path = tmp_path / "t.csv"
    lines = [f"{'ab'[i % 2]},{i}.5\n" for i in range(30)]
    for seed in range(20):
        path.write_text("label,u\n" + "".join(lines) + "rare,3.5\n")
        data = load(path, seed=seed)
        taught = 2 in data.train.y
        assert bool(data.warnings) is not taught
        if not taught:
            assert "1 of the 3 classes (rare)" in data.warnings[0]
            assert "highest label" not in data.warnings[0]


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
