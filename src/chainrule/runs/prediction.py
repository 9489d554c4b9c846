"""What a trained network sees in a picture, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from chainrule.data import Character, cut_in_two, fit_characters, place_picture, user_path
from chainrule.ground.words import counted, visible
from chainrule.network import Run
from chainrule.runs.errors import RunError
from chainrule.runs.run_data import class_names

SURE = 0.5
"""An answer with a smaller output is unsure.

Of 257 pictures of handwriting, 206 of 217 above it were right, and 15 of 42 below.
"""

WIDE, SURER_BY = 1.15, 0.1
"""Two digits that touch: from this proportion of width to height, and by how much surer each is."""
SURE_OF_HALF = 0.8
Outputs = Callable[[NDArray[Any]], tuple[NDArray[Any], int]]


@dataclass(frozen=True)
class Prediction:
    """One character: what the network saw (h, w), its outputs by class, and its answer.

    `place` says which of the picture's characters it is, from the left, and of how many. `box` is
    where it stands: (top, left, bottom, right) in pixels; None where the whole picture is taken.
    """

    image: str
    saw: NDArray[Any]
    classes: tuple[str, ...]
    outputs: tuple[float, ...]
    answer: int
    box: tuple[int, int, int, int] | None = None
    place: tuple[int, int] = (1, 1)

    @property
    def unsure(self) -> bool:
        return self.outputs[self.answer] < SURE

    def to_dict(self) -> dict[str, Any]:
        return {
            "image": self.image,
            "class": self.classes[self.answer],
            "label": self.answer,
            "output": self.outputs[self.answer],
            "unsure": self.unsure,
            "character": self.place[0],
            "characters": self.place[1],
            "box": None if self.box is None else list(self.box),
            "outputs": dict(zip(self.classes, self.outputs, strict=True)),
            "saw": [[round(float(value), 4) + 0.0 for value in row] for row in self.saw],
        }


def predict(run: Run, image: str | Path, *, invert: bool | None = None) -> list[Prediction]:
    """Show a picture to the network of a run, each of its characters, from left to right.

    `invert` says whether the ink is darker than the paper; None finds it out. DataError where the
    picture cannot be read.
    """

    def outputs_of(row: NDArray[Any]) -> tuple[NDArray[Any], int]:
        network = run.chosen
        return network.predict_proba(row)[0], int(network.predict(row)[0])

    return read_characters(run, image, outputs_of, invert=invert)


def read_characters(
    run: Run,
    image: str | Path,
    outputs_of: Outputs,
    *,
    invert: bool | None = None,
) -> list[Prediction]:
    """The answers of any network, which gives the outputs and the answer for one row of inputs."""
    shape, classes = image_shape(run), class_names(run)
    characters = seen(user_path(image), shape, run.data, invert)
    if all(len(name) == 1 for name in classes):
        characters = [one for each in characters for one in apart(each, shape, outputs_of)]
    readings: list[Prediction] = []
    for number, character in enumerate(characters, 1):
        values, answer = outputs_of(character.inputs.reshape(1, -1))
        outputs = tuple(float(value) for value in values)
        if len(outputs) == 1:  # that of class 1
            outputs = (1 - outputs[0], *outputs)
        place = number, len(characters)
        readings.append(
            Prediction(str(image), character.inputs, classes, outputs, answer, character.box, place)
        )
    return readings


def apart(
    character: Character, shape: tuple[int, int], outputs_of: Outputs
) -> tuple[Character, ...]:
    """The character, or two that touch: those that the network is surer of, each by itself."""

    def sureness(some: Character) -> float:
        return float(outputs_of(some.inputs.reshape(1, -1))[0].max())

    if character.proportion < WIDE:
        return (character,)
    best, needed = (character,), max(SURE_OF_HALF, sureness(character) + SURER_BY)
    if needed >= 1:
        return best
    for two in cut_in_two(character, shape):
        if (least := min(map(sureness, two))) > needed:
            best, needed = two, least
    return best


def seen(
    path: Path, shape: tuple[int, int], data: Mapping[str, Any], asked: bool | None
) -> list[Character]:
    """The characters of a picture as the network is to see them: like those it was trained on.

    Where those were fitted, by whoever made them, these are. Where those were the pictures of a
    folder as they came, this one is placed as they were. Which of its ink and paper is darker, the
    picture itself tells.
    """
    fitted = data.get("fitted")
    if fitted is False or (fitted is None and isinstance(data.get("inverted"), bool)):
        return [Character(place_picture(path, shape, inverted=asked), None)]
    return fit_characters(path, shape, invert="auto" if asked is None else asked)


def image_shape(run: Run, name: str = "this network") -> tuple[int, int]:
    """The shape (h, w) of the images that a run was trained on; RunError if it was on none."""
    inputs = run.network.architecture.sizes[0]
    kept = run.data.get("image_shape")
    if isinstance(kept, list) and len(kept) == 2 and all(type(side) is int for side in kept):
        height, width = kept
        if height > 0 and width > 0 and height * width == inputs:
            return height, width
    side = math.isqrt(inputs)
    if run.data or side * side != inputs:
        raise RunError(
            f"{visible(name)} was trained on rows of {counted(inputs, 'number')}, not on "
            "pictures: there is nothing to fit a picture to"
        )
    return side, side
