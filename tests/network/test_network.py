"""What a network is asked, and what it answers: names, shapes, views, copies."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import numpy as np
import pytest

from chainrule.network import ACTIVATIONS, Network, NetworkError, check_gradients, evaluate, train

from .by_hand import gap


def test_names_and_shapes():
    network = Network([7, 5, 4, 3])
    X, y = np.ones((6, 7)), np.arange(6) % 3
    parameters = {"W1": (5, 7), "b1": (5,), "W2": (4, 5), "b2": (4,), "W3": (3, 4), "b3": (3,)}
    assert {name: value.shape for name, value in network.parameters.items()} == parameters
    layers = {"z1": (6, 5), "a1": (6, 5), "z2": (6, 4), "a2": (6, 4), "z3": (6, 3), "a3": (6, 3)}
    forward = network.forward(X)
    assert {name: value.shape for name, value in forward.items()} == layers
    backward = network.backward(X, y)
    assert {name: np.shape(value) for name, value in backward.items()} == {
        **layers,
        "C": (),
        "sigma'(z1)": (6, 5), "sigma'(z2)": (6, 4), "sigma'(z3)": (6, 3),
        "delta3": (6, 3), "delta2": (6, 4), "delta1": (6, 5),
        **{f"dC/d{name}": shape for name, shape in parameters.items()},
    }  # fmt: skip
    assert network.predict_proba(X).shape == (6, 3)
    assert network.predict(X).shape == (6,)
    backwards = ["C", "sigma'(z3)", "delta3", "sigma'(z2)", "delta2", "sigma'(z1)", "delta1"]
    assert list(backward)[6:13] == backwards


def test_a_neuron_by_hand():
    """Nielsen's first neuron: weights -2, -2 and bias 3 make a NAND gate."""
    gate = Network([2, 1])
    gate.parameters["W1"][:] = [[-2, -2]]
    gate.parameters["b1"][:] = 3
    found = gate.forward([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert found["z1"][:, 0].tolist() == [3, 1, 1, -1]
    assert gate.predict([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist() == [1, 1, 1, 0]


def test_one_step_worked_out_on_paper():
    """Nielsen, chapter 3: one neuron, w = 0.6, b = 0.9, x = 1, y = 0; the first output is 0.82."""
    neuron = Network([1, 1], dtype="float64")
    neuron.parameters["W1"][:], neuron.parameters["b1"][:] = 0.6, 0.9
    found = neuron.backward([[1.0]], [0])
    a = 1 / (1 + np.exp(-1.5))
    assert round(float(found["a1"][0, 0]), 2) == 0.82
    assert found["C"] == pytest.approx(a**2 / 2)
    assert found["delta1"][0, 0] == pytest.approx(a * a * (1 - a))  # eq. (55), (56)
    assert found["dC/dW1"][0, 0] == found["dC/db1"][0] == found["delta1"][0, 0]


def test_parameters_are_written_in_place():
    network = Network([4, 3, 2], seed=1)
    X = np.random.default_rng(0).standard_normal((5, 4)).astype("float32")
    before = network.predict_proba(X)
    network.parameters["W1"] += 1
    network.parameters["b2"][:] = 0
    assert not np.array_equal(network.predict_proba(X), before)
    z1 = X @ network.parameters["W1"].T + network.parameters["b1"]
    assert gap(network.forward(X)["z1"], z1) < 1e-6


def test_answers_are_copies():
    network = Network([4, 3, 2], seed=1)
    X = np.random.default_rng(0).standard_normal((5, 4))
    first = network.backward(X, [0, 1, 1, 0, 1])
    kept = {name: np.copy(value) for name, value in first.items()}
    network.backward(-X, [1, 0, 0, 1, 0])
    network.forward(3 * X)
    for name, value in first.items():
        assert np.array_equal(value, kept[name]), name
    for name in network.parameters:
        first[f"dC/d{name}"][:] = 99
        assert not (network.parameters[name] == 99).any()


def test_copies_are_their_own():
    network = Network([4, 3, 2], seed=1)
    for other in (network.copy(), copy.deepcopy(network)):
        assert np.array_equal(other.flat, network.flat)
        other.parameters["W1"][:] = 0
        assert network.parameters["W1"].any()
    double = network.copy("float64")
    assert double.dtype == "float64"
    assert np.array_equal(double.flat, network.flat)


@pytest.mark.parametrize("m", [1, 2, 7, 499, 500, 501, 1001])
def test_a_batch_is_its_examples(m: int):
    network = Network([6, 5, 4], hidden="relu", output="softmax", cost="log-likelihood")
    X = np.random.default_rng(m).standard_normal((m, 6)).astype("float32")
    whole = network.predict_proba(X)
    some = np.unique(np.linspace(0, m - 1, 5).astype(int))
    for row in some:
        assert gap(whole[row], network.predict_proba(X[row])[0]) < 1e-6
    assert np.array_equal(network.predict(X), whole.argmax(axis=1))
    assert gap(whole, network.forward(X)[f"a{2}"]) < 1e-6


def test_inputs_of_any_layout():
    network = Network([6, 4], dtype="float64")
    X = np.random.default_rng(0).standard_normal((8, 12))
    expected = network.predict_proba(np.ascontiguousarray(X[::2, ::2]))
    for same in (X[::2, ::2], np.asfortranarray(X[::2, ::2]), X[::2, ::2].tolist()):
        assert np.array_equal(network.predict_proba(same), expected)
    assert np.array_equal(network.predict_proba(X[::2, ::2][::-1]), expected[::-1])


def test_l1_and_l2_are_on_the_weights_alone():
    network = Network([4, 3, 2], dtype="float64", seed=2)
    X, y = np.random.default_rng(0).standard_normal((5, 4)), [0, 1, 1, 0, 1]
    plain = network.backward(X, y)
    found = network.backward(X, y, l1=0.5, l2=2.0, n=40)
    W = [network.parameters["W1"], network.parameters["W2"]]
    penalty = 0.5 / 40 * sum(np.abs(w).sum() for w in W) + 2 / 80 * sum((w**2).sum() for w in W)
    assert found["C"] - plain["C"] == pytest.approx(penalty)
    for layer, w in enumerate(W, 1):
        change = 2 / 40 * w + 0.5 / 40 * np.sign(w)
        assert gap(found[f"dC/dW{layer}"] - plain[f"dC/dW{layer}"], change) < 1e-12
        assert np.array_equal(found[f"dC/db{layer}"], plain[f"dC/db{layer}"])
    assert gap(network.backward(X, y, l2=2.0)["C"], network.backward(X, y, l2=2.0, n=5)["C"]) == 0


def test_the_seed_is_all_there_is_to_chance():
    assert np.array_equal(Network([9, 5, 2], seed=4).flat, Network([9, 5, 2], seed=4).flat)
    assert not np.array_equal(Network([9, 5, 2], seed=4).flat, Network([9, 5, 2], seed=5).flat)


def test_parameters_are_set_in_place():
    network = Network([3, 2, 2], seed=1)
    held = network.parameters["W1"]
    network.parameters["W1"] -= 0.5 * np.ones((2, 3), np.float32)
    assert network.parameters["W1"] is held
    network.parameters["b2"] = [1.0, 2.0]
    before = network.forward(np.ones((1, 3)))["z2"]
    network.parameters["b2"] = [2.0, 2.0]
    assert np.allclose(network.forward(np.ones((1, 3)))["z2"] - before, [[1, 0]])
    for name, value in (
        ("W9", held), ("W1", held.T), ("b1", [1.0]), ("b1", [1.0, 2j]), ("b1", ["1", "2"]),
        ("W1", [[1.0], [2.0, 3.0]]), ("b1", None),
    ):  # fmt: skip
        with pytest.raises(NetworkError):
            network.parameters[name] = value  # pyright: ignore[reportArgumentType]


def test_all_parameters_are_set_at_once():
    """Copied into the network's own arrays, so that the next answer is by them."""
    network, other = Network([3, 2, 2], seed=1), Network([3, 2, 2], seed=2, dtype="float64")
    X, held = np.ones((1, 3)), network.parameters["W1"]
    network.parameters = {name: part.tolist() for name, part in other.parameters.items()}
    assert network.parameters["W1"] is held
    assert np.allclose(network.predict_proba(X), other.predict_proba(X))
    other.parameters["W1"] += 1
    assert not np.allclose(held, other.parameters["W1"])
    for merge in (network.parameters.update, network.parameters.__ior__):
        network.parameters["W1"][:] = 0
        merge({"W1": other.parameters["W1"]})
        assert network.parameters["W1"] is held
        assert np.allclose(held, other.parameters["W1"])
    network.parameters |= {"b1": [3, 4]}
    assert network.parameters["b1"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "parameters are None: expected all of W1, b1, W2, b2"),
        ({}, "parameters are {}: expected all of W1, b1, W2, b2"),
        ({"W2": np.zeros((2, 3))}, "expected all of W1, b1, W2, b2"),
        ({"W9": 3}, "no parameter 'W9'"),
        ({"b2": [0.0]}, "b2 has shape (2,): (1,) was given"),
        ({"b2": ["a", "b"]}, "b2 is ['a', 'b']: expected a table of real numbers"),
    ],
)
def test_all_parameters_or_none_are_set(given: Any, said: str):
    network = Network([3, 2, 2], seed=1)
    before = network.flat.copy()
    if isinstance(given, dict) and ("W9" in given or "b2" in given):
        given = {name: part + 1 for name, part in network.parameters.items()} | given
    with pytest.raises(NetworkError, match=re.escape(said)):
        network.parameters = given
    assert np.array_equal(network.flat, before)


def test_a_network_may_be_handed_to_another_process():
    network = Network([6, 5, 3], hidden=["relu"], cost="log-likelihood", seed=3, dtype="float64")
    other = pickle.loads(pickle.dumps(network))
    assert (other.architecture, other.dtype) == (network.architecture, network.dtype)
    assert np.array_equal(other.flat, network.flat)
    other.parameters["W1"][:] = 0
    assert network.parameters["W1"].any()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [("W1", (2, 3)), ("b1", (4,)), ("W2", (0, 1))])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_a_weight_that_is_no_number_is_named(
    hidden: str, place: tuple[str, tuple[int, ...]], value: float
):
    """ReLU of NaN would be 0, and the answer would look like one."""
    network = Network([6, 5, 3], hidden=hidden)
    name, where = place
    network.parameters[name][where] = value
    X, y = np.ones((4, 6)), [0, 1, 2, 1]
    said = f"{name}[{', '.join(map(str, where))}] is {value}: every weight"
    for ask in (
        lambda: network.forward(X),
        lambda: network.backward(X, y),
        lambda: network.predict(X),
        lambda: network.predict_proba(X),
        lambda: evaluate(network, X, y),
        lambda: train(network, (X, y)),
        lambda: check_gradients(network, X, y),
    ):
        with pytest.raises(NetworkError) as fault:
            ask()
        assert str(fault.value).startswith(said)


def test_large_weights_are_numbers_all_the_same():
    network = Network([6, 5, 3])
    network.parameters["W1"][:] = 1e30
    assert np.isfinite(network.predict_proba(np.ones((2, 6)))).all()
