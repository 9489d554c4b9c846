"""What there is to do for a concept, and which events count for it.

An activity has parts: the topics of its practice, the functions of its build. It is done when each
part was passed once without the answer shown.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from chainrule.ground.events import (
    Answered,
    Derived,
    Event,
    Explained,
    FunctionEvent,
    NetworkDerived,
    NoteRead,
    RunFinished,
)
from chainrule.roadmap.concepts import WHOLE_FILE, Challenge, Concept, concepts

Kind = Literal["read", "practise", "derive", "build", "train", "explain"]
Part = tuple[Kind, str]
"""A kind of activity, and the name of a part: ("practise", "power"), ("build", "sigmoid")."""

MINUTES: dict[Kind, int] = {"practise": 3, "derive": 6, "build": 12, "train": 5, "explain": 20}
"""About how long a part takes; a note says for itself."""

OURS, OWN = "ours", "own"
"""The parts of training: a run of this package's network, and one of the learner's."""

CHOSEN_NETWORK: Part = ("derive", "a network of your choice")
"""The part that is the whole backward pass of a network which the learner chooses."""

LONGER: dict[Part, int] = {CHOSEN_NETWORK: 25}
"""About how many minutes those parts take that take longer than others of their kind."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Something to do for a concept. `name` is what a door's command is made of.

    That is the concept where it is read, practised or explained, else a function or `ours`;
    `challenge` is what to derive, None where it is a network of the learner's choice.
    """

    concept: str
    kind: Kind
    name: str
    parts: tuple[Part, ...]
    challenge: Challenge | None = None


@functools.cache
def activities(slug: str) -> tuple[Activity, ...]:
    """What there is to do for a concept, in its order."""
    one = next(each for each in concepts() if each.slug == slug)
    found = [Activity(slug, "read", slug, (("read", slug),))]
    if one.practise:
        parts = tuple[Part, ...](("practise", topic) for topic in one.practise)
        found.append(Activity(slug, "practise", slug, parts))
    for each in one.derive:
        part: Part = ("derive", derivation(each.sheet, each.wrt))
        found.append(Activity(slug, "derive", each.title, (part,), each))
    if one.derive_network:
        found.append(Activity(slug, "derive", one.derive_network, (CHOSEN_NETWORK,)))
    found += [Activity(slug, "build", name, built(name)) for name in one.build]
    found += [Activity(slug, "train", name, (("train", name),)) for name in one.train]
    return (*found, Activity(slug, "explain", slug, (("explain", slug),)))


def built(name: str) -> tuple[Part, ...]:
    """The functions that a build is made of: one, or all of the file."""
    names = [name] if name != WHOLE_FILE else [f for c in concepts() for f in functions(c)]
    return tuple(("build", each) for each in names)


def functions(one: Concept) -> list[str]:
    return [name for name in one.build if name != WHOLE_FILE]


def derivation(sheet: str, quantity: str) -> str:
    """A derivation's name, however the quantity was typed: `W1`, `dC/dW1`."""
    typed = re.sub(r"\s", "", quantity)
    return f"{sheet.strip()} {re.sub(r'^d[A-Za-z]/d', '', typed)}"


PARTS: dict[type[Event], Callable[..., Part]] = {
    NoteRead: lambda event: ("read", event.concept),
    Answered: lambda event: ("practise", event.topic),
    Derived: lambda event: ("derive", derivation(event.sheet, event.quantity)),
    NetworkDerived: lambda event: CHOSEN_NETWORK,
    RunFinished: lambda event: ("train", OWN if event.own else OURS),
    Explained: lambda event: ("explain", event.concept),
}


def part_of(event: Event) -> Part | None:
    """Which part of an activity an event is about."""
    if isinstance(event, FunctionEvent):
        return "build", event.function
    known = PARTS.get(type(event))
    return None if known is None else known(event)


@functools.cache
def concepts_by_part() -> dict[Part, str]:
    """The concept that each part belongs to: the first, where there are several."""
    found: dict[Part, str] = {}
    for one in concepts():
        for activity in activities(one.slug):
            for part in activity.parts:
                found.setdefault(part, one.slug)
    return found


def minutes(slug: str) -> int:
    """About how many minutes a concept takes, all its activities together."""
    own = [part for part, owner in concepts_by_part().items() if owner == slug]
    note = next(one.minutes for one in concepts() if one.slug == slug)
    return sum(note if part[0] == "read" else LONGER.get(part, MINUTES[part[0]]) for part in own)


def concept_of(event: Event) -> str:
    """The slug of the concept that an event counts for; empty where it is none of the road's."""
    part = part_of(event)
    return event.concept or (concepts_by_part().get(part, "") if part else "")
