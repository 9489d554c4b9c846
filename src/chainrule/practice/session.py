"""Question after question: harder after success, easier after failure, with counted hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.ground.events import Answered
from chainrule.ground.ladder import Rung
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


class Session:
    """Questions from some topics, in their order, one after another.

    The first question is that of the seed; the next ones are of later seeds, and as hard as the
    answers so far allow.
    """

    def __init__(self, topics: Sequence[Topic], seed: int) -> None:
        self.topics = topics
        self.score = Score()
        self.level = level_of(seed)
        self.clean = 0
        self.seed = seed
        self.asked = self._ask()

    def _ask(self) -> Problem:
        self.hints = self.tries = 0
        topic = self.topics[self.score.asked % len(self.topics)]
        self.score.asked += 1
        return problem(topic.name, self.seed)

    def next(self) -> Problem:
        """The next question, as hard as the answers allow."""
        self.seed += 1
        while level_of(self.seed) != self.level:
            self.seed += 1
        self.asked = self._ask()
        return self.asked

    def answer(self, typed: str) -> Graded:
        """The verdict on an answer. What cannot be read or decided counts for nothing."""
        graded = self.asked.grade(typed)
        if graded.passed:
            self.score.right += 1
            if self.hints == self.tries == 0:
                self.score.at_once += 1
                self.clean += 1
                if self.clean >= CLEAN_IN_A_ROW:
                    self.level, self.clean = min(self.level + 1, LEVELS[-1]), 0
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

    def shown(self) -> Answered:
        """What is to be recorded when the solution has been shown."""
        topic = self.asked.topic
        return Answered(
            concept=topic.concept,
            topic=topic.name,
            seed=self.asked.seed,
            verdict="shown",
            tries=self.tries,
            hints=self.hints,
            shown=True,
        )

    def show(self) -> Rung:
        """The worked solution."""
        self.hints = len(self.asked.ladder.rungs)
        self._easier()
        return self.asked.ladder.answer

    def _easier(self) -> None:
        self.level, self.clean = max(self.level - 1, LEVELS[0]), 0
