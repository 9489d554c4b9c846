"""What `chainrule grade` prints about layers."""

from __future__ import annotations

from pathlib import Path

DENSE = """
import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.weights_of_the_layer_below = np.random.randn(n_in, n_out)

    def forward(self, x):
        self.x = x
        return x @ self.weights_of_the_layer_below

    def backward(self, error):
        self.grad_weights_of_the_layer_below = self.x.T @ error
        return error @ self.weights_of_the_layer_below.T
"""

NET = """
from dense import Dense


class Square(Dense):
    pass


def train(data, layers=()):
    raise RuntimeError
"""

NEEDY = """

class Elementwise:
    def __init__(self, function, prime):
        self.function, self.prime = function, prime

    def forward(self, x):
        self.x = x
        return self.function(x)

    def backward(self, error):
        return error * self.prime(self.x)
"""


def test_a_layer_that_was_not_checked_has_no_sign_of_a_wrong_one(tmp_path: Path, cli):
    file = tmp_path / "dense.py"
    file.write_text(DENSE + NEEDY)
    found = cli("grade", str(file), "--layers")
    assert found.status == 1
    assert "✗" not in found.out
    assert "how to make one is not known: `Elementwise(function, prime)`" in " ".join(
        found.out.split()
    )
    assert "1 of 2 layers is right, 1 is not decided" in found.out
    file.write_text(NEEDY)
    assert "its layer is not decided" in cli("grade", str(file), "--layers").out


def test_a_long_name_stays_apart_from_its_shape(tmp_path: Path, cli):
    file = tmp_path / "dense.py"
    file.write_text(DENSE.replace("self.x.T @ error", "2 * self.x.T @ error"))
    found = cli("grade", str(file))
    assert found.status == 1
    assert "weights_of_the_layer_below (5, 4)" in found.out


def test_a_layer_is_told_once_in_a_folder(tmp_path: Path, cli):
    (tmp_path / "dense.py").write_text(DENSE)
    (tmp_path / "net.py").write_text(NET)
    found = cli("grade", str(tmp_path), "--layers")
    assert found.status == 0
    assert found.out.count("Dense") == 1


def test_it_is_told_why_no_network_was_recognised(tmp_path: Path, cli):
    file = tmp_path / "dense.py"
    file.write_text(DENSE + NET.partition("\n\n\n")[2])
    words = " ".join(cli("grade", str(file)).out.split())
    assert "This much of it was recognised" in words
    assert "No network was recognised in it: dense.py" in words
    assert "asks for its layers alone" not in words
