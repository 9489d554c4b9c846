"""Kaggle's way: a table with labels to train on, one without to predict, a file to hand in."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from tests.support.kaggle import PIXELS, write_csv, write_digits


@pytest.fixture
def truth(tmp_path: Path) -> list[str]:
    """The digits as Kaggle's train.csv and test.csv, and the labels that only we know."""
    return write_digits(tmp_path)


@pytest.fixture
def run(cli, truth: list[str], tmp_path: Path) -> Path:
    path = tmp_path / "run.safetensors"
    found = cli("train", "--data", "train.csv", "--all", "--epochs", 10, "--out", path, "--json")
    assert found.status == 0, found
    assert found.objects()[-1]["test"] is None
    return path


def submission(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_two_commands_make_a_submission(cli, run: Path, truth: list[str], tmp_path: Path):
    found = cli("predict", run, "test.csv", "--out", "submission.csv")
    assert found.status == 0, found
    header, rows = submission(tmp_path / "submission.csv")
    assert header == ["ImageId", "Label"]
    assert [row[0] for row in rows] == [str(i + 1) for i in range(len(truth))]
    right = np.mean([answer == wanted for (_, answer), wanted in zip(rows, truth, strict=True)])
    assert right > 0.9
    rows_again = cli("predict", run, "test.csv", "--json").objects()
    assert [row["answer"] for row in rows_again] == [answer for _, answer in rows]


def test_all_rows_are_trained_on_and_it_is_said(cli, run: Path, truth: list[str]):
    opened = cr.load_run(run)
    assert opened.data["examples"] == {"train": 1197, "validation": 0, "test": 0}
    found = cli("evaluate", run)
    assert found.status == 2
    assert "no test examples" in found.err
    shown = cli("train", "--data", "train.csv", "--all", "--epochs", 1, "--out", "b.safetensors")
    assert "1,197 examples to train on, none held back" in shown.out
    assert "label: column 1 (label), by its name" in shown.out
    assert cli("train", "--resume", "b.safetensors", "--epochs", 2).status == 0


def test_the_answers_are_those_of_the_network_alone(cli, run: Path, truth: list[str]):
    cli("predict", run, "test.csv", "--out", "s.csv")
    network = cr.load_run(run).chosen
    pixels = np.loadtxt("test.csv", delimiter=",", skiprows=1)
    expected = network.predict(pixels / 16)
    assert [int(answer) for _, answer in submission(Path("s.csv"))[1]] == expected.tolist()


def test_the_header_and_names_of_a_sample_are_kept(
    cli, run: Path, truth: list[str], tmp_path: Path
):
    ids = [f"img-{i}" for i in range(len(truth))]
    write_csv(tmp_path / "sample_submission.csv", ["Id", "digit"], [[name, 0] for name in ids])
    found = cli("predict", run, "test.csv", "--out", "one.csv")
    assert "sample_submission.csv" in found.out
    header, rows = submission(tmp_path / "one.csv")
    assert header == ["Id", "digit"]
    assert [row[0] for row in rows] == ids
    write_csv(tmp_path / "other.csv", ["a", "b"], [[1, 0], [2, 0]])
    refused = cli("predict", run, "test.csv", "--out", "two.csv", "--sample", "other.csv")
    assert refused.status == 2
    assert "other.csv has 2 rows and test.csv 300" in refused.err


def test_a_table_with_its_labels_and_other_columns_in_another_order(
    cli, run: Path, truth: list[str], tmp_path: Path
):
    """Columns go by their names; the label is left out, and the id is what a row goes by."""
    data = cr.load("digits")
    rows = [
        [i + 7, *map(int, reversed(row)), wanted]
        for i, (row, wanted) in enumerate(zip(data.test.values, truth, strict=True))
    ]
    write_csv(tmp_path / "mixed.csv", ["Id", *reversed(PIXELS), "label"], rows)
    cli("predict", run, "test.csv", "--out", "a.csv")
    cli("predict", run, "mixed.csv", "--out", "b.csv")
    (_, plain), (header, mixed) = submission(Path("a.csv")), submission(Path("b.csv"))
    assert header == ["Id", "label"]
    assert [row[1] for row in mixed] == [row[1] for row in plain]
    assert mixed[0][0] == "7"


def test_tables_without_a_header(cli, truth: list[str], run: Path, tmp_path: Path):
    lines = (tmp_path / "test.csv").read_text().splitlines()[1:]
    (tmp_path / "bare.csv").write_text("\n".join(lines) + "\n")
    labelled = [f"{wanted},{line}" for wanted, line in zip(truth, lines, strict=True)]
    (tmp_path / "first.csv").write_text("\n".join(labelled) + "\n")
    answers = []
    for name in ("test.csv", "bare.csv", "first.csv"):
        found = cli("predict", run, name, "--json")
        assert found.status == 0, found
        answers.append([row["answer"] for row in found.objects()])
    assert answers[0] == answers[1] == answers[2]


def test_what_cannot_be_predicted(cli, run: Path, truth: list[str], tmp_path: Path):
    write_csv(tmp_path / "few.csv", PIXELS[:9], [[1] * 9, [2] * 9])
    found = cli("predict", run, "few.csv")
    assert found.status == 2
    assert "no column pixel9, which the network was trained on" in found.err
    (tmp_path / "bare.csv").write_text("1,2,3\n4,5,6\n")
    assert "3 columns of inputs; this network takes 64" in cli("predict", run, "bare.csv").err
    (tmp_path / "there.csv").write_text("mine")
    refused = cli("predict", run, "test.csv", "--out", "there.csv")
    assert refused.status == 2
    assert "there.csv is there already and is not overwritten; take another name" in refused.err
    assert (tmp_path / "there.csv").read_text() == "mine"
    many = cli("predict", run, "test.csv", "test.csv", "--out", "x.csv")
    assert "is for one table" in many.err


# --- train and test in two files -----------------------------------------------------------------


def test_a_test_file_of_its_own(cli, truth: list[str], tmp_path: Path):
    data = cr.load("digits")
    rows = [[*map(int, row), int(y)] for row, y in zip(data.test.values, data.test.y, strict=True)]
    write_csv(tmp_path / "held.csv", [*PIXELS, "label"], rows)
    options = ("--data", "train.csv", "--test", "held.csv", "--epochs", 3)
    found = cli("train", *options, "--out", "t.safetensors", "--json")
    assert found.status == 0, found
    result = found.objects()[-1]
    assert result["data"]["examples"] == {"train": 997, "validation": 200, "test": 300}
    network = cr.load_run("t.safetensors").chosen
    right = np.mean(network.predict(data.test.X) == data.test.y)
    assert result["test"]["accuracy"] == pytest.approx(float(right))
    assert cli("evaluate", "t.safetensors", "--json").objects()[0]["examples"] == 300
    both = cli("train", *options, "--all", "--out", "b.safetensors", "--json").objects()[-1]
    assert both["data"]["examples"] == {"train": 1197, "validation": 0, "test": 300}


def test_a_test_file_without_labels_is_there_to_predict(cli, truth: list[str]):
    found = cli("train", "--data", "train.csv", "--test", "test.csv")
    assert found.status == 2
    assert "test.csv: no column label" in found.err
    assert "chainrule predict RUN test.csv" in found.err


def test_the_folder_as_kaggle_gives_it(cli, truth: list[str], tmp_path: Path):
    folder = tmp_path / "digit-recognizer"
    folder.mkdir()
    for name in ("train.csv", "test.csv"):
        (tmp_path / name).rename(folder / name)
    write_csv(folder / "sample_submission.csv", ["ImageId", "Label"], [[1, 0], [2, 0]])
    found = cli("data", "check", folder)
    assert found.status == 0, found
    assert "test.csv has no labels and is left out: it is there to predict" in " ".join(
        found.out.split()
    )
    assert all(f"\n{k} " in found.out for k in range(10))


def test_options_for_files_are_refused_for_data_known_by_name(cli):
    for option in (("--label", "first"), ("--all",), ("--test", "x.csv")):
        found = cli("train", *option)
        assert found.status == 2
        assert "is for your own files" in found.err


# --- all of a file is measured -------------------------------------------------------------------


def test_all_of_another_file_is_measured(cli, run: Path, truth: list[str], tmp_path: Path):
    """Fewer classes too: a label goes by its name."""
    data = cr.load("digits")
    for kept in (range(10), (3, 7), (4,)):
        rows = [
            [int(y), *map(int, row)]
            for row, y in zip(data.test.values, data.test.y, strict=True)
            if y in kept
        ]
        write_csv(tmp_path / "some.csv", ["label", *PIXELS], rows)
        found = cli("evaluate", run, "--data", "some.csv", "--json").objects()[0]
        assert found["part"] == "all"
        assert found["examples"] == len(rows)
        here = np.isin(data.test.y, kept)
        right = np.mean(cr.load_run(run).chosen.predict(data.test.X[here]) == data.test.y[here])
        assert found["accuracy"] == pytest.approx(float(right))
    assert "all 30" in cli("evaluate", run, "--data", "some.csv").out


def test_words_are_not_taken_for_digits_by_their_place(
    cli, run: Path, truth: list[str], tmp_path: Path
):
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    rows = [[words[i % 10], *[i % 16] * 64] for i in range(40)]
    write_csv(tmp_path / "words.csv", ["label", *PIXELS], rows)
    found = cli("evaluate", run, "--data", "words.csv")
    assert found.status == 2
    assert "eight, five, four" in found.err
    assert "0, 1, 2" in found.err
