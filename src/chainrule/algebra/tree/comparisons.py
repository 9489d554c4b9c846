"""Comparisons, and the larger or smaller of two. Their kinks are where both sides are equal."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from chainrule.algebra.tree.arithmetic import elementwise, times
from chainrule.algebra.tree.expression import (
    COMPARISON,
    SUM,
    Array,
    Expression,
    Operation,
    Setting,
    node,
    postorder,
)
from chainrule.algebra.tree.leaves import SYMBOL

_COMPARE: dict[str, Callable[[Array, Array], Array]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _compare_value(comparison: Expression, values: list[Array], at: Setting) -> Array:
    return _COMPARE[comparison.params[0]](values[0].real, values[1].real).astype(float)


def _compare_gap(comparison: Expression, values: list[Array]) -> float:
    """Numbers that are drawn are equal everywhere around a point, or nowhere: no kink is near."""
    return math.inf if comparison.params[0] in ("==", "!=") else _gap(comparison, values)


def _gap(comparison: Expression, values: list[Array]) -> float:
    return float(np.abs(values[0].real - values[1].real).min())


COMPARE = Operation(
    name="compare",
    shape=elementwise("and"),
    value=_compare_value,
    adjoint=lambda comparison, g, i: None,
    text=lambda comparison, parts: (
        f"{parts[0].within(SUM)} {comparison.params[0]} {parts[1].within(SUM)}"
    ),
    rule="an indicator is constant between its jumps",
    binding=COMPARISON,
    broadcasts=True,
    margin=_compare_gap,
)


def _extremum(name: str, sign: str) -> Operation:
    def value(choice: Expression, values: list[Array], at: Setting) -> Array:
        a, b = values
        return np.where(_COMPARE[sign](a.real, b.real), a, b)

    def adjoint(choice: Expression, g: Expression, i: int) -> Expression:
        # Where both are equal the value is the second one, so it is the one that may move; beside a
        # number that is a kink, and `z > 0` is how everybody writes it.
        moves = i == 1 and all(_varies(arg) for arg in choice.args)
        return times(g, compare(choice.args[i], f"{sign}=" if moves else sign, choice.args[1 - i]))

    return Operation(
        name=name,
        shape=elementwise("and"),
        value=value,
        adjoint=adjoint,
        text=lambda choice, parts: f"{name}({parts[0].text}, {parts[1].text})",
        rule=f"{name}: the gradient goes to the one chosen",
        broadcasts=True,
        margin=_gap,
    )


def _varies(x: Expression) -> bool:
    return any(part.operation is SYMBOL for part in postorder(x))


MAXIMUM = _extremum("maximum", ">")
MINIMUM = _extremum("minimum", "<")


def compare(a: Expression, sign: str, b: Expression) -> Expression:
    """(a > b): 1 where it holds, 0 where not. `sign` is one of > < >= <= == !=."""
    return node(COMPARE, (a, b), (sign,))


def maximum(a: Expression, b: Expression) -> Expression:
    """The larger of two, elementwise."""
    return node(MAXIMUM, (a, b))


def minimum(a: Expression, b: Expression) -> Expression:
    """The smaller of two, elementwise."""
    return node(MINIMUM, (a, b))
