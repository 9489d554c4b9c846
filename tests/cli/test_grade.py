"""`chainrule grade FILE.py` as it is met in a terminal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

NETWORK = """
import numpy as np

rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(5, 4)), rng.normal(size=5)
W2, b2 = rng.normal(size=(3, 5)), rng.normal(size=3)
s = lambda z: 1 / (1 + np.exp(-z))

def forward(X): return s(s(X @ W1.T + b1) @ W2.T + b2)

def gradients(X, Y):
    A1 = s(X @ W1.T + b1)
    A2 = s(A1 @ W2.T + b2)
    D2 = (A2 - Y) * A2 * (1 - A2) / len(X)
    D1 = (D2 @ W2) * A1 * (1 - A1)
    return D1.T @ X, D1.sum(axis=0), D2.T @ A1, D2.sum(axis=0)

parameters = [W1, b1, W2, b2]
"""


def test_a_right_network_passes(tmp_path: Path, cli):
    file = tmp_path / "mein Netz.py"
    file.write_text(NETWORK)
    found = cli("grade", str(file), "--cost", "quadratic")
    assert found.status == 0
    assert "The gradients are right" in found.out
    assert "4-5-3 sigmoid, sigmoid" in found.out


def test_a_wrong_one_is_named(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text(NETWORK.replace(" * A1 * (1 - A1)", ""))
    found = cli("grade", str(file))
    assert found.status == 1
    assert "sigma' left out in the hidden layers" in found.out
    (report,) = cli("grade", str(file), "--json").objects()
    assert report["mistake"] == "sigma' left out in the hidden layers"
    assert [a["passed"] for a in report["arrays"]] == [False, False, True, True]


def test_a_cost_that_nobody_states_is_asked_for(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text(NETWORK.replace("(A2 - Y) * A2 * (1 - A2)", "(A2 - Y)"))
    found = cli("grade", str(file))
    text = " ".join(found.out.split())
    assert found.status == 1
    assert "right if the cost is the cross-entropy" in text
    assert "sigma'(z) is missing" in text
    assert "`--cost cross-entropy` or `--cost quadratic`" in text
    stated = "def cost(A, Y): return np.sum((A - Y) ** 2) / 2 / len(A)\n"
    file.write_text(file.read_text() + stated)
    found = cli("grade", str(file))
    assert found.status == 1
    assert "sigma' left out at the output" in found.out
    assert "the cost which your `cost` computes" in found.out
    file.write_text(NETWORK + stated)
    assert cli("grade", str(file)).status == 0


def test_without_the_three_lines_they_are_shown(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text("x = 1\n")
    found = cli("grade", str(file))
    assert found.status == 2
    assert "def gradients(X, Y)" in found.out
    assert found.err.count("\n") == 1


def test_one_second_is_told_as_one(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text(
        NETWORK.replace("def gradients(X, Y):", "def gradients(X, Y):\n    while True: pass")
    )
    assert (
        "took longer than 1 second in `forward` or" in cli("grade", str(file), "--seconds", "1").out
    )


def test_standard_output_is_json_alone_where_json_is_asked_for(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text("x = 1\n")
    found = cli("grade", str(file), "--json")
    assert found.status == 2
    assert found.out == ""
    assert "def gradients(X, Y)" in found.err


NO_ADAPTER = NETWORK.replace("parameters = [W1, b1, W2, b2]", "rate = 0.1").replace(
    "def gradients(X, Y)", "def backward(X, Y)"
)


def test_how_the_file_is_read_is_shown_written_and_taken_back(tmp_path: Path, cli):
    file, lines = tmp_path / "net.py", tmp_path / "adapter.py"
    file.write_text(NO_ADAPTER)
    found = cli("grade", str(file), "--cost", "quadratic", "--write-adapter", str(lines))
    assert found.status == 0
    assert "own.backward(x, y)" in found.out
    assert "own.backward(x, y)" in lines.read_text()
    assert cli("grade", str(file), "--cost", "quadratic", "--adapter", str(lines)).status == 0
    lines.write_text(lines.read_text().replace("own.backward(x, y)", "own.backward(x, 0 * y)"))
    assert cli("grade", str(file), "--cost", "quadratic", "--adapter", str(lines)).status == 1


def test_a_folder_without_a_network_is_refused(tmp_path: Path, cli):
    (tmp_path / "notes.txt").write_text("no code")
    found = cli("grade", str(tmp_path))
    assert found.status == 2
    assert "has no file of Python" in found.err


def test_a_notebook_that_is_none_is_refused(tmp_path: Path, cli):
    file = tmp_path / "net.ipynb"
    file.write_text("[" * 100_000)
    found = cli("grade", str(file))
    assert found.status == 2
    assert "is no notebook" in found.err


PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PICTURE),
        ("a.py", PICTURE),
        ("letter.txt", b"Dear reader, hello.\n"),
        ("latin.dat", b"\xff\xfe\xe9"),
    ],
)
def test_a_file_that_is_no_python_is_refused(name: str, content: bytes, tmp_path: Path, cli):
    file = tmp_path / name
    file.write_bytes(content)
    found = cli("grade", str(file))
    assert (found.status, found.out) == (2, "")
    assert found.err == f"chainrule: {file} is not a Python file: expected one with your network\n"


def test_a_mistake_of_syntax_is_shown_where_it_is(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text("def forward(X)\n    return X\n")
    found = cli("grade", str(file))
    assert found.status == 1
    assert "net.py, line 1" in found.out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_refused_at_once(tmp_path: Path, process):
    os.mkfifo(tmp_path / "pipe.py")
    found = process("grade", tmp_path / "pipe.py")
    assert found.status == 2
    assert "is a pipe or a device: expected a file of Python" in found.err


def test_a_file_that_is_not_there(tmp_path: Path, cli):
    found = cli("grade", str(tmp_path / "no.py"))
    assert found.status == 2
    assert "is not there" in found.err


def test_a_module_beside_it_may_be_imported(tmp_path: Path, cli):
    (tmp_path / "my_net.py").write_text(NETWORK)
    file = tmp_path / "adapter.py"
    file.write_text("from my_net import forward, gradients, parameters\n")
    assert cli("grade", str(file), "--cost", "quadratic").status == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["adapter.py", "my_net.py"]


@pytest.mark.parametrize("seconds", ["0", "nan", "inf", "1e300", "x"])
def test_seconds_that_are_none_are_refused_by_the_name_of_the_option(
    seconds: str, tmp_path: Path, cli
):
    file = tmp_path / "net.py"
    file.write_text(NETWORK)
    found = cli("grade", str(file), "--seconds", seconds)
    assert found.status == 2
    assert found.err == (f"chainrule: --seconds: {seconds!r} is not a number from 0.1 to 86400\n")


HALF_TRAINED = """
import numpy as np

X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0.0], [1], [1], [0]])
rng = np.random.default_rng(3)
V, w = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))

for _ in range(50):
    hidden = np.tanh(X @ V)
    out = 1 / (1 + np.exp(-(hidden @ w)))
    delta = (out - y) * out * (1 - out)
    w -= hidden.T @ delta
"""


def test_a_layer_that_nothing_moves_is_said_and_no_pass(tmp_path: Path, cli):
    file, lines = tmp_path / "net.py", tmp_path / "adapter.py"
    file.write_text(HALF_TRAINED)
    found = cli("grade", str(file), "--cost", "quadratic", "--write-adapter", str(lines))
    text = " ".join(found.out.split())
    assert found.status == 1
    assert "The gradients of `w` are right, but none were found for `V`" in text
    assert "If nothing else is learnt, say so: give the adapter with --adapter." in text
    assert cli("grade", str(file), "--cost", "quadratic", "--adapter", str(lines)).status == 0


LAYER = """import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""


def test_a_layer_alone_is_checked_by_itself(tmp_path: Path, cli):
    file = tmp_path / "dense.py"
    file.write_text(LAYER)
    found = cli("grade", str(file))
    assert found.status == 0, found.err
    assert "Dense  (a dense layer)" in found.out
    file.write_text(LAYER.replace("dout.sum(axis=0)", "dout.sum() + 0 * self.b"))
    found = cli("grade", str(file))
    assert found.status == 1
    assert "the gradient of `b` is wrong" in found.out
    assert "db summed over everything" in found.out
    notebook = tmp_path / "dense.ipynb"
    cell = {"cell_type": "code", "source": LAYER.replace("        return dout @ self.W.T\n", "")}
    notebook.write_text(json.dumps({"cells": [cell]}))
    (report,) = cli("grade", str(notebook), "--json").objects()
    assert not report["passed"]
    assert "is a `return` missing" in report["layers"][0]["message"]


def test_right_layers_of_a_network_that_is_not_recognised_are_no_pass(tmp_path: Path, cli):
    file = tmp_path / "net.py"
    file.write_text(f"{LAYER}\n\ndef train(data, layers=()):\n    raise RuntimeError\n")
    found = cli("grade", str(file))
    assert found.status == 1
    assert "No network was recognised in it" in found.out
    assert cli("grade", str(file), "--layers").status == 0


def test_a_file_without_layers_says_so(tmp_path: Path, cli):
    file = tmp_path / "none.py"
    file.write_text("x = 1\n")
    found = cli("grade", str(file), "--layers")
    assert found.status == 2
    assert "has no layers: expected classes with `forward` and `backward`" in found.err


def test_a_file_that_changes_while_it_is_graded_is_said_to(tmp_path: Path, cli, monkeypatch):
    from chainrule import workshop

    file = tmp_path / "dense.py"
    file.write_text(LAYER)
    graded = workshop.grade_layers

    def saved_meanwhile(*words, **settings):
        found = graded(*words, **settings)
        file.write_text(LAYER.replace("dout.sum(axis=0)", "0 * self.b"))
        return found

    monkeypatch.setattr(workshop, "grade_layers", saved_meanwhile)
    found = cli("grade", str(file))
    assert found.status == 0
    assert "dense.py has changed since: this was the file before." in found.out
