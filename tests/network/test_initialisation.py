"""Starting weights have the variances that are published."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chainrule.network import INITIALISATIONS, Network

SIZES = (400, 300, 200)

STATED = {
    "normal": (lambda n_in, n_out: 1.0, 1.0),  # Nielsen, chapter 1
    "scaled": (lambda n_in, n_out: 1 / n_in, 1.0),  # Nielsen, chapter 3
    "glorot": (lambda n_in, n_out: 2 / (n_in + n_out), 0.0),  # Glorot and Bengio, eq. (12)
    "he": (lambda n_in, n_out: 2 / n_in, 0.0),  # He and others, eq. (10)
}


def test_all_are_tested():
    assert set(STATED) == set(INITIALISATIONS)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", STATED)
def test_the_variance(name: str, dtype: str):
    network = Network(SIZES, init=name, seed=3, dtype=dtype)
    weights, biases = STATED[name]
    for layer in (1, 2):
        W = network.parameters[f"W{layer}"].astype(float)
        variance = weights(SIZES[layer - 1], SIZES[layer])
        # Of n numbers from N(0, s**2): the mean has s/sqrt(n), the variance sqrt(2/n) s**2.
        assert abs(W.mean()) < 4 * math.sqrt(variance / W.size)
        assert abs(W.var() / variance - 1) < 4 * math.sqrt(2 / W.size)
        kurtosis = ((W - W.mean()) ** 4).mean() / W.var() ** 2
        assert abs(kurtosis - 3) < 4 * math.sqrt(24 / W.size)
        b = network.parameters[f"b{layer}"].astype(float)
        if biases == 0:
            assert not b.any()
        else:
            assert abs(b.var() / biases - 1) < 5 * math.sqrt(2 / b.size)


@pytest.mark.parametrize(("init", "hidden"), [("he", "relu"), ("glorot", "tanh")])
def test_what_they_are_for(init: str, hidden: str):
    """Through ten layers the activations neither vanish nor grow."""
    network = Network([256] * 11, hidden=hidden, output="identity", init=init, seed=1)
    found = network.forward(np.random.default_rng(0).standard_normal((64, 256)))
    first, last = found["a1"].std(), found["a9"].std()
    assert 0.2 < last / first < 5
    classical = Network([256] * 11, hidden="tanh", init="normal", seed=1)
    saturated = np.abs(classical.forward(np.ones((1, 256)))["a1"]) > 0.99
    assert saturated.mean() > 0.7


def test_no_two_layers_start_alike():
    network = Network([20, 20, 20], seed=0)
    assert not np.array_equal(network.parameters["W1"], network.parameters["W2"])
    rows = network.parameters["W1"]
    assert np.linalg.matrix_rank(rows) == 20


def test_the_precision_only_rounds_the_start():
    one, two = (Network([9, 8, 3], seed=5, dtype=dtype) for dtype in ("float32", "float64"))
    assert np.array_equal(one.flat, two.flat.astype("float32"))
