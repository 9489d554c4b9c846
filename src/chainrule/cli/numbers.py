"""Numbers on the command line, read so that a wrong one is told in the same words everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable

import typer

LARGEST = 10**9
"""More epochs, or examples in a mini-batch, than anybody has time or data for."""


def whole(low: int, high: int | None = None) -> Callable[[str | int], int]:
    """Reads a whole number from `low` up, or to `high`."""
    allowed = f"from {low} up" if high is None else f"from {low} to {high}"

    def read(text: str | int) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            raise typer.BadParameter(f"{str(text)!r} is not a whole number {allowed}")
        return value

    return read


def between(low: float, high: float) -> Callable[[str | float], float]:
    """Reads a number from `low` to `high`."""

    def read(text: str | float) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise typer.BadParameter(f"{str(text)!r} is not a number from {low:g} to {high:g}")
        return value

    return read


def real(text: str | float) -> float:
    """Reads a number; which ones are allowed is for the rooms below to say."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number") from None
