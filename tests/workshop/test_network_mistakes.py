"""Mistakes of a step, of relu', and beside a penalty: each by its name in a network of one kind."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

SOURCE = """
import numpy as np

rng = np.random.default_rng(0)

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = rng.normal(0, 0.6, (n_in, n_hidden)), np.zeros(n_hidden)
        self.W2, self.b2 = rng.normal(0, 0.6, (n_hidden, n_out)), np.zeros(n_out)

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = {hidden}
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))
        return self.a2

    def train(self, X, Y, lr=0.3):
        d2 = (self.forward(X) - Y) / len(X)
        {step}
        self.b2 -= lr * d2.sum(0)
        self.b1 -= lr * d1.sum(0)
        self.W1 -= lr * (X.T @ d1 {penalty})

def cost(a, y):
    return -np.mean(np.sum(y * np.log(a) + (1 - y) * np.log(1 - a), axis=1))
"""
TANH, RELU = "np.tanh(self.z1)", "np.maximum(self.z1, 0)"
BACK = "d1 = d2 @ self.W2.T * (1 - self.a1**2)"
MOVE, L2 = "self.W2 -= lr * self.a1.T @ d2", "self.W2 -= lr * (self.a1.T @ d2 + 0.1 * self.W2)"
OF_RELU = f"d1 = d2 @ self.W2.T; d1 = d1 * {{}}; {MOVE}"
CASES = [
    (TANH, f"{BACK}; {MOVE}", "", None),
    (TANH, f"{MOVE}; {BACK}", "", "updated W used in the backward pass"),
    (TANH, f"{BACK}; {L2}", "+ 0.1 * self.W1", None),
    (
        TANH,
        f"d1 = d2 @ self.W2.T; {L2}",
        "+ 0.1 * self.W1",
        "sigma' left out in the hidden layers",
    ),
    (TANH, f"d2 = -d2; {BACK}; {L2}", "+ 0.1 * self.W1", "sign"),
    (
        TANH,
        f"d1 = -(d2 @ self.W2.T); {MOVE}",
        "",
        "sigma' left out in the hidden layers; sign on the way back",
    ),
    (RELU, OF_RELU.format("(self.z1 > 0)"), "", None),
    (RELU, OF_RELU.format("(d1 > 0)"), "", "relu' by the error"),
    (RELU, OF_RELU.format("(self.z1 < 0)"), "", "relu' the wrong way round"),
    (RELU, OF_RELU.format("(self.z1 > 1)"), "", "relu' by the wrong threshold"),
    (RELU, OF_RELU.format("np.sign(self.z1)"), "", "sign of z for relu'"),
]


@pytest.mark.parametrize(("hidden", "step", "penalty", "mistake"), CASES)
def test_a_mistake_of_a_step_is_named(
    hidden: str, step: str, penalty: str, mistake: str | None, guard: Guard
):
    source = SOURCE.format(hidden=hidden, step=step, penalty=penalty)
    report = grade_file(source.encode(), PATH, guard)
    assert (report.passed, report.mistake) == (mistake is None, mistake), report.explanation
