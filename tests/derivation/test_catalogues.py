"""The catalogues of detectors, edits and kinds of mistakes: each entry does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainrule.algebra import DIVIDE, AlgebraError, multiply, number, parse
from chainrule.derivation import (
    DETECTORS,
    EDITS,
    KINDS,
    Case,
    Change,
    Detector,
    Edit,
    Mend,
    Mistake,
    Search,
    applied,
    check,
    question,
)

from .sheets import sheet_of

SOURCE = Path(__file__).parents[2] / "src" / "chainrule" / "derivation"


def test_every_entry_has_a_name_of_its_own() -> None:
    for catalogue in (DETECTORS, EDITS):
        names = [entry.name for entry in catalogue]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("mend", EDITS, ids=[mend.name for mend in EDITS])
def test_an_edit_does_what_its_example_says(mend: Mend) -> None:
    sheet, wrt, before, after = mend.example
    asked = question(sheet_of(sheet), wrt)
    search = Search(Case(asked, before))
    wanted = parse(after, asked.sheet.scope).expression
    found: list[Change] = []
    for path, place in search.places.items():
        node = search.node_at(path, place.node)
        for change in mend.changes(node) if mend.applies_to(place.node) else ():
            assert change.kind in mend.kinds
            assert change.cost >= mend.cost - 1e-9
            try:
                if applied(search.root, [Edit(path, change)]) is wanted:
                    found.append(change)
            except AlgebraError:
                continue
    assert found


def test_the_kinds_are_those_that_something_gives() -> None:
    """Every kind that something gives is in the file, and something gives each that is in it."""
    written = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    quoted = set(re.findall(r'"([a-z]+(?:-[a-z]+)?)"', written))
    given = {kind for mend in EDITS for kind in mend.kinds}
    assert given <= set(KINDS)
    assert set(KINDS) <= quoted
    assert all(kind.title and kind.means.endswith(".") and kind.concept for kind in KINDS.values())


def test_a_detector_from_outside_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def house_style(case: Case) -> tuple[Mistake, ...]:
        if "z1.T" not in case.text:
            return ()
        return (Mistake.of_whole("order", "we do not write that here", case.text),)

    mine = Detector("house style", "what we do not write", house_style)
    monkeypatch.setattr("chainrule.derivation.mistakes.detectors.DETECTORS", [mine, *DETECTORS])
    first = check(sheet_of("quadratic"), "W2", "delta2 @ z1.T").mistake
    assert first is not None
    assert (first.kind, first.message) == ("order", "we do not write that here")
    other = check(sheet_of("quadratic"), "W2", "2 * delta2 @ a1.T").mistake
    assert other is not None
    assert other.kind == "factor"


def test_an_edit_from_outside_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who always writes 7 below the bar: one change away only with an edit of its own."""
    sheet, line = sheet_of("power-rule"), "(12*x**3 - 4*x + 5) / 7**9"
    before = check(sheet, "x", line).mistake
    assert before is not None
    mine = Mend(
        "7 to the 9th",
        ("power",),
        0.9,
        "multiplies a quotient by 7 to the 9th",
        ("power-rule", "x", "x / 2", "40353607 * (x / 2)"),
        (DIVIDE,),
        lambda at: iter(
            [Change("power", 0.9, lambda args: multiply(number(7**9), at.same(args)), wraps=True)]
        ),
    )
    monkeypatch.setattr("chainrule.derivation.mistakes.edits.EDITS", [mine, *EDITS])
    after = check(sheet, "x", line).mistake
    assert after is not None
    assert after.message != before.message
    assert after.repaired is not None
    assert "40353607" in after.repaired
