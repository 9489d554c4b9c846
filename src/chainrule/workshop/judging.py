"""From what the calls came to, to a verdict: it runs, its shape, its numbers, how it holds up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop import failures, likeness
from chainrule.workshop.calls import TIMES, Call, Calls
from chainrule.workshop.guarded.codec import Foreign, Given
from chainrule.workshop.guarded.given import made
from chainrule.workshop.oracle import Case, Finding, Kind, Mistake, Oracle, fit
from chainrule.workshop.returns import Misread, One, Parts
from chainrule.workshop.stage import Stage
from chainrule.workshop.verdict import Example, Verdict

SLOWER = 10
"""So many times the time of ours is slow."""
LEAST_SLOW = 0.004
"""Seconds below which nothing is called slow."""
SHOWN_FIRST: tuple[Kind, ...] = ("small", "plain", "integer", "square")
GIVEN_TEXT = {
    "square": "x**2",
    "cube": "x**3",
    "sine": "sin(x)",
    "exponential": "exp(x)",
    "sine_of_square": "sin(x**2)",
    "curved_cost": "a cost of known slopes",
    "flat_in_first_cost": "a cost that does not depend on the first array",
}
"""What is handed in, in words."""
MOST_SHOWN = 12
"""Elements of an argument that are shown in a message."""


@dataclass
class Read:
    """One call beside the right answer."""

    call: Call
    expected: Parts | None = None
    found: Parts | None = None
    misread: str = ""

    @property
    def case(self) -> Case:
        return self.call.case


def judge(stage: Stage, calls: Calls, *, loops: bool = True) -> Verdict:
    """The verdict on one function by itself; `loops` tells whether a loop in it may be slow."""
    verdict = judged(stage, calls, loops)
    return replace(verdict, notes=verdict.notes + failures.notes(calls), seconds=calls.ran.seconds)


def judged(stage: Stage, calls: Calls, loops: bool) -> Verdict:
    name = stage.name
    if calls.at_load is not None and not calls.loaded:
        return unloadable(stage, calls.at_load)
    if calls.ran.ending != "done" and not calls.only_slow:
        said = failures.of_ending(calls, stage)
        return Verdict(name, "stopped", said, details=stopped_at(calls))
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


def unloadable(stage: Stage, event: dict[str, Any]) -> Verdict:
    """The file does not load."""
    lines = failures.own_lines(event)
    at = f"line {lines[-1].line}" if lines and lines[-1].line else "network.py"
    if "SyntaxError" in event["kinds"]:
        said = f"{at} is not Python: {event['message']}"
        return Verdict(stage.name, "unreadable", said, lines=lines)
    said = f"network.py does not load, {at}: {failures.of_exception(event)}"
    return Verdict(stage.name, "raises", said, lines=lines)


def stopped_at(calls: Calls) -> tuple[str, ...]:
    case = calls.under_way
    return (f"That was with {described(case)}",) if case is not None else ()


def unwritten(call: Call, name: str) -> bool:
    """Whether nothing came of it but NotImplementedError, from the function itself."""
    raised = call.raised
    if raised is None or "NotImplementedError" not in raised["kinds"]:
        return False
    return not raised["lines"] or raised["lines"][-1]["function"] == name


def missing(stage: Stage, *, written: bool) -> Verdict:
    """Not written, and what to write."""
    if written:
        said = f"`{stage.name}` is not written yet. {stage.task}"
        return Verdict(stage.name, "missing", said)
    said = f"there is no function `{stage.name}`. {stage.task}"
    return Verdict(stage.name, "missing", said, details=("Write:", stage.signature))


# --- does it run, and what does it give back ----------------------------------------------------


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
    mistake = named(oracle, reads)
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
            said = shape_fault(oracle, misshapen, mistake) or ""
            verdict = Verdict(stage.name, "shape", said, details=at_case(misshapen.case))
        else:
            verdict = numbers(stage, wrong, reads, mistake)
    if mistake is not None:
        verdict = replace(verdict, mistake=mistake.name, explanation=mistake.says)
    return verdict


def read(oracle: Oracle, call: Call) -> Read:
    """The arrays of a call's value, beside those of the right one."""
    expected = oracle.expected(call.case)
    if call.raised is not None:
        return Read(call, expected)
    try:
        if call.iterator and isinstance(oracle.returns, One):
            raise oracle.returns.iterated(call.iterator)
        return Read(call, expected, oracle.parts(call.value, expected))
    except Misread as fault:
        return Read(call, expected, misread=str(fault))


def raising(stage: Stage, call: Call, calls: Sequence[Call]) -> Verdict:
    """It raises an exception; where only in some cases, in which."""
    assert call.raised is not None
    said = f"`{stage.name}` does not run: {failures.of_exception(call.raised)}"
    words = {c.case.words for c in calls if c.raised is not None}
    some = any(c.raised is None for c in calls if c.case.kind != "square")
    only = some and bool(call.case.words) and words == {call.case.words}
    details = (f"That is only with {call.case.words}.",) if only else ()
    with_what = f"It was called with {described(call.case)}"
    return Verdict(
        stage.name,
        "raises",
        said,
        details=(*details, with_what),
        lines=failures.own_lines(call.raised),
    )


def nothing_returned(stage: Stage) -> Verdict:
    names = " and ".join(f"`{name}`" for name in stage.oracle.in_place)
    also = f", and {names} came through unchanged" if names else ""
    said = f"`{stage.name}` gives nothing back (None){also}: is a `return` missing? {stage.task}"
    return Verdict(stage.name, "shape", said)


def shape_fault(oracle: Oracle, one: Read, mistake: Mistake | None = None) -> str | None:
    """What is wrong with the first array whose shape is wrong; a known mistake says why itself."""
    if one.found is None or one.expected is None or oracle.returns is None:
        return None
    for name, right in one.expected.items():
        if name not in one.found:
            return f"{name} is missing"
        found = one.found[name]
        if fit(found, right, oracle.returns.columns) is not None:
            continue
        words = oracle.returns.axes(name, right.ndim)
        wanted = "one number" if right.ndim == 0 else f"{right.shape}"
        if words.startswith(wanted):
            wanted = words
        elif words:
            wanted += f", {words}"
        came = "one number" if found.ndim == 0 else f"shape {found.shape}"
        said = (
            f"{name} is {came}: expected {wanted}"
            if found.ndim == 0
            else (f"{name} has {came}: expected {wanted}")
        )
        return said if mistake is not None else said + likely(found.shape, right.shape)
    return None


def likely(found: tuple[int, ...], right: tuple[int, ...]) -> str:
    """What the wrong shape looks like."""
    if len(found) == 2 and found == right[::-1]:
        return ". Yours is transposed"
    if found == (*right, 1) or found == (1, *right):
        form = "column" if found[-1] == 1 else "row"
        return f". Yours is a {form}, with two axes: `.ravel()` makes one of them"
    return ""


def at_case(case: Case) -> tuple[str, ...]:
    return (f"It was called with {described(case)}",)


# --- which mistake ------------------------------------------------------------------------------


def named(oracle: Oracle, reads: Sequence[Read]) -> Mistake | None:
    """The one known mistake that gives these very answers in every case, if there is one."""
    fitting = [m for m in oracle.mistakes if fits(oracle, m, reads)]
    return fitting[0] if len({m.name for m in fitting}) == 1 else None


def fits(oracle: Oracle, mistake: Mistake, reads: Sequence[Read]) -> bool:
    """Whether the mistake leads to the answers that came, at least one of them wrong numbers."""
    telling = False
    for one in reads:
        predicted = oracle.predicted(mistake, one.case)
        if one.misread:
            return False
        if not oracle.close(one.found, predicted):
            return False
        telling = telling or (predicted is not None and not oracle.close(predicted, one.expected))
    return telling


# --- wrong numbers ------------------------------------------------------------------------------


def numbers(
    stage: Stage, wrong: Sequence[Read], reads: Sequence[Read], mistake: Mistake | None
) -> Verdict:
    """Wrong numbers, with the smallest case in which they are wrong."""
    smallest = min(wrong, key=lambda r: (r.case.kind == "square", size(r.case)))
    said = f"`{stage.name}` gives wrong numbers"
    details: list[str] = []
    if mistake is None and len(wrong) < len(reads):
        kinds = {r.case.kind for r in wrong}
        words = {r.case.words for r in wrong}
        if kinds == {"integer"}:
            said = f"`{stage.name}` is right for floats and wrong for whole numbers"
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
        said,
        details=tuple(details),
        example=example(stage.oracle, smallest),
    )


def looks(oracle: Oracle, smallest: Read, reads: Sequence[Read]) -> list[str]:
    """What the wrong numbers look like."""
    cases = [pairs(oracle, one) for one in reads]
    pointwise = all(pair.z is not None for case in cases for pair in case)
    said = likeness.looks(pairs(oracle, smallest), cases, oracle.agree, elementwise=pointwise)
    return [f"{text}." if text[-1] != "?" else text for text in said]


def pairs(oracle: Oracle, one: Read) -> list[likeness.Pair]:
    """The arrays of one answer beside the right ones."""
    assert one.found is not None
    assert one.expected is not None
    assert oracle.returns is not None
    arguments = list(one.case.arguments.values())
    z = np.asarray(arguments[0]) if len(arguments) == 1 else None
    found = []
    for name, right in one.expected.items():
        fitted = fit(one.found[name], right, oracle.returns.columns)
        assert fitted is not None
        alike = z.astype(np.float64) if z is not None and z.shape == right.shape else None
        found.append(likeness.Pair(name, fitted, right, alike))
    return found


def size(case: Case) -> int:
    """How many numbers a case has."""
    return sum(numbers_in(value) for value in case.arguments.values())


def numbers_in(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return sum(numbers_in(item) for item in value)
    return int(np.size(value))


def example(oracle: Oracle, one: Read) -> Example:
    """The element that is most wrong."""
    assert one.found is not None
    assert one.expected is not None
    assert oracle.returns is not None
    worst: tuple[float, str, float, float] | None = None
    for name, right in one.expected.items():
        found = fit(one.found[name], right, oracle.returns.columns)
        assert found is not None
        off = ~oracle.agree(found, right)
        if not off.any():
            continue
        gap = np.where(off, np.abs(found - right), -1.0)
        gap = np.where(np.isnan(gap), np.inf, gap)
        place = np.unravel_index(int(gap.argmax()), right.shape) if right.ndim else ()
        where = name + (f"[{', '.join(str(int(i)) for i in place)}]" if place else "")
        entry = (float(gap[place]), where, float(found[place]), float(right[place]))
        if worst is None or entry[0] > worst[0]:
            worst = entry
    assert worst is not None
    _, where, yours, expected = worst
    return Example(shown(one.case), where, yours, expected)


def described(case: Case) -> str:
    """The arguments of a case in one line: numbers, or shapes where they are many."""
    return ", ".join(f"{name} = {text}" for name, text in brief(case))


def brief(case: Case) -> tuple[tuple[str, str], ...]:
    return tuple((name, shape_text(value)) for name, value in case.arguments.items())


def shown(case: Case) -> tuple[tuple[str, str], ...]:
    """The arguments with their numbers, as far as they are few."""
    return tuple((name, value_text(value)) for name, value in case.arguments.items())


def shape_text(value: Any) -> str:
    if isinstance(value, Given):
        return given_text(value)
    if isinstance(value, list):
        return f"[{', '.join(shape_text(item) for item in value)}]"
    if isinstance(value, np.ndarray):
        kind = " of whole numbers" if value.dtype.kind in "iu" else ""
        return f"{value.shape}{kind}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def value_text(value: Any) -> str:
    if isinstance(value, list) and not all(isinstance(item, int) for item in value):
        if numbers_in(value) <= 2 * MOST_SHOWN:
            return f"[{', '.join(value_text(item) for item in value)}]"
        return shape_text(value)
    if isinstance(value, np.ndarray) and value.size <= MOST_SHOWN:
        return array_text(value)
    return shape_text(value)


def array_text(value: NDArray[Any]) -> str:
    if value.ndim == 0:
        return f"{value[()]:.4g}"
    return f"[{', '.join(array_text(row) for row in value)}]"


def given_text(value: Given) -> str:
    if value.name == "rng":
        return f"np.random.default_rng({value.seed})"
    return GIVEN_TEXT[value.name]


# --- right the first time, and then -------------------------------------------------------------


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
        lines=failures.own_lines(raised),
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


# --- right, but does it hold up -----------------------------------------------------------------


def robust(stage: Stage, calls: Calls, loops: bool) -> Verdict:
    """Right; or right, and what makes it fragile."""
    faults = [
        *overflow(stage, calls.calls),
        *warned(calls.calls),
        *arguments_changed(stage, calls.calls),
        *overwritten(calls.calls),
        *global_random(stage, calls.calls),
        *slow(stage, calls, loops),
    ]
    if not faults:
        return Verdict(stage.name, "right", f"`{stage.name}` is right")
    first, *more = faults
    return Verdict(
        stage.name, "fragile", f"`{stage.name}` is right, but {first}", details=tuple(more)
    )


def overflow(stage: Stage, calls: Sequence[Call]) -> list[str]:
    """Extreme cases that fail or warn."""
    found = []
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
        found.append(
            f"not with {', '.join(f'{n} = {t}' for n, t in shown(call.case))}: {what}. "
            f"{stage.oracle.says_extreme}."
        )
    return found


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
        f"it changes its argument `{name}`: whoever called it goes on with other numbers. Work on "
        "a copy"
        for name in ordered
    ]


def overwritten(calls: Sequence[Call]) -> list[str]:
    """What was given back, changed by a later call."""
    if not any(call.overwritten for call in calls):
        return []
    return [
        "what it gives back changes at the next call, which writes over the same array: whoever "
        "keeps an answer has another one then. Make a new array in each call"
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
    found = []
    for call in calls.calls:
        if call.case.kind != "timed":
            continue
        if call.raised is not None:
            found.append(f"not with {described(call.case)}: {failures.of_exception(call.raised)}")
            continue
        seconds = our_seconds(stage, call.case)
        if not call.finished:
            taken = f"more than {calls.limit:g} s"
        elif loops and call.seconds > max(SLOWER * seconds, LEAST_SLOW):
            taken = f"{call.seconds * 1e3:.1f} ms"
        else:
            continue
        found.append(
            f"slow: {taken} with {described(call.case)}, ours {seconds * 1e3:.1f} ms. Where a loop "
            "goes over examples or single numbers, one call on the whole array does the same"
        )
    return found


def our_seconds(stage: Stage, case: Case) -> float:
    """What the reference takes for the case: the least of some runs."""
    arguments = made(list(case.arguments.values()))
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        stage.function(*arguments)
        seconds.append(time.perf_counter() - began)
    return min(seconds)
