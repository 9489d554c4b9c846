"""How long somebody's own code may run, and how large a whole number for it may be."""

from __future__ import annotations

import math
from collections.abc import Callable

import typer

LARGEST = 10**9
"""More epochs, or examples in a mini-batch, than anybody has time or data for."""


def time_limit(low: float, high: float) -> Callable[[str | float], float]:
    """Reads a time from `low` to `high`, in the unit of the option."""

    def read(text: str | float) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise typer.BadParameter(f"{str(text)!r} is not a number from {low:g} to {high:g}")
        return value

    return read
