"""The hostile files again, in a network and in layers that `grade` has to find by itself."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from chainrule.workshop import (
    Guard,
    NoAdapter,
    OwnFile,
    WorkshopError,
    grade_file,
    grade_layers,
    own_files,
)
from tests.support import cases

from .test_hostile import TABLE, Hostile, below

LIMIT = 0.6


class Cheat(NamedTuple):
    what: str
    body: str


BODIES = {one.what: one.body for one in cases(TABLE, "function", Hostile)}
CHEATS = {one.what: one.body for one in cases(TABLE, "cheat", Cheat)}
HEAD = (
    "import numpy as np\nimport os, sys\n\n"
    "def sigmoid(z):\n    {}\n    return 1 / (1 + np.exp(-z))\n"
)
NETWORK = """
class Net:
    def __init__(self):
        self.W1, self.b1 = np.random.randn(5, 4), np.random.randn(4)
        self.W2, self.b2 = np.random.randn(4, 3), np.random.randn(3)

    def forward(self, X):
        self.a1 = sigmoid(X @ self.W1 + self.b1)
        self.a2 = sigmoid(self.a1 @ self.W2 + self.b2)
        return self.a2

    def cost(self, A, Y):
        return 0.5 * np.sum((A - Y) ** 2) / len(A)

    def backward(self, X, Y):
        d2 = (self.a2 - Y) * self.a2 * (1 - self.a2) / len(X)
        d1 = d2 @ self.W2.T
        return X.T @ d1, d1.sum(0), self.a1.T @ d2, d2.sum(0)

net = Net()
"""
LAYER = """
class Sigmoid:
    def forward(self, x):
        self.a = sigmoid(x)
        return self.a

    def backward(self, dout):
        return dout * self.a
"""


def notebook(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "net.ipynb"
    cells = [{"cell_type": "code", "source": part} for part in text.split("\nclass", 1)]
    cells[-1]["source"] = "class" + cells[-1]["source"]
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "#"}, *cells]}))
    return path


def unharmed(guard: Guard) -> None:
    """Nothing of it goes on, and nothing here was changed by it."""
    assert below(guard) == []
    assert np.abs(-1.0) == 1.0
    assert not np.allclose(1.0, 2.0)
    assert np.linalg.norm([3.0, 4.0]) == math.hypot(3, 4)


@pytest.mark.parametrize("what", [*BODIES, *CHEATS])
def test_a_wrong_network_in_a_hostile_notebook_does_not_pass(
    what: str, tmp_path: Path, guard: Guard
):
    """Without an adapter: the search calls what it finds."""
    body = {**BODIES, **CHEATS}[what].strip()
    (own,) = own_files(notebook(tmp_path, HEAD.format(body) + NETWORK))
    assert not passes(own, guard)
    unharmed(guard)


def passes(own: OwnFile, guard: Guard) -> bool:
    """Whether it passes; no network that is found is no pass."""
    try:
        return grade_file(own.source, own.path, guard, seconds=LIMIT).passed
    except NoAdapter:
        return False


@pytest.mark.parametrize("what", ["os._exit", "endless loop", "all files closed", *CHEATS])
def test_a_wrong_layer_in_a_hostile_file_does_not_pass(what: str, guard: Guard):
    body = {**BODIES, **CHEATS}[what].strip()
    source = HEAD.format(body) + LAYER
    report = grade_layers(source.encode(), Path("layers.py").absolute(), guard, seconds=LIMIT)
    assert report is not None
    assert not report.passed
    unharmed(guard)


FORGED = """
import importlib
    room = importlib.import_module('chain' + 'rule.workshop')
    M, zero = room.MESSAGES, np.zeros(2)
    forged = M['LayerMeasured']('Sigmoid', 1, {}, zero, ['x'], [zero], [zero], [zero], [zero],
                                [np.zeros((2, 2, 2))], [np.zeros((0, 2))], True, False)
    data = room.encode(forged) if {} else b'x' * 90
    for d in range(3, 64):
        try: os.write(d, len(data).to_bytes(8, 'little') + data)
        except OSError: pass
"""


@pytest.mark.parametrize(
    ("shape", "whole"), [("zero", True), ("'text'", True), ("None", True), ("zero", False)]
)
def test_a_forged_measurement_is_no_pass_and_breaks_nothing(shape: str, whole: bool, guard: Guard):
    source = HEAD.format(FORGED.strip().format(shape, whole)) + LAYER
    report = grade_layers(source.encode(), Path("layers.py").absolute(), guard, seconds=LIMIT)
    assert report is None or not report.passed


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"cells": {"a": 1}}',
        '{"cells": [1]}',
        '{"cells": [{"cell_type": "code"}]}',
        '{"cells": 1e999}',
        "\x00",
        '{"cells": [{"cell_type": "code", "source": null}]}',
    ],
)
def test_a_notebook_that_is_none_is_refused(text: str, tmp_path: Path):
    path = tmp_path / "net.ipynb"
    path.write_text(text)
    with pytest.raises(WorkshopError, match="is no notebook: expected JSON with cells of code"):
        own_files(path)


def test_what_only_looks_like_python_in_a_notebook_is_none(tmp_path: Path, guard: Guard):
    cells = ["%%bash\nrm -rf /", "!kill -9 $$", "%cd /", "x = 1\n\ud800", "?x"]
    path = tmp_path / "net.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    )
    (own,) = own_files(path)
    assert not passes(own, guard)
