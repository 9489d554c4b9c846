"""Parameters that are plain numbers beside arrays: checked like these, wherever they are."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

HEAD = """
import numpy as np
rng = np.random.default_rng(3)
def sigmoid(z): return 1 / (1 + np.exp(-z))
"""
DICTIONARIES = """
class Net:
    def __init__(self, n=3, h=4):
        self.weights = {'hidden': rng.normal(size=(h, n)), 'out': rng.normal(size=h)}
        self.biases = {'hidden': rng.normal(size=h), 'out': rng.normal()}
    def forward(self, x):
        self.h = sigmoid(self.weights['hidden'] @ x + self.biases['hidden'])
        return sigmoid(self.weights['out'] @ self.h + self.biases['out'])
    def learn(self, x, y, rate=0.1):
        a = self.forward(x)
        d = (a - y) * a * (1 - a)
        d_h = d * self.weights['out'] * self.h * (1 - self.h)
        self.biases['out'] -= rate * d
        self.weights['out'] -= rate * d * self.h
        self.biases['hidden'] -= rate * d_h
        self.weights['hidden'] -= rate * np.outer(d_h, x)
"""
ATTRIBUTE = """
class Net:
    def __init__(self):
        self.W = rng.normal(size=(3, 1))
        self.bias = 0
    def predict(self, X): return sigmoid(X @ self.W + self.bias)
    def train(self, X, y, lr=0.1):
        d = (self.predict(X) - y) / len(X)
        self.W -= lr * X.T @ d
        self.bias -= lr * np.sum(d)
net = Net()
"""
MADE = """
def init_params(n_in, h):
    W1, W2 = rng.normal(size=(n_in, h)), rng.normal(size=(h, 1))
    return {'W1': W1, 'b1': np.zeros(h), 'W2': W2, 'b2': 0.5}
def forward(X, params):
    H = sigmoid(X @ params['W1'] + params['b1'])
    return H, sigmoid(H @ params['W2'] + params['b2'])
def backward(X, y, params):
    H, A = forward(X, params)
    d = (A - y) / len(X)
    d_h = d @ params['W2'].T * H * (1 - H)
    return {'W1': X.T @ d_h, 'b1': d_h.sum(axis=0), 'W2': H.T @ d, 'b2': np.sum(d)}
"""
TOP = """
W1, b1 = rng.normal(size=(3, 4)), np.zeros(4)
W2, b2 = rng.normal(size=(4, 1)), 0.0
def forward(X):
    global H
    H = sigmoid(X @ W1 + b1)
    return sigmoid(H @ W2 + b2)
def update(X, y, lr):
    global W1, b1, W2, b2
    d = (forward(X) - y) / len(X)
    d_h = d @ W2.T * H * (1 - H)
    W2 -= lr * H.T @ d
    b2 -= lr * np.sum(d)
    W1 -= lr * X.T @ d_h
    b1 -= lr * d_h.sum(axis=0)
"""
PLACES = {
    "dictionaries": (DICTIONARIES, "quadratic", "biases['out'] -= rate * d\n"),
    "an attribute": (ATTRIBUTE, "cross-entropy", "self.bias -= lr * np.sum(d)\n"),
    "parameters made by a function": (MADE, "cross-entropy", "'b2': np.sum(d)"),
    "the top of the file": (TOP, "cross-entropy", "b2 -= lr * np.sum(d)\n"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_number_is_a_parameter_like_the_arrays(place: str, guard: Guard):
    network, cost, line = PLACES[place]
    report = grade_file((HEAD + network).encode(), PATH, guard, cost=cost)
    assert report.passed, report
    assert () in [each.shape for each in report.arrays]
    again = grade_file(
        (HEAD + network).encode(), PATH, guard, cost=cost, adapter=report.adapter, seed=1
    )
    assert again.passed
    (right,) = {each for each in ("rate * d\n", "np.sum(d)\n", "np.sum(d)") if line.endswith(each)}
    wrong = line.removesuffix(right) + f"3 * {right}"
    assert network.count(line) == 1
    report = grade_file((HEAD + network.replace(line, wrong)).encode(), PATH, guard, cost=cost)
    assert not report.passed
    assert [each.shape for each in report.arrays if not each.passed] == [()]


@pytest.mark.parametrize("place", ["dictionaries", "the top of the file"])
def test_a_number_that_is_never_moved_is_no_pass(place: str, guard: Guard):
    network, cost, line = PLACES[place]
    start = network.index(line)
    start = network.rindex("\n", 0, start)
    source = HEAD + network[:start] + network[network.index("\n", start + 1) :]
    assert line not in source
    report = grade_file(source.encode(), PATH, guard, cost=cost)
    assert not report.passed


CONSTANT = ATTRIBUTE.replace("self.bias -= lr * np.sum(d)", "pass").replace(
    "self.bias = 0", "self.bias = 0.25"
)


def test_a_constant_that_is_called_bias_and_never_moved_is_no_parameter(guard: Guard):
    report = grade_file((HEAD + CONSTANT).encode(), PATH, guard, cost="cross-entropy")
    assert report.passed, report
    assert [each.shape for each in report.arrays] == [(3, 1)]
