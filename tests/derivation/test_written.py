"""Derivations written out: every form says the same equations."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    load_sheet,
    numpy_names,
    parse,
    sample,
    sheet_names,
    text,
)
from chainrule.derivation import FORMS, Backpropagation, derivation_of, derive_all, page, written

NAMES = sheet_names()


@pytest.mark.parametrize("form", ["text", "unicode"])
@pytest.mark.parametrize("name", NAMES)
def test_equations_in_lines_read_back(name: str, form: str) -> None:
    found = derive_all(load_sheet(name))
    lines = written(found, form, steps=False).splitlines()
    assert len(lines) == len(found.derivations)
    for line, derivation in zip(lines, found.derivations, strict=True):
        left, right = line.split(" = ")
        assert parse(left, found.sheet.scope).expression is derivation.target
        assert parse(right, found.sheet.scope).expression is derivation.result


@pytest.mark.parametrize("name", NAMES)
def test_every_step_has_a_number_a_rule_and_a_sentence(name: str) -> None:
    found = derive_all(load_sheet(name))
    words = written(found, "text")
    for derivation in found.derivations:
        assert f"{text(derivation.target)} = {text(derivation.lines[0])}\n" in words
        for number, step in enumerate(derivation.steps, start=1):
            assert f"  {number}. {step.rule}" in words
            assert f"     {step.why}\n" in words


@pytest.mark.parametrize("name", NAMES)
def test_numpy_computes_the_gradients(name: str) -> None:
    found = derive_all(load_sheet(name))
    point = sample(found.sheet, np.random.default_rng(3))
    names = numpy_names([*point.values, *point.sizes])
    space: dict[str, object] = {"np": np, **point.sizes}
    space.update({names[quantity]: value for quantity, value in point.values.items()})
    exec(written(found, "numpy"), space)
    for derivation in found.derivations:
        variable = text(derivation.target).replace("/", "_")
        expected = point.gradient(derivation.wrt)
        found_value = np.asarray(space[variable], dtype=float)
        np.testing.assert_allclose(found_value, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_mathml_and_latex_are_closed(name: str) -> None:
    found = derive_all(load_sheet(name))
    elements = written(found, "mathml").splitlines()
    assert len(elements) == len(found.derivations)
    for element in elements:
        assert ElementTree.fromstring(element).get("display") == "block"
    for form in ("latex", "markdown"):
        words = written(found, form)
        assert words.count("\\begin{aligned}") == words.count("\\end{aligned}")
        math = words if form == "latex" else "".join(re.findall(r"```math(.*?)```", words, re.S))
        assert math.count("{") == math.count("}")


def test_it_reads_like_the_book() -> None:
    found = derive_all(load_sheet("quadratic"))
    only = Backpropagation(found.sheet, (found["delta1"],))
    assert written(only, "text").startswith(
        "delta1 = dC/da1 * sigma'(z1)\n"
        "       = (W2.T @ delta2) * sigma'(z1)\n"
        "  1. derivative of sigma, at sigma(z1): dC/da1 becomes dC/da1 * sigma'(z1)\n"
    )
    assert written(only, "unicode", steps=False) == "δ₁ = (W₂ᵀ · δ₂) ⊙ σ′(z₁)\n"
    assert written(only, "latex") == (
        "\\begin{aligned}\n"
        "\\delta_1 &= \\frac{\\partial C}{\\partial a_1} \\odot \\sigma'(z_1) \\\\\n"
        "&= (W_2^\\top \\delta_2) \\odot \\sigma'(z_1)\n"
        "\\end{aligned}\n"
    )
    assert written(only, "numpy").endswith(
        "\n\ndelta1 = (W2.T @ delta2) * sigma_prime(z1)  # δ₁ = (W₂ᵀ · δ₂) ⊙ σ′(z₁)\n"
    )


@pytest.mark.parametrize(
    ("wrt", "equation"),
    [
        ("W1", "dC/dW1 = delta1 @ x.T"), ("dC/dW1", "dC/dW1 = delta1 @ x.T"),
        ("delta2", "delta2 = a2 - y"), ("z2", "delta2 = a2 - y"),
        ("W1[j,k]", "dC/dW1[j,k] = delta1[j] * x[k]"),
        ("da2/dz2", "da2/dz2 = diag(a2) - a2 @ a2.T"),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_found(wrt: str, equation: str) -> None:
    assert derivation_of(load_sheet("softmax"), wrt).equation() == equation


def test_what_cannot_be_derived_is_said() -> None:
    sheet = load_sheet("softmax")
    with pytest.raises(AlgebraError, match="not a quantity of the sheet"):
        derivation_of(sheet, "W9")
    with pytest.raises(AlgebraError, match="one entry of a Jacobian"):
        derivation_of(sheet, "da2/dz2[j,k]")
    with pytest.raises(AlgebraError, match="no form is called 'html'; there are text"):
        written(derive_all(sheet), "html")
    entry = Backpropagation(sheet, (derivation_of(sheet, "W1[j,k]"),))
    with pytest.raises(AlgebraError, match="NumPy computes whole matrices: ask for `W1`"):
        written(entry, "numpy")
    assert set(FORMS) == {"text", "unicode", "latex", "mathml", "numpy", "markdown"}


def test_the_page_says_what_a_terminal_shows_besides() -> None:
    shown = {text(d.target) for d in derive_all(load_sheet("quadratic")).derivations}
    introduction, _, derived = page().partition("## One example, quadratic cost")
    sections = set(re.findall(r"^### `(.*?)`", derived.partition("\n## ")[0], re.M))
    besides = shown - sections
    assert sections < shown
    assert besides == {"dC/dy", "dC/dx"}
    assert all(f"`{name}`" in introduction for name in besides)
