"""One answer beside the right one: how it reads, its shape, its numbers, the mistake it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.workshop import near_misses
from chainrule.workshop.calls import Call
from chainrule.workshop.case_text import shown
from chainrule.workshop.oracle import Case, Mistake, Oracle, fit
from chainrule.workshop.returns import Misread, One, Parts
from chainrule.workshop.verdict import Example


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
        message = (
            f"{name} is {came}: expected {wanted}"
            if found.ndim == 0
            else (f"{name} has {came}: expected {wanted}")
        )
        return message if mistake is not None else message + likely(found.shape, right.shape)
    return None


def likely(found: tuple[int, ...], right: tuple[int, ...]) -> str:
    """What the wrong shape looks like."""
    if len(found) == 2 and found == right[::-1]:
        return ". Yours is transposed"
    if found == (*right, 1) or found == (1, *right):
        form = "column" if found[-1] == 1 else "row"
        return f". Yours is a {form}, with two axes: `.ravel()` makes one of them"
    return ""


def known_mistake(oracle: Oracle, reads: Sequence[Read]) -> Mistake | None:
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


def looks(oracle: Oracle, smallest: Read, reads: Sequence[Read]) -> list[str]:
    """What the wrong numbers look like."""
    cases = [pairs(oracle, one) for one in reads]
    pointwise = all(pair.z is not None for case in cases for pair in case)
    sentences = near_misses.looks(
        pairs(oracle, smallest), cases, oracle.agree, elementwise=pointwise
    )
    return [f"{text}." if text[-1] != "?" else text for text in sentences]


def pairs(oracle: Oracle, one: Read) -> list[near_misses.Pair]:
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
        found.append(near_misses.Pair(name, fitted, right, alike))
    return found


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
