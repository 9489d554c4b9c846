"""One function called on its cases in the guarded process, and what each call came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.workshop.course import Stage, references
from chainrule.workshop.guarded.guard import MEMORY, Guard, Ran
from chainrule.workshop.guarded.protocol import (
    CallCase,
    CallFunction,
    CaseStarted,
    Job,
    Loaded,
    Message,
    NoFunction,
    Raised,
    Returned,
    Warned,
)
from chainrule.workshop.oracle import Case

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
    raised: Raised | None = None
    changed: tuple[str, ...] = ()
    after: tuple[Any, ...] = ()
    global_random: bool = False
    warned: list[Warned] = field(default_factory=list)
    seconds: float = 0.0
    overwritten: bool = False
    """Whether the value of the case that it repeats was changed by this call."""


@dataclass
class Calls:
    """All calls of one function, and how the process ended."""

    ran: Ran
    calls: list[Call]
    at_load: Raised | None
    """What was raised before any call."""
    missing: bool
    limit: float
    """Seconds that it had."""

    @property
    def loaded(self) -> bool:
        return bool(self.ran.of(Loaded))

    @property
    def only_slow(self) -> bool:
        """Whether time was up in the timed case, and every other call had come to its end."""
        unfinished = [call for call in self.calls if not call.finished]
        timed = all(call.case.kind == "timed" for call in unfinished)
        return self.ran.ending == "time" and bool(unfinished) and timed

    @property
    def under_way(self) -> Case | None:
        """The case that was not finished."""
        started = [each.case for each in self.ran.of(CaseStarted) if each.case < len(self.calls)]
        return self.calls[started[-1]].case if started else None


def call(
    stage: Stage,
    source: bytes,
    path: Path,
    guard: Guard,
    cases: Sequence[Case],
    put_in: Sequence[str] = (),
    seconds: float | None = None,
    waiting: float = 1.0,
) -> Calls:
    """Call the learner's function on the cases, with references of ours put in for some names."""
    places = {id(case): place for place, case in enumerate(cases)}
    kept = {id(case.of) for case in cases if case.kind == "later"}
    asked = tuple(
        CallCase(
            list(case.arguments.values()),
            repeat=TIMES if case.kind == "timed" else 1,
            keep=id(case) in kept,
            of=places.get(id(case.of), -1) if case.kind == "later" else -1,
        )
        for case in cases
    )
    ours = references(put_in) if put_in else ""
    task = CallFunction(stage.name, asked, tuple(put_in), ours)
    limit = stage.oracle.seconds if seconds is None else seconds
    ran = guard.run(Job(source, str(path), task, limit, MEMORY, waiting))
    all_calls = Calls(ran, [Call(case) for case in cases], None, bool(ran.of(NoFunction)), limit)
    for answer in ran.answers:
        take(all_calls, answer, stage)
    names = stage.oracle.in_place
    if any(name in one.changed for one in all_calls.calls for name in names):
        for one in all_calls.calls:
            if one.finished and one.raised is None and one.value is None:
                one.value = changed_in_place(one, stage)
    return all_calls


def take(all_calls: Calls, answer: Message, stage: Stage) -> None:
    """Put one answer in its place; one on a case that there is none of is no answer of ours."""
    number = getattr(answer, "case", None)
    if number is not None and not 0 <= number < len(all_calls.calls):
        return
    if isinstance(answer, Returned):
        call = all_calls.calls[answer.case]
        call.finished = True
        call.value, call.iterator = answer.value, answer.iterator
        call.changed = tuple(stage.parameters[i] for i in answer.changed)
        call.after = tuple(answer.after)
        call.global_random, call.overwritten = answer.global_random, answer.overwritten
        call.seconds = answer.seconds
    elif isinstance(answer, Raised):
        if answer.case is None:
            all_calls.at_load = answer
        else:
            all_calls.calls[answer.case].finished = True
            all_calls.calls[answer.case].raised = answer
    elif isinstance(answer, Warned) and answer.case is not None:
        all_calls.calls[answer.case].warned.append(answer)


def changed_in_place(call: Call, stage: Stage) -> Any:
    """The arguments that may be changed instead of returned, as they were left."""
    values = []
    for name in stage.oracle.in_place:
        place = stage.parameters.index(name)
        given = list(call.case.arguments.values())[place]
        values.append(call.after[place] if name in call.changed else given)
    return tuple(values) if len(values) > 1 else values[0]
