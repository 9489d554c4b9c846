"""What may be typed as a number, a vector, a matrix, a shape, a choice, parts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from chainrule.practice.answers.answer import Answer
from chainrule.practice.answers.choice import Choice
from chainrule.practice.answers.expression import equal_to
from chainrule.practice.answers.matrix import Matrix, Vector
from chainrule.practice.answers.number import Number
from chainrule.practice.answers.parts import Parts
from chainrule.practice.answers.shape import Shape

THIRD, EXACT = Number(Fraction(1, 3), 2), Number(Fraction(1, 3))
GRADIENT = Vector((2.0, -3.0))
SQUARE = Matrix(((1.0, 2.0), (-3.0, 0.5)))
GATE = Choice(("AND", "OR"), 1)
SIDES = Parts((("left", Number(-1)), ("right", Number(2))))

RIGHT: list[tuple[Answer, str]] = [
    *((EXACT, typed) for typed in ("1/3", "2/6", "z = 1/3", "= 1/3", "(1/3)", "1/3.", "1 / 3")),
    *((THIRD, typed) for typed in (
        "1/3", "0.33", "0,33", "0.333", ".33", "0.34", "z ≈ 0.33", "33 %")),
    *((Number(13002), typed) for typed in ("13002", "13,002", "13002.0", "1.3002e4")),
    *((Number(-2), typed) for typed in ("-2", "−2", "–2", "-4/2", "z = -2", "1 - 3")),
    *((Number(0.5), typed) for typed in ("1/2", "½", "0.5", "sqrt(1/4)", "2^-1", "cos(pi/3)")),
    *((GRADIENT, typed) for typed in (
        "(2, -3)", "2, -3", "[2, -3]", "2; -3", "2 -3", "[2; -3]", "(2 -3)", "[[2], [-3]]",
        "np.array([2, -3])", "(2, -3).T", "(2, -3)^T", "∇f = (2, -3)", "( 2 , −3 )", "2\n-3",
        "[2.0, -6/2]")),
    *((SQUARE, typed) for typed in (
        "1 2; -3 0.5", "[[1, 2], [-3, 0.5]]", "1, 2; -3, 1/2", "[1 2; -3 .5]", "(1, 2), (-3, 0.5)",
        "[[1 2] [-3 0.5]]", "1 2\n-3 0.5", "np.array([[1, 2], [-3, 0.5]])", "A = [1 2; -3 0.5]",
        r"\begin{pmatrix}1 & 2 \\ -3 & 0.5\end{pmatrix}")),
    *((Shape((2, 3)), typed) for typed in (
        "(2, 3)", "2x3", "2 x 3", "2×3", "2 by 3", "2,3", "[2, 3]", "2*3", "shape = "
                                                                           "(2, 3)", "2 X 3")),
    *((Shape(None), typed) for typed in ("none", "None", "does not fit", "it does not exist", "-")),
    *((GATE, typed) for typed in ("b", "B", "b)", "(b)", "OR", "or", " or ", "or.")),
    *((SIDES, typed) for typed in (
        "left = -1; right = 2", "right = 2; left = -1", "-1; 2", "-1, 2", "Left=-1;Right=2",
        "left = -1, right = 2", "left = -1\nright = 2")),
    *((equal_to("3*x - 2", "x: scalar"), typed) for typed in (
        "3x - 2", "y = 3x - 2", "3(x - 1) + 1", "-2 + 3*x", "f(x) = 3x − 2")),
]  # fmt: skip

WRONG: list[tuple[Answer, str]] = [
    (EXACT, "0.33"), (THIRD, "0.36"), (THIRD, "-1/3"), (Number(-2), "2"), (Number(13002), "13,003"),
    (Number(0.5), "0,05"), (GRADIENT, "(-3, 2)"), (GRADIENT, "(2, 3)"), (GRADIENT, "(2, -3, 0)"),
    (SQUARE, "1 -3; 2 0.5"), (SQUARE, "1 2 -3 0.5"), (Shape((2, 3)), "3x2"), (Shape(None), "2x3"),
    (Shape((2, 3)), "none"), (GATE, "a"), (GATE, "AND"), (SIDES, "2; -1"), (SIDES, "left=2; "
                                                                                   "right=2"),
    (equal_to("3*x - 2", "x: scalar"), "3x + 2"),
]  # fmt: skip

UNREADABLE: list[tuple[Answer, str]] = [
    (EXACT, "a third"), (EXACT, "1/0"), (EXACT, "x"), (EXACT, "(2"), (EXACT, "1,2,3"), (EXACT, ""),
    (GRADIENT, "(2, a)"), (GRADIENT, "(2, -3"), (SQUARE, "1 2; 3"), (SQUARE, "[]"),
    (Shape((2, 3)), "2"), (Shape((2, 3)), "two by three"), (GATE, "c"), (GATE, "maybe"),
    (SIDES, "-1"), (SIDES, "left = -1; right = two"), (SIDES, "-1; 2; 3"),
    (equal_to("3*x - 2", "x: scalar"), "3x -"), (equal_to("3*x - 2", "x: scalar"), "3q"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "typed"), RIGHT)
def test_typed_as_on_paper_it_is_right(answer: Answer, typed: str):
    assert answer.check(typed).right, answer.check(typed).message
    assert answer.same(typed)


@pytest.mark.parametrize(("answer", "typed"), WRONG)
def test_another_value_is_wrong(answer: Answer, typed: str):
    assert answer.check(typed).verdict == "wrong"
    assert not answer.same(typed)


@pytest.mark.parametrize(("answer", "typed"), UNREADABLE)
def test_what_cannot_be_read_says_how_to_type_it(answer: Answer, typed: str):
    check = answer.check(typed)
    assert check.verdict == "unreadable"
    assert len(check.message) > 10


def test_a_number_that_is_rounded_too_far_is_not_wrong():
    check = Number(2 / 3, 3).check("0.7")
    assert check.verdict == "undecided"
    assert "3 decimal places" in check.message
    assert Number(2 / 3, 3).check("0.667").right
    assert Number(2 / 3, 3).check("0.669").verdict == "wrong"


def test_entries_that_are_rounded_too_far_are_not_wrong_either():
    a = Vector((0.219, 0.486, 0.295), 3)
    assert a.check("(0.2, 0.5, 0.3)").verdict == "undecided"
    assert a.check("(0.219, 0.5, 0.3)").verdict == "undecided"
    assert a.check("(0.2, 0.4, 0.3)").verdict == "wrong"
    rows = Matrix(((0.25, -0.2), (-0.24, 0.125)), 3)
    assert rows.check("0.3 -0.2; -0.2 0.1").verdict == "undecided"
    assert rows.check("0.3 0.2; -0.2 0.1").verdict == "wrong"


def test_a_part_that_is_wrong_is_wrong_beside_one_that_is_rounded_too_far():
    both = Parts((("v", Number(-0.64, 3)), ("w", Number(2.36, 3))))
    assert both.check("v = 1; w = 2").verdict == "wrong"
    assert both.check("v = -0.64; w = 2").verdict == "undecided"


@pytest.mark.parametrize("answer", {id(a): a for a, _ in RIGHT}.values())
def test_an_answer_is_typed_as_it_is_shown(answer: Answer):
    assert answer.check(answer.text()).right
    assert answer.how()
