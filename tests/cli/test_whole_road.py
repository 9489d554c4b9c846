"""A learner who knows nothing but what the screen says walks the whole road.

Here the terminal is a pretended one, in this process; `test_road_in_a_terminal.py` walks its first
concepts on a real one, and `benchmarks/whole_road.py` all of it.
"""

from __future__ import annotations

import builtins
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chainrule.cli.main import main
from chainrule.roadmap import ORDER, home
from tests.support.learner import EDITOR, SLOW_TO_COME, Learner, walk


@pytest.fixture
def learner() -> Learner:
    return Learner(home)


@pytest.fixture
def run(
    learner: Learner,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Callable[[str], int]:
    """Types a command in an empty folder, with an editor that writes a text."""
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    def look() -> None:
        new = capsys.readouterr()
        learner.see(new.out + new.err)

    def answer(_: str) -> str:
        look()
        return learner.answer()

    monkeypatch.setattr(builtins, "input", answer)

    def run(command: str) -> int:
        learner.begin(command)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        status = main(shlex.split(command))
        look()
        return status

    return run


def test_the_road_from_nothing_to_its_end(learner: Learner, run: Callable[[str], int]) -> None:
    walk(learner, run, Path.cwd())
    assert "The road is finished: all 21 concepts are done" in learner.screen
    assert learner.finished == [*range(1, len(ORDER) + 1)]
    assert learner.solutions_shown == 3
    assert learner.failed == set(SLOW_TO_COME)
    assert {words.split()[0] for words in learner.commands} >= {
        *("learn", "practice", "check", "build", "train", "explain")
    }
    run("learn --list --json")
    every = json.loads(learner.screen)
    assert all(one["done"] and all(a["done"] for a in one["activities"]) for one in every)
    named = {a["command"].removeprefix("chainrule ") for one in every for a in one["activities"]}
    assert named - set(learner.commands) <= {"build check --all"}, "all was led to"
