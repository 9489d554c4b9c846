"""LaTeX, MathML, Unicode and NumPy: every operation is printed, as the textbooks print it."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import chainrule.algebra
from chainrule.algebra import (
    FUNCTIONS,
    Expression,
    LimitError,
    Operation,
    add,
    evaluate,
    latex,
    mathml,
    numpy_functions,
    numpy_names,
    numpy_source,
    parse,
    parse_sheet,
    postorder,
    sample,
    symbol,
    unicode,
)
from chainrule.algebra.tree.reductions import LOG_SIGMOID, LOG_SOFTMAX, LOG_SUM_EXP
from chainrule.algebra.writing import layout as layout_module
from chainrule.algebra.writing.numpy_source import TABLE, sources

SHEET = parse_sheet("""
x: (n0,1)
y: (n2,1) onehot
W1: (n1,n0)
b1: (n1,1)
W2: (n2,n1)
b2: (n2,1)
S: (n1,n1)
P: (2*n1,2*n2)
r: (1,n1)
lam: scalar positive
w: scalar
z1 = W1 @ x + b1
a1 = sigma(z1)
z2 = W2 @ a1 + b2
a2 = softmax(z2)
C = -sum(y * log(a2)) + lam/2 * sum(W1**2)
""")
WITHOUT_TEXT = {LOG_SIGMOID, LOG_SOFTMAX, LOG_SUM_EXP}
"""How values are worked out; no tree that is read or derived has them."""

EXAMPLES = [
    "2 + 0.25 + 1e-20 + 1e9 + 3e7*w", "e**w + pi", "n1 * w", "ones(n1, n0) + W1", "eye(n1) @ S",
    "-x + 3*x - (-x)", "-(-w)", "x * x / 2", "W1 @ x - b1", "(W2.T @ delta2) * sigma'(z1)",
    "sigma''(z1) + sigma'''(z1)", "exp(w)*exp''(w)", "log(lam)*log'(lam)*log''(lam)",
    "sqrt(lam)*sqrt'(lam)", "abs(w)*abs'(w)*abs''(w)", "relu(x)*relu'(x)*relu''(x)",
    "leaky_relu(x) + leaky_relu'(x, 0.2) + leaky_relu''(x)", "softplus(x)*softplus'(x)",
    "silu(x)*silu'(x) + silu''(x)", "gelu(x)*gelu'(x) + gelu''(x) + gelu'''(x)",
    "elu(x)*elu'(x) + elu''(x)",
    "sin(w)*sin'(w)*cos''(w)*cos'(w)", "tan(w)*tan'(w)*tan''(w)", "tanh(w)*tanh'(w)*tanh'''(w)",
    "w**3 + 2**w + (w**2)**2 + 2**w**2", "x.T @ x + (x.T).T[j]*w", "trace(S)*w", "diag(x)",
    "diag(S)", "norm(x)**2", "(x > 0)*x", "x * (x <= w) + (w >= 1) + (w < 1)",
    "maximum(x, 0) + minimum(x, w)", "sum(x) * sum(W1, axis=0)", "mean(W1, axis=1) + mean(b1)",
    "max(W1) + max(W1, axis=0)", "softmax(z1) + softmax(r, axis=1).T", "sum(k, W2[k,j]*delta2[k])",
    "matrix(j, k, delta1[j]*x[k])", "vector(j, a1[j])", "dC/dW1 + delta1 @ x.T", "da2/dz2",
    "log(softmax(z2))", "log(sigma(z1)) + log(1 - sigma(z1))", "log(sum(exp(z2)))",
    "matrix(j, k, W1[j,k]*w + lam)", "sum(k, x[k])**2", "(lam/n1)*W1", "2*(1/2)*w*3",
    "S[j,j]", "vector(j, S[j,j])", "lam @ r + lam * r", "maximum(n1, n2)**(-1)", "(n1 + 2)**(-2)*w",
    "sum(j, sum(k, W1[j,k]))", "1 + sum(j, 2*b1[j])", "W1[:, 1:] + W1[0, :-1]*x[0]",
    "concat(b1, x) + concat(r, r, axis=1).T[0]", "pad(x, (1, 0))", "pad(W1, ((1, 0), (0, 2)))",
    "reshape(W1, n0, n1) @ flip(b1)", "cumsum(W1, axis=1) + prod(W1, axis=0)", "inv(S) @ b1*det(S)",
    "conv(W1, W1[:2, :2])", "conv_full(x, b1)",
    "max_pool(P, 2) + avg_pool(P, 2)", "repeat(b1, 2)[:n1]",
    "erf(x)*erf'(x) + erf''(x)", "(S**(-1))*inv(S.T)",
]  # fmt: skip


def tree(words: str) -> Expression:
    return parse(words, SHEET.scope).expression


def operations() -> set[Operation]:
    """Every operation that any module of the package holds."""
    found: set[Operation] = set()
    for module in pkgutil.walk_packages(chainrule.algebra.__path__, "chainrule.algebra."):
        values = vars(importlib.import_module(module.name)).values()
        found.update(value for value in values if isinstance(value, Operation))
    return found


def test_every_operation_has_its_place_in_every_table() -> None:
    assert len(operations()) > 35
    of_one = set(FUNCTIONS.values())  # which say themselves how they are written
    assert operations() - WITHOUT_TEXT - of_one == set(layout_module.TABLE)
    assert operations() - of_one == set(TABLE)


def test_the_examples_below_meet_every_operation() -> None:
    met = {part.operation for words in EXAMPLES for part in postorder(tree(words))}
    assert met == operations() - WITHOUT_TEXT


@pytest.mark.parametrize("words", EXAMPLES)
def test_unicode_reads_back_as_the_same_tree(words: str) -> None:
    assert parse(unicode(tree(words)), SHEET.scope).expression is tree(words)


@pytest.mark.parametrize("words", EXAMPLES)
def test_latex_is_set_by_a_typesetter(words: str) -> None:
    mathtext = pytest.importorskip("matplotlib.mathtext")
    # mathtext takes no underscore in a name of several letters.
    source = latex(tree(words)).replace(r"leaky\_relu", "leakyrelu")
    assert mathtext.MathTextParser("path").parse(f"${source}$").width > 0


@pytest.mark.parametrize("words", EXAMPLES)
def test_latex_is_balanced(words: str) -> None:
    assert_balanced(latex(tree(words)))


def assert_balanced(source: str) -> None:
    depth = 0
    for character in source:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert source.count(r"\left") == source.count(r"\right")
    assert "^^" not in source
    assert "$" not in source


CORE = {"math", "mrow", "mi", "mn", "mo", "mfrac", "msup", "msub", "msubsup", "msqrt", "munder"}
ARGUMENTS = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2, "msubsup": 3, "math": 1, "msqrt": 1}
XMLNS = "{http://www.w3.org/1998/Math/MathML}"


@pytest.mark.parametrize("words", EXAMPLES)
def test_mathml_is_well_formed_and_names_every_symbol(words: str) -> None:
    root = ElementTree.fromstring(mathml(tree(words)))
    for element in root.iter():
        tag = element.tag.removeprefix(XMLNS)
        assert tag in CORE
        assert len(element) == ARGUMENTS.get(tag, len(element)), tag
        assert (element.text is not None) == (tag in ("mi", "mn", "mo"))
    named = {element.get("data-ref") for element in root.iter()} - {None}
    letters = {letter for part in postorder(tree(words)) for letter, _ in part.indices}
    for part in postorder(tree(words)):
        if part.name in ("symbol", "dimension") and part.params[0] not in letters:
            assert part.params[0] in named


TEXTBOOK = {
    "(W2.T @ delta2) * sigma'(z1)": (
        r"(W_2^\top \delta_2) \odot \sigma'(z_1)",
        "(W₂ᵀ · δ₂) ⊙ σ′(z₁)",
    ),
    "a2 - y": ("a_2 - y", "a₂ − y"),
    "dC/dW1": (r"\frac{\partial C}{\partial W_1}", "∂C/∂W₁"),
    "delta1 @ x.T": (r"\delta_1 x^\top", "δ₁ · xᵀ"),
    "1/2 * sum((a2 - y)**2)": (r"\frac{1}{2} \sum (a_2 - y)^2", "1/2 · Σ((a₂ − y)²)"),
    "-sum(y * log(a2))": (r"-\sum y \odot \log(a_2)", "−Σ(y ⊙ log(a₂))"),
    "sum(k, W2[k,j]*delta2[k]) * sigma'(z1[j])": (
        r"\left( \sum_k W_{2, k, j} \delta_{2, k} \right) \cdot \sigma'(z_{1, j})",
        "Σ_k(W₂[k,j] · δ₂[k]) · σ′(z₁[j])",
    ),
    "W1 - lam/n1 * W1": (r"W_1 - \frac{\lambda}{n_1} W_1", "W₁ − λ/n₁ · W₁"),
    "dC/dW1.T": (r"\left( \frac{\partial C}{\partial W_1} \right)^\top", "(∂C/∂W₁)ᵀ"),
    "2*dC/dw/lam": (
        r"\frac{2 \frac{\partial C}{\partial w}}{\lambda}",
        "2 · ∂C/∂w / λ",
    ),
    "(x > 0) * x": (r"[x > 0] \odot x", "(x > 0) ⊙ x"),
    "(w**2)**3": (r"(w^2)^3", "(w²)³"),
    "2**w**2": (r"2^{w^2}", "2^(w²)"),
    "(w/lam)**2": (r"\left( \frac{w}{\lambda} \right)^2", "(w/λ)²"),
    "(W1/2).T": (r"\left( \frac{W_1}{2} \right)^\top", "(W₁/2)ᵀ"),
    "2*w*3": (r"2 w \cdot 3", "2w · 3"),
    "w * (1 - w)": (r"w \cdot (1 - w)", "w · (1 − w)"),
    "sum(dC/db1, axis=0)": (
        r"\operatorname{sum}_{\operatorname{axis} 0}\left( \frac{\partial C}{\partial b_1} \right)",
        "Σ(∂C/∂b₁, axis=0)",
    ),
}


@pytest.mark.parametrize("words", TEXTBOOK)
def test_it_reads_as_in_the_textbooks(words: str) -> None:
    assert (latex(tree(words)), unicode(tree(words))) == TEXTBOOK[words]


def test_a_number_never_runs_into_a_name() -> None:
    scope = parse_sheet("e3: scalar\nf = e3").scope
    expression = parse("2 * e3", scope).expression
    assert unicode(expression) == "2 · e₃"
    assert parse(unicode(expression), scope).expression is expression


@pytest.mark.parametrize("words", ["A * 2 * B", "2 * A * B", "A * B * 3", "A * (2 * B)"])
def test_a_number_between_square_matrices_reads_back(words: str) -> None:
    """Square matrices are not written side by side: that could be read in two ways."""
    scope = parse_sheet("A: (n,n)\nB: (n,n)\nC = sum(A * B)\n").scope
    expression = parse(words, scope).expression
    assert parse(unicode(expression), scope).expression is expression


def test_several_sides_are_an_equation() -> None:
    sides = [SHEET.symbol("z1"), SHEET.expressions["z1"]]
    assert latex(*sides) == "z_1 = W_1 x + b_1"
    assert unicode(*sides) == "z₁ = W₁ · x + b₁"
    assert "<mo>=</mo>" in mathml(*sides, display="block")
    assert ElementTree.fromstring(mathml(*sides, display="block")).get("display") == "block"


def test_a_script_never_meets_a_script() -> None:
    assert latex(tree("(W1.T)**2")) == r"(W_1^\top)^2"
    assert latex(tree("(W1**2).T")) == r"(W_1^2)^\top"
    assert "<msubsup data-ref" in mathml(tree("W1.T"))


def test_names_of_any_spelling_are_set() -> None:
    shape = (1, 1)
    found = {
        "W_in": "W_{\\mathit{in}}", "step_size_2": r"\mathit{step\_size\_2}", "eta": r"\eta",
        "Delta2": r"\Delta_2", "W12": "W_{12}", "x_1": "x_1", "lambda": r"\lambda",
        "dcost/dW1": r"\frac{\partial \mathit{cost}}{\partial W_1}",
    }  # fmt: skip
    for name, expected in found.items():
        assert latex(symbol(name, shape)) == expected
        ElementTree.fromstring(mathml(symbol(name, shape)))


def test_a_tree_that_nobody_could_read_is_not_printed() -> None:
    large = tree("w")
    for _ in range(20):
        large = add(large, large)
    for printer in (latex, mathml, unicode, numpy_source, numpy_functions):
        with pytest.raises(LimitError):
            printer(large)


# NumPy.


@pytest.mark.parametrize("words", EXAMPLES)
def test_numpy_source_computes_the_value(words: str) -> None:
    expression = tree(words)
    free = [letter for letter, _ in expression.indices]
    if free:  # a component: the vector or matrix of all of them
        wrapped = words if len(free) > 2 else f"{'vector' if len(free) == 1 else 'matrix'}"
        expression = tree(f"{wrapped}({', '.join(free)}, {words})")
    point = sample(SHEET, np.random.default_rng(5))
    point.value(expression)
    space: dict[str, object] = {"np": np}
    exec(numpy_functions(expression), space)
    names = numpy_names(point.values)
    space.update({names[name]: value for name, value in point.values.items()})
    space.update(point.sizes)
    with np.errstate(all="raise", under="ignore"):
        found = eval(numpy_source(expression), space)
    assert isinstance(found, np.ndarray)
    assert found.dtype == np.float64
    expected = point.value(expression)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_numpy_source_reads_like_the_sheet() -> None:
    assert numpy_source(tree("(W2.T @ delta2) * sigma'(z1)")) == (
        "(W2.T @ delta2) * sigma_prime(z1)"
    )
    assert numpy_source(tree("dC/dW1 + lam/n1 * W1")) == "dC_dW1 + lam/n1 * W1"
    assert numpy_source(tree("-sum(y * log(a2))")) == "-np.sum(y * np.log(a2), keepdims=True)"
    assert numpy_source(tree("sum(delta1, axis=0)")) == "np.sum(delta1, axis=0, keepdims=True)"


def test_numpy_source_stays_finite_where_the_formula_overflows() -> None:
    sheet = parse_sheet("z: (n,1)\nC = sum(z)")
    values = {"z": np.array([[-900.0], [0.0], [900.0]])}
    for words in (
        "sigma(z)", "sigma'(z)", "softmax(z)", "log(softmax(z))", "log(sigma(z))",
        "log(1 - sigma(z))", "log(sum(exp(z)))", "softplus(z)", "tanh'(z)", "softplus'(z)",
    ):  # fmt: skip
        expression = parse(words, sheet.scope).expression
        space: dict[str, object] = {"np": np, **values}
        exec(numpy_functions(expression), space)
        with np.errstate(all="raise", under="ignore"):
            found = eval(numpy_source(expression), space)
        np.testing.assert_allclose(found, evaluate(expression, values, {"n": 3}), rtol=1e-12)


def test_variables_are_never_words_of_python_or_of_the_source() -> None:
    names = ["lambda", "np", "sigma_prime", "dC/dW1", "dC_dW1", "range", "x"]
    found = numpy_names(names)
    assert len(set(found.values())) == len(names)
    assert found["lambda"] == "lambda_"
    assert found["x"] == "x"
    assert all(variable.isidentifier() for variable in found.values())
    assert not set(found.values()) & {"lambda", "np", "sigma_prime", "range"}


def test_the_functions_run_with_numpy_alone() -> None:
    source = "import numpy as np\n\n" + "\n\n".join(sources().values())
    source += "\nassert all(f(0.5) is not None for f in (sigma, softplus, relu, tanh_sixth))\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-I", "-c", source], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
