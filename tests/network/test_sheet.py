"""Code and mathematics are held equal by machine.

The network writes its equations as a sheet; `chainrule.algebra` derives the gradients from that
text, and they are the gradients that the network computes.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest

from chainrule.algebra import Point, parse_sheet
from chainrule.network import ACTIVATIONS, Network
from chainrule.network.sheet import Form

from .by_hand import EVERY, PAIRS, gap, targets

FORMS: tuple[Literal["one", "rows", "columns"], ...] = ("one", "rows", "columns")
SIZES = (5, 4, 3, 2)
LAM, N = 0.7, 11


def as_in(form: Form, rows: np.ndarray) -> np.ndarray:
    """Rows of examples as the sheet of this form has them."""
    return rows if form == "rows" else rows.T


def point_of(network: Network, X: np.ndarray, Y: np.ndarray, form: Form, l2: bool) -> Point:
    given: dict[str, Any] = {}
    for name, value in network.parameters.items():
        bias = value[None, :] if form == "rows" else value[:, None]
        given[name] = value if name.startswith("W") else bias
    x, y = ("x", "y") if form == "one" else ("X", "Y")
    given |= {x: as_in(form, X), y: as_in(form, Y)}
    if l2:
        given |= {"lam": np.full((1, 1), LAM), "n": np.full((1, 1), float(N))}
    sizes = {} if form == "one" else {"m": len(X)}
    return Point(parse_sheet(network.sheet(form, l2=l2)), given, sizes)


@pytest.mark.parametrize("l2", [False, True])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("cost", "output"), PAIRS)
def test_the_derived_gradients_are_the_networks(cost: str, output: str, form: Form, l2: bool):
    rng = np.random.default_rng(2)
    for number in range(len(EVERY)):
        hidden = (EVERY[number], EVERY[(number + 2) % len(EVERY)])
        network = Network(
            SIZES, hidden=hidden, output=output, cost=cost, seed=number, dtype="float64"
        )
        network.flat *= 0.8
        m = 1 if form == "one" else 6
        X, Y = rng.standard_normal((m, SIZES[0])), targets(cost, m, SIZES[-1], rng)
        found = network.backward(X, Y, l2=LAM if l2 else 0.0, n=N)
        point = point_of(network, X, Y, form, l2)
        assert gap(point.values["C"][0, 0], found["C"]) < 1e-13
        for layer in (1, 2, 3):
            z, a = (f"z{layer}", f"a{layer}") if form == "one" else (f"Z{layer}", f"A{layer}")
            assert gap(point.values[z], as_in(form, found[f"z{layer}"])) < 1e-13
            assert gap(point.values[a], as_in(form, found[f"a{layer}"])) < 1e-13
            assert gap(point.gradient(z), as_in(form, found[f"delta{layer}"])) < 1e-10
            assert gap(point.gradient(f"W{layer}"), found[f"dC/dW{layer}"]) < 1e-10
            assert gap(point.gradient(f"b{layer}").ravel(), found[f"dC/db{layer}"]) < 1e-10


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_complex_step_on_the_sheet_says_the_same(name: str, form: Form):
    """Independent of the rules by which `algebra` derives."""
    rng = np.random.default_rng(4)
    network = Network(SIZES, hidden=name, output=name, seed=1, dtype="float64")
    network.flat *= 0.8
    m = 1 if form == "one" else 3
    X, Y = rng.standard_normal((m, SIZES[0])), rng.standard_normal((m, SIZES[-1]))
    found, point = network.backward(X, Y, l2=LAM, n=N), point_of(network, X, Y, form, True)
    for parameter in network.parameters:
        slopes = point.complex_step("C", parameter)[..., 0, 0]
        expected = found[f"dC/d{parameter}"]
        assert gap(slopes.reshape(expected.shape), expected) < 1e-10


@pytest.mark.parametrize("form", FORMS)
def test_the_names_are_those_of_the_network(form: Form):
    network = Network([784, 30, 10], cost="cross-entropy")
    sheet = parse_sheet(network.sheet(form))
    given = set(sheet.shapes)
    assert set(network.parameters) < given
    returned = set(network.forward(np.zeros((1, 784))))
    assert returned <= {name.lower() for name in given}
    assert sheet.cost == "C"
    assert sheet.shapes["W1"] == (30, 784)
    assert network.sheet(form).splitlines()[0] == "# 784-30-10 sigmoid cross-entropy"
    assert parse_sheet(sheet.text()) == sheet


def test_the_textbooks_own_lines():
    assert Network([784, 30, 10], output="softmax", cost="log-likelihood").sheet().splitlines() == [
        "# 784-30-10 sigmoid log-likelihood",
        "x: (784,1)",
        "y: (10,1) onehot",
        "W1: (30,784)",
        "b1: (30,1)",
        "W2: (10,30)",
        "b2: (10,1)",
        "z1 = W1 @ x + b1",
        "a1 = sigma(z1)",
        "z2 = W2 @ a1 + b2",
        "a2 = softmax(z2)",
        "C = -sum(y * log(a2))",
    ]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_that_an_activation_states_is_its_derivative(name: str):
    """The equation in words beside the code, read by machine where it is an equation in z."""
    kind = ACTIVATIONS[name]
    if name not in ("sigmoid", "tanh"):
        assert "=" in kind.derivative_equation
        return
    stated = kind.derivative_equation.split(" = ")[1]
    sheet = parse_sheet(f"z: (3,1)\nC = sum({kind.symbol}(z))\n")
    point = Point(sheet, {"z": np.array([[-1.5], [0.3], [2.0]])}, {})
    from chainrule.algebra import parse

    assert gap(point.value(parse(stated, sheet.scope).expression), point.gradient("z")) < 1e-14
