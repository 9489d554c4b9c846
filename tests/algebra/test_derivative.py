"""Derivatives: the books' equations, the complex step, SymPy and PyTorch agree with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.algebra import (
    ONE,
    Expression,
    RuleUse,
    ShapeError,
    Sheet,
    adjoints,
    backward,
    derivative,
    gradient,
    parse,
    parse_sheet,
    postorder,
    sample,
    text,
)

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
A1 = tanh(Z1)
Z2 = A1 @ W2.T + b2
"""
SQUARE = "x: (n,1)\ny: (n,1)\nW: (n,n)\nb: (n,1)\nV: (n,n)\n"
ATTENTION = "X: (t,d)\nQ: (d,k)\nK: (d,k)\nV: (d,v)\nR: (t,v)\n"

SHEETS = {
    "quadratic": COLUMN + "a2 = sigma(z2)\nC = 1/2 * sum((a2 - y)**2)",
    "cross-entropy": COLUMN + "a2 = sigma(z2)\nC = -sum(y*log(a2) + (1-y)*log(1-a2))",
    "log-likelihood": COLUMN + "a2 = softmax(z2)\nC = -sum(y * log(a2))",
    "logits": COLUMN + "C = log(sum(exp(z2))) - y.T @ z2",
    "mini-batch in rows": ROWS + "A2 = softmax(Z2, axis=1)\n"
    "C = -1/m * sum(Y*log(A2)) + lam/(2*n) * (sum(W1**2) + sum(W2**2))",
    "mini-batch mean": ROWS + "C = mean(sum((sigma(Z2) - Y)**2, axis=1)) / 2 + 0*(lam + n)",
    "mini-batch in columns": "X: (n0,m)\nY: (n1,m)\nW: (n1,n0)\nb: (n1,1)\nZ = W @ X + b\n"
    "A = relu(Z)\nC = 1/(2*m) * sum((A - Y)**2)",
    "skip connection": SQUARE + "z = W @ x + b\na = sigma(z) + x\nC = sum((V @ a + x - y)**2)",
    "tied weights": "x: (n,1)\nW: (h,n)\nz = W @ x\na = tanh(z)\nr = W.T @ a\nC = sum((r - x)**2)",
    "recurrent steps": SQUARE + "h1 = tanh(W @ x + b)\nh2 = tanh(W @ h1 + V @ x)\n"
    "h3 = tanh(W @ h2 + V @ y + b)\nC = sum((h3 - y)**2)",
    "layer norm": "x: (n,1)\ng: (n,1)\nb: (n,1)\ny: (n,1)\nmu = mean(x)\nd = x - mu\n"
    "v = mean(d**2)\nh = d / sqrt(v + 0.001)\no = g * h + b\nC = sum((o - y)**2)",
    "batch norm": "X: (m,n)\ng: (1,n)\nb: (1,n)\nY: (m,n)\nD = X - mean(X, axis=0)\n"
    "H = D / sqrt(mean(D**2, axis=0) + 0.001)\nC = sum((g*H + b - Y)**2)/m",
    "attention": ATTENTION + "S = (X @ Q) @ (X @ K).T / sqrt(k)\nP = softmax(S, axis=1)\n"
    "O = P @ (X @ V)\nC = sum((O - R)**2)",
    "log-sum-exp": "X: (m,n)\nC = sum(log(sum(exp(X), axis=1)))",
    "temperature": "z: (n,1)\ny: (n,1) prob\nT: scalar positive\np = softmax(z/T)\n"
    "C = -sum(y*log(p))",
    "gate": SQUARE + "g = sigma(W @ x)\nh = tanh(V @ x)\no = g*h + (1-g)*x\nC = sum((o-y)**2)",
    "outer product": "u: (n,1)\nv: (1,m)\nA: (n,m)\nO = u*v + u - v\nC = sum((O - A)**2)",
    "hinge": "X: (m,n)\ny: (m,1) sign\nw: (n,1)\nb: scalar\ns = X @ w + b\n"
    "C = mean(maximum(0, 1 - y*s)) + 0.1*w.T @ w",
    "leaky relu": SQUARE + "z = W @ x + b\na = leaky_relu(z)\nC = sum((V @ a - y)**2)",
    "leaky relu, steep": SQUARE + "a = leaky_relu(W @ x, 0.3)\nC = sum((a - y)**2) + sum(V*b)",
    "softplus": SQUARE + "a = softplus(W @ x + b)\nC = sum(abs(V @ a - y))",
    "silu": SQUARE + "a = silu(W @ x + b)\nC = sum((V @ a - y)**2)",
    "gelu": SQUARE + "a = gelu(W @ x + b)\nC = sum((V @ a - y)**2)",
    "elu": SQUARE + "a = elu(W @ x + b)\nC = sum((V @ a - y)**2)",
    "minimum": SQUARE + "C = sum(minimum(W, V)) + sum(maximum(x, y.T) * W) + b.T @ b",
    "maxima": "X: (m,n)\nC = max(X)**2 + sum(max(X, axis=0)) * sum(max(X, axis=1))",
    "norms": SQUARE + "C = norm(W @ x - y) + norm(V)**3 + norm(b)",
    "traces": SQUARE + "C = trace(W.T @ V @ W) + sum(diag(W)*x) + y.T @ diag(b) @ y",
    "quadratic form": "x: (n,1)\nA: (n,n)\nC = x.T @ A @ x + x.T @ x / 2",
    "powers": "x: (n,1) positive\ns: scalar\nC = sum(x**s + 2**x + x**2.5 + x**-2 + e**x) + s**3",
    "quotients": "x: (n,1) positive\ny: (1,m) positive\ns: scalar positive\n"
    "C = sum(x/y/s - s/(x+y))",
    "primes": SQUARE + "C = sum(sigma'(W@x)*tanh''(y)) + sum(softplus'(b)) + sum(sin'(V))",
    "softmax by hand": "z: (n,1)\ny: (n,1)\ne1 = exp(z)\np = e1/sum(e1)\nC = sum((p-y)**2)",
    "convolution by shifts": "x: (n,1)\nA: (n,n)\nB: (n,n)\nw: (1,1)\nv: scalar\n"
    "z = w*(A@x) + v*(B@x)\nC = sum(relu(z)*z)",
    "scalars": "x: scalar\nw1: scalar\nb1: scalar\nw2: scalar\nb2: scalar\ny: scalar\n"
    "z1 = w1*x + b1\na1 = sigma(z1)\nz2 = w2*a1 + b2\na2 = sigma(z2)\nC = (a2-y)^2/2",
    "gaussian": "x: (n,1)\nmu: (n,1)\nls: (n,1)\nC = sum(((x-mu)/exp(ls))**2)/2 + sum(ls)",
    "focal": COLUMN + "p = softmax(z2)\nC = -sum(y*(1-p)**2*log(p))",
    "means of means": "X: (m,n)\nY: (m,n)\nM = mean(X, axis=0) + mean(Y, axis=1)\nC = mean(M**3)",
}  # fmt: skip
BY_ENTRY = {
    "by entry": "x: (n0,1)\nW: (n1,n0)\nb: (n1,1)\ny: (n1,1)\n"
    "z1 = vector(j, sum(k, W[j,k]*x[k]) + b[j])\na1 = sigma(z1)\n"
    "C = 1/2 * sum(j, (a1[j] - y[j])**2)",
    "shared letters": "a: (n,1)\nb: (n,1)\nr: (1,n)\nS: (n,n)\n"
    "C = sum(k, a[k]*sum(k, b[k])) + sum(j, S[j,j]*r[j]) * sum(j, sum(k, S[j,k]*a[k]*b[j]))",
    "made matrix": "a: (n,1)\nX: (n,m)\nM = matrix(j, k, X[j,k]*a[j]*sum(i, a[i]**2*X[i,k]))\n"
    "C = sum(M**2) + sum(l, (X.T@a)[l]**3)",
}


@pytest.mark.parametrize("name", [*SHEETS, *BY_ENTRY])
def test_gradients_are_the_complex_step(name: str) -> None:
    sheet = parse_sheet((SHEETS | BY_ENTRY)[name])
    assert parse_sheet(sheet.text()) == sheet
    point = sample(sheet, np.random.default_rng(7))
    for quantity in sheet.shapes:
        oracle = point.complex_step(sheet.cost, quantity)[:, :, 0, 0]
        scale = max(float(np.abs(oracle).max()), 1e-3)
        for found in (point.gradient(quantity), point.value(gradient(sheet, quantity))):
            assert found.shape == oracle.shape, quantity
            np.testing.assert_allclose(found, oracle, rtol=0, atol=1e-12 * scale)


def passes(source: str) -> dict[str, str]:
    sheet = parse_sheet(source)
    found = backward(sheet)
    for adjoint in found.values():
        assert parse(text(adjoint), sheet.scope).expression is adjoint
    return {text(sheet.scope.adjoint(name)): text(part) for name, part in found.items()}


def test_backpropagation_comes_out_as_the_book_has_it() -> None:
    """Nielsen, chapter 2, BP1 to BP4, before any simplification."""
    found = passes(SHEETS["quadratic"])
    assert list(found)[:5] == ["dC/dC", "dC/da2", "delta2", "dC/da1", "delta1"]
    assert found["delta2"] == "dC/da2 * sigma'(z2)"
    assert found["dC/da1"] == "W2.T @ delta2"
    assert found["delta1"] == "dC/da1 * sigma'(z1)"
    assert found["dC/db1"] == "delta1"
    assert found["dC/dW1"] == "delta1 @ x.T"
    assert found["dC/dW2"] == "delta2 @ a1.T"


def test_a_bias_that_was_broadcast_is_summed_over_the_batch() -> None:
    found = passes(SHEETS["mini-batch in rows"])
    assert found["dC/db1"] == "sum(Delta1, axis=0)"
    assert found["dC/db2"] == "sum(Delta2, axis=0)"
    columns = passes(SHEETS["mini-batch in columns"])
    assert columns["dC/db"] == "sum(Delta, axis=1)"


def test_every_path_counts() -> None:
    found = passes("x: (n,1)\nW: (n,n)\nz1 = W @ x\nz2 = W @ z1\nC = sum(z2)")
    assert found["dC/dW"] == "delta2 @ z1.T + delta1 @ x.T"


def test_what_the_cost_does_not_depend_on_has_gradient_zero() -> None:
    sheet = parse_sheet("x: (n,1)\nu: (m,1)\ns: scalar\nk = u > 0\nC = sum(x)")
    assert "u" not in backward(sheet)
    assert text(gradient(sheet, "u")) == "0 * ones(m, 1)"
    assert text(gradient(sheet, "s")) == "0"
    point = sample(sheet, np.random.default_rng(0))
    np.testing.assert_array_equal(point.gradient("u"), np.zeros(point.values["u"].shape))


def test_every_rule_used_is_told() -> None:
    sheet = parse_sheet(SHEETS["mini-batch in rows"])
    uses: list[tuple[str, RuleUse]] = []
    backward(sheet, lambda name, use: uses.append((name, use)))
    told = [(name, use.rule) for name, use in uses]
    assert ("A1", "derivative of tanh") in told
    assert ("Z1", "sum over the stretched axes") in told
    assert ("Z2", "matrix product rule") in told
    for name, use in uses:
        assert use.node in set(postorder(sheet.expressions[name]))
        assert use.result.size > 0
    used = next(use for name, use in uses if use.rule == "derivative of tanh")
    assert text(used.upstream) == "dC/dA1"
    assert text(used.result) == "dC/dA1 * tanh'(Z1)"


def test_adjoints_of_every_node_between() -> None:
    sheet = parse_sheet("x: (n,1)\nW: (m,n)\nC = sum((W @ x)**2)")
    cost = sheet.expressions["C"]
    found = {text(node): text(adjoint) for node, adjoint in adjoints(cost, ONE).items()}
    assert found == {
        "sum((W @ x)**2)": "1",
        "(W @ x)**2": "1",
        "W @ x": "2 * (W @ x)",
        "W": "(2 * (W @ x)) @ x.T",
        "x": "W.T @ (2 * (W @ x))",
    }
    assert sheet.symbol("x") not in adjoints(cost, ONE, [sheet.symbol("W")])


def test_only_a_scalar_has_a_derivative() -> None:
    sheet = parse_sheet("x: (n,1)\nC = sum(x)")
    with pytest.raises(ShapeError, match="only a scalar"):
        derivative(sheet.symbol("x"), sheet.symbol("x"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("x^2", "2 * x"),
        ("x^5", "5 * x**4"),
        ("3x", "3"),
        ("7", "0"),
        ("1/x", "-1/x**2"),
        ("sqrt(x)", "1/(2 * sqrt(x))"),
        ("x^(1/2)", "1/2 * x**(-0.5)"),
        ("e^x", "e**x"),
        ("2^x", "log(2) * 2**x"),
        ("ln(x)", "1/x"),
        ("sin(x)", "cos(x)"),
        ("cos(x)", "-sin(x)"),
        ("sigma(x)", "sigma'(x)"),
        ("exp(x^2)", "exp(x**2) * 2 * x"),
        ("y*x", "y"),
    ],
)
def test_trivial_things_are_folded(words: str, expected: str) -> None:
    scope = parse_sheet("x: scalar\ny: scalar\nf = x*y").scope
    x = parse("x", scope).expression
    assert text(derivative(parse(words, scope).expression, x)) == expected


# SymPy, for ordinary calculus.

CALCULUS = [
    "x^5 - 3x^2 + 7", "x^-3", "x^(1/3)", "(2x+1)^7", "sin(x)cos(x)", "tan(x)", "exp(-x^2/2)",
    "ln(1+x^2)", "x^x", "2^x * x^2", "sqrt(1+sqrt(x))", "(x^2+1)/(x^3-5)", "sin(x^2)^3",
    "e^(sin(x))", "1/(1+exp(-x))", "ln(ln(3+x))", "cos(sin(tan(x/3)))", "x*ln(x)-x", "abs(-x)*x",
    "tanh(3x)", "sigma(x)*(1-sigma(x))", "sin²(x)", "x/(1+x/(1+x))", "(x+1)(x+2)(x+3)", "a^x + x^a",
    "sqrt(x)/x^2", "-x^-1 - -x", "sigma'(x)", "softplus(a*x)", "silu(a*x)", "gelu(a*x)",
    "silu''(x)", "gelu''(x)", "tanh''(x)", "exp(exp(x/4))",
]  # fmt: skip


def to_sympy(expression: Expression) -> Any:
    sympy = pytest.importorskip("sympy")
    variable = sympy.Symbol("v")
    functions: dict[str, Callable[[Any], Any]] = {
        "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos,
        "tan": sympy.tan, "tanh": sympy.tanh, "abs": lambda u: sympy.sqrt(u**2),
        "sigma": lambda u: 1 / (1 + sympy.exp(-u)),
        "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
        "silu": lambda u: u / (1 + sympy.exp(-u)),
        "gelu": lambda u: u * (1 + sympy.erf(u / sympy.sqrt(2))) / 2,
    }  # fmt: skip
    done: dict[Expression, Any] = {}
    for node in postorder(expression):
        args = [done[arg] for arg in node.args]
        if node.name == "number":
            done[node] = sympy.Rational(str(node.params[0]))
        elif node.name == "constant":
            done[node] = sympy.E
        elif node.name == "symbol":
            done[node] = sympy.Symbol(node.params[0], positive=True)
        elif node.name == "add":
            done[node] = sympy.Add(*args)
        elif node.name == "negate":
            done[node] = -args[0]
        elif node.name in ("multiply", "matmul"):
            done[node] = sympy.Mul(*args)
        elif node.name == "divide":
            done[node] = args[0] / args[1]
        elif node.name == "power":
            done[node] = args[0] ** args[1]
        else:
            order = node.params[0]
            plain = functions[node.name](variable)
            done[node] = sympy.diff(plain, variable, order).subs(variable, args[0])
    return done[expression]


@pytest.mark.parametrize("words", CALCULUS)
def test_ordinary_derivatives_are_sympys(words: str) -> None:
    sympy = pytest.importorskip("sympy")
    scope = parse_sheet("x: scalar\na: scalar\nf = x*a").scope
    function = parse(words, scope).expression
    once = derivative(function, parse("x", scope).expression)
    twice = derivative(once, parse("x", scope).expression)
    exact = to_sympy(function)
    x, a = sympy.Symbol("x", positive=True), sympy.Symbol("a", positive=True)
    for order, found in ((0, function), (1, once), (2, twice)):
        for at in (0.37, 1.81):
            point = {x: sympy.Float(at, 40), a: sympy.Float(1.3, 40)}
            expected = float(sympy.diff(exact, x, order).evalf(30, subs=point))
            value = float(to_sympy(found).evalf(30, subs=point))
            assert value == pytest.approx(expected, rel=1e-13, abs=1e-13)


# PyTorch's autograd, in float64.


def torch_value(torch: Any, sheet: Sheet, values: dict[str, Any], sizes: dict[str, int]) -> Any:
    """The sheet's cost, worked out by PyTorch."""

    def dim(node: Expression) -> Any:
        return None if node.params[0] is None else node.params[0]

    def reduced(name: str, node: Expression, x: Any) -> Any:
        if dim(node) is None:
            return {"sum": x.sum, "mean": x.mean, "max": x.max}[name]().reshape(1, 1)
        found = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax}[name]
        return found(x, dim(node), keepdim=True)

    def primed(f: Callable[[Any], Any], order: int, x: Any) -> Any:
        for _ in range(order):
            f = (lambda g: lambda u: torch.func.grad(lambda w: g(w).sum())(u))(f)
        return f(x)

    plain: dict[str, Callable[[Any], Any]] = {
        "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "abs": torch.abs, "sin": torch.sin,
        "sigma": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
        "softplus": torch.nn.functional.softplus, "silu": torch.nn.functional.silu,
        "gelu": torch.nn.functional.gelu, "elu": torch.nn.functional.elu,
    }  # fmt: skip

    def work(expression: Expression) -> Any:
        done: dict[Expression, Any] = {}
        for node in postorder(expression):
            args = [done[arg] for arg in node.args]
            name = node.name
            if name == "number":
                value = torch.tensor([[float(node.params[0])]], dtype=torch.float64)
            elif name == "constant":
                value = torch.tensor([[np.e]], dtype=torch.float64)
            elif name == "dimension":
                value = torch.tensor([[float(sizes[node.params[0]])]], dtype=torch.float64)
            elif name == "symbol":
                value = values[node.params[0]]
            elif name == "add":
                value = sum(args[1:], args[0])
            elif name == "negate":
                value = -args[0]
            elif name == "multiply":
                value = args[0]
                for arg in args[1:]:
                    value = value * arg
            elif name == "matmul":
                value = args[0]
                for arg in args[1:]:
                    value = value @ arg
            elif name == "divide":
                value = args[0] / args[1]
            elif name == "power":
                value = args[0] ** args[1]
            elif name == "transpose":
                value = args[0].T
            elif name in ("sum", "mean", "max"):
                value = reduced(name, node, args[0])
            elif name == "softmax":
                value = torch.softmax(args[0], node.params[0])
            elif name in ("maximum", "minimum"):
                value = getattr(torch, name)(*torch.broadcast_tensors(*args))
            elif name == "leaky_relu":
                value = torch.nn.functional.leaky_relu(args[0], float(node.params[1]))
            elif name == "norm":
                value = torch.linalg.norm(args[0]).reshape(1, 1)
            elif name == "trace":
                value = torch.trace(args[0]).reshape(1, 1)
            elif name == "diag" and 1 in args[0].shape:
                value = torch.diag(args[0].flatten())
            elif name == "diag":
                value = torch.diag(args[0])[:, None]
            else:
                value = primed(plain[name], node.params[0], args[0])
            done[node] = value
        return done[expression]

    for definition in sheet.definitions:
        values[definition.name] = work(definition.expression)
    return values[sheet.cost]


@pytest.mark.parametrize("name", SHEETS)
def test_gradients_are_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    sheet = parse_sheet(SHEETS[name])
    point = sample(sheet, np.random.default_rng(11))
    given = {
        d.name: torch.tensor(point.values[d.name], dtype=torch.float64, requires_grad=True)
        for d in sheet.declarations
    }
    cost = torch_value(torch, sheet, dict(given), point.sizes)
    assert cost.item() == pytest.approx(point.values[sheet.cost].item(), rel=1e-12)
    cost.sum().backward()
    for quantity, tensor in given.items():
        if tensor.grad is not None:
            expected = tensor.grad.numpy()
            scale = max(float(np.abs(expected).max()), 1e-3)
            np.testing.assert_allclose(
                point.gradient(quantity), expected, rtol=0, atol=1e-12 * scale, err_msg=quantity
            )
