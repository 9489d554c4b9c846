"""How well a network does on examples: cost, accuracy, and which class is taken for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule import machine
from chainrule.network.arguments import brief
from chainrule.network.engine.binding import run_in_range
from chainrule.network.errors import NetworkError
from chainrule.network.examples import Dataset, Inputs, Split, Targets, as_targets, is_split
from chainrule.network.network import CHUNK, Network, decide


@dataclass(frozen=True)
class Evaluation:
    """Cost without the penalty, accuracy, the answers given, and the confusion matrix.

    `confusion[i, j]` counts the examples of class i that were taken for class j.
    `accuracy` is None where the targets name no classes.
    """

    cost: float
    accuracy: float | None
    examples: int
    predictions: NDArray[np.intp]
    confusion: NDArray[np.intp] | None

    def most_confused(self, most: int = 5) -> list[tuple[int, int, int]]:
        """(class, taken for, how often), most often first."""
        if self.confusion is None:
            return []
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(wrong, axis=None, kind="stable")[::-1][:most]
        pairs = [np.unravel_index(place, wrong.shape) for place in order]
        return [(int(i), int(j), int(wrong[i, j])) for i, j in pairs if wrong[i, j]]

    def to_dict(self) -> dict[str, Any]:
        return {
            "cost": self.cost,
            "accuracy": self.accuracy,
            "examples": self.examples,
            "confusion": None if self.confusion is None else self.confusion.tolist(),
        }


def evaluate(network: Network, data: Split | ArrayLike, y: ArrayLike | None = None) -> Evaluation:
    """Cost and accuracy on a part of a data set, or on `X` (m, n0) and `y`."""
    if not isinstance(network, Network):
        raise NetworkError(f"network is {brief(network)}: expected a Network")
    if isinstance(data, Dataset):
        raise NetworkError(
            "X is a whole data set: expected a part of it, as in evaluate(network, data.test)"
        )
    if is_split(data) and y is not None:
        raise NetworkError(
            "evaluate was given a part of a data set, which has its y, and another y"
        )
    architecture = network.architecture
    inputs = Inputs(data, architecture.sizes[0], network.dtype)
    network.check_parameters()
    answers = data.y if is_split(data) else y
    if answers is None:
        raise NetworkError("evaluate(network, X) was given no y: expected evaluate(network, X, y)")
    targets = as_targets(answers, len(inputs), architecture, network.dtype)
    with machine.allowed():
        return measure(network, inputs, targets)


def measure(network: Network, inputs: Inputs, targets: Targets) -> Evaluation:
    """Cost and accuracy on examples that have been checked already."""
    last = network.architecture.layers
    predictions = np.empty(len(inputs), np.intp)
    total = 0.0
    for start in range(0, len(inputs), CHUNK):
        stop = min(start + CHUNK, len(inputs))
        program, calls = network.cost_calls(stop - start)
        inputs.slice(start, stop, program.buffers["X"])
        np.copyto(program.buffers["y"], targets.table[targets.index[start:stop]].T)
        run_in_range(calls, network.dtype)
        total += float(program.buffers["C"]) * (stop - start)
        predictions[start:stop] = decide(program.buffers[f"a{last}"])
    accuracy, confusion = None, None
    if targets.labels is not None:
        classes = max(network.architecture.sizes[-1], 2)
        confusion = np.zeros((classes, classes), np.intp)
        np.add.at(confusion, (targets.labels, predictions), 1)
        accuracy = float(np.mean(targets.labels == predictions))
    return Evaluation(total / len(inputs), accuracy, len(inputs), predictions, confusion)
