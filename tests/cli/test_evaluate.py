"""`chainrule evaluate`: on the data of the run as they were, or on others treated alike."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import runs

NAMES = ("ant", "cat", "dog")
HEADER = "height,weight,kind\n"


def animals(path: Path, seed: int, times: float = 1.0, names: tuple[str, ...] = NAMES) -> Path:
    """A table of features in units of their own, in three named classes."""
    rng = np.random.default_rng(seed)
    centres = np.array([[-5.0, 2e-4], [9.0, 4e3], [70.0, 3e4]])
    lines = []
    for i in range(90):
        a, b = times * (centres[i % 3] + rng.normal(size=2) * (1, 1e2))
        if i % 3 < len(names):
            lines.append(f"{a:.4f},{b:.4f},{names[i % 3]}\n")
    path.write_text(HEADER + "".join(lines))
    return path


@pytest.fixture
def run(cli, tmp_path: Path) -> Path:
    table = animals(tmp_path / "animals.csv", 0)
    path = tmp_path / "run.safetensors"
    found = cli("train", "--data", table, "--out", path, "--json")
    assert found.status == 0, found
    assert found.objects()[-1]["test"]["accuracy"] > 0.9
    return path


def test_data_that_have_changed_are_refused(cli, run: Path, tmp_path: Path):
    table = tmp_path / "animals.csv"
    assert cli("evaluate", run).status == 0
    lines = table.read_text().splitlines(keepends=True)
    for changed in (lines[:-3], [lines[0], *lines[4:], *lines[1:4]]):
        table.write_text("".join(changed))
        for arguments in ((run,), (run, "--data", table), (run, "--data", "animals.csv")):
            found = cli("evaluate", *arguments)
            assert found.status == 2, found
            assert "the data have changed" in found.err
            assert "name other data with --data" in found.err
    table.rename(tmp_path / "other.csv")
    assert cli("evaluate", run, "--data", "other.csv").status == 0
    table.write_text("".join(lines))
    assert cli("evaluate", run).status == 0


def test_other_features_are_treated_as_those_of_the_training(cli, run: Path, tmp_path: Path):
    """Animals ten times their size are not brought to mean 0 by themselves."""
    other = animals(tmp_path / "other.csv", 1, times=10)
    found = cli("evaluate", run, "--data", other, "--json").objects()[0]
    opened = runs.open_run(run)
    standard = cr.load(tmp_path / "animals.csv").standard
    assert standard is not None
    theirs = cr.load(other)
    assert theirs.features is not None
    features = np.concatenate([theirs.features[name] for name in theirs.splits()])
    y = np.concatenate([split.y for split in theirs.splits().values()])
    X = ((features - standard.mean) / standard.spread).astype(np.float32)
    right = np.mean(opened.chosen.predict(X) == y)
    alone = np.concatenate([split.X for split in theirs.splits().values()])
    assert right < np.mean(opened.chosen.predict(alone) == y)
    assert found["part"] == "all"
    assert found["examples"] == 90
    assert found["accuracy"] == pytest.approx(float(right))


def test_other_data_may_lack_a_class(cli, run: Path, tmp_path: Path):
    """The label of a name is that of the training, though fewer names are there."""
    for names in (NAMES[:2], NAMES):
        other = animals(tmp_path / "other.csv", 1, names=names)
        found = cli("evaluate", run, "--data", other, "--json").objects()[0]
        assert found["classes"] == list(NAMES)
        assert found["accuracy"] > 0.9
    lines = animals(tmp_path / "all.csv", 2).read_text().splitlines(keepends=True)
    (tmp_path / "two.csv").write_text("".join(line for line in lines if "ant" not in line))
    found = cli("evaluate", run, "--data", "two.csv", "--json").objects()[0]
    assert found["accuracy"] > 0.9
    assert found["classes"] == list(NAMES)


def test_other_names_of_classes_are_refused(cli, run: Path, tmp_path: Path):
    other = animals(tmp_path / "other.csv", 1, names=("cow", "cat", "dog"))
    found = cli("evaluate", run, "--data", other)
    assert found.status == 2
    assert "cat, cow, dog" in found.err
    assert "ant, cat, dog" in found.err


@pytest.mark.parametrize(
    "kept",
    [{"mean": [0.0], "spread": [1.0]}, {"mean": 3}, [1], {"mean": ["x", 1], "spread": [1, 1]}],
    ids=repr,
)
def test_a_run_that_lies_about_its_inputs(cli, run: Path, kept: object):

    opened = cr.load_run(run)
    cr.save_run(replace(opened, data={**opened.data, "standard": kept}), run)
    found = cli("evaluate", run)
    assert found.status == 2
    assert "what was done to its inputs" in found.err


def test_a_pipe_is_no_run(process, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    found = process("evaluate", "pipe")
    assert found.status == 2
    assert found.err == "chainrule: pipe is a pipe or a device: expected a .safetensors file\n"


def test_names_that_are_no_names_of_runs(cli, run: Path, tmp_path: Path):
    assert "an empty name" in cli("evaluate", "").err
    assert "check the name" in cli("evaluate", "nofile.safetensors").err
    (tmp_path / "gone.safetensors").symlink_to("nowhere")
    assert "a link to nowhere" in cli("evaluate", "gone.safetensors").err


def test_one_example(cli, tmp_path: Path):
    (tmp_path / "t.csv").write_text("".join(f"{i % 2},{i}.5\n" for i in range(6)))
    cli("train", "--data", "t.csv", "--epochs", 1, "--out", "run.safetensors")
    assert "test part: 1 example;" in cli("evaluate", "run.safetensors").out


def test_columns_go_by_their_names(cli, run: Path, tmp_path: Path):
    """The same table with its columns in another order is the same data."""
    lines = [line.split(",") for line in (tmp_path / "animals.csv").read_text().splitlines()]
    other = tmp_path / "other.csv"
    other.write_text("".join(f"{kind},{weight},{height}\n" for height, weight, kind in lines))
    copy = tmp_path / "copy.csv"
    copy.write_text((tmp_path / "animals.csv").read_text())
    plain = cli("evaluate", run, "--data", copy, "--json").objects()[0]
    moved = cli("evaluate", run, "--data", other, "--json").objects()[0]
    assert moved["cost"] == plain["cost"]
    assert moved["confusion"] == plain["confusion"]


def test_other_columns_are_refused(cli, run: Path, tmp_path: Path):
    other = tmp_path / "other.csv"
    text = (tmp_path / "animals.csv").read_text()
    other.write_text(text.replace("weight", "length", 1))
    found = cli("evaluate", run, "--data", other)
    assert found.status == 2
    assert "has no column weight, which this network was trained on" in found.err


def test_other_labels_are_other_data(cli, run: Path, tmp_path: Path):
    """The inputs alone are not the data."""
    table = tmp_path / "animals.csv"
    lines = table.read_text().splitlines()
    ants = [place for place, line in enumerate(lines) if line.endswith("ant")][:1]
    cats = [place for place, line in enumerate(lines) if line.endswith("cat")][:1]
    for place, name in ((ants[0], "cat"), (cats[0], "ant")):
        lines[place] = lines[place].rpartition(",")[0] + "," + name
    table.write_text("\n".join(lines) + "\n")
    found = cli("evaluate", run)
    assert found.status == 2
    assert "the data have changed" in found.err


def test_a_path_is_the_data_of_the_run_however_written(cli, run: Path, tmp_path: Path):
    table = tmp_path / "animals.csv"
    animals(table, 5)
    for name in ("animals.csv", table, f"../{tmp_path.name}/animals.csv"):
        found = cli("evaluate", run, "--data", name)
        assert found.status == 2, name
        assert "the data have changed" in found.err
    other = tmp_path / "b.csv"
    other.write_bytes(table.read_bytes())
    assert cli("evaluate", run, "--data", other).status == 0


def test_the_cost_is_said_to_be_without_the_penalty(cli, tmp_path: Path):
    for l2, said in ((0, False), (5, True)):
        path = tmp_path / f"{l2}.safetensors"
        assert cli("train", "--epochs", 1, "--l2", l2, "--out", path).status == 0
        assert ("without the penalty" in cli("evaluate", path).out) is said
