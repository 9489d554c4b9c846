"""An activation, a cost and an optimiser put in from outside: all that should know them does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from chainrule.algebra import Point, parse_sheet
from chainrule.network import (
    ACTIVATIONS,
    COSTS,
    OPTIMIZERS,
    Activation,
    Architecture,
    Call,
    Cost,
    Equation,
    Network,
    NetworkError,
    Recipe,
    Run,
    Training,
    check_gradients,
    cost_of,
    evaluate,
    load_run,
    optimizer,
    save_run,
    usual_learning_rate,
)

LINE = "6-5-3 bump identity quartic"


def bump(layer: int) -> list[Call]:
    """exp(-z**2)."""
    z, a = f"z{layer}", f"a{layer}"
    return [Call("multiply", (z, z), a), Call("negative", (a,), a), Call("exp", (a,), a)]


def bump_slope(layer: int) -> list[Call]:
    z, a, slope = f"z{layer}", f"a{layer}", f"bump'(z{layer})"
    text = f"{slope} = -2 * {z} * {a}"
    return [Call("multiply", (z, a), slope, text), Call("multiply", (slope, "-2"), slope)]


def quartic(layer: int) -> list[Call]:
    return [
        Call("subtract", (f"a{layer}", "y"), "c"),
        Call("multiply", ("c", "c"), "c"),
        Call("multiply", ("c", "c"), "c"),
        Call("multiply", ("c", "1/4"), "c"),
        Call("sum", ("c",), "C"),
    ]


def quartic_error(layer: int) -> list[Call]:
    delta = f"delta{layer}"
    return [
        Call("subtract", (f"a{layer}", "y"), "c"),
        Call("multiply", ("c", "c"), delta),
        Call("multiply", (delta, "c"), delta),
        Call("multiply", (delta, "1/m"), delta),
    ]


@dataclass(frozen=True)
class SignDescent:
    """w = w - eta * sign(dC/dw)."""

    learning_rate: float = 0.01
    name: ClassVar[str] = "sign"
    equations: ClassVar[tuple[str, ...]] = ("w = w - eta * sign(dC/dw)",)
    state: ClassVar[tuple[str, ...]] = ()
    counters: ClassVar[tuple[str, ...]] = ()
    descends: ClassVar[bool] = False
    plain: ClassVar[bool] = False

    @staticmethod
    def usual_rate(plain: float) -> float:
        return plain / 100

    def overshoots(self) -> float:
        return float("inf")

    def scalars(self) -> dict[str, float]:
        return {}

    def doubles(self) -> dict[str, float]:
        return {}

    def each_step(self) -> list[Equation]:
        return []

    def update(self, block: Callable[[str], str]) -> list[Equation]:
        w, gradient, step = block("parameters"), block("gradients"), block("step")
        calls = (
            Call("sign", (gradient,), step),
            Call("multiply", (step, "eta"), step),
            Call("subtract", (w, step), w),
        )
        return [Equation(self.equations[0], "update", "Riedmiller and Braun, 1993", calls)]


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        ACTIVATIONS,
        "bump",
        Activation(
            name="bump",
            symbol="bump",
            text="exp(-({z} * {z}))",
            equation="bump(z) = exp(-(z * z))",
            derivative_equation="bump'(z) = -2 * z * exp(-(z * z))",
            source="Broomhead and Lowe, 1988",
            forward=bump,
            slope=bump_slope,
            constants={"-2": -2.0},
            init="glorot",
        ),
    )
    monkeypatch.setitem(
        COSTS,
        "quartic",
        Cost(
            name="quartic",
            source="by hand",
            text="sum(({a} - {y})**4)",
            divisor=4,
            derivative="({a} - {y})**3",
            value=quartic,
            error=quartic_error,
            output="identity",
            scratch=("c",),
            constants={"1/4": 0.25},
        ),
    )
    monkeypatch.setitem(OPTIMIZERS, "sign", SignDescent)


def examples() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((90, 6))
    return X, np.eye(3)[X[:, :3].argmax(axis=1)]


def test_an_architecture_has_them():
    assert str(Architecture.parse(LINE)) == "6-5-3 bump quartic"
    assert Network([6, 5, 3], hidden="bump", cost="quartic").architecture == Architecture.parse(
        LINE
    )
    assert Architecture.parse("6-5-3 bump quartic").init == "glorot"
    assert cost_of("identity").name == "quadratic"
    with pytest.raises(NetworkError, match=r"'nothing' .* neither an activation .*bump.*quartic"):
        Architecture.parse("6-3 nothing")


def test_the_gradients_derived_from_the_sheet_are_the_networks():
    network = Network.of(LINE, init="scaled", dtype="float64", seed=2)
    X, Y = examples()
    found = network.backward(X[:4], Y[:4])
    point = Point(
        parse_sheet(network.sheet("rows")),
        {
            "X": X[:4],
            "Y": Y[:4],
            **{n: p if n[0] == "W" else p[None] for n, p in network.parameters.items()},
        },
        {"m": 4},
    )
    for name in network.parameters:
        derived = point.gradient(name).reshape(found[f"dC/d{name}"].shape)
        assert np.allclose(derived, found[f"dC/d{name}"], rtol=1e-10, atol=1e-13)


def test_the_gradient_check_passes():
    network = Network.of(LINE, init="scaled", seed=2)
    X, Y = examples()
    assert check_gradients(network, X[:10], Y[:10], l2=0.3, dropout=0.2).passed


def test_the_listing_has_their_equations():
    program = Network.of(LINE).program(Recipe(optimizer("sign"), l2=0.1, dropout=0.5))
    listing = program.listing()
    for expected in (
        "activation: a1 = bump(z1) = exp(-(z1 * z1))  [Broomhead and Lowe, 1988]",
        "dC/da2 = ((a2 - y)**3) / m",
        "BP2: delta1 = (W2.T @ delta2) * mask1 * bump'(z1)",
        "update: w = w - eta * sign(dC/dw)  [Riedmiller and Braun, 1993]",
    ):
        assert expected in listing, expected
    assert json.loads(json.dumps(program.to_dict()))["title"] in listing


def test_it_trains_is_measured_and_goes_into_a_file(tmp_path: Path):
    network = Network.of(LINE, init="scaled", seed=1)
    recipe = Recipe(optimizer("sign", learning_rate=0.003), batch_size=7, epochs=60)
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    training = Training(network, examples(), recipe)
    costs = [epoch.cost for epoch in training]
    assert costs[-1] < 0.6 * costs[0]
    assert (evaluate(network, *examples()).accuracy or 0) > 0.5
    path = tmp_path / "run.safetensors"
    save_run(Run(network, training.state(), recipe.to_dict()), path)
    loaded = load_run(path)
    assert np.array_equal(loaded.network.flat, network.flat)
    assert loaded.network.architecture == network.architecture
    assert usual_learning_rate("sign", network.architecture) == pytest.approx(0.0005)
