"""Every topic of practice held against the truth: answers, other forms of them, wrong rules, steps.

    nice -n 15 python -m benchmarks.practice_verdicts --seeds 0:500 --keep FILE
    python -m benchmarks.practice_verdicts --report FILE

For each question: our answer against the oracle of `practice_truth.py`; at least 12 other forms and
spellings of the right answer, each of which must be accepted; each wrong rule that applies, which
must be rejected with its name, unless it is right by chance: then it must be accepted; the steps of
the worked solution (`practice_steps.py`); and whether question and answer are short, finite and
unlike the one before. Whether a form is right is computed apart from the checker, too.

It goes through the seeds in slices of 10 for every topic. FILE keeps one line for each topic and
slice; what it has is not done again. --topics, --seeds and --only choose what is done; --rules N
tries at most N wrong rules of a question, drawn at random.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import sympy

from benchmarks import practice_spellings as spellings
from benchmarks import practice_truth as truth
from benchmarks.practice_functions import FUNCTIONS, rewritten, source, value
from benchmarks.practice_steps import faults_of_steps
from chainrule.practice import TOPICS, Graded, Problem, Wrong, problem, topic_named
from tests.practice.instances import LARGEST, LONGEST_ANSWER, LONGEST_ASK

SLICE = 10
FORMS = 12
NO_VALUE = (ValueError, ZeroDivisionError, OverflowError)
Spelled = tuple[str, bool]
"""What is typed, and whether it is right."""


@dataclass
class Tally:
    """What came of the questions of a topic."""

    counts: Counter[str] = field(default_factory=Counter[str])
    named: Counter[str] = field(default_factory=Counter[str])
    unnamed: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    def fault(self, kind: str, one: Problem, *words: object) -> None:
        self.counts[kind] += 1
        where = f"{one.topic.name} {one.seed}"
        self.faults.append(f"{kind} | {where} | {one.ask} | {' | '.join(map(str, words))}")

    def to_dict(self) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "named": self.named,
            "unnamed": self.unnamed,
            "faults": self.faults,
            "seconds": round(self.seconds, 2),
        }


# What is right, by kind of answer.


def by_sympy(text: str, rng: random.Random) -> str:
    """Source in a form that SymPy gives it."""
    known = {name: sympy.Function(name) for name in FUNCTIONS if not hasattr(sympy, name)}
    known |= {"arctan": sympy.atan, "arcsin": sympy.asin, "e": sympy.E}
    tree = sympy.parse_expr(text.replace("ln(", "log("), local_dict=known)
    form = rng.choice((sympy.expand, sympy.together, sympy.factor, lambda t: t))(tree)
    words = str(form).replace("atan(", "arctan(").replace("asin(", "arcsin(")
    return re.sub(r"\bE\b", "e", words)


def forms_of_expression(
    right: str, expected: truth.Expected, rng: random.Random, count: int
) -> Iterator[str]:
    """The right answer, rewritten and spelled. All of them are right by their values."""
    yield spellings.plain(right)
    made = 0
    while made < count:
        text = rewritten(right, rng, rng.randrange(4))
        if made == count - 1 and "(" not in re.sub(r"\b(?:exp|log|sin|cos|tan|sqrt)\(", "", right):
            text = by_sympy(right, rng)
        try:
            if expected.whole is not None:
                value(text, {**expected.places[0], expected.whole: mpmath.mpf(0)})
            if not expected.is_right(text):
                raise AssertionError(f"{right} was rewritten to {text}")
        except NO_VALUE:
            continue
        made += 1
        yield spellings.of_expression(text, rng, expected.left or ("y",))


def right_forms(one: Problem, rng: random.Random, count: int) -> Iterator[str]:
    """Right answers as a learner may type them."""
    answer = one.task.answer
    if one.topic.kind == "expression":
        yield from forms_of_expression(source(answer.text()), truth.expected(one), rng, count)
    elif one.topic.name == "gradient":
        expected = truth.gradient(one)
        entries = [
            list(forms_of_expression(source(text), part, rng, count))
            for text, part in zip(answer.value(), expected, strict=True)
        ]
        for first, second in zip(*entries, strict=True):
            words = (re.sub(r"^.*[^=]=(?!=)", "", first), re.sub(r"^.*[^=]=(?!=)", "", second))
            yield rng.choice(("({}, {})", "{}, {}", "[{}; {}]", "∇f = ({}, {})", "{}; {}")).format(
                *words
            )
    elif one.topic.name == "inner-outer":
        inner, outer = source(answer.value()["inner"]), source(answer.value()["outer"])
        forms = [[spellings.plain(inner)], [spellings.plain(outer)]]
        for _ in range(count):
            for kept, text in zip(forms, (inner, outer), strict=True):
                changed = rewritten(text, rng, rng.randrange(3))
                kept.append(rng.choice(spellings.EXPRESSION)(changed))
        for first, second in zip(*forms, strict=True):
            named = (f"inner = {first}", f"outer = {second}")
            yield rng.choice(("; ".join(named), "; ".join(named[::-1]), f"{first}; {second}"))
    else:
        right, places = truth.numbers(one), truth.decimals(one.ask)
        match one.topic.kind:
            case "choice":
                spelled = spellings.of_choice(truth.choices(one), right)
            case "shape":
                spelled = spellings.of_shape(right)
            case "vector":
                spelled = spellings.of_vector([float(e) for e in right], places, rng)
            case "matrix":
                spelled = spellings.of_matrix(right, places, rng)
            case "parts":
                parts = [(n, spellings.of_number(float(v), places, rng)) for n, v in right.items()]
                plain = [(n, [w for w in words if "=" not in w]) for n, words in parts]
                spelled = spellings.of_parts(plain, rng)
            case _:
                spelled = spellings.of_number(float(right), places, rng)
        yield answer.text()
        yield from rng.sample(spelled, min(len(spelled), max(count, FORMS)))


def is_right(one: Problem) -> Callable[[Any, str], bool]:
    """Whether an answer, as JSON and as text, is right: by the oracle."""
    if one.topic.kind == "expression":
        expected = truth.expected(one)
        return lambda _, text: expected.is_right(source(text))
    if one.topic.name == "gradient":
        both = truth.gradient(one)
        return lambda given, _: all(
            part.is_right(source(entry)) for part, entry in zip(both, given, strict=True)
        )
    if one.topic.name == "inner-outer":
        function, places = truth.function_of(one.ask), truth.places_of(one.ask)

        def composed(given: Any, _: str) -> bool:
            inner, outer = source(given["inner"]), source(given["outer"])
            return all(
                abs(value(outer, {"u": value(inner, at)}) - value(function, at))
                <= truth.SAME * abs(value(function, at))
                for at in places
            )

        return composed
    right, places = truth.numbers(one), truth.decimals(one.ask)
    if one.topic.kind in ("choice", "shape"):
        return lambda given, _: given == right
    return lambda _, text: truth.near(
        truth.numbers_of(text), np.ravel(truth.as_array(right)), places
    )


# The trials.


def grades(one: Problem, typed: str, tally: Tally) -> Graded | None:
    """The verdict; an exception is a fault."""
    tally.counts["trials"] += 1
    try:
        return one.grade(typed)
    except Exception as error:  # whatever it is, it is counted
        tally.fault("exception", one, typed, f"{type(error).__name__}: {error}")
        return None


def try_forms(one: Problem, tally: Tally, rng: random.Random, count: int) -> None:
    """Our answer and other forms of it: all are right."""
    right = is_right(one)
    tally.counts["answers"] += 1
    if not right(one.task.answer.value(), one.task.answer.text()):
        tally.fault("our answer is wrong", one, one.task.answer.text())
    for typed in right_forms(one, rng, count):
        tally.counts["right forms"] += 1
        graded = grades(one, typed, tally)
        if graded is not None and not graded.passed:
            tally.fault("right not accepted", one, typed, graded.check.verdict,
                        graded.check.message)  # fmt: skip


def try_rules(one: Problem, tally: Tally, rng: random.Random, most: int | None) -> None:
    """Every wrong rule that applies: rejected by its name, or right by chance and accepted."""
    right = is_right(one)
    applied: list[Wrong] = list(one.task.wrong())
    tried = applied if most is None else rng.sample(applied, min(most, len(applied)))
    for wrong in tried:
        typed = wrong.answer.text()
        try:
            by_chance = right(wrong.answer.value(), typed)
        except (*NO_VALUE, TypeError):
            by_chance = False
        graded = grades(one, typed, tally)
        if graded is None:
            continue
        if by_chance:
            tally.counts["right by chance"] += 1
            if not graded.passed:
                tally.fault("right by chance, not accepted", one, typed, wrong.rule.name,
                            graded.check.verdict)  # fmt: skip
            continue
        tally.counts["wrong rules"] += 1
        if graded.passed:
            tally.fault("wrong accepted", one, typed, wrong.rule.name)
        elif graded.check.verdict != "wrong":
            tally.fault("wrong not judged", one, typed, graded.check.verdict, graded.check.message)
        alike = [each.rule.name for each in applied if wrong.answer.alike(each.answer)]
        if graded.wrong is not None and graded.wrong.rule.name in {wrong.rule.name, *alike}:
            tally.named[wrong.rule.name] += 1
        else:
            tally.unnamed[wrong.rule.name] += 1
            name = None if graded.wrong is None else graded.wrong.rule.name
            tally.fault("not named", one, typed, wrong.rule.name, name)


def try_bounds(one: Problem, tally: Tally) -> None:
    """Short, finite, and unlike the question before."""
    text = one.task.answer.text()
    largest = max((float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)), default=0.0)
    if len(one.ask) > LONGEST_ASK or len(text) > LONGEST_ANSWER or not largest <= LARGEST:
        tally.fault("too long or too large", one, text)
    if re.search(r"nan|inf\b", text):
        tally.fault("not finite", one, text)
    if one.seed and problem(one.topic.name, one.seed - 1).ask == one.ask:
        tally.fault("alike in a row", one)


PARTS = ("forms", "rules", "steps")


def tallied(
    topic: str,
    seeds: Sequence[int],
    forms: int = FORMS,
    rules: int | None = None,
    parts: Collection[str] = PARTS,
) -> Tally:
    """All trials of some questions of a topic; of PARTS those that are wanted."""
    tally, began = Tally(), time.process_time()
    for seed in seeds:
        one, rng = problem(topic, seed), random.Random(f"{topic} {seed}")
        tally.counts["questions"] += 1
        try:
            try_bounds(one, tally)
            if "forms" in parts:
                try_forms(one, tally, rng, forms)
            if "rules" in parts:
                try_rules(one, tally, rng, rules)
            if "steps" in parts:
                tally.counts.update(faults_of_steps(one, tally.fault))
        except Exception as error:  # one of this file's own: counted, and the next question asked
            tally.fault("not measured", one, f"{type(error).__name__}: {error}")
    tally.seconds = time.process_time() - began
    return tally


# The record and the report.


def kept_in(path: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """What was tallied already, by topic and first seed."""
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(line["topic"], line["first"]): line for line in lines}


def report(lines: Sequence[dict[str, Any]]) -> int:
    """The counts of all, and of each rule that is not always named; the number of faults."""
    counts, named, unnamed = Counter[str](), Counter[str](), Counter[str]()
    seeds: dict[str, int] = {}
    for line in lines:
        counts.update(line["counts"])
        named.update(line["named"])
        unnamed.update(line["unnamed"])
        seeds[line["topic"]] = seeds.get(line["topic"], 0) + line["counts"]["questions"]
        for fault in line["faults"]:
            print(fault)
    fewest, most = min(seeds.values()), max(seeds.values())
    print(f"\n{len(seeds)} topics, {fewest} to {most} questions of each")
    for what, number in sorted(counts.items()):
        print(f"{number:9,}  {what}")
    print(f"{len(named | unnamed)} wrong rules; those not named every time:")
    for rule in sorted(unnamed):
        whole = named[rule] + unnamed[rule]
        print(f"{named[rule] / whole:9.1%}  {rule} ({whole:,})")
    print(f"{sum(line['seconds'] for line in lines):,.0f} s of the processor")
    return sum(len(line["faults"]) for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", nargs="*", default=[topic.name for topic in TOPICS])
    parser.add_argument("--seeds", default="0:10", help="from:to")
    parser.add_argument("--forms", type=int, default=FORMS)
    parser.add_argument("--rules", type=int, default=None)
    parser.add_argument("--only", nargs="*", default=PARTS, choices=PARTS)
    parser.add_argument("--keep", type=Path, default=None)
    parser.add_argument("--report", type=Path, default=None)
    chosen = parser.parse_args()
    np.seterr(all="ignore")
    if chosen.report is not None:
        return 1 if report(list(kept_in(chosen.report).values())) else 0
    first, last = map(int, chosen.seeds.split(":"))
    kept = {} if chosen.keep is None else kept_in(chosen.keep)
    lines: list[dict[str, Any]] = []
    for start in range(first, last, SLICE):
        for name in chosen.topics:
            if (name, start) in kept:
                lines.append(kept[name, start])
                continue
            seeds = range(start, min(start + SLICE, last))
            tally = tallied(topic_named(name).name, seeds, chosen.forms, chosen.rules, chosen.only)
            line = {"topic": name, "first": start, **tally.to_dict()}
            lines.append(line)
            if chosen.keep is not None:
                with chosen.keep.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 1 if report(lines) else 0


if __name__ == "__main__":
    sys.exit(main())
