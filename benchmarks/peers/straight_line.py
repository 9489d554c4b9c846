"""Chainrule as `chainrule train` runs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

import chainrule as cr
from benchmarks.examples import Examples
from benchmarks.workloads import Parameters, Workload
from chainrule import machine
from chainrule.data import Split
from chainrule.network import Training
from chainrule.network.training import Epoch, Progress

EVERY = 1.0
"""Seconds of training between two records, where less than an epoch is timed."""


class StraightLine:
    """`chainrule.train` on the images as bytes."""

    def __init__(self, workload: Workload, examples: Examples) -> None:
        self.workload, self.examples = workload, examples
        self.network = cr.Network(
            workload.sizes, hidden=workload.hidden, output=workload.output, cost=workload.cost
        )
        for layer, (w, b) in enumerate(workload.start(), 1):
            self.network.parameters[f"W{layer}"][:] = w
            self.network.parameters[f"b{layer}"][:] = b
        self.split: Any = Split(examples.values, 1 / 255, examples.labels)
        self._records: Iterator[Epoch | Progress] | None = None
        self._before = 0.0, 0

    def training(self, epochs: int, seed: int) -> Training:
        settings = {"momentum": self.workload.momentum}
        return cr.train(
            self.network,
            self.split,
            epochs=epochs,
            batch_size=self.workload.batch_size,
            optimizer=cr.optimizer(
                self.workload.optimizer,
                learning_rate=self.workload.learning_rate,
                **(settings if self.workload.optimizer == "momentum" else {}),
            ),
            l2=self.workload.l2,
            seed=seed,
        )

    def follow(self, seed: int) -> None:
        for _ in self.training(1, seed):
            pass

    def timed(self) -> tuple[float, int]:
        if self._records is None:
            every = EVERY if self.workload.share < 1 else float("inf")
            self._records = self.training(1_000_000, 1).records(every)
        record = next(self._records)
        seconds, done = self._before
        if isinstance(record, Epoch):
            self._before = 0.0, 0
            examples = len(self.examples) - done
        else:
            self._before = record.seconds, record.examples
            examples = record.examples - done
        shuffling = seconds_to_shuffle(len(self.examples)) * examples / len(self.examples)
        return record.seconds - seconds + shuffling, examples

    def parameters(self) -> Parameters:
        named = self.network.parameters
        layers = range(1, len(self.workload.sizes))
        return [
            (named[f"W{layer}"].astype(np.float64), named[f"b{layer}"].astype(np.float64))
            for layer in layers
        ]


def seconds_to_shuffle(n: int) -> float:
    """What a permutation takes: a record's seconds begin after it is drawn."""
    rng = np.random.default_rng(2)
    began = time.perf_counter()
    rng.permutation(n)
    return time.perf_counter() - began


def learner(workload: Workload, examples: Examples) -> StraightLine:
    return StraightLine(workload, examples)


def about() -> str:
    found = machine.report()
    return (
        f"NumPy {found.numpy}, {found.blas} {found.version}, {found.kernels} kernels, "
        f"at most {found.threads} threads"
    )
