"""What a learner did, as values: rooms return them, and records are written from them.

A record holds one event a line, as JSON, so that it can be read and added to by any version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that a learner did with a function of their network, and when."""

    function: str
    at: str = field(default_factory=now)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the kind of event."""
        return {"at": self.at, "event": KINDS_BY_CLASS[type(self)], **asdict(self)}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Event | None:
        """The event of such values; None for a kind that is not known.

        KeyError or TypeError where something is missing. What is not known beside is left out.
        """
        kind = KINDS.get(values["event"])
        if kind is None:
            return None
        known = {each.name: values[each.name] for each in fields(kind) if each.name in values}
        return kind(**{"at": "", **known})


@dataclass(frozen=True, kw_only=True)
class Graded(Event):
    """A function was graded: the outcome, the known mistake, and the state of the source."""

    outcome: str
    fingerprint: str
    mistake: str | None = None


@dataclass(frozen=True, kw_only=True)
class HintShown(Event):
    """A hint was shown: the first is 1."""

    rung: int


@dataclass(frozen=True, kw_only=True)
class ReferenceAsked(Event):
    """The reference was asked for, and not shown yet."""


@dataclass(frozen=True, kw_only=True)
class ReferenceShown(Event):
    """The reference was shown, and why: the function was `right`, or it was `asked for twice`."""

    why: str


@dataclass(frozen=True, kw_only=True)
class FunctionReset(Event):
    """A function was emptied; `archived` is where in the folder the file went."""

    archived: str


KINDS: dict[str, type[Event]] = {
    "checked": Graded,
    "hint": HintShown,
    "asked for the reference": ReferenceAsked,
    "reference shown": ReferenceShown,
    "reset": FunctionReset,
}
"""Each kind as a record names it."""
KINDS_BY_CLASS = {kind: name for name, kind in KINDS.items()}
