"""Every number of a step says how it came about, and what it says adds up."""

from __future__ import annotations

import json

import numpy as np
import pytest

from chainrule.network import ACTIVATIONS, COSTS, Inspection, Network, NetworkError

GIVEN = ("x", "y", "W", "b")


def inspection(hidden: str, cost: str, m: int) -> Inspection:
    rng = np.random.default_rng(m)
    network = Network([4, 3, 3, 2], hidden=hidden, cost=cost, init="scaled", seed=1)
    network.parameters["b1"][:] = rng.standard_normal(3)
    return Inspection(network, rng.standard_normal((m, 4)), rng.integers(0, 2, m))


def references(inspected: Inspection) -> list[str]:
    single = inspected.examples == 1
    found = []
    for name, values in inspected.values.items():
        own = name.startswith(("W", "b", "dC/dW", "dC/db")) or name == "C"
        for index in np.ndindex(*values.shape):
            place = index if own or not single else index[1:]
            found.append(f"{name}[{','.join(map(str, place))}]" if place else name)
    return found


@pytest.mark.parametrize("m", [1, 3])
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_the_terms_of_every_number_add_up(hidden: str, cost: str, m: int):
    inspected = inspection(hidden, cost, m)
    for ref in references(inspected):
        number = inspected.number(ref)
        assert number.ref == ref
        if number.terms:
            total = sum(term.value for term in number.terms)
            assert np.isclose(total, number.value, rtol=1e-12, atol=1e-15), ref
        if ref.startswith(GIVEN):
            assert (number.terms, number.operands, number.calls) == ((), (), ())
        else:
            assert number.equation.startswith(ref.partition("[")[0] + " = "), ref
            assert number.terms or number.operands, ref
        for operand in (*number.operands, *(f for term in number.terms for f in term.factors)):
            assert inspected.number(operand.ref).value == operand.value


@pytest.mark.parametrize("cost", COSTS)
def test_a_gradient_stands_beside_its_difference(cost: str):
    inspected = inspection("tanh", cost, 3)
    before = inspected.network.flat.copy()
    for ref in references(inspected):
        number = inspected.number(ref)
        if ref.startswith(("dC/dW", "dC/db")):
            assert number.difference == pytest.approx(number.value, rel=1e-6, abs=1e-9)
        else:
            assert number.difference is None
    assert np.array_equal(inspected.network.flat, before)


@pytest.mark.parametrize("m", [1, 3])
def test_a_number_leads_to_how_fast_the_cost_grows_with_it(m: int):
    inspected = inspection("tanh", "cross-entropy", m)
    for ref in references(inspected):
        slope = inspected.number(ref).slope
        if ref.startswith(("W", "b")):
            assert slope is not None
            assert slope.ref == f"dC/d{ref}"
            assert slope.value == pytest.approx(
                inspected.difference(*place_of(slope.ref)), rel=1e-6, abs=1e-9
            )
        elif ref.startswith("z"):
            assert slope is not None
            assert slope.ref == ref.replace("z", "delta")
        elif ref.startswith(("a1", "a2")):
            assert slope is not None
            assert slope.ref == f"dC/d{ref}"
        elif not ref.startswith("a"):
            assert slope is None
        if slope is not None:
            assert inspected.number(slope.ref).value == slope.value


def place_of(ref: str) -> tuple[str, tuple[int, ...]]:
    name, _, places = ref.rstrip("]").partition("[")
    return name, tuple(map(int, places.split(",")))


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("hidden", ["sigmoid", "softmax"])
def test_every_way_back_ends_at_what_is_given(hidden: str, cost: str):
    """By operands alone one comes from the cost and from a gradient to inputs and weights."""
    inspected = inspection(hidden, cost, 1)
    reached, waiting = set[str](), ["C", "dC/dW1[0,3]"]
    while waiting:
        ref = waiting.pop()
        if ref in reached:
            continue
        reached.add(ref)
        number = inspected.number(ref)
        waiting += [o.ref for o in number.operands]
        waiting += [factor.ref for term in number.terms for factor in term.factors]
    assert {"x[3]", "W1[0,0]", "b2[1]", "W3[1,2]", "y[0]"} <= reached


def test_the_values_are_those_of_backward():
    network = Network([4, 3, 2], hidden="relu", init="he")
    X, y = np.random.default_rng(0).standard_normal((5, 4)), [0, 1, 1, 0, 1]
    inspected = Inspection(network, X, y)
    for name, values in network.copy("float64").backward(X, y).items():
        assert np.array_equal(inspected.values[name], values), name


def test_the_calls_are_those_of_the_listing():
    inspected = inspection("sigmoid", "quadratic", 1)
    listing = inspected.step.listing()
    number = inspected.number("delta1[2]")
    assert number.equation == "delta1 = (W2.T @ delta2) * sigma'(z1)"
    assert (number.name, number.source) == ("BP2", "Nielsen, chapter 2, eq. (BP2)")
    for call in number.calls:
        assert f"{call.number:2}  {call.code}" in listing
    assert [call.code for call in inspected.number("sigma'(z1)[0]").calls] == [
        "divide(a1, 1+exp(z1), sigma'(z1))"
    ]
    json.dumps(number.to_dict())


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("q[1]", r"'q\[1\]' is no number of this network"),
        ("a1[3]", r"is outside: a1 runs from a1\[0\] to a1\[2\]"),
        ("W1[1]", r"is outside: W1 runs from W1\[0,0\] to W1\[2,3\]"),
        ("C[0]", "is outside: C runs from C to C"),
        ("a1[-1]", "is no number"),
        ("", "is no number"),
    ],
)
def test_a_number_that_is_not_there(ref: str, message: str):
    with pytest.raises(NetworkError, match=message):
        inspection("tanh", "quadratic", 1).number(ref)
