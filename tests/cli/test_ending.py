"""How a command ends that is cut off: by a pipe, `kill`, a full memory, or numbers too large."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import Split
from chainrule.ground import writing
from chainrule.runs.report import is_at_chance


def test_a_reader_that_goes_away_is_no_failure(command: Callable[..., list[str]]):
    """As `| head -1` does."""
    running = subprocess.Popen(
        command("train", "--epochs", 2), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    err = running.stderr.read()
    running.stderr.close()
    assert running.wait(timeout=120) == 0, err
    assert err == b""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_run_that_is_ended_says_how_to_go_on(
    command: Callable[..., list[str]], tmp_path: Path, heeding_ctrl_c: None, name: str
):
    number = getattr(signal, name)
    running = subprocess.Popen(
        command("train", "--epochs", 9000, "--out", "a.safetensors", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline()
    running.send_signal(number)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 128 + number
    assert "epochs are saved in a.safetensors" in err
    assert "chainrule train --resume a.safetensors" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]
    assert cr.load_run("a.safetensors").history


def test_parts_that_a_killed_process_left_are_removed(tmp_path: Path):
    gone = subprocess.run(["true"], check=True, capture_output=True)
    assert gone.returncode == 0
    dead = subprocess.Popen(["true"])
    dead.wait()
    old = tmp_path / f".a.txt.{dead.pid}-7.part"
    fresh = tmp_path / f".a.txt.{dead.pid}-8.part"
    alive = tmp_path / f".a.txt.{os.getpid()}-9.part"
    other = tmp_path / f".b.txt.{dead.pid}-7.part"
    for path in (old, fresh, alive, other):
        path.write_text("half")
        if path != fresh:
            os.utime(path, (time.time() - 3600, time.time() - 3600))
    writing.replace(tmp_path / "a.txt", b"whole")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a.txt", fresh.name, alive.name, other.name}


def test_the_usual_rate_is_advised_at_once(cli):
    options = ("train", "--hidden", "relu", "--output", "identity", "--epochs", 2)
    refused = cli(*options, "--learning-rate", 1000)
    assert refused.status == 2
    advised = refused.err.rpartition("try ")[2].strip()
    assert cli(*options, "--learning-rate", advised).status == 0


@pytest.mark.parametrize(
    ("right", "of", "share", "chance"),
    [(30, 300, 0.1, True), (33, 300, 0.1, True), (45, 300, 0.1, False), (15, 15, 0.9, False),
     (271, 300, 0.9, True), (1200, 10_000, 0.1, False)],
)  # fmt: skip
def test_just_above_the_commonest_class_is_chance(right: int, of: int, share: float, chance: bool):
    common = round(share * of)
    others = 1 + np.arange(of - common) % max(1, round(1 / share) - 1)
    y = np.concatenate([np.zeros(common, np.int64), others.astype(np.int64)])
    split = Split(np.zeros((of, 1), np.uint8), 1.0, y)
    assert is_at_chance(right / of, split) is chance


def test_memory_that_runs_out_while_saving_is_said(cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("chainrule.network.files.COPIES", 10**12)
    found = cli("train", "--epochs", 1)
    assert found.status == 2
    assert found.err.startswith("chainrule: not enough memory")
    assert found.err.count("\n") == 1
