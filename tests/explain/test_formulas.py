"""Formulas of a text: right, wrong with the mistake by name, or not about the concept at all."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from chainrule.explain import Report, read_back
from chainrule.roadmap import write_up

PROSE = "This is a text of a few plain words about it. "


def report(concept: str, *formulas: str) -> Report:
    return read_back(write_up(concept), PROSE + "\n\n" + "\n\n".join(f"`{f}`" for f in formulas))


def verdict(concept: str, *formulas: str) -> str:
    """The verdict on the last formula."""
    judged = report(concept, *formulas).formulas
    return judged[-1].verdict if judged else "none"


RIGHT = [
    ("hidden-error", "delta1 = (W2.T @ delta2) * sigma'(z1)"),
    ("hidden-error", "BP2: δ1 = (W2ᵀ δ2) ⊙ σ′(z1)"),
    ("hidden-error", r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)"),
    ("hidden-error", "delta1[j] = sum(k, W2[k,j] * delta2[k]) * sigma'(z1[j])"),
    ("output-error", r"\delta^L = (a^L - y) \odot \sigma'(z^L)"),
    ("output-error", "δ² = (a² − y) ⊙ σ′(z²)"),
    ("output-error", "delta = (a - y) * a * (1 - a)"),
    ("output-error", "sigma'(z) = sigma(z)(1 - sigma(z))"),
    ("output-error", "sigma'(z) = sigma(z) - sigma(z)^2"),
    ("weight-gradients", r"\frac{\partial C}{\partial W_1} = \delta_1 x^T"),
    ("cost", "C = 1/2 sum (a2 - y)^2"),
    ("cost", "C = sum((a - y)**2)"),
    ("neuron", "z = w x + b"),
    ("neuron", "z = w.T @ x + b"),
    ("descent", "w = w - eta * dC/dw"),
    ("descent", "w -= eta*dC/dw"),
    ("descent", "w := w - 0.1 * gradient"),
    ("softmax", "delta2 = a2 - y"),
    ("cross-entropy", "dC/da2 = (a2 - y) / (a2 * (1 - a2))"),
    ("momentum", "v = mu*v - eta*g"),
    ("momentum", "v' = mu*v - eta*g"),
    ("momentum", "w' = w + v'"),
    ("momentum", "v_{t+1} = mu v_t - eta g"),
    ("momentum", "v_max = eta*g/(1 - mu)"),
    ("weight-gradients", "dC/dw = delta * a"),
    ("momentum", "v = β*v - η*∂C/∂w"),
    ("rules", "(x^5)' = 5x^4"),
    ("rules", "(uv)' = u'v + uv'"),
    ("rules", "(f(x) g(x))' = f'(x) g(x) + f(x) g'(x)"),
    ("rules", "(u/v)' = (u'v - uv')/v^2"),
    ("rules", "d/dx e^(2x) = 2e^(2x)"),
    ("chain-rule", "dy/dx = dy/du * du/dx"),
    ("chain-rule", "(f(g(x)))' = f'(g(x)) g'(x)"),
    ("chain-rule", r"\frac{d}{dx} \sin(x^2) = 2x \cos(x^2)"),
    ("slope", "(x+h)^2 = x^2 + 2xh + h^2"),
    ("forward", "784*30 + 30 + 30*10 + 10 = 23860"),
    ("neuron", "sigma(0.3) = 0.574"),
]
WRONG = [
    ("momentum", "v_{t+1} = mu v_t * eta g", None),
    ("momentum", "v_max = eta*g/(1 + mu)", None),
    ("neuron", "z = w1*x1 + w2*x2 * b", None),
    ("hidden-error", "delta1 = (W2 @ delta2) * sigma'(z1)", "transpose"),
    ("hidden-error", "delta1 = W2.T @ delta2", "missing-factor"),
    ("hidden-error", r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", "transpose"),
    ("output-error", "delta2 = (y - a2) * sigma'(z2)", "sign"),
    ("output-error", "delta2 = a2 - y", "other-cost"),
    ("output-error", "delta = (y - a) * sigma'(z)", "sign"),
    ("output-error", "sigma'(z) = 1 - sigma(z)", None),
    ("weight-gradients", "dC/dW1 = x @ delta1.T", "transpose"),
    ("forward", "z2 = W2 @ a2 + b2", "symbol"),
    ("descent", "w = w + eta * dC/dw", "sign"),
    ("softmax", "delta2 = (a2 - y) * a2 * (1 - a2)", None),
    ("rules", "(x^5)' = 5x^5", "power"),
    ("rules", "(uv)' = u'v'", None),
    ("rules", "(u/v)' = (uv' - u'v)/v^2", None),
    ("rules", "cos'(x) = sin(x)", "sign"),
    ("chain-rule", "df/dx = df/du + du/dx", "operator"),
    ("chain-rule", "(f(g(x)))' = f'(x) g'(x)", None),
    ("chain-rule", "d/dx sin(x^2) = cos(x^2)", "missing-factor"),
    ("slope", "(x+h)^2 = x^2 + h^2", None),
    ("forward", "784*30 + 30 + 30*10 + 10 = 23850", None),
    ("neuron", "sigma(0) = 0", None),
    ("hidden-error", "delta1 = (W2 @ delta2) * f'(z1)", "transpose"),
    ("forward", "a1 = f(W1 @ x)", None),
    ("output-error", "delta2[j] = (y[j]-a2[j]) * sigma'(z2[j])", "sign"),
]
COSTS_NOTHING = [
    ("hidden-error", "foo = bar * 3"),
    ("hidden-error", "z1 = [0.5, 2]"),
    ("neuron", "b = -0.2"),
    ("neuron", "z = w*a + b"),
    ("slope", "f'(x) = lim (f(x+h) - f(x)) / h"),
    ("slope", "f(x) = x^2"),
    ("rules", "f'(g(x)) g'(x) = h'(x)"),
    ("cost", "]]((= 3"),
]


@pytest.mark.parametrize(("concept", "formula"), RIGHT)
def test_right_formulas_are_right(concept: str, formula: str) -> None:
    assert verdict(concept, formula) in ("right", "right-other-form")


@pytest.mark.parametrize(("concept", "formula", "kind"), WRONG)
def test_wrong_formulas_are_wrong_and_named(concept: str, formula: str, kind: str | None) -> None:
    (judged,) = report(concept, formula).formulas
    assert judged.verdict == "wrong"
    mistake = judged.to_dict()["mistake"]
    assert mistake["message"]
    if kind is not None:
        assert mistake["kind"] == kind


@pytest.mark.parametrize(("concept", "formula"), COSTS_NOTHING)
def test_what_is_not_about_the_concept_costs_nothing(concept: str, formula: str) -> None:
    assert verdict(concept, formula) in ("unreadable", "undecided", "right", "none")
    assert not [gap for gap in report(concept, formula).gaps if gap.kind == "formula"]


@pytest.mark.parametrize(
    ("formulas", "expected"),
    [
        (["f(x) = x^3", "f'(x) = 3x^2"], "right"),
        (["f(x) = x^3", "f'(x) = 3x^3"], "wrong"),
        (["f(x) = x^3", "f'(2) = 12"], "right"),
        (["f(x) = x^3", "f(2) = 9"], "wrong"),
        (["u = x^2", "y = u^3", "dy/dx = 3u^2 * 2x = 6x^5"], "right"),
        (["u = x^2", "y = u^3", "dy/dx = 6x^4"], "wrong"),
        (["f(x) = x^3", "f(x) = sin(x)", "f'(x) = cos(x)"], "right"),
    ],
)
def test_functions_of_the_learner_s_own(formulas: list[str], expected: str) -> None:
    assert verdict("chain-rule", *formulas).startswith(expected)


def test_a_cost_without_the_half_has_slopes_without_the_half() -> None:
    delta = "delta2 = 2 * (a2 - y) * sigma'(z2)"
    assert verdict("output-error", "C = sum((a2 - y)**2)", delta).startswith("right")
    assert verdict("output-error", "C = sum((a2 - y)**2) / 2", delta) == "wrong"
    assert verdict("output-error", delta).startswith("right"), "nobody said which cost"
    half = read_back(write_up("output-error"), f"{PROSE} The cost is half the square. `{delta}`")
    assert half.formulas[-1].wrong


def test_the_velocity_may_have_the_other_sign_if_it_is_subtracted() -> None:
    assert verdict("momentum", "v = mu*v - eta*g", "w = w + v").startswith("right")
    assert verdict("momentum", "w = w - v", "v = mu*v + eta*g").startswith("right")
    assert verdict("momentum", "v = mu*v - eta*g", "w = w - v") == "wrong"
    assert verdict("momentum", "w = w + v", "v = mu*v + eta*g") == "wrong"


def test_the_other_cost_may_be_spoken_of_beside() -> None:
    text = "With the quadratic cost the error is `delta2 = (a2 - y) * sigma'(z2)`, which is small."
    assert read_back(write_up("cross-entropy"), text).formulas[0].right
    text = "With the new cost the error is `delta2 = (a2 - y) * sigma'(z2)`, which is large."
    assert read_back(write_up("cross-entropy"), text).formulas[0].wrong


ON_PAPER = tomllib.loads((Path(__file__).parent / "on_paper.toml").read_text("utf-8"))


@pytest.mark.parametrize("concept", ON_PAPER)
def test_no_formula_from_a_book_is_called_wrong(concept: str) -> None:
    """Other conventions, other letters, functions that the text has not named: none is wrong."""
    for formula in ON_PAPER[concept]:
        assert verdict(concept, formula) != "wrong", formula


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The slope of the sigmoid is `sigma(z) * (1 - sigma(z))`.", "right"),
        ("The slope of the sigmoid is `1 - sigma(z)`.", "wrong"),
        ("`sigma'(z)` is `1 - sigma(z)`.", "wrong"),
    ],
)
def test_a_formula_in_half_a_sentence(text: str, expected: str) -> None:
    judged = read_back(write_up("chain-rule"), PROSE + text).formulas
    assert judged[-1].verdict.startswith(expected)


def test_a_right_formula_shows_the_idea_and_a_wrong_one_does_not() -> None:
    def found(formula: str) -> set[str]:
        return {one.idea.id for one in report("hidden-error", formula).ideas if one.found}

    assert "back-through-weights" in found("delta1 = (W2.T @ delta2) * sigma'(z1)")
    assert "back-through-weights" in found("delta1 = sigma'(z1) * (delta2.T @ W2).T")
    assert not found("delta1 = (W2 @ delta2) * sigma'(z1)")


MISTAKEN = tomllib.loads((Path(__file__).parent / "mistaken.toml").read_text("utf-8"))


@pytest.mark.parametrize("concept", MISTAKEN)
def test_wrong_formulas_are_found_that_stand_alone(concept: str) -> None:
    for line in MISTAKEN[concept]:
        judged = report(concept, *line.split(" ; ")).formulas
        assert any(one.wrong for one in judged), line


@pytest.mark.parametrize(
    ("formulas", "expected"),
    [
        (["f(x) = x^3", "(f(x+h) - f(x))/h = 3x^2 + 3xh + h^2"], "right"),
        (["f(x) = x^3", r"\frac{f(x+h) - f(x)}{h} = 3x^2 + 3xh + h"], "wrong"),
        (["f(x) = x^2", "f(3+h) = 9 + h^2"], "wrong"),
        (["f(x) = x^2", "f(3+h) ≈ 9 + 6h"], "un"),
        (["f(x) = x^2", "y = f(2x)"], "un"),
        (["f(x) = x^3", "f'(x) = 3x^2 + h"], "wrong"),
        (["f(x,y) = x^2 y", r"\frac{\partial f}{\partial x} = 2xy"], "right"),
        (["f(x,y) = x^2 y", r"\partial f(x,y)/\partial y = x"], "wrong"),
    ],
)
def test_a_step_and_two_variables_of_a_function_of_one_s_own(
    formulas: list[str], expected: str
) -> None:
    assert verdict("slope", *formulas).startswith(expected)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("(AB)^T = B^T A^T", "right"),
        (r"(A B)^\top = A^\top B^\top", "wrong"),
        ("(A+B)^T = A^T + B^T", "right"),
        ("AB = BA", "wrong"),
        ("A(B + D) = AB + AD", "right"),
        ("A^T = A", "unreadable"),
        ("C = AB", "unreadable"),
        (r"z_j = \sum_k W_{jk} x_k", "right"),
    ],
)
def test_rules_for_any_matrices(formula: str, expected: str) -> None:
    assert verdict("matrices", formula).startswith(expected)


REJECTED = [
    "It is not `(uv)' = u'v'` but another.",
    "Many people write `(uv)' = u'v'`.",
    "It would be a mistake to write `(uv)' = u'v'` here.",
    "A common mistake: `(uv)' = u'v'`.",
    "The rule `(uv)' = u'v'` does not hold.",
    "Then `(uv)' = u'v'`, which is wrong.",
]
CLAIMED = [
    "Do not forget that `(uv)' = u'v'`.",
    "Not hard at all: `(uv)' = u'v'`.",
    "The rule is `(uv)' = u'v'` and the one for sums is not needed.",
    "I was wrong before, but now `(uv)' = u'v'` for me.",
]


@pytest.mark.parametrize("text", REJECTED)
def test_what_the_text_itself_calls_wrong_is_no_mistake_of_it(text: str) -> None:
    assert read_back(write_up("rules"), PROSE + text).formulas[0].verdict == "undecided"


@pytest.mark.parametrize("text", CLAIMED)
def test_a_no_elsewhere_in_the_sentence_excuses_nothing(text: str) -> None:
    assert read_back(write_up("rules"), PROSE + text).formulas[0].wrong
