"""Hints: from the idea to the next line, going on from where the learner is."""

from __future__ import annotations

import json

import numpy as np
import pytest

from chainrule.algebra import Sheet, load_sheet, parse, parse_sheet, sample, text
from chainrule.derivation import Hint, derive, derive_all, hint

SOFTMAX = """
x: (n0,1)
y: (n2,1) onehot
W1: (n1,n0)
b1: (n1,1)
W2: (n2,n1)
b2: (n2,1)
z1 = W1 @ x + b1
a1 = sigma(z1)
z2 = W2 @ a1 + b2
a2 = softmax(z2)
C = -sum(y * log(a2))
"""


def idea(found: Hint) -> str:
    return found.ladder.hints[0].text


def rule(found: Hint) -> str:
    return found.ladder.hints[1].text


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return parse_sheet(SOFTMAX)


def test_four_rungs_each_giving_away_more(sheet: Sheet) -> None:
    found = hint(sheet, "z2")
    about, law, parts, line = (rung.text for rung in found.ladder.rungs)
    assert about == "`C` depends on `z2` through `a2`."
    assert law.startswith("Derivative of softmax: ")
    assert parts.startswith("The next line is (n2,1), made of `dC/da2`, `z2`")
    assert found.line == "softmax(z2) * (dC/da2 - sum(dC/da2 * softmax(z2)))"
    assert line == found.line
    assert (found.after, found.finished) == (0, False)
    assert json.loads(json.dumps(found.to_dict()))["line"] == found.line
    assert found.line not in about + law + parts


def test_of_one_number_no_shape_is_told() -> None:
    parts = hint(parse_sheet("x: scalar\nf = x**2 - x\n"), "x").ladder.rungs[2].text
    assert parts.startswith("The next line is made of `x`")
    assert "`+` or `-`" in parts


def test_it_goes_on_from_the_last_right_line(sheet: Sheet) -> None:
    lines = ["delta2 = dC/da2 * softmax(z2)", "a2*(dC/da2 - sum(dC/da2*a2))"]
    found = hint(sheet, "delta2", lines)
    assert found.after == 2
    assert idea(found) == "`dC/da2` comes earlier in the backward pass: put in what it is."
    assert "-y/a2" in found.line
    found = hint(sheet, "delta2", [*lines, "a2*(-y/a2 - sum(-y/a2*a2))"])
    assert found.after == 3
    assert rule(found).startswith("Cancel")
    assert found.line == "a2 * (-y/a2 - sum(-y))"


def test_the_assumption_is_named(sheet: Sheet) -> None:
    found = hint(sheet, "z2", ["a2*(sum(y) - y/a2)"])
    assert "`y` add up to 1: it is declared so" in rule(found)


def test_the_form_of_the_books_is_told_at_the_end(sheet: Sheet) -> None:
    found = hint(sheet, "W2[j,k]", ["a1[k]*delta2[j]"])
    assert found.finished
    assert "The books write `delta2[j] * a1[k]`" in idea(found)


def test_at_the_end_it_says_so(sheet: Sheet) -> None:
    for line in ("a2 - y", "-y + a2", "delta2 = dC/dz2 = a2 - y"):
        found = hint(sheet, "z2", [line])
        assert found.finished
        assert "no rule makes it simpler" in idea(found)


def test_a_line_worth_an_intermediate_step_counts_as_that_step(sheet: Sheet) -> None:
    found = hint(sheet, "a2", ["-y"])
    assert idea(found) == "That is as far as `y * log(a2)`; go on to `log(a2)`."
    assert rule(found).startswith("Derivative of log")
    assert found.line == "-y/a2"


def test_lines_that_are_wrong_or_unreadable_are_passed_over(sheet: Sheet) -> None:
    fresh = hint(sheet, "z1")
    for line in ("W2 @ delta2", "W2.T @ delta2 * sigma(z1)", "nonsense(", "log(-2)*delta1", ""):
        assert hint(sheet, "z1", [line]) == fresh
    right = hint(sheet, "z1", ["dC/da1 * sigma'(z1)", "W2.T @ delta1"])
    assert right.after == 1


def test_entries_and_ordinary_calculus(sheet: Sheet) -> None:
    assert hint(sheet, "W2[j,k]", ["(delta2 @ a1.T)[j,k]"]).line == "delta2[j] * a1[k]"
    assert hint(sheet, "W2[j,k]", ["a1[k]*delta2[j]"]).finished
    scalar = parse_sheet("x: scalar\nf = sin(x^2)")
    first = hint(scalar, "x")
    assert idea(first) == "Look at `sin(x**2)` from the outside: what is done last?"
    assert rule(first).startswith("Chain rule: The outer function is sin, the inner is `x**2`")
    inner = hint(scalar, "x", ["2x"])
    assert idea(inner) == "That is as far as `x**2`; go on to `sin(x**2)`."
    assert inner.line == "cos(x**2) * 2 * x"


def test_following_the_hints_leads_to_the_textbooks_form(sheet: Sheet) -> None:
    """Whoever writes down every fourth rung arrives, and every line on the way is right."""
    point = sample(sheet, np.random.default_rng(2))
    for derivation in derive_all(sheet).derivations:
        lines: list[str] = []
        found: Hint = hint(sheet, derivation.wrt)
        right = point.value(derivation.target)
        while not found.finished:
            lines.append(found.line)
            value = point.value(parse(found.line, sheet.scope).expression)
            np.testing.assert_allclose(value, right, rtol=1e-9, atol=1e-12)
            assert len(lines) <= 20, lines
            found = hint(sheet, derivation.wrt, lines)
        last = parse(lines[-1], sheet.scope).expression
        assert text(last) == text(derive(sheet, derivation.wrt).result)


def test_a_quantity_that_is_another_by_name() -> None:
    first = hint(parse_sheet("x: (n,1)\na = x\nC = sum(a)\n"), "x")
    assert idea(first) == "`a` is `x` itself."
    assert first.line == "dC/da"


@pytest.mark.parametrize(
    ("name", "wrt", "line"),
    [
        ("softmax", "da2/dz2", "diag(a2) - a2 @ a2.T"),
        ("quadratic", "dz1/dx", "W1"),
        ("chain-rule", "du/dx", "2 * x"),
    ],
)
def test_a_jacobian_has_hints_too(name: str, wrt: str, line: str) -> None:
    sheet = load_sheet(name)
    found = hint(sheet, wrt)
    assert wrt[1:3].strip("/") in idea(found)
    assert found.line == line
    assert hint(sheet, wrt, [line]).finished
