"""`chainrule listing ARCHITECTURE`: the training step, one line a NumPy call."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from chainrule.cli.numbers import real, whole


def listing(
    architecture: Annotated[
        str,
        typer.Argument(
            metavar="ARCHITECTURE",
            help='Sizes, activations and cost in one line: "784-30-10 sigmoid quadratic".',
        ),
    ] = "784-30-10 sigmoid quadratic",
    batch_size: Annotated[
        int, typer.Option(parser=whole(1), metavar="M", help="Examples in a mini-batch.")
    ] = 10,
    optimizer: Annotated[
        str, typer.Option(metavar="NAME", help="sgd, momentum, nesterov, rmsprop or adam.")
    ] = "sgd",
    l1: Annotated[float, typer.Option(parser=real, metavar="LAMBDA", help="L1 penalty.")] = 0.0,
    l2: Annotated[float, typer.Option(parser=real, metavar="LAMBDA", help="L2 penalty.")] = 0.0,
    dropout: Annotated[float, typer.Option(parser=real, metavar="P", help="Dropout.")] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="The listing as one JSON object.")] = False,
) -> None:
    """List a training step, call by call."""
    from chainrule.cli.terminal import plain_width, print_json
    from chainrule.network import Network
    from chainrule.network import optimizer as by_name

    network = Network.of(architecture)
    text = network.listing(batch_size, optimizer=by_name(optimizer), l1=l1, l2=l2, dropout=dropout)
    if json:
        calls = [{"call": call, "equation": equation} for _, call, equation in steps(text)]
        title = text.partition("\n")[0]
        print_json({"network": str(network.architecture), "title": title, "calls": calls})
        return
    across = plain_width()
    if across is not None and max(map(len, text.splitlines())) > across:
        text = folded(text)
    print(text)


LINE = re.compile(r" *(\d+)  (.+?)(?: {2,}(.*))?$")


def steps(text: str) -> list[tuple[str, str, str]]:
    """The numbered lines of a listing: number, call, equation."""
    found = [LINE.fullmatch(line) for line in text.splitlines()]
    return [(line[1], line[2], line[3] or "") for line in found if line]


def folded(text: str) -> str:
    """The listing with each equation above its call, for narrow terminals."""
    lines: list[str] = []
    for line in text.splitlines():
        found = LINE.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        lines.append(f"{found[1]:>3}  {found[2]}")
        if found[3]:
            lines.append(f"       {found[3]}")
    return "\n".join(lines)
