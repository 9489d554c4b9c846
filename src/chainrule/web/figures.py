"""Figures that a view computes from the network's numbers: an accuracy, a mean, a square.

A `Figure` is shown in the panel as a number of the network is: with its equation, the numbers put
in, and the parts that it is computed from, each with a panel of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from chainrule.network import Network, evaluate
from chainrule.web.address import NotThere


@dataclass(frozen=True)
class Part:
    """A number that a figure is computed from.

    `row` says of which example, or at which place, where the page has several; a part without a
    `ref` is a count that needs no explanation. `words` stand in the place of the reference.
    """

    ref: str
    value: float
    row: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Addend:
    """`coefficient` times the product of its factors."""

    factors: tuple[Part, ...]
    coefficient: float = 1.0

    @property
    def value(self) -> float:
        return self.coefficient * float(np.prod([factor.value for factor in self.factors]))


@dataclass(frozen=True)
class Figure:
    """A number of a view. `terms` add up to it; else it is what `equation` says of `operands`."""

    ref: str
    value: float
    meaning: str
    equation: str = ""
    """As MathML."""
    terms: tuple[Addend, ...] = ()
    operands: tuple[Part, ...] = ()
    heading: str = "Computed from"
    """What stands above the operands."""
    given: str = ""
    """What to say of a number that is computed from nothing."""

    name, source, calls, slope, difference = "", "", (), None, None
    """As a number of the network has them; a figure has none."""


# --- equations of words ------------------------------------------------------------------------


def word(text: str) -> Markup:
    return Markup("<mtext>{}</mtext>").format(text)


def equal(left: Markup, right: Markup) -> Markup:
    return Markup(
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'
        "<mrow>{}<mo>=</mo>{}</mrow></math>"
    ).format(left, right)


def fraction(over: Markup, under: Markup) -> Markup:
    return Markup("<mfrac>{}{}</mfrac>").format(over, under)


MEAN_COST = equal(
    Markup("<mi>C</mi>"),
    Markup(
        "<mrow><mfrac><mn>1</mn><mi>m</mi></mfrac><munder><mo>∑</mo><mi>e</mi></munder>"
        "<msub><mi>C</mi><mi>e</mi></msub></mrow>"
    ),
)


ACCURACY = equal(word("accuracy"), fraction(word("right"), word("all")))


# --- what several views show -------------------------------------------------------------------


def mean_cost(ref: str, costs: Sequence[float], rows: Iterable[int], of: str) -> Figure:
    """The mean of the costs of some examples, each of which is asked about by C with its row."""
    terms = [
        Addend((Part("C", cost, str(row), f"C of {of} {row}"),), 1 / len(costs))
        for cost, row in zip(costs, rows, strict=True)
    ]
    return Figure(
        ref,
        float(np.mean(costs)),
        f"the mean of the costs of {len(costs)} {of}s",
        MEAN_COST,
        tuple(terms),
    )


def accuracy(right: int, of: int) -> Figure:
    """The share of right answers."""
    return Figure(
        "accuracy",
        right / of,
        "the share of right answers",
        ACCURACY,
        operands=(Part("right", right), Part("wrong", of - right), Part("", of, words="all")),
    )


def costs_of(network: Network, X: np.ndarray, y: np.ndarray, those: Iterable[int]) -> list[float]:
    """The cost of each of these examples by itself."""
    return [evaluate(network, X[[e]], y[[e]]).cost for e in those]


def place_in(ref: str, name: str, most: int) -> int | None:
    """The place that `name[3]` names; None where the reference is of something else."""
    if not ref.startswith(f"{name}[") or not ref.endswith("]"):
        return None
    digits = ref[len(name) + 1 : -1]
    if not digits.isdecimal() or len(digits) > 9 or int(digits) >= most:
        raise NotThere(f"{ref[:40]!r} is not there; expected {name}[0] to {name}[{most - 1}]")
    return int(digits)
