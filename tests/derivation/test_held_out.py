"""Lines that no rule was made for: none that is right may be called wrong, and none that is wrong
right; and the name of a mistake is one that a teacher would accept."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

from chainrule.derivation import KINDS, check, check_chain
from tests.support import at_most_one_more, cases, read

from .sheets import sheet_of

FILES = [Path(__file__).with_name(f"{name}.toml") for name in ("held_out", "held_out_paper")]


class Lines(NamedTuple):
    sheet: str
    wrt: str
    lines: tuple[str, ...]


class Line(NamedTuple):
    sheet: str
    wrt: str
    line: str


class Wrong(NamedTuple):
    sheet: str
    wrt: str
    line: str
    kinds: tuple[str, ...]


class WrongLines(NamedTuple):
    sheet: str
    wrt: str
    lines: tuple[str, ...]
    breaks: int
    kinds: tuple[str, ...]


Row = TypeVar("Row", Lines, Line, Wrong, WrongLines)


def rows(table: str, row: type[Row]) -> list[Row]:
    """The rows of a table in both files, each with the text of its sheet."""
    found: list[Row] = []
    for path in FILES:
        content = read(path)
        for one in cases(path, table, row) if table in content else ():
            found.append(one._replace(sheet=content["sheets"].get(one.sheet, one.sheet)))
    return found


RIGHT = [Line(s, wrt, line) for s, wrt, lines in rows("right", Lines) for line in lines]


def test_every_row_is_there() -> None:
    tables = ("not_read", "not_read_chain", "right_chain", "wrong", "wrong_chain")
    counts = [len(read(path).get(table, ())) for path in FILES for table in tables]
    assert len(RIGHT) == 731 + 593
    assert counts == [4, 1, 40, 418, 17, 4, 0, 17, 379, 9]
    for row in (*rows("wrong", Wrong), *rows("wrong_chain", WrongLines)):
        assert set(row.kinds) <= {*KINDS, "unnamed"}


@pytest.mark.parametrize(Line._fields, RIGHT)
def test_a_right_line_is_right(sheet: str, wrt: str, line: str) -> None:
    told = check(sheet_of(sheet), wrt, line)
    assert told.verdict in ("right", "right-other-form"), told.message


@pytest.mark.parametrize(Lines._fields, rows("right_chain", Lines))
def test_a_right_chain_is_right(sheet: str, wrt: str, lines: tuple[str, ...]) -> None:
    told = check_chain(sheet_of(sheet), wrt, lines)
    assert told.verdict in ("right", "right-other-form"), told.message


@pytest.mark.parametrize(Line._fields, rows("not_read", Line))
def test_what_is_not_read_is_not_called_wrong(sheet: str, wrt: str, line: str) -> None:
    assert check(sheet_of(sheet), wrt, line).verdict == "unreadable"


@pytest.mark.parametrize(Lines._fields, rows("not_read_chain", Lines))
def test_a_chain_that_is_not_read_is_not_called_wrong(
    sheet: str, wrt: str, lines: tuple[str, ...]
) -> None:
    assert check_chain(sheet_of(sheet), wrt, lines).verdict == "unreadable"


@pytest.mark.parametrize(Wrong._fields, rows("wrong", Wrong))
def test_a_wrong_line_is_wrong_and_its_mistake_has_a_fair_name(
    sheet: str, wrt: str, line: str, kinds: tuple[str, ...]
) -> None:
    asked = sheet_of(sheet)
    told = check(asked, wrt, line)
    assert told.verdict == "wrong"
    kind = "unnamed" if told.mistake is None else told.mistake.kind
    assert kind in kinds, told.message
    for repaired in {m.repaired for m in told.mistakes if m.repaired is not None}:
        assert check(asked, wrt, repaired, name_mistakes=False).right, repaired
        assert at_most_one_more(line, repaired), repaired


@pytest.mark.parametrize(WrongLines._fields, rows("wrong_chain", WrongLines))
def test_a_wrong_chain_breaks_where_it_does(
    sheet: str, wrt: str, lines: tuple[str, ...], breaks: int, kinds: tuple[str, ...]
) -> None:
    told = check_chain(sheet_of(sheet), wrt, lines)
    assert (told.verdict, told.breaks) == ("wrong", breaks)
    assert told.mistake is not None
    assert told.mistake.kind in kinds, told.message
