"""`chainrule predict` of several pictures, some of which cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["text", "json"])
def test_a_bad_picture_does_not_stop_the_others(
    cli, trained: Path, picture: Path, tmp_path: Path, json: tuple[str, ...]
):
    (tmp_path / "bad.png").write_text("no picture")
    asked = ("bad.png", picture, "none.png", picture)
    found = cli("predict", trained, *asked, *json)
    good = cli("predict", trained, picture, picture, *json)
    assert found.status == 2
    assert good.status == 0
    assert found.out == good.out
    lines = found.err.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["bad.png", "none.png"]


def test_names_cannot_steer_a_terminal(cli, trained: Path, picture: Path, tmp_path: Path):
    name = "one\x1b[31m.png"
    (tmp_path / name).write_bytes(picture.read_bytes())
    found = cli("predict", trained, name, "no\x1b.png")
    assert found.out.startswith(r"one\x1b[31m.png: ")
    assert "\x1b" not in found.out + found.err
    assert r"no\x1b.png: no such file" in found.err


def test_a_single_output_is_that_of_class_1(cli, picture: Path, tmp_path: Path):
    network = cr.Network([64, 5, 1], output="sigmoid", cost="cross-entropy", seed=1)
    for bias, answer in ((4.0, "1"), (-4.0, "0")):
        network.parameters["W2"][:] = 0
        network.parameters["b2"][:] = bias
        network.save(tmp_path / "two.safetensors")
        found = cli("predict", tmp_path / "two.safetensors", picture, "--json").objects()[0]
        assert found["class"] == answer
        assert found["outputs"]["1"] == pytest.approx(1 / (1 + np.exp(-bias)), abs=1e-6)
        assert sum(found["outputs"].values()) == pytest.approx(1)
        assert found["output"] == found["outputs"][answer]
        drawn = cli("predict", tmp_path / "two.safetensors", picture).out
        assert re.search(rf" {answer} +0\.98 .*<$", drawn, re.MULTILINE)
