"""An adapter without a forward pass: the file's own function gives the cost, and its gradients.

Its lines give `inputs` and `outputs`, the numbers of both; `cost(x, y)`, one number, and
`gradients(x, y)` instead of `forward(x)`. Where both take a third argument, the strength of a
penalty, they are called with 0 and with another number. `m` is the number of examples.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import conventions
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import plain

Array = NDArray[Any]
STRENGTH = 0.7
"""Of a penalty, where it is not 0."""


class OfCost(Adapted):
    """The cost and the gradients of an adapter, for rows of examples and of targets."""

    @property
    def penalties(self) -> tuple[float, ...]:
        """The strengths of a penalty that are tried."""
        taken = inspect.signature(self.names["cost"]).parameters
        return (0.0, STRENGTH) if len(taken) > 2 else (0.0,)

    @property
    def outputs(self) -> int:
        return self.names.get("outputs", 1)

    @property
    def examples_wanted(self) -> int | None:
        return self.names.get("m")

    def called(self, name: str, X: Array, Y: Array, penalty: float) -> Any:
        """What one of the functions gives, with all that the call changes put back."""
        kept = Kept(self.module.__dict__, self.names)
        try:
            self.mirror.push()
            self.draws.put_back()
            x = next(conventions.batches(self.examples, X.copy()))
            y = next(conventions.targets(self.examples, self.targets, Y.copy()))
            more = (penalty,) if len(self.penalties) > 1 else ()
            return self.names[name](x, y, *more)
        finally:
            kept.put_back()

    def value(self, X: Array, Y: Array, penalty: float) -> Any:
        """The cost: one number, of the precision that it has."""
        found = np.asarray(plain(self.called("cost", X, Y, penalty)))
        if found.size != 1:
            raise conventions.Unfit(f"a cost of shape {found.shape}: expected one number")
        return found.reshape(-1)[0]

    def slopes(self, X: Array, Y: Array, penalty: float) -> list[Any]:
        """The gradients that the file gives, one for each of the arrays."""
        return self.mirror.matched(self.called("gradients", X, Y, penalty))


def of_cost(text: str) -> bool:
    """Whether an adapter is of this kind: it has a function `cost` and no `forward`."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return False
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return "cost" in functions and "forward" not in functions
