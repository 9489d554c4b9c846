"""A neuron built by hand to find an edge: paper above, ink below, in the middle of a picture.

    judged = judge_edges(weights, bias, pictures)      weights (h, w), pictures (m, h, w)
    judged.done, judged.made, judged.with_edge

Ink is 1, paper 0. How strong the edge of a picture is, is measured by itself: the mean of a band
just below the middle less that of a band just above it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CLEAR, NONE = 0.15, 0.05
"""A picture has the edge from the first strength on, and has none up to the second."""
SHARE = 0.9
"""So many of the pictures of each kind have to be answered rightly."""
LEAST_SIDE = 4


@dataclass(frozen=True)
class EdgeTexts:
    """What is asked, what counts as done, the hints in their order, the made pictures in words."""

    task: str
    done: str
    hints: tuple[str, ...]
    made: dict[str, str]


@cache
def edge_texts() -> EdgeTexts:
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    values = tomllib.loads(text)
    hints = tuple(hint.strip() for hint in values["hints"])
    return EdgeTexts(values["task"].strip(), values["done"].strip(), hints, values["made"])


@dataclass(frozen=True)
class Made:
    """A picture made for the question: whether the neuron should fire, and its z."""

    name: str
    picture: Array
    should_fire: bool
    z: float

    @property
    def right(self) -> bool:
        return (self.z > 0) == self.should_fire

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "should_fire": self.should_fire, "z": self.z}


@dataclass(frozen=True)
class Share:
    """So many pictures of one kind are answered rightly."""

    right: int
    of: int

    @property
    def enough(self) -> bool:
        return self.right >= SHARE * self.of

    def to_dict(self) -> dict[str, Any]:
        return {"right": self.right, "of": self.of}


@dataclass(frozen=True)
class Judged:
    """How a neuron does on the made pictures, and on pictures with the edge and without it."""

    made: tuple[Made, ...]
    with_edge: Share
    without_edge: Share

    @property
    def done(self) -> bool:
        made = all(one.right for one in self.made)
        return made and self.with_edge.enough and self.without_edge.enough

    def to_dict(self) -> dict[str, Any]:
        return {
            "made": [one.to_dict() for one in self.made],
            "with_edge": self.with_edge.to_dict(),
            "without_edge": self.without_edge.to_dict(),
            "done": self.done,
        }


def strengths(pictures: Array) -> Array:
    """How strong the edge of each picture (m, h, w) is, from -1 to 1 (m,)."""
    height, width = pictures.shape[1:]
    band, middle, side = max(1, height // 8), height // 2, width // 4
    across = slice(side, width - side)
    above = pictures[:, middle - band : middle, across].mean(axis=(1, 2))
    return pictures[:, middle : middle + band, across].mean(axis=(1, 2)) - above


def judge_edges(weights: Array, bias: float, pictures: Array) -> Judged:
    """Judge weights (h, w) and a bias on pictures (m, h, w) and on those made for the question."""
    edges = strengths(pictures)
    fires = np.tensordot(pictures, weights, axes=2) + bias > 0
    clear, none = edges >= CLEAR, edges <= NONE
    return Judged(
        tuple(
            Made(name, picture, name == "edge", float(np.sum(picture * weights) + bias))
            for name, picture in made_pictures(*weights.shape).items()
        ),
        Share(int(np.sum(fires & clear)), int(np.sum(clear))),
        Share(int(np.sum(~fires & none)), int(np.sum(none))),
    )


def made_pictures(height: int, width: int) -> dict[str, Array]:
    """The made pictures by their names in `edge_detector.toml`."""
    below = np.zeros((height, width))
    below[height // 2 :] = 1
    right = np.zeros((height, width))
    right[:, width // 2 :] = 1
    return {
        "edge": below,
        "reversed": 1 - below,
        "ink": np.ones((height, width)),
        "paper": np.zeros((height, width)),
        "upright": right,
    }
