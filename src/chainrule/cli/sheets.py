"""The sheet a command is given: by name, a file, standard input, or a network's own equations."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.failure import Refused

if TYPE_CHECKING:
    from chainrule.algebra import Sheet

BATCHES = ("rows", "columns")

SheetArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SHEET",
        help="A shipped sheet's name, such as softmax, a file, or - for standard input.",
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(metavar="LINE", help='Instead of a sheet: "784-30-10 sigmoid quadratic".'),
]
BatchOption = Annotated[
    str | None, typer.Option(metavar="FORM", help="The network's mini-batch, in rows or columns.")
]
L2Option = Annotated[bool, typer.Option("--l2", help="With the network's L2 penalty.")]


@dataclass(frozen=True)
class Chosen:
    """A sheet and what it is, in one sentence."""

    sheet: Sheet
    title: str


def chosen(source: str | None, network: str | None, batch: str | None, l2: bool) -> Chosen:
    """The sheet of the command line. Raises Refused if there is none, or two."""
    from chainrule.algebra import AlgebraError, load_sheet, parse_sheet, sheet_names, shipped

    if network is not None:
        if source is not None:
            raise Refused(f"a sheet, {source!r}, and --network: give one of them")
        return of_network(network, batch, l2)
    if batch is not None or l2:
        raise Refused("--batch and --l2 belong to --network; a sheet says itself what it is")
    if source is None:
        raise Refused(f"name a sheet: {', '.join(sheet_names())}; or a file, or - to read one")
    try:
        if source == "-":
            return Chosen(parse_sheet(sys.stdin.buffer.read().decode("utf-8")), "")
        title = shipped(source).description if source in sheet_names() else ""
        return Chosen(load_sheet(source), title)
    except AlgebraError as fault:
        raise Refused(fault.message) from fault
    except UnicodeDecodeError as fault:
        raise Refused("standard input is not text in UTF-8") from fault


def of_network(words: str, batch: str | None, l2: bool) -> Chosen:
    """The equations of a network that is described in one line."""
    from chainrule.algebra import parse_sheet
    from chainrule.network import Architecture, sheet_of

    if batch is not None and batch not in BATCHES:
        raise Refused(f"--batch is {batch!r}: it is rows or columns")
    form = "rows" if batch == "rows" else "columns" if batch == "columns" else "one"
    architecture = Architecture.parse(words)
    return Chosen(parse_sheet(sheet_of(architecture, form, l2=l2)), f"{architecture}.")
