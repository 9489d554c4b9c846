"""What holds for any well-shaped tree: it prints and reads back, its derivative is right."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from chainrule.algebra import (
    AlgebraError,
    Declaration,
    Definition,
    DomainError,
    Expression,
    Point,
    SamplingError,
    Shape,
    Sheet,
    add,
    apply,
    compare,
    decimal,
    diag,
    dimension,
    divide,
    entry,
    eye,
    gradient,
    latex,
    mathml,
    matmul,
    matrix,
    max_of,
    maximum,
    mean_of,
    minimum,
    multiply,
    negate,
    norm,
    numpy_functions,
    numpy_names,
    numpy_source,
    ones,
    parse,
    parse_sheet,
    power,
    sample,
    softmax,
    sum_of,
    sum_over,
    symbol,
    symbols,
    text,
    trace,
    transpose,
    unicode,
    vector,
)

NAMES: dict[str, Shape] = {
    "s": (1, 1), "t": (1, 1), "a": ("n", 1), "b": ("n", 1), "r": (1, "m"), "A": ("n", "m"),
    "B": ("n", "m"), "S": ("n", "n"), "P": ("m", "n"), "c": ("m", 1),
}  # fmt: skip
SHEET = Sheet(
    tuple(Declaration(name, shape) for name, shape in NAMES.items()),
    (Definition("C", sum_of(symbol("A", ("n", "m")))),),
    "C",
)
SCOPE = SHEET.scope
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
SMOOTH = ["sigma", "tanh", "softplus", "sin", "cos", "exp"]
ANY = [*SMOOTH, "log", "sqrt", "abs", "relu", "leaky_relu", "tan"]


def leaves(shape: Shape) -> list[Expression]:
    found = [symbol(name, own) for name, own in NAMES.items() if own == shape]
    found.append(ones(shape))
    if shape == (1, 1):
        found += [decimal(2), decimal(3), dimension("n"), parse("0.5", SCOPE).expression]
        found.append(parse("dC/ds", SCOPE).expression)
    if shape == ("n", "m"):
        found.append(parse("dC/dA", SCOPE).expression)
    if shape[0] == shape[1] != 1:
        found.append(eye(shape[0]))
    return found


@st.composite
def trees(
    draw: st.DrawFn, shape: Shape = (1, 1), depth: int = 4, smooth: bool = False
) -> Expression:
    """A tree of the given shape. smooth: only operations with values and slopes everywhere."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        options = leaves(shape)
        if smooth:
            options = [o for o in options if "/d" not in text(o)]
        return draw(st.sampled_from(options))

    def part(of: Shape) -> Expression:
        return draw(trees(of, depth - 1, smooth))

    rows, columns = shape
    smaller = st.sampled_from([shape, shape, (1, 1), (rows, 1), (1, columns)])
    kinds = ["add", "multiply", "negate", "function", "transpose", "matmul", "divide", "power"]
    kinds += ["softmax", "pair"]
    if shape == (1, 1):
        kinds += ["sum", "mean", "norm", "trace", "sum over", "max"]
    elif 1 in shape:
        kinds += ["sum axis"]
    if shape == ("n", 1):
        kinds += ["vector", "diagonal"]
    if shape == ("n", "m"):
        kinds += ["matrix"]
    if shape == ("n", "n"):
        kinds += ["diagonal matrix"]
    kind = draw(st.sampled_from(kinds))
    inner = draw(st.sampled_from([("n", "m"), ("n", 1), ("m", 1), ("n", "n")]))
    if kind in ("add", "multiply"):
        count = draw(st.integers(1, 2))
        parts = [part(shape), *(part(draw(smaller)) for _ in range(count))]
        return (add if kind == "add" else multiply)(*draw(st.permutations(parts)))
    if kind == "negate":
        return negate(part(shape))
    if kind == "function":
        name = draw(st.sampled_from(SMOOTH if smooth else ANY))
        order = draw(st.integers(0, 2)) if name != "leaky_relu" else 0
        return apply(name, part(shape), order)
    if kind == "transpose":
        return transpose(part((columns, rows)))
    if kind == "matmul":
        middle = draw(st.sampled_from(["n", "m", 1]))
        factors = [part((rows, middle)), part((middle, columns))]
        if draw(st.booleans()):
            factors.append(part((columns, columns)))
        return matmul(*factors)
    if kind == "divide":
        under = part(draw(smaller))
        return divide(part(shape), add(decimal(2), apply("sigma", under)) if smooth else under)
    if kind == "power":
        if smooth:
            return power(part(shape), decimal(draw(st.integers(2, 3))))
        return power(part(shape), part(draw(smaller)))
    if kind == "softmax":
        return softmax(part(shape), draw(st.integers(0, 1)))
    if kind == "pair":
        if smooth:
            return multiply(part(shape), part(shape))
        choice = draw(st.sampled_from(["maximum", "minimum", ">", "<="]))
        one, two = part(shape), part(draw(smaller))
        if choice in (">", "<="):
            return compare(one, choice, two)
        return maximum(one, two) if choice == "maximum" else minimum(one, two)
    if kind == "sum":
        return sum_of(part(inner))
    if kind == "mean":
        return mean_of(part(inner))
    if kind == "max":
        return mean_of(part(inner)) if smooth else max_of(part(inner))
    if kind == "norm":
        return sum_of(part(inner)) if smooth else norm(part(inner))
    if kind == "trace":
        return trace(part(("n", "n")))
    if kind == "sum axis":
        axis = 0 if rows == 1 else 1
        return sum_of(part(("n", columns) if axis == 0 else (rows, "m")), axis)
    if kind == "sum over":
        return sum_over("k", multiply(entry(part(("n", 1)), "k"), entry(part(("n", 1)), "k")))
    if kind == "vector":
        body = sum_over(
            "k", multiply(entry(part(("n", "m")), "j", "k"), entry(part(("m", 1)), "k"))
        )
        return vector(("j", "n"), body)
    if kind == "matrix":
        body = multiply(entry(part(("n", 1)), "i"), entry(part((1, "m")), "l"), part((1, 1)))
        return matrix(("i", "n"), ("l", "m"), body)
    return diag(part(("n", "n"))) if kind == "diagonal" else diag(part(("n", 1)))


SHAPES = st.sampled_from([(1, 1), ("n", 1), (1, "m"), ("n", "m"), ("n", "n")])


@settings(max_examples=500, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_text_reads_back_as_the_same_tree(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES)))
    assert parse(text(tree), SCOPE).expression is tree


@settings(max_examples=300, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_unicode_reads_back_as_the_same_tree(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES)))
    assert parse(unicode(tree), SCOPE).expression is tree


@settings(max_examples=200, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_latex_is_balanced_and_mathml_well_formed(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES)))
    source = latex(tree)
    depth = 0
    for character in source:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert source.count("\\left") == source.count("\\right")
    # Two scripts of the same kind on one base do not compile.
    assert not re.search(r"\^(?:\w|\\top)\^|_(?:\w)_", source)
    named = {element.get("data-ref") for element in ElementTree.fromstring(mathml(tree)).iter()}
    assert set(symbols(tree)) <= named


@settings(max_examples=300, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_numpy_source_computes_the_value(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    try:
        point = sample(SHEET, rng)
        expected = point.value(tree)
        spread = np.abs(nearby(point, rng).value(tree) - expected).max()
    except (SamplingError, DomainError):
        reject()
    assume(np.abs(expected).max() < 1e12)
    space: dict[str, object] = {"np": np, **point.sizes}
    names = numpy_names(point.values)
    space.update({names[name]: value for name, value in point.values.items()})
    exec(numpy_functions(tree), space)
    with np.errstate(all="raise", under="ignore"):
        found = eval(numpy_source(tree), space)
    assert found.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max()))
    # The sine of a large number magnifies the rounding of that number.
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * scale + 10 * spread)


def nearby(point: Point, rng: np.random.Generator) -> Point:
    """The point with every number moved by some 50 roundings."""
    moved = {
        one.name: (value := point.values[one.name]) * (1 + 1e-14 * rng.standard_normal(value.shape))
        for one in SHEET.declarations
    }
    return Point(SHEET, moved, point.sizes)


def without_pair(words: str, opener: int) -> str:
    depth = 0
    for i in range(opener, len(words)):
        depth += {"(": 1, ")": -1}.get(words[i], 0)
        if depth == 0:
            return words[:opener] + " " + words[opener + 1 : i] + " " + words[i + 1 :]
    raise AssertionError(words)


@settings(max_examples=300, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_no_bracket_can_be_left_out(data: st.DataObject) -> None:
    tree = data.draw(trees(data.draw(SHAPES), depth=3))
    words = text(tree)
    for match in re.finditer(r"(?<![A-Za-z0-9_'])\((?!-)", words):
        shorter = without_pair(words, match.start())
        try:
            other = parse(shorter, SCOPE).expression
        except AlgebraError:
            continue
        # Only `(a @ b) * c` and `(a * b) @ c` keep a pair that could go.
        assert other is not tree or "@" in words, (words, shorter)


@settings(max_examples=150, deadline=None, suppress_health_check=LARGE)
@given(st.data())
def test_the_derivative_is_the_complex_step(data: st.DataObject) -> None:
    body = data.draw(trees((1, 1), depth=3, smooth=True))
    assume(symbols(body))
    sheet = Sheet(SHEET.declarations, (Definition("C", body),), "C")
    try:
        point = sample(sheet, np.random.default_rng(data.draw(st.integers(0, 99))))
        exact = {name: point.complex_step("C", name) for name in symbols(body)}
    except (SamplingError, DomainError):  # too large a number, such as exp(exp(exp(x)))
        reject()
    for name in exact:
        oracle = exact[name][:, :, 0, 0]
        scale = max(1.0, float(np.abs(oracle).max()))
        for found in (point.gradient(name), point.value(gradient(sheet, name))):
            assert found.shape == oracle.shape
            np.testing.assert_allclose(found, oracle, rtol=1e-10, atol=1e-12 * scale)


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("name", ["sigma", "tanh", "softplus", "sin", "cos", "exp", "log", "sqrt"])
def test_every_prime_is_the_slope_of_the_one_before(name: str, order: int) -> None:
    sheet = parse_sheet(f"x: (n,1) positive\nC = sum({name}{chr(39) * order}(x))")
    point = sample(sheet, np.random.default_rng(1))
    oracle = point.complex_step("C", "x")[:, :, 0, 0]
    np.testing.assert_allclose(point.gradient("x"), oracle, rtol=1e-12)
    primed = parse(f"{name}{chr(39) * (order + 1)}(x)", sheet.scope).expression
    np.testing.assert_allclose(point.value(primed), oracle, rtol=1e-12)
