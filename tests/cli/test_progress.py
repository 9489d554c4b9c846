"""The road at a glance, reviews, the record exported and imported, and what ends a command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chainrule.ground.events import Answered, Event, Explained
from chainrule.practice import problem, topics_for
from chainrule.roadmap import FILE, ORDER, Log, activities, home

SLOPE = [topic.name for topic in topics_for("slope")]


def days_ago(number: float) -> str:
    return (datetime.now(UTC) - timedelta(days=number)).isoformat(timespec="microseconds")


def practised(*names: str, ago: float = 30) -> list[Event]:
    return [Answered(topic=n, seed=0, verdict="right", at=days_ago(ago)) for n in names]


def given(*events: Event) -> None:
    log = Log()
    log.add(*events)
    log.close()


@pytest.fixture
def at_a_terminal(cli, monkeypatch: pytest.MonkeyPatch):
    """A command line whose output goes to a terminal."""

    def run(*words: str):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        return cli(*words)

    return run


def test_the_road_says_what_is_done_and_what_is_due(cli):
    given(*practised(*SLOPE, ago=1))
    assert "1 of 4 done" in cli().out
    given(*practised("power"))
    out = cli().out
    assert "review due" in out
    assert out.endswith("Next: chainrule review  (1 question due today)\n")
    for number, slug in enumerate(ORDER, start=1):
        assert f"{number:>3}  {slug} " in out


@pytest.mark.parametrize("columns", ["40", "59", "80", "200"])
def test_the_road_is_no_wider_than_the_terminal(cli, monkeypatch: pytest.MonkeyPatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    given(*practised("power", *SLOPE))
    for line in cli().out.splitlines():
        assert len(line) <= min(int(columns), 80)
        assert line == line.rstrip()


def test_the_list_for_scripts_knows_what_is_done_and_due(cli):
    given(*practised(*SLOPE))
    slope = json.loads(cli("learn", "--list", "--json").out)[0]
    assert {each["kind"]: each["done"] for each in slope["activities"]} == {
        "read": False, "practise": True, "build": False, "explain": False,
    }  # fmt: skip
    assert (slope["done"], slope["due"]) == (False, True)
    assert cli("learn", "slope").status == 0
    slope = json.loads(cli("learn", "--list", "--json").out)[0]
    assert slope["activities"][0] == {
        "kind": "read", "command": "chainrule learn slope", "done": True,
    }  # fmt: skip


def test_a_review_asks_each_due_topic_once(cli, monkeypatch: pytest.MonkeyPatch):
    given(*practised("power", "quadratic-cost"))
    typed: list[str] = []

    def answer(_: str) -> str:
        typed.append("help" if len(typed) % 2 == 0 else "0")
        return "skip" if typed[-1] == "0" else "help"

    monkeypatch.setattr("builtins.input", answer)
    found = cli("review", "--seed", "4")
    assert found.status == 0
    assert "2 reviews due today" in found.out
    assert "0 of 2 questions right" in found.out
    asked = [line.split() for line in found.out.splitlines() if "--seed" in line]
    assert {words[2] for words in asked} == {"power", "quadratic-cost"}
    assert all(words[4] != "0" for words in asked), "a fresh variant"
    assert json.loads(cli("review", "--json").out)["topics"] == ["power", "quadratic-cost"]


def test_what_was_reviewed_is_not_due(cli, monkeypatch: pytest.MonkeyPatch):
    given(*practised("power"))
    typed = iter([problem("power", 3).task.answer.text()])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    assert "1 of 1 question right" in cli("review", "--seed", "3").out
    assert cli("review").out == "No review is due today.\n"


def test_the_daily_number_is_kept(cli):
    given(*practised(*SLOPE))
    out = cli("review", "--daily", "2", "--list").out
    assert out.startswith("2 reviews due today:")
    assert f"{len(SLOPE) - 2} more wait: at most 2 a day." in out
    assert json.loads(cli("review", "--json").out)["daily"] == 2
    assert cli("review", "--daily", "0").out.startswith("That is enough for today.")


def test_gaps_of_a_write_up_are_due(cli):
    given(Explained(concept="slope", gaps=("limit",), at=days_ago(2)))
    assert "Your write-up has gaps: chainrule explain slope" in cli("review").out
    assert "Next: chainrule explain slope" in cli().out


def test_export_reset_and_import_give_the_same_to_the_byte(cli):
    given(*practised(*SLOPE), Explained(concept="slope", gaps=("limit",)))
    states = [cli("learn", "--list", "--json").out, cli("progress", "export", "-").out, cli().out]
    assert cli("progress", "export", "mine.jsonl").status == 0
    before = Path("mine.jsonl").read_bytes()
    assert before.decode() == states[1]
    said = cli("progress", "reset").out
    assert cli("progress", "--json").objects()[0]["passed"] == 0
    assert cli("progress", "import", "mine.jsonl").out == "8 events added\n"
    assert states == [
        cli("learn", "--list", "--json").out, cli("progress", "export", "-").out, cli().out,
    ]  # fmt: skip
    assert cli("progress", "export", "mine.jsonl").status == 0
    assert Path("mine.jsonl").read_bytes() == before
    assert cli("progress", "reset").status == 0
    archive = said.split("chainrule progress import ")[1].strip()
    assert cli("progress", "import", archive).out == "8 events added\n"
    assert cli("progress", "export", "-").out == states[1]


def test_a_folder_of_another_name(cli, tmp_path: Path):
    there = tmp_path / "there"
    assert cli("--data-home", there, "learn", "slope").status == 0
    assert (there / FILE).exists()


def test_an_export_writes_nothing_over(cli):
    given(*practised("power"))
    Path("notes.txt").write_text("mine")
    found = cli("progress", "export", "notes.txt")
    assert (found.status, Path("notes.txt").read_text()) == (2, "mine")
    assert "something else in it" in found.err
    found = cli("progress", "import", "notes.txt")
    assert found.status == 2
    assert "no line of it is an event" in found.err
    Path("bytes").write_bytes(b"\xff\xfe\x00")
    assert "it is no text" in cli("progress", "import", "bytes").err
    assert cli("progress", "import", "nowhere.jsonl").status == 2


def test_a_damaged_record_is_said_once_and_kept(cli):
    given(*practised(*SLOPE))
    file = home() / FILE
    file.write_bytes(b"spoilt " * 1000)
    found = cli("learn", "slope")
    assert found.status == 0
    assert "is kept as progress-damaged.db" in found.err
    assert file.with_name("progress-damaged.db").read_bytes() == b"spoilt " * 1000
    assert cli().err == ""


def test_a_record_that_cannot_be_kept_costs_nothing(cli, monkeypatch: pytest.MonkeyPatch):
    Path("file").write_text("")
    monkeypatch.setenv("CHAINRULE_HOME", str(Path("file").absolute()))
    found = cli("practice", "power", "--seed", "3", "--answer", "9x^8")
    assert (found.status, found.out) == (0, "right\n")
    assert found.err.startswith("chainrule: this is not recorded: ")
    assert found.err.count("\n") == 1
    assert cli().status == 0


def test_a_command_ends_with_what_comes_next_at_a_terminal_alone(at_a_terminal, cli):
    words = ("practice", "power", "--seed", "3", "--answer", "9x^8")
    following = "Next: chainrule learn slope  (slope: the note)"
    assert at_a_terminal(*words).out.endswith(f"\n\n{following}\n")
    assert "Next: chainrule practice slope" in at_a_terminal("learn", "slope").out
    assert "Next" not in at_a_terminal(*words, "--json").out
    assert "Next" not in at_a_terminal("learn", "--help").out
    wrong = at_a_terminal("practice", "power", "--seed", "3", "--answer", "9x^9")
    assert wrong.status == 1
    assert "Next: chainrule practice slope" in wrong.out
    assert "Next" not in at_a_terminal("learn", "zzz").out


def test_a_pipe_gets_no_line_more(cli):
    assert cli("practice", "power", "--seed", "3", "--answer", "9x^8").out == "right\n"


def test_a_finished_concept_is_said(at_a_terminal):
    parts = [part for each in activities("slope") for part in each.parts if part[0] != "read"]
    assert ("explain", "slope") in parts
    from chainrule.ground.events import Graded

    given(
        *practised(*SLOPE, ago=0),
        Graded(function="numerical_derivative", outcome="right", fingerprint=""),
        Explained(concept="slope"),
    )
    out = at_a_terminal("learn", "slope").out
    assert "Finished: concept 1 of 21, Slope: the derivative as a limit.\n" in out
    assert "Finished" not in at_a_terminal("learn", "slope").out, "once"


@pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 here")
def test_a_practice_that_is_killed_goes_on_without_asking_twice(command, environment):
    """Killed right after a verdict: the answer is kept, and its question does not come again."""
    asked: set[str] = set()
    for _ in range(3):
        process = subprocess.Popen(
            command("practice", "power"), env=environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("0\n")
        process.stdin.flush()
        for line in process.stdout:
            if line.strip(" >").startswith(("wrong", "right")):
                break
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        events = [e for e in Log().events() if isinstance(e, Answered)]
        assert len(events) == len(asked) + 1
        asked = {f"{event.topic} {event.seed}" for event in events}
        assert len(asked) == len(events)
