"""Chains: which line breaks, which follows from a wrong one, and where two errors cancel."""

from __future__ import annotations

import json

import pytest

from chainrule.algebra import load_sheet
from chainrule.derivation import check, check_chain, split

SHEET = load_sheet("quadratic")


def test_a_chain_that_holds() -> None:
    told = check_chain(
        SHEET,
        "W2",
        ["delta2 = dC/dz2 = dC/da2 * sigma'(z2)", "= (a2 - y) * sigma'(z2)", "dC/dW2 = δ₂ · a₁ᵀ"],
    )
    assert told.verdict == "right"
    assert [line.verdict for line in told.lines] == ["right"] * 4
    assert [line.follows for line in told.lines] == [None, True, True, None]
    assert told.breaks is None
    json.dumps(told.to_dict())


def test_the_line_that_breaks_is_named() -> None:
    told = check_chain(
        SHEET,
        "z2",
        ["dC/da2 * sigma'(z2)", "= (y - a2) * sigma'(z2)", "= y*sigma'(z2) - a2*sigma'(z2)"],
    )
    assert told.verdict == "wrong"
    assert told.breaks == 2
    assert told.mistake is not None
    assert told.mistake.kind == "sign"
    assert told.lines[1].message.startswith("line 2 breaks")
    assert told.lines[2].message == "line 3 follows from a wrong line 2"
    assert told.lines[2].follows is True


def test_two_errors_that_cancel_are_told() -> None:
    told = check_chain(
        SHEET, "z2", ["dC/da2 * sigma'(z2)", "(y - a2)*sigma'(z2)", "(a2 - y)*sigma'(z2)"]
    )
    assert told.verdict == "wrong"
    assert told.lines[2].verdict == "right"
    assert told.lines[2].follows is False
    assert "two errors cancelled" in told.lines[2].message
    assert "two errors cancelled" in told.message


def test_a_wrong_name_is_carried_on() -> None:
    told = check_chain(
        SHEET, "W2", ["delta2 = (y - a2)*sigma'(z2)", "dC/dW2 = ((y - a2)*sigma'(z2)) @ a1.T"]
    )
    assert told.lines[1].verdict == "wrong"
    assert told.lines[1].message == "line 2 follows from a wrong line 1"


def test_another_error_after_an_error() -> None:
    told = check_chain(SHEET, "z2", ["(y - a2)*sigma'(z2)", "= (y - a2)*sigma'(a2)"])
    assert told.breaks == 1
    assert told.lines[1].message.startswith("line 2 does not follow from line 1 either")


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([], "unreadable"),
        (["  "], "unreadable"),
        (["delta2 = (a2-y)*sigma'(z2)"], "undecided"),
        (["delta2 = (a2-y)*sigma'(z2)", "dC/dW2 = delta2 @"], "unreadable"),
        (["delta2 = (y-a2)*sigma'(z2)", "dC/dW2 = delta2 @"], "wrong"),
        (["dC/dW2[j,k] = delta2[j]*a1[k]"], "right-other-form"),
        (["dC/dW2 = delta2 @ a1.T = a1 @ delta2.T"], "wrong"),
        (["= delta2 @ a1.T"], "right"),
        (["a1 = sigma(z1)", "dC/dW2 = delta2 @ a1.T"], "right"),
        (["= = ="], "unreadable"),
        (["x = = x"] * 100, "unreadable"),
    ],
)
def test_verdict_of_the_whole(lines: list[str], verdict: str) -> None:
    assert check_chain(SHEET, "W2", lines).verdict == verdict


def test_a_chain_in_one_text_is_checked_too() -> None:
    assert check(SHEET, "W2", "dC/dW2 = delta2 @ a1.T").verdict == "right"
    text = "dC/dW2 = delta2 @ a1.T = delta2 @ z1.T"
    told = check(SHEET, "W2", text)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.span is not None
    assert text[slice(*told.mistake.span)] == told.mistake.yours == "z1"
    assert told.mistake.repaired == "dC/dW2 = delta2 @ a1.T = delta2 @ a1.T"


def test_equals_signs_inside_brackets_do_not_split() -> None:
    assert split("a = sum(x, axis=0) = b >= c") == [
        ("a ", 0),
        (" sum(x, axis=0) ", 3),
        (" b >= c", 20),
    ]


def test_what_an_unread_left_side_equals_is_not_judged() -> None:
    sheet = load_sheet("product-rule")
    told = check_chain(sheet, "x", ["u'' = 2", "= 1 + 1", "df/dx = 2x*v + u*v"])
    assert told.verdict == "unreadable"
    assert [line.verdict for line in told.lines] == ["unreadable", "right"]
    told = check_chain(sheet, "x", ["u'' = 2", "df/dx = 2x*v"])
    assert (told.verdict, told.breaks) == ("wrong", 2)


def test_a_line_may_end_as_a_sentence_does() -> None:
    sheet = load_sheet("quadratic")
    for stop in (".", ",", ";", " ."):
        told = check_chain(
            sheet, "W2", ["delta2 = (a2 - y) * sigma'(z2)" + stop, "dC/dW2 = delta2@a1.T" + stop]
        )
        assert told.verdict == "right", stop


@pytest.mark.parametrize(
    ("name", "wrt", "lines"),
    [
        ("least-squares", "x", ["df/dr = 2r", "2*A.T@r", "= A.T @ (2r)"]),
        ("quadratic", "W2", ["delta2 = (a2 - y) * sigma'(z2)", "delta2 @ a1.T"]),
        (
            "quadratic",
            "delta1",
            ["delta2 = dC/da2*sigma'(z2)", "(a2-y)*sigma'(z2)", "W2.T@delta2*a1*(1-a1)"],
        ),
        ("chain-rule", "x", ["du/dx = 2x", "2x cos(u)"]),
    ],
)
def test_a_line_without_a_left_side_may_turn_to_what_is_asked(
    name: str, wrt: str, lines: list[str]
) -> None:
    told = check_chain(load_sheet(name), wrt, lines)
    assert told.right, told.message
    assert all(line.follows is not False for line in told.lines)


def test_a_line_that_turns_to_what_is_asked_is_wrong_if_it_is() -> None:
    told = check_chain(load_sheet("chain-rule"), "x", ["du/dx = 2x", "2x cos(u)", "= 2x sin(u)"])
    assert (told.verdict, told.breaks) == ("wrong", 3)


@pytest.mark.parametrize(
    ("name", "wrt", "line"),
    [
        ("quadratic", "delta2", "-delta2 = (y - a2) * sigma'(z2)"),
        ("softmax", "delta2", "delta2 + y = a2"),
        ("softmax", "delta2", "0 = a2 - y - delta2"),
        ("softmax", "W2", "dC/dW2.T = a1 @ delta2.T"),
        ("rows", "Delta2", "m*Delta2 = (A2-Y)*sigma'(Z2)"),
        ("quadratic", "delta2", "sigma'(z2) = a2*(1-a2)"),
        ("quadratic", "delta2", "-delta2 = (a2 - y) * sigma'(z2)"),
    ],
)
def test_an_equation_beside_the_answer_is_no_answer(name: str, wrt: str, line: str) -> None:
    assert check(load_sheet(name), wrt, line).verdict == "undecided"


def test_a_true_equation_beside_the_answer_is_let_stand() -> None:
    sheet = load_sheet("quadratic")
    begins, aside = "delta2 = (a2 - y) * sigma'(z2)", "sigma'(z2) = a2 - a2*a2"
    for ends, verdict in (
        ("= (a2 - y) * a2 * (1 - a2)", "right"),
        ("= (a2 + y) * a2 * (1 - a2)", "wrong"),
    ):
        told = check_chain(sheet, "delta2", [begins, aside, ends])
        assert told.verdict.removesuffix("-other-form") == verdict
        assert told.lines[1].message == "true; it says nothing of delta2"
    told = check_chain(sheet, "delta2", [begins, aside, "= a2 * (1 - a2)", "= (a2 - y) * a2"])
    assert (told.lines[2].message, told.verdict) == ("true", "wrong")


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("a2 - y = delta2", True),
        ("a2 - y = softmax(z2) - y = delta2", True),
        ("a2 + y = delta2", False),
        ("2*(a2 - y) = delta2", False),
    ],
)
def test_the_name_may_stand_on_the_right(line: str, right: bool) -> None:
    told = check(load_sheet("softmax"), "delta2", line)
    assert (told.right, told.verdict == "wrong") == (right, not right)


@pytest.mark.parametrize("sign", [",", ";"])
def test_two_statements_may_stand_on_a_line(sign: str) -> None:
    sheet = load_sheet("softmax")
    assert check(sheet, "W2", f"dC/dW2 = delta2 @ a1.T{sign} dC/db2 = delta2").right
    told = check(sheet, "W2", f"dC/db2 = delta2{sign} dC/dW2 = delta2 @ a1")
    assert told.verdict == "wrong"
    assert told.mistakes[0].repaired == f"dC/db2 = delta2{sign} dC/dW2 = delta2 @ a1.T"
