"""What is trained: architectures, costs, optimisers and mini-batches, the same for every peer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Parameters = list[tuple[NDArray[np.float64], NDArray[np.float64]]]
"""W (n_out, n_in) and b (n_out,) of each layer."""


@dataclass(frozen=True)
class Workload:
    """One network and the way it is trained.

    The cost goes with the output: `quadratic` and `cross-entropy` with sigmoid outputs,
    `log-likelihood` with softmax. `l2` is lambda in lambda/(2n) * sum W**2; biases are free.
    `share` is the part of an epoch that is timed, `steps` the mini-batches of the check.
    """

    name: str
    sizes: tuple[int, ...]
    hidden: Literal["sigmoid", "relu"]
    cost: Literal["quadratic", "cross-entropy", "log-likelihood"]
    optimizer: Literal["sgd", "momentum", "adam"]
    learning_rate: float
    batch_size: int
    l2: float = 0.0
    momentum: float = 0.9
    share: float = 1.0
    steps: int = 300

    @property
    def output(self) -> Literal["sigmoid", "softmax"]:
        return "softmax" if self.cost == "log-likelihood" else "sigmoid"

    @property
    def title(self) -> str:
        layers = "-".join(str(size) for size in self.sizes)
        penalty = f" + L2 (lambda {self.l2:g})" if self.l2 else ""
        return (
            f"{layers}, {self.hidden}, {self.output}, {self.cost}{penalty}, "
            f"{self.optimizer} {self.learning_rate:g}, mini-batches of {self.batch_size}"
        )

    def start(self, seed: int = 0) -> Parameters:
        """The weights and biases that every peer starts from."""
        rng = np.random.default_rng(seed)
        parameters: Parameters = []
        for n_in, n_out in pairwise(self.sizes):
            spread = np.sqrt((2 if self.hidden == "relu" else 1) / n_in)
            parameters.append((rng.standard_normal((n_out, n_in)) * spread, np.zeros(n_out)))
        return parameters

    def cost_of(
        self, parameters: Parameters, X: NDArray[np.float64], labels: NDArray[np.int64]
    ) -> float:
        """C without the penalty, in float64: the one figure by which the peers are compared."""
        a, z = X, X
        for number, (w, b) in enumerate(parameters, 1):
            z = a @ w.T + b
            relu = self.hidden == "relu" and number < len(parameters)
            a = np.maximum(z, 0) if relu else np.exp(-np.logaddexp(0, -z))
        y = np.eye(self.sizes[-1])[labels]
        if self.cost == "quadratic":
            return float(np.sum((a - y) ** 2) / (2 * len(X)))
        if self.cost == "cross-entropy":
            return float(np.sum(np.logaddexp(0, z) - y * z) / len(X))
        return float(np.sum(np.logaddexp.reduce(z, axis=1) - np.sum(y * z, axis=1)) / len(X))


WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload("quadratic", (784, 30, 10), "sigmoid", "quadratic", "sgd", 3.0, 10),
        Workload("cross-entropy", (784, 100, 10), "sigmoid", "cross-entropy", "sgd", 0.5, 10, 5.0),
        Workload("momentum", (784, 128, 64, 10), "relu", "log-likelihood", "momentum", 0.02, 32),
        Workload("adam", (784, 800, 10), "relu", "log-likelihood", "adam", 0.001, 128, steps=20),
        Workload(
            "deep",
            (784, 2500, 2000, 1500, 1000, 500, 10),
            "relu",
            "log-likelihood",
            "sgd",
            0.01,
            100,
            share=0.06,
            steps=10,
        ),
    )
}
