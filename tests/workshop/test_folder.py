"""The learner's folder: nothing is overwritten, nothing hidden, the record only grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chainrule.workshop import (
    Folder,
    Guard,
    Session,
    WorkshopError,
    hint,
    outline,
    references,
    reset_function,
    stage,
    stage_names,
    start_folder,
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return start_folder(tmp_path / "mine")


def write(folder: Folder, name: str, body: str) -> None:
    """Put a body in the place of what a function raises now."""
    text = folder.network.read_text(encoding="utf-8")
    before, after = text.split(f"def {name}(", 1)
    after = after.replace("raise NotImplementedError", body, 1)
    folder.network.write_text(f"{before}def {name}({after}", encoding="utf-8")


def test_a_new_folder_holds_what_its_readme_names_and_nothing_else(folder: Folder):
    assert sorted(p.name for p in folder.path.iterdir()) == ["README.md", "network.py"]
    readme = (folder.path / "README.md").read_text(encoding="utf-8")
    for name in ("network.py", "progress.jsonl", "archive/"):
        assert f"`{name}`" in readme


def test_a_new_folder_holds_no_solution(folder: Folder):
    text = folder.network.read_text(encoding="utf-8")
    for one in map(stage, stage_names()):
        body = one.reference.split('"""')[2]
        for line in body.splitlines():
            if len(line.strip()) > 20:
                assert line.strip() not in text


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "network.py").write_text("mine")
    with pytest.raises(WorkshopError, match="there already"):
        start_folder(place)
    assert (place / "network.py").read_text() == "mine"
    assert len(list(place.iterdir())) == 1


def test_an_empty_folder_may_be_used(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert start_folder(tmp_path / "empty").network.exists()


def test_a_file_in_the_way_is_not_touched(tmp_path: Path):
    (tmp_path / "mine").write_text("a file")
    with pytest.raises(WorkshopError, match="there already"):
        start_folder(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "a file"


@contextmanager
def little_room() -> Iterator[None]:
    """Files of at most 10,240 bytes, as on a disk that is nearly full.

    For one call only: what the tests print may go into a longer file.
    """
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_240, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_for_which_there_is_no_room_leaves_nothing(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "new" / "mine", tmp_path / "empty"):
        with pytest.raises(WorkshopError, match="cannot be made"), little_room():
            start_folder(place)
    assert [p.name for p in tmp_path.rglob("*")] == ["empty"]


def test_reset_without_room_changes_nothing_and_leaves_no_cut_copy(folder: Folder):
    before = folder.network.read_bytes()
    with pytest.raises(WorkshopError, match="nothing was changed"), little_room():
        reset_function(folder, stage("relu"))
    assert folder.network.read_bytes() == before
    assert list(folder.archive.iterdir()) == []


def test_reset_empties_one_function_and_keeps_the_file(folder: Folder):
    write(folder, "relu", "return z * 7")
    write(folder, "tanh", "return np.tanh(z)")
    before = folder.network.read_bytes()
    place = reset_function(folder, stage("relu"))
    after = folder.network.read_text(encoding="utf-8")
    assert place.read_bytes() == before
    assert place.parent == folder.archive
    assert "z * 7" not in after
    assert "np.tanh(z)" in after
    assert stage("relu").stub in after
    second = reset_function(folder, stage("tanh"))
    assert second != place
    assert place.read_bytes() == before


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_reset_keeps_line_ends_and_byte_order_mark(folder: Folder, newline: str, mark: bytes):
    text = f"# größer{newline}def relu(z):{newline}    return z{newline}{newline}x = 1{newline}"
    folder.network.write_bytes(mark + text.encode())
    reset_function(folder, stage("relu"))
    found = folder.network.read_bytes()
    assert found.startswith(mark + "# größer".encode() + newline.encode())
    assert found.endswith(f"{newline}{newline}x = 1{newline}".encode())
    assert (b"\r\n" in found) == (newline == "\r\n")
    assert found.count(b"\n") == found.count(newline.encode())


def test_reset_works_in_a_file_that_is_no_python(folder: Folder):
    folder.network.write_text("def relu(z)\n    return (\n\ndef tanh(z):\n    return 5\n")
    reset_function(folder, stage("relu"))
    text = folder.network.read_text()
    assert text.endswith("def tanh(z):\n    return 5\n")
    assert "return (" not in text
    assert outline(text.encode()) is not None


def test_reset_of_a_function_that_is_not_there_adds_it(folder: Folder):
    folder.network.write_text("x = 1")
    reset_function(folder, stage("relu"))
    assert folder.network.read_text() == "x = 1\n\n\n" + stage("relu").stub


def test_only_what_has_changed_is_checked(folder: Folder, guard: Guard):
    write(folder, "sigmoid", "return np.tanh(z)")
    write(folder, "relu", "return np.maximum(z, 0)")
    session = Session(folder, guard)
    session.refresh()
    assert session.changed() == ["sigmoid", "relu"]
    list(session.check(session.changed()))
    again = Session(folder, guard)
    assert again.refresh()
    assert again.changed() == []
    write(folder, "neuron", "return sigmoid(w @ x + b)")
    assert again.refresh()
    assert again.changed() == ["neuron"]
    list(again.check(["neuron"]))
    text = folder.network.read_text().replace("return np.tanh(z)", "return 1 / (1 + np.exp(-z))", 1)
    folder.network.write_text(text)
    assert again.refresh()
    assert again.changed() == ["sigmoid", "neuron"], "what uses a changed function has changed"


def test_comments_and_blank_lines_are_no_change(folder: Folder, guard: Guard):
    write(folder, "relu", "return np.maximum(z, 0)")
    session = Session(folder, guard)
    session.refresh()
    list(session.check(["relu"]))
    folder.network.write_text("# a comment\n\n" + folder.network.read_text())
    session.refresh()
    assert session.changed() == []


def test_a_file_that_is_no_python_is_said_once(folder: Folder, guard: Guard):
    folder.network.write_text("def relu(z)\n")
    session = Session(folder, guard)
    session.refresh()
    verdicts = list(session.check(stage_names()))
    assert [v.outcome for v in verdicts] == ["unreadable"]


def test_the_record_survives_a_torn_line(folder: Folder, guard: Guard):
    """What a loss of power leaves: the lines before it count, and the next is whole."""
    folder.network.write_text(references())
    session = Session(folder, guard)
    list(session.check(["relu", "tanh"]))
    with folder.progress.path.open("ab") as stream:
        stream.write(b'{"event": "checked", "func')
    list(session.check(["neuron"]))
    standing = folder.standing()
    assert standing.passed == 3
    assert standing.unreadable == 1
    lines = folder.progress.path.read_text().splitlines()
    assert json.loads(lines[-1])["function"] == "neuron"


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "3",
        '"x"',
        "{}",
        '{"event": "checked", "function": "relu"}',
        "\x00",
        "null",
        "[" * 9999,
    ],
)
def test_a_strange_line_is_left_out(folder: Folder, line: str):
    folder.progress.path.write_text(line + "\n")
    assert folder.standing().passed == 0
    assert folder.standing().unreadable == 1


OLD_RECORD = """\
{"at": "2026-01-02T10:00:00+00:00", "event": "checked", "function": "relu", "outcome": "numbers", \
"mistake": "leaky", "fingerprint": "0011223344556677"}
{"at": "2026-01-02T10:01:00+00:00", "event": "hint", "function": "relu", "rung": 1}
{"at": "2026-01-02T10:02:00+00:00", "event": "hint", "function": "relu", "rung": 2}
{"at": "2026-01-02T10:03:00+00:00", "event": "asked for the reference", "function": "relu"}
{"at": "2026-01-02T10:04:00+00:00", "event": "reference shown", "function": "relu", \
"why": "asked for twice"}
{"at": "2026-01-02T10:05:00+00:00", "event": "checked", "function": "tanh", "outcome": "right", \
"mistake": null, "fingerprint": "8899aabbccddeeff"}
{"at": "2026-01-02T10:06:00+00:00", "event": "reset", "function": "tanh", \
"archived": "archive/network-2026-01-02-100600.py"}
{"at": "2026-01-02T10:07:00+00:00", "event": "of a later version", "function": "tanh"}
{"at": "2026-01-02T10:08:00+00:00", "event": "hint", "function": "of another course", "rung": 1}
"""


def test_a_record_of_an_earlier_version_is_read(folder: Folder):
    folder.progress.path.write_text(OLD_RECORD)
    standing = folder.progress.history()
    assert standing.unreadable == 0
    relu = standing.checked["relu"]
    assert (relu.outcome, relu.mistake, relu.fingerprint) == (
        "numbers",
        "leaky",
        "0011223344556677",
    )
    assert standing.hints == {"relu": 2}
    assert standing.asked == {"relu": 1}
    assert standing.shown == {"relu"}
    assert "tanh" not in standing.checked
    assert standing.ever_right == {"tanh"}


def test_a_record_is_written_from_events_and_read_into_them(folder: Folder):
    """Line by line as earlier versions have it, so that either reads the other's."""
    folder.progress.path.write_text(OLD_RECORD)
    events = [event for event in folder.progress.events() if event is not None]
    assert len(events) == 8
    folder.progress.path.unlink()
    for event in events:
        folder.progress.add(event)
    lines = [json.loads(line) for line in OLD_RECORD.splitlines() if "later version" not in line]
    again = [json.loads(line) for line in folder.progress.path.read_text().splitlines()]
    assert len(again) == len(lines)
    assert all(old.items() <= new.items() for old, new in zip(lines, again, strict=True))
    assert [*folder.progress.events()] == events
    assert len({event.id for event in events}) == len(events)


def test_what_is_done_is_given_back_as_it_is_recorded(folder: Folder, guard: Guard):
    write(folder, "relu", "return np.maximum(z, 0)")
    session = Session(folder, guard)
    session.refresh()
    (verdict,) = session.check(["relu"])
    recorded = [*folder.progress.events()]
    given = hint(stage("tanh"), folder.progress).event
    assert session.record(verdict).outcome == "right"
    assert [type(event).__name__ for event in folder.progress.events() if event is not None] == [
        "Graded",
        "HintShown",
        "Graded",
    ]
    assert [*folder.progress.events()][:2] == [*recorded, given]


def test_a_reference_is_shown_after_it_was_asked_for_twice(folder: Folder):
    one = stage("relu")
    given = [hint(one, folder.progress) for _ in range(6)]
    assert [len(g.rungs) for g in given[:3]] == [1, 2, 3]
    assert [g.reference for g in given[:4]] == [None] * 4
    assert "ask once more" in given[3].next
    assert given[4].reference == given[5].reference == one.reference
    events = [json.loads(line) for line in folder.progress.path.read_text().splitlines()]
    shown = [e for e in events if e["event"] == "reference shown"]
    assert [(e["function"], e["why"]) for e in shown] == [("relu", "asked for twice")]


def test_a_reference_is_shown_after_a_pass(folder: Folder, guard: Guard):
    write(folder, "relu", "return np.maximum(z, 0)")
    list(Session(folder, guard).check(["relu"]))
    given = hint(stage("relu"), folder.progress)
    assert given.reference == stage("relu").reference
    assert given.event is None, "it gives nothing away"
    assert not folder.standing().functions["relu"].reference_shown


def test_a_fragile_function_has_the_whole_ladder_before_it(folder: Folder, guard: Guard):
    write(folder, "sigmoid", "return 1 / (1 + np.exp(-z))")
    (verdict,) = Session(folder, guard).check(["sigmoid"])
    assert verdict.outcome == "fragile"
    given = [hint(stage("sigmoid"), folder.progress) for _ in range(5)]
    assert [g.reference for g in given[:4]] == [None] * 4
    assert given[4].reference == stage("sigmoid").reference


def test_nothing_hidden_is_left(folder: Folder, guard: Guard):
    write(folder, "relu", "return np.maximum(z, 0)")
    list(Session(folder, guard).check(["relu"]))
    reset_function(folder, stage("relu"))
    hint(stage("relu"), folder.progress)
    assert sorted(p.name for p in folder.path.iterdir()) == [
        "README.md",
        "archive",
        "network.py",
        "progress.jsonl",
    ]
