"""One example at a time, columns in float64, as in Nielsen's book (network.py, network2.py)."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.examples import Examples
from benchmarks.peers import Unable
from benchmarks.workloads import Parameters, Workload

Column = NDArray[np.float64]

SHARE = 0.02
"""The part of an epoch that is timed."""


def sigmoid(z: Column) -> Column:
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z: Column) -> Column:
    return sigmoid(z) * (1 - sigmoid(z))


class Loops:
    """Backpropagation for each example of a mini-batch; the gradients are added up."""

    def __init__(self, workload: Workload, examples: Examples) -> None:
        self.workload = workload
        self.data = [
            (x.astype(np.float64)[:, None] / 255, y.astype(np.float64)[:, None])
            for x, y in zip(examples.values, examples.one_hot(), strict=True)
        ]
        start = workload.start()
        self.weights = [w for w, _ in start]
        self.biases = [b[:, None] for _, b in start]
        self.rng = np.random.default_rng(1)

    def train(self, order: NDArray[np.int64]) -> None:
        m = self.workload.batch_size
        for start in range(0, len(order), m):
            self.update([self.data[row] for row in order[start : start + m]])

    def update(self, batch: list[tuple[Column, Column]]) -> None:
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            delta_b, delta_w = self.backprop(x, y)
            nabla_b = [nb + db for nb, db in zip(nabla_b, delta_b, strict=True)]
            nabla_w = [nw + dw for nw, dw in zip(nabla_w, delta_w, strict=True)]
        eta, m = self.workload.learning_rate, len(batch)
        decay = 1 - eta * self.workload.l2 / len(self.data)
        self.weights = [
            decay * w - (eta / m) * nw for w, nw in zip(self.weights, nabla_w, strict=True)
        ]
        self.biases = [b - (eta / m) * nb for b, nb in zip(self.biases, nabla_b, strict=True)]

    def backprop(self, x: Column, y: Column) -> tuple[list[Column], list[Column]]:
        activations, zs = [x], []
        for b, w in zip(self.biases, self.weights, strict=True):
            zs.append(np.dot(w, activations[-1]) + b)
            activations.append(sigmoid(zs[-1]))
        delta = activations[-1] - y
        if self.workload.cost == "quadratic":
            delta = delta * sigmoid_prime(zs[-1])
        nabla_b, nabla_w = [delta], [np.dot(delta, activations[-2].transpose())]
        for layer in range(2, len(self.workload.sizes)):
            delta = np.dot(self.weights[-layer + 1].transpose(), delta) * sigmoid_prime(zs[-layer])
            nabla_b.insert(0, delta)
            nabla_w.insert(0, np.dot(delta, activations[-layer - 1].transpose()))
        return nabla_b, nabla_w

    def follow(self, seed: int) -> None:
        self.train(np.random.default_rng(seed).permutation(len(self.data)))

    def timed(self) -> tuple[float, int]:
        most = round(SHARE * len(self.data))
        began = time.perf_counter()
        self.train(self.rng.permutation(len(self.data))[:most])
        return time.perf_counter() - began, most

    def parameters(self) -> Parameters:
        return [(w, b[:, 0]) for w, b in zip(self.weights, self.biases, strict=True)]


def learner(workload: Workload, examples: Examples) -> Loops:
    if workload.hidden != "sigmoid" or workload.output != "sigmoid":
        raise Unable("the book's program has sigmoid neurons only")
    return Loops(workload, examples)


def about() -> str:
    return f"NumPy {np.__version__}"
