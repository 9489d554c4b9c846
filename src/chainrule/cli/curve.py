"""A small curve in one line of characters: how the cost and the accuracy went, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from chainrule.cli.terminal import percent, shows

if TYPE_CHECKING:
    from chainrule.network import Epoch

BLOCKS, PLAIN = "▁▂▃▄▅▆▇█", "_.:-=+*#"
"""The heights of a curve, the lowest first: in blocks, or where a terminal has none."""

SHORTEST, LONGEST = 8, 60
"""Characters of a curve."""


def curve(values: Sequence[float], room: int, heights: str = BLOCKS) -> str:
    """The values as heights between the least and the greatest, a character for one or several.

    A value that is no finite number leaves a gap.
    """
    count = min(room, len(values))
    cuts = [round(i * len(values) / count) for i in range(count + 1)] if count else []
    means: list[float | None] = []
    for start, end in pairwise(cuts):
        finite = [value for value in values[start:end] if math.isfinite(value)]
        means.append(math.fsum(finite) / len(finite) if finite else None)
    known = [mean for mean in means if mean is not None]
    if not known:
        return " " * count
    low, span = min(known), max(known) - min(known)
    middle = heights[len(heights) // 2]
    return "".join(
        " "
        if mean is None
        else heights[round((mean - low) / span * (len(heights) - 1))]
        if span
        else middle
        for mean in means
    )


def curve_lines(history: Sequence[Epoch], across: int) -> Iterator[str]:
    """A line for the cost and one for the accuracy: the first value, the curve, the last value."""
    if len(history) < 2:
        return
    yield from _named("cost", [epoch.cost for epoch in history], "{:.4g}".format, across)
    for name, values in (
        ("validation", [epoch.validation_accuracy for epoch in history]),
        ("training", [epoch.accuracy for epoch in history]),
    ):
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            yield from _named(name, known, percent, across)
            return


def _named(
    name: str, values: list[float], write: Callable[[float], str], across: int
) -> Iterator[str]:
    heights = BLOCKS if shows(BLOCKS) else PLAIN
    first, last = write(values[0]), write(values[-1])
    start = f"{name:<10}  {first:>8} "
    room = across - len(start) - len(last) - 1
    if room < SHORTEST:
        yield name
        start = f"  {first} "
        room = max(across - len(start) - len(last) - 1, 1)
    yield f"{start}{curve(values, min(room, LONGEST), heights)} {last}"
