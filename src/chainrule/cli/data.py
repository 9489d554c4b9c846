"""`chainrule data`: the data sets known by name, fetched and checked; and checks of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.command_list import CommandList
from chainrule.cli.data_options import LabelOption, TaskOption, label_line, target_line

app = typer.Typer(
    cls=CommandList,
    help="List, fetch and check data sets.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    str | None, typer.Option("--data-dir", metavar="FOLDER", help="Where the files lie.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


@app.command("list")
def list_(data_dir: Folder = None, json: Json = False) -> None:
    """The data sets known by name, and where they are."""
    from chainrule.cli.terminal import print_json, print_wrapped
    from chainrule.data import describe, names

    for found in [describe(name, data_dir=data_dir) for name in names()]:
        if json:
            print_json(found.to_dict())
            continue
        print_wrapped(f"{found.name}: {found.title}", "  ")
        examples = ", ".join(f"{count:,} {part}" for part, count in found.examples.items())
        print_wrapped(f"  {examples}; {found.licence}", "  ")
        if found.where is not None:
            print(f"  in {found.where}")
        else:
            size = f"{found.download_bytes / 1e6:.0f} MB"
            print(f"  not here yet: chainrule data fetch {found.name} ({size})")


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="mnist or fashion-mnist.")],
    data_dir: Folder = None,
    json: Json = False,
) -> None:
    """Download a data set and verify it; what is here already is only verified."""
    from chainrule.cli.terminal import print_json, print_wrapped
    from chainrule.data import fetch as fetch_it
    from chainrule.data import set_aside
    from chainrule.ground.words import visible

    meter = Meter()
    where = fetch_it(name, data_dir=data_dir, progress=None if json else meter)
    meter.finish()
    if json:
        print_json({"name": name, "where": str(where)})
        return
    print_wrapped(f"{name} is in {visible(str(where))}, whole and verified", "  ")
    for path in set_aside(where):
        print_wrapped(f"set aside, for it was damaged: {visible(str(path))}; remove it", "  ")


@app.command()
def check(
    source: Annotated[
        str, typer.Argument(metavar="[NAME|PATH]", help="A data set by name, or your own files.")
    ] = "digits",
    data_dir: Folder = None,
    label: LabelOption = None,
    task: TaskOption = None,
    test: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A file or folder with the examples to test."),
    ] = None,
    json: Json = False,
) -> None:
    """Read a data set and say what is in it, and what looks wrong."""
    from chainrule.cli.terminal import print_json, print_wrapped
    from chainrule.data import check as check_it
    from chainrule.ground.words import counted

    found = check_it(source, data_dir=data_dir, label=label, task=task, test=test)
    if json:
        print_json(found.to_dict())
        return
    shape = "" if found.image_shape is None else " x ".join(map(str, found.image_shape)) + " = "
    print_wrapped(f"{found.name}: {found.source}", "  ")
    print_wrapped(
        "verified: the published files, bit for bit"
        if found.verified
        else "your own data: there is no published checksum to verify it by",
        "  ",
    )
    inputs = counted(found.inputs, "input")
    answers = counted(len(found.classes), "class", "classes") if found.classes else "numbers"
    print_wrapped(f"{shape}{inputs}, {answers}", "  ")
    for line in (*label_line(found.label), *target_line(found.target)):
        print_wrapped(line, "  ")
    print_wrapped(f"inputs: {found.preparation}", "  ")
    print()
    print("\n".join(counts(found.classes, found.class_counts, found.examples)))
    print()
    for warning in found.warnings:
        print_wrapped(f"look at this: {warning}", "  ")
    if not found.warnings:
        print("nothing looks wrong")


def counts(
    classes: tuple[str, ...], by_part: dict[str, list[int]], examples: dict[str, int]
) -> list[str]:
    """A table of how many examples each class has in each part.

    Classes without any have no row: a stray label 900 makes hundreds.
    """
    rows = [("class" if classes else "", *by_part)]
    for label, name in enumerate(classes):
        if any(found[label] for found in by_part.values()):
            rows.append((name, *(f"{found[label]:,}" for found in by_part.values())))
    rows.append(("all", *(f"{examples[part]:,}" for part in by_part)))
    first = max(len(row[0]) for row in rows)
    return [
        f"{row[0]:<{first}}"
        + "".join(
            f"{cell:>{max(len(part), 6) + 2}}" for cell, part in zip(row[1:], by_part, strict=True)
        )
        for row in rows
    ]


class Meter:
    """How much of a download is there: one line that is written over, on a terminal only."""

    def __init__(self) -> None:
        from chainrule.cli.terminal import console

        self.console = console()
        self.drawn = False

    def __call__(self, file: str, done: int, of: int) -> None:
        if not self.console.is_terminal:
            return
        total = f" of {of / 1e6:.1f}" if of else ""
        line = f"{Path(file).name}  {done / 1e6:.1f}{total} MB"
        across = max(self.console.width - 1, 1)
        self.console.print(line[:across].ljust(across), end="\r", soft_wrap=True)
        self.drawn = True

    def finish(self) -> None:
        if self.drawn:
            self.console.print()
