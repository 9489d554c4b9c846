"""The chain rule as the textbooks write it, read as the product of Jacobians that it means."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.algebra import AlgebraError, parse
from chainrule.derivation import check
from tests.support import cases, read

from .sheets import sheet_of

TABLES = Path(__file__).with_name("chain_rule.toml")
SHEETS = read(TABLES)["sheets"]


class Lines(NamedTuple):
    sheet: str
    wrt: str
    lines: tuple[str, ...]


class Wrong(NamedTuple):
    sheet: str
    wrt: str
    line: str
    kind: str
    repaired: str


RIGHT = [(row.sheet, row.wrt, x) for row in cases(TABLES, "right", Lines) for x in row.lines]


@pytest.mark.parametrize(("sheet", "wrt", "line"), RIGHT)
def test_a_chain_is_right_as_it_is_meant(sheet: str, wrt: str, line: str) -> None:
    told = check(sheet_of(SHEETS[sheet]), wrt, line)
    assert told.passes, told.message


@pytest.mark.parametrize(Wrong._fields, cases(TABLES, "wrong", Wrong))
def test_a_wrong_chain_is_wrong_with_its_name(
    sheet: str, wrt: str, line: str, kind: str, repaired: str
) -> None:
    told = check(sheet_of(SHEETS[sheet]), wrt, line)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert (told.mistake.kind, told.mistake.repaired) == (kind, repaired), told.message
    assert check(sheet_of(SHEETS[sheet]), wrt, repaired).passes


def test_a_derivative_by_a_matrix_alone_says_what_to_write() -> None:
    with pytest.raises(AlgebraError, match="write dC/dz1 dz1/dW1"):
        parse("dz1/dW1", sheet_of(SHEETS["mixed"]).scope)
