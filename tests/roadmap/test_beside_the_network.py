"""The worked examples of the notes, beside the network itself and beside plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from chainrule.network import Network, check_gradients
from chainrule.roadmap import concept

Array = NDArray[np.float64]


def values(slug: str) -> dict[str, Array]:
    return dict(concept(slug).note.example.values)


def network(slug: str, sizes: list[int]) -> Network:
    """The network of a note, with the note's weights and biases."""
    given = values(slug)
    made = Network(sizes, cost="quadratic", dtype="float64")
    made.parameters = {  # the note's w1 is W1 where a layer is one neuron
        name: given[name if name in given else name.lower()].reshape(ours.shape)
        for name, ours in made.parameters.items()
    }
    return made


def test_the_forward_pass_is_the_network_s() -> None:
    example = values("forward")
    found = network("forward", [2, 3, 1]).forward(example["x"].T)
    for name in ("z1", "a1", "z2", "a2"):
        assert pytest.approx(example[name], rel=1e-12) == found[name].T


def test_a_whole_step_is_the_network_s() -> None:
    example, ours = values("whole"), network("whole", [2, 2, 1])
    X, Y = example["x"].T, example["y"].T
    found = ours.backward(X, Y)
    for name in ("z1", "a1", "z2", "a2", "delta2", "delta1"):
        assert pytest.approx(example[name], abs=1e-15) == found[name].T, name
    for name in ("dC/dW1", "dC/dW2"):
        assert found[name] == pytest.approx(example[name], abs=1e-15), name
    assert found["C"] == pytest.approx(example["C"].item())
    assert check_gradients(ours, X, Y).error < 1e-7
    for name in ("W1", "b1", "W2", "b2"):
        ours.parameters[name][...] -= found[f"dC/d{name}"]
    assert ours.forward(X)["a2"].item() == pytest.approx(example["o"].item(), rel=1e-12)


def test_the_one_path_is_the_network_s() -> None:
    example = values("one-path")
    found = network("one-path", [1, 1, 1, 1]).backward(example["x"], example["y"])
    for name in ("z1", "a3", "delta3", "delta2", "delta1"):
        assert found[name].item() == pytest.approx(example[name].item(), rel=1e-12), name
    assert found["dC/dW1"].item() == pytest.approx(example["dC/dw1"].item(), rel=1e-12)
    assert found["dC/dW3"].item() == pytest.approx(example["dC/dw3"].item(), rel=1e-12)


def last_layer(z: Array, y: Array, output: str, cost: str) -> dict[str, Array]:
    """A network of one layer whose weighted inputs are these."""
    n = len(z)
    one = Network([n, n], output=output, cost=cost, dtype="float64")
    one.parameters = {"W1": np.eye(n), "b1": np.zeros(n)}
    return one.backward(z.T, y.T)


def test_the_errors_of_the_output_are_the_network_s() -> None:
    for slug, output, cost in (
        ("output-error", "sigmoid", "quadratic"),
        ("softmax", "softmax", "log-likelihood"),
    ):
        example = values(slug)
        found = last_layer(example["z2"], example["y"], output, cost)
        assert pytest.approx(example["a2"], rel=1e-12) == found["a1"].T
        assert pytest.approx(example["delta2"], rel=1e-9) == found["delta1"].T
    assert found["C"] == pytest.approx(values("softmax")["C"].item())


def test_the_cross_entropy_is_the_network_s() -> None:
    example = concept("cross-entropy").note.example
    for z, printed in ((1.0, "-log(1 - sigma(1))"), (4.0, "-log(1 - sigma(4))")):
        found = last_layer(np.array([[z]]), np.zeros((1, 1)), "sigmoid", "cross-entropy")
        assert found["C"] == pytest.approx(example.number(printed), rel=1e-12)
        assert found["delta1"].item() == pytest.approx(example.number(f"sigma({z})"), rel=1e-12)


def test_the_cost_is_the_network_s_mean() -> None:
    example = concept("cost").note.example
    outputs = np.hstack([example.values["a"], example.values["o"]])
    inputs = np.log(outputs / (1 - outputs))
    targets = np.hstack([example.values["y"], example.values["t"]])
    found = last_layer(inputs, targets, "sigmoid", "quadratic")
    assert found["C"] == pytest.approx(example.number("(C1 + C2) / 2"), rel=1e-12)


def test_a_mini_batch_is_the_sum_of_its_examples() -> None:
    example = values("mini-batch")
    X, Delta = example["X"], example["Delta1"]
    assert sum(np.outer(d, x) for d, x in zip(Delta, X, strict=True)) == pytest.approx(
        example["dC/dW1"]
    )
    assert Delta.sum(axis=0) == pytest.approx(example["dC/db1"][0])


@pytest.mark.parametrize(("mu", "names"), [(0.9, ["w1", "w2", "w3"]), (0.0, ["p1", "p2", "p3"])])
def test_the_ball_and_the_walker(mu: float, names: list[str]) -> None:
    example = values("momentum")
    w, v = example["w0"].item(), 0.0
    for name in names:
        v = mu * v - 0.1 * w
        w += v
        assert w == pytest.approx(example[name].item(), rel=1e-12)


def test_slopes_are_what_a_short_step_measures() -> None:
    for slug, f, x, slope in (
        ("slope", lambda x: x**2, 3.0, 6.0),
        ("rules", lambda x: x**2 * (3 * x + 1), 2.0, 40.0),
        ("chain-rule", lambda x: np.sin(x**2), 1.0, values("chain-rule")["df/dx"].item()),
    ):
        assert values(slug)["x"].item() == x
        assert (f(x + 1e-6) - f(x - 1e-6)) / 2e-6 == pytest.approx(slope, rel=1e-8)


def test_counts_of_parameters_are_the_networks() -> None:
    for sizes, count in (([784, 30, 10], 23860), ([784, 16, 16, 10], 13002), ([2, 3, 1], 13)):
        assert sum(p.size for p in Network(sizes).parameters.values()) == count
        assert str(count) in concept("forward").note.text
