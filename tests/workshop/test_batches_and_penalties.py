"""Mistakes that a single example hides, a cost with a penalty, gradients of a wrong form."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, NetworkReport, NoAdapter, grade_file

from .conftest import PATH

NETWORK = """
import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self, n_in=50, n_hidden=8, n_out=3):
        self.p = {"W1": np.random.randn(n_in, n_hidden) / 7, "b1": np.zeros(n_hidden),
                  "W2": np.random.randn(n_hidden, n_out) / 3, "b2": np.zeros(n_out)}
    def forward(self, X):
        self.a1 = sigmoid(X @ self.p["W1"] + self.p["b1"])
        self.a2 = sigmoid(self.a1 @ self.p["W2"] + self.p["b2"])
        return self.a2
    def cost(self, X, y):
        p = self.p
        return 0.5 * np.sum((self.forward(X) - y) ** 2) / len(X)
    def backward(self, X, y):
        p, m = self.p, len(X)
        d2 = (self.a2 - y) * self.a2 * (1 - self.a2) / m
        d1 = d2 @ p["W2"].T * self.a1 * (1 - self.a1)
        g = {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": self.a1.T @ d2, "b2": d2.sum(axis=0)}
        return g
"""
LAST = "        return g\n"
B1 = '"b1": d1.sum(axis=0)'
SLOPE = "* self.a1 * (1 - self.a1)"
MEAN = "/ len(X)\n    def"
PENALTY = f'/ len(X) + 0.05 * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2)){MEAN[8:]}'
DECAY = f'        for w in ("W1", "W2"): g[w] = g[w] + 0.1 * p[w]\n{LAST}'
Changes = tuple[tuple[str, str], ...]
LEFT_OUT = "sigma' left out in the hidden layers"
WRONG: dict[str, tuple[Changes, str | None]] = {
    "a mean for the sum of the biases": (((B1, '"b1": d1.mean(axis=0)'),), "bias gradient av"),
    "the mean of W2 taken twice": ((("self.a1.T @ d2", "self.a1.T @ d2 / m"),), "weight gradient"),
    "a sum of everything": (((B1, '"b1": np.sum(d1)'),), "bias gradient summed over everything"),
    "one number in a table": (((B1, '"b1": d1.mean(keepdims=True)'),), None),
    "a bias not summed": (((B1, '"b1": d1'),), "broadcast bias not summed"),
    "a gradient of 0": (((B1, '"b1": np.zeros(len(p["b1"]))'),), "gradient of 0"),
    "z for a": (((SLOPE, "* (Z := X @ p['W1'] + p['b1']) * (1 - Z)"),), "z(1-z) for sigma'"),
    "a row that is never filled": (((LAST, f'        g["W1"][40] = 0\n{LAST}'),), None),
    "biases that shrink": (((LAST, f'        g["b2"] -= 5 * p["b2"]\n{LAST}'),), None),
    "a penalty left out": (((MEAN, PENALTY),), "L2 penalty left out"),
    "of one layer": (((MEAN, PENALTY), (LAST, DECAY.replace('("W1", "W2")', '("W1",)'))), "L2 p"),
    "twice": (((MEAN, PENALTY), (LAST, DECAY.replace("0.1", "0.2"))), "factor of the L2 penalty"),
    "of the biases, too": (((MEAN, PENALTY), (LAST, DECAY.replace('"W2")', '"W2", "b2")'))), None),
    "a slip beside it": (((MEAN, PENALTY), (LAST, DECAY), (SLOPE, "")), LEFT_OUT),
    "decay of one layer alone": (((LAST, DECAY.replace('("W1", "W2")', '("W1",)')),), None),
}  # fmt: skip


def network(changes: Changes) -> bytes:
    source = NETWORK
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    return source.encode()


def graded(changes: Changes, guard: Guard, cost: str | None = None) -> NetworkReport:
    return grade_file(network(changes), PATH, guard, cost=cost)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_found(case: str, guard: Guard):
    changes, name = WRONG[case]
    report = graded(changes, guard)
    assert not report.passed
    assert report.mistake is None if name is None else name in str(report.mistake), report


def test_a_penalty_that_both_have_is_right(guard: Guard):
    assert graded((), guard).passed
    assert graded(((MEAN, PENALTY), (LAST, DECAY)), guard).passed


def test_what_is_beside_the_right_gradient_is_told(guard: Guard):
    report = graded(WRONG["biases that shrink"][0], guard)
    assert "the gradient of b2 has -5 times the parameter itself" in report.explanation


def test_sums_beside_a_cost_that_is_a_mean_are_told(guard: Guard):
    report = graded(((" / m\n", "\n"),), guard)
    assert report.passed
    assert report.reduction == "sum"
    assert "`cost` takes the mean of m examples" in report.explanation


def test_a_call_that_raises_is_told(guard: Guard):
    with pytest.raises(NoAdapter, match=r"`net.backward\(x, y\)`, line 21, raises ValueError"):
        graded((("X.T @ d1", "X @ d1"),), guard)


def test_a_better_function_does_not_hide_a_wrong_one(guard: Guard):
    """`backward` is the one by its name, though a second one beside it is right."""
    second = NETWORK[NETWORK.index("    def backward") :].replace("backward", "backward_again")
    report = grade_file(network(((SLOPE, ""),)) + second.encode(), PATH, guard)
    assert not report.passed
    assert report.mistake == LEFT_OUT


ARGUMENT = (
    ("def cost(self, X, y)", "def cost(self, X, y, reg)"),
    ("def backward(self, X, y)", "def backward(self, X, y, reg)"),
    (MEAN, PENALTY.replace("0.05", "reg / 2")),
)


@pytest.mark.parametrize(("factor", "passes"), [("reg", True), ("reg / 2", False)])
def test_a_penalty_that_is_an_argument_is_checked(factor: str, passes: bool, guard: Guard):
    changes = (*ARGUMENT, (LAST, DECAY.replace("0.1", factor)))
    assert graded(changes, guard).passed is passes


LAYERS = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def loss_gradient(p, y): return (p - y) / len(y)

class Dense:
    def __init__(self, n, k):
        self.W, self.b = np.random.randn(n, k) / 2, np.zeros(k)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, error, rate):
        back = error @ self.W.T
        self.W -= rate * self.x.T @ error
        self.b -= rate * error.sum(axis=0)
        return back

class Tanh:
    def forward(self, x):
        self.a = np.tanh(x)
        return self.a
    def backward(self, error, rate): return error * (1 - self.a**2)

layers = [Dense(4, 6), Tanh(), Dense(6, 3)]

def train(X, labels):
    scores = X
    for layer in layers: scores = layer.forward(scores)
    {lines}
    for layer in layers[::-1]: error = layer.backward(error, 0.1)
"""
BEGINNINGS = [
    "error = loss_gradient(softmax(scores), labels)",
    "chances = softmax(scores)\n    error = loss_gradient(chances, labels)",
]


@pytest.mark.parametrize("lines", BEGINNINGS)
def test_the_way_back_begins_as_in_the_file(lines: str, guard: Guard):
    """The error is that of softmax of the scores, not of the scores themselves."""
    report = grade_file(LAYERS.replace("{lines}", lines).encode(), PATH, guard)
    assert report.passed, report
    assert report.cost == "log-likelihood-of-scores"


def test_a_beginning_of_ours_is_told(guard: Guard):
    lines = "error = scores - labels"
    source = LAYERS.replace("{lines}", lines).replace("def loss_gradient", "def other")
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed
    assert "began with ours" in report.notes[0]
