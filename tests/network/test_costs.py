"""Costs and their derivatives, as the compiled programs compute them, against 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from numpy.typing import NDArray

from chainrule.network import COSTS, Network, NetworkError, check_gradients

from .test_activations import DTYPES, exact, grid, softmax


@pytest.fixture(autouse=True)
def _fifty_digits() -> Any:
    with mpmath.workdps(50):
        yield


def backward_at(
    cost: str, output: str, z: NDArray[Any], y: NDArray[Any]
) -> tuple[float, NDArray[Any]]:
    """C and delta of one example whose outputs have the weighted inputs z (n,) to the bit."""
    network = Network([len(z), len(z)], output=output, cost=cost, dtype=z.dtype)
    network.parameters["W1"][:], network.parameters["b1"][:] = np.eye(len(z)), 0
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        found = network.backward(z[None], y[None])
    assert np.array_equal(found["z1"][0], z)
    assert found["delta1"].dtype == z.dtype
    return float(found["C"]), found["delta1"][0]


def log_of_one_plus_exp(z: Any) -> Any:
    return mpmath.log1p(mpmath.exp(z))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_cross_entropy_of_labels_is_right_in_the_tails_too(dtype: str, y: float):
    info = np.finfo(dtype)
    for z in grid(dtype):
        # -log(sigma(z)) where y is 1, -log(1 - sigma(z)) = -log(sigma(-z)) where it is 0.
        true = log_of_one_plus_exp(-mpf(float(z)) if y else mpf(float(z)))
        C, delta = backward_at("cross-entropy", "sigmoid", np.array([z]), np.array([y]))
        assert abs(C - true) <= 4 * float(info.eps) * true + float(info.smallest_normal), z
        slope = 1 / (1 + mpmath.exp(-mpf(float(z)))) - y
        assert abs(mpf(float(delta[0])) - slope) <= 4 * float(info.eps), z


@pytest.mark.parametrize("dtype", DTYPES)
def test_cross_entropy_of_probabilities(dtype: str):
    eps = float(np.finfo(dtype).eps)
    for z in grid(dtype):
        for y in np.array([0.1, 0.5, 0.9], dtype):
            exact_z, exact_y = mpf(float(z)), mpf(float(y))
            true = log_of_one_plus_exp(exact_z) - exact_y * exact_z
            C, _ = backward_at("cross-entropy", "sigmoid", np.array([z]), np.array([y]))
            assert abs(C - true) <= 4 * eps * (abs(exact_z) + 1), (z, y)


@pytest.mark.parametrize("dtype", DTYPES)
def test_log_likelihood(dtype: str):
    eps = float(np.finfo(dtype).eps)
    rng = np.random.default_rng(3)
    Z = np.concatenate([rng.uniform(-s, s, (6, 4)) for s in (0.1, 1, 30, 200, 1e4)])
    Z = np.concatenate([Z, [[1e4, -1e4, -1e4, -1e4], [-1e4, 1e4, 1e4, 1e4]]]).astype(dtype)
    for z in Z:
        for k in range(4):
            y = np.eye(4)[k]
            true_a = softmax(exact(z))
            top = max(exact(z))
            true = top + mpmath.log(sum(mpmath.exp(v - top) for v in exact(z))) - exact(z)[k]
            C, delta = backward_at("log-likelihood", "softmax", z, y)
            assert abs(C - true) <= 6 * eps * (1 + true), (z, k)
            for found, a, target in zip(delta, true_a, y, strict=True):
                assert abs(mpf(float(found)) - (a - target)) <= eps * (
                    6 + np.ptp(z[z > z.max() - 99])
                )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("output", ["sigmoid", "tanh", "relu", "leaky-relu", "identity"])
def test_quadratic(dtype: str, output: str):
    eps = float(np.finfo(dtype).eps)
    functions: dict[str, Any] = {
        "sigmoid": lambda z: (1 / (1 + mpmath.exp(-z)), 1 / (2 + mpmath.exp(z) + mpmath.exp(-z))),
        "tanh": lambda z: (mpmath.tanh(z), 1 / mpmath.cosh(z) ** 2),
        "relu": lambda z: (max(z, mpf(0)), mpf(z > 0)),
        "leaky-relu": lambda z: (z if z > 0 else z / 100, mpf(1 if z > 0 else "0.01")),
        "identity": lambda z: (z, mpf(1)),
    }
    for z in grid(dtype)[::5]:
        if z == 0:
            continue
        C, delta = backward_at("quadratic", output, np.array([z]), np.array([0.25], dtype))
        a, slope = functions[output](mpf(float(z)))
        error = a - mpf("0.25")
        # a - y loses what a has lost: its error is relative to the larger of the two.
        lost = eps * max(abs(a), mpf("0.25"))
        assert abs(C - error**2 / 2) <= 4 * lost * abs(error) + 8 * lost**2, z
        assert abs(mpf(float(delta[0])) - error * slope) <= 6 * lost * max(slope, mpf(eps)) + (
            2 * eps * abs(error) if output == "tanh" else 0
        ) + float(np.finfo(dtype).smallest_normal), z


def test_values_known_by_heart():
    zero = np.zeros(4)
    assert backward_at("log-likelihood", "softmax", zero, np.eye(4)[1])[0] == pytest.approx(
        np.log(4), rel=1e-15
    )
    half = np.array([0.0])
    for y in (0.0, 1.0):
        value, delta = backward_at("cross-entropy", "sigmoid", half, np.array([y]))
        assert value == pytest.approx(np.log(2), rel=1e-15)
        assert delta.tolist() == [0.5 - y]
    # Nielsen's half: a is 1/2, y is 1, so C is (1/2)**2 / 2.
    assert backward_at("quadratic", "sigmoid", half, np.array([1.0]))[0] == 0.125


def test_the_cost_is_the_mean_over_the_examples():
    rng = np.random.default_rng(4)
    for cost in COSTS:
        network = Network([5, 4, 3], cost=cost, dtype="float64")
        X, y = rng.standard_normal((7, 5)), rng.integers(0, 3, 7)
        each = [network.backward(X[i : i + 1], y[i : i + 1]) for i in range(7)]
        whole = network.backward(X, y)
        assert whole["C"] == pytest.approx(np.mean([one["C"] for one in each]), rel=1e-14)
        for name in network.parameters:
            mean = np.mean([one[f"dC/d{name}"] for one in each], axis=0)
            assert np.allclose(whole[f"dC/d{name}"], mean, rtol=1e-12, atol=1e-15)


def test_cross_entropy_of_one_output_is_log_likelihood_of_two():
    """softmax of (z, 0) is (sigma(z), 1 - sigma(z))."""
    for z in (-30.0, -1.0, 0.0, 0.5, 40.0):
        for y in (0, 1):
            one, _ = backward_at("cross-entropy", "sigmoid", np.array([z]), np.array([1.0 * y]))
            two, _ = backward_at(
                "log-likelihood", "softmax", np.array([z, 0.0]), np.array([y, 1.0 - y])
            )
            assert two == pytest.approx(one, rel=1e-14, abs=1e-15)


def test_a_matched_cost_has_no_slope_in_its_error():
    """The reason for it: the error of a saturated output that is wrong stays large."""
    z = np.array([30.0])
    _, matched = backward_at("cross-entropy", "sigmoid", z, np.array([0.0]))
    _, slow = backward_at("quadratic", "sigmoid", z, np.array([0.0]))
    assert matched[0] == pytest.approx(1)
    assert 0 < slow[0] < 1e-12


@pytest.mark.parametrize("output", ["tanh", "relu", "identity", "softmax"])
def test_cross_entropy_belongs_to_sigmoid(output: str):
    with pytest.raises(NetworkError, match=f"cross-entropy cost with {output}.*sigmoid"):
        Network([3, 2], output=output, cost="cross-entropy")


def test_targets_of_log_likelihood_are_probabilities():
    """(a - y) is the error only where y adds up to 1, so nothing else is taken."""
    network = Network([4, 3, 2], cost="log-likelihood")
    X = np.random.default_rng(5).standard_normal((3, 4))
    assert check_gradients(network, X, [[0.5, 0.5], [0.1, 0.9], [1, 0]]).passed
    with pytest.raises(NetworkError, match=r"y\[1\] adds up to 0\.8"):
        network.backward(X, [[0.5, 0.5], [0.1, 0.7], [1, 0]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_huber(dtype: str):
    """Right to a few units in the last place, near and far: the squares do not cancel."""
    eps, tiny = float(np.finfo(dtype).eps), float(np.finfo(dtype).smallest_normal)
    for z in grid(dtype)[::3]:
        y = np.array([0.25], dtype)
        C, delta = backward_at("huber", "identity", np.array([z]), y)
        error = mpf(float(z - y[0]))
        true = error**2 / 2 if abs(error) <= 1 else abs(error) - mpf("0.5")
        assert abs(C - true) <= 4 * eps * true + tiny, z
        assert delta[0] == min(max(float(error), -1.0), 1.0)


def test_hinge_is_that_of_cs231n():
    """CS231n, Linear classification: scores 13, -7, 11, the first class, margins 10: 0 + 8."""
    z = np.array([1.3, -0.7, 1.1])
    C, delta = backward_at("hinge", "identity", z, np.array([1.0, 0.0, 0.0]))
    assert pytest.approx(0.8) == C
    assert delta.tolist() == [-1, 0, 1]
    network = Network([3, 3], output="identity", cost="hinge", dtype="float64")
    X = np.random.default_rng(5).standard_normal((6, 3))
    labels = [0, 1, 2, 0, 1, 2]
    assert network.backward(X, labels)["C"] == network.backward(X, np.eye(3)[labels])["C"]
    assert check_gradients(network, X, [0, 1, 2, 0, 1, 2]).passed
    with pytest.raises(NetworkError, match=r"y\[1\] names no class: under the hinge cost"):
        network.backward(X[:2], [[1, 0, 0], [0.5, 0.5, 0]])
