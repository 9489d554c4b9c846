"""The cost that is named for a network decides: by its name, or as a function of a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.workshop import NETWORK_COSTS, Guard, NoAdapter, WorkshopError, grade_file

from .conftest import PATH

SOURCE = """
import numpy as np

rng = np.random.default_rng(0)
W1, b1 = rng.normal(0, 0.6, (4, 5)), np.zeros(5)
W2, b2 = rng.normal(0, 0.6, (5, 3)), np.zeros(3)

def forward(X):
    a1 = np.tanh(X @ W1 + b1)
    return a1, {output}

def backward(X, Y):
    a1, a2 = forward(X)
    d2 = {error}
    d1 = d2 @ W2.T * (1 - a1**2)
    return X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)
"""
SCORES, SIGMOID = "a1 @ W2 + b2", "1 / (1 + np.exp(-(a1 @ W2 + b2)))"
OVER = "(a2 - np.sum(Y * a2, 1, keepdims=True) + 1 > 0) * (1.0 - Y)"
CASES = [
    ("hinge", SCORES, f"({OVER} - Y * np.sum({OVER}, 1, keepdims=True)) / len(X)", True),
    ("hinge", SCORES, f"{OVER} / len(X)", False),
    ("huber", SCORES, "np.clip(a2 - Y, -1, 1)", True),
    ("huber", SCORES, "a2 - Y", False),
    ("MSE", SCORES, "2 * (a2 - Y) / Y.size", True),
    ("mean_squared", SCORES, "(a2 - Y) / len(X)", False),
    ("BCE", SIGMOID, "(a2 - Y) / Y.size", True),
    ("bce", SIGMOID, "(a2 - Y) * a2 * (1 - a2)", False),
    ("{folder}/mine.py:log_cosh", SCORES, "np.tanh(a2 - Y) / len(X)", True),
    ("{folder}/mine.py:log_cosh", SCORES, "(a2 - Y) / len(X)", False),
    ("{folder}/mine.py:of_one", SCORES, "(a2 - Y) / len(X)", False),
]
MINE = """
import numpy as np
def log_cosh(A, Y): return np.mean(np.sum(np.log(np.cosh(A - Y)), axis=1))
def of_one(A): return 1.0
"""


@pytest.mark.parametrize(("cost", "output", "error", "passes"), CASES)
def test_the_cost_that_is_named_decides(
    cost: str, output: str, error: str, passes: bool, guard: Guard, tmp_path: Path
):
    (tmp_path / "mine.py").write_text(MINE)
    source = SOURCE.format(output=output, error=error).encode()
    report = grade_file(source, PATH, guard, cost=cost.format(folder=tmp_path))
    assert report.passed is passes, report


@pytest.mark.parametrize("name", NETWORK_COSTS)
def test_a_derivative_is_that_of_its_cost(name: str):
    """By centred differences, away from kinks."""
    loss = NETWORK_COSTS[name]
    rng = np.random.default_rng(4)
    a, y = rng.uniform(0.1, 0.9, (5, 3)), np.eye(3)[[0, 1, 2, 0, 1]]
    for place in np.ndindex(a.shape):
        step = np.zeros_like(a)
        step[place] = 1e-6
        slope = (loss.each(a + step, y).sum() - loss.each(a - step, y).sum()) / 2e-6
        assert np.isclose(loss.derivative(a, y)[place], slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ("mes", "did you mean mse"),
        ("{folder}/mine.py:none", "no function `none`"),
        ("{folder}/nothing.py:f", "not there"),
    ],
)
def test_a_cost_that_is_not_there_is_said(cost: str, expected: str, guard: Guard, tmp_path: Path):
    (tmp_path / "mine.py").write_text(MINE)
    with pytest.raises(WorkshopError, match=expected):
        grade_file(b"x = 1", PATH, guard, cost=cost.format(folder=tmp_path))


def test_a_library_that_is_not_there_is_named_at_once(guard: Guard, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    source = b"import numpy as np\nfrom jax import grad\ndef predict(params, x): return x\n"
    with pytest.raises(NoAdapter, match="needs jax, line 2") as raised:
        grade_file(source, PATH, guard)
    assert not raised.value.helped


SOFTMAX = "(lambda e: e / e.sum(axis=1, keepdims=True))(np.exp(a1 @ W2 + b2))"
OF_SOFTMAX = SOURCE.format(output=SOFTMAX, error="(a2 - Y) / len(X)")
OF_SOFTMAX += "\ndef cost(a, Y): return np.mean((a - Y) ** 2)\n"


def test_a_squared_cost_beside_the_gradients_of_softmax_s_own_decides_nothing(guard: Guard):
    """It may be there to be shown, or the derivative of softmax may be forgotten."""
    report = grade_file(OF_SOFTMAX.encode(), PATH, guard)
    assert not report.passed
    assert (report.cost, report.rival) == ("log-likelihood", "mean-squared")
    assert "derivative of softmax is missing" in report.message
    assert grade_file(OF_SOFTMAX.encode(), PATH, guard, cost="log-likelihood").passed
    stated = grade_file(OF_SOFTMAX.encode(), PATH, guard, cost="mean-squared")
    assert not stated.passed
    assert stated.rival is None
    slip = grade_file(OF_SOFTMAX.replace("1 - a1**2", "1 - a1").encode(), PATH, guard)
    assert not slip.passed
    assert slip.rival is None
