"""PyTorch, eager, as its tutorials train a network whose data are in memory."""

from __future__ import annotations

import importlib
import time
from typing import Any

import numpy as np

from benchmarks.examples import Examples
from benchmarks.workloads import Parameters, Workload

torch: Any = importlib.import_module("torch")
nn: Any = torch.nn


class PyTorch:
    """nn.Sequential, torch.optim, tensors indexed by a shuffled permutation."""

    def __init__(self, workload: Workload, examples: Examples) -> None:
        self.workload = workload
        self.X = torch.from_numpy(examples.X())
        classes = workload.output == "softmax"
        self.y = torch.from_numpy(examples.labels.copy() if classes else examples.one_hot())
        layers: list[Any] = []
        for w, b in workload.start():
            linear = nn.Linear(w.shape[1], w.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(w))
                linear.bias.copy_(torch.from_numpy(b))
            layers += [linear, nn.ReLU() if workload.hidden == "relu" else nn.Sigmoid()]
        quadratic = workload.cost == "quadratic"
        self.model = nn.Sequential(*(layers if quadratic else layers[:-1]))
        self.linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
        self.cost = self.make_cost()
        self.optimizer = self.make_optimizer(len(examples))

    def make_cost(self) -> Any:
        if self.workload.cost == "log-likelihood":
            return nn.CrossEntropyLoss()
        if self.workload.cost == "cross-entropy":
            entropy = nn.BCEWithLogitsLoss(reduction="sum")
            return lambda z, y: entropy(z, y) / len(y)
        squares = nn.MSELoss(reduction="sum")
        return lambda a, y: squares(a, y) / (2 * len(y))

    def make_optimizer(self, n: int) -> Any:
        groups: Any = self.model.parameters()
        if self.workload.l2:
            groups = [
                {
                    "params": [layer.weight for layer in self.linear],
                    "weight_decay": self.workload.l2 / n,
                },
                {"params": [layer.bias for layer in self.linear]},
            ]
        rate = self.workload.learning_rate
        match self.workload.optimizer:
            case "sgd":
                return torch.optim.SGD(groups, lr=rate)
            case "momentum":
                return torch.optim.SGD(groups, lr=rate, momentum=self.workload.momentum)
            case "adam":
                return torch.optim.Adam(groups, lr=rate)

    def train(self, order: Any) -> None:
        for rows in order.split(self.workload.batch_size):
            self.optimizer.zero_grad()
            self.cost(self.model(self.X[rows]), self.y[rows]).backward()
            self.optimizer.step()

    def follow(self, seed: int) -> None:
        self.train(torch.from_numpy(np.random.default_rng(seed).permutation(len(self.X))))

    def timed(self) -> tuple[float, int]:
        most = round(self.workload.share * len(self.X))
        began = time.perf_counter()
        self.train(torch.randperm(len(self.X))[:most])
        return time.perf_counter() - began, most

    def parameters(self) -> Parameters:
        return [
            (layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy())
            for layer in self.linear
        ]


def learner(workload: Workload, examples: Examples, *, threads: int) -> PyTorch:
    torch.set_num_threads(threads)
    return PyTorch(workload, examples)


def about() -> str:
    blas = "MKL" if torch.backends.mkl.is_available() else "its own BLAS"
    return f"PyTorch {torch.__version__}, {blas}"
