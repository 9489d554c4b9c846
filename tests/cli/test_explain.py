"""`chainrule explain`: the contract for scripts, an editor in a terminal, and what goes wrong."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from chainrule.ground.events import Explained
from chainrule.roadmap import Log
from tests.support.terminal import Terminal

DRAFT = """\
A hidden neuron has no target. The errors of the next layer come back along the weights, each times
its weight, and are added up.

    delta1 = (W2 @ delta2) * sigma'(z1)

At the end comes a Hadamard product.
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the learner's own, and no editor."""
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "mine.md"
    path.write_text(DRAFT, "utf-8")
    return path


def test_the_contract_for_scripts(cli, draft: Path) -> None:
    (found,) = cli("explain", "hidden-error", "--file", draft, "--json").objects()
    assert {"ideas", "unexplained", "formulas", "gaps", "readability"} <= found.keys()
    for idea in found["ideas"]:
        assert {"id", "title", "found", "sentence"} <= idea.keys()
        assert idea["found"] == (idea["sentence"] is not None)
    assert found["unexplained"] == ["Hadamard product"]
    (formula,) = found["formulas"]
    assert formula["text"] == "delta1 = (W2 @ delta2) * sigma'(z1)"
    assert (formula["verdict"], formula["mistake"]["kind"]) == ("wrong", "transpose")
    for gap in found["gaps"]:
        assert gap["what"]
        assert gap["resource"]["address"].startswith("http")
        assert not re.search(r"\b[KNBW][1-4]\b", json.dumps(gap["resource"]["title"]))
    kinds = {gap["kind"] for gap in found["gaps"]}
    assert kinds == {"idea", "term", "formula"}
    assert found["readability"]["words"] > 30
    assert found["changes"] is None


def test_standard_input_is_read(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DRAFT.encode())))
    (found,) = cli("explain", "hidden-error", "--file", "-", "--json").objects()
    assert found["unexplained"] == ["Hadamard product"]


def test_every_reading_is_an_event(cli, draft: Path, home: Path) -> None:
    cli("explain", "hidden-error", "--file", draft)
    cli("explain", "hidden-error", "--file", draft, "--json")
    events = [one for one in Log(home / "progress.db").events() if isinstance(one, Explained)]
    assert [one.concept for one in events] == ["hidden-error"] * 2
    assert "no-target" in events[0].ideas
    assert "Hadamard product" in events[0].gaps


def test_versions_are_kept_and_compared(cli, draft: Path, home: Path) -> None:
    cli("explain", "hidden-error", "--file", draft)
    draft.write_text(DRAFT.replace("(W2 @", "(W2.T @"), "utf-8")
    out = cli("explain", "hidden-error", "--file", draft).out
    assert "Since draft 1" in out
    assert "no longer: `delta1 = (W2 @ delta2)" in out
    kept = sorted(path.name for path in (home / "explanations" / "hidden-error").iterdir())
    assert kept == ["draft-001.md", "draft-002.md"]
    again = cli("explain", "hidden-error", "--file", draft, "--json").objects()[0]
    assert again["draft"] == 2
    assert any("is wrong" in what for what in again["changes"]["closed"])


def test_drafts_may_be_kept_elsewhere(cli, draft: Path, tmp_path: Path, home: Path) -> None:
    cli("explain", "hidden-error", "--file", draft, "--folder", tmp_path / "mine")
    assert (tmp_path / "mine" / "hidden-error" / "draft-001.md").read_text("utf-8") == DRAFT
    assert not (home / "explanations").exists()


def test_it_is_there_says_the_learner(cli, draft: Path, home: Path) -> None:
    arguments = ("explain", "hidden-error", "--file", draft, "--json")

    def transpose() -> dict[str, object]:
        (found,) = cli(*arguments).objects()
        return next(one for one in found["ideas"] if one["id"] == "transpose")

    assert transpose()["found"] is False
    assert cli(*arguments, "--there", "transpose=6").status == 0
    assert transpose()["by"] == "you"
    (found,) = cli(*arguments).objects()
    assert found["unexplained"] == ["Hadamard product"]
    (found,) = cli(*arguments, "--there", "Hadamard product=1").objects()
    assert found["unexplained"] == []
    there = home / "explanations" / "hidden-error" / "there.txt"
    line = "transpose: At the end comes a Hadamard product.\n"
    assert there.read_text("utf-8").startswith(line)


@pytest.mark.parametrize("columns", [40, 80])
def test_what_is_shown_fits_the_terminal(
    cli, draft: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = cli("explain", "hidden-error", "--file", draft).out
    for words in ("Ideas: ", "not found: ", "looked for: ", "Formulas: ", "Go back to", "Next"):
        assert words in out
    assert "chainrule explain hidden-error" in out
    for line in out.splitlines():
        whole = "http" in line or line.startswith("/") or "delta1" in line
        assert whole or len(line) <= columns, line


def test_nothing_missing_is_said(cli, tmp_path: Path) -> None:
    from chainrule.roadmap import write_up

    titles = ".\n\n".join(one.title for one in write_up("slope").ideas)
    path = tmp_path / "all.md"
    path.write_text(titles + ".\n", "utf-8")
    outcome = cli("explain", "slope", "--file", path)
    assert "Nothing is missing of what was looked for." in outcome.out


def test_without_a_name_the_drafts_are_listed(cli, draft: Path) -> None:
    cli("explain", "slope", "--file", draft)
    out = cli("explain").out
    assert re.search(r"1  slope +1 draft\n", out)
    assert "Explain one of them: chainrule explain rules" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("slop",), "did you mean slope?"),
        (("slope",), "no terminal to write in"),
        (("slope", "--file", "nowhere.md"), "nowhere.md: it cannot be read"),
        (("slope", "--file", "."), "it is a folder"),
        (("slope", "--file", "empty.md"), "fewer than 5 words"),
        (("slope", "--file", "binary"), "it is no text"),
        (("slope", "--file", "long.md"), "at most 200,000"),
        (("slope", "--file", "mine.md", "--there", "limt=1"), "did you mean limit?"),
        (("slope", "--file", "mine.md", "--there", "limit=99"), "no sentence on line 99"),
        (("slope", "--file", "mine.md", "--there", "limit"), "no sentence on line"),
        (("--json",), "say which concept"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    cli, draft: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty.md").write_text("", "utf-8")
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "long.md").write_text("word " * 50_000, "utf-8")
    outcome = cli("explain", *arguments)
    assert outcome.status == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err


# --- in a terminal ------------------------------------------------------------------------------


def an_editor(tmp_path: Path, does: str) -> str:
    """An editor that does this with the file it is given."""
    path = tmp_path / "editor.sh"
    path.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def in_terminal(tmp_path: Path):
    opened: list[Terminal] = []

    def of(*arguments: str) -> Terminal:
        opened.append(Terminal(["explain", *arguments], tmp_path, columns=80))
        return opened[-1]

    yield of
    for one in opened:
        one.close()


def test_the_editor_gets_the_prompt_and_what_is_written_is_read(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, draft: Path, in_terminal
) -> None:
    monkeypatch.setenv("EDITOR", an_editor(tmp_path, f'cat "{draft}" >> "$1"'))
    one = in_terminal("hidden-error")
    one.expect("Ideas: ")
    one.expect("Is one of them there?")
    one.send("1\n")
    one.expect("A number from 1 to")
    one.send("1 99\n")
    one.expect("There is no sentence on line 99")
    page = home / "explanations" / "hidden-error" / "draft-001.md"
    lines = page.read_text("utf-8").splitlines()
    one.send(f"1 {lines.index('At the end comes a Hadamard product.') + 1}\n")
    one.expect("Kept: ")
    one.send("\n")
    assert one.process.wait(60) == 0
    text = page.read_text("utf-8")
    assert text.startswith("<!-- BP2")
    assert text.endswith(DRAFT)
    assert "A hidden neuron has no target. Explain" in text
    assert "Hadamard" in page.with_name("there.txt").read_text("utf-8")
    first, second = Log(home / "progress.db").events()
    assert isinstance(first, Explained)
    assert isinstance(second, Explained)
    assert len(second.gaps) == len(first.gaps) - 1


@pytest.mark.parametrize(
    ("editor", "message"),
    [
        ("", "no editor is set"),
        ("/nowhere/editor", "cannot be run"),
        ("'", "no closing quotation"),
        ('echo "some words that I wrote before it fell" >> "$1"; exit 3', "ended with status 3"),
        ("kill -INT $$ # Ctrl-C", "ended by signal 2"),
        ("true", "fewer than 5 words"),
    ],
)
def test_an_editor_that_fails_loses_nothing(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, in_terminal,
    editor: str, message: str,
) -> None:  # fmt: skip
    command = an_editor(tmp_path, editor) if " " in editor or editor == "true" else editor
    monkeypatch.setenv("EDITOR", command)
    one = in_terminal("hidden-error")
    one.expect(message)
    assert one.process.wait(60) == 2
    if "exit 3" in editor:
        page = home / "explanations" / "hidden-error" / "now.md"
        assert "some words that I wrote before it fell" in page.read_text("utf-8")


def test_ctrl_c_at_the_question_loses_nothing(
    home: Path, draft: Path, heeding_ctrl_c: None, in_terminal
) -> None:
    one = in_terminal("hidden-error", "--file", str(draft))
    one.expect("Is one of them there?")
    one.expect("> ")
    for _ in range(10):  # one between the prompt and the waiting for a line is noticed at the next
        one.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            one.process.wait(2)
            break
    assert one.process.returncode == 0
    assert (home / "explanations" / "hidden-error" / "draft-001.md").exists()
    assert Log(home / "progress.db").events()
