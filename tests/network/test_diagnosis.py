"""What keeps a network from learning is found where it is, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from chainrule.data import Split
from chainrule.network import ACTIVATIONS, Network, flattest_layer, share_of_commonest

SLOPES: dict[str, Any] = {
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: np.where(z > 0, 1, 0),
    "leaky-relu": lambda z: np.where(z > 0, 1, 0.01),
}


@dataclass
class Part:
    X: np.ndarray[Any, Any]
    y: np.ndarray[Any, Any]


def examples(m: int = 50) -> Part:
    rng = np.random.default_rng(0)
    return Part(rng.standard_normal((m, 6)), rng.integers(0, 3, m))


def test_the_commonest_class():
    part = Part(np.zeros((5, 1)), np.array([0, 2, 2, 1, 2]))
    assert share_of_commonest(part) == 0.6


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("layer", [1, 2])
def test_a_flat_layer_is_found(hidden: str, layer: int):
    network = Network([6, 20, 20, 3], hidden=hidden, init="scaled", cost="log-likelihood")
    assert flattest_layer(network, examples()) is None
    network.parameters[f"b{layer}"][:] = -100
    found = flattest_layer(network, examples())
    assert found is not None
    assert found.to_dict() == {"layer": layer, "activation": hidden, "share": 1.0}


@pytest.mark.parametrize(
    ("cost", "output", "counts"),
    [
        ("quadratic", "sigmoid", True),
        ("cross-entropy", "sigmoid", False),  # delta = a - y: the slope is no factor of it
        ("log-likelihood", "softmax", False),
    ],
)
def test_a_saturated_output_counts_where_its_slope_does(cost: str, output: str, counts: bool):
    network = Network([6, 4, 3], output=output, cost=cost, init="scaled")
    network.parameters["b2"][:] = [-100, 100, -100]
    found = flattest_layer(network, examples())
    assert (found is not None) == counts


def test_bytes_are_enough():
    rng = np.random.default_rng(0)
    values, y = rng.integers(0, 256, (600, 6), np.uint8), rng.integers(0, 3, 600)
    network = Network([6, 4, 3], hidden="tanh")
    network.parameters["b1"][:] = 50
    split = Split(values, 1 / 255, y)
    found = flattest_layer(network, split)
    assert found == flattest_layer(network, Part(values / 255, y))
    assert found is not None


@pytest.mark.parametrize("hidden", SLOPES)
def test_backward_gives_the_slopes_it_multiplies_by(hidden: str):
    network = Network([6, 5, 3], hidden=hidden, output="tanh", dtype="float64")
    found = network.backward(examples(4).X, examples(4).y)
    symbol = ACTIVATIONS[hidden].symbol
    for name, kind, z in ((f"{symbol}'(z1)", hidden, "z1"), ("tanh'(z2)", "tanh", "z2")):
        assert np.allclose(found[name], SLOPES[kind](found[z]), rtol=1e-12, atol=1e-15)
    upstream = found["delta2"] @ network.parameters["W2"]
    assert np.allclose(found["delta1"], upstream * found[f"{symbol}'(z1)"], rtol=1e-12, atol=1e-15)
    matched = Network([6, 5, 3], hidden=hidden, cost="log-likelihood")
    assert not [n for n in matched.backward(examples(4).X, examples(4).y) if n.endswith("'(z2)")]


@pytest.mark.parametrize(("z", "flat"), [(6.5, False), (7.2, True)])
def test_how_flat_is_flat(z: float, flat: bool):
    """sigma'(6.5) = 0.0015 and sigma'(7.2) = 0.0007, on either side of 0.001."""
    network = Network([6, 4, 3], cost="cross-entropy")
    network.parameters["W1"][:] = 0
    network.parameters["b1"][:] = z
    assert (flattest_layer(network, examples()) is not None) is flat
