"""110 digits: the same values as float64 and as mpmath, of numbers of any size."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import mpmath
import numpy as np
import pytest

from chainrule.algebra import (
    FUNCTIONS,
    DomainError,
    WidePoint,
    apply,
    evaluate,
    evaluate_wide,
    load_sheet,
    narrow,
    parse,
    parse_sheet,
    sample,
    sheet_names,
    symbol,
    wide,
)

X = np.random.default_rng(3).uniform(0.2, 1.4, (2, 3))


@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_and_its_derivatives(name: str, order: int) -> None:
    tree = apply(name, symbol("x", (2, 3)), order)
    float64 = evaluate(tree, {"x": X}, {})
    np.testing.assert_allclose(narrow(evaluate_wide(tree, {"x": wide(X)}, {})), float64, rtol=1e-12)


@pytest.mark.parametrize("name", sorted(sheet_names()))
def test_every_gradient_of_every_sheet(name: str) -> None:
    sheet = load_sheet(name)
    point = sample(sheet, np.random.default_rng(0))
    far = WidePoint(point)
    for quantity in sheet.shapes:
        leaf = sheet.scope.adjoint(quantity)
        np.testing.assert_allclose(
            narrow(far.value(leaf)), point.value(leaf), rtol=1e-9, atol=1e-13
        )


def at(text: str, **values: float) -> Any:
    sheet = parse_sheet("".join(f"{name}: scalar\n" for name in values) + "f = x\n")
    given = {name: wide(np.array([[value]])) for name, value in values.items()}
    return evaluate_wide(parse(text, sheet.scope).expression, given, {})[0, 0]


def test_digits_that_float64_does_not_have() -> None:
    with mpmath.workdps(50):
        assert abs(at("log(exp(x))", x=1e-12) / mpmath.mpf(1e-12) - 1) < 1e-45
        assert abs(at("0.1", x=1.0) * 10 - 1) < 1e-45
        assert abs(at("sin(x)**2 + cos(x)**2", x=1e9) - 1) < 1e-45
        assert abs(at("leaky_relu(-x) * 100", x=1.0) + 1) < 1e-45


def test_numbers_of_any_size() -> None:
    assert abs(at("exp(1000 * x) / exp(999 * x)", x=1.5) - mpmath.exp(1.5)) < 1e-14
    assert at("exp(-x)", x=2000.0) > 0
    for words in ("exp(exp(exp(x)))", "9**9**9**9", "(1e9)**(1e9)**x"):
        with pytest.raises(DomainError, match="too large"):
            at(words, x=9.0)


def test_what_has_no_value() -> None:
    for words in ("log(0 * x)", "sqrt(0 - x)", "1 / (x - x)", "(0 - x)**0.5"):
        with pytest.raises(DomainError):
            at(words, x=2.0)


def test_a_tie_is_a_tie() -> None:
    """x / 3 * 3 is x, which no number of digits shows."""
    assert at("x <= x / 3 * 3", x=0.7) == 1
    assert at("x < x / 3 * 3", x=0.7) == 0


def test_a_jacobian_by_differences() -> None:
    sheet = load_sheet("softmax")
    point = sample(sheet, np.random.default_rng(1))
    leaf = parse("da2/dz2", sheet.scope).expression
    a = point.values["a2"]
    np.testing.assert_allclose(
        narrow(WidePoint(point).value(leaf)), np.diag(a.ravel()) - a @ a.T, atol=1e-15
    )


def test_a_derivative_one_part_of_which_has_no_value() -> None:
    """d/dx relu(x)**2 where relu(x)**(2/3) has no slope: 0 at the left of the kink."""
    sheet = parse_sheet("x: scalar\nu = relu(x)**(2/3)\nf = u**3\n")
    point = sample(sheet, np.random.default_rng(0))
    while point.values["x"][0, 0] > 0:
        point = sample(sheet, np.random.default_rng(int(1e6 * point.values["x"][0, 0])))
    with pytest.raises(DomainError):
        point.gradient("x")
    assert narrow(WidePoint(point).value(sheet.scope.adjoint("x")))[0, 0] == 0.0


def test_it_is_not_imported_until_it_is_needed() -> None:
    words = (
        "import sys; from chainrule.algebra import load_sheet; from chainrule.derivation import "
        "check; assert check(load_sheet('softmax'), 'W2', 'delta2 @ a1.T').right; "
        "assert 'mpmath' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", words], check=True)
