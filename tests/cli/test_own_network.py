"""The learner's own network from training to its answer: kept, gone on with, drawn, asked."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chainrule.network import load_run
from chainrule.workshop import ACTIVATIONS, COSTS, OPTIMIZERS, references
from tests.support.pictures import picture

LAST = "trained.safetensors"


@pytest.fixture
def folder(tmp_path: Path, cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every function written, and the command line beside it."""
    monkeypatch.chdir(tmp_path)
    assert cli("build", "start").status == 0
    made = tmp_path / "my-network"
    (made / "network.py").write_text(references(), encoding="utf-8")
    return made


CHOICES = [
    ("--hidden", "100,50"),
    ("--activation", "tanh", "--cost", "cross-entropy"),
    ("--activation", "relu", "--cost", "log-likelihood", "--l2", "1", "--optimizer", "momentum"),
]


@pytest.mark.parametrize("options", CHOICES, ids=" ".join)
def test_whatever_is_written_can_be_trained_with(options: tuple[str, ...], folder: Path, cli):
    found = cli("build", "train", "--epochs", "6", *options, "--json")
    assert found.status == 0
    *epochs, result = found.objects()
    assert len(epochs) == 6
    assert result["yours"] > 0.85
    assert result["ours"] > 0.85
    assert result["difference"] is None
    run = load_run(folder / LAST)
    assert [epoch.number for epoch in run.history] == [1, 2, 3, 4, 5, 6]
    assert run.history[-1].cost < run.history[0].cost


@pytest.mark.parametrize("options", [(), CHOICES[2]], ids=["own train", "parts"])
def test_a_training_that_goes_on_comes_to_the_same_bits(
    options: tuple[str, ...], folder: Path, cli
):
    assert cli("build", "train", "--epochs", "2", *options).status == 0
    assert cli("build", "train", "--epochs", "3", "--resume").status == 0
    resumed = load_run(folder / LAST)
    assert cli("build", "train", "--epochs", "3", *options).status == 0
    at_once = load_run(folder / "trained-2.safetensors")
    assert np.array_equal(resumed.network.flat, at_once.network.flat)
    assert [e.cost for e in resumed.history] == [e.cost for e in at_once.history]
    assert cli("build", "train", "--resume").status == 2, "it has all its epochs"
    again = cli("build", "train", "--resume", "--epochs", "9", "--cost", "quadratic")
    assert "--cost: " in again.err
    assert "goes on as it was started" in again.err


def test_the_answer_is_that_of_the_learner_s_own_code(folder: Path, tmp_path: Path, cli):
    cli("build", "train", "--epochs", "1")
    path, _ = picture(tmp_path, 0)
    source = references().replace(
        "    return zs, activations",
        "    activations[-1] = np.arange(10.0)\n    return zs, activations",
    )
    (folder / "network.py").write_text(source)
    (answer,) = cli("build", "predict", str(path), "--json").objects()
    assert list(answer["outputs"].values()) == list(range(10))
    broken_source = references().replace("zs, activations = [], [x]", "return 3 / []")
    (folder / "network.py").write_text(broken_source)
    broken = cli("build", "predict", str(path))
    assert broken.status == 1
    assert "your network stopped: TypeError" in broken.err


def test_without_a_trained_network_it_is_said_what_trains_one(folder: Path, tmp_path: Path, cli):
    path, _ = picture(tmp_path, 0)
    found = cli("build", "predict", str(path))
    assert found.status == 2
    assert "`chainrule build train`" in found.err


@pytest.mark.parametrize(
    ("options", "function", "words"),
    [
        (("--cost", "log-likelihood"), "softmax", "cost log-likelihood needs it"),
        (("--activation", "relu"), "relu_prime", "activation relu needs it"),
        (("--optimizer", "momentum"), "momentum", "optimizer momentum needs it"),
        (("--l2", "1"), "l2", "l2 1.0 needs it"),
    ],
)
def test_what_is_needed_and_not_written_is_named(
    options: tuple[str, ...], function: str, words: str, folder: Path, cli
):
    source = references().replace(f"def {function}(", f"def not_{function}(")
    (folder / "network.py").write_text(source)
    found = cli("build", "train", *options)
    assert found.status == 2
    assert f"`{function}` is not written yet, and {words}" in found.err


def test_a_wrong_part_is_named(folder: Path, cli):
    source = references().replace("return 1 - np.tanh(z) ** 2", "return 1 - z ** 2")
    assert source != references()
    (folder / "network.py").write_text(source)
    found = cli("build", "train", "--activation", "tanh", "--epochs", "1")
    assert "`tanh_prime` gives wrong numbers" in found.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--cost", "hinge"), "quadratic, cross-entropy, log-likelihood"),
        (("--activation", "reluu"), "did you mean relu"),
        (("--optimizer", "adam"), "sgd, momentum"),
        (("--momentum", "1"), "from 0 to less than 1"),
        (("--l2", "-1"), "from 0 up"),
        (("--hidden", "3,x"), "--hidden: 'x' is not a whole number"),
    ],
)
def test_what_is_not_known_is_refused_by_the_name_of_its_option(
    options: tuple[str, str], words: str, folder: Path, cli
):
    found = cli("build", "train", *options)
    assert found.status == 2
    assert options[0] in found.err
    assert words in found.err
    assert found.err.count("\n") == 1


def test_the_help_names_what_there_is(cli):
    text = " ".join(cli("build", "train", "--help").out.split())
    for name in (*ACTIVATIONS, *COSTS, *OPTIMIZERS):
        assert name in text


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_keeps_what_is_trained(
    folder: Path,
    command: Callable[..., list[str]],
    environment: dict[str, str],
    heeding_ctrl_c: None,
):
    process = subprocess.Popen(
        command("build", "train", "--epochs", 5_000, "--hidden", "5"),
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
    text = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    done = len(load_run(folder / LAST).history)
    assert done >= 1
    assert f"stopped; {done} of 5000 epochs are kept in" in text
    assert text.endswith("Go on with: chainrule build train --resume\n")
