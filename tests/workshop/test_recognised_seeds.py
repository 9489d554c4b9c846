"""What a way back begins with, where the file has no derivative of a cost."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file
from chainrule.workshop.guarded.recognition import roles

from .conftest import PATH

LAYERED = """
import numpy as np

class Fully:
    def __init__(self, fan_in, fan_out):
        self.W, self.b = np.zeros((fan_out, fan_in)), np.zeros((fan_out, 1))
    def forward(self, A):
        self.A = A
        return A @ self.W.T + self.b.T
    def backward(self, dLdZ):
        self.dLdW = dLdZ.T @ self.A / len(self.A)
        self.dLdb = dLdZ.sum(axis=0)[:, None] / len(self.A)
        return dLdZ @ self.W

class Bend:
    def forward(self, Z):
        self.out = np.tanh(Z)
        return self.out
    def backward(self):
        return 1 - self.out ** 2

class Stack:
    def __init__(self):
        self.full, self.bends = [Fully(3, 5), Fully(5, 3)], [Bend(), Bend()]
    def forward(self, A):
        for full, bend in zip(self.full, self.bends):
            A = bend.forward(full.forward(A))
        return A
    def backward(self, dLdA):
        for full, bend in zip(self.full[::-1], self.bends[::-1]):
            dLdA = full.backward(dLdA * bend.backward())
"""
"""As many outputs as inputs; each layer takes the mean itself."""
SUMS = LAYERED.replace(" / len(self.A)", "")


@pytest.mark.parametrize("source", [LAYERED, SUMS])
def test_a_derivative_of_the_cost_is_given_where_it_is_asked_for(source: str, guard: Guard):
    """No input takes its place, and no mean is taken that the layers take themselves."""
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed, report
    assert "seed" in report.adapter


def test_a_mistake_in_layers_that_take_the_mean_is_found(guard: Guard):
    wrong = LAYERED.replace("1 - self.out ** 2", "1 - self.out")
    report = grade_file(wrong.encode(), PATH, guard)
    assert not report.passed, report
    one = LAYERED.replace("[:, None] / len(self.A)", "[:, None]")
    report = grade_file(one.encode(), PATH, guard)
    assert [each.name.rpartition(".")[2] for each in report.arrays if not each.passed] == ["b", "b"]


@pytest.mark.parametrize(
    ("name", "role"),
    [("dLdA", "seed"), ("dE_dY", "seed"), ("dloss_dout", "seed"), ("dLdW", ""), ("d", "targets")],
)
def test_a_derivative_is_called_by_what_it_is_of(name: str, role: str):
    assert roles.role(name) == role


BY_A_CLASS = """
import numpy as np

class Linear:
    def __init__(self, fan_in, fan_out):
        self.W, self.b = np.random.randn(fan_in, fan_out), np.zeros(fan_out)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.dW, self.db = self.x.T @ g, g.sum(axis=0)
        return g @ self.W.T

class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out
    def backward(self, g):
        return g * (1 - self.out ** 2)

class Chain:
    def __init__(self, layers):
        self.layers = layers
    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x
    def backward(self, g):
        for layer in self.layers[::-1]:
            g = layer.backward(g)

class SquaredError:
    def forward(self, scores, wanted):
        self.off = scores - wanted
        return np.mean(self.off ** 2)
    def backward(self):
        return 2 * self.off / self.off.size
"""
"""A cost as a class of which the file makes no object."""
BY_A_FUNCTION = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(n, m) * 0.5 for n, m in zip(sizes, sizes[1:])]
    def forward(self, x):
        self.kept = [x]
        for W in self.W:
            self.kept.append(np.tanh(self.kept[-1] @ W))
        return self.kept[-1]
    def backward(self, y, loss_slope_grad):
        delta, found = loss_slope_grad(self.kept[-1], y), []
        for l in range(len(self.W) - 1, -1, -1):
            delta = delta * (1 - self.kept[l + 1] ** 2)
            found = [self.kept[l].T @ delta, *found]
            delta = delta @ self.W[l].T
        return found

def error(a, y): return np.mean((a - y) ** 2)
def error_grad(a, y): return 2 * (a - y) / a.size
"""


@pytest.mark.parametrize(
    ("source", "call"),
    [(BY_A_CLASS, "own.SquaredError()"), (BY_A_FUNCTION, "net.backward(y, own.error_grad)")],
)
def test_a_cost_begins_the_way_back(source: str, call: str, guard: Guard):
    report = grade_file(source.encode(), PATH, guard)
    assert report.passed, report
    assert call in report.adapter
    wrong = source.replace("1 - self.out ** 2", "1 - self.out").replace("+ 1] ** 2", "+ 1]")
    report = grade_file(wrong.encode(), PATH, guard)
    assert not report.passed
    assert any(each.passed for each in report.arrays) == (source is BY_A_CLASS)


ONE_AFTER_ANOTHER = """
import numpy as np

class Affine:
    def __init__(self, n, k):
        self.W, self.b = np.random.rand(n, k) - 0.5, np.random.rand(1, k) - 0.5
    def run(self, row):
        self.row = row
        return row @ self.W + self.b
    def back(self, d, rate):
        below = d @ self.W.T
        self.W -= rate * self.row.T @ d
        self.b -= rate * d
        return below

class Squash:
    def run(self, row):
        self.row = row
        return np.tanh(row)
    def back(self, d, rate):
        return (1 - np.tanh(self.row) ** 2) * d

def distance(target, guess): return np.mean((target - guess) ** 2)
def distance_slope(target, guess): return 2 * (guess - target) / target.size

class Stack:
    def __init__(self): self.parts = []
    def append(self, part): self.parts.append(part)
    def predict(self, rows):
        found = []
        for row in rows:
            for part in self.parts: row = part.run(row)
            found.append(row)
        return found
    def fit(self, rows, targets, rounds, rate):
        for _ in range(rounds):
            for row, target in zip(rows, targets):
                for part in self.parts: row = part.run(row)
                d = distance_slope(target, row)
                for part in reversed(self.parts): d = part.back(d, rate)

stack = Stack()
for part in (Affine(2, 3), Squash(), Affine(3, 1), Squash()): stack.append(part)
X = np.array([[[0, 0]], [[0, 1]], [[1, 0]], [[1, 1]]])
Y = np.array([[[0]], [[1]], [[1]], [[0]]])
stack.fit(X, Y, 3, 0.1)
print(stack.predict(X))
"""


def test_a_list_of_layers_is_read_where_its_network_gives_a_list(guard: Guard):
    report = grade_file(ONE_AFTER_ANOTHER.encode(), PATH, guard)
    assert report.passed, report
    wrong = ONE_AFTER_ANOTHER.replace("1 - np.tanh(self.row) ** 2", "1 - self.row ** 2")
    assert not grade_file(wrong.encode(), PATH, guard).passed
