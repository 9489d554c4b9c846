"""Every mistake of the curriculum, as a learner writes it, is rejected and called by its name."""

from __future__ import annotations

import itertools
import os
import re
import statistics
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from chainrule.algebra import load_sheet, parse_sheet
from chainrule.derivation import (
    KINDS,
    Case,
    Search,
    averaged,
    check,
    halved,
    mistakes_in,
    question,
    without_mend,
)
from tests.support import cases

from .sheets import sheet_of


class Slip(NamedTuple):
    what: str
    kinds: tuple[str, ...]
    cases: tuple[tuple[str, str, str], ...]


class Calculus(NamedTuple):
    function: str
    line: str
    what: str
    kinds: tuple[str, ...]


FILE = Path(__file__).with_name("learners_mistakes.toml")
SLIPS = cases(FILE, "backpropagation", Slip)
BACKPROPAGATION = [(what, kinds, *case) for what, kinds, found in SLIPS for case in found]


def test_every_mistake_is_written_on_three_sheets_or_more() -> None:
    for what, kinds, found in SLIPS:
        assert len(found) >= 3, what
        assert set(kinds) <= set(KINDS)


@pytest.mark.parametrize(("what", "kinds", "name", "wrt", "words"), BACKPROPAGATION)
def test_mistakes_of_backpropagation(
    what: str, kinds: tuple[str, ...], name: str, wrt: str, words: str
) -> None:
    sheet = sheet_of(name)
    told = check(sheet, wrt, words)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind in kinds, told.message
    assert told.witness is not None
    for mistake in told.mistakes:
        assert mistake.span is not None
        assert words[slice(*mistake.span)] == mistake.yours
        if mistake.repaired is not None:
            assert check(sheet, wrt, mistake.repaired).right, mistake.repaired


def test_what_is_said_before_the_repair_holds_no_right_answer() -> None:
    """Nothing that is quoted passes for the answer, by itself or in the place of the mistake."""
    quoted = 0
    for _, _, name, wrt, words in BACKPROPAGATION[::3]:
        sheet = sheet_of(name)
        for mistake in check(sheet, wrt, words).mistakes:
            assert mistake.span is not None
            start, end = mistake.span
            for piece in re.findall(r"`([^`]+)`", without_mend(mistake, words)):
                quoted += 1
                for line in (piece, words[:start] + piece + words[end:]):
                    assert not check(sheet, wrt, line, name_mistakes=False).passes, mistake
    assert quoted > 20


@pytest.mark.parametrize(Calculus._fields, cases(FILE, "calculus", Calculus))
def test_mistakes_of_calculus(function: str, line: str, what: str, kinds: tuple[str, ...]) -> None:
    positive = " positive" if "ln(x)" in function or "sqrt" in function else ""
    sheet = parse_sheet(f"x: scalar{positive}\ny = {function}")
    told = check(sheet, "x", line)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind in kinds, told.message
    if told.mistake.repaired is not None:
        assert check(sheet, "x", told.mistake.repaired).right


@pytest.mark.parametrize(
    ("wrt", "words", "repaired"),
    [("w", "(a - y) * w", "(a - y) * x"), ("w[j]", "(a - y) * w[j]", "(a - y) * x[j]"),
     ("w[j]", "dC/dw[j] = (a − y) w[j]", "dC/dw[j] = (a − y) x[j]")],
)  # fmt: skip
def test_a_printed_mistake_is_found(wrt: str, words: str, repaired: str) -> None:
    """Weisberg, A Neural Network from Scratch, part 1, section 2.3 prints w where x is right."""
    told = check(load_sheet("logistic"), wrt, words)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert (told.mistake.kind, told.mistake.yours) == ("symbol", "w")
    assert told.mistake.repaired == repaired
    assert "should be `x`" in told.mistake.message


@pytest.mark.parametrize(
    ("name", "wrt", "words", "kind", "part"),
    [
        ("rows", "W2", "m * Delta2.T @ A1", "sum-mean", "right for a cost that is summed"),
        ("rows", "W2", "A1.T @ Delta2", "transpose", "the other layout"),
        ("columns", "Z2", "((A2 - Y) * sigma'(Z2)).T / m", "transpose", "the other layout"),
        ("quadratic", "a2", "2*(a2 - y)", "factor", "without its factor 1/2"),
        ("quadratic", "a2", "(a2 - y)/2", "factor", "with a factor 1/2 more"),
    ],
)
def test_another_convention_is_told_as_that(
    name: str, wrt: str, words: str, kind: str, part: str
) -> None:
    told = check(sheet_of(name), wrt, words)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind == kind
    assert part in told.mistake.message


def test_an_unknown_name_is_named_and_costs_nothing() -> None:
    told = check(load_sheet("quadratic"), "W2", "delta3 @ a1.T")
    assert told.verdict == "unreadable"
    assert told.mistake is not None
    assert told.mistake.kind == "symbol"
    assert told.mistake.yours == "delta3"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("(u² − y) ⊙ σ′(q²)", ["u", "q"]),
        ("u * (v + u) * w", ["u", "v", "w"]),
        ("dW2 = delta2 @ a.T", ["a"]),
    ],
)
def test_all_unknown_names_are_named_once_and_nothing_is_put_for_them(
    words: str, names: list[str]
) -> None:
    told = check(load_sheet("quadratic"), "delta2", words)
    assert told.verdict == "unreadable"
    assert [mistake.yours for mistake in told.mistakes] == names
    for mistake in told.mistakes:
        assert mistake.kind == "symbol"
        assert mistake.repaired is None
        assert told.message.count(mistake.message) == 1


@pytest.mark.parametrize(
    ("sheet", "wrt", "words"),
    [
        ("quadratic", "delta1", "(W2.T @ delta2) * sigma'(minimum(z1, 1))"),
        ("tanh", "delta1", "(W2.T @ delta2) * tanh'(maximum(z1, -1))"),
        ("rows", "b1", "sum(Delta1 + 1e-3, axis=0)"),
    ],
)
def test_what_is_said_of_a_line_holds_far_out_too(sheet: str, wrt: str, words: str) -> None:
    """A number that is right at a few points only is no mend: the line is mended by taking away."""
    told = check(load_sheet(sheet), wrt, words)
    assert told.verdict == "wrong"
    assert not any("a constant factor is off" in mistake.message for mistake in told.mistakes)


@pytest.mark.parametrize(
    ("words", "repaired"),
    [
        ("delta2 = dC/da2 * sigma'(z2) = (a2 + y) * sigma'(z2)",
         "delta2 = dC/da2 * sigma'(z2) = (a2 - y) * sigma'(z2)"),
        ("delta2 = (y - a2) * sigma'(z2) = (a2 + y) * sigma'(z2)", None),
    ],
)  # fmt: skip
def test_a_chain_is_mended_if_the_whole_of_it_is_right_then(
    words: str, repaired: str | None
) -> None:
    told = check(load_sheet("quadratic"), "delta2", words)
    assert told.verdict == "wrong"
    assert {mistake.repaired for mistake in told.mistakes} == {repaired}


@pytest.mark.parametrize("words", ["delta2 δ₁ dz1/dW2", "delta2 δ₁ delta2", "delta2 @ x dz1/dx"])
def test_a_chain_after_sizes_that_do_not_fit_is_wrong(words: str) -> None:
    assert check(load_sheet("quadratic"), "W2", words).verdict == "wrong"


def test_a_repair_brings_in_nothing_that_cancels() -> None:
    cases = [
        ("x: scalar positive\nl: scalar\nf = x * exp(l)", "x", "exp(l) - l"),
        ("p: scalar positive\nq: scalar positive\nf = p * q", "p", "q + p/q"),
        ("X: (m,n)\ny: (m,1)\nw: (n,1)\nb: scalar\nC = sum((X @ w + b - y)**2)/(2*m)", "w",
         "mean(X @ w + b - y) * mean(X)"),
    ]  # fmt: skip
    for source, wrt, words in cases:
        told = check(parse_sheet(source), wrt, words)
        assert told.verdict == "wrong"
        for mistake in told.mistakes:
            repaired = mistake.repaired or ""
            assert "/d" not in repaired, repaired
            assert " - l + l" not in repaired
            assert "/(p/q)" not in repaired


def test_a_value_that_does_not_exist_is_a_mistake_of_its_own() -> None:
    told = check(load_sheet("quadratic"), "b2", "log(-exp(delta2)) * tanh(z2)**3")
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind == "domain"
    assert told.mistake.yours == "log(-exp(delta2))"


def test_zero() -> None:
    told = check(load_sheet("quadratic"), "b2", "0 * delta2")
    assert told.mistake is not None
    assert told.mistake.kind == "zero"


# Two mistakes in one answer.

PIECES = {
    "transpose": [("W2.T", "W2"), ("W3.T", "W3"), ("a1.T", "a1"), ("a2.T", "a2"), ("x.T", "x")],
    "symbol": [("sigma'(z1)", "sigma'(a1)"), ("sigma'(z2)", "sigma'(a2)"), ("a1.T", "z1.T"),
               ("a2.T", "z2.T"), ("sigma'(z3)", "sigma'(a3)")],
    "sign": [("(a2 - y)", "(y - a2)"), ("(a3 - y)", "(y - a3)")],
    "missing-factor": [(" * sigma'(z1)", ""), (" * sigma'(z2)", ""), (" * sigma'(z3)", "")],
    "factor": [("(a2 - y)", "2*(a2 - y)"), ("(a3 - y)", "2*(a3 - y)")],
    "function": [("sigma'(z1)", "sigma(z1)"), ("sigma'(z2)", "sigma(z2)")],
}  # fmt: skip
ANSWERS = [
    ("quadratic", "z2", "(a2 - y) * sigma'(z2)"),
    ("quadratic", "W2", "((a2 - y) * sigma'(z2)) @ a1.T"),
    ("quadratic", "z1", "(W2.T @ ((a2 - y) * sigma'(z2))) * sigma'(z1)"),
    ("quadratic", "W1", "((W2.T @ delta2) * sigma'(z1)) @ x.T"),
    ("deep", "z2", "(W3.T @ ((a3 - y) * sigma'(z3))) * sigma'(z2)"),
    ("deep", "W2", "((W3.T @ delta3) * sigma'(z2)) @ a1.T"),
    ("deep", "z1", "(W2.T @ ((W3.T @ delta3) * sigma'(z2))) * sigma'(z1)"),
]
ALIKE = {
    "factor": {"factor", "extra-factor", "missing-term"},
    "function": {"function", "missing-factor"},
    "transpose": {"transpose", "order"},
    "missing-factor": {"missing-factor"},
}


def pairs() -> list[tuple[str, str, str, tuple[str, str]]]:
    """Every two mistakes in different places of every answer."""
    made: list[tuple[str, str, str, tuple[str, str]]] = []
    for name, wrt, answer in ANSWERS:
        slips = [(k, a, b) for k, found in PIECES.items() for a, b in found if a in answer]
        for (kind, old, new), (other, older, newer) in itertools.combinations(slips, 2):
            if old in older or older in old:
                continue
            made.append((name, wrt, answer.replace(old, new).replace(older, newer), (kind, other)))
    return made


def test_two_mistakes_are_both_named_four_times_in_five() -> None:
    made = pairs()
    assert len(made) >= 100
    if "CHAINRULE_CASES" not in os.environ:
        made = made[::3]
    both = 0
    for name, wrt, words, kinds in made:
        told = check(sheet_of(name), wrt, words)
        assert told.verdict == "wrong", words
        both += named(kinds, [mistake.kind for mistake in told.mistakes])
    assert both / len(made) >= 0.8, f"{both} of {len(made)}"


def named(kinds: tuple[str, str], found: list[str]) -> bool:
    """Whether two mistakes were found and each is called by its name or a near one."""
    for order in itertools.permutations(found, 2):
        if all(f == k or f in ALIKE.get(k, ()) for k, f in zip(kinds, order, strict=True)):
            return True
    return False


def test_the_likeliest_changes_are_tried_first() -> None:
    """As a rule a mistake is named before a third of all changes has been tried."""
    shares: list[float] = []
    for _, _, name, wrt, words in BACKPROPAGATION:
        case = Case(question(sheet_of(name), wrt), words)
        if mistakes_in(case) and case.fits:
            search = case.known(Search)
            tried = len(search.edits)
            search.complete()
            shares.append(tried / len(search.edits))
    assert statistics.median(shares) < 1 / 3


def test_the_same_answer_gets_the_same_words_every_time() -> None:
    sheet = load_sheet("deep")
    words = "((W3 @ delta3) * sigma'(a2)) @ a1.T"
    told = {str(check(sheet, "W2", words).to_dict()) for _ in range(5)}
    assert len(told) == 1


def test_a_repair_changes_only_what_is_wrong() -> None:
    sheet = load_sheet("quadratic")
    told = check(sheet, "z1", "(W2 @ δ₂)  ⊙ σ'( z1 )")
    assert told.mistake is not None
    assert told.mistake.repaired == "(W2.T @ δ₂)  ⊙ σ'( z1 )"
    other = check(sheet, "z2", "a2 * sigma'(z2)")
    assert other.mistake is not None
    assert (other.mistake.kind, other.mistake.repaired) == (
        "missing-term",
        "(a2 - y) * sigma'(z2)",
    )
    # What has nothing to do with the answer is not replaced by it.
    other = check(sheet, "W2", "exp(W2) * tanh(W2)")
    assert other.verdict == "wrong"
    assert all(mistake.repaired is None for mistake in other.mistakes)


def test_two_changes_are_mended_as_they_were_made() -> None:
    """Whatever is offered as a repair is right."""
    rng = np.random.default_rng(3)
    mended = 0
    made = [case for case in pairs() if rng.random() < 0.15]
    for name, wrt, words, _ in made:
        told = check(sheet_of(name), wrt, words)
        repaired = [m.repaired for m in told.mistakes if m.repaired is not None]
        for text in repaired:
            assert check(sheet_of(name), wrt, text).right, (words, text)
        mended += bool(repaired)
    assert mended >= 0.7 * len(made)


@pytest.mark.parametrize(
    ("source", "words", "kind", "repaired"),
    [
        ("f = sin(x**2)", "2x sin(x^2)", "function", "2x cos(x^2)"),
        ("f = cos(x**2)", "2x cos(x^2)", "function", "2x (-sin(x^2))"),
        ("f = sin(x**2)", "sin(x^2)", "function", None),
        ("u = sin(x)\nv = x**2 + 1\nf = u/v", "cos(x)*v - 2x*u", "missing-factor",
         "(cos(x)*v - 2x*u)/v**2"),
        ("f = x**3", "x^3", "power", None),
    ],
)  # fmt: skip
def test_slopes_have_the_names_that_a_learner_knows(
    source: str, words: str, kind: str, repaired: str | None
) -> None:
    told = check(parse_sheet(f"x: scalar\n{source}"), "x", words).mistake
    assert told is not None
    assert told.kind == kind
    assert repaired is None or told.repaired == repaired


@pytest.mark.parametrize("words", ["0", "0*W2", "a1.T@a1 - a1.T@a1"])
def test_zero_is_zero_in_any_shape(words: str) -> None:
    told = check(load_sheet("quadratic"), "W2", words).mistake
    assert told is not None
    assert told.kind == "zero"


def test_the_slope_of_another_activation_is_named() -> None:
    for name, words, said in (
        ("tanh", "(W2.T@delta2)*a1*(1-a1)", "the slope of sigma"),
        ("quadratic", "(W2.T@delta2)*(1-a1^2)", "the slope of tanh"),
        ("relu", "(W2.T@delta2)*a1*(1-a1)", "the slope of sigma"),
    ):
        told = check(sheet_of(name), "delta1", words).mistake
        assert told is not None
        assert told.kind == "function"
        assert said in told.message


@pytest.mark.parametrize(
    ("name", "wrt", "words", "still"),
    [
        ("layer-norm", "x", "dC/dh / sqrt(v + 0.00001)", "`mean(x)` and `v`"),
        ("layer-norm", "x", "(o - y) * g / sqrt(v + 0.00001)", "`mean(x)` and `v`"),
        ("attention", "X", "P.T @ (O - Y) @ V.T", "`S`"),
    ],
)
def test_a_path_left_out_is_named(name: str, wrt: str, words: str, still: str) -> None:
    told = check(sheet_of(name), wrt, words)
    assert told.verdict == "wrong"
    assert told.mistake is not None
    assert told.mistake.kind == "missing-term"
    assert told.mistake.message.startswith(f"this holds {still} still")


def test_a_mean_is_named_also_where_units_are_off() -> None:
    sheet = parse_sheet(
        "x: (n,1)\nr: (h,1) binary\nW: (h,n)\ny: (h,1)\na = r * relu(W @ x)\nC = mean((a - y)**2)"
    )
    told = check(sheet, "W", "(2 * (a - y) * r * (W @ x > 0)) @ x.T")
    assert told.mistake is not None
    assert told.mistake.kind == "sum-mean"


@pytest.mark.parametrize(
    ("words", "repaired"),
    [
        ("12x⁴ − 4x + 5", "12x**3 − 4x + 5"),
        ("12x³ − 4x² + 5", "12x³ - 4x + 5"),
    ],
)
def test_what_is_raised_is_mended_where_it_stands(words: str, repaired: str) -> None:
    told = check(load_sheet("power-rule"), "x", words)
    assert told.mistake is not None
    assert told.mistake.repaired == repaired


def test_a_function_with_its_power_inside_is_mended_as_a_whole() -> None:
    told = check(parse_sheet("x: scalar\nf = sin(x)*cos(x)"), "x", "cos²(x) − sin³(x)")
    assert told.mistake is not None
    assert told.mistake.message == "`sin³(x)` should be `sin(x)**2`: the power is off"
    assert told.mistake.repaired == "cos²(x) - sin(x)**2"


LAYER_MEAN = "x: (n,1)\ng: (n,1)\ny: (n,1)\nd = x - mean(x)\nC = sum((g * d - y)**2)"


@pytest.mark.parametrize(
    ("sheet", "wrt", "words", "said"),
    [
        ("rows", "b1", "mean(Delta1, axis=0)", "the mean is taken twice;"),
        ("rows-softmax", "b1", "mean(Delta1, axis=0)", "the mean is taken twice;"),
        ("columns", "b1", "mean(Delta1, axis=1)", "the mean is taken twice;"),
        ("columns", "W1", "Delta1 @ X.T / m", "the mean is taken twice;"),
        ("rows", "b2", "sum((A2 - Y) * sigma'(Z2), axis=0)", "the cost of this sheet is a mean, "),
    ],
)
def test_a_cost_that_is_a_mean_is_called_a_mean(
    sheet: str, wrt: str, words: str, said: str
) -> None:
    told = check(load_sheet(sheet), wrt, words).mistake
    assert told is not None
    assert told.kind == "sum-mean"
    assert said in told.message
    assert "the cost of the sheet is a mean, and each mean divides once" in told.message
    assert "sum over" not in told.message
    assert "is a sum" not in told.message


@pytest.mark.parametrize(("before", "after"), [("2 * n * ", ""), ("2 * ", " / n")])
def test_a_mean_before_the_cost_is_no_mean_in_the_cost(before: str, after: str) -> None:
    told = check(parse_sheet(LAYER_MEAN), "g", f"{before}d * (g*d - y){after}").mistake
    assert told is not None
    assert told.kind == "sum-mean"
    assert "mean" not in told.message
    assert told.repaired is not None


@pytest.mark.parametrize(
    ("cost", "wrt", "sizes"),
    [
        ("C = sum((A - Y)**2) / (2*m)", "W", ["m"]),
        ("C = 1/m * sum((A - Y)**2)", "W", ["m"]),
        ("C = mean((A - Y)**2)", "W", ["m", "k"]),
        ("L = mean(sum((A - Y)**2, axis=1), axis=0)\nC = L + sum(W**2)", "A", ["m"]),
        ("L = mean(sum((A - Y)**2, axis=1), axis=0)\nC = L + sum(W**2)", "W", []),
        ("C = sqrt(sum((A - Y)**2) / m)", "W", []),
        ("C = sum((A - Y)**2)", "W", []),
    ],
)
def test_the_sizes_that_a_cost_is_a_mean_over(cost: str, wrt: str, sizes: list[str]) -> None:
    sheet = parse_sheet(f"X: (m,n)\nY: (m,k)\nW: (n,k)\nA = X @ W\n{cost}")
    assert {size.params[0] for size in averaged(question(sheet, wrt))} == set(sizes)


def test_a_jacobian_knows_nothing_of_the_cost() -> None:
    sheet = parse_sheet("x: (m,1)\nw: (m,1)\na = w * x\nC = sum(a**2) / (2*m)")
    for asked, about in ((question(sheet, "w"), True), (question(sheet, "da/dw"), False)):
        assert bool(averaged(asked)) is about
        assert halved(asked) is about


@pytest.mark.parametrize(
    ("sheet", "wrt", "words", "half"),
    [
        ("quadratic", "W2", "2 * delta2 @ a1.T", True),
        ("rows", "W2", "2 * Delta2.T @ A1", True),
        ("softmax", "W2", "2 * delta2 @ a1.T", False),
        ("logistic", "w", "2 * (a - y) * x", False),
        ("least-squares", "x", "4 * A.T @ r", False),
        ("quadratic", "da2/dz2", "2 * diag(sigma'(z2))", False),
    ],
)
def test_a_factor_of_the_cost_is_named_only_where_it_has_it(
    sheet: str, wrt: str, words: str, half: bool
) -> None:
    told = check(load_sheet(sheet), wrt, words).mistake
    assert told is not None
    assert "times" in told.message
    assert ("for a cost without its factor 1/2" in told.message) is half


@pytest.mark.parametrize(
    ("cost", "wrt", "half"),
    [
        ("C = 1/2 * norm(a - y)**2", "w", True),
        ("C = 0.5 * sum((a - y)**2)", "w", True),
        ("C = sum((a - y)**2 / 2)", "w", True),
        ("C = sum((a - y)**2)/2 + sum(w**2)", "a", True),
        ("C = sum((a - y)**2)/2 + sum(w**2)", "w", False),
        ("C = sum((a - y)**2) + sum(w**2)/2", "w", False),
        ("C = sum((a/2 - y)**2)", "w", False),
    ],
)
def test_the_factor_one_half_of_a_cost(cost: str, wrt: str, half: bool) -> None:
    sheet = parse_sheet(f"x: (n,1)\nw: (n,1)\ny: (n,1)\na = w * x\n{cost}")
    assert halved(question(sheet, wrt)) is half


@pytest.mark.parametrize(
    ("wrt", "words", "reason"),
    [
        ("W2", "(a2 - y) * sigma'(z2)", ""),
        ("delta1", "W2.T @ delta2", ", since the chain rule passes through sigma"),
        ("delta2", "a2 - y", ", since the chain rule passes through sigma"),
    ],
)
def test_the_chain_rule_is_the_reason_for_a_slope_that_is_missing(
    wrt: str, words: str, reason: str
) -> None:
    told = check(load_sheet("quadratic"), wrt, words).mistake
    assert told is not None
    assert "a factor is missing" in told.message
    assert told.message.partition(" it should be ")[2] == f"`{told.repaired}`{reason}"


@pytest.mark.parametrize(
    ("sheet", "wrt", "words", "repaired"),
    [
        ("quadratic", "b2", "-delta2", "delta2"),
        ("quadratic", "delta1", "-W2 @ delta2 * sigma'(z1)", "W2.T @ delta2 * sigma'(z1)"),
        ("quadratic", "W2", "-delta2 @ a1", "delta2 @ a1.T"),
        ("quadratic", "delta1", "-W2.T @ delta2", "(W2.T @ delta2) * sigma'(z1)"),
        ("quadratic", "delta2", "-(a2 - y) * sigma'(z2)", "(a2 - y) * sigma'(z2)"),
        ("quadratic", "delta2", "-2*(a2 - y)*sigma'(z2)", "(a2 - y) * sigma'(z2)"),
        ("rows", "W2", "-Delta2 @ A1", "Delta2.T @ A1"),
    ],
)
def test_a_minus_sign_too_many_is_taken_away(
    sheet: str, wrt: str, words: str, repaired: str
) -> None:
    told = check(load_sheet(sheet), wrt, words)
    sign = next(mistake for mistake in told.mistakes if mistake.kind == "sign")
    assert sign.yours.startswith("-")
    assert sign.repaired == repaired
    assert "`-" not in sign.message.rpartition(" it should be ")[2]


@pytest.mark.parametrize(
    ("wrt", "words", "kind", "repaired"),
    [
        ("W1", "delta1 @ x.T / 0", "domain", "delta1 @ x.T"),
        ("b2", "sum(delta2)", "axis", "delta2"),
        ("b2", "mean(delta2)", "axis", "delta2"),
    ],
)
def test_what_does_nothing_after_a_repair_is_left_out(
    wrt: str, words: str, kind: str, repaired: str
) -> None:
    told = check(load_sheet("quadratic"), wrt, words).mistake
    assert told is not None
    assert told.kind == kind
    assert told.repaired == repaired
    assert "wrong axis" not in told.message
