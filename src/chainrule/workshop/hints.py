"""The next hint on a function, and what is recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chainrule.ground.events import Event, HintShown, ReferenceAsked, ReferenceShown
from chainrule.ground.hint_ladder import Rung
from chainrule.ground.words import counted
from chainrule.workshop.course import Stage, taken_course
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.progress import Progress

NEXT = "The reference comes next"
NO_HINTS = "the course has switched hints off"
NO_REFERENCES = "the course has switched references off"
ASK_AGAIN = f"{NEXT}: ask once more to see it. The record then says that it was shown"


@dataclass(frozen=True)
class Hint:
    """The rungs given so far, the reference where it is given, and what comes next.

    `event` is what was recorded; None where the function was right or its reference had been shown
    before.
    """

    function: str
    rungs: tuple[Rung, ...]
    next: str
    reference: str | None
    event: Event | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "function": self.function,
            "rungs": [[rung.name, rung.text] for rung in self.rungs],
            "next": self.next,
            "reference": self.reference,
        }


def hint(stage: Stage, progress: Progress) -> Hint:
    """The next rung, and those before it.

    The reference comes once the function was right, or when it is asked for twice; only the latter
    is recorded. WorkshopError where the course has switched off what comes next.
    """
    history, name, ladder = progress.history(), stage.name, stage.hints
    right, shown = name in history.ever_right, name in history.shown
    number, most = history.hints[name] + 1, len(ladder.hints)
    event: Event | None = None
    reference, more = None, ""
    if not taken_course().hints and (not right or not taken_course().references):
        raise WorkshopError(NO_HINTS)
    if not taken_course().references:
        return without_reference(stage, progress)
    if right or shown or history.asked[name]:
        number, reference = most, ladder.answer.text
        if not shown and not right:
            event = ReferenceShown(function=name, why="asked for twice")
    elif number > most:
        event, more = ReferenceAsked(function=name), ASK_AGAIN
    else:
        left = most - number
        more = f"{counted(left, 'more hint')}, then the reference" if left else NEXT
        event = HintShown(function=name, rung=number)
    if event is not None:
        progress.add(event)
    return Hint(name, ladder.hints[:number], more, reference, event)


def without_reference(stage: Stage, progress: Progress) -> Hint:
    """The same where the course has switched references off; all hints once it was right."""
    history, name, hints = progress.history(), stage.name, stage.hints.hints
    number = len(hints) if name in history.ever_right else history.hints[name] + 1
    event = None
    if history.hints[name] < number <= len(hints) and name not in history.ever_right:
        event = HintShown(function=name, rung=number)
        progress.add(event)
    left = len(hints) - number
    more = counted(left, "more hint") if left > 0 else NO_REFERENCES
    return Hint(name, hints[:number], more, None, event)
