"""A learner who knows nothing but what the screen says, and walks the road.

They type `chainrule`, then each time the command of the line that begins with `Next:`. On the way
they give wrong answers, ask for hints and for a solution. Right answers come from the questions'
own tables, lines from the concepts, functions from the references.

A `Learner` holds what is on the screen and what they type at each prompt; `walk` drives one, in
this process or on a real terminal.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from chainrule.algebra import parse_sheet, text
from chainrule.derivation import derive_trained
from chainrule.network import Architecture, sheet_of
from chainrule.practice import problem
from chainrule.roadmap import concepts
from chainrule.workshop import references, stage_names

NEXT = re.compile(r"^Next: chainrule ?(.*?)(?:  \(.*)?$", re.MULTILINE)
AGAIN = re.compile(r"chainrule practice ([a-z0-9-]+) --seed (\d+)")
FINISHED = re.compile(r"^Finished: concept (\d+) of 21", re.MULTILINE)
MOST_COMMANDS = 400

SLOW_TO_COME = ("sigmoid", "backprop")
"""Functions that they ask about before they write them."""

LINES = {(each.sheet, each.wrt): each.answer for one in concepts() for each in one.derive}
NETWORK = "2-3-2 tanh quadratic"
"""The network that they choose to derive whole."""
WRITE_UP = "I have thought about this for a long while. Here I say it in words of my own. " * 3
PAGE = Path("my-network/network.py")

EDITOR = f"""
import sys
from pathlib import Path
page = Path(sys.argv[1])
page.write_text(page.read_text() + {WRITE_UP!r})
"""
"""A program that writes a text, in place of an editor."""


def backward_pass(network: str) -> list[str]:
    """A right line for each derivative of a network's backward pass, in the order of the asking."""
    derived = derive_trained(parse_sheet(sheet_of(Architecture.parse(network))))
    return [f"{text(one.target)} = {text(one.result)}" for one in derived.derivations]


class Learner:
    """What they see, and what they type at a prompt. home: where their drafts lie."""

    def __init__(self, home: Callable[[], Path]) -> None:
        self.home = home
        self.screen = ""
        self.typed: Iterator[str] = iter(())
        self.solutions_shown = 0
        self.wrong_answers = 0
        self.hints = 0
        self.questions: set[tuple[str, int]] = set()
        self.commands: list[str] = []
        self.finished: list[int] = []
        self.failed: set[str] = set()

    def begin(self, command: str) -> None:
        """A command is typed: the screen is empty, and there is a habit for its prompts."""
        self.screen = ""
        words = shlex.split(command)
        habit = HABITS.get(words[0]) if words else None
        self.typed = iter(()) if habit is None else habit(self, *words[1:])

    def see(self, words: str) -> None:
        """What came onto the screen."""
        assert "Traceback" not in words, words
        self.screen += words

    def answer(self) -> str:
        """What is typed at a prompt."""
        return next(self.typed)

    @property
    def next(self) -> str | None:
        """The last command that the screen says comes next."""
        matches = NEXT.findall(self.screen)
        return matches[-1] if matches else None

    # What they do at each kind of prompt.

    def practise(self, *_: str) -> Iterator[str]:
        """Wrong at first now and then, with a hint, once with the solution."""
        number = 0
        while "Every topic is passed" not in self.screen:
            yield "help"
            topic, seed = AGAIN.findall(self.screen)[-1]
            asked = problem(topic, int(seed))
            key = asked.topic.name, asked.seed
            assert key not in self.questions, "no question is asked twice"
            self.questions.add(key)
            number += 1
            if number == 2 and self.solutions_shown < 3:
                self.solutions_shown += 1
                yield "show"
                continue
            if number % 4 == 1:
                self.hints += 1
                yield "hint"
            if number % 3 == 0 and asked.wrong:
                self.wrong_answers += 1
                yield asked.wrong[0].answer.text()
                assert "wrong" in self.screen
            yield asked.task.answer.text()
        yield "quit"

    def derive(self, sheet: str, _: str = "", wrt: str = "") -> Iterator[str]:
        if sheet == "whole":
            yield NETWORK
            yield from backward_pass(NETWORK)
            assert "The whole backward pass" in self.screen
            yield "quit"
            return
        self.hints += 1
        self.wrong_answers += 1
        yield "hint"
        yield "0"
        yield LINES[sheet, wrt]
        assert "right" in self.screen
        yield "quit"

    def review(self, *_: str) -> Iterator[str]:
        while True:
            yield "help"
            topic, seed = AGAIN.findall(self.screen)[-1]
            yield problem(topic, int(seed)).task.answer.text()

    def point(self, concept: str) -> Iterator[str]:
        """Say of each idea that was not found where it is."""
        draft = max((self.home() / "explanations" / concept).glob("draft-*.md"))
        lines = draft.read_text("utf-8").splitlines()
        line = next(n for n, text in enumerate(lines, start=1) if WRITE_UP[:20] in text)
        for number in range(1, self.screen.count("not found:") + 1):
            yield f"{number} {line}"
        yield ""


HABITS: dict[str, Callable[..., Iterator[str]]] = {
    "practice": Learner.practise,
    "check": Learner.derive,
    "review": Learner.review,
    "explain": Learner.point,
}


def write_function(folder: Path, name: str) -> None:
    """The learner writes one more function, in its place in the file."""
    written = stage_names()[: stage_names().index(name) + 1]
    (folder / PAGE).write_text(references(written), encoding="utf-8")


def walk(
    learner: Learner,
    run: Callable[[str], int],
    folder: Path,
    until: Callable[[Learner], bool] = lambda _: False,
) -> None:
    """Follow the screen to the road's end, or until it is enough.

    run: types a command and goes on to its end; the exit status.
    """
    assert run("") == 0
    while (command := learner.next) is not None and not until(learner):
        learner.commands.append(command)
        assert len(learner.commands) < MOST_COMMANDS, learner.commands[-20:]
        words = command.split()
        if words[:2] == ["build", "check"]:
            if words[2] in SLOW_TO_COME and words[2] not in learner.failed:
                learner.failed.add(words[2])
                assert run(command) == 1, "it is still empty"
                assert learner.next == command
                assert run(f"build hint {words[2]}") == 0
                assert "To read" in learner.screen
                continue
            write_function(folder, words[2])
        status = run(command)
        assert status == 0, (command, learner.screen[-2000:])
        learner.finished += map(int, FINISHED.findall(learner.screen))
