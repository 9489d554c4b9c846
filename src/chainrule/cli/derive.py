"""`chainrule derive SHEET`: the gradients of a network, step by step."""

from __future__ import annotations

from typing import Annotated

import typer

from chainrule.cli.sheets import BatchOption, L2Option, NetworkOption, SheetArgument

READ = ("text", "unicode")
"""The forms that are read on the screen; the others are copied, and stay as they are."""


def derive(
    sheet: SheetArgument = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Derive by this only: W1, delta1, W1[j,k], da2/dz2. May be given again.",
        ),
    ] = None,
    network: NetworkOption = None,
    batch: BatchOption = None,
    l2: L2Option = False,
    format: Annotated[
        str,
        typer.Option(metavar="FORM", help="text, unicode, latex, mathml, numpy, markdown or json."),
    ] = "text",
    equations: Annotated[
        bool, typer.Option("--equations", help="The results only, without the steps.")
    ] = False,
) -> None:
    """Derive a network's gradients, step by step."""
    from chainrule.algebra import AlgebraError
    from chainrule.cli import sheets
    from chainrule.cli.failure import Refused
    from chainrule.cli.terminal import folded, plain_width, print_json
    from chainrule.derivation import FORMS, Backpropagation, derivation_of, derive_all, written
    from chainrule.ground.words import nearest

    known = (*FORMS, "json")
    if format not in known:
        hint = "".join(f"did you mean {close}? " for close in nearest(format, known))
        raise Refused(f"--format is {format!r}; {hint}it is one of {', '.join(known)}")
    found = sheets.chosen(sheet, network, batch, l2).sheet
    try:
        if wrt:
            derivations = tuple(derivation_of(found, name) for name in wrt)
            result = Backpropagation(found, derivations)
        else:
            result = derive_all(found)
        if format == "json":
            print_json(result.to_dict())
        else:
            lines = written(result, format, steps=not equations)
            across = plain_width() if format in READ else None
            print(lines if across is None else folded(lines, across), end="")
    except AlgebraError as fault:
        raise Refused(fault.message) from fault
