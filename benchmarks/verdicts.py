"""Verdicts held against the truth in 150 digits: random sheets, right lines and wrong ones.

    python -m benchmarks.verdicts [COUNT] [SEED] [NAMED]

Nothing of the checker is used to make a line or to tell whether it is right. A line is a tree of
`verdict_trees.py`, evaluated with mpmath; the derivative it is held against comes from differences
of the sheet's own equations in 150 digits. A line is right if no difference shows at any point that
the declarations allow, near and far, of both signs, with the usual sizes and with sizes of 1, and
at the values that the checker gives as its witness. NAMED is the share of the wrong lines that are
named, too, which is what takes the time.

Prints the counts, every false verdict, every exception, every witness that shows no difference, and
the slowest lines. Lines that differ from the right one by less than a 10^11th are counted apart.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np

from benchmarks.verdict_lines import changed, rewritten
from benchmarks.verdict_sheets import Task, task
from benchmarks.verdict_trees import (
    DIGITS,
    Env,
    Matrix,
    NoValue,
    Tree,
    Untold,
    scalar,
    text,
    value,
)
from chainrule.algebra import Sheet, parse_sheet
from chainrule.derivation import Check, check

SAME = mpmath.mpf(10) ** -30
"""The largest relative difference between two values that are equal."""

CLOSE = mpmath.mpf(10) ** -11
"""Lines that differ by less are counted apart."""

SMALL = mpmath.mpf(10) ** -5
"""An entry smaller than this, beside the largest, is judged as if it were so large."""

TINY = mpmath.mpf(10) ** -4
"""And so is one that is smaller than this."""

SLOW = 1.2
"""Seconds of the processor that a check may take."""

SCALES = (1.0, 0.3, 3.0, 0.03, 10.0, 30.0, 1.0, 100.0, 3.0, 0.3, 60.0, 1.0)
"""How far from 0 the points lie, one for each."""

NONE = (NoValue, Untold, OverflowError, ZeroDivisionError, ValueError)
ACCEPTED = ("right", "right-other-form")


@dataclass(frozen=True)
class Point:
    """Values of everything at a point, and the right value there."""

    env: Env
    expected: Matrix


def points_of(asked: Task, rng: random.Random) -> list[Point]:
    """The points of a question, those that have a value."""
    points: list[Point] = []
    scales = SCALES * (3 if not asked.sizes else 1)
    for number, scale in enumerate(scales):
        sizes = dict.fromkeys(asked.sizes, 1) if number % 6 == 5 else asked.sizes
        try:
            env = asked.forward(asked.drawn(rng, scale, sizes))
            points.append(Point(env, asked.derivative(env)))
        except NONE:
            continue
    return points


def difference(line: Tree, point: Point, small: Any = SMALL, tiny: Any = TINY) -> Any:
    """The largest relative difference of an entry; infinite where the line has no value."""
    try:
        yours = value(line, point.env)
    except Untold:
        return mpmath.mpf(0)
    except NONE:
        return mpmath.inf
    if yours.shape != point.expected.shape:
        return mpmath.inf
    largest = max(abs(v) for v in (*point.expected.flat, *yours.flat))
    worst = mpmath.mpf(0)
    for a, b in zip(yours.flat, point.expected.flat, strict=True):
        size = max(abs(a), abs(b), largest * small, tiny)
        if size > 0:
            worst = max(worst, abs(a - b) / size)
    return worst


def truth(line: Tree, points: list[Point]) -> tuple[str, Any]:
    """`right`, `wrong` or `close`, and the largest relative difference."""
    worst = mpmath.mpf(0)
    for point in points:
        worst = max(worst, difference(line, point))
        if worst > CLOSE:
            return "wrong", worst
    return ("right" if worst < SAME else "close"), worst


def at_witness(asked: Task, line: Tree, answer: Check) -> Any:
    """The difference at the values that the checker shows; None if that cannot be told."""
    shown = answer.witness
    if shown is None or set(shown.given) != {q.name for q in asked.quantities}:
        return None
    given = {name: np.frompyfunc(mpmath.mpf, 1, 1)(np.array(v)) for name, v in shown.given.items()}
    env = given | {size: scalar(worth) for size, worth in shown.sizes.items()}
    try:
        env = asked.forward(env)
    except NONE:  # what the right answer speaks of has no value there
        return None
    try:
        value(line, env)
    except Untold:
        return None
    except NONE:
        pass
    try:
        return difference(line, Point(env, asked.derivative(env)), mpmath.mpf(0), SAME**2)
    except NONE:
        return None


def lines_of(asked: Task, rng: random.Random) -> Iterator[Tree]:
    """The right answer, rewritten, and changed."""
    yield asked.right
    for _ in range(6):
        line = asked.right
        for _ in range(rng.randrange(1, 4)):
            line = rewritten(line, asked, rng)
        yield line
        yield changed(rng.choice((line, asked.right)), asked, rng)
        yield changed(asked.right, asked, rng)


@dataclass
class Tally:
    """What came of the checks."""

    counts: Counter[str] = field(default_factory=Counter[str])
    kinds: Counter[str] = field(default_factory=Counter[str])
    slowest: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    false_accepts: int = 0
    false_rejects: int = 0
    exceptions: int = 0
    equal_witnesses: int = 0
    slow: int = 0
    checks: int = 0

    @property
    def faults(self) -> int:
        return self.false_accepts + self.false_rejects + self.exceptions + self.equal_witnesses

    def report(self) -> None:
        for what, number_of in sorted(self.counts.items()):
            print(f"{number_of:7}  {what}")
        print("mistakes:", dict(self.kinds.most_common()))
        print("slowest:", *(f"{s:.2f} s  {words[:100]}" for s, words in self.slowest), sep="\n  ")
        print(
            f"{self.checks} checks: {self.false_accepts} wrong called right, "
            f"{self.false_rejects} right called wrong, {self.exceptions} exceptions, "
            f"{self.equal_witnesses} witnesses without a difference, "
            f"{self.slow} above {SLOW} s"
        )


def answered(
    sheet: Sheet, asked: Task, points: list[Point], line: Tree, named: bool, tally: Tally
) -> None:
    """One check, held against the truth."""
    typed = text(line)
    began = time.process_time()
    fault = ""
    answer: Check | None = None
    try:
        answer = check(sheet, asked.wrt, typed, name_mistakes=named)
        verdict = answer.verdict
    except Exception as error:  # whatever it is, it is counted
        verdict, fault = "exception", f"{type(error).__name__}: {error}"
    spent = time.process_time() - began
    actual, size = truth(line, points)
    if actual != "wrong" and verdict in ("wrong", "right-if") and answer is not None:
        shown = at_witness(asked, line, answer)
        if shown is None:
            actual = "untold"
        elif shown > CLOSE:
            actual, size = "wrong", shown
    tally.checks += 1
    tally.counts[f"{actual}: {verdict}"] += 1
    tally.slowest = sorted([*tally.slowest, (spent, typed)], reverse=True)[:5]
    tally.slow += spent > SLOW
    if named and verdict == "wrong" and answer is not None:
        tally.kinds[answer.mistake.kind if answer.mistake else "not named"] += 1
    accept = actual == "wrong" and verdict in ACCEPTED
    reject = actual == "right" and verdict in ("wrong", "right-if", "undecided")
    shown = None if answer is None else answer.witness
    equal = verdict == "wrong" and shown is not None and shown.yours == shown.expected
    tally.false_accepts += accept
    tally.false_rejects += reject
    tally.exceptions += bool(fault)
    tally.equal_witnesses += equal
    if accept or reject or fault or equal or spent > SLOW:
        title = fault or ("equal witness, " if equal else "") + f"called {verdict}"
        print(f"--- {actual} ({mpmath.nstr(size, 3)}), {title} in {spent:.2f} s")
        print(f"{asked.sheet()}wrt {asked.wrt}\n{typed}\n", flush=True)


def run(count: int, seed: int, share: float) -> Tally:
    """`count` checks, all of them from `seed`."""
    rng = random.Random(seed)
    tally = Tally()
    with mpmath.workdps(DIGITS):
        while tally.checks < count:
            asked = task(rng)
            try:
                sheet = parse_sheet(asked.sheet())
            except ValueError as fault:
                tally.counts[f"sheet refused: {fault}"[:60]] += 1
                continue
            points = points_of(asked, rng)
            if len(points) < 4 or truth(asked.right, points)[0] != "right":
                tally.counts["no question"] += 1
                continue
            for line in lines_of(asked, rng):
                named = rng.random() < share
                answered(sheet, asked, points, line, named, tally)
    return tally


def main(count: int, seed: int, share: float) -> int:
    tally = run(count, seed, share)
    tally.report()
    return 1 if tally.faults else 0


if __name__ == "__main__":
    arguments = [float(word) for word in sys.argv[1:]]
    amount, first, portion = arguments + [2000, 0, 1][len(arguments) :]
    sys.exit(main(int(amount), int(first), portion))
