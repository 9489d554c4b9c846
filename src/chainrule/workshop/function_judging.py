"""The verdict on a function, from its calls: does it run, its shape, its numbers, does it last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chainrule.workshop import failures
from chainrule.workshop.calls import Call, Calls
from chainrule.workshop.case_text import described, size
from chainrule.workshop.compared_answers import (
    Read,
    example,
    known_mistake,
    looks,
    read,
    shape_fault,
)
from chainrule.workshop.course import Stage
from chainrule.workshop.guarded.protocol import Raised
from chainrule.workshop.oracle import Case, Finding, Kind, Mistake
from chainrule.workshop.robustness import arguments_changed, remembering, robust, warned
from chainrule.workshop.verdict import Verdict

SHOWN_FIRST: tuple[Kind, ...] = ("small", "plain", "integer", "square")


def judge(stage: Stage, calls: Calls, *, loops: bool = True) -> Verdict:
    """The verdict on one function by itself; `loops`: whether it has a loop, which may be slow."""
    verdict = judged(stage, calls, loops)
    return replace(verdict, notes=verdict.notes + failures.notes(calls), seconds=calls.ran.seconds)


def judged(stage: Stage, calls: Calls, loops: bool) -> Verdict:
    name = stage.name
    if calls.at_load is not None and not calls.loaded:
        return unloadable(stage, calls.at_load)
    if calls.ran.ending != "done" and not calls.only_slow:
        message = failures.of_ending(calls, stage)
        return Verdict(name, "stopped", message, details=stopped_at(calls))
    if calls.missing or calls.at_load is not None:
        return missing(stage, written=False)
    if all(unwritten(call, name) for call in calls.calls):
        return missing(stage, written=True)
    ordinary = [c for c in calls.calls if c.case.kind in SHOWN_FIRST]
    ordinary.sort(key=lambda c: SHOWN_FIRST.index(c.case.kind))
    found = by_numbers(stage, ordinary) if stage.oracle.right is not None else None
    if stage.oracle.properties is not None and (found is None or found.mistake is None):
        drawn = by_properties(stage, [c for c in calls.calls if c.case.kind == "drawn"])
        if found is None:
            found = drawn
        elif drawn is not None and drawn.mistake is not None:
            found = replace(found, mistake=drawn.mistake, explanation=drawn.message)
    return found or remembering(stage, calls.calls) or robust(stage, calls, loops)


def unloadable(stage: Stage, raised: Raised) -> Verdict:
    """The file does not load."""
    lines = raised.lines
    at = f"line {lines[-1].line}" if lines and lines[-1].line else "network.py"
    if "SyntaxError" in raised.kinds:
        message = f"{at} is not Python: {raised.message}"
        return Verdict(stage.name, "unreadable", message, lines=lines)
    message = f"network.py does not load, {at}: {failures.of_exception(raised)}"
    return Verdict(stage.name, "raises", message, lines=lines)


def stopped_at(calls: Calls) -> tuple[str, ...]:
    case = calls.under_way
    return (f"That was with {described(case)}",) if case is not None else ()


def unwritten(call: Call, name: str) -> bool:
    """Whether nothing came of it but NotImplementedError, from the function itself."""
    raised = call.raised
    if raised is None or "NotImplementedError" not in raised.kinds:
        return False
    return not raised.lines or raised.lines[-1].function == name


def missing(stage: Stage, *, written: bool) -> Verdict:
    """Not written, and what to write."""
    if written:
        message = f"`{stage.name}` is not written yet. {stage.task}"
        return Verdict(stage.name, "missing", message)
    message = f"there is no function `{stage.name}`. {stage.task}"
    return Verdict(stage.name, "missing", message, details=("Write:", stage.signature))


def by_properties(stage: Stage, calls: Sequence[Call]) -> Verdict | None:
    """The verdict where answers are judged by what they must be."""
    raised = next((c for c in calls if c.raised is not None), None)
    if raised is not None:
        return raising(stage, raised, calls)
    if all(c.value is None for c in calls):
        return nothing_returned(stage)
    assert stage.oracle.properties is not None
    found: Finding | None = stage.oracle.properties(
        [c.case for c in calls], [c.value for c in calls]
    )
    if found is None:
        return None
    return Verdict(stage.name, found.kind, found.says, mistake=found.mistake)


def by_numbers(stage: Stage, calls: Sequence[Call]) -> Verdict | None:
    """The verdict where there is one right answer; None if all answers are right."""
    reads = [read(stage.oracle, call) for call in calls]
    oracle = stage.oracle
    wrong = [r for r in reads if not oracle.close(r.found, r.expected)]
    if not wrong:
        return None
    mistake = known_mistake(oracle, reads)
    raised = next((c for c in calls if c.raised is not None), None)
    if raised is not None:
        verdict = raising(stage, raised, calls)
    elif all(r.call.value is None for r in wrong):
        verdict = nothing_returned(stage)
    else:
        misread = next((r for r in wrong if r.misread), None)
        misshapen = next((r for r in wrong if shape_fault(oracle, r, mistake)), None)
        if misread is not None:
            verdict = Verdict(stage.name, "shape", misread.misread, details=at_case(misread.case))
        elif misshapen is not None:
            message = shape_fault(oracle, misshapen, mistake) or ""
            verdict = Verdict(stage.name, "shape", message, details=at_case(misshapen.case))
        else:
            verdict = numbers(stage, wrong, reads, mistake)
    if mistake is not None:
        verdict = replace(verdict, mistake=mistake.name, explanation=mistake.says)
    return verdict


def raising(stage: Stage, call: Call, calls: Sequence[Call]) -> Verdict:
    """It raises an exception; where only in some cases, in which."""
    assert call.raised is not None
    message = f"`{stage.name}` does not run: {failures.of_exception(call.raised)}"
    words = {c.case.words for c in calls if c.raised is not None}
    some = any(c.raised is None for c in calls if c.case.kind != "square")
    only = some and bool(call.case.words) and words == {call.case.words}
    details = (f"That is only with {call.case.words}.",) if only else ()
    with_what = f"It was called with {described(call.case)}"
    return Verdict(
        stage.name,
        "raises",
        message,
        details=(*details, with_what),
        lines=call.raised.lines,
    )


def nothing_returned(stage: Stage) -> Verdict:
    names = " and ".join(f"`{name}`" for name in stage.oracle.in_place)
    also = f", and {names} came through unchanged" if names else ""
    message = f"`{stage.name}` gives nothing back (None){also}: is a `return` missing? {stage.task}"
    return Verdict(stage.name, "shape", message)


def at_case(case: Case) -> tuple[str, ...]:
    return (f"It was called with {described(case)}",)


def numbers(
    stage: Stage, wrong: Sequence[Read], reads: Sequence[Read], mistake: Mistake | None
) -> Verdict:
    """Wrong numbers, with the smallest case in which they are wrong."""
    smallest = min(wrong, key=lambda r: (r.case.kind == "square", size(r.case)))
    message = f"`{stage.name}` gives wrong numbers"
    details: list[str] = []
    if mistake is None and len(wrong) < len(reads):
        kinds = {r.case.kind for r in wrong}
        words = {r.case.words for r in wrong}
        if kinds == {"integer"}:
            message = f"`{stage.name}` is right for floats and wrong for whole numbers"
            details.append(
                "An array of whole numbers keeps no fraction: np.zeros_like of it, and changes in "
                "place, cut the fraction off."
            )
        elif len(words) == 1 and smallest.case.words:
            details.append(f"It is wrong only with {smallest.case.words}.")
    if mistake is None:
        details += looks(stage.oracle, smallest, reads)
        seen = [r.call for r in reads]
        details += [f"{fault}." for fault in (*warned(seen), *arguments_changed(stage, seen))]
    return Verdict(
        stage.name,
        "numbers",
        message,
        details=tuple(details),
        example=example(stage.oracle, smallest),
    )
