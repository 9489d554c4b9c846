"""Equations in a sentence that nothing marks: taken whole or not at all."""

from __future__ import annotations

import pytest

from chainrule.explain import read_back, unmarked_equations
from chainrule.roadmap import write_up
from tests.explain.test_formulas import RIGHT, WRONG

PROSE = "So this is what we get in the end: {}, and that is what we wanted to show."


@pytest.mark.parametrize(
    ("sentence", "equations"),
    [
        ("Hence (uv)' = u'v + uv', as promised.", ["(uv)' = u'v + uv'"]),
        ("It is z1 = W1 @ x + b1 with W1 (30, 784), rows = neurons.", ["z1 = W1 @ x + b1"]),
        ("For f(x) = x², f'(x) = 2x.", ["f'(x) = 2x"]),
        ("(f + g)' = f' + g' and (cf)' = cf'.", ["(f + g)' = f' + g'", "(cf)' = cf'"]),
        ("We get dC/dw = (a - y) * x (see above).", ["dC/dw = (a - y) * x"]),
        ("Each step is w -= eta*dC/dw, and so on.", ["w -= eta*dC/dw"]),
        ("With delta = a - y the step is large.", ["delta = a - y"]),
    ],
)
def test_an_equation_is_taken_whole(sentence: str, equations: list[str]) -> None:
    assert unmarked_equations(sentence) == equations


@pytest.mark.parametrize(
    "sentence",
    [
        "The cost = how wrong it is.",
        "so a = b is what we get",
        "It is w = w - eta times the slope.",
        "the derivative of x^2 = 2x",
        "w → w' = w + v'",
        "Then h = 0.1 is a step.",
        "1000 pictures * 2 = 2000 runs",
        "the shape (10,1) times (1,30) = (10,30)",
        "roughly 10% of 50 = 5",
        "if m == n - 1 or m >= n + 1",
        "w = w - eta * \\frac{dC}{dw}",
        "inside `w = w - eta * dC/dw` and $a = b + c$",
    ],
)
def test_what_may_be_a_part_of_something_longer_is_left(sentence: str) -> None:
    assert unmarked_equations(sentence) == []


@pytest.mark.parametrize(("concept", "formula"), RIGHT)
def test_no_right_equation_in_a_sentence_is_called_wrong(concept: str, formula: str) -> None:
    report = read_back(write_up(concept), PROSE.format(formula))
    assert not [one.text for one in report.formulas if one.wrong]


def test_most_wrong_equations_in_a_sentence_are_found() -> None:
    found = [
        any(one.wrong for one in read_back(write_up(concept), PROSE.format(formula)).formulas)
        for concept, formula, _ in WRONG
    ]
    assert sum(found) >= 0.75 * len(found)


@pytest.mark.parametrize("rough", ["sigma'(z) ≈ 0", r"$\delta \approx 0$", "`a ≈ 1`"])
def test_what_holds_roughly_only_is_not_called_wrong(rough: str) -> None:
    report = read_back(write_up("cross-entropy"), PROSE.format(rough))
    assert not [one.text for one in report.formulas if one.wrong]
