"""Derived gradients agree with the complex step, for any architecture, and with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from chainrule.algebra import (
    Definition,
    DomainError,
    Expression,
    Point,
    SamplingError,
    Sheet,
    load_sheet,
    parse,
    parse_sheet,
    sample,
    sheet_names,
    substitute,
    symbols,
    text,
)
from chainrule.derivation import Backpropagation, derive_all, derive_entry
from chainrule.network import Network

from ..algebra.test_derivative import BY_ENTRY, SHEETS, torch_value
from ..algebra.test_random_trees import LARGE, SHEET, trees


def assert_is_the_complex_step(sheet: Sheet, whole: Backpropagation, point: Point) -> None:
    """Every derivative in terms of the names before it, and in terms of the forward pass alone."""
    names = sheet.shapes
    by: dict[Expression, Expression] = {}
    derived = {derivation.wrt for derivation in whole.derivations}
    for derivation in whole.derivations:
        exact = point.complex_step(sheet.cost, derivation.wrt)[:, :, 0, 0]
        scale = max(float(np.abs(exact).max()), 1e-3)
        in_full = substitute(derivation.result, by)
        by[derivation.target] = in_full
        assert set(symbols(in_full)) <= set(names)
        for found in (point.value(derivation.result), point.value(in_full)):
            assert found.shape == exact.shape, derivation.equation()
            np.testing.assert_allclose(
                found, exact, rtol=0, atol=1e-12 * scale, err_msg=derivation.equation()
            )
    for name in set(names) - derived - {sheet.cost}:
        exact = point.complex_step(sheet.cost, name)
        assert not exact.any(), name


@pytest.mark.parametrize("name", [*SHEETS, *BY_ENTRY])
def test_the_complex_step_agrees(name: str) -> None:
    sheet = parse_sheet((SHEETS | BY_ENTRY)[name])
    assert_is_the_complex_step(sheet, derive_all(sheet), sample(sheet, np.random.default_rng(9)))


@pytest.mark.parametrize("name", sheet_names())
def test_the_complex_step_agrees_on_every_sheet_of_the_library(name: str) -> None:
    sheet = load_sheet(name)
    whole = derive_all(sheet)
    point = sample(sheet, np.random.default_rng(10))
    assert_is_the_complex_step(sheet, whole, point)
    for derivation in whole.derivations:
        if derivation.target.shape != (1, 1):
            one = derive_entry(sheet, derivation.wrt, ("p", "q"))
            expected = point.value(one.target)
            scale = max(float(np.abs(expected).max()), 1e-3)
            np.testing.assert_allclose(
                point.value(one.result), expected, rtol=0, atol=1e-12 * scale
            )


HIDDEN = ["sigmoid", "tanh", "relu", "leaky-relu", "identity"]
OUTPUTS = [
    ("sigmoid", "quadratic"), ("sigmoid", "cross-entropy"), ("softmax", "log-likelihood"),
    ("tanh", "quadratic"), ("identity", "quadratic"), ("relu", "quadratic"),
]  # fmt: skip


def random_sheet(rng: np.random.Generator) -> str:
    """The sheet of an architecture drawn at random: layers, sizes, activation, cost, form, L2."""
    depth = int(rng.integers(1, 5))
    sizes = [int(size) for size in rng.permutation(np.arange(2, 9))[: depth + 1]]
    hidden = str(rng.choice(HIDDEN))
    output, cost = OUTPUTS[int(rng.integers(len(OUTPUTS)))]
    net = Network(sizes, hidden=hidden, output=output, cost=cost)
    form = str(rng.choice(["one", "rows", "columns"]))
    return net.sheet(form, l2=bool(rng.integers(2)))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(200))
def test_the_complex_step_agrees_for_random_architectures(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sheet = parse_sheet(random_sheet(rng))
    assert_is_the_complex_step(sheet, derive_all(sheet), sample(sheet, rng))


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_random_architectures_have_the_textbooks_hidden_layers(seed: int) -> None:
    sheet = parse_sheet(random_sheet(np.random.default_rng(seed)))
    rows = "X" in sheet.shapes and sheet.shapes["X"][0] == "m"
    z, d = ("Z", "Delta") if "X" in sheet.shapes else ("z", "delta")
    layers = sum(name.startswith("W") for name in sheet.shapes)
    whole = derive_all(sheet)
    for layer in range(1, layers):
        above = f"{d}{layer + 1} @ W{layer + 1}" if rows else f"W{layer + 1}.T @ {d}{layer + 1}"
        activation = sheet.expressions[f"{z.replace('Z', 'A').replace('z', 'a')}{layer}"]
        slope = "" if not activation.args else f" * {activation.name}'({z}{layer})"
        if activation is sheet.symbol(f"{z}{layer}"):
            continue
        expected = f"({above}){slope}"
        assert text(whole[f"{z}{layer}"].result) == expected


@pytest.mark.parametrize("name", SHEETS)
def test_pytorch_agrees(name: str) -> None:
    torch = pytest.importorskip("torch")
    sheet = parse_sheet(SHEETS[name])
    point = sample(sheet, np.random.default_rng(12))
    given: dict[str, Any] = {
        d.name: torch.tensor(point.values[d.name], dtype=torch.float64, requires_grad=True)
        for d in sheet.declarations
    }
    torch_value(torch, sheet, dict(given), point.sizes).sum().backward()
    whole = derive_all(sheet)
    derived = {derivation.wrt for derivation in whole.derivations}
    for quantity, tensor in given.items():
        if tensor.grad is not None and quantity not in derived:
            assert not tensor.grad.numpy().any()
        elif tensor.grad is not None:
            expected = tensor.grad.numpy()
            scale = max(float(np.abs(expected).max()), 1e-3)
            np.testing.assert_allclose(
                point.value(whole[quantity].result), expected, rtol=0, atol=1e-12 * scale
            )


@settings(max_examples=120, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_any_cost_is_derived_line_by_line(data: st.DataObject) -> None:
    body = data.draw(trees((1, 1), depth=3, smooth=True))
    assume(symbols(body))
    sheet = Sheet(SHEET.declarations, (Definition("C", body),), "C")
    whole = derive_all(sheet)
    try:
        point = sample(sheet, np.random.default_rng(0))
        for derivation in whole.derivations:
            right = point.value(derivation.target)
            scale = max(1.0, float(np.abs(right).max()))
            for line in derivation.lines:
                np.testing.assert_allclose(point.value(line), right, rtol=1e-8, atol=1e-9 * scale)
    except (DomainError, SamplingError):
        reject()


SPELLINGS = [
    ("sigma", "C = -sum(y*log(a) + (1 - y)*log(1 - a))"),
    ("sigma", "C = -(sum(y*log(a)) + sum((1 - y)*log(1 - a)))"),
    ("sigma", "C = sum(-y*log(a) - (1 - y)*log(1 - a))"),
    ("sigma", "C = -y.T @ log(a) - (1 - y).T @ log(1 - a)"),
    ("sigma", "C = sum((y - 1)*log(1 - a)) - sum(log(a)*y)"),
    ("softmax", "C = -sum(y * log(a))"),
    ("softmax", "C = sum(-y * log(a))"),
    ("softmax", "C = -y.T @ log(a)"),
    ("softmax", "C = -log(a).T @ y"),
    ("softmax", "C = -sum(j, y[j] * log(a[j]))"),
    ("softmax", "C = log(sum(exp(z))) - sum(y*z)"),
    ("softmax", "C = sum(y * (log(sum(exp(z))) - z))"),
    ("", "C = sum((z - y)**2)/2"),
    ("", "C = 1/2 * (z - y).T @ (z - y)"),
    ("", "C = norm(z - y)**2 / 2"),
    ("", "C = 0.5 * sum(j, (y[j] - z[j])^2)"),
]


@pytest.mark.parametrize(("activation", "cost"), SPELLINGS)
def test_the_form_does_not_depend_on_how_the_cost_is_written(activation: str, cost: str) -> None:
    middle = f"a = {activation}(z)\n" if activation else ""
    sheet = parse_sheet(
        f"x: (n0,1)\ny: (n1,1) onehot\nW: (n1,n0)\nb: (n1,1)\nz = W @ x + b\n{middle}{cost}"
    )
    expected = parse("a - y" if activation else "z - y", sheet.scope).expression
    assert derive_all(sheet)["z"].result is expected
