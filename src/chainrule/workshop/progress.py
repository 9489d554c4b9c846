"""What was graded and shown, line by line in a file of the learner's folder that only grows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.ground import writing
from chainrule.ground.events import (
    Event,
    FunctionReset,
    Graded,
    HintShown,
    ReferenceAsked,
    ReferenceShown,
)
from chainrule.workshop.course import STAGES, stage_names
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.verdict import PASSED


@dataclass
class Standing:
    """What the events of a record come to."""

    checked: dict[str, Graded] = field(default_factory=dict)
    ever_right: set[str] = field(default_factory=set)
    hints: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)
    unreadable: int = 0
    """Lines that could not be read, as one torn by a loss of power."""

    def count(self, event: Event) -> None:
        """Add one event."""
        name = event.function
        if isinstance(event, Graded):
            self.checked[name] = event
            if event.outcome == "right":
                self.ever_right.add(name)
        elif isinstance(event, HintShown):
            self.hints[name] = max(self.hints[name], event.rung)
        elif isinstance(event, ReferenceAsked):
            self.asked[name] += 1
        elif isinstance(event, ReferenceShown):
            self.shown.add(name)
        elif isinstance(event, FunctionReset):
            self.checked.pop(name, None)

    def passes(self, name: str) -> bool:
        """Whether the last verdict was a pass."""
        return name in self.checked and self.checked[name].outcome in PASSED

    @property
    def passed(self) -> int:
        return sum(self.passes(name) for name in stage_names())

    @property
    def current(self) -> str | None:
        """The first function that does not pass yet."""
        return next((name for name in stage_names() if not self.passes(name)), None)

    def to_dict(self, written: Collection[str]) -> dict[str, Any]:
        """As plain values, with which functions have something in them."""
        return {
            "passed": self.passed,
            "of": len(stage_names()),
            "current": self.current,
            "functions": [
                {
                    "name": name,
                    "written": name in written,
                    "outcome": self.checked[name].outcome if name in self.checked else None,
                    "hints": self.hints[name],
                    "reference_shown": name in self.shown,
                }
                for name in stage_names()
            ],
        }


class Progress:
    """The record: each event is one line, written through to the disk at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, event: Event) -> None:
        """Write one more event; WritingFault says why it cannot be."""
        writing.append_line(self.path, json.dumps(event.to_dict()))

    def events(self) -> Iterator[Event | None]:
        """The events so far, in their order; None for a line that cannot be read."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as fault:
            raise WorkshopError(f"{self.path} cannot be read: {fault.strerror}") from None
        for line in filter(str.strip, text.splitlines()):
            try:
                event = Event.from_dict(json.loads(line))
            except (ValueError, LookupError, TypeError, RecursionError):
                yield None
                continue
            if event is not None:  # a kind that only a later version knows says nothing here
                yield event

    def standing(self) -> Standing:
        """What the events so far come to."""
        standing = Standing()
        for event in self.events():
            if event is None:
                standing.unreadable += 1
            elif event.function in STAGES:
                standing.count(event)
        return standing
