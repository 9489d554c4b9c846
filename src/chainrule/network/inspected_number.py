"""One number of a step of backpropagation: its equation, its terms, what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Operand:
    """A number that another is computed from: its reference and its value."""

    ref: str
    value: float

    def to_dict(self) -> dict[str, Any]:
        return {"ref": self.ref, "value": self.value}


@dataclass(frozen=True)
class Term:
    """One addend: `coefficient` times the product of its factors."""

    factors: tuple[Operand, ...]
    coefficient: float = 1.0

    @property
    def value(self) -> float:
        return self.coefficient * float(np.prod([factor.value for factor in self.factors]))

    def to_dict(self) -> dict[str, Any]:
        factors = [factor.to_dict() for factor in self.factors]
        return {"coefficient": self.coefficient, "factors": factors, "value": self.value}


@dataclass(frozen=True)
class NumberedCall:
    """A NumPy call of the training step, and its number in the listing."""

    number: int
    code: str

    def to_dict(self) -> dict[str, Any]:
        return {"number": self.number, "code": self.code}


@dataclass(frozen=True)
class Number:
    """One number of the step.

    `terms` add up to it; where it is no sum it is a function of `operands`, as `equation` says.
    One that is given (a pixel, a target, a weight) has neither. `equation` is the whole equation
    in symbols, `source` where it stands in the literature, `calls` the NumPy calls that compute
    it. A gradient has the centred `difference` (C(w + h) - C(w - h)) / (2 h) beside it. `slope` is
    how fast the cost grows with it, where that is a number of the step: dC/dW1[0,4] for W1[0,4].
    """

    ref: str
    meaning: str
    value: float
    equation: str = ""
    name: str = ""
    source: str = ""
    terms: tuple[Term, ...] = ()
    operands: tuple[Operand, ...] = ()
    calls: tuple[NumberedCall, ...] = ()
    difference: float | None = None
    slope: Operand | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "ref": self.ref,
            "meaning": self.meaning,
            "value": self.value,
            "equation": self.equation,
            "name": self.name,
            "source": self.source,
            "terms": [term.to_dict() for term in self.terms],
            "operands": [operand.to_dict() for operand in self.operands],
            "calls": [call.to_dict() for call in self.calls],
            "difference": self.difference,
            "slope": None if self.slope is None else self.slope.to_dict(),
        }


@dataclass(frozen=True)
class Computation:
    """Which equation computes a quantity, and the calls that do."""

    equation: str
    name: str
    source: str
    calls: tuple[NumberedCall, ...]


NOT_COMPUTED = Computation("", "", "", ())


MEANINGS = {
    "W": "the weight from neuron {i} of the layer below to neuron {j} of layer {k}",
    "b": "the bias of neuron {j} of layer {k}",
    "z": "the weighted input of neuron {i} of layer {k}",
    "a": "the activation of neuron {i} of layer {k}",
    "delta": "the error of neuron {i} of layer {k}, dC/dz{k}",
    "dC/da": "how fast the cost grows with the activation of neuron {i} of layer {k}",
    "dC/dW": "how fast the cost grows with the weight from neuron {i} to neuron {j} of layer {k}",
    "dC/db": "how fast the cost grows with the bias of neuron {j} of layer {k}",
}


def kind_of(name: str) -> tuple[str, int]:
    """`dC/dW2` is a ("dC/dW", 2); f'(z2) is a ("slope", 2)."""
    if name in ("x", "y", "C"):
        return name, 0
    if match := re.fullmatch(r"(dC/d[aWb]|delta|[Wbza])(\d+)", name):
        return match[1], int(match[2])
    layer = re.search(r"\(z(\d+)\)", name)
    return "slope", int(layer[1]) if layer else 0


def left_of(equation: str) -> str:
    return equation.partition(" = ")[0]
