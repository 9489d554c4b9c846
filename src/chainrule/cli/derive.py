"""`chainrule derive SHEET`: the gradients of a network, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.sheets import BatchOption, Chosen, L2Option, NetworkOption, SheetArgument

if TYPE_CHECKING:
    from chainrule.derivation import Backpropagation

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
        typer.Option(
            metavar="FORM", help="text, unicode, latex, mathml, html, numpy, markdown or json."
        ),
    ] = "text",
    equations: Annotated[
        bool, typer.Option("--equations", help="The results only, without the steps.")
    ] = False,
    every: Annotated[
        bool,
        typer.Option("--all", help="Every step, those too that only put terms in another order."),
    ] = False,
    inputs: Annotated[
        bool,
        typer.Option("--inputs", help="Also by what is given and not trained, such as x and y."),
    ] = False,
) -> None:
    """Derive a network's gradients, or a function's derivative, step by step."""
    from chainrule.algebra import AlgebraError
    from chainrule.cli import exam, sheets
    from chainrule.cli.failure import Refused
    from chainrule.cli.terminal import folded, plain_width, print_json
    from chainrule.derivation import FORMS, derivations_of, written
    from chainrule.ground.words import nearest

    if exam.no_hints():
        raise Refused(exam.FORMULAS)
    known = (*FORMS, "json")
    if format not in known:
        hint = "".join(f"did you mean {close}? " for close in nearest(format, known))
        raise Refused(f"--format is {format!r}; {hint}it is one of {', '.join(known)}")
    chosen = sheets.chosen(sheet, network, batch, l2)
    try:
        result = derivations_of(chosen.sheet, wrt or (), with_given=inputs)
        if format == "json":
            print_json(result.to_dict(every))
            return
        closing = following(chosen, wrt or [result.derivations[-1].wrt], result)
        lines = written(result, format, not equations, every, chosen.title, closing)
        across = plain_width() if format in READ else None
        print(lines if across is None else folded(lines, across), end="")
    except AlgebraError as fault:
        raise Refused(fault.message) from fault


def following(chosen: Chosen, wrt: list[str], result: Backpropagation) -> list[str]:
    """What to type next."""
    from chainrule.cli.closing_line import onward
    from chainrule.cli.sheets import as_word

    lines = [
        f"--wrt {name} asks for one of them, --inputs for all." for name in result.left_out[:1]
    ]
    if result.named:
        names = " and ".join(result.named)
        line, them = ("line", "it") if len(result.named) == 1 else ("lines", "them")
        lines.append(f"Add the {line} of {names} to your sheet, and an answer may use {them} too.")
    if not chosen.words or "\n" in chosen.words:
        lines.append(
            f"{onward()}: save the sheet in a file; chainrule check FILE asks you for each line."
        )
        return lines
    name = wrt[0] if wrt[0].isalnum() else as_word(wrt[0])
    command = f"chainrule check {_word(chosen)} --wrt {name}"
    lines.append(f"{onward()}, derive it yourself: {command}")
    return lines


def _word(chosen: Chosen) -> str:
    """The sheet, as it is typed in a command."""
    from chainrule.cli.sheets import as_word

    return chosen.words if chosen.words.startswith("--") else as_word(chosen.words)
