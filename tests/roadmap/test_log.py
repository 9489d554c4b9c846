"""The log: nothing acknowledged is lost, nothing is kept twice, and nothing is deleted."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chainrule.ground import events as ground_events
from chainrule.ground.events import (
    KINDS,
    Answered,
    DailyReviews,
    Derived,
    Event,
    Explained,
    FunctionReset,
    Graded,
    HintShown,
    NetworkDerived,
    NoteRead,
    ReferenceAsked,
    ReferenceShown,
    RunFinished,
)
from chainrule.roadmap import FILE, Log, RoadmapError, home, record

SOURCE = str(Path(ground_events.__file__).parents[2])

EVERY_KIND: tuple[Event, ...] = (
    NoteRead(concept="slope"),
    Answered(topic="power", seed=3, verdict="wrong", tries=1, hints=2, mistake="power"),
    Derived(sheet="quadratic", quantity="delta1", verdict="right", shown=True),
    NetworkDerived(network="8-7-4 tanh cross-entropy", shown=True),
    Explained(concept="slope", ideas=("limit",), gaps=("why h is never 0", "ünïcode ⊙")),
    RunFinished(data="digits", network="64-30-10", epochs=3, accuracy=0.5, own=True),
    DailyReviews(number=7),
    Graded(function="sigmoid", outcome="right", fingerprint="ab"),
    HintShown(function="sigmoid", rung=1),
    ReferenceAsked(function="sigmoid"),
    ReferenceShown(function="sigmoid", why="right"),
    FunctionReset(function="sigmoid", archived="archive/network.py"),
)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "record" / FILE)


def answers(number: int) -> list[Answered]:
    return [Answered(topic="power", seed=seed, verdict="right") for seed in range(number)]


def test_every_kind_comes_back_as_it_was(log: Log) -> None:
    assert {type(event) for event in EVERY_KIND} == set(KINDS.values())
    assert log.add(*EVERY_KIND) == len(EVERY_KIND)
    assert log.events() == sorted(EVERY_KIND, key=lambda event: (event.at, event.id))
    again = Log(log.path)
    assert again.read_in(log.lines()) == (0, 0), "each is there already"


@pytest.mark.parametrize(
    "spoilt",
    [{"at": 3}, {"seed": "x"}, {"topic": None}, {"hints": 0.5}, {"shown": 1.0}, {"concept": []}],
)
def test_values_of_another_type_are_no_event(spoilt: dict[str, object]) -> None:
    values = {**EVERY_KIND[1].to_dict(), **spoilt}
    with pytest.raises(TypeError):
        Event.from_dict(values)


def test_an_old_line_without_an_id_has_always_the_same(log: Log) -> None:
    old = {"at": "2026-01-01T00:00:00+00:00", "event": "hint", "function": "relu", "rung": 2}
    first, second = Event.from_dict(old), Event.from_dict(dict(reversed(old.items())))
    assert first is not None
    assert first == second
    assert Event.from_dict({**old, "rung": 3}) != first
    assert log.read_in(json.dumps(old)) == (1, 0)
    assert log.read_in(json.dumps(old)) == (0, 0)


def test_nothing_is_made_by_looking(log: Log) -> None:
    assert log.events() == []
    assert log.kept("state") is None
    log.keep("state", 1, "{}")
    assert log.reset() is None
    assert not log.path.parent.exists()


def test_an_event_is_given_its_concept(log: Log) -> None:
    kept = [record(event, log).concept for event in EVERY_KIND]
    assert kept == [
        *("slope", "rules", "hidden-error", "whole", "slope", "mnist", ""),
        *["chain-rule"] * 5,
    ]
    assert [event.concept for event in log.events()] == kept
    assert record(Answered(topic="no such", seed=1, verdict="right"), log).concept == ""


def test_the_folder_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "mine"))
    assert home() == tmp_path / "mine"
    record(NoteRead(concept="slope"))
    assert (tmp_path / "mine" / FILE).exists()
    monkeypatch.delenv("CHAINRULE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if sys.platform == "linux":
        assert home() == tmp_path / "data" / "chainrule"


def test_export_reset_and_import_give_the_same(log: Log) -> None:
    log.add(*EVERY_KIND, *answers(20))
    before = log.lines()
    archive = log.reset()
    assert archive is not None
    assert log.events() == []
    assert log.read_in(before) == (32, 0)
    assert log.lines() == before
    assert log.reset() == archive.with_stem(f"{archive.stem}-2"), "no archive is written over"
    assert log.read_in(archive.read_text("utf-8")) == (32, 0)
    assert log.lines() == before


def test_two_machines_come_to_the_same(tmp_path: Path) -> None:
    here, there = Log(tmp_path / "here.db"), Log(tmp_path / "there.db")
    for number, event in enumerate([*EVERY_KIND, *answers(10)]):
        (here, there)[number % 2].add(event)
    here.read_in(there.lines())
    there.read_in(here.lines())
    assert here.lines() == there.lines()
    assert len(here.events()) == len(EVERY_KIND) + 10


def test_lines_that_make_no_sense_are_counted(log: Log) -> None:
    lines = [
        "{",
        "[]",
        "3",
        '{"event": 3}',
        '{"event": {}}',
        "{}",
        json.dumps({"event": "of a later version", "at": "x"}),
        json.dumps(EVERY_KIND[0].to_dict()),
    ]
    assert log.read_in("\n".join(lines)) == (1, 5)


def halves(content: bytes) -> bytes:
    return content[: len(content) // 2]


def holes(content: bytes) -> bytes:
    spoilt = bytearray(content)
    for start in range(4096 * 3, len(spoilt), 4096 * 5):
        spoilt[start : start + 4096] = b"\xa5" * 4096
    return bytes(spoilt)


@pytest.mark.parametrize(
    "spoil",
    [halves, holes, lambda content: b"", lambda content: b"no database " * 900,
     lambda content: content[:50], lambda content: b"\0" * len(content)],
    ids=["halved", "holes", "empty", "text", "header", "zeros"],
)  # fmt: skip
def test_a_damaged_file_is_set_aside(log: Log, spoil) -> None:
    log.add(*answers(2000))
    log.close()
    spoilt = spoil(log.path.read_bytes())
    log.path.write_bytes(spoilt)
    new = NoteRead(concept="slope")
    log.add(new)
    found = log.events()
    assert new in found
    assert len(set(found)) == len(found)
    assert len(log.notices) == 1
    aside = log.path.with_name("progress-damaged.db")
    assert aside.read_bytes() == spoilt
    assert str(log.path) in log.notices[0]
    assert aside.name in log.notices[0]
    assert f"{len(found) - 1:,} event" in log.notices[0]
    if spoil in (halves, holes):
        assert len(found) > 200, "what can be read is kept"
    assert Log(log.path).events() == found


def test_a_later_version_is_left_alone(log: Log) -> None:
    log.add(*answers(3))
    log.close()
    with sqlite3.connect(log.path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = log.path.read_bytes()
    with pytest.raises(RoadmapError, match="a later version"):
        log.add(NoteRead(concept="slope"))
    assert log.path.read_bytes() == before


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    log = Log(tmp_path / "file" / FILE)
    with pytest.raises(RoadmapError, match="cannot be used"):
        log.add(NoteRead(concept="slope"))


WRITER = """
import sys
from pathlib import Path
from chainrule.ground.events import Answered
from chainrule.roadmap import Log
log = Log(Path(sys.argv[1]))
seed = 0
while seed < int(sys.argv[3]):
    log.add(Answered(topic=sys.argv[2], seed=seed, verdict="right"))
    print(seed, flush=True)
    seed += 1
"""


def writer(log: Log, name: str, number: int = 1_000_000) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(log.path), name, str(number)],
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


KILLER = """
import os, random, signal, sys
from pathlib import Path
from chainrule.ground.events import Answered
from chainrule.roadmap import Log

def write(path, name, answer):
    log = Log(path)
    for seed in range(10_000):
        log.add(Answered(topic=name, seed=seed, verdict="right"))
        os.write(answer, b".")

path, rounds, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(0)
Log(path).add(Answered(topic="first", seed=0, verdict="right"))
acknowledged = 0
for number in range(rounds):
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        write(path, f"round {number}", theirs)
        os._exit(0)
    os.close(theirs)
    told = len(os.read(ours, chance.randrange(1, 4)))
    for _ in range(chance.randrange(3000)):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while rest := os.read(ours, 10_000):
        told += len(rest)
    os.close(ours)
    acknowledged += told
    log = Log(path)
    seeds = {e.seed for _, e in log.after() if e.topic == f"round {number}"}
    assert seeds >= set(range(told)), (number, told, seeds)
    assert len(seeds) <= told + 1, "at most the one that it was about to be told of"
    assert not log.notices, log.notices
    log.close()
print(acknowledged)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_kill_at_any_moment_loses_nothing_acknowledged(log: Log) -> None:
    """200 writers, killed at random moments: all that they were told is kept is there."""
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(log.path), "200"],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 200


def test_two_processes_at_once(log: Log) -> None:
    both = [writer(log, name, 150) for name in ("one", "two")]
    outcomes = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], outcomes
    kept = {(e.topic, e.seed) for e in log.events() if isinstance(e, Answered)}
    assert kept == {(name, seed) for name in ("one", "two") for seed in range(150)}


def test_a_reset_loses_nothing_of_a_process_that_is_writing(log: Log) -> None:
    process = writer(log, "one", 120)
    assert process.stdout is not None
    process.stdout.readline()
    archives = []
    while process.poll() is None:
        archives.append(log.reset())
    process.communicate()
    assert process.returncode == 0
    archived = [place.read_text("utf-8") for place in archives if place is not None]
    for text in archived:
        log.read_in(text)
    assert {e.seed for e in log.events() if isinstance(e, Answered)} == set(range(120))
