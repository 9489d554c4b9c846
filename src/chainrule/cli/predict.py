"""`chainrule predict RUN IMAGE...`: what a trained network sees in pictures, and what it says."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from chainrule.network import Run


@dataclass(frozen=True)
class Prediction:
    """One picture: what the network saw (h, w), its outputs by class, and its answer."""

    image: str
    saw: np.ndarray
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


def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The file of a run.")],
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE...", help="Pictures: PNG, JPEG and the like.")
    ],
    invert: Annotated[
        bool | None,
        typer.Option(
            "--invert/--no-invert",
            help="Whether the ink is darker than the paper. [as in the folder of pictures it was "
            "trained on; with other data found out]",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object an image.")] = False,
) -> None:
    """Show pictures to a trained network."""
    from chainrule.cli import run_file
    from chainrule.cli.failure import COULD_NOT, say
    from chainrule.cli.terminal import print_json
    from chainrule.data import DataError

    opened = run_file.open_run(run)
    network, shape = opened.chosen, image_shape(run, opened)
    classes = run_file.class_names(opened)
    shown = refused = False
    for image in images:
        try:
            saw = seen(run_file.user_path(image), shape, opened.data.get("inverted"), invert)
        except DataError as fault:
            sys.stdout.flush()
            say(str(fault))
            refused = True
            continue
        row = saw.reshape(1, -1)
        outputs = tuple(float(value) for value in network.predict_proba(row)[0])
        if len(outputs) == 1:  # that of class 1
            outputs = (1 - outputs[0], *outputs)
        found = Prediction(image, saw, classes, outputs, int(network.predict(row)[0]))
        if json:
            print_json(found.to_dict())
        else:
            print("\n" * shown + "\n".join(lines(found)), flush=True)
        shown = True
    if refused:
        raise typer.Exit(COULD_NOT)


def seen(path: Path, shape: tuple[int, int], inverted: object, asked: bool | None) -> NDArray[Any]:
    """The picture as the network is to see it: treated as those it was trained on were.

    The pictures of a folder were taken as they are, all `inverted` or none. Other data sets were
    fitted once, by those who made them.
    """
    from chainrule.data import fit_image, place_picture

    if isinstance(inverted, bool):
        return place_picture(path, shape, inverted=inverted if asked is None else asked)
    return fit_image(path, shape, invert="auto" if asked is None else asked)


def image_shape(name: str, run: Run) -> tuple[int, int]:
    """The shape (h, w) of the images that a run was trained on."""
    from chainrule.cli.failure import Refused
    from chainrule.ground.words import counted, visible

    inputs = run.network.architecture.sizes[0]
    kept = run.data.get("image_shape")
    if isinstance(kept, list) and len(kept) == 2 and all(type(side) is int for side in kept):
        height, width = kept
        if height > 0 and width > 0 and height * width == inputs:
            return height, width
    side = math.isqrt(inputs)
    if run.data or side * side != inputs:
        raise Refused(
            f"{visible(name)} was trained on rows of {counted(inputs, 'number')}, not on "
            "pictures: there is nothing to fit a picture to"
        )
    return side, side


def lines(found: Prediction) -> list[str]:
    """The picture as the network saw it, then the outputs as bars."""
    from chainrule.cli import picture
    from chainrule.cli.terminal import shows, width
    from chainrule.ground.words import visible

    across = width()
    answer = found.classes[found.answer]
    drawn = picture.draw(found.saw, blocks=shows("▀█"), width=across - 2)
    bars = output_bars(found, across)
    heading = f"{visible(found.image)}: {answer}"
    widest = max(map(len, drawn)) + 4
    if widest + max(map(len, bars)) + 2 <= across and len(drawn) <= 2 * len(bars):
        return [
            heading,
            "",
            *(f"  {line}".rstrip() for line in picture.beside([drawn, bars], across - 2, 4)),
        ]
    return [heading, "", *(f"  {line}".rstrip() for line in [*drawn, "", *bars])]


def output_bars(found: Prediction, across: int) -> list[str]:
    """`0  0.02 ▏` for every output, the answer marked."""
    from chainrule.cli.terminal import shows

    pairs = list(zip(found.classes, found.outputs, strict=True))
    names = max(len(name) for name, _ in pairs)
    longest = max(4, min(24, across - names - 14))
    largest = max(1.0, *(abs(value) for _, value in pairs))
    block = "█" if shows("█") else "#"
    lines = []
    for label, (name, value) in enumerate(pairs):
        bar = block * round(longest * max(value, 0.0) / largest)
        mark = "  <" if label == found.answer else ""
        lines.append(f"{name:>{names}} {value:5.2f} {bar}{mark}".rstrip())
    return lines
