"""`chainrule evaluate RUN`: how well a trained network does on one part of a data set."""

from __future__ import annotations

from typing import Annotated

import typer

from chainrule.cli.data_options import LabelOption, label_line

ENDLESS = 10**9
"""Columns in which any confusion matrix fits."""


def evaluate(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The file of a run.")],
    data: Annotated[
        str | None,
        typer.Option(metavar="NAME|PATH", help="Other data than it was trained on."),
    ] = None,
    data_dir: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where mnist or fashion-mnist lies.")
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(
            metavar="PART",
            help="test, validation or train. [test; all of other data that have no parts]",
        ),
    ] = None,
    label: LabelOption = None,
    json: Annotated[bool, typer.Option("--json", help="The result as one JSON object.")] = False,
) -> None:
    """Measure a trained network on a data set."""
    from chainrule import runs
    from chainrule.cli import report
    from chainrule.cli.terminal import print_json, print_wrapped, width
    from chainrule.ground.words import counted

    opened = runs.open_run(run)
    measured = runs.measure(opened, part, data=data, data_dir=data_dir, label=label)
    if json:
        print_json({"run": run, **measured.to_dict()})
        return
    found = measured.found
    whole = measured.part == runs.ALL
    which = f"{measured.data}" if whole else f"{measured.data}, {measured.part} part"
    print_wrapped(
        f"{which}: {'all ' if whole else ''}{counted(found.examples, 'example')}; "
        f"{measured.architecture}",
        "  ",
    )
    if data is not None:
        for line in label_line(measured.label):
            print_wrapped(line, "  ")
    of_part = "" if whole else measured.part
    if measured.closeness is not None:
        print("\n".join(report.closeness_lines(of_part, measured.closeness)))
        return
    print(report.accuracy_line(of_part, found))
    apart = ", without the penalty" if runs.penalised(opened) else ""
    print(f"cost {found.cost:.4g}{apart}")
    matrix = report.matrix_lines(measured.classes, found, width())
    for lines in (report.confused_lines(measured.confused), matrix):
        if lines:
            print("\n" + "\n".join(lines))
    if not matrix and (whole := report.matrix_lines(measured.classes, found, ENDLESS)):
        across = max(map(len, whole[1:]))
        print()
        print_wrapped(
            f"The confusion matrix takes {across} columns, and there are {width()}: make the "
            "terminal wider, or take it from --json"
        )
