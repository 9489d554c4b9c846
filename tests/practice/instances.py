"""How many instances of each topic the tests look at.

A few in the suite; CHAINRULE_INSTANCES=500 looks at as many of every topic, which takes long.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from chainrule.practice import TOPICS, Problem, Topic, problem

INSTANCES = int(os.environ.get("CHAINRULE_INSTANCES", "3"))

EXPRESSIONS = [topic for topic in TOPICS if topic.kind == "expression"]
DERIVATIVES = [topic for topic in EXPRESSIONS if problem(topic.name, 0).task.function is not None]
NUMBERS = [topic for topic in TOPICS if topic not in EXPRESSIONS]


LONGEST_ASK, LONGEST_ANSWER, LARGEST = 420, 160, 80_000
"""The most characters of a question and of its answer, and the largest number in an answer."""


def instances(topic: Topic, most: int = INSTANCES) -> Iterator[Problem]:
    for seed in range(most):
        yield problem(topic.name, seed)


def name_of(topic: Topic) -> str:
    return topic.name
