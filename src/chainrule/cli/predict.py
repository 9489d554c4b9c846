"""`chainrule predict RUN IMAGE...`: what a trained network sees in pictures, and what it says.

`chainrule predict RUN TABLE --out FILE` answers for every row of a table.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from chainrule.runs import Prediction


def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The file of a run.")],
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...",
            help="Pictures: PNG, JPEG and the like; folders of them; a table or an array.",
        ),
    ],
    invert: Annotated[
        bool | None,
        typer.Option(
            "--invert/--no-invert",
            help="Whether the ink is darker than the paper. [found out for each picture]",
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
    for pictures in map(expanded, images):
        damaged = 0
        for image in pictures.paths:
            try:
                readings = runs.predict(opened, image, invert=invert)
            except DataError as fault:
                sys.stdout.flush()
                say(explain(fault) or "")
                damaged += 1
                continue
            if json:
                for reading in readings:
                    print_json(reading.to_dict())
            elif pictures.folder is not None:
                print(heading(readings), flush=True)
            else:
                print("\n" * shown + "\n".join(lines(readings)), flush=True)
            shown = True
        refused |= damaged > 0
        if pictures.folder is not None and (damaged or pictures.others):
            sys.stdout.flush()
            say(left_out(pictures, damaged))
    if refused:
        raise typer.Exit(COULD_NOT)


class Pictures(NamedTuple):
    """The pictures that one argument names: itself, or those of a folder and its other files."""

    paths: list[str]
    folder: str | None = None
    others: tuple[str, ...] = ()


def expanded(name: str) -> Pictures:
    from chainrule.data import is_picture_folder, pictures_in, user_path

    if not is_picture_folder(name):
        return Pictures([name])
    pictures, others = pictures_in(user_path(name))
    return Pictures([str(path) for path in pictures], name, tuple(path.name for path in others))


def left_out(pictures: Pictures, damaged: int) -> str:
    """What of a folder was not read, counted and named."""
    from chainrule.ground.words import counted, listed, visible

    parts = []
    if damaged:
        parts.append(f"{damaged} of {counted(len(pictures.paths), 'picture')} could not be read")
    if pictures.others:
        count, first = len(pictures.others), [visible(name) for name in pictures.others[:3]]
        more = f" and {count - 3} more" if count > 3 else ""
        what = "file that is no picture" if count == 1 else "files that are no pictures"
        names = listed(first) if not more else ", ".join(first)
        parts.append(f"{count} {what}, left out: {names}{more}")
    return f"{visible(str(pictures.folder))}: " + "; ".join(parts)


def heading(readings: list[Prediction]) -> str:
    """`seven.png: 7`, or all characters, and which of them the network is unsure of."""
    from chainrule.ground.words import visible

    answers = [reading.classes[reading.answer] for reading in readings]
    joint = "" if all(len(answer) == 1 for answer in answers) else " "
    line = f"{visible(readings[0].image)}: {joint.join(answers)}"
    unsure = [reading for reading in readings if reading.unsure]
    if not unsure:
        return line
    if len(readings) == 1:
        return f"{line}, unsure: its output is {unsure[0].outputs[unsure[0].answer]:.2f}"
    places = ", ".join(str(reading.place[0]) for reading in unsure)
    return f"{line}, unsure of number {places}"


def lines(readings: list[Prediction]) -> list[str]:
    """Each character as the network saw it, then its outputs as bars."""
    shown = [heading(readings)]
    for reading in readings:
        if len(readings) > 1:
            number, count = reading.place
            answer = reading.classes[reading.answer]
            shown += ["", f"{number} of {count}: {answer}{', unsure' if reading.unsure else ''}"]
        shown += ["", *drawn_lines(reading)]
    return shown


def drawn_lines(prediction: Prediction) -> list[str]:
    from chainrule.cli import picture
    from chainrule.cli.terminal import shows, width

    across = width()
    drawn = picture.draw(prediction.saw, blocks=shows("▀█"), width=across - 2)
    bars = output_bars(prediction, across)
    widest = max(map(len, drawn)) + 4
    if widest + max(map(len, bars)) + 2 <= across and len(drawn) <= 2 * len(bars):
        beside = picture.beside([drawn, bars], across - 2, 4)
        return [f"  {line}".rstrip() for line in beside]
    return [f"  {line}".rstrip() for line in [*drawn, "", *bars]]


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
