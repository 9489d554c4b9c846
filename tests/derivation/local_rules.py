"""The rules of differentiation once more, in NumPy: what a step hands on, worked out by itself.

For a step of the kind `derivative`, from the derivative by a node and the values of its arguments.
Nothing here uses the rules of the package.
"""

from __future__ import annotations

import numpy as np

from chainrule.algebra import (
    ADD,
    DIVIDE,
    MATMUL,
    MEAN,
    MULTIPLY,
    NEGATE,
    POWER_OF,
    SOFTMAX,
    SUM_OF,
    SYMBOL,
    TRANSPOSE,
    Array,
    Expression,
    Point,
    symbols,
)
from chainrule.derivation import Step

SLOPES = {
    "sigma": lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
    "tanh": lambda x: 1 / np.cosh(x) ** 2,
    "relu": lambda x: np.where(x > 0, 1.0, 0.0),
    "log": lambda x: 1 / x,
    "exp": np.exp,
    "sin": np.cos,
    "cos": lambda x: -np.sin(x),
    "tan": lambda x: 1 / np.cos(x) ** 2,
    "asin": lambda x: 1 / np.sqrt(1 - x**2),
    "acos": lambda x: -1 / np.sqrt(1 - x**2),
    "atan": lambda x: 1 / (1 + x**2),
    "sqrt": lambda x: 1 / (2 * np.sqrt(x)),
}
"""The slope of every function that the sheets and questions use."""

NAMES = {
    ADD: {"sum rule"},
    SUM_OF: {"sum rule"},
    MEAN: {"sum rule"},
    NEGATE: {"constant factor"},
    MULTIPLY: {"constant factor", "product rule"},
    DIVIDE: {"constant factor", "quotient rule"},
    MATMUL: {"matrix product rule"},
    TRANSPOSE: {"transpose rule"},
    POWER_OF: {"power rule", "chain rule"},
}
"""What the rule may be called that is used on an operation."""


def handed_on(step: Step, argument: int, point: Point) -> Array:
    """The derivative by one argument of the step's node, from that by the node."""
    node = step.node
    values = [point.value(arg) for arg in node.args]
    whole = point.value(node)
    g = np.broadcast_to(point.value(step.before), whole.shape)
    return summed_to(_by_argument(node, argument, g, values), values[argument].shape)


def _by_argument(node: Expression, i: int, g: Array, values: list[Array]) -> Array:
    operation = node.operation
    if operation is ADD:
        return g
    if operation is NEGATE:
        return -g
    if operation is MULTIPLY:
        return g * np.prod([v for k, v in enumerate(_stretched(values)) if k != i], axis=0)
    if operation is DIVIDE:
        u, v = values
        return g / v if i == 0 else -g * u / v**2
    if operation is POWER_OF:
        u, n = values
        return g * n * u ** (n - 1) if i == 0 else g * np.log(u) * u**n
    if operation in (SUM_OF, MEAN):
        count = values[0].size / g.size if operation is MEAN else 1
        return np.broadcast_to(g, values[0].shape) / count
    if operation is MATMUL:
        left = np.eye(g.shape[0])
        for value in values[:i]:
            left = left @ value
        right = np.eye(g.shape[1])
        for value in reversed(values[i + 1 :]):
            right = value @ right
        return np.einsum("rj,rc,kc->jk", left, g, right)
    if operation is TRANSPOSE:
        return np.swapaxes(g, 0, 1)
    if operation is SOFTMAX:
        return _softmax(values[0], g, node.params[0])
    assert node.params == (0,), node
    return g * SLOPES[operation.name](values[0])


def _softmax(z: Array, g: Array, axis: int) -> Array:
    """By the Jacobian of every column (row) by itself."""
    result = np.zeros_like(z)
    for k in range(z.shape[1 - axis]):
        column = z[:, k] if axis == 0 else z[k]
        a = np.exp(column) / np.exp(column).sum()
        slope = np.diag(a) - np.outer(a, a)
        if axis == 0:
            result[:, k] = slope.T @ g[:, k]
        else:
            result[k] = slope.T @ g[k]
    return result


def _stretched(values: list[Array]) -> list[Array]:
    shape = np.broadcast_shapes(*(value.shape for value in values))
    return [np.broadcast_to(value, shape) for value in values]


def summed_to(value: Array, shape: tuple[int, ...]) -> Array:
    """Added up along the axes that were stretched."""
    value = np.broadcast_to(value, np.broadcast_shapes(value.shape, shape))
    axes = tuple(k for k in (0, 1) if shape[k] == 1 and value.shape[k] != 1)
    return value.sum(axis=axes, keepdims=True) if axes else value


def is_named_well(step: Step, argument: int, wrt: Expression) -> bool:
    """Whether the rule's name is that of the rule for this node and this argument."""
    node, rule = step.node, step.rule
    others = [arg for i, arg in enumerate(node.args) if i != argument]
    alone = not any(wrt in symbols(arg).values() for arg in others)
    if node.operation is ADD and node.args[argument].shape != node.shape:
        return rule == "sum over what was broadcast"
    if node.operation in (MULTIPLY, DIVIDE):
        constant = alone and not (node.operation is DIVIDE and argument == 1)
        return (rule == "constant factor") == constant and rule in NAMES[node.operation]
    inner_is_name = node.args[0].operation is SYMBOL
    if node.operation is POWER_OF:
        return rule == ("power rule" if inner_is_name else "chain rule")
    if node.operation in NAMES:
        return rule in NAMES[node.operation]
    return rule == (f"derivative of {node.operation.name}" if inner_is_name else "chain rule")
