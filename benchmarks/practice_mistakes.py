"""Every mistake worth naming, made on the questions it applies to: is it named?

    nice -n 15 python -m benchmarks.practice_mistakes [--seeds 0:100]

The mistakes of calculus are made by `practice_slips.py` on the function that is asked about, at
every place where they apply and, where those are several, at one alone; those of backpropagation by
`practice_slips_of_networks.py` on the numbers of the question. None of it uses the topics or their
wrong rules.

Prints the false verdicts and a few answers without a name; for each mistake the topics that it
applies to, how many answers came of it, and how many of them were rejected under its name, under
another (two wrong rules may give one answer), by a kind alone, or without a name. What is right by
chance is counted apart; it has to be accepted.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks import practice_spellings as spellings
from benchmarks import practice_truth as truth
from benchmarks.practice_slips import SLIPS, slope_with
from benchmarks.practice_slips_of_networks import SLIPS_OF_NETWORKS
from chainrule.practice import TOPICS, Problem, problem
from tests.practice.oracles import Asked

NO_VALUE = (ValueError, ZeroDivisionError, OverflowError, TypeError)
WANTED = 0.95


@dataclass
class Share:
    """What came of a mistake."""

    topics: set[str] = field(default_factory=set[str])
    counts: Counter[str] = field(default_factory=Counter[str])
    others: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    not_named: list[str] = field(default_factory=list[str])

    @property
    def made(self) -> int:
        return sum(self.counts[way] for way in ("named", "another name", "a kind", "unnamed"))

    @property
    def share(self) -> float:
        return self.counts["named"] / self.made if self.made else 0.0


def judged(share: Share, one: Problem, typed: str, by_chance: bool, names: frozenset[str]) -> None:
    """One wrong answer, graded."""
    graded = one.grade(typed)
    share.topics.add(one.topic.name)
    words = f"{one.topic.name} {one.seed} | {one.ask} | {typed} | {graded.check.verdict}"
    if by_chance:
        share.counts["right by chance"] += 1
        if not graded.passed:
            share.faults.append(f"right by chance, not accepted | {words}")
        return
    if graded.check.verdict != "wrong":
        share.faults.append(f"not rejected | {words}")
    name = None if graded.wrong is None else graded.wrong.rule.name
    if name in names:
        share.counts["named"] += 1
    elif name is not None:
        share.counts["another name"] += 1
        share.others[name] += 1
    elif graded.check.mistakes:
        share.counts["a kind"] += 1
        share.not_named.append(f"a kind alone | {words} | {graded.check.mistakes[0].message}")
    else:
        share.counts["unnamed"] += 1
        share.not_named.append(f"unnamed | {words}")


def of_calculus(one: Problem, shares: dict[str, Share], rng: random.Random) -> None:
    """Every slip of calculus on a question for a derivative."""
    expected = truth.expected(one)
    if "second derivative" in one.ask:
        return
    function, by = truth.function_of(one.ask), str(one.task.variable)
    for slip in SLIPS:
        answers = [slope_with(slip, function, by)]
        if answers[0][1] > 1:
            answers.append(slope_with(slip, function, by, rng.randrange(answers[0][1])))
        for text, places in answers:
            if not places:
                continue
            try:
                by_chance = expected.is_right(text)
            except NO_VALUE:
                by_chance = False
            typed = rng.choice((spellings.plain, spellings.caret))(text)
            judged(shares[slip.title], one, typed, by_chance, slip.named)


def typed_numbers(kind: str, numbers: Any, places: int | None) -> str:
    """Numbers as they are typed, rounded as asked."""

    def word(number: float) -> str:
        text = f"{number:.{10 if places is None else places}f}".rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text

    if kind == "parts":
        return "; ".join(f"{name} = {word(value)}" for name, value in numbers.items())
    if kind == "shape":
        return f"({numbers[0]}, {numbers[1]})"
    if kind == "number":
        return word(float(numbers))
    array = np.asarray(numbers, float)
    if array.ndim == 2:
        return "; ".join(" ".join(map(word, row)) for row in array)
    return f"({', '.join(map(word, array))})"


def of_networks(one: Problem, shares: dict[str, Share]) -> None:
    """Every slip of backpropagation on a question with numbers."""
    for slip in SLIPS_OF_NETWORKS:
        make = slip.topics.get(one.topic.name)
        wrong = None if make is None else make(Asked(one.ask))
        if wrong is None:
            continue
        right, places = truth.numbers(one), truth.decimals(one.ask)
        if one.topic.kind == "shape":
            by_chance = list(wrong) == right
        else:
            by_chance = truth.near(wrong, right, places)
        typed = typed_numbers(one.topic.kind, wrong, places)
        judged(shares[slip.title], one, typed, by_chance, slip.named)


def measured(topics: Sequence[str], seeds: Sequence[int]) -> dict[str, Share]:
    """All mistakes on some questions of some topics."""
    shares = {slip.title: Share() for slip in (*SLIPS, *SLIPS_OF_NETWORKS)}
    for name in topics:
        for seed in seeds:
            one, rng = problem(name, seed), random.Random(f"{name} {seed}")
            if one.task.function is not None:
                of_calculus(one, shares, rng)
            else:
                of_networks(one, shares)
    return shares


def table(shares: dict[str, Share]) -> Iterator[str]:
    heads = f"{'made':>6} {'named':>7} {'another':>8} {'kind':>6} {'unnamed':>8} {'by chance':>10}"
    yield f"{'':44} {heads}  topics"
    for title, share in shares.items():
        counts = share.counts
        yield (
            f"{title:44} {share.made:6,} {share.share:7.1%} {counts['another name']:8,} "
            f"{counts['a kind']:6,} {counts['unnamed']:8,} {counts['right by chance']:10,}  "
            f"{', '.join(sorted(share.topics))}"
        )
        if share.others:
            yield f"{'':44} also: {dict(share.others.most_common(5))}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", nargs="*", default=[topic.name for topic in TOPICS])
    parser.add_argument("--seeds", default="0:30", help="from:to")
    chosen = parser.parse_args()
    first, last = map(int, chosen.seeds.split(":"))
    shares = measured(chosen.topics, range(first, last))
    for share in shares.values():
        for line in (*share.faults, *share.not_named[:3]):
            print(line)
    print(*table(shares), sep="\n")
    made = sum(share.made for share in shares.values())
    few = [title for title, each in shares.items() if each.made and each.share < WANTED]
    print(f"{made:,} wrong answers; named in less than {WANTED:.0%}: {few or 'none'}")
    return 1 if few or any(share.faults for share in shares.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
