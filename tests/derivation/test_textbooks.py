"""The equations of textbooks, as they are printed there: right, and not with a slip in them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.derivation import check_chain
from tests.support import cases, read

from .sheets import sheet_of

TABLE = Path(__file__).with_name("textbooks.toml")
SHEETS = read(TABLE)["sheets"]


class Equations(NamedTuple):
    source: str
    sheet: str
    wrt: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


ROWS = cases(TABLE, "equations", Equations)
RIGHT = [(row.sheet, row.wrt, line) for row in ROWS for line in row.right]
WRONG = [(row.sheet, row.wrt, line) for row in ROWS for line in row.wrong]


@pytest.mark.parametrize(("sheet", "wrt", "line"), RIGHT)
def test_an_equation_is_right_as_it_is_printed(sheet: str, wrt: str, line: str) -> None:
    result = check_chain(sheet_of(SHEETS[sheet]), wrt, [line])
    assert result.verdict in ("right", "right-other-form"), result.message


@pytest.mark.parametrize(("sheet", "wrt", "line"), WRONG)
def test_an_equation_with_a_slip_does_not_pass(sheet: str, wrt: str, line: str) -> None:
    result = check_chain(sheet_of(SHEETS[sheet]), wrt, [line])
    assert result.verdict not in ("right", "right-other-form")


def test_every_book_has_its_equations() -> None:
    books = {row.source.split(",")[0] for row in ROWS}
    known = {"Nielsen", "3Blue1Brown", "Weisberg", "Ng", "CS231n", "Goodfellow", "Bishop"}
    assert books == known
    assert all(row.right and row.wrong for row in ROWS)
