"""Each mistake has its name, and what it is mended to is right and short."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule.derivation import CALCULUS_RULES, KINDS, check
from tests.support import cases, read

from .sheets import sheet_of

FILE = Path(__file__).with_name("named_mistakes.toml")
SHEETS = read(FILE)["sheets"]


class Named(NamedTuple):
    sheet: str
    wrt: str
    line: str
    kind: str
    says: str
    repaired: str | None = None


@pytest.mark.parametrize(Named._fields, cases(FILE, "named", Named))
def test_a_mistake_is_named(
    sheet: str, wrt: str, line: str, kind: str, says: str, repaired: str | None
) -> None:
    asked = sheet_of(SHEETS.get(sheet, sheet))
    told = check(asked, wrt, line)
    assert told.verdict == "wrong"
    mistake = told.mistake
    assert mistake is not None
    assert mistake.kind == kind, mistake.message
    assert says in mistake.message
    assert mistake.repaired == repaired
    if repaired is not None:
        again = check(asked, wrt, repaired)
        entry_by_entry = again.condition is not None and "entry by entry" in again.condition
        assert entry_by_entry or (again.right and again.condition is None), again.message


def test_every_rule_says_what_was_used_and_what_was_wanted() -> None:
    for rule in CALCULUS_RULES:
        assert rule.kind in KINDS
        assert rule.used
        assert rule.wanted
        assert not rule.used.endswith(".")
