"""Ordinary calculus, step by step: tidy results, named rules, SymPy as the oracle."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.algebra import (
    SCALAR,
    AlgebraError,
    Expression,
    parse_sheet,
    sample,
    substitute,
    symbol,
    symbols,
    text,
)
from chainrule.derivation import Derivation, derive, jacobian

from ..algebra.test_derivative import CALCULUS, to_sympy


def derivative_of(words: str) -> Derivation:
    constants = [name for name in ("a", "c") if f"{name}*" in words or f"{name}^" in words]
    given = "".join(f"{name}: scalar positive\n" for name in constants)
    return derive(parse_sheet(f"{given}x: scalar positive\nf = {words}"), "x")


TIDY = [
    ("sin(x^2)", "2 * x * cos(x**2)"),
    ("x^5 - 3x^2 + 7", "5 * x**4 - 6 * x"),
    ("x^-3", "-3/x**4"),
    ("x^(1/3)", "1/(3 * x**(2/3))"),
    ("sqrt(x)", "1/(2 * sqrt(x))"),
    ("1/x", "-1/x**2"),
    ("(2x+1)^7", "14 * (2 * x + 1)**6"),
    ("x*sin(x)", "x * cos(x) + sin(x)"),
    ("x^2*exp(x)", "x * (x + 2) * exp(x)"),
    ("sin(x)/x", "(x * cos(x) - sin(x))/x**2"),
    ("(x+1)(x+2)(x+3)", "3 * x**2 + 12 * x + 11"),
    ("ln(1+x^2)", "2 * x / (x**2 + 1)"),
    ("exp(-x^2/2)", "-x * exp(-x**2/2)"),
    ("e^(3x)", "3 * e**(3 * x)"),
    ("2^x", "log(2) * 2**x"),
    ("x^x", "(log(x) + 1) * x**x"),
    ("ln(ln(3+x))", "1/((x + 3) * log(x + 3))"),
    ("x*ln(x) - x", "log(x)"),
    ("sin(x)^2", "2 * sin(x) * cos(x)"),
    ("cos(x)", "-sin(x)"),
    ("1/(1+exp(-x))", "f * (1 - f)"),
    ("sigma(x)*(1-sigma(x))", "(1 - 2 * sigma(x)) * sigma'(x)"),
    ("tanh(3x)", "3 * tanh'(3 * x)"),
    ("softplus(x)", "sigma(x)"),
    ("c*x^2", "2 * c * x"),
    ("7*sqrt(x)", "7/(2 * sqrt(x))"),
    ("x/(x+1)", "1/(x + 1)**2"),
]


@pytest.mark.parametrize(("words", "expected"), TIDY)
def test_results_are_tidy(words: str, expected: str) -> None:
    assert text(derivative_of(words).result) == expected


@pytest.mark.parametrize("words", [*CALCULUS, *(words for words, _ in TIDY)])
def test_every_step_is_sympys(words: str) -> None:
    sympy = pytest.importorskip("sympy")
    found = derivative_of(words)
    x, a, c = (sympy.Symbol(name, positive=True) for name in "xac")

    function = parse_sheet(f"x: scalar\na: scalar\nc: scalar\nf = {words}").expressions["f"]

    def value(expression: Expression, order: int, at: float) -> float:
        own = {symbol("f", SCALAR): function}  # a derivative in terms of the function's value
        exact = sympy.diff(to_sympy(substitute(expression, own)), x, order)
        point = {x: sympy.Float(at, 40), a: sympy.Float(1.3, 40), c: sympy.Float(0.7, 40)}
        return float(exact.evalf(30, subs=point))

    for at in (0.37, 1.81):
        for step in found.steps:
            if step.kind == "slope":
                expected = value(step.before, 1, at)
            elif step.kind == "rewriting":
                expected = value(step.before, 0, at)
            else:
                continue
            assert value(step.after, 0, at) == pytest.approx(expected, rel=1e-12, abs=1e-12)
        right = value(function, 1, at)
        assert value(found.result, 0, at) == pytest.approx(right, rel=1e-12, abs=1e-12)


RULES = [
    ("x^3", ["power rule"]),
    ("5x", ["constant multiple rule"]),
    ("x^2 + x", ["power rule", "sum rule"]),
    ("x*sin(x)", ["derivative of sin", "product rule"]),
    ("sin(x)/x", ["derivative of sin", "quotient rule"]),
    ("sin(x^2)", ["power rule", "chain rule"]),
    ("(2x+1)^7", ["constant multiple rule", "sum rule", "chain rule"]),
    ("2^x", ["exponential rule"]),
    ("x^x", ["logarithmic differentiation"]),
    ("3/x^2", ["power rule", "quotient rule"]),
]


@pytest.mark.parametrize(("words", "rules"), RULES)
def test_rules_have_the_names_of_the_textbooks(words: str, rules: list[str]) -> None:
    assert [step.rule for step in derivative_of(words).steps if step.kind == "slope"] == rules


def test_the_chain_rule_names_inner_and_outer() -> None:
    step = next(s for s in derivative_of("sin(x^2)").steps if s.rule == "chain rule")
    assert "outer function is sin" in step.why
    assert "inner is `x**2`" in step.why
    assert text(step.before) == "sin(x**2)"
    assert text(step.after) == "cos(x**2) * 2 * x"


def test_one_path_through_a_network_is_a_product_of_slopes() -> None:
    sheet = parse_sheet(
        "x: scalar\ny: scalar\nw: scalar\nb: scalar\nz = w*x + b\na = sigma(z)\nC = (a - y)**2"
    )
    assert derive(sheet, "a").text() == "dC/da = 2 * (a - y)"
    assert derive(sheet, "z").text() == ("delta = dC/da * sigma'(z) = 2 * (a - y) * sigma'(z)")
    assert derive(sheet, "w").text() == "dC/dw = delta * x"
    why = derive(sheet, "w").steps[-1].why
    assert why == (
        "`C` depends on `w` through `z`: the derivative by `z`, times that of `z` by `w`."
    )


def test_every_path_counts() -> None:
    sheet = parse_sheet("x: scalar\ny: scalar\nu = x^2\nv = sin(x)\nf = u*v - y")
    found = derive(sheet, "x")
    assert text(found.lines[0]) == "df/dv * cos(x) + df/du * 2 * x"
    assert any(step.rule == "every path counts" for step in found.steps)


NAMED = [
    ("u = x^2\nv = exp(x)\nf = u*v", "product rule", "du/dx * v + u * dv/dx"),
    ("u = sin(x)\nv = x^2 + 1\nf = u/v", "quotient rule", "(du/dx * v - u * dv/dx)/v**2"),
    ("u = x^2\nf = sin(u)", "chain rule", "cos(u) * du/dx"),
    ("v = x^2\nu = exp(x)\nf = v*u", "product rule", "dv/dx * u + v * du/dx"),
    ("u = x^2\nf = u^3", "chain rule", "3 * u**2 * du/dx"),
    ("u = x^2\nv = x\nf = u + v", "sum rule", "du/dx + dv/dx"),
]


@pytest.mark.parametrize(("lines", "rule", "expected"), NAMED)
def test_parts_with_names_go_by_the_rule_of_the_whole(lines: str, rule: str, expected: str) -> None:
    found = derive(parse_sheet(f"x: scalar\n{lines}"), "x")
    *_, last = (step for step in found.steps if step.kind == "slope")
    assert (last.rule, text(last.after)) == (rule, expected)
    assert text(found.lines[0]) == expected
    assert "d" not in {name[0] for name in symbols(found.result)}, "all is put in"


OWN_VALUE = [
    ("1/(1 + exp(-z))", "f * (1 - f)"),
    ("(exp(z) - exp(-z))/(exp(z) + exp(-z))", "1 - f**2"),
    ("exp(z)/(1 + exp(z))", "f * (1 - f)"),
    ("1/(1 + exp(-2z))", "2 * f * (1 - f)"),
    ("(1 - exp(-z))/(1 + exp(-z))", "1/2 * (1 - f**2)"),
    ("log(1 + exp(z))", "sigma(z)"),
    ("1/z", "-1/z**2"),
    ("exp(z)/z", "(z - 1) * exp(z) / z**2"),
]


@pytest.mark.parametrize(("words", "expected"), OWN_VALUE)
def test_a_slope_in_terms_of_the_functions_own_value(words: str, expected: str) -> None:
    sheet = parse_sheet(f"z: scalar\nf = {words}")
    found = derive(sheet, "z")
    assert text(found.result) == expected
    assert text(found.target) == "df/dz", "a function of z is no neuron"
    point = sample(sheet, np.random.default_rng(2))
    for line in found.lines:
        np.testing.assert_allclose(point.value(line), point.gradient("z"), rtol=1e-12)


def test_what_the_cost_does_not_depend_on_has_no_derivation() -> None:
    sheet = parse_sheet("x: scalar\ny: scalar\nu = 2*y\nf = x^2")
    with pytest.raises(AlgebraError, match="does not depend on `y`"):
        derive(sheet, "y")
    with pytest.raises(AlgebraError, match="is not a quantity"):
        derive(sheet, "q")
    with pytest.raises(AlgebraError, match="does not depend on `x`; the Jacobian is 0"):
        jacobian(parse_sheet("x: (n,1)\ny: (n,1)\nz = 2*y\nC = sum(z*x)"), "z", "x")


def test_a_derivative_may_be_asked_for_by_its_own_name() -> None:
    sheet = parse_sheet("x: (n,1)\nW: (m,n)\nz = W @ x\nC = sum(z**2)")
    for name in ("dC/dz", "delta", "z", "∂C/∂z"):
        assert derive(sheet, name).wrt == "z"


LAYERS = {
    "layer norm": ("x: (n,1)\nmu = mean(x)\nd = x - mu\nv = mean(d**2)\n"
                   "h = d/sqrt(v + 0.001)\nC = sum(h**3)", [("h", "x"), ("d", "x"), ("mu", "x")]),
    "row": ("r: (1,n)\nW: (m,n)\nb: (1,m)\nz = r @ W.T + b\na = tanh(z)\np = softmax(a, axis=1)\n"
            "C = sum(p**2)", [("z", "r"), ("a", "r"), ("p", "a"), ("p", "r"), ("C", "a")]),
    "mixed": ("x: (n,1)\ns: scalar\nA: (n,n)\nq = x.T @ A @ x\nu = s*x*sin(x) + q\n"
              "w = (x.T @ x) * (A @ u)\nt = norm(w)\no = x @ (x.T @ x)\n"
              "v = x/t + diag(A)*sum(x)\nC = sum(v)",
              [("u", "x"), ("u", "s"), ("w", "x"), ("v", "x"), ("v", "s"), ("t", "x"), ("q", "x"),
               ("o", "x")]),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_jacobians_are_the_complex_step(name: str) -> None:
    source, pairs = LAYERS[name]
    sheet = parse_sheet(source)
    point = sample(sheet, np.random.default_rng(8))
    for over, wrt in pairs:
        found = jacobian(sheet, over, wrt)
        expected = point.jacobian(over, wrt)
        for line in found.lines:
            value = point.value(line)
            assert value.shape == expected.shape, (over, wrt)
            np.testing.assert_allclose(value, expected, rtol=1e-11, atol=1e-12)
        assert found.to_dict()["lines"]


def test_a_jacobian_is_between_vectors() -> None:
    sheet = parse_sheet(
        "X: (m,n)\nx: (n,1)\nz = X @ x\nO = z * x.T\nv = sum(O, axis=1)\nC = sum(v)"
    )
    with pytest.raises(AlgebraError, match="is a matrix"):
        jacobian(sheet, "z", "X")
    with pytest.raises(AlgebraError, match="is a matrix on the way"):
        jacobian(sheet, "v", "z")
