"""Costs: each a value that pairs the cost with its derivative at the output layer.

`C` is the mean over the examples of the mini-batch. A cost that belongs to an output
activation (cross-entropy to sigmoid, log-likelihood to softmax) is computed from the output
layer's `z`, which keeps it finite for any finite `z`, and gives `delta = (a - y) / m` at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.network.checking import known_name
from chainrule.network.program import Step


@dataclass(frozen=True)
class Cost:
    """A cost `C` of the output `a` and the target `y`, for the output layer `l`.

    `value(l)` writes the sum over examples and outputs to `C`. The steps that give the error
    are one for all three, (a - y) / m: it is dC/da for the quadratic cost, and dC/dz for a cost
    with a `partner`, the activation that it belongs to.
    """

    name: str
    equation: str
    derivative_equation: str
    value: Callable[[int], list[Step]]
    partner: str | None = None
    column_scratch: tuple[str, ...] = ()


def error(layer: int, partner: str | None) -> list[Step]:
    """(a - y) / m, into `delta`.

    Nielsen, chapter 2 for dC/da; for dC/dz chapter 3, eq. (66) of sigmoid and (84) of softmax.
    """
    delta, a = f"delta{layer}", f"a{layer}"
    name = f"dC/da{layer}" if partner is None else delta
    return [
        Step("subtract", (a, "y"), delta, f"{name} = (a{layer} - y) / m"),
        Step("multiply", (delta, "1/m"), delta),
    ]


def quadratic_value(layer: int) -> list[Step]:
    """The sum of (a - y)**2 / 2. Nielsen, chapter 1, eq. (6)."""
    return [
        Step("subtract", (f"a{layer}", "y"), "c", f"C = sum((a{layer} - y)**2) / (2*m)"),
        Step("multiply", ("c", "c"), "c"),
        Step("multiply", ("c", "1/2"), "c"),
        Step("sum", ("c",), "C"),
    ]


def cross_entropy_value(layer: int) -> list[Step]:
    """The sum of max(z, 0) - y z + log(1 + exp(-|z|)), which is the cross-entropy of sigma(z).

    Nielsen, chapter 3, eq. (63), with 1 - sigma(z) = sigma(-z) put in. What is large goes first:
    max(z, 0) - y z is exactly 0 where the answer is right, and the logarithm is all that stays.
    """
    z = f"z{layer}"
    a = f"a{layer}"
    return [
        Step("fmax", (z, "0"), "c", f"C = -sum(y * log({a}) + (1 - y) * log(1 - {a})) / m"),
        Step("multiply", ("y", z), "c2"),
        Step("subtract", ("c", "c2"), "c2"),
        Step("absolute", (z,), "c"),
        Step("negative", ("c",), "c"),
        Step("exp", ("c",), "c"),
        Step("log1p", ("c",), "c"),
        Step("add", ("c", "c2"), "c"),
        Step("sum", ("c",), "C"),
    ]


def log_likelihood_value(layer: int) -> list[Step]:
    """The sum of y (log sum exp(z) - z): for a one-hot y, -log of the probability of its class.

    Nielsen, chapter 3, eq. (80).
    """
    z, top = f"z{layer}", f"max(z{layer})"
    return [
        Step("max", (z,), top, f"C = -sum(y * log(a{layer})) / m"),
        Step("subtract", (z, top), "c"),
        Step("exp", ("c",), "c2"),
        Step("dot", (f"ones{layer}", "c2"), f"sum(exp(z{layer}))"),
        Step("log", (f"sum(exp(z{layer}))",), f"log(sum(exp(z{layer})))"),
        Step("subtract", (f"log(sum(exp(z{layer})))", "c"), "c"),
        Step("multiply", ("y", "c"), "c"),
        Step("sum", ("c",), "C"),
    ]


COSTS: dict[str, Cost] = {
    cost.name: cost
    for cost in (
        Cost(
            name="quadratic",
            equation="C = sum((a - y)**2) / 2",
            derivative_equation="dC/da = a - y",
            value=quadratic_value,
        ),
        Cost(
            name="cross-entropy",
            equation="C = -sum(y * log(a) + (1 - y) * log(1 - a))",
            derivative_equation="dC/dz = a - y",
            value=cross_entropy_value,
            partner="sigmoid",
        ),
        Cost(
            name="log-likelihood",
            equation="C = -sum(y * log(a))",
            derivative_equation="dC/dz = a - y",
            value=log_likelihood_value,
            partner="softmax",
            column_scratch=("log(sum(exp(z{l})))",),
        ),
    )
}


def cost(name: str) -> Cost:
    """The cost of this name; an unknown name lists the known ones."""
    return COSTS[known_name("cost", name, COSTS)]
