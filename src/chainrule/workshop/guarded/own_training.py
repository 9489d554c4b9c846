"""The learner's own `train` and `forward` on a whole data set, an epoch at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.answers import EpochTrained, NetworkTrained, TrainingStarted
from chainrule.workshop.guarded.calling import drawn
from chainrule.workshop.guarded.codec import pack, unpack
from chainrule.workshop.guarded.own_parts import OwnParts
from chainrule.workshop.guarded.protocol import Examples, Job, TrainNetwork
from chainrule.workshop.returns import Group, Lists, Misread, Parts

if TYPE_CHECKING:
    from chainrule.workshop.guarded.child import Tell, Warnings

Arrays = list[NDArray[Any]]
PARAMETERS = Lists(
    (
        Group("weights", "W{}", lambda i: f"(n{i}, n{i - 1})"),
        Group("biases", "b{}", lambda i: f"(n{i},)"),
    )
)
LAYERS = Lists(
    (Group("zs", "z{}", lambda i: ""), Group("activations", "a{}", lambda i: "", 1, "x"))
)


def task(module: ModuleType, job: Job, tell: Tell, heard: Warnings) -> None:
    """Train for so many epochs, telling the accuracy after each, and that on the test set last."""
    asked = job.task
    assert isinstance(asked, TrainNetwork)
    rng = np.random.default_rng(asked.seed)
    first = 1
    if asked.going:
        (going,) = asked.going
        weights, biases, first = list(going.weights), list(going.biases), going.epoch + 1
        rng.bit_generator.state = json.loads(going.rng)
    else:
        weights, biases = starting(module, asked, rng)
    tell(TrainingStarted(weights, biases))
    own = OwnParts(module, asked.parts[0], len(asked.training.y), rng) if asked.parts else None
    X, Y = scaled(asked, asked.training), np.eye(asked.sizes[-1])[asked.training.y]
    watched, test = scaled(asked, asked.watched), scaled(asked, asked.test)
    size, rate = asked.batch_size, asked.learning_rate
    total = 0.0

    def right(examples: NDArray[Any], labels: NDArray[Any]) -> float:
        if own is not None:
            return own.share_right(examples, labels, weights, biases)
        return share_right(module.forward, examples, labels, weights, biases)

    for number in range(first, asked.epochs + 1):
        began = time.perf_counter()
        if own is not None:
            weights, biases = own.epoch(X, Y, weights, biases, size, rate)
            value = None
        else:
            value = module.train(X, Y, weights, biases, 1, size, rate, rng)
        seconds = time.perf_counter() - began
        total += seconds
        if value is not None:
            weights, biases = parameters("train", value, weights, biases)
        accuracy = right(watched, asked.watched.y)
        velocities = own.velocities if own is not None else []
        state = json.dumps(rng.bit_generator.state)
        tell(EpochTrained(number, seconds, accuracy, weights, biases, velocities, state))
    tell(NetworkTrained(right(test, asked.test.y), total))


def scaled(asked: TrainNetwork, examples: Examples) -> NDArray[Any]:
    return np.multiply(examples.X, asked.scale, dtype=np.float64)


def starting(
    module: ModuleType, asked: TrainNetwork, rng: np.random.Generator
) -> tuple[Arrays, Arrays]:
    """Weights and biases from the learner's own `init`, if it is to be used, or from ours."""
    sizes = list(asked.sizes)
    weights = [rng.standard_normal((n, m)) / np.sqrt(m) for m, n in pairwise(sizes)]
    biases = [np.zeros(n) for n in sizes[1:]]
    if not asked.own_init:
        return weights, biases
    return parameters("init", module.init(sizes, rng), weights, biases)


def parameters(function: str, value: Any, weights: Arrays, biases: Arrays) -> tuple[Arrays, Arrays]:
    """What a function gave back as weights and biases, in whichever form, in the shapes before."""
    like = {f"W{i}": w for i, w in enumerate(weights, 1)}
    like |= {f"b{i}": b for i, b in enumerate(biases, 1)}
    found = given_back(function, PARAMETERS, value, like)
    for name, before in like.items():
        if found[name].shape != before.shape:
            raise Misread(
                f"`{function}` gives {name} the shape {found[name].shape}: expected {before.shape}"
            )
    layers = range(1, len(weights) + 1)
    return [found[f"W{i}"] for i in layers], [found[f"b{i}"] for i in layers]


def given_back(function: str, form: Lists, value: Any, like: Parts) -> Parts:
    """The arrays of a value, as where one function is checked, or whose value cannot be read."""
    try:
        return form.read(unpack(pack(drawn(value))), like)
    except Misread as fault:
        raise Misread(f"in `{function}`, {fault}") from None


def share_right(
    forward: Callable[..., Any],
    X: NDArray[Any],
    labels: NDArray[Any],
    weights: Arrays,
    biases: Arrays,
) -> float:
    """The share of examples whose largest output is that of their class."""
    like = {f"{kind}{i}": w for kind in "za" for i, w in enumerate(weights, 1)}
    last = f"a{len(weights)}"
    right = 0
    for x, label in zip(X, labels, strict=True):
        output = given_back("forward", LAYERS, forward(x, weights, biases), like)[last]
        right += int(np.argmax(output)) == int(label)
    return right / len(X)
