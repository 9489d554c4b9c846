"""Runs made without a terminal, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule import runs


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHAINRULE_DATA", raising=False)


@pytest.fixture
def finished() -> runs.TrainingRun:
    """A run of two epochs on the digits, in `run.safetensors`."""
    run = runs.start("digits", runs.Choices(epochs=2), out="run.safetensors")
    assert len(list(run.records())) == 2
    return run
