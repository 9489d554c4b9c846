"""A learner's workings: what is said of a line, what is kept, and the notes they make."""

from __future__ import annotations

import json
import re

import pytest

from chainrule.algebra import load_sheet, sheet_names
from chainrule.derivation import (
    Mistake,
    Workings,
    check,
    check_chain,
    derive_all,
    notes,
    to_work_out,
    without_mend,
)
from chainrule.ground.events import Derived


@pytest.fixture
def workings() -> Workings:
    return Workings(load_sheet("softmax"))


def test_what_is_asked_is_the_backward_pass_without_data() -> None:
    assert to_work_out(load_sheet("softmax")) == ("a2", "z2", "a1", "z1", "b2", "W2", "b1", "W1")
    assert to_work_out(load_sheet("l2"))[-2:] == ("b1", "W1")
    assert to_work_out(load_sheet("quadratic-form")) == ("x", "A")
    assert to_work_out(load_sheet("recurrent")) == ("h2", "z2", "h1", "z1", "b", "U", "W")
    for name in sheet_names():
        order = [derivation.wrt for derivation in derive_all(load_sheet(name)).derivations]
        asked = to_work_out(load_sheet(name))
        assert asked
        assert [wrt for wrt in order if wrt in asked] == list(asked)


def test_a_wrong_line_is_not_kept_and_its_repair_comes_the_second_time(workings) -> None:
    workings = Workings(load_sheet("softmax"), "W2")
    first = workings.answer("delta2 @ a1")
    assert (first.verdict, first.kept, first.repair) == ("wrong", False, None)
    (slip,) = first.slips
    assert slip.kind == "transpose"
    assert slip.span == (9, 11)
    assert "a1.T" not in slip.message
    other = workings.answer("delta1 @ a1.T")
    assert other.repair is None  # another mistake
    second = workings.answer("delta2 @ a1")
    assert second.repair == "delta2 @ a1.T"
    assert workings.now.lines == []
    assert workings.now.shown
    json.dumps(second.to_dict())


def test_places_are_in_the_line_as_typed() -> None:
    workings = Workings(load_sheet("softmax"), "W2")
    for words in ("  ∂C/∂W₂ = δ₂ ⊙ z₁ᵀ", "dC/dW2 = delta2 @ a1.T = delta2 @ z1.T", "δ₂ z₁ᵀ."):
        reply = workings.answer(words)
        place = reply.slips[0].span
        assert place is not None
        assert words[slice(*place)] in ("z1", "z₁")
    assert workings.answer("dC/dW2 = delta2 @ (a1").span == (18, 19)


def test_what_cannot_be_read_costs_nothing() -> None:
    workings = Workings(load_sheet("softmax"), "W2")
    for _ in range(3):
        reply = workings.answer("delta2 @")
        assert (reply.verdict, reply.repair) == ("unreadable", None)
    assert workings.now.tries == {}
    assert workings.repair() is None
    assert workings.answer("delta2 @ z1.T").repair is None


def test_the_repair_comes_when_it_is_asked_for() -> None:
    workings = Workings(load_sheet("softmax"), "W2")
    workings.answer("dC/dW2 = delta2 @ z1.T")
    assert not workings.now.shown
    assert workings.repair() == "dC/dW2 = delta2 @ a1.T"
    assert workings.now.shown


def test_a_line_belongs_to_what_it_names(workings) -> None:
    assert workings.asked.name == "dC/da2"
    reply = workings.answer("dW2 = delta2 @ a1.T")
    assert (reply.quantity, reply.right) == ("dC/dW2", True)
    assert workings.asked.name == "dC/da2"
    workings.answer("-y/a2")
    assert [chain.name for chain in workings.found] == ["dC/da2", "dC/dW2"]
    assert workings.next is not None
    assert workings.next.name == "delta2"


def test_a_bare_line_may_be_about_the_next_where_this_one_is_right(workings) -> None:
    workings.answer("-y/a2")
    reply = workings.answer("a2 - y")
    assert (reply.quantity, reply.right) == ("delta2", True)
    assert workings.asked.name == "delta2"
    reply = workings.answer("W2 @ delta2")  # not right for dC/da1 either
    assert not reply.kept


def test_right_and_finished_are_two_things(workings) -> None:
    workings.answer("-y/a2")
    workings.move_on()
    first = workings.answer("a2 * (dC/da2 - sum(dC/da2 * a2))")
    assert (first.right, first.finished) == (True, False)
    last = workings.answer("= a2 - y")
    assert (last.right, last.finished) == (True, True)
    assert workings.back() == "= a2 - y"
    assert workings.now.right
    assert workings.back() is not None
    assert not workings.now.right
    assert workings.back() is None


def test_a_condition_that_the_sheet_does_not_declare_is_not_kept() -> None:
    workings = Workings(load_sheet("quadratic-form"), "x")
    reply = workings.answer("2 * A @ x")
    assert (reply.verdict, reply.kept) == ("right-if", False)
    assert "symmetric" in reply.message


def test_the_hints_go_on_from_the_lines_that_stand(workings) -> None:
    rungs = [workings.hint().name for _ in range(5)]
    assert rungs == ["idea", "rule", "parts", "line", "line"]
    assert workings.now.shown
    workings.answer("-y/a2")
    assert "is right" in workings.hint().text


@pytest.mark.parametrize("name", ["softmax", "rows", "chain-rule", "recurrent", "attention"])
def test_whoever_types_the_fourth_hint_finishes_and_the_notes_hold(name: str) -> None:
    """The derivations of the house, typed as a learner's, come through and are kept right."""
    sheet = load_sheet(name)
    workings = Workings(sheet)
    while not workings.whole:
        assert workings.hint().name == "idea"
        line = [workings.hint() for _ in range(3)][-1].text
        reply = workings.answer(line)
        assert reply.right, (line, reply)
        if reply.finished:
            workings.move_on()
    text = notes(workings, name)
    blocks = [part[1:] for part in text.split("```")[1::2] if part.startswith("\n")]
    assert blocks[0] == sheet.text()
    for block, chain in zip(blocks[1:], workings.found, strict=False):
        assert check_chain(sheet, chain.wrt, block.splitlines()).passes
    assert "Still to be derived" not in text


def test_the_notes_give_the_rules_that_lead_from_line_to_line() -> None:
    workings = Workings(load_sheet("chain-rule"), "x")
    workings.answer("df/dx = cos(u) * du/dx")
    workings.answer("= cos(u) * 2x")
    text = notes(workings, "A sine", "Of a square.")
    assert text.startswith("# A sine\n\nOf a square.\n")
    assert "df/dx = cos(u) * du/dx\n= cos(u) * 2x\n" in text
    assert "power rule" in text
    assert "Still to be derived: `df/du`." in text


@pytest.mark.parametrize(
    ("message", "repaired", "kept"),
    [
        ("the sign of `y` is wrong: it should be `-y`", "-y + x", "the sign of `y` is wrong"),
        ("`y` should be `z`", "z + x", "one name stands where another belongs"),
        ("`y` should be `z`", None, "`y` should be `z`"),
        ("this is minus dC/da; look at `y`", "x - y", "this is minus dC/da; look at `y`"),
        ("beside `y`: it should be `2y`, since it is squared", "2y + x",
         "beside `y`, since it is squared"),
    ],
)  # fmt: skip
def test_what_gives_the_mend_away_is_left_out(message, repaired, kept) -> None:
    assert without_mend(Mistake("symbol", message, "y", repaired, (0, 1)), "y + x") == kept


def test_no_message_over_a_sheets_worth_of_slips_holds_the_answer() -> None:
    """Slips of one sign, name or transpose in each derivative of the two-layer network."""
    sheet = load_sheet("softmax")
    swaps = [("a1", "z1"), (".T", ""), ("delta2", "delta1"), (" - ", " + "), ("sigma'", "sigma")]
    tried = 0
    for derivation in derive_all(sheet).derivations:
        right = derivation.equation().partition(" = ")[2]
        for old, new in swaps:
            line = right.replace(old, new)
            told = check(sheet, derivation.wrt, line)
            if told.verdict != "wrong":
                continue
            for mistake in told.mistakes:
                tried += 1
                for piece in re.findall(r"`([^`]+)`", without_mend(mistake, line)):
                    whole = line.replace(mistake.yours, piece)
                    assert whole == line or not check(sheet, derivation.wrt, whole).passes
    assert tried > 10


def test_what_is_recorded_of_a_line(workings) -> None:
    workings.hint()

    def recorded(by: Workings, line: str, name: str = "softmax") -> Derived:
        event = by.event(by.answer(line), name)
        assert event is not None
        return event

    wrong = recorded(workings, "y/a2")
    assert (wrong.quantity, wrong.verdict, wrong.mistake) == ("dC/da2", "wrong", "sign")
    assert (wrong.sheet, wrong.hints, wrong.shown) == ("softmax", 1, False)
    assert workings.event(workings.answer("y/"), "softmax") is None
    workings.repair()
    right = recorded(workings, "-y/a2")
    assert (right.verdict, right.mistake, right.shown) == ("right", None, True)
    other = recorded(workings, "dW1[j,k] = delta1[j] * x[k]")
    assert (other.quantity, other.shown) == ("dC/dW1[j,k]", False)
    sigmoid = Workings(load_sheet("sigmoid"))
    assert recorded(sigmoid, "f*(1 - f)", "sigmoid").quantity == "z"
