"""The first concepts of the road, typed into a shell on a pseudo-terminal, led by the screen alone.

Each command is a process of its own, as for a learner. `benchmarks/whole_road.py` walks all of it.
"""

from __future__ import annotations

from pathlib import Path

from tests.support.learner import Learner, walk
from tests.support.shell import Shell

CONCEPTS = 2
KINDS = ("learn", "practice", "check", "build", "explain")
"""Of every kind of activity but training, which comes after half of the road."""


def test_the_first_concepts_from_an_empty_home(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    learner = Learner(lambda: next(shell.home.rglob("explanations")).parent)
    try:
        walk(
            learner,
            lambda command: shell.run(learner, command),
            shell.folder,
            until=lambda one: len(one.finished) == CONCEPTS,
        )
        assert learner.finished == [*range(1, CONCEPTS + 1)]
        assert {words.split()[0] for words in learner.commands} == set(KINDS)
        assert learner.wrong_answers > 3
        assert learner.hints > 3
        assert learner.solutions_shown == 2
        shell.run(learner, "")
        assert learner.next == "learn chain-rule"
    finally:
        shell.close()
