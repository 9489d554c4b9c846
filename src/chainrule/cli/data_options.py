"""Options and words about a person's own data that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chainrule.data import Label

LabelOption = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Which column of a table is the label: its name, first, last or its number. [by its "
        "name or its cells; train and data check say which]",
    ),
]


def label_line(label: Label | None) -> list[str]:
    """Which column the labels come from, and why; nothing where the data are no table."""
    return [] if label is None else [f"label: {label.column}, {label.why}"]
