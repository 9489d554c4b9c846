"""A run is driven from Python: nothing is printed, results are values, errors name settings."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import runs
from chainrule.ground.faults import Fault
from chainrule.network import Progress


def test_from_the_start_to_a_prediction(capfd: pytest.CaptureFixture[str], tmp_path: Path):
    run = runs.start("digits", runs.Choices(layers=(12,), epochs=3, patience=9))
    assert run.path == Path("digits-64-12-10.safetensors")
    records = list(run.records(0.0))
    assert [r.number for r in records if isinstance(r, cr.Epoch)] == [1, 2, 3]
    assert any(isinstance(r, Progress) for r in records)
    report = runs.report_on(run)
    assert report.best_epoch in (1, 2, 3)
    assert (report.advice, report.at_chance) == ((), False)
    again = runs.resume(run.path, runs.Choices(epochs=5))
    assert len(list(again.records())) == 2
    opened = runs.open_run(run.path)
    measured = runs.measure(opened)
    tested = runs.report_on(again).test
    assert measured.found is not None
    assert tested is not None
    assert measured.found.accuracy == tested.accuracy
    from PIL import Image

    Image.fromarray(np.pad(np.full((40, 6), 0, np.uint8), 20, constant_values=255)).save("1.png")
    (prediction,) = runs.predict(opened, "1.png")
    assert prediction.saw.shape == (8, 8)
    for result in (*records, report, measured, prediction):
        json.dumps(result.to_dict(), allow_nan=False)
    assert capfd.readouterr() == ("", "")


def test_the_class_comes_before_what_it_was_taken_for():
    data = cr.load("digits")
    confusion = np.diag(np.full(10, 5))
    confusion[3, 8] = 4
    found = cr.evaluate(cr.Network([64, 10]), data.test)
    pairs = runs.confused(data.classes, replace(found, confusion=confusion))
    assert [pair.to_dict() for pair in pairs] == [{"class": "3", "taken_for": "8", "times": 4}]


def test_a_run_that_diverges_says_what_to_change():
    choices = runs.Choices(output="identity", learning_rate=300.0)
    with pytest.raises(runs.RunDiverged) as caught:
        list(runs.start("digits", choices).records())
    assert caught.value.change == {"learning_rate": 0.05}
    assert caught.value.saved_in is None
    assert list(Path().iterdir()) == [], "a run without one good epoch leaves no file"


def started(**choices: Any) -> Callable[[], object]:
    return lambda: runs.start("digits", runs.Choices(**choices))


def read(**texts: str) -> Callable[[], object]:
    return lambda: runs.Choices.read(**texts)


def resumed(**choices: Any) -> Callable[[], object]:
    return lambda: runs.resume("run.safetensors", runs.Choices(**choices))


WRONG: Mapping[str, tuple[Callable[[], object], str, str]] = {
    "a number": (started(learning_rate=0.0), "learning_rate", "learning_rate is 0.0: it must be"),
    "a penalty": (started(l2=-1.0), "l2", "l2 is -1.0: it must be a number from 0 up"),
    "layers": (read(layers="thirty"), "layers", "layers is 'thirty': expected the sizes"),
    "dropout": (read(dropout="half"), "dropout", "dropout is 'half': expected a number"),
    "no hidden layer": (
        started(layers=(), hidden="relu"), "hidden", "hidden relu and layers none: there is no",
    ),
    "of another optimiser": (
        started(momentum=0.9), "momentum", "is no setting of sgd; it belongs to optimizer momentum",
    ),
    "a schedule": (started(schedule="fast"), "schedule", "schedule is fast: unknown schedule"),
    "patience": (started(patience=0), "patience", "patience is 0: it must be a whole number"),
    "a contradiction": (
        resumed(learning_rate=1.0), "learning_rate", "learning_rate 1.0 contradicts the run",
    ),
    "fewer epochs": (resumed(epochs=1), "epochs", "epochs 1 is fewer than the 2"),
    "a folder for data": (
        lambda: runs.start("digits", data_dir="here"), "data_dir", "data_dir here is for mnist",
    ),
    "a place": (
        lambda: runs.start("digits", out="run.safetensors"), "out", "out run.safetensors is there",
    ),
    "a part": (
        lambda: runs.measure(runs.open_run("run.safetensors"), "tset"), "part", "part is tset: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_an_error_names_the_setting(finished: runs.TrainingRun, case: str):
    wrong, setting, words = WRONG[case]
    with pytest.raises(Fault) as caught:
        wrong()
    assert caught.value.setting == setting
    assert words in str(caught.value)
    assert "--" not in str(caught.value)
    assert f"<{setting}>" in caught.value.line(lambda name: f"<{name}>")


def test_no_file_of_the_room_prints_or_knows_an_option():
    for file in Path(runs.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert " --" not in node.value.replace("# ---", ""), (file, node.value)
                assert "chainrule " not in node.value, (file, node.value)
            assert not (isinstance(node, ast.Name) and node.id == "print"), file
