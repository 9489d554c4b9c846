"""Costs: each a value that pairs the cost with its derivative at the output layer.

`C` is the mean over the examples of the mini-batch. A cost that belongs to an output activation
(cross-entropy to sigmoid, log-likelihood to softmax) is computed from the output layer's `z`,
which keeps it finite for any finite `z`, and its error is dC/dz at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network.arguments import known_name
from chainrule.network.engine.equation import Call
from chainrule.network.errors import NetworkError

Rows = NDArray[Any]


@dataclass(frozen=True)
class Cost:
    """A cost `C` of the output `a` and the target `y`, and all that the house asks of it.

    `text` is the sum over outputs (and examples) in the language of `chainrule.algebra`, with {a},
    {y} and, in a sum over the outputs alone, {axis}; C is that sum over `divisor`. `derivative`
    is dC/da for one example, or dC/dz where there is a `partner`, the activation that the cost
    belongs to. `value(l)` are the calls that write the cost of all examples together to `C`;
    `error(l)` those that write the derivative, over m, to `delta{l}`.
    """

    name: str
    source: str
    text: str
    derivative: str
    value: Callable[[int], list[Call]]
    error: Callable[[int], list[Call]]
    divisor: int = 1
    partner: str | None = None
    output: str = "sigmoid"
    """The output activation where none is chosen; a partner's cost has its partner."""
    asks: tuple[Callable[[Rows, str], None], ...] = ()
    """What rows of targets (m, nL) must be: each raises a NetworkError that says what is wrong."""
    separate: bool = True
    """Whether the derivative by one output asks for that output and its target alone."""
    onehot: bool = False
    """Whether the rows of targets are shares of classes, the likeliest of which counts as right."""
    scratch: tuple[str, ...] = ("c", "c2")
    """Buffers (nL, m) that the calls use, with `{l}` for the layer."""
    column_scratch: tuple[str, ...] = ()
    """Further buffers (m,), one number an example."""
    constants: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the calls read, beside 0, 1 and 1/m."""
    kinks: tuple[str, ...] = ()
    """Buffers whose zeros are kinks of C, as the calls of `value` leave them."""

    @property
    def equation(self) -> str:
        """C for one example: `C = sum((a - y)**2) / 2`."""
        return f"C = {self.sheet('a', 'y')}"

    @property
    def derivative_equation(self) -> str:
        """`dC/da = a - y`."""
        return f"dC/d{self.of} = {self.derivative.format(a='a', y='y', axis='')}"

    @property
    def of(self) -> str:
        """What the error is the derivative by: `a`, or for a cost with a partner `z`."""
        return "a" if self.partner is None else "z"

    def sheet(self, a: str, y: str, axis: int | None = None) -> str:
        """C as text, for one example or, with the `axis` of the outputs, for a mini-batch."""
        along = "" if axis is None else f", axis={axis}"
        total = self.text.format(a=a, y=y, axis=along)
        if axis is not None:
            return f"{total} / {f'({self.divisor}*m)' if self.divisor > 1 else 'm'}"
        return f"{total} / {self.divisor}" if self.divisor > 1 else total

    def error_text(self, layer: int) -> str:
        """The derivative over m, an example a column: `(a2 - y) / m`."""
        return f"({self.derivative.format(a=f'a{layer}', y='y', axis=', axis=0')}) / m"


# --- what targets must be --------------------------------------------------------------------


def shares(rows: Rows, cost: str) -> None:
    """Every target lies from 0 to 1: only there are these costs bounded below."""
    outside = np.argwhere((rows < 0) | (rows > 1))
    if len(outside):
        row, column = outside[0]
        raise NetworkError(
            f"y[{row}, {column}] is {rows[row, column]:.6g}: under the {cost} cost a target lies "
            "from 0 to 1"
        )


def probabilities(rows: Rows, cost: str) -> None:
    """Every row adds up to 1: only there is the error a - y."""
    sums = rows.sum(axis=1, dtype=np.float64)
    wrong = np.flatnonzero(np.abs(sums - 1) > 1e-4)
    if len(wrong):
        raise NetworkError(
            f"y[{wrong[0]}] adds up to {sums[wrong[0]]:.6g}: under the {cost} cost a row "
            "of y holds the probabilities of the classes, which add up to 1"
        )


def classes(rows: Rows, cost: str) -> None:
    """Every row is 1 for its class and 0 for the others."""
    wrong = np.flatnonzero(((rows != 0) & (rows != 1)).any(axis=1) | (rows.sum(axis=1) != 1))
    if len(wrong) or rows.shape[1] < 2:
        first = wrong[0] if len(wrong) else 0
        raise NetworkError(
            f"y[{first}] names no class: under the {cost} cost y holds whole numbers, or rows that "
            "are 1 for the class and 0 for each of the others, of two or more outputs"
        )


# --- the calls -------------------------------------------------------------------------------


def difference(layer: int) -> list[Call]:
    """(a - y) / m, into `delta`."""
    delta = f"delta{layer}"
    return [
        Call("subtract", (f"a{layer}", "y"), delta),
        Call("multiply", (delta, "1/m"), delta),
    ]


def quadratic(layer: int) -> list[Call]:
    return [
        Call("subtract", (f"a{layer}", "y"), "c"),
        Call("multiply", ("c", "c"), "c"),
        Call("multiply", ("c", "1/2"), "c"),
        Call("sum", ("c",), "C"),
    ]


def cross_entropy(layer: int) -> list[Call]:
    """The sum of max(z, 0) - y z + log(1 + exp(-|z|)), which is the cross-entropy of sigma(z).

    Here 1 - sigma(z) = sigma(-z) is put in. What is large goes first: max(z, 0) - y z is exactly 0
    where the answer is right, and the logarithm is all that stays.
    """
    z = f"z{layer}"
    return [
        Call("fmax", (z, "0"), "c"),
        Call("multiply", ("y", z), "c2"),
        Call("subtract", ("c", "c2"), "c2"),
        Call("absolute", (z,), "c"),
        Call("negative", ("c",), "c"),
        Call("exp", ("c",), "c"),
        Call("log1p", ("c",), "c"),
        Call("add", ("c", "c2"), "c"),
        Call("sum", ("c",), "C"),
    ]


def log_likelihood(layer: int) -> list[Call]:
    """The sum of y (log sum exp(z) - z): for a one-hot y, -log of the probability of its class."""
    z, top, total = f"z{layer}", f"max(z{layer})", f"sum(exp(z{layer}))"
    return [
        Call("max", (z,), top),
        Call("subtract", (z, top), "c"),
        Call("exp", ("c",), "c2"),
        Call("dot", (f"ones{layer}", "c2"), total),
        Call("log", (total,), f"log({total})"),
        Call("subtract", (f"log({total})", "c"), "c"),
        Call("multiply", ("y", "c"), "c"),
        Call("sum", ("c",), "C"),
    ]


def huber(layer: int) -> list[Call]:
    """With c the error held between -1 and 1, the sum of c (a - y - c/2)."""
    return [
        Call("subtract", (f"a{layer}", "y"), "c"),
        Call("fmax", ("c", "-1"), "c2"),
        Call("fmin", ("c2", "1"), "c2"),
        Call("multiply", ("c2", "-1/2"), "c3"),
        Call("add", ("c3", "c"), "c3"),
        Call("multiply", ("c3", "c2"), "c3"),
        Call("sum", ("c3",), "C"),
    ]


def huber_error(layer: int) -> list[Call]:
    delta = f"delta{layer}"
    return [
        Call("subtract", (f"a{layer}", "y"), delta),
        Call("fmax", (delta, "-1"), delta),
        Call("fmin", (delta, "1"), delta),
        Call("multiply", (delta, "1/m"), delta),
    ]


def margins(layer: int) -> list[Call]:
    """By how much each output comes too near to that of the class: a - a_class + 1."""
    a, right = f"a{layer}", f"sum(y*a{layer})"
    return [
        Call("multiply", ("y", a), "c"),
        Call("dot", (f"ones{layer}", "c"), right),
        Call("subtract", (a, right), "margin"),
        Call("add", ("margin", "1"), "margin"),
    ]


def hinge(layer: int) -> list[Call]:
    return [
        *margins(layer),
        Call("fmax", ("margin", f"zeros{layer}"), "c"),
        Call("subtract", ("1", "y"), "c2"),
        Call("multiply", ("c", "c2"), "c"),
        Call("sum", ("c",), "C"),
    ]


def hinge_error(layer: int) -> list[Call]:
    """1 for each output that comes too near, and for the class minus their number."""
    delta, number = f"delta{layer}", f"number{layer}"
    return [
        *margins(layer),
        Call("greater", ("margin", f"zeros{layer}"), delta),
        Call("subtract", ("1", "y"), "c2"),
        Call("multiply", (delta, "c2"), delta),
        Call("dot", (f"ones{layer}", delta), number),
        Call("multiply", ("y", number), "c2"),
        Call("subtract", (delta, "c2"), delta),
        Call("multiply", (delta, "1/m"), delta),
    ]


NEAR = "(1 - {y}) * ({a} - sum({y} * {a}{axis}) + 1 > 0)"

COSTS: dict[str, Cost] = {
    cost.name: cost
    for cost in (
        Cost(
            name="quadratic",
            source="Nielsen, chapter 1, eq. (6)",
            text="sum(({a} - {y})**2)",
            divisor=2,
            derivative="{a} - {y}",
            value=quadratic,
            error=difference,
            constants={"1/2": 0.5},
        ),
        Cost(
            name="cross-entropy",
            source="Nielsen, chapter 3, eq. (63), (66)",
            text="-sum({y} * log({a}) + (1 - {y}) * log(1 - {a}))",
            derivative="{a} - {y}",
            value=cross_entropy,
            error=difference,
            partner="sigmoid",
            asks=(shares,),
        ),
        Cost(
            name="log-likelihood",
            source="Nielsen, chapter 3, eq. (80), (84)",
            text="-sum({y} * log({a}))",
            derivative="{a} - {y}",
            value=log_likelihood,
            error=difference,
            partner="softmax",
            output="softmax",
            asks=(shares, probabilities),
            onehot=True,
            column_scratch=("max(z{l})", "sum(exp(z{l}))", "log(sum(exp(z{l})))"),
        ),
        Cost(
            name="huber",
            source="Huber, 1964; its delta is 1",
            text="sum(({a} - {y})**2 - maximum(abs({a} - {y}) - 1, 0)**2)",
            divisor=2,
            derivative="maximum(minimum({a} - {y}, 1), -1)",
            value=huber,
            error=huber_error,
            output="identity",
            scratch=("c", "c2", "c3"),
            constants={"-1": -1.0, "-1/2": -0.5},
        ),
        Cost(  # of several classes: each of the others should score 1 less than the right one
            name="hinge",
            source="Weston and Watkins, 1999; CS231n, Linear classification",
            text="sum((1 - {y}) * relu({a} - sum({y} * {a}{axis}) + 1))",
            derivative=f"{NEAR} - {{y}} * sum({NEAR}{{axis}})",
            value=hinge,
            error=hinge_error,
            output="identity",
            asks=(classes,),
            separate=False,
            onehot=True,
            scratch=("c", "c2", "margin"),
            column_scratch=("sum(y*a{l})", "number{l}"),
            kinks=("margin",),
        ),
    )
}
"""The costs by name. To add one is to add a value here."""


def cost(name: str) -> Cost:
    """The cost of this name; an unknown name lists the known ones."""
    return COSTS[known_name("cost", name, COSTS)]


def cost_of(output: str) -> Cost:
    """The cost that belongs to an output activation; the first, quadratic, where none does."""
    return next((c for c in COSTS.values() if c.partner == output), next(iter(COSTS.values())))
