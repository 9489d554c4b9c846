"""`chainrule` without a command: the road at a glance, and the next step as a command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from chainrule.cli.closing_line import clock, learner, typed_next

if TYPE_CHECKING:
    from chainrule.roadmap import Concept, Standing

WIDEST = 80
NARROW = 70
"""Fewer columns than these give each concept a line more."""


def show_road() -> None:
    """The road as lines."""
    from chainrule.cli.terminal import width

    for line in road_lines(learner(), clock().date(), min(width(), WIDEST)):
        print(line.rstrip())


def road_lines(found: Standing, today: date, across: int) -> Iterator[str]:
    """What is done, what is fresh, what is due, how long each takes, and the next step."""
    from chainrule import roadmap
    from chainrule.cli.terminal import fold
    from chainrule.ground.words import counted
    from chainrule.roadmap import minutes, next_step

    every = roadmap.concepts()
    total = sum(minutes(one.slug) for one in every)
    left = sum(minutes(one.slug) for one in every if one.slug not in found.finished)
    done = len(found.finished)
    if done:
        head = f"The road: {done} of {len(every)} concepts done, about {hours(left)} left"
    else:
        head = f"The road: {counted(len(every), 'concept')}, about {hours(total)}"
    yield from fold(head, across)
    yield ""
    name = max(len(one.slug) for one in every)
    for one in every:
        line = f"{one.number:>3}  {one.slug:<{name}}  {minutes(one.slug):>3} min"
        state = state_of(found, one, today)
        if across >= NARROW:
            first, *rest = fold(state, across - len(line) - 2)
            yield f"{line}  {first}"
            yield from (f"{'':{len(line)}}    {piece}" for piece in rest)
        else:
            yield line
            yield from (f"     {piece}" for piece in fold(state, across - 5))
    step = next_step(found, today)
    yield ""
    if step.finished:
        yield from fold("The road is finished: all is done, and no review is due.", across)
    else:
        yield from fold(f"Next: {typed_next(step)}", across)


def state_of(found: Standing, one: Concept, today: date) -> str:
    """Where a concept stands, in a few words."""
    from chainrule.roadmap import activities

    due = ", review due" if found.is_due(one.slug, today) else ""
    if one.slug in found.finished:
        again = found.next_review(one.slug)
        fresh = f", fresh until {again}" if again is not None else ", fresh"
        return f"done{due or fresh}"
    every = activities(one.slug)
    finished = sum(map(found.done, every))
    begun = any(map(found.passed_of, every))
    return f"{finished} of {len(every)} done{due}" if begun else one.title


def hours(of_minutes: int) -> str:
    """`45 minutes`, `12 hours`."""
    from chainrule.ground.words import counted

    if of_minutes < 120:
        return counted(of_minutes, "minute")
    return counted(round(of_minutes / 60), "hour")
