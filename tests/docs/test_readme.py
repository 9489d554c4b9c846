"""What the README shows is what the program does."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from chainrule.algebra import load_sheet
from chainrule.derivation import check
from chainrule.network import Network

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


def test_the_wrong_line_is_named_as_shown():
    command = re.search(r"chainrule check (.*)\n\n```\n(.*?)```", README, re.DOTALL)
    assert command is not None
    sheet, _, wrt, line = shlex.split(command[1])
    found = check(load_sheet(sheet), wrt, line)
    assert found.mistake is not None
    assert f"{found.mistake.kind}: {found.mistake.message}" in command[2]
    assert f"repaired: {found.mistake.repaired}" in command[2]


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\]\(([^):]+)\)", README))))
def test_links_lead_somewhere(page: str):
    assert (Path(__file__).parents[2] / page).exists()
