"""The page about the language: every example on it is what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainrule.algebra import (
    ASSUMPTIONS,
    FUNCTIONS,
    MAX_LENGTH,
    MAX_LINES,
    MAX_NESTING,
    MAX_ORDER,
    MAX_SHEET_LENGTH,
    MAX_SIZE,
    AlgebraError,
    load_sheet,
    parse,
    parse_sheet,
    sheet_names,
    text,
)
from chainrule.algebra.language.mathml import MAX_LENGTH as MAX_MATHML
from chainrule.algebra.language.tokens import MAX_DIGITS, MAX_TOKENS
from chainrule.derivation import VERDICTS, check

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text("utf-8")
SHEETS = [parse_sheet(block) for block in re.findall(r"```net\n(.*?)```", PAGE, re.DOTALL)]
SCOPE = SHEETS[0].scope


def rows(*heads: str) -> list[list[str]]:
    """The rows of every table with these heads."""
    found: list[list[str]] = []
    inside = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        if not line.startswith("|"):
            inside = False
        elif cells == list(heads):
            inside = True
        elif inside and not line.startswith("|---"):
            found.append(cells)
    assert found, heads
    return found


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


READING = PAGE[PAGE.index("## What may be typed") : PAGE.index("| You are told")].splitlines()
READ = [
    *(row[:2] for row in rows("You type", "It is read as", "What it is")),
    *rows("You type", "It is read as"),
]


@pytest.mark.parametrize("row", READ, ids=lambda row: row[0])
def test_what_is_typed_is_read_as_the_page_says(row: list[str]) -> None:
    typed, [read] = codes(row[0]), codes(row[1])
    assert typed
    for words in typed:
        assert text(parse(words, SCOPE).expression) == read, words


def test_no_row_of_the_tables_is_passed_over() -> None:
    assert len(READ) == sum(re.match(r"\| `.*\| `.*`", line) is not None for line in READING)


@pytest.mark.parametrize("row", rows("You type", "What it is"), ids=lambda row: row[0])
def test_every_function_of_the_page_is_known(row: list[str]) -> None:
    for words in codes(row[0]):
        parse(words, SCOPE)


def test_every_function_is_on_the_page() -> None:
    listed = " ".join(row[0] for row in rows("You type", "What it is"))
    names = {*FUNCTIONS, "softmax", "maximum", "minimum", "sum", "mean", "max", "norm", "trace"}
    assert all(f"`{name}(" in listed for name in names)


@pytest.mark.parametrize("row", rows("You type", "You are told"), ids=lambda row: row[0])
def test_what_cannot_be_read_is_told_as_the_page_says(row: list[str]) -> None:
    with pytest.raises(AlgebraError) as error:
        parse(codes(row[0])[0], SCOPE)
    assert error.value.message == row[1]


def test_every_assumption_is_on_the_page() -> None:
    assert [codes(row[0])[0] for row in rows("Word", "What holds")] == list(ASSUMPTIONS)


def test_every_verdict_is_on_the_page() -> None:
    assert [codes(row[0])[0] for row in rows("Verdict", "What it says")] == list(VERDICTS)


@pytest.mark.parametrize(
    "row", rows("Asked for", "You type", "Verdict", "Mistake"), ids=lambda row: row[1]
)
def test_an_answer_is_judged_as_the_page_says(row: list[str]) -> None:
    [wrt], [answer], [verdict] = codes(row[0]), codes(row[1]), codes(row[2])
    found = check(load_sheet("softmax"), wrt, answer)
    assert found.verdict == verdict
    kinds = [found.mistake.kind] if found.mistake is not None else []
    assert kinds == codes(row[3])
    assert (found.witness is not None) == (verdict == "wrong")


def test_the_mistake_in_print_is_found_named_and_mended() -> None:
    assert SHEETS[-1] == load_sheet("logistic")
    found = check(SHEETS[-1], "w[j]", "(a - y) * w[j]")
    assert found.verdict == "wrong"
    assert found.mistake is not None
    assert (found.mistake.kind, found.mistake.message) == ("symbol", "`w` should be `x`")
    assert found.mistake.repaired == "(a - y) * x[j]"
    assert check(SHEETS[-1], "w[j]", "(a - y) * x[j]").verdict.startswith("right")
    section = PAGE[PAGE.index("## A mistake in print") :]
    for words in ("(a - y) * w[j]", "(a - y) * x[j]", "`symbol`: `w` should be `x`", "`w[j]`"):
        assert words in section


def test_the_limits_are_those_of_the_code() -> None:
    assert [int(row[1]) for row in rows("What", "At most")] == [
        MAX_LENGTH, MAX_MATHML, MAX_TOKENS, MAX_NESTING, MAX_DIGITS, MAX_ORDER, MAX_SHEET_LENGTH,
        MAX_LINES, MAX_SIZE,
    ]  # fmt: skip


def test_the_sheets_that_the_page_names_are_shipped() -> None:
    named = re.findall(r"sheet `([a-z-]+)`", PAGE)
    assert named
    assert set(named) <= set(sheet_names())
