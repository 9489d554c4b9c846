"""The line that ends a command: what is finished, and what to type next."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.roadmap import Activity, Standing, Step

SILENT = ("--json", "--junit", "--help", "-h", "--version")
"""Options after which nothing is added: a script reads what is printed, or help was asked for."""


def onward() -> str:
    """The word before what a command itself recommends: `Here` where the road's `Next` follows."""
    return "Here" if sys.stdout.isatty() else "Next"


def clock() -> datetime:
    """Now, on the learner's clock."""
    return datetime.now().astimezone()


def learner() -> Standing:
    """How the learner stands; as at the beginning where their record cannot be used."""
    from chainrule.cli.recording import log, say_notices, warn
    from chainrule.ground.faults import Fault
    from chainrule.roadmap import Standing, current_standing

    try:
        found = current_standing(log(), clock())
    except Fault as fault:
        warn(fault.line())
        return Standing()
    say_notices()
    return found


def command_of(activity: Activity) -> str:
    """What to type for an activity."""
    return f"chainrule {COMMANDS[activity.kind](activity)}"


CHOSEN_NETWORK = "check whole"
"""Derives a network that the learner chooses, whole."""


def derivation(activity: Activity) -> str:
    if activity.challenge is None:
        return CHOSEN_NETWORK
    return f"check {activity.challenge.sheet} --wrt {shlex.quote(activity.challenge.wrt)}"


def build(activity: Activity) -> str:
    from chainrule.roadmap import WHOLE_FILE

    return f"build check {'--all' if activity.name == WHOLE_FILE else activity.name}"


COMMANDS = {
    "read": lambda activity: f"learn {activity.name}",
    "practise": lambda activity: f"practice {activity.name}",
    "derive": derivation,
    "build": build,
    "train": lambda activity: "train" if activity.name == "ours" else "build train",
    "explain": lambda activity: f"explain {activity.name}",
}
"""The command of each kind of activity."""


def what_of(activity: Activity) -> str:
    """An activity in a few words."""
    from chainrule.ground.words import counted
    from chainrule.roadmap import WHOLE_FILE

    if activity.kind == "practise":
        return f"{counted(len(activity.parts), 'topic')}, question after question"
    if activity.kind == "build" and activity.name == WHOLE_FILE:
        return "every function, from an empty file"
    return {
        "read": "the note",
        "derive": activity.name,
        "build": f"`{activity.name}` in your network.py",
        "train": {"ours": "a network of ours", "own": "yours, beside ours"}.get(activity.name, ""),
        "explain": "in your own words",
    }[activity.kind]


def has_folder() -> bool:
    """Whether there is a network.py of the learner's here."""
    return any(Path(place, "network.py").exists() for place in (".", "my-network"))


def typed_next(step: Step) -> str:
    """The command of a step, and behind it what it is."""
    from chainrule.ground.words import counted

    if step.finished:
        return ""
    if step.reviews:
        return f"chainrule review  ({counted(step.reviews, 'question')} due today)"
    if step.activity is None:
        return f"chainrule explain {step.writing[0]}  (what was left out)"
    activity = step.activity
    if activity.kind == "build" and not has_folder():
        return "chainrule build start  (a folder for your network.py)"
    if len(activity.parts) > 1:
        what = f"{activity.concept}, {step.passed} of {len(activity.parts)} passed"
    elif activity.kind == "build":
        what = f"{activity.concept}, once `{activity.name}` is written"
    else:
        what = f"{activity.concept}: {what_of(activity)}"
    return f"{command_of(activity)}  ({what})"


def closing_lines(found: Standing) -> Iterator[str]:
    """Concepts that this command finished, and the next step."""
    from chainrule.cli.recording import recorded
    from chainrule.roadmap import ORDER, concept, next_step

    ids = {event.id for event in recorded}
    for slug, by in found.finished.items():
        if by in ids:
            one = concept(slug)
            yield f"Finished: concept {one.number} of {len(ORDER)}, {one.title}."
    step = next_step(found, clock().date())
    if step.finished:
        yield f"The road is finished: all {len(ORDER)} concepts are done, and no review is due."
    else:
        yield f"Next: {typed_next(step)}"


def end_command(arguments: list[str]) -> None:
    """Say at a terminal what is finished and what comes next."""
    if not sys.stdout.isatty() or not arguments or any(word in SILENT for word in arguments):
        return
    from chainrule.cli.terminal import fold, width

    print()
    for line in closing_lines(learner()):
        print("\n".join(fold(line, width())))
