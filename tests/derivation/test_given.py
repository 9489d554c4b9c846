"""What is trained and what is given; names for what a sheet did not name."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.algebra import load_sheet, parse_sheet, sample, text
from chainrule.derivation import (
    canonical,
    derivations_of,
    derive_all,
    derive_trained,
    given,
    with_names,
)

GIVEN = {
    "attention": "X Y", "columns": "X Y", "cross-entropy": "x y", "deep": "x y", "l2": "x y lam n",
    "layer-norm": "x y", "logistic": "x y", "neuron": "x1 x2 y", "one-path": "x y",
    "recurrent": "x1 x2 y h0", "rows-softmax": "X Y", "softmax": "x y",
    "least-squares": "", "quadratic-form": "", "power-rule": "", "product-rule": "", "sigmoid": "",
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_inputs_targets_and_settings_are_given(name: str) -> None:
    assert given(load_sheet(name)) == set(GIVEN[name].split())


OWN = [
    ("X: (m,n)\ny: (m,1)\nw: (n,1)\nC = sum((X @ w - y)**2)/m", "X y"),
    ("a0: (n0,1)\nt: (n1,1)\nW: (n1,n0)\nz = W @ a0\na = sigma(z)\nC = sum((a - t)**2)", "a0 t"),
    ("x: (n,1)\nlabel: (k,1) onehot\nV: (k,n)\nC = -sum(label * log(softmax(V @ x)))", "x label"),
    ("x: scalar\ny: scalar\nf = x**2 * y", ""),
    ("x: (n,1)\nA: (n,n)\nf = x.T @ A @ x", ""),
]


@pytest.mark.parametrize(("source", "expected"), OWN)
def test_the_rule_holds_for_own_sheets(source: str, expected: str) -> None:
    assert given(parse_sheet(source)) == set(expected.split())


def test_what_is_given_is_left_out_unless_it_is_asked_for() -> None:
    sheet = load_sheet("softmax")
    shown = derive_trained(sheet)
    assert [d.wrt for d in shown.derivations] == ["a2", "z2", "a1", "z1", "b2", "W2", "b1", "W1"]
    assert shown.left_out == ("x", "y")
    assert [d.wrt for d in derivations_of(sheet, ["x"]).derivations] == ["x"]
    every = derivations_of(sheet, with_given=True)
    assert {d.wrt for d in every.derivations} - {d.wrt for d in shown.derivations} == {"x", "y"}
    assert every.to_dict()["derivations"] == derive_all(sheet).to_dict()["derivations"]


def test_of_a_function_the_helpers_are_left_out() -> None:
    assert [d.wrt for d in derive_trained(load_sheet("product-rule")).derivations] == ["x"]
    assert derivations_of(load_sheet("product-rule"), ["u"])["u"].equation() == "df/du = v"


NAMED = [
    ("X: (m,n0)\nY: (m,n2) onehot axis=1\nW1: (n1,n0)\nW2: (n2,n1)\nA1 = relu(X @ W1.T)\n"
     "A2 = softmax(A1 @ W2.T, axis=1)\nC = -sum(Y * log(A2))/m",
     {"Z1": "X @ W1.T", "Z2": "A1 @ W2.T"}, "W1", "Delta1.T @ X"),
    ("x: (n,1)\ny: (k,1)\nW: (k,n)\nC = sum((sigma(W @ x) - y)**2)/2",
     {"z1": "W @ x", "a1": "sigma(z1)"}, "W", "delta1 @ x.T"),
    ("x: scalar\ny: scalar\nw: scalar\nb: scalar\na = tanh(w*x + b)\nC = (a - y)**2/2",
     {"z": "w * x + b"}, "w", "delta * x"),
    ("x: (n,1)\ny: (k,1)\nz1: (k,1)\nW: (k,n)\nC = sum((sigma(W @ x + z1) - y)**2)/2",
     {"z2": "W @ x + z1", "a2": "sigma(z2)"}, "W", "delta2 @ x.T"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "names", "wrt", "expected"), NAMED)
def test_what_repeats_gets_a_name(
    source: str, names: dict[str, str], wrt: str, expected: str
) -> None:
    sheet = parse_sheet(source)
    named, new = with_names(sheet)
    assert {name: text(named.expressions[name]) for name in new} == names
    found = derivations_of(sheet)
    assert found.named == new
    assert text(found[wrt].result) == expected
    plain, other = (sample(s, np.random.default_rng(5)) for s in (sheet, named))
    other = type(other)(named, plain.values | _worked_out(named, plain), plain.sizes)
    np.testing.assert_allclose(other.gradient(wrt), plain.gradient(wrt), rtol=1e-11)


def _worked_out(named: object, plain: object) -> dict[str, np.ndarray]:
    from chainrule.algebra import Point, Sheet, evaluate

    assert isinstance(named, Sheet)
    assert isinstance(plain, Point)
    values = dict(plain.values)
    for definition in named.definitions:
        values[definition.name] = evaluate(definition.expression, values, plain.sizes)
    return values


@pytest.mark.parametrize("name", ["softmax", "product-rule", "least-squares", "attention"])
def test_a_sheet_that_names_its_parts_stays_as_it_is(name: str) -> None:
    sheet = load_sheet(name)
    assert with_names(sheet) == (sheet, ())


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2 * x * 3", "3 * (x * 2)", True), ("x + 1", "1 + x", True), ("1 * x", "x", True),
        ("-(x * 2)", "(-x) * 2", True), ("2 * x", "3 * x", False), ("a - b", "-(b - a)", True),
        ("1/a * b", "b/a", True), ("a/b/x", "a/(b * x)", True), ("x**2", "x * x", False),
        ("a * (b + x)", "a * b + a * x", False), ("a/b", "b/a", False), ("-a/b", "a/b", False),
        ("(-a)/(-b)", "a/b", True), ("2 * x / 2", "x", False),
    ],
)  # fmt: skip
def test_two_expressions_that_differ_in_order_only(one: str, other: str, alike: bool) -> None:
    from chainrule.algebra import parse

    scope = parse_sheet("x: scalar\na: scalar\nb: scalar\nf = x*a*b").scope
    trees = [parse(words, scope).expression for words in (one, other)]
    assert (canonical(trees[0]) == canonical(trees[1])) is alike
