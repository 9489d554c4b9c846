"""`chainrule listing ARCHITECTURE`: the training step, its equations and their NumPy calls."""

from __future__ import annotations

from typing import Annotated

import typer

from chainrule.cli.numbers import real, whole

WIDE = 100
"""Columns of a listing that goes to a file."""


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
    optimizer: Annotated[str, typer.Option(metavar="NAME", help="{optimizers}.")] = "sgd",
    l1: Annotated[float, typer.Option(parser=real, metavar="LAMBDA", help="L1 penalty.")] = 0.0,
    l2: Annotated[float, typer.Option(parser=real, metavar="LAMBDA", help="L2 penalty.")] = 0.0,
    dropout: Annotated[float, typer.Option(parser=real, metavar="P", help="Dropout.")] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="The listing as one JSON object.")] = False,
) -> None:
    """List a training step: each equation, and its calls."""
    from chainrule.cli.terminal import plain_width, print_json
    from chainrule.network import Network, Recipe
    from chainrule.network import optimizer as by_name

    recipe = Recipe(by_name(optimizer), batch_size=batch_size, l1=l1, l2=l2, dropout=dropout)
    program = Network.of(architecture).program(recipe)
    if json:
        print_json(program.to_dict())
    else:
        print(program.listing(plain_width() or WIDE))
