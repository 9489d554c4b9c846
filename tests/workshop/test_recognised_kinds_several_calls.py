"""Networks of neurons in lists and dictionaries, whose step takes more than one call."""

from __future__ import annotations

import pytest

from chainrule.workshop import Guard, grade_file

from .conftest import PATH

NEURONS = """
import random
import numpy as np

def make_network(n_inputs, n_hidden, n_outputs):
    sizes = [n_inputs, n_hidden, n_outputs]
    return [[{"w": [random.uniform(-1, 1) for _ in range(a + 1)]} for _ in range(b)]
            for a, b in zip(sizes, sizes[1:])]

def forward_pass(network, row):
    values = row
    for layer in network:
        sums = [sum(w * v for w, v in zip(n["w"][:-1], values)) + n["w"][-1] for n in layer]
        for neuron, s in zip(layer, sums):
            neuron["out"] = 1 / (1 + np.exp(-s))
        values = [neuron["out"] for neuron in layer]
    return values

def backward_pass(network, expected):
    for layer in reversed(network):
        if layer is network[-1]:
            pulls = [n["out"] - t for n, t in zip(layer, expected)]
        else:
            pulls = [sum(n["w"][j] * n["d"] for n in above) for j in range(len(layer))]
        for neuron, pull in zip(layer, pulls):
            neuron["d"] = pull * neuron["out"] * (1 - neuron["out"])
        above = layer

def update_weights(network, row, l_rate):
    values = row[:-1]
    for layer in network:
        for neuron in layer:
            for j, v in enumerate(values):
                neuron["w"][j] -= l_rate * neuron["d"] * v
            neuron["w"][-1] -= l_rate * neuron["d"]
        values = [neuron["out"] for neuron in layer]

network = make_network(3, 4, 2)
for row in [[0.1, 0.2, 0.9, 1], [0.8, 0.3, 0.1, 0]]:
    forward_pass(network, row)
    backward_pass(network, [row[-1], 1 - row[-1]])
    update_weights(network, row, 0.5)
"""
"""It has been trained: a step without its backward pass moves the weights, too."""
PARTED = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.Wa, self.ba = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.Wb, self.bb = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.X = X
        self.h = np.tanh(X @ self.Wa + self.ba)
        self.o = self.h @ self.Wb + self.bb
        return self.o

    def backward(self, y):
        self.eo = (self.o - y) / len(y)
        self.eh = (self.eo @ self.Wb.T) * (1 - self.h ** 2)

    def update_weights(self, lr):
        self.Wb -= lr * self.h.T @ self.eo
        self.Wa -= lr * self.X.T @ self.eh

    def update_biases(self, lr):
        self.bb -= lr * self.eo.sum(axis=0)
        self.ba -= lr * self.eh.sum(axis=0)
"""
"""One function moves the weights, and another the biases."""
KINDS = {"neurons in dictionaries": NEURONS, "weights, then biases": PARTED}


@pytest.mark.parametrize("source", KINDS.values(), ids=KINDS)
def test_a_step_of_several_calls_is_read(source: str, guard: Guard):
    report = grade_file(source.encode(), PATH, guard, cost="quadratic")
    assert report.passed, report
    lines = report.adapter.splitlines()
    assert any("backward" in line for line in lines)
    assert "update" in lines[-1]
    again = grade_file(
        source.encode(), PATH, guard, cost="quadratic", adapter=report.adapter, seed=1
    )
    assert again.passed, again


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        (NEURONS, ' * neuron["out"] * (1 - neuron["out"])', ""),
        (NEURONS, 'n["w"][j] * n["d"] for n in above', 'n["d"] for n in above'),
        (PARTED, " * (1 - self.h ** 2)", ""),
        (PARTED, "self.bb -= lr * self.eo.sum(axis=0)", "self.bb -= lr * self.eo.mean(axis=0)"),
    ],
)
def test_a_mistake_is_found(source: str, right: str, wrong: str, guard: Guard):
    assert right in source
    report = grade_file(source.replace(right, wrong).encode(), PATH, guard, cost="quadratic")
    assert not report.passed, report
    assert report.arrays


OF_EVERY_LAYER = """
import numpy as np

def make(sizes):
    return [(np.random.randn(k, n) / np.sqrt(n), np.zeros(k)) for n, k in zip(sizes, sizes[1:])]

def forward(layers, x):
    acts = [x]
    for i, (W, b) in enumerate(layers):
        x = W @ x + b
        acts.append(np.maximum(x, 0) if i < len(layers) - 1 else x)
        x = acts[-1]
    return acts

def backward(layers, acts, target):
    found, d = [], 2 * (acts[-1] - target)
    for i in reversed(range(len(layers))):
        found.insert(0, (np.outer(d, acts[i]), d))
        d = layers[i][0].T @ d
        if i > 0:
            d = d * (acts[i] > 0)
    return found

layers = make([2, 7, 3])
"""


def test_what_every_layer_gives_is_handed_back(guard: Guard):
    right = grade_file(OF_EVERY_LAYER.encode(), PATH, guard, cost="squared")
    assert right.passed, right
    wrong = grade_file(OF_EVERY_LAYER.replace("d * (acts[i] > 0)", "d").encode(), PATH, guard)
    assert not wrong.passed
    assert wrong.mistake == "sigma' left out in the hidden layers"
