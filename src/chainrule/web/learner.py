"""Where the learner is on the road, what comes next, and where on the page it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from chainrule import roadmap
from chainrule.ground.events import Event
from chainrule.ground.faults import Fault
from chainrule.ground.words import counted
from chainrule.practice import Session, Topic, level_of
from chainrule.roadmap import Activity, Standing, Step
from chainrule.web.address import Address

UNRECORDED = "unrecorded"
"""The part of an address that says that what the learner did could not be kept."""


def standing() -> tuple[Standing, date]:
    """What the learner's log comes to now, and the day on their clock."""
    now, log = datetime.now().astimezone(), roadmap.Log()
    try:
        return roadmap.current_standing(log, now), now.date()
    finally:
        log.close()


def kept(event: Event | None, then: Address) -> Address:
    """Keep an event, and go on to a page: it says so where the event could not be kept."""
    if event is not None:
        try:
            roadmap.record(event)
        except Fault:
            return then.with_(**{UNRECORDED: "yes"})
    return then


@dataclass(frozen=True)
class ToDo:
    """Something to do for a concept: what it is, where on the page, and whether it is done."""

    kind: str
    what: str
    address: str
    done: bool = False


def to_do(activity: Activity, of: Standing) -> ToDo:
    """Where on the page an activity is done."""
    what, address = PLACES[activity.kind](activity)
    if len(activity.parts) > 1:
        what += f", {of.passed_of(activity)} of {len(activity.parts)} passed"
    return ToDo(activity.kind, what, address, of.done(activity))


def derived_at(activity: Activity) -> tuple[str, str]:
    if activity.challenge is None:
        return activity.name, "/derive?network="
    asked = {"sheet": activity.challenge.sheet, "wrt": activity.challenge.wrt}
    return activity.challenge.title, f"/derive?{urlencode(asked)}"


def built_at(activity: Activity) -> tuple[str, str]:
    if activity.name == roadmap.WHOLE_FILE:
        return "every function, from an empty file", "/build"
    return f"`{activity.name}` in your network.py", f"/build?{urlencode({'name': activity.name})}"


def trained_at(activity: Activity) -> tuple[str, str]:
    ours = activity.name == "ours"
    return ("a network of ours", "/train") if ours else ("yours, beside ours", "/build#train")


PLACES = {
    "read": lambda one: ("the note", f"/concept?{urlencode({'name': one.concept})}"),
    "practise": lambda one: (
        counted(len(one.parts), "topic"),
        f"/practise?{urlencode({'concept': one.concept})}",
    ),
    "derive": derived_at,
    "build": built_at,
    "train": trained_at,
    "explain": lambda one: (
        "in your own words",
        f"/explain?{urlencode({'concept': one.concept})}",
    ),
}
"""What each kind of activity is called, and its address."""


def next_to_do(step: Step, of: Standing) -> ToDo | None:
    """What comes next; None at the end of the road."""
    if step.reviews:
        return ToDo("review", f"{counted(step.reviews, 'question')} due today", "/review")
    if step.writing:
        asked = urlencode({"concept": step.writing[0]})
        return ToDo("explain", f"{step.writing[0]}: what was left out", f"/explain?{asked}")
    return None if step.activity is None else to_do(step.activity, of)


def next_question(topics: list[Topic], of: Standing, seed: int, passed: bool) -> tuple[str, int]:
    """The topic and the seed of a question that was not asked before, as hard as it should be.

    `passed` says whether topics that are passed wait until all are.
    """
    first = next(s for s in range(seed, seed + 10) if level_of(s) == 1)
    asked = Session(topics, first, roadmap.past_of(topics, of, passed=passed)).asked
    return asked.topic.name, asked.seed
