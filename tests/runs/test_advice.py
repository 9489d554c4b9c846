"""Advice is a change of settings, and says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import chainrule as cr
from chainrule.network import FlatLayer
from chainrule.runs import MOST_EPOCHS, Advice, Choices, explain, make, outcome


def test_no_more_epochs_are_advised_than_there_may_be():
    data = cr.load("digits")
    network, settings = make(Choices(epochs=MOST_EPOCHS - 1), data)
    (advice,) = explain(outcome(network, settings, data.train))
    assert advice.change == {"epochs": MOST_EPOCHS}
    assert advice.text(str).endswith(f"Try {advice.change}")


def test_the_deltas_that_are_told_are_those_of_the_first_steps():
    data = cr.load("digits")
    network, settings = make(Choices(layers=(5, 5, 5, 5, 5, 5), seed=3), data)
    deltas = network.backward(data.train.X[:10], data.train.y[:10])
    first, last = (np.abs(deltas[name]).mean() for name in ("delta1", "delta7"))
    for _ in cr.train(network, data, epochs=1):
        pass
    (advice,) = explain(outcome(network, settings, data.train))
    assert f"was {last:.2g} in layer 7 and {first:.2g} in layer 1" in advice.because
    assert advice.change == {"layers": (5, 5)}
    assert advice.otherwise == {"hidden": "tanh", "learning_rate": 0.1}


@pytest.mark.parametrize(
    ("rate", "cost", "advised"), [(50.0, "cross-entropy", 0.5), (0.5, "quadratic", 0.05)]
)
def test_a_smaller_learning_rate_is_advised(rate: float, cost: str, advised: float):
    data = cr.load("digits")
    network, settings = make(Choices(learning_rate=rate, cost=cost), data)
    saturated = replace(outcome(network, settings, data.train), flat=FlatLayer(1, "sigmoid", 1.0))
    (advice,) = explain(saturated)
    assert advice.change == pytest.approx({"learning_rate": advised})
    assert "Try A, or other starting weights" in advice.text(lambda change: "A")


def test_what_is_advised_can_be_chosen():
    """A change names settings as `Choices` does, with values that it takes."""
    data = cr.load("digits")
    network, settings = make(Choices(layers=(5, 5, 5, 5), learning_rate=4.0, l2=1000.0), data)
    for advice in explain(replace(outcome(network, settings, data.train), shrunk=0.0)):
        for change in (advice.change, advice.otherwise):
            make(Choices(**change), data)


def test_it_is_plain_data():
    assert Advice("Because", {"learning_rate": 0.3}).to_dict() == {
        "because": "Because",
        "change": {"learning_rate": 0.3},
        "otherwise": {},
        "words": "Try {change}",
    }


def test_weights_too_large_to_add_up_are_advised_on():
    """pytest makes an error of NumPy's warning that their sum overflows."""
    data = cr.load("digits")
    network, settings = make(Choices(), data)
    for name, values in network.parameters.items():
        if name.startswith("W"):
            values[...] = 1e36
    assert outcome(network, settings, data.train).shrunk > 1e30
