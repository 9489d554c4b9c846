"""What a trained network sees in a picture, and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from chainrule.data import fit_image, place_picture, user_path
from chainrule.ground.words import counted, visible
from chainrule.network import Run
from chainrule.runs.errors import RunError
from chainrule.runs.run_data import class_names


@dataclass(frozen=True)
class Prediction:
    """One picture: what the network saw (h, w), its outputs by class, and its answer."""

    image: str
    saw: NDArray[Any]
    classes: tuple[str, ...]
    outputs: tuple[float, ...]
    answer: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "image": self.image,
            "class": self.classes[self.answer],
            "label": self.answer,
            "output": self.outputs[self.answer],
            "outputs": dict(zip(self.classes, self.outputs, strict=True)),
            "saw": [[round(float(value), 4) + 0.0 for value in row] for row in self.saw],
        }


def predict(run: Run, image: str | Path, *, invert: bool | None = None) -> Prediction:
    """Show a picture to the network of a run; DataError where it cannot be read.

    `invert` says whether the ink is darker than the paper; None finds it out.
    """
    network = run.chosen
    saw = seen(user_path(image), image_shape(run), run.data.get("inverted"), invert)
    row = saw.reshape(1, -1)
    outputs = tuple(float(value) for value in network.predict_proba(row)[0])
    if len(outputs) == 1:  # that of class 1
        outputs = (1 - outputs[0], *outputs)
    return Prediction(str(image), saw, class_names(run), outputs, int(network.predict(row)[0]))


def seen(path: Path, shape: tuple[int, int], inverted: object, asked: bool | None) -> NDArray[Any]:
    """The picture as the network is to see it: treated as those it was trained on were.

    The pictures of a folder were taken as they are, all `inverted` or none. Other data sets were
    fitted once, by those who made them.
    """
    if isinstance(inverted, bool):
        return place_picture(path, shape, inverted=inverted if asked is None else asked)
    return fit_image(path, shape, invert="auto" if asked is None else asked)


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
