"""Every classic mistake is rejected; nearly all are named; none is named wrongly."""

from __future__ import annotations

import pytest

from chainrule.workshop.stage import ORDER

from .mutants import MUTANTS, Row, rows


@pytest.fixture(scope="module")
def table() -> list[Row]:
    return list(rows())


def test_every_mutant_is_rejected(table: list[Row]):
    assert len(table) >= 60
    assert [r.mutant for r in table if r.verdict.passed] == []


def test_none_is_named_wrongly(table: list[Row]):
    assert [
        (r.mutant.stage, r.mutant.name, r.verdict.mistake)
        for r in table
        if r.verdict.mistake not in (None, r.mutant.name)
    ] == []


def test_nine_in_ten_are_named_rightly(table: list[Row]):
    named = sum(r.verdict.mistake == r.mutant.name is not None for r in table)
    assert named >= 0.9 * len(table)
    unnamed = [r for r in table if r.mutant.name is not None and r.verdict.mistake is None]
    assert unnamed == []


def test_nearly_every_stage_has_mutants():
    assert set(ORDER) - {m.stage for m in MUTANTS} == {"tanh"}
