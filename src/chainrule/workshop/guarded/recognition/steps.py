"""A call that moves the parameters: whether one step for all examples is what it makes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import backwards, conventions, fit
from chainrule.workshop.guarded.recognition.adapter_text import at
from chainrule.workshop.guarded.recognition.backwards import Backward
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.loop_readings import Reading
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import within
from chainrule.workshop.guarded.slopes import targets

Array = NDArray[Any]
ONE_CALL = 1.5
"""Seconds of one call."""
SAME, ROUNDING = 1e-6, 50
"""How much of a step may differ, and how many times the precision of its numbers."""


def run(backward: Backward, space: dict[str, Any]) -> Any:
    """The value of the call, after the lines before it."""
    with within(ONE_CALL), np.errstate(all="ignore"):
        backwards.lines_of("\n".join(backward.lines), space)
        return eval(compile(backward.value, "<adapter>", "eval"), space)


def examples(forward: Forward | Reading, rng: np.random.Generator) -> tuple[Array, Array]:
    """Rows of inputs and of targets; there are not as many as inputs."""
    m = 7 if forward.inputs != 7 else 11
    X = rng.normal(0, 1, (m, forward.inputs))
    return X, targets(forward.outputs, m, rng)


def other_targets(Y: Array) -> Array:
    """Targets (m, k) that differ from these in every row."""
    return np.roll(Y, 1, axis=1) if Y.shape[1] > 1 else 1 - Y


def one_call(forward: Forward, backward: Backward, X: Array, Y: Array) -> tuple[Any, Any]:
    """What is given to one call: all of these examples, or the first."""
    x = next(conventions.batches(forward.examples, X))
    return x, next(conventions.targets(forward.examples, backward.targets, Y))


@dataclass(frozen=True)
class Step:
    """A call that has moved the parameters to `now` from the values that are `kept`."""

    forward: Forward
    backward: Backward
    kept: Kept
    now: list[Array]

    def is_one(self) -> bool:
        """Whether other targets make another step, and examples in another order the same.

        What targets do not move is no step. Where the order matters, there is a step after each
        example, and none of them all.
        """
        X, Y = examples(self.forward, np.random.default_rng(11))
        if all(map(np.array_equal, self.now, self.after(X, other_targets(Y)))):
            return False
        alone = self.forward.examples not in conventions.TOGETHER
        return alone or self.alike(self.after(X[::-1], Y[::-1]))

    def after(self, X: Array, Y: Array) -> list[Array]:
        """The parameters after a step with other examples, from the same values."""
        space = self.forward.holder.space
        self.kept.put_back()
        space["x"], space["y"] = one_call(self.forward, self.backward, X, Y)
        run(self.backward, space)
        return [np.array(at(path, space), np.float64) for path in self.forward.parameters]

    def alike(self, other: list[Array]) -> bool:
        """Whether the parameters came to the same, but for rounding."""
        self.kept.put_back()
        space = self.forward.holder.space
        for path, one, two in zip(self.forward.parameters, self.now, other, strict=True):
            old = np.asarray(at(path, space))
            single = old.dtype.itemsize < np.float64().itemsize
            precision = np.finfo(np.float32 if single else np.float64).eps
            near = SAME * np.abs(one - old).max() + ROUNDING * precision * np.abs(old).max()
            if not np.abs(one - two).max() <= near:
                return False
        return True


def averaged(fitted: fit.Fitted, forward: Forward) -> bool:
    """Whether gradients are those of the sum, divided by the number of examples twice."""
    m = len(examples(forward, np.random.default_rng(5))[0])
    return math.isclose(fitted.times, 1 / m**2, rel_tol=0.01)
