"""Sheets in which two arguments tie over a whole region, which holds no kink but at its edges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from chainrule.algebra import Many, parse_sheet, sample_tied
from chainrule.derivation import check

Cost = Callable[[float, float], float]
Gradient = Callable[[float, float], float]

Z = "c: scalar\nx: scalar\n"
STEP = 1e-6


def relu(x: float) -> float:
    return max(x, 0.0)


# The sheet, its cost in plain Python, a line, and the line in plain Python.
LINES: list[tuple[str, Cost, str, Gradient]] = [
    ("f = minimum(relu(x), 0) + c", lambda c, x: min(relu(x), 0) + c, "(x < 0)",
     lambda c, x: float(x < 0)),
    ("f = minimum(relu(x), 0) + c", lambda c, x: min(relu(x), 0) + c, "0*x", lambda c, x: 0.0),
    ("a = relu(x)\nf = minimum(a, 0) + c", lambda c, x: min(relu(x), 0) + c, "(x < 0)",
     lambda c, x: float(x < 0)),
    ("f = minimum(maximum(c*x, 50), 50)", lambda c, x: min(max(c * x, 50), 50), "c*(c*x < 50)",
     lambda c, x: c * (c * x < 50)),
    ("f = minimum(maximum(c*x, 50), 50)", lambda c, x: min(max(c * x, 50), 50),
     "c*(maximum(c*x, 50) < 50)", lambda c, x: c * (max(c * x, 50) < 50)),
    ("f = c*maximum(relu(x), x)", lambda c, x: c * max(relu(x), x), "c*(x > 0)",
     lambda c, x: c * (x > 0)),
    ("f = c*maximum(x, relu(x))", lambda c, x: c * max(relu(x), x), "c*(x > 0)",
     lambda c, x: c * (x > 0)),
    ("f = c*maximum(relu(x), x)", lambda c, x: c * max(relu(x), x), "0*x", lambda c, x: 0.0),
    ("f = c*minimum(relu(x), x)", lambda c, x: c * min(relu(x), x), "c", lambda c, x: c),
    ("f = c*relu(relu(x))", lambda c, x: c * relu(relu(x)), "c", lambda c, x: c),
    ("f = c*relu(relu(x))", lambda c, x: c * relu(relu(x)), "c*relu'(relu(x))",
     lambda c, x: c * (relu(x) > 0)),
    ("f = c*relu(relu(x))", lambda c, x: c * relu(relu(x)), "c*(x > 0) + (x <= 0)",
     lambda c, x: c if x > 0 else 1.0),
    ("f = c*abs(relu(x))", lambda c, x: c * abs(relu(x)), "c*sign(x)",
     lambda c, x: float(c * np.sign(x))),
    ("f = c*abs(relu(x))", lambda c, x: c * abs(relu(x)), "c*(x > 0)",
     lambda c, x: c * (x > 0)),
]  # fmt: skip


def is_right(cost: Cost, gradient: Gradient) -> bool:
    """By central differences at random places, away from the edges of all regions."""
    rng = np.random.default_rng(3)
    for c, x in rng.normal(size=(200, 2)) * rng.choice([1, 10, 30], (200, 1)):
        if min(abs(x), abs(c * x - 50)) > 1e-2:
            slope = (cost(c, x + STEP) - cost(c, x - STEP)) / (2 * STEP)
            if abs(slope - gradient(c, x)) > 1e-4 * max(1, abs(slope)):
                return False
    return True


@pytest.mark.parametrize(("words", "cost", "line", "gradient"), LINES)
def test_a_line_is_judged_where_two_arguments_tie(
    words: str, cost: Cost, line: str, gradient: Gradient
) -> None:
    answer = check(parse_sheet(f"{Z}{words}\n"), "x", line)
    assert answer.passes is is_right(cost, gradient)
    assert answer.verdict in ("right", "right-other-form", "wrong")


@pytest.mark.parametrize(
    ("line", "right"), [("sum(x + y - x*y)", True), ("sum(x + y)", False), ("sum(x)", False)]
)
def test_equal_labels_tie_without_a_kink_in_what_multiplies_them(line: str, right: bool) -> None:
    words = "w: scalar\nx: (n,1) binary\ny: (n,1) binary\nf = w*sum(maximum(x, y))\n"
    labels = [(x, y) for x in (0, 1) for y in (0, 1)]
    assert all(max(x, y) == x + y - x * y for x, y in labels)
    assert check(parse_sheet(words), "w", line).passes is right


def test_a_kink_in_a_tied_region_is_no_place_to_judge_at() -> None:
    """dC/da jumps wherever a is 0, so what a line says of it there is its own affair."""
    sheet = parse_sheet("x: scalar\na = relu(x)\nf = minimum(a, 0) + a**2\n")
    for line in ("2*a + (a <= 0)", "2*a + (a < 0)", "2*a"):
        assert check(sheet, "a", line).passes


def tied(words: str) -> Many:
    return sample_tied(parse_sheet(words), np.random.default_rng(0), 64, {})


def test_tied_points_are_those_amid_the_region() -> None:
    amid = tied("x: scalar\nf = relu(relu(x))\n")
    assert amid.count > 8
    assert (amid.given["x"] < 0).all()


def test_a_sheet_with_kinks_alone_has_no_tied_points() -> None:
    assert tied("x: scalar\nf = relu(x) + abs(x - 3)\n").count == 0


@pytest.mark.parametrize(
    ("line", "right"), [("(delta2 @ W.T) * (z1 > 0)", True), ("delta2 @ W.T", False)]
)
def test_two_relus_in_a_layer(line: str, right: bool) -> None:
    """z1 = -1 changes nothing behind two relus, so its derivative is 0 there."""
    words = "z1: (m,n)\nW: (n,k)\nz2 = relu(relu(z1)) @ W\nf = sum(z2**2)/m\n"
    slope = (relu(relu(-1 + STEP)) - relu(relu(-1 - STEP))) / (2 * STEP)
    assert slope == 0
    assert check(parse_sheet(words), "z1", line).passes is right
