"""`chainrule data`: what was found in one's own files, said in full and in few lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.data import MNIST, PUBLISHED, File, Published, fingerprint, write_idx


def test_check_says_what_was_done_to_the_inputs(cli, tmp_path: Path):
    (tmp_path / "f.csv").write_text("".join(f"{i % 2},{i}.5,-{i}\n" for i in range(30)))
    assert "features, each brought to mean 0 and spread 1" in cli("data", "check", "f.csv").out
    assert cli("data", "check", "f.csv", "--json").objects()[0]["preparation"].startswith("feat")
    assert "inputs: pixels, divided by 16" in cli("data", "check").out


def test_classes_without_examples_fill_no_screen(cli, tmp_path: Path):
    rows = "".join(f"{i % 3},{i}.5,2\n" for i in range(60)) + "900,3,3\n"
    (tmp_path / "t.csv").write_text(rows)
    found = cli("data", "check", "t.csv")
    assert len(found.out.splitlines()) < 20
    assert "1 example of class 900" in " ".join(found.out.split())


def test_one_of_a_thing(cli, tmp_path: Path):
    (tmp_path / "t.csv").write_text("".join(f"{i % 2},{i}.5\n" for i in range(30)))
    assert "1 input, 2 classes" in cli("data", "check", "t.csv").out


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """A published data set of 40 images, under the name of mnist, with no mirror."""
    arrays = [
        np.arange(640, dtype=np.uint8).reshape(40, 4, 4),
        np.arange(40, dtype=np.uint8) % 10,
        np.arange(160, dtype=np.uint8).reshape(10, 4, 4),
        np.arange(10, dtype=np.uint8),
    ]
    files = [
        File(file.name, array.shape, fingerprint(array))
        for file, array in zip(MNIST.files, arrays, strict=True)
    ]
    fields = {**vars(MNIST), "files": tuple(files), "mirrors": ()}
    monkeypatch.setitem(PUBLISHED, "mnist", Published(**fields))
    return arrays


def test_fetch_says_what_was_set_aside(cli, small: list[np.ndarray], tmp_path: Path):
    folder = tmp_path / "dd" / "mnist"
    folder.mkdir(parents=True)
    for file, array in zip(MNIST.files, small, strict=True):
        write_idx(folder / f"{file.name}.gz", array)
    assert cli("data", "fetch", "mnist", "--data-dir", "dd").out.endswith("whole and verified\n")
    (folder / "train-images-idx3-ubyte.gz.damaged").write_bytes(b"cut")
    found = cli("data", "fetch", "mnist", "--data-dir", "dd")
    assert found.status == 0
    assert "train-images-idx3-ubyte.gz.damaged; remove it" in " ".join(found.out.split())


def test_an_error_of_the_data_says_what_to_type(cli, small: list[np.ndarray], tmp_path: Path):
    missing = cli("train", "--data", "mnist")
    assert "point --data-dir or CHAINRULE_DATA to a folder" in " ".join(missing.err.split())
    unfound = cli("data", "list", "--data-dir", tmp_path / "nowhere")
    assert "--data-dir must name one that exists" in " ".join(unfound.err.split())
    for file, array in zip(MNIST.files, small, strict=True):
        write_idx(tmp_path / f"{file.name}.gz", array)
    cut = tmp_path / f"{MNIST.files[0].name}.gz"
    cut.write_bytes(cut.read_bytes()[:-9])
    damaged = cli("train", "--data", "mnist", "--data-dir", tmp_path)
    assert f"chainrule data fetch mnist --data-dir {tmp_path}" in " ".join(damaged.err.split())
