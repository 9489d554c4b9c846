"""A question of a topic, drawn from a seed: its answer, its hints, and the grading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from chainrule.algebra import Expression
from chainrule.derivation import Check, Mistake
from chainrule.ground.events import Answered
from chainrule.ground.faults import Fault
from chainrule.ground.hint_ladder import Ladder, Rung
from chainrule.ground.words import did_you_mean, listed, nearest
from chainrule.practice.answers.expression import ExpressionAnswer, Expressions
from chainrule.practice.drawn_numbers import LEVELS, Draw
from chainrule.practice.topic import Task, Topic
from chainrule.practice.topics import TOPICS
from chainrule.practice.wrong_answers import Wrong

ROUNDED = 0.5
"""How far a number that is rounded as asked lies from its value, in units of the last place."""


class PracticeFault(Fault):
    """What cannot be practised."""


@dataclass(frozen=True)
class Problem:
    """One question. The same topic and seed always give the same one."""

    topic: Topic
    seed: int
    task: Task

    @property
    def level(self) -> int:
        return level_of(self.seed)

    @property
    def ask(self) -> str:
        return self.task.ask

    @cached_property
    def wrong(self) -> tuple[Wrong, ...]:
        """Answers from wrong rules: none that is right, and no two alike."""
        kept: list[Wrong] = []
        for one in self.task.wrong():
            wrong = one.answer
            if (
                wrong.alike(wrong)
                and not self.task.answer.alike(wrong)
                and not any(before.answer.alike(wrong, ROUNDED) for before in kept)
            ):
                kept.append(one)
        return tuple(kept)

    def wrong_rule(self, typed: str) -> Wrong | None:
        """The wrong rule that gives a typed answer; where two are as near as that, the nearer."""
        tries = ((units, one) for units in (ROUNDED, 1) for one in self.wrong)
        return next((one for units, one in tries if one.answer.same(typed, units)), None)

    def grade(self, typed: str) -> Graded:
        """The verdict on a typed answer. A wrong rule is looked for before anything else."""
        answer = self.task.answer
        check = answer.check(typed, name_mistakes=False)
        if check.verdict not in ("wrong", "undecided"):
            return Graded(self, check)
        known = self.wrong_rule(typed)
        if known is None:
            return Graded(self, check if check.verdict == "undecided" else answer.check(typed))
        span = (0, len(typed))
        mistake = Mistake(known.rule.kind, known.message, typed, None, span)
        check = replace(check, verdict="wrong")
        return Graded(self, replace(check, message=known.message, mistakes=(mistake,)), known)

    def as_read(self, typed: str) -> tuple[Expression, ...]:
        """The expressions of an answer as they are read so far; none of other kinds."""
        answer = self.task.answer
        if isinstance(answer, ExpressionAnswer):
            trees = [answer.asked.read(typed)]
        elif isinstance(answer, Expressions):
            pieces = zip(answer.entries, answer.pieces(typed), strict=False)
            trees = [entry.asked.read(piece) for entry, piece in pieces]
        else:
            trees = []
        return tuple(tree for tree in trees if tree is not None)

    @property
    def ladder(self) -> Ladder:
        """The hints: a nudge, the rule, the first step of several, the worked solution."""
        worked = self.task.worked()
        hints = (
            Rung("nudge", self.task.nudge),
            Rung("rule", self.task.rule),
            *([Rung("first step", worked[0])] if len(worked) > 1 else []),
        )
        return Ladder(hints, Rung("solution", "\n".join(worked)))

    def shown(self, tries: int = 0, hints: int | None = None) -> Answered:
        """What is to be recorded when the solution is shown, after so many wrong answers."""
        return Answered(
            concept=self.topic.concept,
            topic=self.topic.name,
            seed=self.seed,
            verdict="shown",
            tries=tries,
            hints=len(self.ladder.rungs) if hints is None else hints,
            shown=True,
        )

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "topic": self.topic.name,
            "seed": self.seed,
            "ask": self.ask,
            "kind": self.topic.kind,
        }
        if self.task.function is not None:
            found |= {"function": self.task.function, "variable": self.task.variable}
        found["answer"] = self.task.answer.value()
        found["wrong"] = [one.to_dict() for one in self.wrong]
        return found


@dataclass(frozen=True, slots=True)
class Graded:
    """The verdict on an answer. wrong: the wrong rule that it comes from, where one is known."""

    problem: Problem
    check: Check
    wrong: Wrong | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer counts as right. What is right only under a condition does not."""
        return self.check.verdict in ("right", "right-other-form")

    def event(self, tries: int = 0, hints: int = 0) -> Answered | None:
        """What is to be recorded, after so many wrong answers and hints; None if it costs nothing.

        Nothing is recorded of an answer that cannot be read or decided, or needs a condition.
        """
        if not (self.passed or self.check.verdict == "wrong"):
            return None
        mistake = self.check.mistakes[0].kind if self.check.mistakes else None
        return Answered(
            concept=self.problem.topic.concept,
            topic=self.problem.topic.name,
            seed=self.problem.seed,
            verdict=self.check.verdict,
            tries=tries,
            hints=hints,
            shown=hints >= len(self.problem.ladder.rungs),
            mistake=mistake,
        )

    def to_dict(self) -> dict[str, Any]:
        found = self.check.to_dict()
        if self.wrong is not None:
            found["mistake"] = {**found["mistake"], "rule": self.wrong.rule.name}
        return {**found, "problem": self.problem.to_dict()}


def level_of(seed: int) -> int:
    """How hard the question of a seed is, from 1 to 3."""
    return LEVELS[seed % len(LEVELS)]


def problem(topic: str, seed: int) -> Problem:
    """The question of a topic and a seed. Raises PracticeFault for an unknown topic."""
    found = topic_named(topic)
    return Problem(found, seed, drawn(found, seed))


def drawn(topic: Topic, seed: int) -> Task:
    """The instance. An odd seed keeps clear of both neighbours: no two in a row are alike."""
    tries = instances(topic, seed)
    if seed % 2 == 0:
        return next(tries)
    beside = {next(instances(topic, near)).ask for near in (seed - 1, seed + 1)}
    return next(task for task in tries if task.ask not in beside)


def instances(topic: Topic, seed: int) -> Iterator[Task]:
    """Instances for a seed, one after another."""
    for attempt in range(1000):
        yield topic.make(Draw(f"{topic.name} {seed} {attempt}", level_of(seed)))


def topic_named(name: str) -> Topic:
    """The topic of this name. Raises PracticeFault."""
    for topic in TOPICS:
        if topic.name == name:
            return topic
    known = [topic.name for topic in TOPICS]
    raise PracticeFault(f"no topic {name!r}; {did_you_mean(name, known, 'the list shows them')}")


def topics_for(name: str | None) -> tuple[Topic, ...]:
    """The topics to practise: one by its name, those of a concept, or all. Raises PracticeFault."""
    if name is None:
        return TOPICS
    of_concept = tuple(topic for topic in TOPICS if topic.concept == name)
    if of_concept:
        return of_concept
    known = {topic.name for topic in TOPICS}
    if name in known:
        return (topic_named(name),)
    known |= {topic.concept for topic in TOPICS}
    near = listed(nearest(name, sorted(known), 3, alike=0), "and")
    meant = did_you_mean(name, sorted(known), f"the nearest are {near}")
    raise PracticeFault(f"no topic or concept is called {name[:60]!r}; {meant}")
