"""Networks that clip their gradients: right where the slopes, clipped, are theirs."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, NetworkReport, grade_file

from .conftest import PATH

CLIPPED = """
import numpy as np
rng = np.random.default_rng(1)
params = {{"W1": rng.normal(0, 1, (5, 6)), "b1": np.zeros(6),
          "W2": rng.normal(0, 1, (6, 3)), "b2": np.zeros(3)}}
def forward(X, params):
    h = np.tanh(X @ params["W1"] + params["b1"])
    e = np.exp(h @ params["W2"] + params["b2"])
    return h, e / e.sum(axis=1, keepdims=True)
def backward(X, Y, params):
    h, p = forward(X, params)
    d2 = (p - Y) / len(X)
    d1 = (d2 @ params["W2"].T) * {slope}
    grads = {{"W1": X.T @ d1, "b1": d1.sum(0), "W2": h.T @ d2, "b2": {bias}}}
    for name in grads:
        grads[name] = {clip}
    return grads
"""
RIGHT = {
    "slope": "(1 - h**2)",
    "bias": "d2.sum(0)",
    "clip": "np.clip(grads[name], -0.1, 0.1)",
}


def graded(guard: Guard, **changed: str) -> NetworkReport:
    source = CLIPPED.format(**RIGHT | changed)
    return grade_file(source.encode(), PATH, guard, cost="log-likelihood")


def test_clipped_slopes_are_right(guard: Guard):
    report = graded(guard)
    assert report.passed, report
    assert "none is beyond 0.1" in report.explanation


@pytest.mark.parametrize("bound", ["0.05", "1e3"])
def test_another_bound(guard: Guard, bound: str):
    report = graded(guard, clip=f"np.clip(grads[name], -{bound}, {bound})")
    assert report.passed, report
    assert ("clipped" in report.explanation) is (bound == "0.05")


def test_a_mistake_is_named_as_ever(guard: Guard):
    report = graded(guard, slope="(1 - h)")
    assert report.mistake == "1 - a for sigma' in the hidden layers"
    assert [each.name for each in report.arrays if not each.passed] == ["W1", "b1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"bias": "0.9 * d2.sum(0)"},
        {"clip": "0.1 * np.sign(grads[name])"},
        {"clip": "np.minimum(grads[name], 0.1)"},
        {"clip": "np.clip(grads[name], -0.1, 0.1) / max(1, np.abs(grads[name]).max() / 0.05)"},
    ],
)
def test_what_is_otherwise_wrong_is_no_pass(guard: Guard, wrong: dict[str, str]):
    assert not graded(guard, **wrong).passed
