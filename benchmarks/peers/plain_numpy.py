"""Vectorised NumPy as a good programmer writes it: one expression an equation."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.examples import Examples
from benchmarks.workloads import Parameters, Workload

Array = NDArray[Any]
Limit = Callable[[], AbstractContextManager[Any]]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class PlainNumPy:
    """Rows are examples; every mini-batch is gathered, trained on, and forgotten."""

    def __init__(self, workload: Workload, examples: Examples, dtype: str, limit: Limit) -> None:
        self.workload, self.limit = workload, limit
        self.X = examples.X().astype(dtype, copy=False)
        self.Y = examples.one_hot().astype(dtype)
        start = workload.start()
        self.W = [w.astype(dtype) for w, _ in start]
        self.b = [b.astype(dtype) for _, b in start]
        self.first = [np.zeros_like(p) for p in (*self.W, *self.b)]
        self.second = [np.zeros_like(p) for p in (*self.W, *self.b)]
        self.t = 0
        self.decay = 1 - workload.learning_rate * workload.l2 / len(examples)
        self.rng = np.random.default_rng(1)

    def step(self, X: Array, Y: Array) -> None:
        m, activations = len(X), [X]
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            z = activations[-1] @ W.T + b
            activations.append(np.maximum(z, 0) if self.workload.hidden == "relu" else sigmoid(z))
        z = activations[-1] @ self.W[-1].T + self.b[-1]
        a = softmax(z) if self.workload.output == "softmax" else sigmoid(z)
        delta = (a - Y) / m
        if self.workload.cost == "quadratic":
            delta *= a * (1 - a)
        deltas = [delta]
        for W, a in zip(self.W[:0:-1], activations[:0:-1], strict=True):
            slope = a > 0 if self.workload.hidden == "relu" else a * (1 - a)
            deltas.insert(0, (deltas[0] @ W) * slope)
        dW = [delta.T @ a for delta, a in zip(deltas, activations, strict=True)]
        db = [delta.sum(axis=0) for delta in deltas]
        self.update(dW, db)

    def update(self, dW: list[Array], db: list[Array]) -> None:
        eta, mu = self.workload.learning_rate, self.workload.momentum
        if self.workload.l2:
            for W in self.W:
                W *= self.decay
        pairs = zip((*self.W, *self.b), (*dW, *db), self.first, self.second, strict=True)
        match self.workload.optimizer:
            case "sgd":
                for p, g, _, _ in pairs:
                    p -= eta * g
            case "momentum":
                for p, g, v, _ in pairs:
                    v *= mu
                    v -= eta * g
                    p += v
            case "adam":
                self.t += 1
                for p, g, v, s in pairs:
                    v *= 0.9
                    v += 0.1 * g
                    s *= 0.999
                    s += 0.001 * g * g
                    v_hat = v / (1 - 0.9**self.t)
                    s_hat = s / (1 - 0.999**self.t)
                    p -= eta * v_hat / (np.sqrt(s_hat) + 1e-8)

    def train(self, order: NDArray[np.int64]) -> None:
        m = self.workload.batch_size
        for start in range(0, len(order), m):
            rows = order[start : start + m]
            self.step(self.X[rows], self.Y[rows])

    def follow(self, seed: int) -> None:
        with self.limit():
            self.train(np.random.default_rng(seed).permutation(len(self.X)))

    def timed(self) -> tuple[float, int]:
        most = round(self.workload.share * len(self.X))
        with self.limit():
            began = time.perf_counter()
            self.train(self.rng.permutation(len(self.X))[:most])
            return time.perf_counter() - began, most

    def parameters(self) -> Parameters:
        return [
            (W.astype(np.float64), b.astype(np.float64))
            for W, b in zip(self.W, self.b, strict=True)
        ]


def learner(
    workload: Workload, examples: Examples, *, dtype: str, tuned: bool = False
) -> PlainNumPy:
    """`tuned`: a product on one thread, as Chainrule runs it."""
    limit: Limit = nullcontext
    if tuned:
        from chainrule import machine

        limit = partial(machine.threads, 1)
    return PlainNumPy(workload, examples, dtype, limit)


def about() -> str:
    from chainrule import machine

    found = machine.report()
    return (
        f"NumPy {found.numpy}, {found.blas} {found.version}, {found.kernels} kernels, "
        f"{found.threads} threads"
    )
