"""The road as a picture: a row for each concept, and lanes that lead from what comes before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One concept: its lane, and the lines of its row, each from a lane to a lane.

    `into` come from above and end at it, `out` leave it downwards, `past` go by.
    """

    name: str
    lane: int
    into: tuple[int, ...]
    past: tuple[int, ...]
    out: tuple[int, ...]


def without_detours(needs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What each needs at once, less what one of those needs itself."""
    before: dict[str, set[str]] = {}
    for name, those in needs.items():
        before[name] = set(those).union(*(before[one] for one in those))
    return {
        name: [one for one in those if not any(one in before[other] for other in those)]
        for name, those in needs.items()
    }


def rows(needs: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """The rows of concepts that stand in such an order that none needs a later one."""
    direct = without_detours(needs)
    lanes: list[str | None] = []
    """For each lane the concept that its line leads to."""
    for name in direct:
        into = tuple(lane for lane, to in enumerate(lanes) if to == name)
        lane = into[0] if into else free(lanes)
        for one in into:
            lanes[one] = None
        past = tuple(place for place, to in enumerate(lanes) if to is not None)
        out: list[int] = []
        for child in (each for each, those in direct.items() if name in those):
            place = lane if not out else free(lanes)
            put(lanes, place, child)
            out.append(place)
        yield Row(name, lane, into, past, tuple(out))


def free(lanes: Sequence[str | None]) -> int:
    return next((lane for lane, to in enumerate(lanes) if to is None), len(lanes))


def put(lanes: list[str | None], place: int, to: str) -> None:
    lanes.extend([None] * (place + 1 - len(lanes)))
    lanes[place] = to
