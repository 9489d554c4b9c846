"""`chainrule predict RUN TABLE`: the answer for each row of a table, shown or written."""

from __future__ import annotations

from chainrule.cli.terminal import print_json, print_wrapped
from chainrule.ground.words import counted, visible
from chainrule.network import Run
from chainrule.runs import TablePrediction, predict_table, save_answers

SHOWN = 10
"""Rows that are shown where the answers are not written to a file."""


def answer_table(run: Run, table: str, out: str | None, sample: str | None, json: bool) -> None:
    """Answer for every row; the answers go to the file `out`, or the first ones are shown."""
    answers = predict_table(run, table, sample=sample)
    path = None if out is None else save_answers(answers, out)
    if json:
        for row in answers.rows():
            print_json(row)
        return
    print_wrapped(f"{answers.table}: {counted(len(answers), 'row')}", "  ")
    print_wrapped(counts_line(answers), "  ")
    if path is None:
        print()
        print("\n".join(first_lines(answers)))
        print()
        print_wrapped("All of them go to a file with --out FILE")
        return
    like = f", with the header and rows of {answers.sample}" if answers.sample else ""
    print_wrapped(f"{','.join(answers.header)} in {visible(str(path))}{like}", "  ")


def counts_line(answers: TablePrediction) -> str:
    """`answers: 0 2,713 times, 1 3,201 times, ...`; of numbers the least and the most."""
    if answers.target is not None:
        least, most = min(answers.outputs), max(answers.outputs)
        return f"answers: {visible(answers.target)} from {least:.6g} to {most:.6g}"
    times = sorted(answers.times().items(), key=lambda one: (len(one[0]), one[0]))
    return "answers: " + ", ".join(f"{name} {counted(n, 'time')}" for name, n in times)


def first_lines(answers: TablePrediction) -> list[str]:
    """The first rows: what each goes by, its answer, and the network's output for a class."""
    rows = [
        (*answers.header, "output"),
        *(
            (name, answer, f"{output:.2f}")
            for name, answer, output in zip(
                answers.ids[:SHOWN], answers.answers[:SHOWN], answers.outputs[:SHOWN], strict=True
            )
        ),
    ]
    columns = 3 if answers.target is None else 2
    rows = [row[:columns] for row in rows]
    widths = [max(len(visible(row[column])) for row in rows) for column in range(columns)]
    lines = [
        "  ".join(f"{visible(cell):>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return [*lines, "..."] if len(answers) > SHOWN else lines
