"""A step by the learner's own functions: the network's numbers, or which function gives others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.network import Inspection, Network
from chainrule.workshop import Folder, Guard, OwnStep, own_step, references, stage

RIGHT = references()
QUADRATIC: dict[str, Any] = {"cost": "quadratic"}
NETWORKS: list[dict[str, Any]] = [
    QUADRATIC,
    {},
    {"hidden": "tanh", "cost": "log-likelihood"},
    {"hidden": "relu"},
    {"output": "softmax", "cost": "quadratic"},
]


def inspection(examples: int = 1, **kinds: Any) -> Inspection:
    rng = np.random.default_rng(3)
    network = Network([6, 5, 4, 3], seed=2, **kinds)
    return Inspection(network, rng.normal(size=(examples, 6)), np.arange(examples) % 3)


def step_of(tmp_path: Path, guard: Guard, source: str, step: Inspection, **names: Any) -> OwnStep:
    (tmp_path / "network.py").write_text(source, "utf-8")
    return own_step(Folder(tmp_path), guard, step, **names)


def without(name: str, body: str) -> str:
    """The references, with another function of this name in the place of theirs."""
    return RIGHT.replace(stage(name).reference, body)


@pytest.mark.parametrize("kinds", NETWORKS, ids=str)
@pytest.mark.parametrize("examples", [1, 4])
def test_right_functions_give_the_networks_numbers(
    tmp_path: Path, guard: Guard, examples: int, kinds: dict[str, Any]
):
    step = inspection(examples, **kinds)
    own = step_of(tmp_path, guard, RIGHT, step)
    assert own.first is None
    given = [name for name, each in own.quantities.items() if each.values is not None]
    assert {"a1", "a2", "a3", "delta3", "delta1", "dC/dW1", "dC/db3"} <= set(given)
    for name in given:
        values = own.quantities[name].values
        assert values is not None
        assert values == pytest.approx(step.values[name], rel=1e-9, abs=1e-12), name
    assert not any(each.problem for each in own.quantities.values())


@pytest.mark.parametrize(
    ("function", "old", "new", "first", "same"),
    [
        ("forward", "+ b\n", "- b\n", "z1", "delta3"),
        ("output_error", "(a - y)", "(y - a)", "delta3", "delta2"),
        ("hidden_error", "* sigmoid_prime(z)", "", "delta2", "delta3"),
        ("sigmoid_prime", "1 - sigmoid(z)", "1 + sigmoid(z)", "sigma'(z3)", "a3"),
        ("cost", "2 * len(a)", "len(a)", "C", "a3"),
        ("backprop", "np.outer(delta, activations[-2])", "np.outer(delta, activations[-2]) / 2",
         "dC/dW3", "dC/dW2"),
    ],
)  # fmt: skip
def test_the_first_that_differs_is_what_the_wrong_function_gives(
    tmp_path: Path, guard: Guard, function: str, old: str, new: str, first: str, same: str
):
    reference = stage(function).reference
    assert old in reference
    own = step_of(
        tmp_path, guard, RIGHT.replace(reference, reference.replace(old, new)),
        inspection(**QUADRATIC),
    )  # fmt: skip
    assert own.first is not None
    assert own.first[0] == first
    assert not own.quantities[same].differs.any()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "not written"),
        ("def hidden_error(delta_next, W_next, z):\n    raise NotImplementedError", "not written"),
        ("def hidden_error(delta_next, W_next, z):\n    return 1 / 0", "division by zero"),
        ("def hidden_error(delta_next, W_next, z):\n    while True:\n        pass", "endless loop"),
        ("def hidden_error(delta_next, W_next, z):\n    return z[:2]", "shape"),
        ("def hidden_error(delta_next, W_next, z):\n    return None", "None"),
        ("def hidden_error(delta_next, W_next, z):\n    import os\n    os._exit(3)", "ended"),
        ("def later():\n    raise NotImplementedError\n\n\n"
         "def hidden_error(delta_next, W_next, z):\n    return later()",
         "uses `later`, which is not written yet"),
    ],
)  # fmt: skip
def test_why_a_function_gives_no_numbers(tmp_path: Path, guard: Guard, body: str, words: str):
    source = without("backprop", "").replace(stage("hidden_error").reference, body)
    own = step_of(tmp_path, guard, source, inspection(**QUADRATIC))
    for name in ("delta2", "delta1"):
        assert own.quantities[name].values is None
        assert words in own.quantities[name].problem
    assert own.quantities["delta3"].values is not None
    assert own.first is None


def test_a_file_that_does_not_load(tmp_path: Path, guard: Guard):
    for source, words in (("def f(:\n", "is not Python"), ("1 / 0\n" + RIGHT, "does not load")):
        own = step_of(tmp_path, guard, source, inspection(**QUADRATIC))
        problems = {each.problem for each in own.quantities.values() if each.functions}
        assert len(problems) == 1
        assert words in problems.pop()


def test_a_file_that_borrows_is_told_so_and_not_run(tmp_path: Path, guard: Guard):
    mark = tmp_path / "ran"
    source = f"import chainrule\nopen({str(mark)!r}, 'w')\n" + RIGHT
    own = step_of(tmp_path, guard, source, inspection(**QUADRATIC))
    assert "imports `chainrule`" in own.quantities["z1"].problem
    assert not mark.exists()


def test_rounding_is_no_difference_and_a_tenth_of_a_thousandth_is(tmp_path: Path, guard: Guard):
    coarse = "def sigmoid(z):\n    return (1 / (1 + np.exp(-np.float32(z)))).astype(np.float32)"
    step = inspection(**QUADRATIC)
    own = step_of(tmp_path, guard, without("sigmoid", coarse), step, names=["z1", "a1", "C"])
    assert list(own.quantities) == ["z1", "a1", "C"]
    assert own.first is None
    off = "def cost(a, y):\n    return 1.0001 * np.sum((a - y) ** 2) / (2 * len(a))"
    assert step_of(tmp_path, guard, without("cost", off), step).first == ("C", ())


def test_no_number_is_never_the_same(tmp_path: Path, guard: Guard):
    body = "def sigmoid_prime(z):\n    return z * np.nan"
    own = step_of(tmp_path, guard, without("sigmoid_prime", body), inspection(**QUADRATIC))
    assert own.quantities["sigma'(z3)"].differs.all()
    assert own.to_dict()["quantities"][0]["name"] == "z1"
