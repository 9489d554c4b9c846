"""`chainrule derive SHEET`: the gradients of a network, step by step."""

from __future__ import annotations

from typing import Annotated

import typer


def derive(
    sheet: Annotated[
        str | None,
        typer.Argument(
            metavar="[SHEET]",
            help="A shipped sheet's name, such as softmax, a file, or - for standard input.",
        ),
    ] = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Derive by this only: W1, delta1, W1[j,k], da2/dz2. May be given again.",
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(metavar="LINE", help='Instead of a sheet: "784-30-10 sigmoid quadratic".'),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="The network's mini-batch, in rows or columns."),
    ] = None,
    l2: Annotated[bool, typer.Option("--l2", help="With the network's L2 penalty.")] = False,
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
    from chainrule.cli.failure import Refused, nearest
    from chainrule.cli.terminal import print_json
    from chainrule.derivation.derive import derive_all
    from chainrule.derivation.steps import Backpropagation
    from chainrule.derivation.written import FORMS, derivation_of, written

    known = (*FORMS, "json")
    if format not in known:
        close = nearest(format, known)
        hint = f"did you mean {close}? " if close else ""
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
            print(written(result, format, steps=not equations), end="")
    except AlgebraError as fault:
        raise Refused(fault.message) from fault
