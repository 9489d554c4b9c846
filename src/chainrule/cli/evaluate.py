"""`chainrule evaluate RUN`: how well a trained network does on one part of a data set."""

from __future__ import annotations

from typing import Annotated

import typer

CHANGED = (
    "their parts are made anew, so that the test part may hold examples the network was trained "
    "on. Bring the data back as they were, or name other data with --data"
)

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
    part: Annotated[str, typer.Option(metavar="PART", help="test, validation or train.")] = "test",
    json: Annotated[bool, typer.Option("--json", help="The result as one JSON object.")] = False,
) -> None:
    """Measure a trained network on a data set."""
    from chainrule import evaluate as measure
    from chainrule.cli import report, run_file
    from chainrule.cli.failure import Refused, nearest
    from chainrule.cli.settings import check_data_dir
    from chainrule.cli.terminal import print_json, print_wrapped, width
    from chainrule.ground.words import counted

    parts = ("test", "validation", "train")
    if part not in parts:
        close = nearest(part, parts)
        hint = f"; did you mean {close}?" if close else ""
        raise Refused(f"--part {part}: expected test, validation or train{hint}")
    opened = run_file.open_run(run)
    check_data_dir(opened.data.get("source") if data is None else data, data_dir)
    found_data = run_file.load_data(opened, data, data_dir)
    network = opened.chosen
    if run_file.is_own_data(opened, data) and "fingerprint" in opened.data:
        run_file.check_same_data(opened, found_data, CHANGED)
    run_file.check_fits(network, found_data)
    split = found_data.splits()[part]
    if not len(split):
        raise Refused(f"{found_data.name} has no {part} examples; take another --part")
    found = measure(network, split)
    if json:
        print_json(
            {
                "run": run,
                "network": str(network.architecture),
                "data": found_data.name,
                "part": part,
                **found.to_dict(),
                "classes": list(found_data.classes),
                "most_confused": report.confused(found_data, found),
            }
        )
        return
    print_wrapped(
        f"{found_data.name}, {part} part: {counted(len(split), 'example')}; {network.architecture}",
        "  ",
    )
    print(report.accuracy_line(part, found))
    apart = ", without the penalty" if run_file.penalised(opened) else ""
    print(f"cost {found.cost:.4g}{apart}")
    matrix = report.matrix_lines(found_data, found, width())
    for lines in (report.confused_lines(found_data, found), matrix):
        if lines:
            print("\n" + "\n".join(lines))
    if not matrix and (whole := report.matrix_lines(found_data, found, ENDLESS)):
        across = max(map(len, whole[1:]))
        print()
        print_wrapped(
            f"The confusion matrix takes {across} columns, and there are {width()}: make the "
            "terminal wider, or take it from --json"
        )
