"""The notations that people use, each read as what it means; tables in notation.toml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.algebra import AlgebraError, Sheet, parse, parse_sheet, text
from tests.support import cases, read

TABLES = Path(__file__).with_name("notation.toml")


class Read(NamedTuple):
    sheet: str
    typed: tuple[str, ...]
    plain: str


class Told(NamedTuple):
    sheet: str
    typed: str
    message: str


@cache
def sheet_of(name: str) -> Sheet:
    return parse_sheet(read(TABLES)["sheets"][name])


READ = [(row.sheet, typed, row.plain) for row in cases(TABLES, "read", Read) for typed in row.typed]


@pytest.mark.parametrize(("name", "typed", "plain"), READ)
def test_a_notation_is_read_as_what_it_means(name: str, typed: str, plain: str) -> None:
    parsed = parse(typed, sheet_of(name).scope).expression
    assert text(parsed) == plain
    assert parse(plain, sheet_of(name).scope).expression is parsed


@pytest.mark.parametrize(Told._fields, cases(TABLES, "told", Told))
def test_what_is_not_read_is_told_with_what_to_write(sheet: str, typed: str, message: str) -> None:
    with pytest.raises(AlgebraError) as error:
        parse(typed, sheet_of(sheet).scope)
    assert message in error.value.message
