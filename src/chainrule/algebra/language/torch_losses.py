"""PyTorch's losses, which are means over all entries, or over the examples: `F.mse_loss(a, y)`."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree.arithmetic import add, multiply, negate, subtract
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.function_registry import apply
from chainrule.algebra.tree.leaves import ONE, TWO
from chainrule.algebra.tree.powers import power
from chainrule.algebra.tree.reductions import mean_of, softmax, sum_of
from chainrule.algebra.tree.shapes import is_vector


def cross_entropy(z: Expression, y: Expression) -> Expression:
    """Of logits, an example a row, and targets of the same shape; of a vector, one example."""
    if z.shape != y.shape:
        raise ShapeError("F.cross_entropy is read with targets of the shape of its logits: one-hot")
    if is_vector(z.shape):
        axis = 1 if z.shape[0] == 1 else 0
        return negate(sum_of(multiply(y, apply("log", softmax(z, axis)))))
    rows = sum_of(multiply(y, apply("log", softmax(z, 1))), 1)
    return negate(mean_of(rows))


def binary_cross_entropy(p: Expression, y: Expression) -> Expression:
    other = multiply(subtract(ONE, y), apply("log", subtract(ONE, p)))
    return negate(mean_of(add(multiply(y, apply("log", p)), other)))


LOSSES: dict[str, Callable[[Expression, Expression], Expression]] = {
    "torch_cross_entropy": cross_entropy,
    "torch_mse_loss": lambda a, y: mean_of(power(subtract(a, y), TWO)),
    "torch_l1_loss": lambda a, y: mean_of(apply("abs", subtract(a, y))),
    "torch_binary_cross_entropy": binary_cross_entropy,
    "torch_binary_cross_entropy_with_logits": lambda z, y: binary_cross_entropy(
        apply("sigma", z), y
    ),
}
"""By the names that the reader gives them; without a module before it, a loss may be another."""
