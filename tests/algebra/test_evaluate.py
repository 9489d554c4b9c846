"""Values: NumPy's, stable where that matters, and honest where there is none."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from chainrule.algebra import (
    AlgebraError,
    DomainError,
    Point,
    SamplingError,
    Scope,
    evaluate,
    kink_distance,
    parse,
    parse_sheet,
    sample,
)

SHAPES = {"A": ("n", "m"), "B": ("n", "m"), "S": ("n", "n"), "v": ("n", 1), "r": (1, "m")}
SHAPES |= {"s": (1, 1), "w": ("m", 1), "Q": ("m", "n")}
SCOPE = Scope(SHAPES, frozenset({"n", "m"}))
SIZES = {"n": 3, "m": 4}
RNG = np.random.default_rng(3)
VALUES = {
    name: RNG.normal(size=tuple(SIZES.get(str(k), 1) for k in shape))
    for name, shape in SHAPES.items()
}
A, B, S, v, r, s, w, Q = (VALUES[k] for k in ("A", "B", "S", "v", "r", "s", "w", "Q"))


def value(words: str) -> np.ndarray:
    return evaluate(parse(words, SCOPE).expression, VALUES, SIZES)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("A * v + r", A * v + r),
        ("A @ Q @ v", A @ Q @ v),
        ("A.T @ A - m * Q @ Q.T / n", A.T @ A - 4 * Q @ Q.T / 3),
        ("sum(A, axis=0)", A.sum(axis=0, keepdims=True)),
        ("mean(A, axis=1)", A.mean(axis=1, keepdims=True)),
        ("max(A, axis=0) + max(A)", A.max(axis=0, keepdims=True) + A.max()),
        ("maximum(A, v) - minimum(A, r)", np.maximum(A, v) - np.minimum(A, r)),
        ("norm(A) * trace(S)", np.array([[np.linalg.norm(A) * np.trace(S)]])),
        ("diag(v) + eye(n)", np.diag(v[:, 0]) + np.eye(3)),
        ("diag(r)", np.diag(r[0])),
        ("diag(S)", np.diag(S)[:, None]),
        ("ones(n, m) * s", np.full((3, 4), s)),
        ("(A > 0) * A + (v <= r)", np.maximum(A, 0) + (v <= r)),
        ("relu(A) + leaky_relu(A, 0.2)", np.maximum(A, 0) + np.where(A > 0, A, 0.2 * A)),
        ("abs(A)**0.5", np.abs(A) ** 0.5),
        ("A**3 - A^-1", A**3 - 1 / A),
        ("2^A", 2.0**A),
        ("sin(A)^2 + cos(A)^2", np.ones((3, 4))),
        ("tan(s)", np.tan(s)),
        ("sigma(A)", 1 / (1 + np.exp(-A))),
        ("sigma'(A)", np.exp(-A) / (1 + np.exp(-A)) ** 2),
        ("tanh'(A)", 1 - np.tanh(A) ** 2),
        ("softmax(A)", np.exp(A) / np.exp(A).sum(axis=0)),
        ("softmax(A, axis=1)", np.exp(A) / np.exp(A).sum(axis=1, keepdims=True)),
        ("sum(k, A[j,k] * w[k])", (A @ w)[:, :, None]),
        ("A[j,k] * Q[k,j]", (A * Q.T)[:, :, None, None]),
        ("S[j,j]", np.diag(S)[:, None, None]),
        ("vector(j, sum(k, A[j,k] * w[k]))", A @ w),
        ("matrix(k, j, A[j,k] * v[j])", (A * v).T),
        ("sum(j, v[j]) * sum(j, r[j])", (v.sum() * r.sum())[None, None]),
        ("(A @ w)[j] * v[j]", ((A @ w) * v)[:, :, None]),
        ("sum(j, sum(k, S[j,k] * v[j] * v[k]))", v.T @ S @ v),
    ],
)
def test_values_are_numpys(words: str, expected: np.ndarray) -> None:
    found = value(words)
    assert found.shape == expected.shape
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("x", [-1e4, -745.2, -50.0, -1e-9, 0.0, 1e-9, 30.0, 800.0, 1e4])
@pytest.mark.parametrize(
    ("words", "exact"),
    [
        ("sigma(s)", lambda x: 1 / (1 + mpmath.exp(-x))),
        ("softplus(s)", lambda x: mpmath.log(1 + mpmath.exp(x))),
        ("silu(s)", lambda x: x / (1 + mpmath.exp(-x))),
        ("gelu(s)", lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2),
        ("elu(s)", lambda x: x if x > 0 else mpmath.expm1(x)),
        ("log(sigma(s))", lambda x: -mpmath.log(1 + mpmath.exp(-x))),
        ("log(1 - sigma(s))", lambda x: -mpmath.log(1 + mpmath.exp(x))),
        ("log(sum(exp(ones(n, 1) * s)))", lambda x: x + mpmath.log(3)),
        ("sum(log(softmax(s * ones(n, 1))))", lambda x: -3 * mpmath.log(3)),
        ("sigma'(s)", lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2),
        ("tanh'(s)", lambda x: mpmath.sech(x) ** 2),
    ],
)
def test_stable_for_any_finite_number(words: str, exact, x: float) -> None:  # type: ignore[no-untyped-def]
    found = evaluate(parse(words, SCOPE).expression, {"s": np.array([[x]])}, SIZES).item()
    with mpmath.workdps(10_000 if abs(x) > 1000 else 800):
        assert found == pytest.approx(float(exact(mpmath.mpf(x))), rel=4e-13, abs=1e-300)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("log(s - s - 1)", "log of a number that is not positive"),
        ("log(0)", "log of a number that is not positive"),
        ("1/(s - s)", "division by zero"),
        ("A/(s - s)", "division by zero"),
        ("sqrt(-1)", "sqrt of a negative number"),
        ("sqrt'(0)", "sqrt has no slope at 0"),
        ("(-2)^0.5", "a broken power of a negative number"),
        ("0^-1", "division by zero in a negative power"),
        ("exp(1000)", "exp of a number above 709 overflows"),
        ("9**9**9", "too large"),
        ("1e300 * 1e300", "too large"),
    ],
)
def test_what_has_no_value_is_an_error_with_its_node(words: str, reason: str) -> None:
    with pytest.raises(DomainError) as caught:
        value(words)
    assert reason in caught.value.message
    assert caught.value.node in {s.expression for _, s in parse(words, SCOPE).places()}


def test_nan_is_never_a_value() -> None:
    with pytest.raises(DomainError, match="not a finite number"):
        evaluate(parse("s + 1", SCOPE).expression, {"s": np.array([[np.nan]])}, {})


def test_a_name_without_a_value_is_named() -> None:
    with pytest.raises(AlgebraError, match="`A` has no value"):
        evaluate(parse("A", SCOPE).expression, {}, SIZES)
    with pytest.raises(AlgebraError, match="dimension `m` has no size"):
        evaluate(parse("m + 1", SCOPE).expression, {}, {})


def test_complex_values_are_analytic() -> None:
    h = 1e-30
    step = {name: x + 1j * h for name, x in VALUES.items()}

    def slope(words: str) -> np.ndarray:
        return evaluate(parse(words, SCOPE).expression, step, SIZES).imag / h

    np.testing.assert_allclose(slope("relu(A)"), A > 0)
    np.testing.assert_allclose(slope("abs(A)"), np.sign(A))
    np.testing.assert_allclose(slope("maximum(A, 0.1)"), A > 0.1)
    np.testing.assert_allclose(slope("A.T"), np.ones((4, 3)))  # not conjugated
    np.testing.assert_allclose(slope("norm(v)"), v.sum() / np.linalg.norm(v))
    np.testing.assert_allclose(slope("max(A)"), [[1.0]])
    np.testing.assert_allclose(slope("(A > 0)"), 0)
    np.testing.assert_allclose(slope("A^3"), 3 * A**2)
    np.testing.assert_allclose(slope("log(sum(exp(v)))"), [[1.0]])


def test_leading_axes_are_a_batch() -> None:
    batch = {"A": np.stack([A, B]), "w": w}
    found = evaluate(parse("softmax(A @ w) + (A @ w)[j]*0", SCOPE).expression, batch, SIZES)
    plain = evaluate(parse("softmax(A @ w)", SCOPE).expression, batch, SIZES)
    assert plain.shape == (2, 3, 1)
    assert found.shape == (2, 3, 3, 1)
    np.testing.assert_allclose(plain[1], np.exp(B @ w) / np.exp(B @ w).sum())


def test_the_distance_to_a_kink() -> None:
    tree = parse("relu(s - 2) + max(v)", SCOPE).expression
    ordered = np.sort(v[:, 0])
    at = {"s": np.array([[2.25]]), "v": v}
    assert kink_distance([tree], at, SIZES) == pytest.approx(min(0.25, ordered[-1] - ordered[-2]))
    assert kink_distance([parse("sigma(s)", SCOPE).expression], at, SIZES) == math.inf


# Points.

SHEET = """
X: (m,n0)
Y: (m,n2) onehot axis=1
T: (k,n2) prob axis=1
p: (n2,1) prob
S: (n0,n0) symmetric
lam: scalar positive
q: (n0,1) positive
u: (n0,1) unit
g: (n0,1) sign
W: (n2,n0)
f: (3,1)
Z = X @ W.T
A = softmax(Z, axis=1)
C = -1/m * sum(Y * log(A)) + lam * sum(relu(Z)) + sum(S@q) + p.T@p + sum(T) + sum(f) + u.T@g
"""


def test_what_is_drawn_is_what_was_declared() -> None:
    sheet = parse_sheet(SHEET)
    rng = np.random.default_rng(0)
    for _ in range(20):
        point = sample(sheet, rng)
        assert len(set(point.sizes.values())) == len(sheet.dimensions)
        assert min(point.sizes.values()) > 1
        assert 3 not in point.sizes.values()  # a size the sheet fixes
        given = point.values
        assert ((given["Y"] == 0) | (given["Y"] == 1)).all()
        np.testing.assert_array_equal(given["Y"].sum(axis=1), 1)
        np.testing.assert_allclose(given["T"].sum(axis=1), 1)
        np.testing.assert_allclose(given["p"].sum(axis=0), 1)
        assert (given["p"] > 0).all()
        assert (given["q"] > 0).all()
        assert given["lam"].item() > 0
        assert (np.abs(given["g"]) == 1).all()
        np.testing.assert_array_equal(given["S"], given["S"].T)
        assert np.abs(given["Z"]).min() > 1e-4  # away from the kink of relu
        for name, shape in sheet.shapes.items():
            expected = tuple(k if isinstance(k, int) else point.sizes[k] for k in shape)
            assert given[name].shape == expected


def test_the_same_seed_draws_the_same_point() -> None:
    sheet = parse_sheet(SHEET)
    one, two = (sample(sheet, np.random.default_rng(5)) for _ in range(2))
    assert one.sizes == two.sizes
    assert all((one.values[name] == two.values[name]).all() for name in sheet.shapes)


@pytest.mark.parametrize("line", ["log(x)", "sqrt(1 - x)", "log(log(1 + x))", "1/x", "x^x"])
def test_points_are_found_inside_a_domain(line: str) -> None:
    sheet = parse_sheet(f"x: (n,1)\nC = sum({line})")
    assert np.isfinite(sample(sheet, np.random.default_rng(0)).values["C"]).all()


@pytest.mark.parametrize("line", ["log(-x^2 - 1)", "relu(x - x)", "1/(x - x)"])
def test_a_sheet_without_usable_points_says_so(line: str) -> None:
    sheet = parse_sheet(f"x: scalar\nC = {line}")
    with pytest.raises(SamplingError):
        sample(sheet, np.random.default_rng(0))


def test_a_point_refuses_what_does_not_fit() -> None:
    sheet = parse_sheet("x: (n,1)\nC = sum(x)")
    with pytest.raises(AlgebraError, match="`x` has no value"):
        Point(sheet, {}, {"n": 2})
    with pytest.raises(AlgebraError, match=r"`x` is \(3, 1\); it should be \(2, 1\)"):
        Point(sheet, {"x": np.ones((3, 1))}, {"n": 2})


def test_names_of_derivatives_have_values() -> None:
    sheet = parse_sheet(
        "x: (n0,1)\nW: (n1,n0)\ny: (n1,1)\nz1 = W @ x\na1 = softmax(z1)\nC = sum((a1 - y)**2)"
    )
    point = sample(sheet, np.random.default_rng(0))

    def at(words: str) -> np.ndarray:
        return point.value(parse(words, sheet.scope).expression)

    a1 = point.values["a1"]
    np.testing.assert_allclose(at("J(a1, z1)"), np.diag(a1[:, 0]) - a1 @ a1.T, rtol=1e-12)
    np.testing.assert_allclose(at("dz1/dx"), point.values["W"], rtol=1e-14)
    np.testing.assert_allclose(at("dC/da1"), 2 * (a1 - point.values["y"]), rtol=1e-12)
    np.testing.assert_allclose(at("(da1/dz1).T @ dC/da1"), at("delta1"), rtol=1e-11)
    np.testing.assert_allclose(at("dC/dz1"), at("delta1"), rtol=1e-15)
    np.testing.assert_allclose(at("delta1 @ x.T"), at("dC/dW"), rtol=1e-12)
    np.testing.assert_allclose(at("dC/dW[j,k]"), at("delta1[j] * x[k]"), rtol=1e-12)
    np.testing.assert_allclose(at("dC/dC"), [[1.0]])
