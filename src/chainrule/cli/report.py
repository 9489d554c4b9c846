"""How well a network did: accuracy, what it confuses, and some it got wrong, drawn."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.cli import picture
from chainrule.cli.terminal import percent, shows
from chainrule.data import Dataset, Split
from chainrule.ground.words import counted
from chainrule.network import Evaluation, Network

PAIRS = 5
DRAWN = 4


@dataclass(frozen=True)
class Mistake:
    """One example that was taken for another class; `output` is what the network gave for it."""

    example: int
    is_class: str
    said: str
    output: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "example": self.example,
            "class": self.is_class,
            "said": self.said,
            "output": self.output,
        }


def mistakes(network: Network, data: Dataset, split: Split, found: Evaluation) -> list[Mistake]:
    """The wrong answers, the surest first."""
    wrong = np.flatnonzero(found.predictions != split.y)
    if not len(wrong):
        return []
    outputs = network.predict_proba(split.X[wrong])
    said = found.predictions[wrong]
    sure = outputs[np.arange(len(wrong)), said]
    order = np.argsort(-sure, kind="stable")
    return [
        Mistake(
            int(wrong[i]), data.classes[split.y[wrong[i]]], data.classes[said[i]], float(sure[i])
        )
        for i in order
    ]


def confused(data: Dataset, found: Evaluation) -> list[dict[str, Any]]:
    """The pairs most often confused."""
    return [
        {"class": data.classes[i], "taken_for": data.classes[j], "times": times}
        for i, j, times in found.most_confused(PAIRS)
    ]


def accuracy_line(part: str, found: Evaluation) -> str:
    """`test accuracy 97.92 %  (9,792 of 10,000)`."""
    accuracy = found.accuracy or 0.0
    right = round(accuracy * found.examples)
    return f"{part} accuracy {percent(accuracy)}  ({right:,} of {found.examples:,})"


def confused_lines(data: Dataset, found: Evaluation) -> list[str]:
    pairs = confused(data, found)
    if not pairs:
        return []
    first = max(len(pair["class"]) for pair in pairs)
    second = max(len(pair["taken_for"]) for pair in pairs)
    return [
        "Most often confused",
        *(
            f"  {pair['class']:>{first}} taken for {pair['taken_for']:<{second}}  "
            f"{counted(pair['times'], 'time')}"
            for pair in pairs
        ),
    ]


def matrix_lines(data: Dataset, found: Evaluation, width: int) -> list[str]:
    """The confusion matrix, where it fits: a row a class, a column an answer."""
    if found.confusion is None:
        return []
    names = data.classes
    cells = [[f"{count:,}" if count else "." for count in row] for row in found.confusion.tolist()]
    across = 2 + max(len(text) for row in (names, *cells) for text in row)
    first = max(map(len, names))
    if first + 2 + across * len(names) > width:
        return []
    return [
        "A row is the class, a column the answer",
        " " * (first + 2) + "".join(f"{name:>{across}}" for name in names),
        *(
            f"  {name:<{first}}" + "".join(f"{cell:>{across}}" for cell in row)
            for name, row in zip(names, cells, strict=True)
        ),
    ]


def mistake_lines(data: Dataset, split: Split, found: list[Mistake], width: int) -> list[str]:
    """A few mistakes, drawn side by side where the data are pictures."""
    if not found:
        return []
    heading = textwrap.wrap("Its surest mistakes (in brackets, the output for its answer)", width)
    if data.image_shape is None:
        lines = [
            f"  example {m.example}: is {m.is_class}, said {m.said} ({m.output:.2f})"
            for m in found[:DRAWN]
        ]
        return [*heading, *lines]
    blocks = [
        [
            *picture.draw(
                split.X[m.example].reshape(data.image_shape), blocks=shows("▀█"), width=width - 2
            ),
            f"is {m.is_class}",
            f"said {m.said} ({m.output:.2f})",
        ]
        for m in found[:DRAWN]
    ]
    return [*heading, "", *(f"  {line}".rstrip() for line in picture.beside(blocks, width - 2))]
