"""The gradient check passes what is right, and finds every mistake that people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chainrule.network import (
    ACTIVATIONS,
    Call,
    Equation,
    Network,
    NetworkError,
    check_gradients,
    equations,
)
from chainrule.network.gradient_check import TOLERANCE, draw_masks

from .by_hand import EVERY, PAIRS, draw_problem, function, slope
from .test_compiling import network_of

Gradients = dict[str, NDArray[Any]]


# --- what is right passes --------------------------------------------------------------------


def test_right_code_passes():
    for number in range(130):
        rng = np.random.default_rng(1000 + number)
        problem = draw_problem(rng, number)
        options: dict[str, Any] = {"l1": problem.l1, "l2": problem.l2}
        if number % 3 == 0:
            options["dropout"] = 0.3
        report = check_gradients(network_of(problem), problem.X, problem.Y, seed=number, **options)
        assert report.passed, (number, report)
        assert report.error <= TOLERANCE
        assert all(tensor.checked > 0 for tensor in report.tensors)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("cost_name", "output"), PAIRS)
@pytest.mark.parametrize("hidden", EVERY)
def test_every_combination_passes(hidden: str, output: str, cost_name: str, dtype: str):
    network = Network([5, 4, 3], hidden=hidden, output=output, cost=cost_name, seed=3, dtype=dtype)
    before = network.flat.copy()
    X = np.random.default_rng(0).standard_normal((6, 5))
    report = check_gradients(network, X, [0, 1, 2, 0, 1, 1], l2=0.5)
    assert report.passed, report
    assert np.array_equal(network.flat, before)
    assert network.dtype == dtype


def test_a_large_network_is_sampled():
    network = Network([784, 30, 10], init="scaled")
    X = np.random.default_rng(0).random((4, 784))
    report = check_gradients(network, X, [1, 2, 3, 4], sample=20)
    assert report.passed
    assert [(t.name, t.checked, t.of) for t in report.tensors] == [
        ("W1", 20, 23520), ("b1", 20, 30), ("W2", 20, 300), ("b2", 10, 10),
    ]  # fmt: skip
    small = check_gradients(Network([9, 4, 3]), X[:, :9], [1, 2, 0, 0])
    assert all(t.checked == t.of for t in small.tensors)


@pytest.mark.parametrize("hidden", ["relu", "leaky-relu"])
def test_kinks_are_stepped_around(hidden: str):
    network = Network([5, 6, 4, 3], hidden=hidden, seed=3, dtype="float64")
    X = np.random.default_rng(0).standard_normal((7, 5))
    for distance in (0.0, 1e-14, 1e-12, 1e-9, 3e-8, 1e-7, 1e-6, 1e-5, 1e-4):
        close = network.copy()
        z1 = close.forward(X)["z1"]
        close.parameters["b1"][:] -= z1[2] - distance  # one example, every neuron
        assert np.allclose(close.forward(X)["z1"][2], distance, atol=1e-15)
        report = check_gradients(close, X, [0, 1, 2, 0, 1, 1, 2])
        assert report.passed, (distance, report)
        assert all(tensor.checked for tensor in report.tensors)


def test_a_blank_example_under_zero_biases_lies_at_every_kink():
    for init in ("he", "glorot"):
        network = Network([5, 6, 3], hidden="relu", init=init, seed=3)
        X = np.random.default_rng(0).standard_normal((7, 5))
        X[4] = 0
        report = check_gradients(network, X, [0, 1, 2, 0, 1, 1, 2])
        assert report.passed, report
        assert all(tensor.checked for tensor in report.tensors)


def test_weights_that_are_zero_lie_at_the_kink_of_l1():
    network = Network([5, 4, 3], seed=3)
    network.parameters["W1"][:] = 0
    X = np.random.default_rng(0).standard_normal((7, 5))
    assert check_gradients(network, X, [0, 1, 2, 0, 1, 1, 2], l1=0.7).passed


def test_a_gradient_that_is_zero_passes():
    network = Network([5, 4, 3], hidden="relu", seed=3)
    network.parameters["b1"][:] = -100
    X = np.random.default_rng(0).standard_normal((7, 5))
    assert check_gradients(network, X, [0, 1, 2, 0, 1, 1, 2]).passed


def test_the_report_says_where():
    network = Network([5, 4, 3], seed=3)
    X, y = np.random.default_rng(0).standard_normal((7, 5)), [0, 1, 2, 0, 1, 1, 2]

    def one_wrong(exact: Network) -> Gradients:
        found = exact.backward(X, y)
        found["dC/dW2"][2, 1] += 0.25
        return found

    report = check_gradients(network, X, y, gradients=one_wrong)
    assert not report.passed
    assert [tensor.passed for tensor in report.tensors] == [True, True, False, True]
    worst = report.tensors[2]
    assert worst.worst == (2, 1)
    assert worst.backpropagation - worst.difference == pytest.approx(0.25, abs=1e-8)
    assert report.to_dict()["tensors"][2]["worst"] == (2, 1)
    assert report.error == worst.error > 0.01
    assert report.cost == pytest.approx(network.copy("float64").backward(X, y)["C"])


def test_the_masks_are_those_of_inverted_dropout():
    """A neuron is kept with probability 1 - p and then grows by 1/(1-p): E[mask] = 1."""
    network = Network([3, 200, 100, 2])
    masks = draw_masks(network, 50, [0.2, 0.0], np.random.default_rng(0))
    assert list(masks) == ["mask1"]
    assert masks["mask1"].shape == (50, 200)
    assert np.unique(masks["mask1"]).tolist() == [0, 1 / (1 - 0.2)]
    standard_error = (0.2 / 0.8 / masks["mask1"].size) ** 0.5
    assert abs(masks["mask1"].mean() - 1) < 5 * standard_error


# --- what is wrong is found ------------------------------------------------------------------

SIZES = (6, 4, 4, 3)  # W2 is square, so that no shape gives a transpose away
M = 5
L1, L2 = 0.4, 0.8
RATE = 0.3


def backpropagation(
    network: Network, X: NDArray[Any], Y: NDArray[Any], masks: Mapping[str, Any], wrong: str = ""
) -> Gradients:
    """A learner's backpropagation, with one mistake by name."""
    m, L = len(X), network.architecture.layers
    names = network.architecture.activations
    p = network.parameters
    if wrong == "the weights already updated":
        p = {**p, "W3": p["W3"] - 0.1}
    a, z, fed = {0: X}, {}, {0: X}
    for layer in range(1, L + 1):
        z[layer] = fed[layer - 1] @ p[f"W{layer}"].T + p[f"b{layer}"]
        a[layer] = function(names[layer - 1], z[layer])
        fed[layer] = a[layer] * masks.get(f"mask{layer}", 1)
    delta = {L: (a[L] - Y) / m}
    if wrong == "sum for mean":
        delta[L] = delta[L] * m
    if wrong == "mean taken twice":
        delta[L] = delta[L] / m
    if wrong == "sign":
        delta[L] = -delta[L]
    if wrong == "factor 2":
        delta[L] = 2 * delta[L]
    if wrong == "target left out":
        delta[L] = a[L] / m
    if network.architecture.cost == "quadratic" and wrong != "output slope left out":
        delta[L] = delta[L] * a[L] * (1 - a[L])
    if wrong == "extra a(1-a)":
        delta[L] = delta[L] * a[L] * (1 - a[L])
    for layer in range(L - 1, 0, -1):
        W = p[f"W{layer + 1}"]
        back = delta[layer + 1] @ (W.T if wrong == "W not transposed" and layer == 1 else W)
        if wrong == "upstream ignored" and layer == 1:
            back = np.ones_like(back) / m
        if wrong == "a layer skipped" and layer == 1:
            back = delta[3] @ p["W3"]
        if wrong != "mask ignored":
            back = back * masks.get(f"mask{layer}", 1)
        if wrong == "mask without 1/(1-p)":
            back = back * (1 - RATE)
        at = a if wrong == "slope at a" else z
        slopes = np.stack([np.diag(slope(names[layer - 1], row[:, None])) for row in at[layer]])
        if wrong == "slope left out":
            slopes = np.ones_like(slopes)
        if wrong == "times a for slope":
            slopes = a[layer]
        if wrong == "slope of another layer" and layer == 2:
            slopes = np.stack([np.diag(slope(names[1], row[:, None])) for row in z[1]])
        if wrong == "slope of another function":
            slopes = a[layer] * (1 - a[layer])
        if wrong == "one minus a":
            slopes = 1 - a[layer]
        delta[layer] = back * slopes
    n, found = m, {}
    for layer in range(1, L + 1):
        below = fed[layer - 1]
        if wrong == "z for a" and layer > 1:
            below = z[layer - 1] * masks.get(f"mask{layer - 1}", 1)
        if wrong == "inputs without their mask":
            below = a[layer - 1]
        W, b = delta[layer].T @ below, delta[layer].sum(axis=0)
        if wrong == "dW transposed" and layer == 2:
            W = W.T
        if wrong == "bias averaged twice":
            b = b / m
        if wrong == "bias summed over everything":
            b = np.full_like(b, delta[layer].sum())
        if wrong == "broadcast bias not summed":
            b = delta[layer][0]
        if wrong == "the last example only":
            W, b = np.outer(delta[layer][-1], below[-1]), delta[layer][-1]
        if wrong == "gradients not reset":
            W, b = 2 * W, 2 * b
        if wrong == "the weights' first layer forgotten" and layer == 1:
            W = np.zeros_like(W)
        weight = p[f"W{layer}"]
        if wrong != "L2 left out":
            W = W + L2 * weight * (1 if wrong == "L2 not divided by n" else 1 / n)
        if wrong == "L2 with factor 1/2":
            W = W - L2 / 2 / n * weight
        if wrong != "L1 left out":
            W = W + L1 / n * np.sign(weight)
        if wrong == "L2 on the biases":
            b = b + L2 / n * p[f"b{layer}"]
        if wrong == "not a number" and layer == 2:
            b[0] = np.nan
        found |= {f"dC/dW{layer}": W, f"dC/db{layer}": b}
    return found


MISTAKES = [
    "sum for mean", "mean taken twice", "sign", "factor 2", "target left out",
    "W not transposed", "upstream ignored", "a layer skipped", "mask ignored",
    "mask without 1/(1-p)", "slope at a", "slope left out", "times a for slope",
    "slope of another layer", "slope of another function", "one minus a", "z for a",
    "inputs without their mask", "dW transposed", "bias averaged twice",
    "bias summed over everything", "broadcast bias not summed", "the last example only",
    "gradients not reset", "the weights' first layer forgotten", "L2 left out",
    "L2 not divided by n", "L2 with factor 1/2", "L1 left out", "L2 on the biases",
    "not a number", "the weights already updated",
]  # fmt: skip


def checked(cost_name: str, wrong: str, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((M, SIZES[0])), rng.integers(0, SIZES[-1], M)
    network = Network(SIZES, hidden="tanh", cost=cost_name, seed=seed, dtype="float64")
    network.flat *= 0.8

    def gradients(exact: Network) -> Gradients:
        masks = draw_masks(exact, M, [RATE, RATE], np.random.default_rng(seed))
        return backpropagation(exact, X, np.eye(SIZES[-1])[y], masks, wrong)

    return check_gradients(
        network, X, y, l1=L1, l2=L2, dropout=RATE, seed=seed, gradients=gradients
    )


@pytest.mark.parametrize("cost_name", ["quadratic", "cross-entropy", "log-likelihood"])
def test_a_learners_own_backpropagation_passes(cost_name: str):
    for seed in range(5):
        report = checked(cost_name, "", seed)
        assert report.passed, report


@pytest.mark.parametrize("wrong", MISTAKES)
def test_a_mistake_is_found(wrong: str):
    for cost_name in ("quadratic", "cross-entropy", "log-likelihood"):
        for seed in range(3):
            assert not checked(cost_name, wrong, seed).passed, (cost_name, seed)


@pytest.mark.parametrize(
    ("cost_name", "wrong"),
    [
        ("quadratic", "output slope left out"),
        ("cross-entropy", "extra a(1-a)"),
        ("log-likelihood", "extra a(1-a)"),
    ],
)
def test_a_mistake_about_the_output_is_found(cost_name: str, wrong: str):
    assert not checked(cost_name, wrong, 0).passed


def test_only_the_diagonal_of_softmaxs_jacobian_is_found():
    network = Network([5, 4, 3], output="softmax", seed=3)
    X, y = np.random.default_rng(0).standard_normal((6, 5)), np.array([0, 1, 2, 0, 1, 1])

    def diagonal_only(exact: Network) -> Gradients:
        found = exact.backward(X, y)
        a1, a2 = found["a1"], found["a2"]
        delta2 = (a2 - np.eye(3)[y]) / 6 * a2 * (1 - a2)
        delta1 = delta2 @ exact.parameters["W2"] * a1 * (1 - a1)
        return {
            "dC/dW1": delta1.T @ X, "dC/db1": delta1.sum(0),
            "dC/dW2": delta2.T @ a1, "dC/db2": delta2.sum(0),
        }  # fmt: skip

    assert not check_gradients(network, X, y, gradients=diagonal_only).passed


def test_a_gradient_of_another_shape_is_named():
    network = Network([5, 4, 3])
    X, y = np.random.default_rng(0).standard_normal((6, 5)), [0, 1, 2, 0, 1, 1]

    def changed(name: str, change: Callable[[Any], Any]) -> Callable[[Network], Gradients]:
        return lambda exact: {
            key: change(value) if key == name else value
            for key, value in exact.backward(X, y).items()
        }

    cases: list[tuple[str, Callable[[Any], Any], str]] = [
        ("dC/dW1", lambda W: W.T, r"dC/dW1 has shape \(5, 4\): expected \(4, 5\), that of W1"),
        ("dC/db1", lambda b: b[:, None], r"dC/db1 has shape \(4, 1\): expected \(4,\)"),
        ("dC/db2", lambda b: b.sum(), r"dC/db2 has shape \(\): expected \(3,\)"),
        ("dC/db2", lambda b: "no number", r"dC/db2 is 'no number'"),
    ]
    for name, change, message in cases:
        with pytest.raises(NetworkError, match=message):
            check_gradients(network, X, y, gradients=changed(name, change))
    for nothing in ({}, None, {"dC/dW1": 0}):
        with pytest.raises(NetworkError, match="expected all of dC/dW1, dC/db1, dC/dW2, dC/db2"):
            check_gradients(network, X, y, gradients=lambda exact, n=nothing: n)  # pyright: ignore


# --- what is wrong in the compiled program is found ------------------------------------------


def without(*functions_and_outs: tuple[str, str]) -> Callable[[list[Call]], list[Call]]:
    return lambda calls: [s for s in calls if (s.function, s.out) not in functions_and_outs]


def instead(old: str, new: str, out: str) -> Callable[[list[Call]], list[Call]]:
    def change(calls: list[Call]) -> list[Call]:
        return [
            replace(s, operands=tuple(new if o == old else o for o in s.operands))
            if s.out == out
            else s
            for s in calls
        ]

    return change


BROKEN: dict[str, Callable[[list[Call]], list[Call]]] = {
    "sum for mean": without(("multiply", "delta3")),
    "slope left out": without(("multiply", "delta1")),
    "slope of another layer": instead("tanh'(z1)", "tanh'(z2)", "delta1"),
    "slope half done": without(("subtract", "tanh'(z2)")),
    "not transposed": lambda calls: [
        Call("dot", ("W2", "delta2"), "delta1") if s.out == "[delta1; _]" else s for s in calls
    ],
    "another delta": instead("delta1", "delta2", "dC/d[W1 b1]"),
    "another input": instead("[a1; 1].T", "[a2; 1].T", "dC/d[W2 b2]"),
    "times a": instead("tanh'(z1)", "a1", "delta1"),
    "target for output": instead("a3", "y", "delta3"),
    "a product left out": without(("dot", "dC/d[W2 b2]")),
    "the first error left out": without(("dot", "[delta1; _]")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_program_is_found(name: str, monkeypatch: pytest.MonkeyPatch):
    right = equations.backward

    def broken(*args: Any, **kwargs: Any) -> Iterator[Equation]:
        whole = list(right(*args, **kwargs))
        kept: dict[int, tuple[Call, ...]] = {}  # BP3 and BP4 share their calls
        for equation in whole:
            calls = tuple(BROKEN[name](list(equation.calls)))
            kept.setdefault(id(equation.calls), calls)
        changed = [replace(e, calls=kept[id(e.calls)]) for e in whole]
        assert changed != whole
        yield from changed

    network = Network(SIZES, hidden="tanh", output="identity", seed=1, dtype="float64")
    rng = np.random.default_rng(2)
    X, Y = rng.standard_normal((M, SIZES[0])), rng.standard_normal((M, SIZES[-1]))
    assert check_gradients(network, X, Y).passed
    monkeypatch.setattr(equations, "backward", broken)
    assert not check_gradients(network, X, Y).passed


def test_the_measured_slope_is_the_complex_steps():
    rng = np.random.default_rng(8)
    problem = draw_problem(rng, 31)
    report = check_gradients(network_of(problem), problem.X, problem.Y)
    exact = replace(problem, l1=0.0, l2=0.0, masks={}).complex_step()
    for tensor in report.tensors:
        expected = exact[f"dC/d{tensor.name}"][tensor.worst]
        assert tensor.difference == pytest.approx(expected, rel=1e-6, abs=1e-9)


# --- what makes differences coarse ---------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[784, 100, 10], [64, 100, 100, 10], [784, 800, 10]])
def test_a_penalty_does_not_drown_the_rest(sizes: list[int]):
    X = np.random.default_rng(0).random((5, sizes[0]))
    report = check_gradients(Network(sizes), X, np.arange(5), l2=5.0, l1=0.1)
    assert report.passed, report
    assert report.error < 1e-7


def test_a_huge_penalty_hides_no_mistake():
    network, y = Network([6, 5, 3], cost="cross-entropy"), [0, 1, 2, 1]
    X = np.random.default_rng(0).random((4, 6))

    def wrong(exact: Network) -> Gradients:
        found = exact.backward(X, y, l2=1e8)
        return {**found, "dC/db1": 3 * found["dC/db1"], "dC/db2": -found["dC/db2"]}

    assert check_gradients(network, X, y, l2=1e8).passed
    report = check_gradients(network, X, y, l2=1e8, gradients=wrong)
    assert [t.name for t in report.tensors if not t.passed] == ["b1", "b2"]


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_inputs_that_are_not_scaled(hidden: str):
    X = np.random.default_rng(0).integers(0, 256, (5, 784)).astype(float)
    for init in ("normal", "scaled"):
        network = Network([784, 30, 10], hidden=hidden, init=init)
        report = check_gradients(network, X, np.arange(5))
        assert report.passed, (init, report)


def test_a_cost_too_large_to_see_by_is_said():
    network = Network([4, 3, 2], hidden="sigmoid", output="identity", seed=1)
    network.parameters["b2"][:] = 1e9
    network.parameters["b1"][:] = -30
    with pytest.raises(NetworkError, match="so large that its differences show no slope"):
        check_gradients(network, np.ones((3, 4)), [0, 1, 1])


@pytest.mark.parametrize("off", [1.00001, 0.99999])
def test_a_hundred_thousandth_is_too_much(off: float):
    X, y = np.random.default_rng(0).random((5, 8)), [0, 1, 2, 1, 0]
    network = Network([8, 6, 3])

    def nearly(exact: Network) -> Gradients:
        return {name: value * off for name, value in exact.backward(X, y).items()}

    assert not check_gradients(network, X, y, gradients=nearly).passed


@pytest.mark.parametrize("size", [1e-3, 1e-6])
def test_small_gradients_are_checked_too(size: float):
    """C is 1/2 a**2 for one tiny output; nothing about it is large."""
    network, y = Network([3, 4, 2], output="identity", seed=2), np.zeros((2, 2))
    network.parameters["W2"][:] *= size
    network.parameters["b2"][:] *= size
    X = np.random.default_rng(0).random((2, 3))

    def doubled(exact: Network) -> Gradients:
        found = exact.backward(X, y)
        return {**found, "dC/dW2": 2 * found["dC/dW2"]}

    assert check_gradients(network, X, y).passed
    assert not check_gradients(network, X, y, gradients=doubled).passed


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"seed": 1.5}, {"seed": "a"}, {"gradients": 3}, {"sample": 0}]
)
def test_what_is_no_setting_of_the_check(wrong: dict[str, Any]):
    with pytest.raises(NetworkError):
        check_gradients(Network([2, 3, 2]), np.ones((2, 2)), [0, 1], **wrong)


def test_a_whole_number_is_a_sample_however_written():
    network = Network([784, 30, 10])
    report = check_gradients(network, np.ones((1, 784)), [0], sample=5.0)  # pyright: ignore
    assert report.tensors[0].checked == 5


def test_an_array_of_which_nothing_could_be_checked_does_not_pass(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("chainrule.network.gradient_check.difference", lambda *given: None)
    report = check_gradients(Network([2, 3, 2]), np.ones((2, 2)), [0, 1])
    assert not report.passed
    assert [tensor.checked for tensor in report.tensors] == [0, 0, 0, 0]


@pytest.mark.parametrize(("sizes", "whole"), [([40, 30, 10], True), ([100, 30, 10], False)])
def test_up_to_2000_parameters_are_all_checked(sizes: list[int], whole: bool):
    report = check_gradients(Network(sizes), np.ones((2, sizes[0])), [0, 1])
    assert (report.tensors[0].checked == report.tensors[0].of) is whole


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gradients_too_small_for_differences_are_not_called_wrong(seed: int):
    """Five layers of sigmoids leave dC/dW1 some 1e-7: a difference knows it to 1e-11."""
    network = Network.of("64-20-20-20-20-20-10 sigmoid quadratic", init="scaled", seed=seed)
    rng = np.random.default_rng(seed)
    X, y = rng.random((10, 64)), rng.integers(0, 10, 10)
    assert check_gradients(network, X, y).passed

    def halved(exact: Network) -> Gradients:
        found = exact.backward(X, y)
        return {**found, "dC/dW1": found["dC/dW1"] / 2}

    assert not check_gradients(network, X, y, gradients=halved).passed
