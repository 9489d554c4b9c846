"""The verdicts on the layers of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from chainrule.ground.words import counted


@dataclass(frozen=True)
class LayerArray:
    """One gradient of a layer: of its input `x`, or of a parameter."""

    name: str
    shape: tuple[int, ...]
    error: float | None
    passed: bool
    factor: float | None = None


@dataclass(frozen=True)
class LayerReport:
    """The verdict on one layer. `words` says what kind it is, where that is known.

    `undecided`: it was not checked, or is right or wrong with what it is used with alone.
    """

    name: str
    line: int
    passed: bool
    message: str
    words: str = ""
    mistake: str | None = None
    explanation: str = ""
    arrays: tuple[LayerArray, ...] = ()
    undecided: bool = False


@dataclass(frozen=True)
class LayersReport:
    """The verdicts on all layers of a file."""

    file: str
    layers: tuple[LayerReport, ...]

    @property
    def passed(self) -> bool:
        return all(layer.passed for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def summary(report: LayersReport) -> str:
    """How many layers are right, and how many could not be told."""
    number = len(report.layers)
    right = sum(layer.passed for layer in report.layers)
    unknown = sum(layer.undecided for layer in report.layers)
    if number == 1:
        only = "right" if right else "not decided" if unknown else "wrong"
        return f"its layer is {only}"
    if unknown == number:
        return f"none of its {number} layers is decided"
    words = f"{right or 'none'} of {counted(number, 'layer')} {'are' if right > 1 else 'is'} right"
    if unknown:
        words += f", {unknown} {'is' if unknown == 1 else 'are'} not decided"
    return words


def merged(layers: Sequence[LayerReport]) -> tuple[LayerReport, ...]:
    """The layers, one for all choices of a class where each is right and of the same kind."""
    found: list[LayerReport] = []
    for name, each in groupby(layers, key=lambda layer: layer.name.partition("(")[0]):
        same = list(each)
        if len(same) > 1:  # a text that is no choice of the class
            same = [layer for layer in same if layer.arrays or not layer.undecided] or same[:1]
        alike = all(layer.passed and layer.words == same[0].words for layer in same)
        if len(same) > 1 and alike:
            message = same[0].message.replace(same[0].name, name)
            same = [replace(same[0], name=name, message=message)]
        found += same
    return tuple(found)
