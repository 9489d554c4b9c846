"""A run may be stopped at any moment; what goes on reaches the same bits."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import chainrule as cr
from chainrule import runs

KILLS = int(os.environ.get("CHAINRULE_KILLS", "4"))
"""How often a run is killed; set it to 50 for the long trial."""

LONG = (
    *("--layers", "16", "--epochs", 40, "--optimizer", "adam", "--dropout", 0.1, "--l2", 0.1),
    *("--schedule", "cosine", "--patience", 40, "--seed", 3),
)
"""A run with state of every kind: of the optimiser, of chance, of early stopping."""


def tensors(path: Path | str) -> dict[str, np.ndarray]:
    return load_file(path)


def same_bits(one: Path | str, other: Path | str) -> bool:
    ours, theirs = tensors(one), tensors(other)
    return set(ours) == set(theirs) and all(
        ours[name].tobytes() == theirs[name].tobytes() for name in ours
    )


@pytest.fixture
def undisturbed(cli, tmp_path: Path) -> Path:
    path = tmp_path / "undisturbed.safetensors"
    assert cli("train", *LONG, "--out", path).status == 0
    return path


def test_killed_at_any_moment_it_goes_on_to_the_same_bits(
    cli, undisturbed: Path, command: Callable[..., list[str]], environment: dict[str, str]
):
    rng = random.Random(0)
    path, kills, tries, begun = Path("killed.safetensors"), 0, 0, []
    while kills < KILLS:
        tries += 1
        assert tries < 3 * KILLS + 20, "the run ends before it can be killed"
        again = ("train", "--resume", path) if path.exists() else ("train", *LONG, "--out", path)
        before = cr.load_run(path).history[-1:] if path.exists() else ()
        if before and before[0].number == 40:
            begun.append(path.read_bytes())
            assert same_bits(path, undisturbed)
            path.unlink()
            continue
        process = subprocess.Popen(
            command(*again), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        # At any moment: some lines are waited for, then a part of an epoch; or any time at all.
        lines = rng.randrange(12)
        for _ in range(lines):
            process.stdout.readline()
        time.sleep(rng.random() * (0.01 if lines else 0.5))
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        if process.wait() == -signal.SIGKILL:
            kills += 1
    if not path.exists():
        assert begun
        return
    assert cli("train", "--resume", path).status == 0
    assert same_bits(path, undisturbed)


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_ctrl_c_says_where_the_run_is_and_how_to_go_on(
    cli, command: Callable[..., list[str]], environment: dict[str, str]
):
    process = subprocess.Popen(
        command("train", "--epochs", 10_000, "--layers", 8, "--out", "a run.safetensors"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    while not process.stdout.readline().startswith("epoch "):
        pass
    process.send_signal(signal.SIGINT)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    assert said.count("\n") == 1
    assert said.startswith("chainrule: stopped; ")
    assert said.endswith("Go on with: chainrule train --resume 'a run.safetensors'\n")
    done = len(cr.load_run("a run.safetensors").history)
    assert f"{done} of 10000 epochs are saved" in said


@pytest.mark.parametrize("saved", [2, 3], ids=["before", "after"])
def test_ctrl_c_while_an_epoch_is_saved(cli, saved: int, monkeypatch: pytest.MonkeyPatch):
    """Just before the third epoch is in the file, or just after: the truth is said."""
    save = runs.TrainingRun.save

    def interrupted(going: runs.TrainingRun) -> None:
        if len(going.run.history) <= saved:
            save(going)
        if len(going.run.history) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(runs.TrainingRun, "save", interrupted)
    found = cli("train", "--layers", 5, "--out", "a.safetensors")
    assert found.status == 130
    assert found.err.startswith(f"chainrule: stopped; {saved} of 30 epochs are saved in a.safe")
    assert len(cr.load_run("a.safetensors").history) == saved


def test_more_epochs_are_the_same_as_all_at_once(cli):
    cli("train", "--epochs", 6, "--out", "once.safetensors")
    cli("train", "--epochs", 2, "--out", "twice.safetensors")
    found = cli("train", "--resume", "twice.safetensors", "--epochs", 6)
    assert found.status == 0
    assert "2 epochs are done; going on for 4 more" in found.out
    assert same_bits("once.safetensors", "twice.safetensors")
    assert [epoch.number for epoch in cr.load_run("twice.safetensors").history] == [*range(1, 7)]


def test_a_schedule_over_more_epochs_is_said(cli):
    cli("train", "--epochs", 3, "--schedule", "cosine", "--learning-rate", 0.4, "--out", "a")
    found = cli("train", "--resume", "a", "--epochs", 6)
    said = " ".join(found.out.split())
    # (1 + cos(2 pi / 3)) / 2 = 1/4 and (1 + cos(3 pi / 6)) / 2 = 1/2
    assert "cosine now runs over 6 epochs instead of 3: the learning rate was 0.1 and goes" in said
    assert "goes on at 0.2, and the weights will not be those of one run of 6 epochs" in said
    for schedule in ("constant", "exponential:0.9", "warmup:4"):
        name = schedule.partition(":")[0]
        cli("train", "--epochs", 2, "--schedule", schedule, "--out", name)
        assert "now runs over" not in cli("train", "--resume", name, "--epochs", 3).out


def test_patience_is_remembered(cli):
    at_once, resumed = Path("once.safetensors"), Path("twice.safetensors")
    cli("train", "--patience", 4, "--epochs", 60, "--out", at_once)
    best = cr.load_run(at_once).best
    assert best is not None
    cli("train", "--patience", 4, "--epochs", best[0] + 2, "--out", resumed)
    cli("train", "--resume", resumed, "--epochs", 60)
    assert len(cr.load_run(resumed).history) == best[0] + 4
    assert same_bits(at_once, resumed)


def test_a_finished_run_is_only_reported(cli, run_copy: Path):
    before = run_copy.read_bytes()
    found = cli("train", "--resume", run_copy)
    assert found.status == 0
    assert "5 epochs are done; no epoch is left\n\ntest accuracy" in found.out
    assert run_copy.read_bytes() == before


def test_other_data_are_refused_before_they_are_read(
    cli, run_copy: Path, monkeypatch: pytest.MonkeyPatch
):
    def read(*_: object, **__: object) -> None:
        raise AssertionError("this would have been a download")

    monkeypatch.setattr("chainrule.runs.run_data.load", read)
    found = cli("train", "--resume", run_copy, "--data", "mnist")
    assert found.status == 2
    assert "--data mnist contradicts the run to resume, which was trained on digits" in found.err
    run = cr.load_run(run_copy)
    elsewhere = replace(run, data={**run.data, "source": "/elsewhere/own.csv"})
    cr.save_run(elsewhere, run_copy)
    assert "--data mnist contradicts" in cli("train", "--resume", run_copy, "--data", "mnist").err


def test_the_same_options_may_be_given_again(cli, run_copy: Path):
    found = cli(
        *("train", "--resume", run_copy, "--layers", "30", "--learning-rate", 0.5),
        *("--hidden", "sigmoid", "--seed", 0, "--dropout", 0, "--schedule", "constant"),
    )
    assert (found.status, found.err) == (0, "")


def test_a_resumed_run_may_be_saved_elsewhere(cli, run_copy: Path):
    before = run_copy.read_bytes()
    found = cli("train", "--resume", run_copy, "--epochs", 7, "--out", "on.safetensors")
    assert found.status == 0
    assert run_copy.read_bytes() == before
    assert len(cr.load_run("on.safetensors").history) == 7
    assert cli("train", "--resume", run_copy, "--epochs", 6, "--out", run_copy).status == 0


def test_a_run_on_ones_own_data_finds_them_from_another_folder(
    cli, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cli("train", "--data", table.name, "--epochs", 2, "--out", "own.safetensors")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = cli("train", "--resume", "../own.safetensors", "--epochs", 3)
    assert (found.status, found.err) == (0, "")


def test_changed_data_are_refused(cli, table: Path):
    cli("train", "--data", table, "--epochs", 2, "--out", "own.safetensors")
    text = table.read_text(encoding="utf-8")
    for changed, what in (
        (text.replace("0.501", "0.502"), "other contents"),
        (text + "1,0.5,0.1\n2,0.1,0.5\n", "other examples"),
        (text.replace("label,u,v", "label,u,v,w").replace("\n0,", "\n0,0,"), None),
    ):
        table.write_text(changed, encoding="utf-8")
        found = cli("train", "--resume", "own.safetensors", "--epochs", 3)
        assert found.status == 2
        assert found.err.startswith("chainrule: ")
        assert found.err.count("\n") == 1
        if what:
            assert "the data have changed since the run was started" in found.err
            assert what in found.err


def test_a_run_ended_by_its_patience_is_not_forced_on(cli):
    cli("train", "--patience", 1, "--epochs", 60, "--out", "p.safetensors")
    done = len(cr.load_run("p.safetensors").history)
    assert done < 60
    before = Path("p.safetensors").read_bytes()
    found = cli("train", "--resume", "p.safetensors", "--epochs", 90)
    assert found.status == 2
    assert "--patience" in found.err
    again = cli("train", "--resume", "p.safetensors")
    assert again.status == 0
    assert f"{done} epochs are done; no epoch is left" in again.out
    assert Path("p.safetensors").read_bytes() == before


def test_divergence_later_on_keeps_what_was_good(cli, run_copy: Path):
    cli(
        *("train", "--output", "identity", "--hidden", "relu", "--learning-rate", 0.05),
        *("--schedule", "warmup:1", "--epochs", 1, "--out", "d.safetensors"),
    )
    from dataclasses import replace

    run = cr.load_run("d.safetensors")
    settings = {**run.settings, "epochs": 5}
    settings["optimizer_settings"] = {"learning_rate": 500.0}
    cr.save_run(replace(run, settings=settings), Path("d.safetensors"))
    before = tensors("d.safetensors")
    found = cli("train", "--resume", "d.safetensors")
    assert found.status == 2
    assert "Epoch 1 is saved in d.safetensors" in found.err
    after = tensors("d.safetensors")
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_resumed_run_that_diverges_at_once_keeps_its_file(cli):
    """As after a run that was stopped before its first epoch was done."""
    choices = runs.Choices(output="identity", learning_rate=300.0)
    runs.start("digits", choices, out="d.safetensors")
    before = Path("d.safetensors").read_bytes()
    found = cli("train", "--resume", "d.safetensors")
    assert found.status == 2
    assert "learning rate 300 is too large" in found.err
    assert Path("d.safetensors").read_bytes() == before


# --- places that cannot be written to --------------------------------------------------------


def limited_to(size: int) -> Callable[[], None]:
    """As if the disk were full: no file may grow beyond `size` bytes."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_full_disk_leaves_the_earlier_checkpoint(
    cli, run_copy: Path, command: Callable[..., list[str]], environment: dict[str, str]
):
    before = run_copy.read_bytes()
    done = subprocess.run(
        command("train", "--resume", run_copy, "--epochs", 50),
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited_to(len(before) - 1000),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("chainrule: ")
    assert done.stderr.count("\n") == 1
    assert f"{run_copy} cannot be written: " in done.stderr
    assert run_copy.read_bytes() == before
    assert [path.name for path in run_copy.parent.iterdir()] == [run_copy.name]


def test_a_disk_full_from_the_start(command: Callable[..., list[str]], environment: dict[str, str]):
    done = subprocess.run(
        command("train"),
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited_to(2000),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("chainrule: digits-64-30-10.safetensors cannot be written: ")
    assert done.stderr.count("\n") == 1
    assert list(Path().iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to(cli):
    folder = Path("locked")
    folder.mkdir()
    folder.chmod(0o500)
    found = cli("train", "--out", folder / "run.safetensors")
    assert found.status == 2
    assert "Permission denied" in found.err
    folder.chmod(0o700)


def test_a_folder_that_has_gone(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    shutil.rmtree(gone)
    found = cli("train", "--epochs", 1)
    assert found.status == 2
    assert found.err.startswith("chainrule: ")
    assert found.err.count("\n") == 1
