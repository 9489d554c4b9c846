"""What was graded and shown, line by line in a file of the learner's folder that only grows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from chainrule.ground import writing
from chainrule.ground.events import (
    Event,
    FunctionEvent,
    FunctionReset,
    Graded,
    HintShown,
    ReferenceAsked,
    ReferenceShown,
)
from chainrule.workshop.course import stage_names
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.source import Outline
from chainrule.workshop.verdict import PASSED, Outcome

State = Literal["changed", "unchecked", "missing"]
"""Changed since it was checked; written and never checked; not written."""


@dataclass
class History:
    """What the events of a record come to. Nothing of it is about the file as it is now."""

    checked: dict[str, Graded] = field(default_factory=dict)
    """The last verdict on each function, whatever its source has become since."""
    ever_right: set[str] = field(default_factory=set)
    hints: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)
    """Functions whose reference was shown before they were right."""
    unreadable: int = 0
    """Lines that could not be read, as one torn by a loss of power."""

    def count(self, event: FunctionEvent) -> None:
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
            if name not in self.ever_right:
                self.shown.add(name)
        elif isinstance(event, FunctionReset):
            self.checked.pop(name, None)


@dataclass(frozen=True)
class FunctionStanding:
    """How one function does.

    `state` is the outcome of the verdict on the source as it is, or why there is none; `checked`
    the last verdict, whatever the source has become since.
    """

    name: str
    state: Outcome | State
    written: bool
    checked: Graded | None
    hints: int
    reference_shown: bool

    @property
    def passed(self) -> bool:
        return self.state in PASSED

    @property
    def judged(self) -> bool:
        """Whether the last verdict is about the source as it is."""
        return self.state not in get_args(State)

    @property
    def mistake(self) -> str | None:
        """The known mistake in the source as it is."""
        return self.checked.mistake if self.checked is not None and self.judged else None

    def to_dict(self) -> dict[str, Any]:
        last = self.checked
        return {
            "name": self.name,
            "written": self.written,
            "state": self.state,
            "passed": self.passed,
            "outcome": self.state if self.judged else None,
            "mistake": self.mistake,
            "hints": self.hints,
            "reference_shown": self.reference_shown,
            "checked": None if last is None else last.to_dict(),
        }


class Standing:
    """How the functions of a file do, by the verdicts on the source as it is, and no others.

    `file` is the outline of the file; None while it is no Python, when nothing passes.
    """

    def __init__(self, history: History, file: Outline | None, written: Collection[str]) -> None:
        self.history = history
        self.unreadable = history.unreadable
        self.functions = {
            name: standing(name, history, file, name in written) for name in stage_names()
        }

    def passes(self, name: str) -> bool:
        """Whether the function as it is was checked and passed."""
        return self.functions[name].passed

    @property
    def passed(self) -> int:
        return sum(each.passed for each in self.functions.values())

    @property
    def passed_at_last_check(self) -> int:
        """How many passed when they were last checked, whatever has become of them since."""
        checked = self.history.checked
        return sum(name in checked and checked[name].outcome in PASSED for name in self.functions)

    @property
    def current(self) -> str | None:
        """The first function that does not pass yet."""
        return next((each.name for each in self.functions.values() if not each.passed), None)

    def to_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "of": len(self.functions),
            "current": self.current,
            "functions": [each.to_dict() for each in self.functions.values()],
        }


def standing(name: str, history: History, file: Outline | None, written: bool) -> FunctionStanding:
    """How one function does."""
    last = history.checked.get(name)
    judged = last is not None and file is not None and last.fingerprint == file.fingerprint(name)
    state: Any
    if not written:
        state = "missing"
    elif last is None or last.outcome == "missing":
        state = "unchecked"
    else:
        state = last.outcome if judged else "changed"
    shown = name in history.shown
    return FunctionStanding(name, state, written, last, history.hints[name], shown)


class Progress:
    """The record: each event is one line, written through to the disk at once.

    `also` is given every event, once it is written.
    """

    def __init__(self, path: Path, also: Callable[[Event], None] | None = None) -> None:
        self.path, self.also = path, also

    def add(self, event: Event) -> None:
        """Write one more event; WritingFault says why it cannot be."""
        writing.append_line(self.path, json.dumps(event.to_dict()))
        if self.also is not None:
            self.also(event)

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

    def history(self) -> History:
        """What the events so far come to."""
        history, known = History(), set(stage_names())
        for event in self.events():
            if event is None:
                history.unreadable += 1
            elif isinstance(event, FunctionEvent) and event.function in known:
                history.count(event)
        return history
