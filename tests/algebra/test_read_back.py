"""What is printed is read back: LaTeX, Unicode, MathML and NumPy source of every formula."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    Expression,
    ParseError,
    Sheet,
    latex,
    load_sheet,
    mathml,
    numpy_source,
    parse,
    rebuild,
    sample,
    sheet_names,
    text,
    unicode,
)
from chainrule.algebra.tree.arithmetic import multiply
from chainrule.algebra.tree.matrices import MATMUL
from chainrule.algebra.tree.shapes import SCALAR
from chainrule.derivation import derive_all

from .test_printers import EXAMPLES, SHEET

PRINTERS: dict[str, Callable[[Expression], str]] = {
    "latex": latex,
    "unicode": unicode,
    "mathml": mathml,
    "numpy": numpy_source,
}

VALUE_ONLY = ("1e9", "S**(-1)", "(lam/n1)*W1")
"""Examples that mathematics prints as another tree of the same value: 10^9, and 1/S for a power."""

NUMPY_ALONE = ("max_pool(P, 2)",)
"""Examples whose NumPy source has arrays of four axes, which are not read."""


@cache
def formulas(name: str) -> tuple[Sheet, tuple[Expression, ...]]:
    """A shipped sheet, with its definitions and every line of its derivations."""
    sheet = load_sheet(name)
    lines = [definition.expression for definition in sheet.definitions]
    lines += [line for derivation in derive_all(sheet).derivations for line in derivation.lines]
    return sheet, tuple(dict.fromkeys(lines))


def one_product(root: Expression) -> Expression:
    """The tree with `*` for `@` beside a number: on paper both are side by side."""

    def change(node: Expression) -> Expression:
        beside = node.operation is MATMUL and SCALAR in [part.shape for part in node.args]
        return multiply(*node.args) if beside else node

    return rebuild(root, change)


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("name", sheet_names())
def test_every_line_of_a_derivation_is_read_back(name: str, printer: str) -> None:
    sheet, lines = formulas(name)
    for line in lines:
        words = PRINTERS[printer](line)
        assert text(one_product(parse(words, sheet.scope).expression)) == text(one_product(line))


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("words", EXAMPLES)
def test_every_operation_is_read_back(words: str, printer: str) -> None:
    root = parse(words, SHEET.scope).expression
    printed = PRINTERS[printer](root)
    if printer == "numpy" and words.startswith(NUMPY_ALONE):
        with pytest.raises(AlgebraError, match="axes"):
            parse(printed, SHEET.scope)
        return
    again = parse(printed, SHEET.scope).expression
    if printer == "numpy" or any(part in words for part in VALUE_ONLY):
        if not root.indices:
            point = sample(SHEET, np.random.default_rng(3))
            mine, yours = point.value(again), point.value(root)
            np.testing.assert_allclose(np.broadcast_to(mine, yours.shape), yours, rtol=1e-9)
        return
    assert text(one_product(again)) == text(one_product(root))


BOMB = '<!DOCTYPE math [<!ENTITY a "aaaa">]><math><mi>&a;</mi></math>'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("<math>" + BOMB, "not well formed"),
        ("<math><mi>x</math>", "not well formed"),
        ("<math><mtable/></math>", "`<mtable>` is not read"),
        ("<math><mfrac><mi>x</mi></mfrac></math>", "an element with 1 parts"),
        ("<math>" + "<mrow>" * 200, "too many elements"),
        ("<math>" + "x" * 100_000 + "</math>", "at most 60000"),
    ],
)
def test_mathml_that_is_no_formula_is_refused_in_one_line(words: str, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        parse(words, SHEET.scope)
    start, end = caught.value.span
    assert 0 <= start <= end <= len(words)


def test_an_error_in_mathml_points_at_the_element() -> None:
    words = "<math><mi>x</mi><mo>+</mo><mi>qq</mi></math>"
    with pytest.raises(ParseError, match="unknown name `qq`") as caught:
        parse(words, SHEET.scope)
    start, end = caught.value.span
    assert words[start:end] == "qq"
