"""The equations of backpropagation come out as the books write them.

Nielsen, *Neural Networks and Deep Learning*, chapter 2, BP1 to BP4, and chapter 3 for the other
costs and for L2. Nothing here is known to the rules: each form is built from local rules.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from chainrule.algebra import Sheet, parse, parse_sheet, sample, text
from chainrule.derivation import derive, derive_all, derive_entry, jacobian

COLUMN = """
x: (n0,1)
y: (n2,1) onehot
W1: (n1,n0)
b1: (n1,1)
W2: (n2,n1)
b2: (n2,1)
z1 = W1 @ x + b1
a1 = sigma(z1)
z2 = W2 @ a1 + b2
"""
DEEP = """
x: (n0,1)
y: (n3,1) onehot
W1: (n1,n0)
b1: (n1,1)
W2: (n2,n1)
b2: (n2,1)
W3: (n3,n2)
b3: (n3,1)
z1 = W1 @ x + b1
a1 = relu(z1)
z2 = W2 @ a1 + b2
a2 = tanh(z2)
z3 = W3 @ a2 + b3
a3 = softmax(z3)
C = -sum(y * log(a3))
"""
COLUMNS = """
X: (n0,m)
Y: (n2,m) onehot
W1: (n1,n0)
b1: (n1,1)
W2: (n2,n1)
b2: (n2,1)
lam: scalar positive
n: scalar positive
Z1 = W1 @ X + b1
A1 = sigma(Z1)
Z2 = W2 @ A1 + b2
"""
ROWS = """
X: (m,n0)
Y: (m,n2) onehot axis=1
W1: (n1,n0)
b1: (1,n1)
W2: (n2,n1)
b2: (1,n2)
lam: scalar positive
n: scalar positive
Z1 = X @ W1.T + b1
A1 = sigma(Z1)
Z2 = A1 @ W2.T + b2
"""
L2 = " + lam/(2*n) * (sum(W1**2) + sum(W2**2))"
PATH = """
x: scalar
y: scalar
w1: scalar
b1: scalar
w2: scalar
b2: scalar
z1 = w1*x + b1
a1 = sigma(z1)
z2 = w2*a1 + b2
a2 = sigma(z2)
C = (a2 - y)**2
"""
SHEETS = {
    "quadratic": COLUMN + "a2 = sigma(z2)\nC = sum((a2 - y)**2)/2",
    "quadratic, half in front": COLUMN + "a2 = sigma(z2)\nC = 1/2 * norm(a2 - y)**2",
    "cross-entropy": COLUMN + "a2 = sigma(z2)\nC = -sum(y*log(a2) + (1-y)*log(1-a2))",
    "log-likelihood": COLUMN + "a2 = softmax(z2)\nC = -sum(y * log(a2))",
    "inner product": COLUMN + "a2 = softmax(z2)\nC = -y.T @ log(a2)",
    "log-sum-exp": COLUMN + "a2 = softmax(z2)\nC = log(sum(exp(z2))) - y.T @ z2",
    "tanh": COLUMN.replace("sigma", "tanh") + "a2 = tanh(z2)\nC = sum((a2 - y)**2)/2",
    "relu": COLUMN.replace("sigma", "relu") + "a2 = z2\nC = sum((a2 - y)**2)/2",
    "leaky relu": COLUMN.replace("sigma", "leaky_relu") + "C = sum((z2 - y)**2)/2",
    "deep": DEEP,
    "columns": COLUMNS + "A2 = softmax(Z2)\nC = -sum(Y * log(A2))/m + 0*lam*n",
    "columns, quadratic": COLUMNS + "A2 = sigma(Z2)\nC = 1/(2*m) * sum((A2 - Y)**2) + 0*lam*n",
    "columns, L2": COLUMNS + "A2 = softmax(Z2)\nC = -1/m * sum(Y * log(A2))" + L2,
    "rows": ROWS + "A2 = softmax(Z2, axis=1)\nC = -sum(Y * log(A2))/m + 0*lam*n",
    "rows, mean": ROWS + "A2 = softmax(Z2, axis=1)\nC = -mean(sum(Y * log(A2), axis=1))" + L2,
    "rows, quadratic": ROWS + "A2 = sigma(Z2)\nC = sum((A2 - Y)**2)/(2*m) + 0*lam*n",
    "rows, cross-entropy": ROWS
    + "A2 = sigma(Z2)\nC = -1/m * sum(Y*log(A2) + (1 - Y)*log(1 - A2))"
    + L2,
    "rows, tanh": ROWS.replace("sigma", "tanh")
    + "A2 = tanh(Z2)\nC = sum((A2 - Y)**2)/(2*m) + 0*lam*n",
    "temperature": "z: (n,1)\ny: (n,1) prob\nT: scalar positive\np = softmax(z/T)\n"
    "C = -sum(y*log(p))",
    "one path": PATH,
    "logistic": "x: (n,1)\ny: scalar\nw: (n,1)\nb: scalar\nz = w.T @ x + b\na = sigma(z)\n"
    "C = -(y*log(a) + (1 - y)*log(1 - a))",
    "linear regression": "X: (m,n)\ny: (m,1)\nw: (n,1)\nC = sum((X @ w - y)**2)/m",
    "quadratic form": "x: (n,1)\nA: (n,n) symmetric\nC = x.T @ A @ x",
    "softmax, no names": "x: (n,1)\ny: (n,1) onehot\nC = -sum(y * log(softmax(x)))",
    "softmax of a label that is no distribution": "z: (n,1)\ny: (n,1)\na = softmax(z)\n"
    "C = -sum(y*log(a))",
}

FORMS = [
    # BP1, the error of the output layer, for each cost.
    ("quadratic", "delta2 = (a2 - y) * sigma'(z2)"),
    ("quadratic, half in front", "delta2 = (a2 - y) * sigma'(z2)"),
    ("cross-entropy", "delta2 = a2 - y"),
    ("log-likelihood", "delta2 = a2 - y"),
    ("inner product", "delta2 = a2 - y"),
    ("log-sum-exp", "delta2 = a2 - y"),
    ("tanh", "delta2 = (a2 - y) * tanh'(z2)"),
    ("relu", "dC/da2 = a2 - y"),
    ("leaky relu", "delta2 = z2 - y"),
    ("deep", "delta3 = a3 - y"),
    ("columns", "Delta2 = (A2 - Y)/m"),
    ("columns, quadratic", "Delta2 = (A2 - Y) * sigma'(Z2) / m"),
    ("columns, L2", "Delta2 = (A2 - Y)/m"),
    ("rows", "Delta2 = (A2 - Y)/m"),
    ("rows, mean", "Delta2 = (A2 - Y)/m"),
    ("rows, quadratic", "Delta2 = (A2 - Y) * sigma'(Z2) / m"),
    ("rows, cross-entropy", "Delta2 = (A2 - Y)/m"),
    ("rows, tanh", "Delta2 = (A2 - Y) * tanh'(Z2) / m"),
    ("temperature", "delta = (p - y)/T"),
    ("logistic", "delta = a - y"),
    ("one path", "delta2 = 2 * (a2 - y) * sigma'(z2)"),
    ("softmax, no names", "dC/dx = softmax(x) - y"),
    ("softmax of a label that is no distribution", "delta = sum(y) * a - y"),
    # The derivative by the output.
    ("quadratic", "dC/da2 = a2 - y"),
    ("log-likelihood", "dC/da2 = -y/a2"),
    ("cross-entropy", "dC/da2 = (1 - y)/(1 - a2) - y/a2"),
    ("rows", "dC/dA2 = -Y/(m * A2)"),
    # BP2, the error carried back.
    ("quadratic", "delta1 = (W2.T @ delta2) * sigma'(z1)"),
    ("log-likelihood", "delta1 = (W2.T @ delta2) * sigma'(z1)"),
    ("tanh", "delta1 = (W2.T @ delta2) * tanh'(z1)"),
    ("relu", "delta1 = (W2.T @ delta2) * relu'(z1)"),
    ("leaky relu", "delta1 = (W2.T @ delta2) * leaky_relu'(z1)"),
    ("deep", "delta2 = (W3.T @ delta3) * tanh'(z2)"),
    ("deep", "delta1 = (W2.T @ delta2) * relu'(z1)"),
    ("columns", "Delta1 = (W2.T @ Delta2) * sigma'(Z1)"),
    ("rows", "Delta1 = (Delta2 @ W2) * sigma'(Z1)"),
    ("rows, tanh", "Delta1 = (Delta2 @ W2) * tanh'(Z1)"),
    ("one path", "delta1 = delta2 * w2 * sigma'(z1)"),
    ("quadratic", "dC/da1 = W2.T @ delta2"),
    ("rows", "dC/dA1 = Delta2 @ W2"),
    # BP3, the gradients of the biases.
    ("quadratic", "dC/db2 = delta2"),
    ("quadratic", "dC/db1 = delta1"),
    ("columns", "dC/db1 = sum(Delta1, axis=1)"),
    ("columns, L2", "dC/db2 = sum(Delta2, axis=1)"),
    ("rows", "dC/db2 = sum(Delta2, axis=0)"),
    ("rows, mean", "dC/db1 = sum(Delta1, axis=0)"),
    ("one path", "dC/db2 = delta2"),
    # BP4, the gradients of the weights.
    ("quadratic", "dC/dW2 = delta2 @ a1.T"),
    ("quadratic", "dC/dW1 = delta1 @ x.T"),
    ("deep", "dC/dW3 = delta3 @ a2.T"),
    ("columns", "dC/dW2 = Delta2 @ A1.T"),
    ("columns", "dC/dW1 = Delta1 @ X.T"),
    ("columns, L2", "dC/dW2 = Delta2 @ A1.T + lam/n * W2"),
    ("columns, L2", "dC/dW1 = Delta1 @ X.T + lam/n * W1"),
    ("rows", "dC/dW2 = Delta2.T @ A1"),
    ("rows", "dC/dW1 = Delta1.T @ X"),
    ("rows, mean", "dC/dW2 = Delta2.T @ A1 + lam/n * W2"),
    ("rows, mean", "dC/dW1 = Delta1.T @ X + lam/n * W1"),
    ("rows, cross-entropy", "dC/dW1 = Delta1.T @ X + lam/n * W1"),
    ("one path", "dC/dw2 = delta2 * a1"),
    ("one path", "dC/dw1 = delta1 * x"),
    ("logistic", "dC/dw = delta * x"),
    # Elsewhere in the books.
    ("linear regression", "dC/dw = 2/m * (X.T @ (X @ w - y))"),
    ("quadratic form", "dC/dx = 2 * (A @ x)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def derived() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, source in SHEETS.items():
        whole = derive_all(parse_sheet(source))
        found[name] = {text(d.target): d.equation() for d in whole.derivations}
    return found


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_textbooks_form(derived: dict[str, dict[str, str]], name: str, form: str) -> None:
    assert derived[name][form.partition(" = ")[0]] == form


ENTRIES = [
    ("quadratic", "W2", "dC/dW2[j,k] = delta2[j] * a1[k]"),
    ("quadratic", "W1", "dC/dW1[j,k] = delta1[j] * x[k]"),
    ("quadratic", "b2", "dC/db2[j] = delta2[j]"),
    ("quadratic", "z2", "delta2[j] = (a2[j] - y[j]) * sigma'(z2[j])"),
    ("log-likelihood", "z2", "delta2[j] = a2[j] - y[j]"),
    ("log-likelihood", "a2", "dC/da2[j] = -y[j]/a2[j]"),
    ("quadratic", "z1", "delta1[j] = sum(k, W2[k,j] * delta2[k]) * sigma'(z1[j])"),
    ("quadratic", "a1", "dC/da1[j] = sum(k, W2[k,j] * delta2[k])"),
    ("logistic", "w", "dC/dw[j] = delta * x[j]"),
    ("rows", "b1", "dC/db1[j] = sum(k, Delta1[k,j])"),
    ("columns, L2", "W2", "dC/dW2[j,k] = sum(l, A1[k,l] * Delta2[j,l]) + lam/n * W2[j,k]"),
    ("rows", "Z2", "Delta2[j,k] = (A2[j,k] - Y[j,k])/m"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wrt", "form"), ENTRIES)
def test_one_entry(name: str, wrt: str, form: str) -> None:
    """Nielsen writes BP1 to BP4 by components, too."""
    sheet = parse_sheet(SHEETS[name])
    found = derive_entry(sheet, wrt)
    assert found.equation() == form
    assert_lines_are_right(sheet, found.target, found.lines)


JACOBIANS = [
    ("log-likelihood", "a2", "z2", "da2/dz2 = diag(a2) - a2 @ a2.T"),
    ("log-likelihood", "a1", "z1", "da1/dz1 = diag(sigma'(z1))"),
    ("log-likelihood", "z1", "x", "dz1/dx = W1"),
    ("log-likelihood", "z2", "a1", "dz2/da1 = W2"),
    ("log-likelihood", "z1", "b1", "dz1/db1 = eye(n1)"),
    ("log-likelihood", "a1", "x", "da1/dx = diag(sigma'(z1)) @ W1"),
    ("log-likelihood", "z2", "z1", "dz2/dz1 = W2 @ diag(sigma'(z1))"),
    ("log-likelihood", "a2", "a1", "da2/da1 = (diag(a2) - a2 @ a2.T) @ W2"),
    ("temperature", "p", "z", "dp/dz = (diag(p) - p @ p.T)/T"),
    ("deep", "a1", "z1", "da1/dz1 = diag(relu'(z1))"),
    ("log-likelihood", "C", "z2", "dC/dz2 = a2 - y"),
    ("quadratic form", "C", "x", "dC/dx = 2 * (A @ x)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "over", "wrt", "form"), JACOBIANS)
def test_jacobians_in_numerator_layout(name: str, over: str, wrt: str, form: str) -> None:
    sheet = parse_sheet(SHEETS[name])
    found = jacobian(sheet, over, wrt)
    assert found.equation() == form
    assert_lines_are_right(sheet, found.target, found.lines)


def assert_lines_are_right(sheet: Sheet, target: object, lines: object) -> None:
    point = sample(sheet, np.random.default_rng(4))
    right = point.value(target)  # type: ignore[arg-type]
    for line in lines:  # type: ignore[attr-defined]
        value = point.value(line)
        assert value.shape == right.shape
        np.testing.assert_allclose(value, right, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", SHEETS)
def test_every_line_is_worth_the_derivative_and_every_rewriting_step_keeps_its_value(
    name: str,
) -> None:
    sheet = parse_sheet(SHEETS[name])
    point = sample(sheet, np.random.default_rng(5))
    whole = derive_all(sheet)
    for derivation in whole.derivations:
        assert_lines_are_right(sheet, derivation.target, derivation.lines)
        chain = [step for step in derivation.steps if step.kind == "rewriting"]
        for step in chain:
            before, after = point.value(step.before), point.value(step.after)
            np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-12, err_msg=step.rule)
        for one, other in pairwise(chain):
            assert one.after is other.before
        if chain:
            assert chain[-1].after is derivation.result
        for step in derivation.steps:
            assert step.rule
            assert step.why.endswith(".")


@pytest.mark.parametrize("name", SHEETS)
def test_each_derivative_uses_only_names_that_came_before(name: str) -> None:
    sheet = parse_sheet(SHEETS[name])
    known: set[str] = set()
    for derivation in derive_all(sheet).derivations:
        assert set(derivation.uses) <= known
        known.add(text(derivation.target))
        assert parse(text(derivation.result), sheet.scope).expression is derivation.result
        assert derivation.to_dict() == derive(sheet, derivation.wrt).to_dict()


def test_the_same_text_twice_gives_the_same_derivation() -> None:
    sheets = [parse_sheet(SHEETS["cross-entropy"]) for _ in range(2)]
    first, second = (derive_all(sheet).to_dict() for sheet in sheets)
    assert first == second


def test_softmax_needs_the_label_to_be_a_distribution() -> None:
    """Without it the rule a - y is wrong, and is not given."""
    sheet = parse_sheet(SHEETS["softmax of a label that is no distribution"])
    steps = derive(sheet, "z").steps
    assert "adds up to 1" not in {step.rule for step in steps}
    sheet = parse_sheet(SHEETS["log-likelihood"])
    assert "adds up to 1" in {step.rule for step in derive(sheet, "z2").steps}
