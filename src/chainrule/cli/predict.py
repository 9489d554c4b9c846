"""`chainrule predict RUN IMAGE...`: what a trained network sees in pictures, and what it says.

`chainrule predict RUN TABLE --out FILE` answers for every row of a table.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chainrule.runs import Prediction


def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The file of a run.")],
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...", help="Pictures: PNG, JPEG and the like; or a table of examples."
        ),
    ],
    invert: Annotated[
        bool | None,
        typer.Option(
            "--invert/--no-invert",
            help="Whether the ink is darker than the paper. [as in the folder of pictures it was "
            "trained on; with other data found out]",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Where the answers for a table are written, as Kaggle takes them."
        ),
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A sample of what is to be written: its header and its first column are kept. "
            "[the sample submission beside the table]",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object an image, or a row of a table.")
    ] = False,
) -> None:
    """Show pictures, or the rows of a table, to a trained network."""
    from chainrule import runs
    from chainrule.cli.failure import COULD_NOT, explain, say
    from chainrule.cli.predict_table import answer_table
    from chainrule.cli.terminal import print_json
    from chainrule.data import DataError, is_table

    opened = runs.open_run(run)
    if len(images) == 1 and is_table(images[0]):
        answer_table(opened, images[0], out, sample, json)
        return
    for setting, value in (("out", out), ("sample", sample)):
        if value is not None:
            raise runs.RunError("is for one table of examples; leave it out", setting=setting)
    runs.image_shape(opened, run)
    shown = refused = False
    for image in images:
        try:
            prediction = runs.predict(opened, image, invert=invert)
        except DataError as fault:
            sys.stdout.flush()
            say(explain(fault) or "")
            refused = True
            continue
        if json:
            print_json(prediction.to_dict())
        else:
            print("\n" * shown + "\n".join(lines(prediction)), flush=True)
        shown = True
    if refused:
        raise typer.Exit(COULD_NOT)


def lines(prediction: Prediction) -> list[str]:
    """The picture as the network saw it, then the outputs as bars."""
    from chainrule.cli import picture
    from chainrule.cli.terminal import shows, width
    from chainrule.ground.words import visible

    across = width()
    answer = prediction.classes[prediction.answer]
    drawn = picture.draw(prediction.saw, blocks=shows("▀█"), width=across - 2)
    bars = output_bars(prediction, across)
    heading = f"{visible(prediction.image)}: {answer}"
    widest = max(map(len, drawn)) + 4
    if widest + max(map(len, bars)) + 2 <= across and len(drawn) <= 2 * len(bars):
        return [
            heading,
            "",
            *(f"  {line}".rstrip() for line in picture.beside([drawn, bars], across - 2, 4)),
        ]
    return [heading, "", *(f"  {line}".rstrip() for line in [*drawn, "", *bars])]


def output_bars(prediction: Prediction, across: int) -> list[str]:
    """`0  0.02 ▏` for every output, the answer marked."""
    from chainrule.cli.terminal import shows

    pairs = list(zip(prediction.classes, prediction.outputs, strict=True))
    names = max(len(name) for name, _ in pairs)
    longest = max(4, min(24, across - names - 14))
    largest = max(1.0, *(abs(value) for _, value in pairs))
    block = "█" if shows("█") else "#"
    lines = []
    for label, (name, value) in enumerate(pairs):
        bar = block * round(longest * max(value, 0.0) / largest)
        mark = "  <" if label == prediction.answer else ""
        lines.append(f"{name:>{names}} {value:5.2f} {bar}{mark}".rstrip())
    return lines
