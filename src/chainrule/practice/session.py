"""Question after question: harder after success, easier after failure, with counted hints."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chainrule.ground.events import Answered
from chainrule.ground.hint_ladder import Rung
from chainrule.practice.drawn_numbers import LEVELS
from chainrule.practice.problems import Graded, Problem, level_of, problem
from chainrule.practice.topic import Topic

CLEAN_IN_A_ROW = 2
"""How many questions answered at once, without a hint, make the next one harder."""


@dataclass
class Score:
    """How many questions were asked, and how they ended."""

    asked: int = 0
    right: int = 0
    at_once: int = 0


@dataclass(frozen=True)
class Past:
    """What matters of earlier sessions: how hard a topic was, what was asked, whether it passed.

    Where `passed`, the topic comes after those that are not.
    """

    level: int = LEVELS[0]
    seeds: Collection[int] = ()
    passed: bool = False


class Session:
    """Questions from some topics, in their order, one after another.

    Without a past, the first question is that of the seed. The next ones are of later seeds, as
    hard as the answers to their topic so far allow. With a past, no question of it is asked again,
    and topics that are passed wait until all are.
    """

    def __init__(
        self, topics: Sequence[Topic], seed: int, past: Mapping[str, Past] | None = None
    ) -> None:
        self.topics = topics
        self.past = {topic.name: (past or {}).get(topic.name, Past()) for topic in topics}
        self.score = Score()
        self.levels = {
            topic.name: level_of(seed) if past is None else self.past[topic.name].level
            for topic in topics
        }
        self.clean = dict.fromkeys(self.levels, 0)
        self.passed = {name for name, each in self.past.items() if each.passed}
        self.seed = seed
        self.asked = self._ask(topics)

    @property
    def all_passed(self) -> bool:
        """Whether every topic was passed, here or earlier."""
        return len(self.passed) == len(self.past)

    def _ask(self, order: Sequence[Topic]) -> Problem:
        self.hints = self.tries = 0
        self.over = False
        topic = next((one for one in order if one.name not in self.passed), order[0])
        past, level = self.past[topic.name].seeds, self.levels[topic.name]
        while level_of(self.seed) != level or self.seed in past:
            self.seed += 1
        self.score.asked += 1
        return problem(topic.name, self.seed)

    def next(self) -> Problem:
        """The next question, as hard as the answers allow."""
        self.seed += 1
        place = self.topics.index(self.asked.topic) + 1
        self.asked = self._ask([*self.topics[place:], *self.topics[:place]])
        return self.asked

    def answer(self, typed: str) -> Graded:
        """The verdict on an answer. What cannot be read or decided counts for nothing."""
        graded, topic = self.asked.grade(typed), self.asked.topic.name
        if graded.passed:
            self.over = True
            self.score.right += 1
            if self.hints_left:
                self.passed.add(topic)
            if self.hints == self.tries == 0:
                self.score.at_once += 1
                self.clean[topic] += 1
                if self.clean[topic] >= CLEAN_IN_A_ROW:
                    self.levels[topic] = min(self.levels[topic] + 1, LEVELS[-1])
                    self.clean[topic] = 0
        elif graded.check.verdict == "wrong":
            self.tries += 1
            if self.tries == 1:
                self._easier()
        return graded

    def hint(self) -> Rung:
        """The next rung of the ladder; the last one again where there is no more."""
        rungs = self.asked.ladder.rungs
        self.hints = min(self.hints + 1, len(rungs))
        return rungs[self.hints - 1]

    @property
    def hints_left(self) -> int:
        return len(self.asked.ladder.rungs) - self.hints

    @property
    def untouched(self) -> bool:
        """Whether there was no answer yet to the question that is asked, nor hint or skip."""
        return not (self.hints or self.tries or self.over)

    def shown(self) -> Answered:
        """What is to be recorded when the solution has been shown."""
        return self.asked.shown(self.tries, self.hints)

    def show(self) -> Rung:
        """The worked solution."""
        self.hints = len(self.asked.ladder.rungs)
        self._easier()
        return self.asked.ladder.answer

    def _easier(self) -> None:
        topic = self.asked.topic.name
        self.levels[topic], self.clean[topic] = max(self.levels[topic] - 1, LEVELS[0]), 0
