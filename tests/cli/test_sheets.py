"""`chainrule sheets`, and what a command takes for a sheet."""

from __future__ import annotations

import json

import pytest

from chainrule.algebra import load_sheet, sheet_names
from chainrule.cli.sheets import read_sheet


def test_every_sheet_is_listed_once_with_a_line(cli):
    lines = cli("sheets").out.splitlines()
    for name in sheet_names():
        assert sum(line.startswith(f"  {name} ") for line in lines) == 1
    assert lines[-1].startswith("Next: chainrule derive")
    assert max(map(len, lines)) <= 80


def test_the_groups_are_those_of_the_costs(cli):
    (listed,) = (json.loads(line) for line in cli("sheets", "--json").out.splitlines())
    assert [sheet["name"] for sheet in listed if sheet["group"] == "network"] == [
        name for name in sheet_names() if load_sheet(name).cost == "C"
    ]
    assert all(sheet["description"].endswith(".") for sheet in listed)


def test_forty_columns(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, cli("sheets").out.splitlines()[:-1])) <= 40


@pytest.mark.parametrize(
    "words", ["softmax", "x**2 * sin(x)", "1/x", "x²", "f = x + 1", "x: scalar\nf = x**2"]
)
def test_what_is_a_sheet(words):
    assert read_sheet(words).sheet.cost


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("quadratic-from", "did you mean quadratic-form? chainrule sheets lists them"),
        ("own.net", "there is no such file; chainrule sheets lists them"),
        ("dC/dW2 = delta2 @ a1.T", 'chainrule check softmax "dC/dW2 = delta2 @ a1.T"'),
        ("∂C/∂W2 = delta2 @ a1.T", "which sheet is this about?"),
        ("delta2 = a2 - y", "which sheet is this about?"),
        ("f' = 2x", "which sheet is this about?"),
        ("delta2 @ a1.T", "sizes are not known"),
    ],
)
def test_what_is_none(cli, words, message):
    done = cli("check", words)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert message in done.err


def test_a_fault_in_a_file_names_the_file(cli, tmp_path):
    sheet = tmp_path / "own.net"
    sheet.write_text("x: scalar\nf = x + q\n", encoding="utf-8")
    for command in ("derive", "check", "export"):
        done = cli(command, "own.net")
        assert done.err == "chainrule: own.net: line 2, column 9: unknown name `q`\n"
