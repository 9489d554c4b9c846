"""MNIST itself, where it is at hand: what one epoch comes to."""

from __future__ import annotations

from typing import Any

import pytest

import chainrule as cr
from chainrule.network import evaluate
from chainrule.network.engine.unused_inputs import columns_to_keep
from chainrule.network.examples import Inputs


@pytest.mark.parametrize("seed", [0, 1])
def test_one_epoch_of_the_classical_network(seed: int, mnist: Any):
    """Nielsen, chapter 1: quadratic cost, eta 3, batches of 10. His first epoch came to 91.29 %.

    With weights that start as in his chapter 3, from N(0, 1/n_in), it comes to more than 92 %.
    """
    network = cr.Network([784, 30, 10], init="scaled", seed=seed)
    (epoch,) = cr.train(network, mnist, epochs=1, batch_size=10, optimizer=cr.SGD(3.0), seed=seed)
    assert epoch.validation_accuracy is not None
    assert epoch.validation_accuracy > 0.92
    assert evaluate(network, mnist.validation).accuracy == epoch.validation_accuracy


def test_67_pixels_are_never_used_in_training(mnist: Any):
    used = columns_to_keep(Inputs(mnist.train, 784, cr.Network([784, 10]).dtype))
    assert used is not None
    assert (~used).sum() == 67


def test_a_softmax_network_of_one_epoch(mnist: Any):
    network = cr.Network([784, 64, 10], hidden="relu", cost="log-likelihood", init="he")
    (epoch,) = cr.train(network, mnist, epochs=1, batch_size=32, optimizer=cr.Adam())
    assert epoch.validation_accuracy is not None
    assert epoch.validation_accuracy > 0.94
