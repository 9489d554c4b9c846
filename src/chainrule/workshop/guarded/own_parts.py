"""An epoch of training put together from the learner's functions: their activation, error, step.

What stands between them, the products of matrices, is here: Z = A @ W.T + b, Delta @ W,
Delta.T @ A / m.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.calling import drawn
from chainrule.workshop.guarded.codec import pack, unpack
from chainrule.workshop.guarded.protocol import Parts
from chainrule.workshop.returns import Misread

Array = NDArray[Any]
Arrays = list[Array]


class OwnParts:
    """The learner's functions by their parts, and the velocities from step to step."""

    def __init__(
        self, module: ModuleType, parts: Parts, examples: int, rng: np.random.Generator
    ) -> None:
        self.module, self.parts, self.examples, self.rng = module, parts, examples, rng
        self.velocities: Arrays = [np.array(each) for each in parts.velocities]

    def epoch(
        self, X: Array, Y: Array, weights: Arrays, biases: Arrays, batch_size: int, rate: float
    ) -> tuple[Arrays, Arrays]:
        """The weights and biases after all mini-batches of one epoch."""
        for x, y in self.batches(X, Y, batch_size):
            dW, db = self.gradients(x, y, weights, biases)
            if self.parts.l2:
                lam = self.parts.l2
                penalised = self.module.l2(list(weights), list(dW), lam, self.examples)
                dW = arrays("l2", dW if penalised is None else penalised, weights)
            stepped = self.step([*weights, *biases], [*dW, *db], rate)
            weights, biases = stepped[: len(weights)], stepped[len(weights) :]
        return weights, biases

    def batches(self, X: Array, Y: Array, batch_size: int) -> Iterator[tuple[Array, Array]]:
        for pair in self.module.minibatches(X, Y, batch_size, self.rng):
            x, y = pair
            yield np.asarray(x), np.asarray(y)

    def layers(self, X: Array, weights: Arrays, biases: Arrays) -> tuple[Arrays, Arrays]:
        """z of every layer, and X and a of every layer, for rows of examples."""
        zs, activations = [], [X]
        for number, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
            zs.append(activations[-1] @ w.T + b)
            name = self.parts.output if number == len(weights) else self.parts.hidden
            activations.append(self.value(name, zs[-1], zs[-1]))
        return zs, activations

    def gradients(
        self, X: Array, Y: Array, weights: Arrays, biases: Arrays
    ) -> tuple[Arrays, Arrays]:
        zs, activations = self.layers(X, weights, biases)
        delta = self.value(self.parts.error, zs[-1], zs[-1], activations[-1], Y)
        dW, db = [delta.T @ activations[-2] / len(X)], [delta.sum(axis=0) / len(X)]
        for layer in range(len(weights) - 2, -1, -1):
            slope = self.value(self.parts.slope, zs[layer], zs[layer])
            delta = (delta @ weights[layer + 1]) * slope
            dW.insert(0, delta.T @ activations[layer] / len(X))
            db.insert(0, delta.sum(axis=0) / len(X))
        return dW, db

    def value(self, name: str, like: Array, *arguments: Array) -> Array:
        """What a function gives, shaped like an array."""
        found = np.asarray(getattr(self.module, name)(*arguments), np.float64)
        if found.shape != like.shape:
            raise Misread(f"`{name}` gives an array {found.shape}: expected {like.shape}")
        return found

    def step(self, parameters: Arrays, gradients: Arrays, rate: float) -> Arrays:
        """The parameters after one step of the learner's `update` or `momentum`."""
        if self.parts.optimizer == "momentum":
            if not self.velocities:
                self.velocities = [np.zeros_like(p) for p in parameters]
            value = self.module.momentum(
                list(parameters), list(self.velocities), gradients, rate, self.parts.momentum
            )
            if value is None:
                return parameters
            first, second = value
            self.velocities = arrays("momentum", second, parameters)
            return arrays("momentum", first, parameters)
        value = self.module.update(list(parameters), gradients, rate)
        return parameters if value is None else arrays("update", value, parameters)

    def share_right(self, X: Array, labels: Array, weights: Arrays, biases: Arrays) -> float:
        """The share of examples whose largest output is that of their class."""
        outputs = self.layers(X, weights, biases)[1][-1]
        return float(np.mean(outputs.argmax(axis=1) == labels))


def arrays(function: str, value: Any, like: Arrays) -> Arrays:
    """What a function gave back as arrays, shaped as those before."""
    quick = isinstance(value, list) and all(isinstance(each, np.ndarray) for each in value)
    found = value if quick else unpack(pack(drawn(value)))
    found = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(found, (list, tuple)) or len(found) != len(like):
        raise Misread(f"`{function}` does not give back {len(like)} arrays, one for each")
    result = [np.asarray(each, np.float64) for each in found]
    for number, (one, before) in enumerate(zip(result, like, strict=True)):
        if one.shape != before.shape:
            raise Misread(
                f"`{function}` gives array {number} the shape {one.shape}: expected {before.shape}"
            )
    return result
