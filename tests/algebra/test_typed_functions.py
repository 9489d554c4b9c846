"""Functions that are typed as on paper become sheets of their own."""

from __future__ import annotations

import re

import pytest
import sympy

from chainrule.algebra import AlgebraError, gradient, parse_sheet, text, typed_function


@pytest.mark.parametrize(
    ("typed", "sheet", "variable"),
    [
        ("x**2 * sin(x)", "x: scalar\nf = x**2 * sin(x)\n", "x"),
        ("x² sin x", "x: scalar\nf = x**2 * sin(x)\n", "x"),
        ("f(x) = a x^2 + b", "a: scalar\nx: scalar\nb: scalar\nf = a * x**2 + b\n", "x"),
        ("y = e^(-t)", "t: scalar\ny = e**(-t)\n", "t"),
        ("σ(θ)", "theta: scalar\nf = sigma(theta)\n", "theta"),
        ("f x", "f: scalar\nx: scalar\ng = f * x\n", None),
    ],
)
def test_every_name_that_is_no_function_may_vary(
    typed: str, sheet: str, variable: str | None
) -> None:
    found = typed_function(typed)
    assert found.sheet == parse_sheet(sheet)
    assert found.variable == variable


def test_a_letter_before_a_function_is_a_factor() -> None:
    assert text(typed_function("f(x) = xsin(x)").sheet.expressions["f"]) == "x * sin(x)"


@pytest.mark.parametrize("typed", ["x**2 * sin(x)", "exp(-x)/(1 + x**2)", "log(x**4 + 1)*x"])
def test_the_derivative_is_sympys(typed: str) -> None:
    found = typed_function(typed)
    derived = sympy.sympify(text(gradient(found.sheet, "x")))
    assert sympy.simplify(derived - sympy.diff(sympy.sympify(typed), "x")) == 0


@pytest.mark.parametrize(
    ("typed", "message", "place"),
    [
        ("3 + pi", "names nothing that may vary", None),
        ("W @ x", "sizes are not known", "@"),
        ("f(x) = W x.T", "sizes are not known", ".T"),
        ("2x + $", "`$` means nothing here", "$"),
        ("g = g + 1", "`g` is defined by itself", None),
        ("f(x) = t**2", "there is no `x` in `t**2`", None),
        ("sin(x", "is never closed", "("),
    ],
)
def test_what_is_no_function_of_numbers_is_told(
    typed: str, message: str, place: str | None
) -> None:
    with pytest.raises(AlgebraError, match=re.escape(message)) as told:
        typed_function(typed)
    if place is not None:
        assert told.value.span is not None
        assert typed[slice(*told.value.span)] == place
