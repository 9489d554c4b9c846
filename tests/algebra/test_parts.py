"""Slices, blocks, convolutions, running sums, inverses: value, derivative, text and source."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from scipy import signal

from chainrule.algebra import (
    AlgebraError,
    Array,
    Many,
    Point,
    ShapeError,
    Sheet,
    WidePoint,
    numpy_functions,
    numpy_names,
    numpy_source,
    parse,
    parse_sheet,
    sample,
    text,
    unicode,
)

GIVEN = """
X: (m,n)
x: (n,1)
r: (1,n)
u: (k,1)
w: (3,1)
A: (n,n)
K: (2,3)
Q: (2*h,2*v)
q: (3*h,1)
"""

Arrays = dict[str, Array]

VALUES: dict[str, Callable[[Arrays], Array]] = {
    "X[:, 1:]": lambda a: a["X"][:, 1:],
    "X[0, :]": lambda a: a["X"][:1],
    "X[0, 1]": lambda a: a["X"][:1, 1:2],
    "X[1:, :n-1]": lambda a: a["X"][1:, :-1],
    "X[:, -2:]": lambda a: a["X"][:, -2:],
    "x[0]": lambda a: a["x"][:1],
    "x[-1]": lambda a: a["x"][-1:],
    "x[n-1]": lambda a: a["x"][-1:],
    "x[1:3]": lambda a: a["x"][1:3],
    "r[1:]": lambda a: a["r"][:, 1:],
    "q[::3]": lambda a: a["q"][::3],
    "Q[1::2, ::2]": lambda a: a["Q"][1::2, ::2],
    "sum(j, X[j,0]**2)": lambda a: np.sum(a["X"][:, :1] ** 2, keepdims=True),
    "concat(x, u)": lambda a: np.concatenate([a["x"], a["u"]]),
    "concat(X, X**2, axis=1)": lambda a: np.concatenate([a["X"], a["X"] ** 2], axis=1),
    "vstack([X, r])": lambda a: np.vstack([a["X"], a["r"]]),
    "hstack((r, r))": lambda a: np.hstack([a["r"], a["r"]]),
    "reshape(X, n, m)": lambda a: a["X"].reshape(a["X"].shape[::-1]),
    "X.reshape(-1, 1)": lambda a: a["X"].reshape(-1, 1),
    "X.flatten()": lambda a: a["X"].reshape(-1, 1),
    "vec(X)": lambda a: a["X"].reshape(-1, 1, order="F"),
    "x.reshape(1, -1)": lambda a: a["x"].T,
    "pad(x, (1, 2))": lambda a: np.pad(a["x"], ((1, 2), (0, 0))),
    "pad(X, 1)": lambda a: np.pad(a["X"], 1),
    "pad(X, ((1, 0), (0, 2)))": lambda a: np.pad(a["X"], ((1, 0), (0, 2))),
    "flip(X)": lambda a: a["X"][::-1, ::-1],
    "fliplr(X)": lambda a: a["X"][:, ::-1],
    "conv(x, w)": lambda a: np.correlate(a["x"][:, 0], a["w"][:, 0], "valid")[:, None],
    "np.convolve(x, w, 'valid')": lambda a: np.convolve(a["x"][:, 0], a["w"][:, 0], "valid")[
        :, None
    ],
    "np.convolve(x, w)": lambda a: np.convolve(a["x"][:, 0], a["w"][:, 0])[:, None],
    "np.convolve(x, w, mode='same')": lambda a: np.convolve(a["x"][:, 0], a["w"][:, 0], "same")[
        :, None
    ],
    "conv(X, K)": lambda a: signal.correlate2d(a["X"], a["K"], "valid"),
    "F.conv2d(X, K, padding=1)": lambda a: signal.correlate2d(np.pad(a["X"], 1), a["K"], "valid"),
    "conv_full(X, K)": lambda a: signal.convolve2d(a["X"], a["K"]),
    "max_pool(Q, 2)": lambda a: _blocks(a["Q"]).max(axis=(1, 3)),
    "F.avg_pool2d(Q, kernel_size=2, stride=2)": lambda a: _blocks(a["Q"]).mean(axis=(1, 3)),
    "max_pool(q, 3)": lambda a: a["q"].reshape(-1, 3).max(axis=1)[:, None],
    "repeat(X, 2)": lambda a: np.kron(a["X"], np.ones((2, 2))),
    "np.repeat(X, 2, axis=0)": lambda a: np.repeat(a["X"], 2, axis=0),
    "cumsum(x)": lambda a: np.cumsum(a["x"])[:, None],
    "np.cumsum(X, axis=1)": lambda a: np.cumsum(a["X"], axis=1),
    "prod(x)": lambda a: np.prod(a["x"], keepdims=True),
    "X.prod(axis=0)": lambda a: np.prod(a["X"], axis=0, keepdims=True),
    "inv(A)": lambda a: np.linalg.inv(a["A"]),
    "A^-1 x": lambda a: np.linalg.inv(a["A"]) @ a["x"],
    "A^{-T} x": lambda a: np.linalg.inv(a["A"]).T @ a["x"],
    "A^{-1}": lambda a: np.linalg.inv(a["A"]),
    "A**-1": lambda a: 1 / a["A"],
    "x^-1": lambda a: 1 / a["x"],
    "np.linalg.solve(A, x)": lambda a: np.linalg.solve(a["A"], a["x"]),
    "det(A)": lambda a: np.linalg.det(a["A"]).reshape(1, 1),
    "erf(X)": lambda a: np.vectorize(lambda t: float(mpmath.erf(t)))(a["X"]),
    "erf'(X) + erf''(X)": lambda a: (2 - 4 * a["X"]) * np.exp(-(a["X"] ** 2)) / np.sqrt(np.pi),
}
"""What is typed, and the same by NumPy and SciPy."""


def _blocks(x: Array) -> Array:
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2)


SMALL = parse_sheet(GIVEN + "C = sum(x)")


def sheet(words: str) -> Sheet:
    """The expression as the end of a sheet whose cost weighs each of its entries otherwise."""
    return parse_sheet(f"{GIVEN}Z = {words}\nE = sin(Z)\nC = sum(E * Z)\n")


def point_of(source: Sheet) -> Point:
    return sample(source, np.random.default_rng(7))


@pytest.mark.parametrize("words", VALUES)
def test_the_value_is_that_of_numpy(words: str) -> None:
    point = point_of(sheet(words))
    expected = VALUES[words](point.values)
    assert point.values["Z"].shape == expected.shape
    assert np.allclose(point.values["Z"], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("words", VALUES)
def test_the_derivative_is_that_of_the_complex_step(words: str) -> None:
    source = sheet(words)
    point = point_of(source)
    for declaration in source.declarations:
        stepped = point.complex_step("C", declaration.name)[:, :, 0, 0]
        derived = point.gradient(declaration.name)
        assert np.allclose(derived, stepped, rtol=1e-9, atol=1e-12), declaration.name


@pytest.mark.parametrize("words", VALUES)
def test_a_hundred_digits_agree_with_float64(words: str) -> None:
    source = sheet(words)
    point = point_of(source)
    wide = WidePoint(point)
    assert np.allclose(wide.values["Z"].astype(float), point.values["Z"], rtol=1e-12, atol=1e-13)
    for name in ("X", "x"):
        derived = wide.value(source.scope.adjoint(name)).astype(float)
        assert np.allclose(derived, point.gradient(name), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("words", VALUES)
def test_many_points_have_the_values_of_each(words: str) -> None:
    source = sheet(words)
    rng = np.random.default_rng(3)
    first = sample(source, rng)
    given = {
        d.name: np.stack([first.values[d.name], rng.normal(size=first.values[d.name].shape)])
        for d in source.declarations
    }
    many = Many(source, given, first.sizes)
    adjoint = many.value(source.scope.adjoint("X")).numbers
    for i in range(2):
        point = many.point(i)
        assert point is not None
        numbers = many.value(source.symbol("Z")).numbers[0, i]
        assert np.allclose(numbers, point.values["Z"], rtol=1e-12)
        here = np.broadcast_to(adjoint, (1, 2, *adjoint.shape[-2:]))[0, i]
        assert np.allclose(here, point.gradient("X"), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("words", VALUES)
def test_text_and_unicode_read_back(words: str) -> None:
    tree = parse(words, SMALL.scope).expression
    for printed in (text(tree), unicode(tree)):
        assert parse(printed, SMALL.scope).expression is tree, printed


@pytest.mark.parametrize("words", VALUES)
def test_numpy_source_computes_the_value(words: str) -> None:
    source = sheet(words)
    tree = source.expressions["Z"]
    point = point_of(source)
    names = numpy_names([*source.shapes, *source.dimensions, "j"])
    space: dict[str, object] = {"np": np, **point.sizes, **point.values}
    exec(numpy_functions(tree), space)
    assert np.allclose(eval(numpy_source(tree, names), space), point.values["Z"], rtol=1e-12)


MESSAGES = {
    "x[7:2]": "`x` (n,1) at row 7:2 is empty; places are counted from 0",
    "K[2,0]": "`K` (2,3) at row 2 goes beyond its 2 rows; places are counted from 0",
    "X[0,0,0]": "`X` (m,n) has rows and columns, and no third axis; give one matrix for each "
    "place of the third axis, such as X1 and X2",
    "X.reshape(2, n, m)": "3 axes are not read: a matrix has rows and columns; cut it into several "
    "with slices, such as X[:, :d], and put them together with concat",
    "reshape(X, n, n)": "`X` (m,n) has m*n entries, and (n,n) has n*n",
    "concat(x, w, axis=1)": "`x` (n,1) and `w` (3,1) side by side: rows n and 3 differ",
    "conv(w, pad(w, 1))": "the kernel `pad(w, (1, 1))` (5,1) is larger than `w` (3,1)",
    "conv(X, K, stride=2)": "a stride other than 1 is not read; write the convolution, then "
    "z[::2, ::2] of it",
    "max_pool(X, 2)": "`X` (m,n) is not made of blocks of 2 x 2, as far as its sizes tell; declare "
    "it (2*h,2*w)",
    "x[::2]": "`x` has n rows; whether every 2 of them come out even cannot be told; declare 2*n "
    "rows",
    "inv(X)": "inv(`X`) needs a square matrix; it is (m,n)",
    "cumsum(X)": "cumsum of a matrix runs along an axis: write cumsum(X, axis=0)",
    "x[::-1]": "a step is a whole number above 0; write flip(x) for x[::-1]",
    "x[1:w]": "`w` is no number of a row or column; sizes here are h, k, m, n, v",
    "concat(x)": "concat puts two or more together; write concat(a, b)",
}


@pytest.mark.parametrize("words", MESSAGES)
def test_what_is_not_read_says_so_in_one_line(words: str) -> None:
    with pytest.raises(AlgebraError) as caught:
        parse(words, SMALL.scope)
    assert caught.value.message == MESSAGES[words]


def test_sizes_that_are_worked_out_fit_together() -> None:
    """(n-1) rows go with (n-1) rows, whatever way they came about."""
    assert parse("x[1:] - x[:-1]", SMALL.scope).expression.shape == ("n-1", 1)
    assert parse("conv(conv_full(X, K), K)", SMALL.scope).expression.shape == ("m", "n")
    with pytest.raises(ShapeError):
        parse("x[1:] + x[:-2]", SMALL.scope)


def test_a_sheet_of_worked_out_sizes_is_drawn_with_all_of_them_different() -> None:
    source = parse_sheet("x: (T,1)\nw: (k,1)\nb: (T-k+1,1)\nC = sum(conv(x, w) * b)\n")
    for seed in range(20):
        sizes = sample(source, np.random.default_rng(seed)).sizes
        assert len({sizes["T"], sizes["k"], sizes["T"] - sizes["k"] + 1, 1}) == 4


def test_a_name_that_is_declared_is_no_sign_of_a_transpose() -> None:
    source = parse_sheet("t: scalar\nx: scalar\nf = exp(x * t)")
    for words in ("x^{-t}", "x^(-t)", "x**(-t)", "x^-t"):
        assert text(parse(words, source.scope).expression) == "x**(-t)"
