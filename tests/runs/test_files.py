"""The file of a run: never overwritten, read whatever wrote it, gone on with to the same bits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import runs
from chainrule.network import Run

AS_ALWAYS_WRITTEN = {
    "init": "glorot",
    "seed": 4,
    "optimizer": "adam",
    "optimizer_settings": {"learning_rate": 0.002, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-7},
    "batch_size": 20,
    "epochs": 4,
    "l1": 0.1,
    "l2": 0.2,
    "dropout": [0.1, 0.2],
    "schedule": "step:1:0.5",
    "patience": 9,
}
"""The settings in a file's header, as the first runs had them."""


def test_two_runs_that_start_at_once_do_not_meet(finished: runs.TrainingRun):
    path = Path("run.safetensors")
    run, taken = cr.load_run(path), path.read_bytes()
    with pytest.raises(FileExistsError):
        cr.save_run(run, path, new=True)
    assert path.read_bytes() == taken
    free = Path("free.safetensors")
    assert runs.save_in_a_free_place(run, iter([path, free])) == free
    assert np.array_equal(cr.load_run(free).network.flat, run.network.flat)
    assert len(list(Path().iterdir())) == 2


def test_a_place_that_was_taken_in_the_meantime(finished: runs.TrainingRun):
    path = Path("run.safetensors")
    run, taken = cr.load_run(path), path.read_bytes()
    with pytest.raises(runs.RunError, match="is there now, though it was not before") as caught:
        runs.save_at(run, path)
    assert caught.value.setting == "out"
    assert path.read_bytes() == taken


def test_the_folder_of_the_data_is_kept(
    finished: runs.TrainingRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A run looks for its data where `data_dir` said they lie, as long as that is there."""
    asked: list[str | None] = []

    def load(source: str, data_dir: str | None) -> cr.Dataset:
        asked.append(data_dir)
        return finished.data

    monkeypatch.setattr("chainrule.runs.run_data.load", load)
    opened = runs.open_run("run.safetensors")
    for folder in (tmp_path, tmp_path / "gone"):
        runs.load_data(replace(opened, data={**opened.data, "data_dir": str(folder)}))
    runs.load_data(opened, data_dir="named")
    assert asked == [str(tmp_path), None, "named"]


def test_a_run_from_an_earlier_file_reaches_the_same_bits(finished: runs.TrainingRun):
    """Two of four epochs by the library alone, and a header as it always was."""
    settings = runs.Settings.from_dict(AS_ALWAYS_WRITTEN)
    assert settings.to_dict() == AS_ALWAYS_WRITTEN
    assert list(settings.to_dict()) == list(AS_ALWAYS_WRITTEN)

    def begin() -> cr.Training:
        network = cr.Network([64, 12, 8, 10], cost="cross-entropy", init="glorot", seed=4)
        return cr.Training(network, finished.data, settings.recipe)

    whole, half = begin(), begin()
    list(whole)
    run = Run(
        half.network,
        settings=AS_ALWAYS_WRITTEN,
        data=finished.run.data,
        history=(next(half), next(half)),
        best=(1, half.network.flat.copy()),
        state=half.state(),
    )
    cr.save_run(run, "earlier.safetensors")
    going = runs.resume("earlier.safetensors")
    assert [record.number for record in going.records() if isinstance(record, cr.Epoch)] == [3, 4]
    assert np.array_equal(cr.load_run("earlier.safetensors").network.flat, whole.network.flat)
