"""One function called on its cases in the guarded process, and what each call came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.workshop.guarded.running import MEMORY, Guard, Ran, call_job
from chainrule.workshop.oracle import Case
from chainrule.workshop.stage import Stage, references

TIMES = 3
"""Runs of a timed case; the least time counts."""


@dataclass
class Call:
    """What one call came to: a value, or an exception."""

    case: Case
    finished: bool = False
    value: Any = None
    iterator: str = ""
    """The type of the value, where it can be looped over only once."""
    raised: dict[str, Any] | None = None
    changed: tuple[str, ...] = ()
    after: tuple[Any, ...] = ()
    global_random: bool = False
    warned: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    overwritten: bool = False
    """Whether the value of the case that it repeats was changed by this call."""


@dataclass
class Calls:
    """All calls of one function, and how the process ended."""

    ran: Ran
    calls: list[Call]
    at_load: dict[str, Any] | None
    """What was raised before any call."""
    missing: bool
    limit: float
    """Seconds that it had."""

    @property
    def loaded(self) -> bool:
        return bool(self.ran.of("loaded"))

    @property
    def only_slow(self) -> bool:
        """Whether time was up in the timed case, and every other call had come to its end."""
        unfinished = [call for call in self.calls if not call.finished]
        timed = all(call.case.kind == "timed" for call in unfinished)
        return self.ran.ending == "time" and bool(unfinished) and timed

    @property
    def under_way(self) -> Case | None:
        """The case that was not finished."""
        started = self.ran.of("start")
        return self.calls[started[-1]["case"]].case if started else None


def call(
    stage: Stage,
    source: bytes,
    path: Path,
    guard: Guard,
    cases: Sequence[Case],
    put_in: Sequence[str] = (),
    seconds: float | None = None,
) -> Calls:
    """Call the learner's function on the cases, with references of ours put in for some names."""
    places = {id(case): place for place, case in enumerate(cases)}
    kept = {id(case.of) for case in cases if case.kind == "later"}
    job = call_job(
        source,
        path,
        stage.name,
        [
            {
                "arguments": list(case.arguments.values()),
                "repeat": TIMES if case.kind == "timed" else 1,
                "keep": id(case) in kept,
                "of": places.get(id(case.of), -1) if case.kind == "later" else -1,
            }
            for case in cases
        ],
        seconds=stage.oracle.seconds if seconds is None else seconds,
        memory=MEMORY,
        put_in=put_in,
        put_in_source=references(put_in) if put_in else "",
    )
    ran = guard.run(job)
    calls = [Call(case) for case in cases]
    found = Calls(ran, calls, None, bool(ran.of("missing")), job["seconds"])
    for event in ran.events:
        take(found, event, stage)
    names = stage.oracle.in_place
    if any(name in one.changed for one in found.calls for name in names):
        for one in found.calls:
            if one.finished and one.raised is None and one.value is None:
                one.value = changed_in_place(one, stage)
    return found


def take(found: Calls, event: dict[str, Any], stage: Stage) -> None:
    """Put one event in its place."""
    number = event.get("case")
    if number is None:
        if event["event"] == "raised":
            found.at_load = event
        return
    call = found.calls[number]
    if event["event"] == "result":
        call.finished = True
        call.value = event["value"]
        call.iterator = event["iterator"]
        call.changed = tuple(stage.parameters[i] for i in event["changed"])
        call.after = tuple(event["after"])
        call.global_random = event["global_random"]
        call.seconds = event["seconds"]
        call.overwritten = event["overwritten"]
    elif event["event"] == "raised":
        call.finished = True
        call.raised = event
    elif event["event"] == "warned":
        call.warned.append(event)


def changed_in_place(call: Call, stage: Stage) -> Any:
    """The arguments that may be changed instead of returned, as they were left."""
    values = []
    for name in stage.oracle.in_place:
        place = stage.parameters.index(name)
        given = list(call.case.arguments.values())[place]
        values.append(call.after[place] if name in call.changed else given)
    return tuple(values) if len(values) > 1 else values[0]
