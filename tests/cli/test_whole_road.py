"""A learner who knows nothing but what the screen says walks the whole road.

They type `chainrule`, then each time the command of the line that begins with `Next:`. On the way
they give wrong answers, ask for hints and for a solution. Right answers come from the questions'
own tables, lines from the concepts, functions from the references. The terminal is a pretended one,
in this process.
"""

from __future__ import annotations

import builtins
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chainrule.cli.main import main
from chainrule.practice import problem
from chainrule.roadmap import ORDER, concepts, home
from chainrule.workshop import references, stage_names

NEXT = re.compile(r"^Next: chainrule ?(.*?)(?:  \(.*)?$", re.MULTILINE)
AGAIN = re.compile(r"chainrule practice ([a-z0-9-]+) --seed (\d+)")
MOST_COMMANDS = 400

SLOW_TO_COME = ("sigmoid", "backprop")
"""Functions that they ask about before they write them."""

LINES = {(each.sheet, each.wrt): each.answer for one in concepts() for each in one.derive}
WRITE_UP = "I have thought about this for a long while. Here I say it in words of my own. " * 3

EDITOR = """
import sys
from pathlib import Path
page = Path(sys.argv[1])
page.write_text(page.read_text() + TEXT)
"""


class Learner:
    """Someone at a terminal: what they see, and what they type at a prompt."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.capture, self.patch = capture, patch
        self.screen = ""
        self.typed: Iterator[str] = iter(())
        self.solutions_shown = 0
        self.questions: set[tuple[str, int]] = set()

    def look(self) -> str:
        """What came onto the screen since the last look."""
        new = self.capture.readouterr()
        assert "Traceback" not in new.out + new.err
        self.screen += new.out + new.err
        return new.out

    def answer(self, prompt: str) -> str:
        """What is typed at a prompt."""
        self.look()
        return next(self.typed)

    def run(self, command: str) -> int:
        """Type a command and go on to its end; the exit status. The screen is what it said."""
        self.screen = ""
        words = shlex.split(command)
        habit: Callable[..., Iterator[str]] | None = HABITS.get(words[0]) if words else None
        self.typed = iter(()) if habit is None else habit(self, *words[1:])
        self.patch.setattr(sys.stdout, "isatty", lambda: True)
        status = main(words)
        self.look()
        return status

    @property
    def next(self) -> str | None:
        """The last command that the screen says comes next."""
        found = NEXT.findall(self.screen)
        return found[-1] if found else None

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
                yield "hint"
            if number % 3 == 0 and asked.wrong:
                yield asked.wrong[0].answer.text()
                assert "wrong" in self.screen
            yield asked.task.answer.text()
        yield "quit"

    def derive(self, sheet: str, _: str, wrt: str) -> Iterator[str]:
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
        draft = max((home() / "explanations" / concept).glob("draft-*.md"))
        lines = draft.read_text("utf-8").splitlines()
        line = next(n for n, text in enumerate(lines, start=1) if WRITE_UP[:20] in text)
        for number in range(1, self.screen.count("not found:") + 1):
            yield f"{number} {line}"
        yield ""


HABITS = {
    "practice": Learner.practise,
    "check": Learner.derive,
    "review": Learner.review,
    "explain": Learner.point,
}


@pytest.fixture
def learner(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Learner:
    """In an empty folder, with an editor that writes a text."""
    one = Learner(capsys, monkeypatch)
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR.replace("TEXT", repr(WRITE_UP)))
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(builtins, "input", one.answer)
    return one


def write_function(name: str) -> None:
    """The learner writes one more function, in its place in the file."""
    network = Path("my-network/network.py")
    written = stage_names()[: stage_names().index(name) + 1]
    network.write_text(references(written), encoding="utf-8")


def test_the_road_from_nothing_to_its_end(learner: Learner) -> None:
    assert learner.run("") == 0
    finished: list[int] = []
    commands: list[str] = []
    failed: set[str] = set()
    while (command := learner.next) is not None:
        commands.append(command)
        assert len(commands) < MOST_COMMANDS, commands[-20:]
        words = command.split()
        if words[:2] == ["build", "check"]:
            if words[2] in SLOW_TO_COME and words[2] not in failed:
                failed.add(words[2])
                assert learner.run(command) == 1, "it is still empty"
                assert learner.next == command
                assert learner.run(f"build hint {words[2]}") == 0
                assert "To read" in learner.screen
                continue
            write_function(words[2])
        status = learner.run(command)
        assert status == 0, (command, learner.screen[-2000:])
        finished += map(int, re.findall(r"^Finished: concept (\d+) of 21", learner.screen, re.M))
    assert "The road is finished: all 21 concepts are done" in learner.screen
    assert finished == [*range(1, len(ORDER) + 1)]
    assert learner.solutions_shown == 3
    assert failed == set(SLOW_TO_COME)
    assert {words.split()[0] for words in commands} >= {
        *("learn", "practice", "check", "build", "train", "explain")
    }
    learner.run("learn --list --json")
    every = json.loads(learner.screen)
    assert all(one["done"] and all(a["done"] for a in one["activities"]) for one in every)
    named = {a["command"].removeprefix("chainrule ") for one in every for a in one["activities"]}
    assert named - set(commands) <= {"build check --all"}, "all was led to"
