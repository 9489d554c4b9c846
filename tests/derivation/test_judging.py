"""Verdicts: what is right, in what form, under which condition, and what never counts."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from chainrule.algebra import (
    Array,
    Expression,
    Point,
    Sheet,
    Typed,
    WidePoint,
    evaluate,
    load_sheet,
    parse,
    parse_sheet,
    typed,
)
from chainrule.derivation import (
    KINDS,
    Mistake,
    OracleError,
    QuestionError,
    check,
    check_chain,
    points_of,
    question,
    truth,
)

QUADRATIC = load_sheet("quadratic")


def verdict(sheet: Sheet, wrt: str, words: str) -> str:
    return check(sheet, wrt, words).verdict


@pytest.mark.parametrize(
    ("name", "wrt", "words"),
    [
        ("quadratic", "z2", "(a2 - y) * sigma'(z2)"),
        ("quadratic", "z2", "σ'(z₂) ⊙ (a₂ − y)"),
        ("quadratic", "delta2", "dC/da2 * sigma'(z2)"),
        ("quadratic", "dC/dz2", "-(y - a2)*sigma'(z2)"),
        ("quadratic", "W2", "δ₂ · a₁ᵀ"),
        ("quadratic", "W2", "(a1 @ delta2.T).T"),
        ("quadratic", "b1", "delta1"),
        ("rows", "Z2", "1/m * (A2 - Y) * sigma'(Z2)"),
        ("rows", "b1", "sum(Delta1, axis=0)"),
        ("softmax", "z2", "a2 - y"),
        ("l2", "W2", "lam/n * W2 + delta2 @ a1.T"),
    ],
)
def test_the_books_form_is_right(name: str, wrt: str, words: str) -> None:
    assert verdict(load_sheet(name), wrt, words) == "right"


@pytest.mark.parametrize(
    ("name", "wrt", "words"),
    [
        ("quadratic", "z2", "a2*sigma'(z2) - y*sigma'(z2)"),
        ("quadratic", "z2", "(a2 - y) * a2 * (1 - a2)"),
        ("quadratic", "W1", "delta1[j]*x[k]"),
        ("quadratic", "W1[p,q]", "delta1[p]*x[q]"),
        ("quadratic", "z1[j]", "sum(k, W2[k,j]*delta2[k]) * sigma'(z1[j])"),
        ("quadratic", "W2", "delta2 * a1.T"),
        ("softmax", "da2/dz2", "diag(a2) - a2 @ a2.T"),
        ("rows", "b1", "ones(1, m) @ Delta1"),
        ("relu", "z1", "(W2.T @ delta2) * (z1 > 0)"),
    ],
)
def test_another_form_is_right_too(name: str, wrt: str, words: str) -> None:
    assert verdict(load_sheet(name), wrt, words) == "right-other-form"


PLAIN = "x: (n0,1)\ny: (n1,1)\nW: (n1,n0)\nz = W @ x\na = softmax(z)\nC = -sum(y * log(a))"


PENALTY = (
    "x: (n0,1)\ny: (n1,1)\nW: (n1,n0)\nlam: scalar {}\nz = W @ x\n"
    "C = sum((z - y)**2)/2 + lam/2 * sum(W**2)"
)


@pytest.mark.parametrize(
    ("source", "wrt", "words", "condition"),
    [
        (PLAIN, "z", "a - y", "`y` is positive and sums to 1"),
        ("x: (n,1)\nA: (n,n)\nC = x.T @ A @ x", "x", "2*A@x", "`A` is symmetric"),
        ("x: (n,1)\nC = sum(x)", "x", "1", "this one number stands for every entry"),
        (
            "x: scalar\ny = 2*x",
            "x",
            "2*sqrt(x)/sqrt(x)",
            "the numbers are such that it has a value",
        ),
    ],
)
def test_a_condition_is_named(source: str, wrt: str, words: str, condition: str) -> None:
    sheet = parse_sheet(source) if "\n" in source else load_sheet(source)
    told = check(sheet, wrt, words)
    assert told.verdict == "right-if"
    assert told.condition is not None
    assert told.condition.startswith(condition)
    assert told.right


@pytest.mark.parametrize("words", ["sigma'(z2)", "a2*(1 - a2)", "sigma'(z2).T"])
def test_slopes_entry_by_entry_may_stand_for_a_diagonal_jacobian(words: str) -> None:
    told = check(load_sheet("quadratic"), "da2/dz2", words)
    assert told.verdict == "right-other-form"
    assert told.understood == f"diag({words.replace('2*(', '2 * (')})"
    assert "diagonal" in told.message
    assert check(load_sheet("softmax"), "da2/dz2", words).verdict == "wrong"
    chain = [f"da2/dz2 = {words}", "delta2 = (a2 - y) * sigma'(z2)"]
    assert check_chain(load_sheet("quadratic"), "delta2", chain).right


@pytest.mark.parametrize("said", ["", "positive"])
def test_a_penalty_may_not_be_left_out(said: str) -> None:
    told = check(parse_sheet(PENALTY.format(said)), "W", "delta @ x.T")
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind == "missing-term"
    assert told.mistake.repaired == "delta @ x.T + lam * W"


def test_a_condition_that_the_sheet_states_is_no_condition() -> None:
    assert (
        verdict(parse_sheet(PLAIN.replace("y: (n1,1)", "y: (n1,1) prob")), "z", "a - y") == "right"
    )
    assert (
        verdict(parse_sheet(PLAIN.replace("y: (n1,1)", "y: (n1,1) onehot")), "z", "a-y") == "right"
    )
    square = parse_sheet("x: (n,1)\nA: (n,n) symmetric\nC = x.T @ A @ x")
    assert check(square, "x", "2*A@x").verdict in ("right", "right-other-form")


@pytest.mark.parametrize(
    "words", ["", "   ", "delta2 @", "(", "delta2 @ a1.T)", "q", "import os", "\0", "2 3", "W2[j"]
)
def test_what_cannot_be_read_is_not_wrong(words: str) -> None:
    told = check(QUADRATIC, "W2", words)
    assert told.verdict == "unreadable"
    assert told.message
    assert not told.right


@pytest.mark.parametrize("words", ["dC/dW2", "dC/dW2 + 0", "2*dC/dW2 - dC/dW2"])
def test_an_answer_by_itself_is_undecided(words: str) -> None:
    told = check(QUADRATIC, "W2", words)
    assert told.verdict == "undecided"
    assert "says nothing" in told.message


def test_another_name_of_the_answer_says_nothing_either() -> None:
    assert verdict(QUADRATIC, "z2", "dC/dz2") == "undecided"
    assert verdict(QUADRATIC, "z2", "delta2") == "undecided"


def test_numbers_too_large_are_undecided() -> None:
    square = parse_sheet("x: scalar\ny = x^2")
    assert check(square, "x", "9**9**9**9").verdict == "undecided"
    assert check(square, "x", "9**9**9").verdict == "wrong"
    told = check(QUADRATIC, "b2", "delta2 + sum(ones(1000000, 1000000))")
    assert told.verdict == "undecided"


def test_two_ways_to_the_truth_that_disagree_are_nobodys_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The derived gradient against the complex step, and against differences in 110 digits."""
    sheet = parse_sheet("x: (n,1)\nC = sum(x**4)")
    for owner, way in ((Point, "complex_step"), (WidePoint, "slopes")):
        right = getattr(owner, way)
        monkeypatch.setattr(owner, way, lambda *args, right=right: right(*args) * 1.001)
    for words in ("4*x**3", "5*x"):
        told = check(sheet, "x", words)
        assert told.verdict == "undecided"
        assert "defect of chainrule" in told.message
    with pytest.raises(OracleError):
        truth(question(sheet, "x"))


def test_a_third_way_settles_what_two_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounding may keep the derived gradient from the complex step, but not in 110 digits."""
    step = Point.complex_step
    monkeypatch.setattr(Point, "complex_step", lambda *args: step(*args) + 1e-3)
    sheet = parse_sheet("x: (n,1)\nC = sum(x**4)")
    assert check(sheet, "x", "4*x**3").right
    assert check(sheet, "x", "5*x**3").verdict == "wrong"


def test_nan_equals_nothing() -> None:
    told = check(parse_sheet("x: scalar\ny = x^2"), "x", "2*x + 0*log(-x**2)")
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind == "domain"


def test_no_difference_hides_in_the_points() -> None:
    """All sizes differ and are above 1; both sides of a kink, both labels are met."""
    for name in ("quadratic", "rows", "relu", "logistic", "deep"):
        sheet = load_sheet(name)
        points = points_of(sheet)
        assert len(points) == 4
        for point in points:
            sizes = list(point.sizes.values())
            assert len(set(sizes)) == len(sizes)
            assert min(sizes) > 1
    relu = [point.values["z1"] > 0 for point in points_of(load_sheet("relu"))]
    assert {bool(side) for sides in relu for side in sides.flat} == {True, False}
    labels = [point.values["y"][0, 0] for point in points_of(load_sheet("logistic"))]
    assert set(labels) == {0.0, 1.0}


def test_a_witness_can_be_worked_by_hand() -> None:
    told = check(QUADRATIC, "z2", "(y - a2) * sigma'(z2)")
    shown = told.witness
    assert shown is not None
    given = {name: np.array(value) for name, value in shown.given.items()}
    assert all(np.array_equal(np.round(value, 2), value) for value in given.values())
    point = Point(QUADRATIC, given, shown.sizes)
    row, column = shown.entry
    expected = point.gradient("z2")[row - 1, column - 1]
    yours = point.value(parse("(y - a2) * sigma'(z2)", QUADRATIC.scope).expression)
    assert shown.expected == pytest.approx(expected, rel=1e-5)
    assert shown.yours == pytest.approx(yours[row - 1, column - 1], rel=1e-5)
    assert shown.yours != pytest.approx(shown.expected, rel=1e-3)


def test_every_reject_has_a_witness() -> None:
    for words in ("W2", "delta2", "W2 @ W2", "log(z2 @ z1.T)", "exp(z2) @ a1.T", "x[j]"):
        told = check(QUADRATIC, "W2", words)
        assert told.verdict == "wrong"
        assert told.witness is not None


def test_what_is_asked_for_has_to_exist() -> None:
    with pytest.raises(QuestionError, match="not a quantity"):
        check(QUADRATIC, "W9", "1")
    with pytest.raises(QuestionError):
        check(QUADRATIC, "2*W1", "1")


def test_the_dictionary_is_what_json_prints() -> None:
    told = check(QUADRATIC, "z1", "(W2 @ delta2) * sigma'(z1)").to_dict()
    assert list(told) == ["verdict", "understood", "lines", "mistake", "condition", "witness"]
    assert told["mistake"] == {
        "kind": "transpose",
        "message": "`W2` should be transposed: `W2.T` is (n1,n2), `W2` is (n2,n1)",
        "yours": "W2",
        "repaired": "(W2.T @ delta2) * sigma'(z1)",
        "span": [1, 3],
    }
    json.dumps(told)
    right = check(QUADRATIC, "W2", "delta2 @ a1.T").to_dict()
    assert (right["mistake"], right["condition"], right["witness"]) == (None, None, None)


def test_a_mistake_has_a_known_kind() -> None:
    assert len(KINDS) == 21
    with pytest.raises(ValueError, match="no kind"):
        Mistake("typo", "", "")


def test_a_large_network_is_checked_along_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = parse_sheet(QUADRATIC.text().replace("n0", "200").replace("n1", "30"))

    def full(self: Point, over: str, wrt: str) -> np.ndarray:
        raise AssertionError("every entry is stepped by itself")

    monkeypatch.setattr(Point, "complex_step", full)
    assert check(sheet, "W1", "delta1 @ x.T").right
    assert not check(sheet, "W1", "delta1 @ x.T / 2").right


MISFITS = [("z1", "(W2 @ delta2) * sigma'(z1)"), ("z1", "(W2 @ delta2) * a1")]


@pytest.mark.parametrize(
    ("wrt", "words", "right"),
    [
        *((*misfit, False) for misfit in MISFITS),
        ("W2", "delta2 @ a1.T", True),
        ("z1", "(W2.T @ delta2) * sigma'(z1)", True),
        ("W1", "delta1[j]*x[k]", True),
        ("W2", "delta2 @ z1.T", False),
        ("W2", "exp(W2) * tanh(W2) + softmax(W2) * delta2", False),
        ("b2", "1 / 2 delta2", False),
    ],
)
def test_a_line_is_parsed_once_and_evaluated_once_at_each_point(
    monkeypatch: pytest.MonkeyPatch, wrt: str, words: str, right: bool
) -> None:
    """What is parsed besides is a line mended, or a mistake's text, never the line again."""
    parsed: list[str] = []
    evaluated: list[Expression] = []
    mine = [id(point.values) for point in points_of(QUADRATIC)]

    def counted(text: str) -> Typed:
        parsed.append(text)
        return typed(text)

    def worked_out(root: Expression, values: dict[str, Array], *rest: Any) -> Array:
        evaluated.extend([root] if id(values) in mine else [])
        return evaluate(root, values, *rest)

    for place in ("derivation.asking.case", "algebra.language.parser"):
        monkeypatch.setattr(f"chainrule.{place}.typed", counted)
    monkeypatch.setattr("chainrule.derivation.asking.layout.evaluate", worked_out)
    assert check(QUADRATIC, wrt, words).right is right
    assert parsed.count(words) == 1
    if (wrt, words) not in MISFITS:
        root = parse(words, QUADRATIC.scope).expression
        assert evaluated.count(root) == len(mine)


def test_a_right_line_is_searched_for_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def searched(case: object) -> None:
        raise AssertionError("a right line is searched for mistakes")

    monkeypatch.setattr("chainrule.derivation.checking.judge.found_by_each", searched)
    for wrt, words in (("W2", "delta2 @ a1.T"), ("z2", "a2*sigma'(z2) - y*sigma'(z2)")):
        assert check(QUADRATIC, wrt, words).right


def test_what_is_known_of_a_question_is_kept_with_its_sheet() -> None:
    sheet = load_sheet("quadratic")
    first = truth(question(sheet, "W2"))
    assert truth(question(sheet, "W2[j,k]")).values is first.values
    other = truth(question(load_sheet("quadratic"), "W2"))
    assert other.values is not first.values
    assert np.array_equal(other.values[0], first.values[0])


WITCH = parse_sheet("x: scalar\nf = 1/(x**2 + 1)")


def test_a_division_that_is_right_in_its_other_reading_is_not_called_wrong() -> None:
    told = check(WITCH, "x", "-2x / (x^2+1) (x^2+1)")
    assert told.verdict == "right-other-form"
    assert told.understood == "-2 * x / ((x**2 + 1) * (x**2 + 1))"
    assert told.message.endswith("write /((x^2+1) (x^2+1))")
    assert verdict(WITCH, "x", "-2x / ((x^2+1) (x^2+1))") == "right-other-form"
    assert verdict(WITCH, "x", "-2x / (x^2+1) x") == "wrong"
    assert verdict(load_sheet("columns-softmax"), "b2", "1 / m sum(A2 - Y, axis=1)").startswith(
        "right"
    )


def test_every_division_may_be_meant_in_its_own_way() -> None:
    sheet = parse_sheet("x: scalar\na: scalar\nb: scalar\nf = x*(a/2 + 1/(a*b))")
    for line, meant in (
        ("1/2 a + 1 / a b", "1/2 * a + 1/(a * b)"),
        ("1 / a b + 1/2 a", "1/(a * b) + 1/2 * a"),
    ):
        told = check(sheet, "x", line)
        assert (told.verdict, told.understood) == ("right-other-form", meant)
    assert check(sheet, "x", "1/2 a + 1 / (a b)").right
    assert verdict(sheet, "x", "1/2 a + 2 / a b") == "wrong"
    many = "1/2 a - 1/2 a + 1/2 a - 1/2 a"
    assert verdict(sheet, "x", f"{many} + 1/2 a + 1 / a b") == "right-other-form"


def test_an_index_is_a_letter() -> None:
    rows = load_sheet("rows")
    assert verdict(rows, "b1[j]", "Σ_k Delta1[k,j]").startswith("right")
    assert verdict(rows, "b1[i,j]", "Σ_k Delta1[k,j]").startswith("right")
    with pytest.raises(QuestionError):
        check(rows, "b1[1,j]", "Σ_k Delta1[k,j]")


def test_a_name_that_is_two_is_their_product() -> None:
    told = check(parse_sheet("t: scalar\na: scalar\nf = exp(a*t)"), "t", "a e^(at)")
    assert told.passes
    assert told.understood == "a * e**(a * t)"


def test_the_cost_by_itself_has_slope_1() -> None:
    assert check(QUADRATIC, "C", "1").right
    assert verdict(QUADRATIC, "C", "2") == "wrong"


# --- what can be meant in two ways is right where one of them is, and else never called wrong ---

TWO = "x: (n,1)\nw: (n,1)\nC = sum(x)*sum(w**2)/2"
FIT = "x: (n,1)\ny: (n,1)\nw: scalar\na = w*x\nC = sum((a-y)**2)/2"
SEQUENCE = "X: (T,d)\nW: (d,d)\nY: (T,d)\nC = sum((X@W-Y)**2)/2"
BARS = "a: scalar\nb: scalar\nc: scalar\nw: scalar\nC = w*abs(a-b)*abs(c)*abs(a+b)"
POWER = "x: scalar positive\ny: scalar\nlam: scalar\nw: scalar\nC = w*x**(lam*y)"
FROBENIUS = "W: (n,n)\nF: scalar\nlam: scalar\nC = lam*norm(W)**2/2"
SQUARED = "x: (n,1)\nw: scalar\nC = w*sum(x)**2"


@pytest.mark.parametrize(
    ("source", "wrt", "line", "verdict"),
    [
        ("softmax", "a1[j]", "Σ_k (a2 - y)[k] W2[k,j]", "right"),
        ("softmax", "a1[j]", "Σₖ (W₂ᵀ)ⱼₖ δ₂ₖ", "right"),
        (TWO, "w[k]", "Σ_k(x[k]) w[k]", "right"),
        (FIT, "w", "Σ (a − y) x", "right"),
        (FIT, "w", "Σ x (a − y)", "right"),
        (SEQUENCE, "W", "X^{T} (X W - Y)", "right"),
        (BARS, "w", "|a-b||c||a+b|", "unreadable"),
        (BARS, "w", "|a-b| * |c| * |a+b|", "right"),
        (POWER, "w", "x^λy", "right"),
        (POWER, "w", "x^(λ y)", "right"),
        (FROBENIUS, "lam", "½‖W‖_F²", "right"),
        (FROBENIUS, "lam", "½ Σ_jk W[j,k]²", "unreadable"),
        (SQUARED, "w", "Σ_k[xₖ]²", "right"),
        (SQUARED, "w", "Σ{x}²", "right"),
        (SQUARED, "w", "Σ_k[xₖ]³", "unreadable"),
        (SQUARED, "w", "2 Σ{x}²", "unreadable"),
        (POWER, "w", "2 x^λy", "unreadable"),
        ("softmax", "W1[j,k]", "(W2 @ x)[j,k]", "wrong"),
        ("logistic", "w", "(sigma(w·x + b) - y) * x", "right"),
        ("logistic", "w", "(sigma(w·x + b) + y) * x", "wrong"),
        ("rows", "Delta1", "σ'(Z1) ⊙ Δ2 W2", "right"),
        ("rows", "Delta1", "σ'(Z1) ⊙ (Δ2 W2)", "right"),
        ("softmax", "delta1", "W2[k,j] delta2[k] sigma'(z1[j])", "right"),
        ("softmax", "W2", "dz2/dW2", "unreadable"),
        ("recurrent", "h1", "W δ2", "wrong"),
    ],
)
def test_what_is_read_in_two_ways(source: str, wrt: str, line: str, verdict: str) -> None:
    sheet = parse_sheet(source) if "\n" in source else load_sheet(source)
    assert check(sheet, wrt, line).verdict.replace("-other-form", "") == verdict


def test_a_letter_t_that_is_a_matrix_is_no_exponent() -> None:
    sheet = parse_sheet("X: (m,n)\nW: (n,h)\nT: (m,h)\nC = sum((X@W - T)**2)/2")
    assert check(sheet, "W", "X^T (X@W - T)").right


def test_a_part_whose_sizes_do_not_fit_is_wrong_also_inside_a_sum() -> None:
    for wrt, words in (
        ("b2", "sum(a2 - a1, axis=1)"),
        ("delta1", "mean(W2 @ delta2, axis=1)"),
        ("delta1", "diag(a1 * a2)"),
    ):
        assert verdict(load_sheet("softmax"), wrt, words) == "wrong"
    assert verdict(load_sheet("rows"), "b2", "sum(Delta2 @ W2.T, axis=0)") == "wrong"


def test_the_slopes_of_a_scalar_by_a_vector_are_judged() -> None:
    sheet = load_sheet("logistic")
    assert check(sheet, "dz/dw", "x").right
    assert check(sheet, "da/dw", "a*(1 - a)*x").right
    assert verdict(sheet, "dz/dw", "2*x") == "wrong"


def test_what_is_asked_for_is_not_called_another_quantity() -> None:
    told = check(QUADRATIC, "delta2[j]", "dC/da2[i]*sigma'(z2[i])")
    assert told.verdict == "wrong"
    assert [mistake.kind for mistake in told.mistakes] == ["shape"]


def test_a_number_that_is_transposed_is_itself_where_nothing_is_multiplied_with_it() -> None:
    sheet = load_sheet("logistic")
    assert check(sheet, "a", "(1.T + (-y).T).T/(1 - a) - y/a").right
    assert not check(sheet, "a", "(1.T + y.T).T/(1 - a) - y/a").right
    assert not check(load_sheet("rows"), "b1", "1.T @ Delta2").right
    assert check(load_sheet("rows"), "b1", "1.T @ Delta1").right


HINGE = "x: (n,1)\nw: (n,1)\ny: scalar sign\nf = maximum(0, 1 - y*(w.T@x))"
NEURON = "w: scalar\nx: scalar\nb: scalar\nf = relu(w*x + b)"
FAR = "x: scalar\nf = relu(x-5) + x**2"
FARTHER = "x: scalar\nf = maximum(x, 3) + abs(x-10)"


@pytest.mark.parametrize(
    ("source", "wrt", "right", "wrong"),
    [
        (HINGE, "w", "-y*x*(y*(w.T@x) < 1)", "-y*x*(y*(w.T@x) < 0)"),
        (HINGE, "w", "-y*x*(f > 0)", "-y*x*(f > 1)"),
        (HINGE, "w", "-y*x*(1 > y*(w.T@x))", "-y*x*(w.T@x < 1)"),
        (NEURON, "w", "x*(w*x + b > 0)", "x*(w*x > 0)"),
        ("x: scalar\nf = relu(1 - x**2)", "x", "-2x*(x**2 < 1)", "-2x*(x > -1)"),
        ("x: scalar\ny: scalar\nf = maximum(x,y)", "x", "(x > y)", "(x > y + 0.2)"),
        ("relu", "z1", "dC/da1 * (z1 > 0)", "dC/da1 * (z1 > 0.1)"),
        ("relu", "z1", "dC/da1*(z1>0)", "maximum(dC/da1*(z1>0), -1)"),
        ("power-rule", "x", "12x^3-4x+5", "12x^3-4x+5 + (x>3)"),
        ("skip", "delta1", "(W2.T@delta2) * (z1 > 0)", "(W2.T@delta2) * (z1 > 0.1)"),
        (FAR, "x", "2x + (x > 5)", "2x"),
        (FARTHER, "x", "(x > 3) + (x > 10) - (x < 10)", "-1"),
    ],
)
def test_both_sides_of_a_kink_count(source: str, wrt: str, right: str, wrong: str) -> None:
    """What four points cannot tell apart is told apart at many, near and far."""
    sheet = parse_sheet(source) if "\n" in source else load_sheet(source)
    assert verdict(sheet, wrt, wrong) == "wrong"
    if source != "skip":
        assert check(sheet, wrt, right).right


def test_a_mend_is_right_on_both_sides_of_a_kink() -> None:
    told = check(load_sheet("relu"), "z1", "dC/da1 * (z1 > 0.2)")
    assert told.verdict == "wrong"
    for mistake in told.mistakes:
        assert mistake.repaired is None or check(load_sheet("relu"), "z1", mistake.repaired).right


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        ("(W2.T @ delta2) * (max(z1, 0) > 0)", "(W2.T @ delta2) * (maximum(z1, 0) > 0)"),
        ("W2ᵀδ2 ⊙ relu′(z1)", "(W2.T @ delta2) * relu'(z1)"),
        ("(W2.T@delta2)*relu'(z1)", None),
        ("(W₂ᵀ · δ₂) ⊙ relu′(z₁)", None),
        ("delta1 @", None),
    ],
)
def test_what_was_understood_is_kept_where_it_is_not_what_was_typed(
    words: str, understood: str | None
) -> None:
    sheet = load_sheet("relu")
    told, chain = check(sheet, "z1", words), check_chain(sheet, "z1", [words])
    assert told.understood == chain.understood == chain.lines[0].understood == understood
    assert told.to_dict()["understood"] == chain.to_dict()["understood"] == understood
    both = check_chain(sheet, "z1", ["delta1 = dC/da1 * relu'(z1)", words])
    shown = None if understood is None else f"dC/da1 * relu'(z1)\n{understood}"
    assert both.understood == shown
