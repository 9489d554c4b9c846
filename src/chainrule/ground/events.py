"""What a learner did, as values: rooms return them, and the roadmap's log keeps them.

A record holds one event a line, as JSON, so that it can be read and added to by any version. An
event has an id of its own: whoever merges two records keeps each once.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

OF_OLD_RECORDS = uuid.UUID("6b1c1c52-5b8e-4c59-9d1b-5d1b7a3f6a10")
"""The space of the ids of events that were written down without one."""


TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "str | None": (str, type(None)),
    "float | None": (float, int, type(None)),
    "tuple[str, ...]": (tuple,),
}
"""What may stand in a field, by its annotation."""


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that a learner did, and when. `concept` is the one of the road it counts for."""

    at: str = field(default_factory=now)
    id: str = field(default_factory=new_id)
    concept: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the kind of event."""
        return {"at": self.at, "event": KINDS_BY_CLASS[type(self)], **asdict(self)}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Event | None:
        """The event of such values; None for a kind that is not known.

        KeyError or TypeError where something is missing or of another type. What is not known
        beside is left out.
        """
        kind = KINDS.get(values["event"])
        if kind is None:
            return None
        known = {each.name: values[each.name] for each in fields(kind) if each.name in values}
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        if "id" not in known:
            known["id"] = uuid.uuid5(OF_OLD_RECORDS, json.dumps(dict(values), sort_keys=True)).hex
        event = kind(**{"at": "", **known, **lists})
        for each in fields(kind):
            if not isinstance(getattr(event, each.name), TYPES[str(each.type)]):
                raise TypeError(f"{each.name} is no {each.type}")
        return event


@dataclass(frozen=True, kw_only=True)
class NoteRead(Event):
    """The note of the concept was shown."""


@dataclass(frozen=True, kw_only=True)
class Answered(Event):
    """A question of practice: an answer's verdict, or `shown` where the solution was asked for.

    `tries` are the wrong answers to this question before, `hints` the hints that were shown of it,
    and `shown` says whether its solution was. `mistake` is the kind, where it has a name.
    """

    topic: str
    seed: int
    verdict: str
    tries: int = 0
    hints: int = 0
    shown: bool = False
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class Derived(Event):
    """A line of a derivation: its verdict, and whether it answers what was asked.

    `sheet` is the name of a shipped sheet, or the sheet as text, and `quantity` what was asked for,
    such as `delta1`. `hints` were shown before, and `shown` says whether the answer was.
    """

    sheet: str
    quantity: str
    verdict: str
    hints: int = 0
    shown: bool = False
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class NetworkDerived(Event):
    """Every derivative of a network's backward pass was derived.

    `network` is its architecture in one line, and `shown` says whether any answer was shown.
    """

    network: str
    shown: bool = False


@dataclass(frozen=True, kw_only=True)
class Explained(Event):
    """A write-up was read: the ideas found in it, and its gaps, each by its name."""

    ideas: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """A network was trained to its end: on what, which one, and how well it does on the test set.

    `own` says whether it was the learner's own.
    """

    data: str
    network: str
    epochs: int
    accuracy: float | None = None
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class DailyReviews(Event):
    """The learner said how many reviews a day are the most."""

    number: int


@dataclass(frozen=True, kw_only=True)
class FunctionEvent(Event):
    """Something that a learner did with a function of their network."""

    function: str


@dataclass(frozen=True, kw_only=True)
class Graded(FunctionEvent):
    """A function was graded: the outcome, the known mistake, and the state of the source."""

    outcome: str
    fingerprint: str
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class HintShown(FunctionEvent):
    """A hint was shown: the first is 1."""

    rung: int


@dataclass(frozen=True, kw_only=True)
class ReferenceAsked(FunctionEvent):
    """The reference was asked for, and not shown yet."""


@dataclass(frozen=True, kw_only=True)
class ReferenceShown(FunctionEvent):
    """The reference was shown, and why: the function was `right`, or it was `asked for twice`."""

    why: str


@dataclass(frozen=True, kw_only=True)
class FunctionReset(FunctionEvent):
    """A function was emptied; `archived` is where in the folder the file went."""

    archived: str


KINDS: dict[str, type[Event]] = {
    "note read": NoteRead,
    "answered": Answered,
    "derived": Derived,
    "network derived": NetworkDerived,
    "explained": Explained,
    "run finished": RunFinished,
    "daily reviews": DailyReviews,
    "checked": Graded,
    "hint": HintShown,
    "asked for the reference": ReferenceAsked,
    "reference shown": ReferenceShown,
    "reset": FunctionReset,
}
"""Each kind as a record names it."""
KINDS_BY_CLASS = {kind: name for name, kind in KINDS.items()}
