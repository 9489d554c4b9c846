"""Answers as people write them: the right ones are read and right, and no wrong one passes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.derivation import check
from tests.support import cases, read

from .sheets import sheet_of

TABLES = Path(__file__).with_name("as_written.toml")
SHEETS = read(TABLES)["sheets"]


class Answers(NamedTuple):
    sheet: str
    wrt: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


ROWS = cases(TABLES, "answers", Answers)
RIGHT = [(row.sheet, row.wrt, line) for row in ROWS for line in row.right]
WRONG = [(row.sheet, row.wrt, line) for row in ROWS for line in row.wrong]


@pytest.mark.parametrize(("sheet", "wrt", "line"), RIGHT)
def test_a_right_answer_is_right_as_it_is_written(sheet: str, wrt: str, line: str) -> None:
    told = check(sheet_of(SHEETS[sheet]), wrt, line, name_mistakes=False)
    assert told.passes, told.message


@pytest.mark.parametrize(("sheet", "wrt", "line"), WRONG)
def test_a_wrong_answer_does_not_pass(sheet: str, wrt: str, line: str) -> None:
    assert not check(sheet_of(SHEETS[sheet]), wrt, line, name_mistakes=False).passes
