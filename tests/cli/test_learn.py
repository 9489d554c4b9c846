"""`chainrule learn`: the list, a note at any width, and commands that exist and work."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from chainrule.roadmap import ORDER, concept, concepts
from chainrule.workshop import references, stage_names

every_concept = pytest.mark.parametrize("slug", ORDER)


def commands(out: str) -> list[str]:
    return re.findall(r"^ *chainrule (.+)$", out, re.MULTILINE)


def test_the_list_has_every_concept_with_its_minutes_and_needs(cli):
    found = cli("learn")
    assert found.status == 0
    for one in concepts():
        assert re.search(
            rf"^ *{one.number}  {one.slug} +{one.minutes} min", found.out, re.MULTILINE
        )
    assert "needs gradient, cost" in found.out
    assert f"{sum(one.minutes for one in concepts())} minutes" in found.out
    assert cli("learn", "--list").out == found.out


@pytest.mark.parametrize("columns", [40, 63, 200])
@pytest.mark.parametrize("words", [[], *([slug] for slug in ORDER)])
def test_nothing_is_wider_than_the_terminal(
    cli, monkeypatch: pytest.MonkeyPatch, columns: int, words: list[str]
):
    monkeypatch.setenv("COLUMNS", str(columns))
    for line in cli("learn", *words).out.splitlines():
        whole = line.strip().startswith(("http", "chainrule "))
        assert whole or len(line) <= min(columns, 80), line
        assert line == line.rstrip()


@every_concept
def test_every_word_of_a_note_is_shown(cli, slug: str):
    def letters(text: str) -> str:
        return re.sub(r"[\W_\d]+", "", text)

    shown = letters(cli("learn", slug).out)
    for kind, inside in concept(slug).note.pieces():
        if kind is None:
            for paragraph in inside.split("\n\n"):
                assert letters(paragraph) in shown, paragraph


@every_concept
def test_links_are_shown_with_title_and_address(cli, slug: str):
    out = cli("learn", slug).out
    for place in concept(slug).read:
        assert f"  {place.address}\n" in out
        assert " ".join(place.title.split()) in " ".join(out.split())


def test_the_list_as_json(cli):
    every = json.loads(cli("learn", "--list", "--json").out)
    assert [one["concept"] for one in every] == list(ORDER)
    for one in every:
        assert set(one) == {"concept", "title", "needs", "activities", "done", "due"}
        assert (one["done"], one["due"]) == (False, False)
        for activity in one["activities"]:
            assert set(activity) == {"kind", "command", "done"}
            assert activity["kind"] in ("read", "practise", "derive", "build", "train", "explain")
    built = {"kind": "build", "command": "chainrule build check hidden_error", "done": False}
    assert built in every[11]["activities"]


def test_one_concept_as_json(cli):
    one = json.loads(cli("learn", "slope", "--json").out)
    assert one["minutes"] == concept("slope").minutes
    assert one["read"][0]["address"].startswith("https://www.khanacademy.org/")


@every_concept
def test_every_derivation_that_is_offered_can_be_done(
    cli, monkeypatch: pytest.MonkeyPatch, slug: str
):
    """Each command asks; the first is given its right line, and says that it is right."""
    answers = [each.answer for each in concept(slug).derive]
    offered = [line for line in commands(cli("learn", slug).out) if line.startswith("check ")]
    if concept(slug).derive_network:
        assert offered.pop() == "check whole"
    assert len(offered) == len(answers)
    for number, line in enumerate(offered):
        typed = iter([answers[number], "quit"])
        monkeypatch.setattr("builtins.input", lambda _, typed=typed: next(typed))
        found = cli(*shlex.split(line))
        assert found.status == 0, found.err
        assert found.out.split()[0].rstrip(",") == "right", found.out


def test_every_function_that_is_offered_can_be_built(cli):
    """After `build start`, the commands grade; with references in the file, they pass."""
    offered = {
        line for slug in ORDER for line in commands(cli("learn", slug).out) if "build check" in line
    }
    assert offered == {f"build check {name}" for name in (*stage_names(), "--all")}
    assert cli("build", "start").status == 0
    Path("my-network/network.py").write_text(references(stage_names()[:3]), encoding="utf-8")
    for line in ("build check --all", "build check sigmoid_prime"):
        found = cli(*line.split())
        assert found.status == 0, found.out
    assert "build start" not in commands(cli("learn", "slope").out)


def test_before_there_is_a_folder_the_first_command_is_named(cli):
    lines = commands(cli("learn", "slope").out)
    assert lines.index("build start") > lines.index("build check numerical_derivative")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["slop"], "no concept is called 'slop'; did you mean slope?"),
        (["hidden_error"], "did you mean hidden-error?"),
        (["slope", "--list"], "'slope' and --list: give one of them"),
    ],
)
def test_what_is_not_there(cli, words: list[str], said: str):
    found = cli("learn", *words)
    assert found.status == 2
    assert found.out == ""
    assert said in found.err


def test_a_terminal_of_ascii_gets_ascii(process):
    found = process("learn", "hidden-error", PYTHONIOENCODING="ascii")
    assert found.status == 0
    assert found.out.isascii()
    assert "?" not in re.sub(r"(?<=\w)\?", "", found.out)
