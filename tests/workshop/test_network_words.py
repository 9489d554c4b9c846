"""What is said of a network that cannot be graded as it is: what was found, and what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chainrule.workshop import Guard, grade_file, own_files

SOURCE = """
import numpy as np
rng = np.random.default_rng(0)
W1, b1 = rng.normal(0, 0.6, (4, 5)), np.zeros(5)
W2, b2 = rng.normal(0, 0.6, (5, 3)), np.zeros(3)
parameters = [W1, b1, W2, b2]
def run(X):
    a1 = np.tanh(X @ W1 + b1)
    return a1, a1 @ W2 + b2
def forward(X): return run(X)[1]
def back(X, Y):
    a1, a2 = run(X)
    d2 = (a2 - Y) / len(X)
    d1 = d2 @ W2.T * (1 - a1**2)
    return [X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)], d1, d2
def gradients(X, Y): return back(X, Y)[0]
"""
CASES = {
    "the cost with the gradients": (
        "def gradients(X, Y): return float(np.sum((forward(X) - Y)**2)), back(X, Y)[0]",
        "The first is one number, as a cost is",
    ),
    "a helper that raises": (
        "from helper import slope\ndef gradients(X, Y): return [slope(g) for g in back(X, Y)[0]]",
        r"\(helper.py, line 2\)",
    ),
    "dropout": (
        "def forward(X): return run(X)[1] * (np.random.default_rng().random((len(X), 3)) > 0.5)",
        r"default_rng\(0\)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_to_do_is_said(case: str, guard: Guard, tmp_path: Path):
    code, expected = CASES[case]
    (tmp_path / "helper.py").write_text("def slope(a):\n    return a.nothing\n")
    path = tmp_path / "net.py"
    report = grade_file(f"{SOURCE}{code}\n".encode(), path, guard, cost="quadratic")
    assert not report.passed
    assert re.search(expected, report.message)


def test_columns_are_told_how_they_become_rows(guard: Guard, tmp_path: Path):
    columns = SOURCE.replace("X @ W1 + b1", "W1.T @ X + b1[:, None]")
    report = grade_file(columns.encode(), tmp_path / "net.py", guard, cost="quadratic")
    assert not report.passed
    assert "`def forward(X): return net.forward(X.T).T`" in report.explanation


def test_a_cache_with_the_gradients_among_more_is_read(guard: Guard, tmp_path: Path):
    named = """
parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
def gradients(X, Y):
    g, d1, d2 = back(X, Y)
    return {"dz2": d2, "dW2": g[2], "db2": g[3], "dz1": d1, "dW1": g[0], "db1": g[1]}
"""
    report = grade_file((SOURCE + named).encode(), tmp_path / "net.py", guard, cost="quadratic")
    assert report.passed, report


def test_a_line_of_a_notebook_is_named_by_its_cell(guard: Guard, tmp_path: Path):
    first, second = SOURCE.split("def run")
    cells = [
        {"cell_type": "code", "source": text}
        for text in (first, f"def run{second}", "def forward(X):\n    return nothing(X)\n")
    ]
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    (own,) = own_files(path)
    report = grade_file(own.source, path, guard, cost="quadratic")
    assert report.message.startswith("net.ipynb, cell 3, line 2: `nothing` is not defined")
    assert report.lines[-1].function == "forward, cell 3"
