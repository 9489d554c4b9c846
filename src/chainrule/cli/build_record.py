"""`chainrule build record`: every verdict, when it was given, and on which source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.ground.events import Graded
    from chainrule.workshop import Folder

SHORT = 8
"""Characters of the hash that are shown."""


def graded_events(folder: Folder, name: str | None) -> list[Graded]:
    """The verdicts of the record in their order: on one function, or on all of the course."""
    from chainrule.ground.events import Graded
    from chainrule.workshop import stage_names

    names = [name] if name is not None else stage_names()
    events = folder.progress.events()
    return [each for each in events if isinstance(each, Graded) and each.function in names]


def record_lines(folder: Folder, events: Sequence[Graded]) -> Iterator[str]:
    """A line a verdict; the last one on a function says whether the file still has that source."""
    from chainrule.cli.verdict_text import WORDS, mark
    from chainrule.workshop import outline

    if not events:
        yield "Nothing was graded yet."
        return
    top = outline(folder.source(), folder.path)
    last = {event.function: event.id for event in events}
    width = max(len(event.function) for event in events)
    for event in events:
        sign, _ = mark(event.outcome)
        words = WORDS.get(event.outcome, event.outcome)
        if event.mistake:
            words += f": {event.mistake}"
        source = f"source {event.fingerprint[:SHORT]}" if event.fingerprint else "no source"
        if last[event.function] == event.id:
            now = top is not None and top.fingerprint(event.function) == event.fingerprint
            source += ", as it is now" if now else ", changed since"
        yield f"{when(event.at)}  {sign} {event.function:<{width}}  {words}  ({source})"


def when(at: str) -> str:
    """A moment on the learner's clock."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return "at no known time   "
