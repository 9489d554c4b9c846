"""Options and words about a person's own data that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chainrule.data import Label, Target

LabelOption = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Which column of a table is the label: its name, first, last or its number. [by its "
        "name or its cells; train and data check say which]",
    ),
]


TaskOption = Annotated[
    str | None,
    typer.Option(
        metavar="TASK",
        help="Whether the labels are classes, or numbers to come near to. [numbers where some are "
        "not whole, or very many differ]",
    ),
]


def target_line(target: Target | None) -> list[str]:
    """That labels are numbers, and what this is measured by; nothing where they are classes."""
    if target is None:
        return []
    return [
        f"{target.name} are numbers to come near to, not classes: mean {target.mean:.6g}, spread "
        f"{target.spread:.6g}; measured by the mean squared error and R²"
    ]


def label_line(label: Label | None) -> list[str]:
    """Which column the labels come from, and why; nothing where the data are no table."""
    return [] if label is None else [f"label: {label.column}, {label.why}"]
