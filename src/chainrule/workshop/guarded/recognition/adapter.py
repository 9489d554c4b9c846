"""A network by an adapter: a few lines of Python that say how somebody's own code is used.

`own` is their file. The lines give `examples` and `targets` (`conventions`), `parameters`, a
function of nothing that gives the arrays; `forward(x)`; and `gradients(x, y)`, in the order of the
parameters, or `step(x, y)`, which moves them by `rate` times the gradients.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import conventions
from chainrule.workshop.guarded.recognition.draws import Draws
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import Mirror, plain

Array = NDArray[Any]
NAMES = ("examples", "parameters", "forward")


class Adapted:
    """The network of an adapter: `forward(X)`, `gradients(X, Y)` of rows, and its `arrays`."""

    def __init__(self, module: ModuleType, text: str, helpers: dict[str, Any]) -> None:
        self.module, self.text = module, text
        self.names: dict[str, Any] = {"own": module, "np": np, **helpers}
        exec(compile(text, "<adapter>", "exec"), self.names)
        self.examples: str = self.names.get("examples", "rows")
        self.targets: str = self.names.get("targets", "one-hot")
        self.mirror = Mirror(self.names["parameters"])
        self.arrays = self.mirror.arrays
        self.draws = Draws.below(module.__dict__, self.names)
        """A call that draws random numbers, as dropout does, draws the same each time."""

    @property
    def inputs(self) -> int | None:
        """The number of inputs, where the adapter says it."""
        return self.names.get("inputs")

    @property
    def listed(self) -> list[str]:
        """What the parameters are called in the adapter, where they stand in a list."""
        for node in ast.walk(ast.parse(self.text)):
            if (
                isinstance(node, ast.Assign)
                and ast.unparse(node.targets[0]) == "parameters"
                and isinstance(node.value, ast.Lambda)
                and isinstance(node.value.body, ast.List)
            ):
                texts = map(ast.unparse, node.value.body.elts)
                return [text.removeprefix("own.") for text in texts]
        return []

    def forward(self, X: Array) -> Array:
        """Rows of outputs for rows of examples."""
        self.mirror.push()
        call, values = self.names["forward"], []
        for x in conventions.batches(self.examples, X):
            self.draws.put_back()
            values.append(plain(call(x)))
        return conventions.as_rows(self.examples, values, len(X))

    def gradients(self, X: Array, Y: Array) -> list[Any]:
        """The gradients, one for each of the arrays: the mean of those of single examples."""
        xs = list(conventions.batches(self.examples, X))
        ys = list(conventions.targets(self.examples, self.targets, Y))
        alone = self.examples not in conventions.TOGETHER
        kept = Kept(self.module.__dict__, self.names)
        each = [self.one(x, y, kept) for x, y in zip(xs, ys, strict=True)]
        return mean(each) if alone else each[0]

    def one(self, x: Any, y: Any, kept: Kept) -> list[Any]:
        """The gradients of one call, with all that the call changes put back."""
        try:
            self.mirror.push()
            self.draws.put_back()
            if "step" not in self.names:
                return self.mirror.matched(self.names["gradients"](x, y))
            before = [array.copy() for array in self.arrays]
            self.names["step"](x, y)
            after = self.mirror.now()
            rate = self.names.get("rate", 1.0)
            return [(old - new) / rate for old, new in zip(before, after, strict=True)]
        finally:
            kept.put_back()


def mean(each: Sequence[list[Any]]) -> list[Any]:
    """The mean of the gradients of single examples."""
    if any(len(one) != len(each[0]) for one in each):
        raise conventions.Unfit("another number of gradients for another example")
    return [np.mean([np.asarray(one[i], np.float64) for one in each], axis=0)
            for i in range(len(each[0]))]  # fmt: skip


def complete(names: Callable[[str], bool]) -> bool:
    """Whether names are those of an adapter."""
    return all(map(names, NAMES)) and (names("gradients") or names("step"))
