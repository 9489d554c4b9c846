"""`chainrule export SHEET`: forward, backward and a gradient check as a NumPy module."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from chainrule.cli.closing_line import onward
from chainrule.cli.sheets import BatchOption, L2Option, NetworkOption, SheetArgument


def export(
    sheet: SheetArgument = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Only the gradient by this, such as W1. May be given again."
        ),
    ] = None,
    network: NetworkOption = None,
    batch: BatchOption = None,
    l2: L2Option = False,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to write it, a new file."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The module as one JSON object.")] = False,
) -> None:
    """Write the NumPy module of a network."""
    from chainrule.cli import sheets
    from chainrule.cli.terminal import print_json
    from chainrule.derivation import export as module_of

    chosen = sheets.chosen(sheet, network, batch, l2)
    module = module_of(chosen.sheet, chosen.title, tuple(wrt or ()))
    if output is not None:
        write_new(output, module.source)
    if json:
        print_json(module.to_dict())
    elif output is None:
        print(module.source, end="")
    else:
        print(f"Saved in {output}. {onward()}: python {shlex.quote(output)}, which checks itself.")


def write_new(name: str, source: str) -> None:
    """Write a file that is not there yet: whole, or not at all."""
    from pathlib import Path

    from chainrule.cli.failure import Refused
    from chainrule.ground.writing import create

    try:
        create(Path(name), source.encode("utf-8"))
    except FileExistsError as fault:
        raise Refused(f"{name} is there already; give another name") from fault
