"""Activations and their derivatives, as the compiled programs compute them, against 50 digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from numpy.typing import NDArray

from chainrule.network import (
    ACTIVATIONS,
    Architecture,
    Equation,
    Network,
    NetworkError,
    Penalty,
    Program,
)
from chainrule.network.compiling import gradient_program
from chainrule.network.engine.buffers import aligned, batch_buffers
from chainrule.network.engine.running import run
from chainrule.network.parameters import flat_size, views

from .by_hand import ELEMENTWISE, LEAK

DTYPES = ("float32", "float64")

TRUTH: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sigmoid": (
        lambda z: 1 / (1 + mpmath.exp(-z)),
        lambda z: 1 / (1 + mpmath.exp(-z)) / (1 + mpmath.exp(z)),
    ),
    "tanh": (mpmath.tanh, lambda z: 1 / mpmath.cosh(z) ** 2),
    "relu": (lambda z: max(z, mpf(0)), lambda z: mpf(z > 0)),
    "leaky-relu": (
        lambda z: z if z > 0 else mpf("0.01") * z,
        lambda z: mpf(1) if z > 0 else mpf("0.01"),
    ),
    "identity": (lambda z: z, lambda z: mpf(1)),
    "elu": (
        lambda z: z if z > 0 else mpmath.expm1(z),
        lambda z: mpf(1) if z > 0 else mpmath.exp(z),
    ),
    "silu": (lambda z: z / (1 + mpmath.exp(-z)), lambda z: silu_slope(z)),
    "gelu": (
        lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2,
        lambda z: mpmath.erfc(-z / mpmath.sqrt(2)) / 2 + z * mpmath.npdf(z),
    ),
    "gelu-tanh": (lambda z: z * gelu_share(z)[0], lambda z: sum(gelu_share(z)[1:])),
}

RIGHT_TO_A_UNIT_OF_1 = {"tanh": 2, "silu": 2, "gelu": 2, "gelu-tanh": 4}
"""Where a slope passes through 0, or loses digits near it: how many units in the last place of 1
it may be off."""


def silu_slope(z: Any) -> Any:
    s = 1 / (1 + mpmath.exp(-z))
    return s + z * s / (1 + mpmath.exp(z))


def gelu_share(z: Any) -> tuple[Any, Any, Any]:
    """s = (1 + tanh(u)) / 2, and the two terms of the slope of z s."""
    u = mpmath.sqrt(2 / mpmath.pi) * (z + mpf("0.044715") * z**3)
    s = 1 / (1 + mpmath.exp(-2 * u))
    inner = mpmath.sqrt(2 / mpmath.pi) * (1 + 3 * mpf("0.044715") * z**2)
    return s, s, 2 * z * s / (1 + mpmath.exp(2 * u)) * inner


@pytest.fixture(autouse=True)
def _fifty_digits() -> Any:
    with mpmath.workdps(50):
        yield


def grid(dtype: str) -> NDArray[Any]:
    """z from -1e4 to 1e4: dense about 0, and about where exp leaves the range of the floats."""
    sizes = np.concatenate(
        [
            np.logspace(-8, 4, 60),
            np.linspace(0.1, 12, 40),
            [
                0,
                87,
                88,
                88.7,
                88.8,
                89,
                100,
                103,
                104,
                110,
                500,
                708,
                709,
                709.7,
                710,
                744,
                746,
                1e4,
            ],
        ]
    )
    return np.unique(np.concatenate([-sizes, sizes]).astype(dtype))


def layer_at(name: str, Z: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The buffers of a program whose only layer has the weighted inputs Z (m, n) to the bit."""
    m, n = Z.shape
    architecture = Architecture.of([n, n], output=name, cost_name="quadratic")
    flat = aligned((flat_size(architecture),), Z.dtype)
    views(flat, architecture)["W1"][:] = np.eye(n)
    program = gradient_program(architecture, flat, m, Penalty(), [])
    program.buffers["X"][:] = Z
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        run(program.bind())
    assert np.array_equal(program.buffers["z1"].T, Z)
    return program.buffers


def ulps(found: NDArray[Any], true: list[Any], absolute: float = 0.0) -> float:
    """The largest error in units of the last place, beside an absolute error that is allowed.

    Below the smallest normal number of a type there are no such units: it is always allowed.
    """
    info = np.finfo(found.dtype)
    allowed = mpf(float(info.smallest_normal)) + mpf(absolute)
    worst = mpf(0)
    for value, expected in zip(found.tolist(), true, strict=True):
        error = max(abs(mpf(value) - expected) - allowed, mpf(0))
        worst = max(worst, error / (abs(expected) * mpf(float(info.eps))) if error else mpf(0))
    return float(worst)


def exact(z: NDArray[Any]) -> list[Any]:
    return [mpf(value) for value in z.tolist()]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_function(name: str, dtype: str):
    z = grid(dtype)
    a = layer_at(name, z[:, None])["a1"][0]
    assert a.dtype == dtype
    assert np.isfinite(a).all()
    # The tail of gelu-tanh is that of exp(-z**3), whose rounding is that of its large exponent.
    absolute = 4 * float(np.finfo(dtype).eps) if name == "gelu-tanh" else 0.0
    assert ulps(a, [TRUTH[name][0](value) for value in exact(z)], absolute) <= 4


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "identity"])
def test_the_derivative(name: str, dtype: str):
    z = grid(dtype)
    slope = layer_at(name, z[:, None])[f"{ACTIVATIONS[name].symbol}'(z1)"][0]
    assert slope.dtype == dtype
    assert np.isfinite(slope).all()
    # 1 - tanh(z)**2 is right to a unit in the last place of 1, not of the difference.
    absolute = RIGHT_TO_A_UNIT_OF_1.get(name, 0) * float(np.finfo(dtype).eps)
    assert ulps(slope, [TRUTH[name][1](value) for value in exact(z)], absolute) <= 6


def test_the_derivative_at_the_kink():
    for name, left in (("relu", 0.0), ("leaky-relu", LEAK)):
        slope = layer_at(name, np.array([[0.0, -0.0]]).T)[f"{ACTIVATIONS[name].symbol}'(z1)"]
        # At 0 the two sides differ and either would do; PyTorch takes the left one for ReLU.
        assert set(slope.ravel().tolist()) <= {left, 1.0}


def softmax(z: list[Any]) -> list[Any]:
    powers = [mpmath.exp(value) for value in z]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax(dtype: str):
    rng = np.random.default_rng(0)
    spreads = [0.01, 1, 10, 40, 100, 1000, 1e4]
    Z = np.concatenate([rng.uniform(-s, s, (8, 5)) for s in spreads])
    Z = np.concatenate([Z, [[1e4] * 5, [-1e4] * 5, [1e4, -1e4, 0, 1e4, -1e4]]]).astype(dtype)
    A = layer_at("softmax", Z)["a1"].T
    assert np.isfinite(A).all()
    for z, a in zip(Z, A, strict=True):
        # z - max(z) is rounded once, so the exponential is off by that much: its condition.
        condition = 8 + np.ptp(z[a > 0]) / 2
        assert ulps(a, softmax(exact(z))) <= condition, z


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_where_the_differences_are_exact(dtype: str):
    Z = np.random.default_rng(1).integers(-10_000, 10_001, (40, 4)).astype(dtype)
    Z[20:] = Z[20:] % 60
    for z, a in zip(Z, layer_at("softmax", Z)["a1"].T, strict=True):
        assert ulps(a, softmax(exact(z))) <= 8, z


@pytest.mark.parametrize("dtype", DTYPES)
def test_any_finite_number_is_taken(dtype: str):
    largest = float(np.finfo(dtype).max)
    z = np.array([[-largest, -largest / 3, -1e30, 0, 1e30, largest]], dtype).T
    for name in ELEMENTWISE:
        architecture = Architecture.of([1, 1], output=name, cost_name="quadratic")
        network = Network.of(architecture, dtype=dtype)
        network.parameters["W1"][:], network.parameters["b1"][:] = 1, 0
        a = network.forward(z)["a1"]
        assert np.isfinite(a).all(), name
        assert (np.diff(a[:, 0]) >= 0).all(), name
        kind, buffers = ACTIVATIONS[name], batch_buffers(architecture, len(z), network.dtype, [])
        buffers["z1"][:], buffers["delta1"][:] = z.T, 1
        calls = (*kind.forward(1), *kind.back(1))
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            run(Program("", (Equation("", "", "", calls),), buffers).bind())
        assert np.isfinite(buffers["delta1"]).all(), name
        assert np.abs(buffers["delta1"]).max() <= kind.steepest, name


def test_numbers_that_grow_too_large_are_an_error_and_no_warning():
    network = Network([3, 3], output="softmax", cost="log-likelihood")
    network.parameters["W1"][:], network.parameters["b1"][:] = np.eye(3), 0
    X = np.array([[3e38, -3e38, 0.0]], "float32")
    for ask in (network.forward, network.predict, lambda X: network.backward(X, [0])):
        with pytest.raises(NetworkError, match=r"too large for float32 \(overflow[^\n]*\Z"):
            ask(X)
    assert network.predict_proba(X / 3).tolist() == [[1, 0, 0]]


def test_the_softmax_adds_up_to_one_and_does_not_care_for_a_shift():
    Z = np.random.default_rng(2).standard_normal((9, 4)) * 5
    A = layer_at("softmax", Z)["a1"].T
    assert np.allclose(A.sum(axis=1), 1, rtol=0, atol=1e-15)
    assert np.allclose(layer_at("softmax", Z + 64)["a1"].T, A, rtol=1e-13, atol=0)


def test_identities():
    z = np.linspace(-9, 9, 41)[:, None]
    sigma, tanh = layer_at("sigmoid", z)["a1"][0], layer_at("tanh", z)["a1"][0]
    assert np.allclose(sigma + sigma[::-1], 1, rtol=0, atol=1e-15)
    assert np.allclose(tanh, 2 * layer_at("sigmoid", 2 * z)["a1"][0] - 1, rtol=0, atol=1e-15)
    slope = layer_at("sigmoid", z)["sigma'(z1)"][0]
    assert np.allclose(slope, sigma * (1 - sigma), rtol=1e-12, atol=0)
    assert slope.max() == 0.25


def test_every_activation_says_its_equations():
    for name, kind in ACTIVATIONS.items():
        assert kind.name == name
        assert "=" in kind.equation
        assert "=" in kind.derivative_equation
        assert kind.written(7).startswith("a7 = ")
        assert "z7" in kind.written(7)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(NetworkError, match=r"'mish'.*sigmoid, tanh, relu, leaky-relu"):
        Network([3, 2], output="mish")
