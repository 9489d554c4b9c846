"""What is not chosen about a run is chosen to do well."""

from __future__ import annotations

from typing import Any

import pytest

from chainrule.network import Architecture, usual_learning_rate
from chainrule.runs import Choices, for_data_set


@pytest.mark.parametrize(
    ("given", "data", "l2", "schedule"),
    [
        ({}, "mnist", 5.0, "cosine"),
        ({}, "fashion-mnist", 5.0, "cosine"),
        ({"layers": "50", "epochs": 3, "seed": 4, "patience": 2}, "mnist", 5.0, "cosine"),
        ({"learning_rate": 0.5}, "mnist", None, None),
        ({"batch_size": 20}, "mnist", None, None),
        ({}, "digits", None, None),
    ],
)
def test_mnist_has_a_recipe_until_an_option_says_how_to_learn(
    given: dict[str, Any], data: str, l2: float | None, schedule: str | None
):
    chosen = for_data_set(Choices(**given), data)
    assert (chosen.l2, chosen.schedule) == (l2, schedule)
    assert all(getattr(chosen, name) == value for name, value in given.items())


@pytest.mark.parametrize(
    "option",
    [
        *("hidden", "output", "cost", "init", "optimizer", "learning_rate", "momentum", "rho"),
        *("beta1", "beta2", "epsilon", "batch_size", "l1", "l2", "dropout", "schedule"),
    ],
)
def test_any_option_on_how_to_learn_ends_the_recipe(option: str):
    choices = Choices(**{option: "given"})  # pyright: ignore[reportArgumentType]
    assert for_data_set(choices, "mnist") == choices


@pytest.mark.parametrize(
    ("network", "init"),
    [
        ("64-30-10 relu log-likelihood", "he"),
        ("64-30-10 leaky-relu log-likelihood", "he"),
        ("64-30-10 sigmoid cross-entropy", "scaled"),
        ("64-30-10 tanh quadratic", "scaled"),
        ("64-10 sigmoid quadratic", "scaled"),
    ],
)
def test_the_starting_weights_that_are_chosen(network: str, init: str):
    assert Architecture.parse(network).init == init


@pytest.mark.parametrize(
    ("name", "network", "rate"),
    [
        ("sgd", "64-30-10 sigmoid cross-entropy", 0.5),
        ("sgd", "64-30-10 relu log-likelihood", 0.1),
        ("sgd", "64-30-10 sigmoid quadratic", 3.0),
        ("sgd", "64-30-10 tanh quadratic", 0.5),
        ("sgd", "64-30-10 sigmoid identity quadratic", 0.05),
        ("momentum", "64-30-10 sigmoid cross-entropy", 0.025),
        ("nesterov", "64-30-10 sigmoid quadratic", 0.15),
        ("adam", "64-30-10 sigmoid quadratic", 0.001),
    ],
)
def test_the_learning_rate_that_is_chosen(name: str, network: str, rate: float):
    assert usual_learning_rate(name, Architecture.parse(network)) == pytest.approx(rate)
