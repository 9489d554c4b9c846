"""What the README shows is what the program does."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

import pytest

from chainrule.cli.main import main
from chainrule.network import Network
from chainrule.roadmap import HOME, resources
from tests.support.kaggle import write_digits

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_listing_is_the_one_that_is_run():
    assert Network.of("784-30-10 sigmoid quadratic").listing(batch_size=10) in README


def test_the_python_runs_and_says_what_its_comments_say():
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code[1], "README.md", "exec"), {})
    lines = printed.getvalue().splitlines()
    assert float(lines[9].split()[1]) > 0.9
    assert lines[10] == "(10, 30) (30, 64)"
    assert float(lines[11]) < 1e-6


def test_the_wrong_line_is_named_as_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """As a terminal shows it to somebody who has not begun the road."""
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    command = re.search(r"chainrule check (.*)\n\n```\n((?:.*\n)*?)```", README)
    assert command is not None
    assert main(["check", *shlex.split(command[1])]) == 1
    assert capsys.readouterr().out == command[2]


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\]\(([^):]+)\)", README))))
def test_links_lead_somewhere(page: str):
    assert (Path(__file__).parents[2] / page).exists()


def commands() -> list[str]:
    """The commands of the README: lines of their own, and those in the road's table."""
    text = README.partition("## Derivations")[0]
    lines = re.findall(r"^    (?:chainrule)\b ?(.*)$", text, re.MULTILINE)
    return [*lines, *re.findall(r"`chainrule ([^`]+)`", text.partition("## The network")[0])]


OFFLINE = [
    words
    for words in dict.fromkeys(commands())
    if not re.search(
        r"mnist|\bopen\b|FILE|CONCEPT|^explain|^practice$|^progress$|^check quad", words
    )
]


def test_the_first_commands_are_there():
    assert {"", "learn slope", "practice slope", "review", "train", "build start"} <= set(OFFLINE)
    assert re.search(r"git clone", README)
    assert "Python 3.11" in README


def test_the_commands_run_offline_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """In the README's order, in an empty folder, with nothing typed after them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.input", lambda _: "quit")
    write_digits(tmp_path)
    for words in sorted(OFFLINE, key=README.index):
        assert main(shlex.split(words)) == 0, (words, capsys.readouterr().err)
    assert (tmp_path / "digits-64-30-10.safetensors").exists()
    assert (tmp_path / "my-network" / "network.py").exists()


def test_every_resource_is_named_with_its_address():
    for key, one in resources().items():
        assert key == "N3" or one.address in README, key
