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
from chainrule.derivation import (
    FORMS,
    Backpropagation,
    derivation_of,
    derivations_of,
    derive_all,
    page,
    written,
)

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
    every = written(found, "text", every=True)
    for derivation in found.derivations:
        for lines, steps, page_ in (
            (derivation.telling_lines, derivation.telling, words),
            (derivation.lines, derivation.steps, every),
        ):
            assert f"{text(derivation.target)} = {text(lines[0])}\n" in page_
            for number, step in enumerate(steps, start=1):
                assert f"  {number}. {step.rule}" in page_
                if len(step.why) < 100:
                    assert f"     {step.why}\n" in page_


@pytest.mark.parametrize("form", ["text", "unicode"])
def test_it_begins_with_what_is_derived(form: str) -> None:
    found = derivations_of(load_sheet("softmax"))
    words = written(found, form, title="A network.", closing=("Next: this",))
    begun = words.partition("\n\n")[0]
    assert begun == "A network."
    sheet = words.split("\n\n")[1].splitlines()
    assert sheet[0] == "  x: (n0,1)"
    assert sheet[6] == ("  z1 = W1 @ x + b1" if form == "text" else "  z₁ = W₁ · x + b₁")
    assert ("dC/dC = 1" if form == "text" else "∂C/∂C = 1") in words
    assert words.endswith("Next: this\n")
    assert " becomes -1" not in words
    assert "Left out: the derivatives by" in words


@pytest.mark.parametrize("name", NAMES)
def test_unicode_writes_its_reasons_in_unicode(name: str) -> None:
    words = written(derivations_of(load_sheet(name)), "unicode")
    body = words.partition("\n\n")[2]
    assert "**" not in body
    assert " * " not in body
    assert ".T" not in body
    assert "`" not in body


@pytest.mark.parametrize("name", NAMES)
def test_html_is_a_page_with_every_step(name: str) -> None:
    found = derivations_of(load_sheet(name))
    page_ = written(found, "html", title="One & all", closing=("Next: chainrule",))
    tree = ElementTree.fromstring(page_.replace("<!doctype html>\n", "").replace(
        '<meta charset="utf-8">', ""))  # fmt: skip
    steps = sum(len(derivation.telling) for derivation in found.derivations)
    assert len(tree.findall(".//li")) == steps
    assert len(tree.findall(".//h2")) == len(found.derivations)
    assert tree.findtext(".//h1") == "One & all"
    assert "`" not in page_


@pytest.mark.parametrize("name", NAMES)
def test_latex_has_the_sheet_and_every_reason(name: str) -> None:
    found = derivations_of(load_sheet(name))
    words = written(found, "latex")
    steps = sum(len(derivation.telling) for derivation in found.derivations)
    assert words.count("\\item ") == steps
    assert words.count("\\begin{enumerate}") == len(found.derivations)
    assert words.count("$") % 2 == 0
    assert words.count("{") == words.count("}")
    assert "`" not in words


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
    assert (
        "delta1 = dC/da1 * sigma'(z1)\n"
        "       = (W2.T @ delta2) * sigma'(z1)\n"
        "  1. derivative of sigma: delta1 = dC/da1 * sigma'(z1)\n"
    ) in written(only, "text")
    assert written(only, "unicode", steps=False) == "δ₁ = (W₂ᵀ · δ₂) ⊙ σ′(z₁)\n"
    assert (
        "\\begin{aligned}\n"
        "\\delta_1 &= \\frac{\\partial C}{\\partial a_1} \\odot \\sigma'(z_1) \\\\\n"
        "&= (W_2^\\top \\delta_2) \\odot \\sigma'(z_1)\n"
        "\\end{aligned}\n"
    ) in written(only, "latex")
    assert written(only, "latex", steps=False) == (
        "\\delta_1 = (W_2^\\top \\delta_2) \\odot \\sigma'(z_1)\n"
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
    with pytest.raises(AlgebraError, match="no form is called 'pdf'; there are text"):
        written(derive_all(sheet), "pdf")
    entry = Backpropagation(sheet, (derivation_of(sheet, "W1[j,k]"),))
    with pytest.raises(AlgebraError, match="NumPy computes whole matrices: ask for `W1`"):
        written(entry, "numpy")
    assert set(FORMS) == {"text", "unicode", "latex", "mathml", "html", "numpy", "markdown"}


def test_the_page_shows_what_a_terminal_shows() -> None:
    shown = {text(d.target) for d in derivations_of(load_sheet("quadratic")).derivations}
    _, _, derived = page().partition("## One example, quadratic cost")
    sections = set(re.findall(r"^### `(.*?)`", derived.partition("\n## ")[0], re.M))
    assert sections == shown
