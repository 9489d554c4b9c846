"""`chainrule review`: what was learned comes back before it is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from chainrule.roadmap import Standing


def review(
    daily: Annotated[
        int | None,
        typer.Option(min=0, max=1000, metavar="N", help="From now on, at most so many a day. [20]"),
    ] = None,
    list_due: Annotated[bool, typer.Option("--list", help="List what is due.")] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of the first question; by default any.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="What is due, as JSON.")] = False,
) -> int:
    """Review what is due today, each with a new question."""
    from chainrule.cli.closing_line import clock, learner
    from chainrule.cli.practice import drawn_seed
    from chainrule.cli.practice_questions import ask
    from chainrule.cli.recording import record
    from chainrule.cli.terminal import print_json
    from chainrule.ground.events import DailyReviews
    from chainrule.practice import Session, topic_named
    from chainrule.roadmap import past_of

    if daily is not None:
        record(DailyReviews(number=daily))
    found = learner()
    names = found.due_topics(clock().date())
    if json:
        print_json(due_values(found))
        return 0
    for line in due_lines(found):
        print(line)
    if list_due or not names:
        return 0
    topics = [topic_named(name) for name in names]
    past = past_of(topics, found, passed=False)
    return ask(Session(topics, drawn_seed() if seed is None else seed, past), len(topics))


def due_values(found: Standing) -> dict[str, Any]:
    """What is due today."""
    from chainrule.cli.closing_line import clock

    today = clock().date()
    return {
        "topics": found.due_topics(today),
        "write_ups": found.due_writing(today),
        "waiting": len(found.all_due_topics(today)) - len(found.due_topics(today)),
        "daily": found.daily,
    }


def due_lines(found: Standing) -> Iterator[str]:
    """How much is due, and what waits for another day."""
    from chainrule.cli.closing_line import clock
    from chainrule.ground.words import counted
    from chainrule.practice import topic_named

    today = clock().date()
    names, every = found.due_topics(today), found.all_due_topics(today)
    if not names:
        yield "No review is due today." if not every else "That is enough for today."
    else:
        yield f"{counted(len(names), 'review')} due today:"
        for name in names:
            yield f"  {topic_named(name).title}"
    if len(every) > len(names):
        yield f"{len(every) - len(names)} more wait: at most {found.daily} a day."
    for slug in found.due_writing(today):
        yield f"Your write-up has gaps: chainrule explain {slug}"
