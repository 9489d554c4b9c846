"""Labels that are numbers: identity output, quadratic cost, measured by MSE and R² everywhere."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import DataError, load

metrics = pytest.importorskip("sklearn.metrics")


def numbers(path: Path, seed: int = 0, rows: int = 120, name: str = "price") -> Path:
    """A price in thousands by two features, with noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 2)) * (1, 100)
    price = 250e3 + 80e3 * np.tanh(x[:, 0]) - 300 * x[:, 1] + rng.normal(size=rows) * 6000
    lines = [f"{a:.4f},{b:.3f},{p:.2f}" for (a, b), p in zip(x, price, strict=True)]
    path.write_text(f"a,b,{name}\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def run(cli, tmp_path: Path) -> Path:
    numbers(tmp_path / "homes.csv")
    found = cli("train", "--data", "homes.csv", "--label", "price", "--epochs", 40, "--out", "r")
    assert found.status == 0, found
    return tmp_path / "r"


def columns(path: Path) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1]


def test_it_is_said_everywhere(cli, tmp_path: Path):
    numbers(tmp_path / "homes.csv", name="target")
    checked = " ".join(cli("data", "check", "homes.csv").out.split())
    assert "2 inputs, numbers" in checked
    assert "target are numbers to come near to, not classes" in checked
    trained = cli("train", "--data", "homes.csv", "--epochs", 60, "--out", "r")
    assert "numbers to come near to" in trained.out
    assert "2-30-1 sigmoid identity quadratic" in trained.out
    assert "test mean squared error" in trained.out
    share = re.search(r"test mean squared error .*, R² (.*)\n", trained.out)
    assert share is not None
    assert float(share[1]) > 0.8
    assert "accuracy" not in trained.out
    assert cr.load_run("r").network.architecture.activations[-1] == "identity"
    assert cli("plot", "r", "--out", "a.png").status == 0


def test_the_measures_are_those_of_scikit_learn(cli, run: Path, tmp_path: Path):
    other = numbers(tmp_path / "other.csv", seed=1)
    found = cli("evaluate", run, "--data", other, "--json").objects()[0]
    x, price = columns(other)
    opened = cr.load_run(run)
    kept = opened.data["standard"], opened.data["target"]
    prepared = ((x - kept[0]["mean"]) / kept[0]["spread"]).astype(np.float32)
    outputs = opened.chosen.predict_proba(prepared)[:, 0].astype(float)
    guessed = outputs * kept[1]["spread"] + kept[1]["mean"]
    near = found["closeness"]
    assert near["examples"] == 120
    assert near["mean_squared_error"] == pytest.approx(
        metrics.mean_squared_error(price, guessed), rel=1e-6
    )
    assert near["r_squared"] == pytest.approx(metrics.r2_score(price, guessed), abs=1e-9)
    assert near["r_squared"] > 0.9
    shown = cli("evaluate", run, "--data", other).out
    assert f"R² {near['r_squared']:.3f}" in shown


def test_predictions_are_in_the_units_of_the_target(cli, run: Path, tmp_path: Path):
    x, price = columns(numbers(tmp_path / "test.csv", seed=2))
    (tmp_path / "bare.csv").write_text(
        "Id,a,b\n" + "".join(f"{i + 1461},{a},{b}\n" for i, (a, b) in enumerate(x))
    )
    assert cli("predict", run, "bare.csv", "--out", "s.csv").status == 0
    with Path("s.csv").open() as file:
        header, *rows = csv.reader(file)
    assert header == ["Id", "price"]
    assert rows[0][0] == "1461"
    guessed = np.array([float(answer) for _, answer in rows])
    assert metrics.r2_score(price, guessed) > 0.9
    assert "price from" in cli("predict", run, "bare.csv").out


@pytest.mark.parametrize("label", ["whole", "fractions"])
def test_whole_numbers_of_many_values_are_numbers(tmp_path: Path, label: str):
    y = 100 + np.arange(90) * (1 if label == "whole" else 1.5)
    rows = "".join(f"{v},{i % 7}.5\n" for i, v in enumerate(y))
    (tmp_path / "t.csv").write_text("y,a\n" + rows)
    data = load(tmp_path / "t.csv")
    assert data.target is not None
    assert data.target.name == "y"
    assert data.classes == ()
    assert data.target.undo(data.train.y).min() >= 100
    with_classes = load(tmp_path / "t.csv", task="classes", train_on_all=True)
    assert with_classes.target is None
    assert len(with_classes.classes) == 90


def test_few_whole_numbers_are_classes_unless_asked(cli, tmp_path: Path):
    rows = "".join(f"{3 + i % 6},{i}.5\n" for i in range(90))
    (tmp_path / "wine.csv").write_text("quality,a\n" + rows)
    assert load("wine.csv").classes == ("3", "4", "5", "6", "7", "8")
    found = cli("data", "check", "wine.csv", "--task", "numbers")
    assert "quality are numbers" in found.out
    assert "did you mean numbers?" in cli("data", "check", "wine.csv", "--task", "number").err


def test_what_numbers_do_not_take(cli, run: Path, tmp_path: Path):
    for option, right in (("--cost", "quadratic"), ("--output", "identity")):
        value = "cross-entropy" if option == "--cost" else "softmax"
        found = cli("train", "--data", "homes.csv", "--label", "price", option, value)
        assert found.status == 2
        assert f"numbers to come near to, which takes {right}" in found.err
    assert "gives numbers" in cli("open", "--run", run, "--no-browser").err
    (tmp_path / "words.csv").write_text("a,b,price\n" + "1,2,low\n3,4,high\n" * 9)
    assert "the labels are words" in cli("evaluate", run, "--data", "words.csv").err
    (tmp_path / "flat.csv").write_text("y,a\n" + "2.5,1\n" * 9)
    with pytest.raises(DataError, match="every example has the number 2"):
        load(tmp_path / "flat.csv")


def test_a_run_of_numbers_goes_on_and_is_measured_again(cli, run: Path):
    assert cli("train", "--resume", run, "--epochs", 41).status == 0
    found = cli("evaluate", run, "--json").objects()[0]
    assert found["closeness"]["r_squared"] > 0.8
    assert found["accuracy"] is None
