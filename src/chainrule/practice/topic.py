"""A topic: what it asks, and how an instance is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chainrule.practice.answers.answer import Answer
from chainrule.practice.drawn_numbers import Draw
from chainrule.practice.wrong_answers import Wrong

Kind = Literal["expression", "number", "vector", "matrix", "shape", "choice", "parts"]
KINDS: tuple[Kind, ...] = ("expression", "number", "vector", "matrix", "shape", "choice", "parts")


@dataclass(frozen=True)
class Task:
    """One instance of a topic.

    ask: the question. nudge, rule: the first two hints. first and worked: the first step of the
    solution, and all of it, line by line. wrong: answers that come from wrong rules; some may be
    right by chance. function and variable: where a derivative is asked.
    """

    ask: str
    answer: Answer
    nudge: str
    rule: str
    worked: Callable[[], tuple[str, ...]]
    wrong: Callable[[], Iterable[Wrong]]
    function: str | None = None
    variable: str | None = None


def task(
    ask: str,
    answer: Answer,
    nudge: str,
    rule: str,
    worked: Iterable[str],
    wrong: Iterable[Wrong] = (),
) -> Task:
    """An instance whose solution is at hand; wrong answers may come from a generator."""
    return Task(ask, answer, nudge, rule, cache(lambda: tuple(worked)), cache(lambda: tuple(wrong)))


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be practised. concept: where on the road. make: draws an instance."""

    name: str
    title: str
    concept: str
    kind: Kind
    make: Callable[[Draw], Task]

    def to_dict(self) -> dict[str, str]:
        return {
            "topic": self.name,
            "title": self.title,
            "concept": self.concept,
            "kind": self.kind,
        }


def topic(
    name: str, title: str, concept: str, kind: Kind
) -> Callable[[Callable[[Draw], Task]], Topic]:
    """Make a topic of the function that draws its instances."""

    def made(make: Callable[[Draw], Task]) -> Topic:
        return Topic(name, title, concept, kind, make)

    return made
