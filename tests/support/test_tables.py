"""A table of cases is read whole, and a slip in it is named."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import cases, read


class Wrong(NamedTuple):
    sheet: str
    line: str
    kinds: tuple[str, ...] = ()
    breaks: int | None = None
    point: tuple[float, float] = (0.0, 0.0)


GOOD = """
[[wrong]]
sheet = "softmax"
line = '''
two
lines'''
kinds = ["sign", "factor"]
point = [1, 2.5]
[[wrong]]
sheet = "rows"
line = "Δ1"
breaks = 2
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "table.toml"


def test_rows_are_read_in_their_order(table: Path) -> None:
    table.write_text(GOOD, "utf-8")
    assert cases(table, "wrong", Wrong) == [
        Wrong("softmax", "two\nlines", ("sign", "factor"), None, (1, 2.5)),
        Wrong("rows", "Δ1", (), 2),
    ]
    assert read(table)["wrong"][0]["kinds"] == ("sign", "factor")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("breaks = 2", "brakes = 2", r"number 2: unknown fields \['brakes'\]"),
        ("breaks = 2", 'breaks = "2"', "number 2: breaks is '2'"),
        ("breaks = 2", "breaks = true", "number 2: breaks is True"),
        ('sheet = "rows"', "", r"number 2: fields \['sheet'\] are missing"),
        ('["sign", "factor"]', '"sign"', "number 1: kinds is 'sign'"),
        ('["sign", "factor"]', '["sign", 2]', "number 1: kinds is"),
        ("[1, 2.5]", "[1, 2, 3]", "number 1: point is"),
    ],
)
def test_a_slip_in_a_row_is_named(table: Path, old: str, new: str, message: str) -> None:
    table.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(TypeError, match=message):
        cases(table, "wrong", Wrong)


def test_a_table_that_is_not_there_is_no_empty_list_of_cases(table: Path) -> None:
    table.write_text(GOOD, "utf-8")
    with pytest.raises(LookupError, match=r"table.toml has no \[\[right\]\]"):
        cases(table, "right", Wrong)
