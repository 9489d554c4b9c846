"""Whether a right answer holds up: called again, on large numbers, in time, and without traces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.workshop import failures
from chainrule.workshop.calls import TIMES, Call, Calls
from chainrule.workshop.case_text import described, shown
from chainrule.workshop.compared_answers import Read, example, read, shape_fault
from chainrule.workshop.course import Stage
from chainrule.workshop.guarded.codec import Foreign
from chainrule.workshop.guarded.given import made
from chainrule.workshop.oracle import Case
from chainrule.workshop.verdict import Verdict

SLOWER = 10
"""So many times the time of ours is slow."""
LEAST_SLOW = 0.004
"""Seconds below which nothing is called slow."""


def remembering(stage: Stage, calls: Sequence[Call]) -> Verdict | None:
    """What is wrong with calls that repeat an earlier one; None if they are right as well."""
    for call in calls:
        if call.case.of is None:
            continue
        first = next(c for c in calls if c.case is call.case.of)
        if call.raised is not None:
            return of_earlier_calls(stage, Read(call))
        if first.case.kind == "drawn":
            if not alike(first.value, call.value):
                return not_of_the_seed(stage, calls)
        elif not stage.oracle.close((again := read(stage.oracle, call)).found, again.expected):
            return of_earlier_calls(stage, again)
    return None


def of_earlier_calls(stage: Stage, again: Read) -> Verdict:
    """Numbers of another call are left in the answer."""
    raised = again.call.raised
    faulty = again.misread or raised is not None or shape_fault(stage.oracle, again)
    then = (f"Then: {failures.of_exception(raised)}.",) if raised is not None else ()
    return Verdict(
        stage.name,
        "numbers",
        f"`{stage.name}` is right at first and wrong when it is called again: the answer depends "
        "on earlier calls",
        mistake="depends on earlier calls",
        details=(
            "Something is kept from one call to the next: a global name, or a list or dict that is "
            "the default of an argument, which is made only once.",
            *then,
        ),
        example=None if faulty else example(stage.oracle, again),
        lines=raised.lines if raised is not None else (),
    )


def not_of_the_seed(stage: Stage, calls: Sequence[Call]) -> Verdict:
    return Verdict(
        stage.name,
        "numbers",
        f"`{stage.name}` gives another answer for a generator of the same seed: draw everything "
        "from the rng that is given, and keep nothing from one call to the next",
        mistake="rng not used",
        details=tuple(f"{fault}." for fault in global_random(stage, calls)),
    )


def alike(one: Any, other: Any) -> bool:
    """Whether two values hold the same numbers, but for rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        one, other = list(one.values()), list(other.values())
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if one is None or other is None:
        return one is other
    if isinstance(one, (str, Foreign)) or isinstance(other, (str, Foreign)):
        return one == other
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and np.allclose(one, other, 1e-9, 1e-12, equal_nan=True)


def robust(stage: Stage, calls: Calls, loops: bool) -> Verdict:
    """Right; or right, and what makes it fragile or slow."""
    fragile = [
        *overflow(stage, calls.calls),
        *warned(calls.calls),
        *arguments_changed(stage, calls.calls),
        *overwritten(calls.calls),
        *global_random(stage, calls.calls),
    ]
    faults = [*fragile, *slow(stage, calls, loops)]
    if not faults:
        return Verdict(stage.name, "right", f"`{stage.name}` is right")
    first, *more = faults
    return Verdict(
        stage.name,
        "fragile" if fragile else "slow",
        f"`{stage.name}` is right, but {first}",
        details=tuple(more),
    )


def overflow(stage: Stage, calls: Sequence[Call]) -> list[str]:
    """Extreme cases that fail or warn."""
    faults = []
    for call in calls:
        if call.case.kind != "extreme":
            continue
        warnings = failures.warning_lines(call, "RuntimeWarning")
        answer = read(stage.oracle, call)
        wrong = not stage.oracle.close(answer.found, answer.expected)
        if not wrong and not warnings:
            continue
        if call.raised is not None:
            what = failures.of_exception(call.raised)
        elif warnings:
            what = f"NumPy warns: {'; '.join(warnings[:2])}"
        else:
            what = "the numbers are wrong"
        what += ", and the numbers are wrong" if wrong and warnings else ""
        faults.append(
            f"not with {', '.join(f'{n} = {t}' for n, t in shown(call.case))}: {what}. "
            f"{stage.oracle.says_extreme}."
        )
    return faults


def warned(calls: Sequence[Call]) -> list[str]:
    """Warnings on ordinary numbers."""
    lines = [line for c in calls if c.case.kind != "extreme" for line in failures.warning_lines(c)]
    return [f"NumPy warns: {line}" for line in dict.fromkeys(lines)][:2]


def arguments_changed(stage: Stage, calls: Sequence[Call]) -> list[str]:
    """Arguments that were changed, and were not to be."""
    names = {
        name
        for call in calls
        for name in call.changed
        if not nearly(call.case.arguments.get(name), call.after[stage.parameters.index(name)])
    }
    names -= set(stage.oracle.in_place)
    ordered = [name for name in stage.parameters if name in names]
    return [
        f"it changes its argument `{name}`, and its caller goes on with the changed numbers. Work "
        "on a copy"
        for name in ordered
    ]


def overwritten(calls: Sequence[Call]) -> list[str]:
    """What was given back, changed by a later call."""
    if not any(call.overwritten for call in calls):
        return []
    return [
        "its answer changes at the next call, which writes over the same array. Make a new array "
        "in each call"
    ]


def nearly(before: Any, after: Any) -> bool:
    """Whether two arguments are alike but for rounding, as after `p += h` and `p -= h`."""
    if isinstance(before, list):
        return (
            isinstance(after, list)
            and len(before) == len(after)
            and all(nearly(a, b) for a, b in zip(before, after, strict=True))
        )
    if not isinstance(before, np.ndarray) or not isinstance(after, np.ndarray):
        return before is after
    return before.shape == after.shape and np.allclose(after, before, rtol=1e-9, atol=1e-12)


def global_random(stage: Stage, calls: Sequence[Call]) -> list[str]:
    if not any(call.global_random for call in calls):
        return []
    return [
        "it uses the global random state (np.random.seed, np.random.shuffle, random...): another "
        "call anywhere changes what comes out. Draw from "
        + ("the rng" if "rng" in stage.parameters else "an rng")
        + " that is handed in"
    ]


def slow(stage: Stage, calls: Calls, loops: bool) -> list[str]:
    """A timed case that takes ten times as long as ours with a loop, or does not come through."""
    faults = []
    for call in calls.calls:
        if call.case.kind != "timed":
            continue
        if call.raised is not None:
            faults.append(f"not with {described(call.case)}: {failures.of_exception(call.raised)}")
            continue
        seconds = our_seconds(stage, call.case)
        if not call.finished:
            taken = f"more than {calls.limit:g} s"
        elif loops and call.seconds > max(SLOWER * seconds, LEAST_SLOW):
            taken = f"{call.seconds * 1e3:.1f} ms"
        else:
            continue
        faults.append(
            f"slow: {taken} with {described(call.case)}, ours {seconds * 1e3:.1f} ms. Where a loop "
            "goes over examples or single numbers, one call on the whole array does the same"
        )
    return faults


def our_seconds(stage: Stage, case: Case) -> float:
    """What the reference takes for the case: the least of some runs."""
    if stage.oracle.our_seconds is not None:
        return stage.oracle.our_seconds(case)
    arguments = made(list(case.arguments.values()))
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        stage.function(*arguments)
        seconds.append(time.perf_counter() - began)
    return min(seconds)
