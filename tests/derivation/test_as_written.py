"""Answers as people write them: the right ones are read and right, and no wrong one passes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.derivation import check
from tests.support import cases, read

from .sheets import sheet_of

TABLES = [
    Path(__file__).with_name(f"{name}.toml")
    for name in ("as_written", "spellings", "mathjax", "as_typed")
]
SHEETS = {table.stem: read(table)["sheets"] for table in TABLES}


class Answers(NamedTuple):
    sheet: str
    wrt: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


ROWS = [(table.stem, row) for table in TABLES for row in cases(table, "answers", Answers)]
RIGHT = [(table, row.sheet, row.wrt, line) for table, row in ROWS for line in row.right]
WRONG = [(table, row.sheet, row.wrt, line) for table, row in ROWS for line in row.wrong]


@pytest.mark.parametrize(("table", "sheet", "wrt", "line"), RIGHT)
def test_a_right_answer_is_right_as_it_is_written(
    table: str, sheet: str, wrt: str, line: str
) -> None:
    result = check(sheet_of(SHEETS[table][sheet]), wrt, line, name_mistakes=False)
    assert result.passes, result.message


@pytest.mark.parametrize(("table", "sheet", "wrt", "line"), WRONG)
def test_a_wrong_answer_does_not_pass(table: str, sheet: str, wrt: str, line: str) -> None:
    assert not check(sheet_of(SHEETS[table][sheet]), wrt, line, name_mistakes=False).passes
