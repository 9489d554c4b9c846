"""Early stopping keeps the best, and knows when it is enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from chainrule.network import SGD, EarlyStopping, Epoch, Network, evaluate, train


def an_epoch(
    number: int, accuracy: float | None, cost: float = 1.0, *, validation: bool = True
) -> Epoch:
    """An epoch with this validation accuracy and cost, or without a validation part."""
    return Epoch(
        number=number,
        epochs=99,
        learning_rate=0.1,
        cost=9.0 if validation else cost,
        accuracy=0.99 if validation else accuracy,
        validation_cost=cost if validation else None,
        validation_accuracy=accuracy if validation else None,
        seconds=1.0,
        examples_per_second=1.0,
    )


def stopped_at(epochs: Iterable[Epoch], patience: int) -> tuple[int | None, int, float]:
    """The epoch after which it is enough, the best one, and what is restored."""
    network, stopping, last = Network([2, 1]), EarlyStopping(patience), None
    for epoch in epochs:
        network.flat[:] = epoch.number
        if stopping.enough(epoch, network):
            last = epoch.number
            break
    network.flat[:] = -1
    stopping.restore(network)
    assert stopping.best is not None
    return last, stopping.best.number, float(network.flat[0])


@pytest.mark.parametrize("validation", [True, False])
@pytest.mark.parametrize(
    ("accuracies", "patience", "stop", "best"),
    [
        ([0.5, 0.6, 0.7, 0.8], 1, None, 4),
        ([0.5, 0.4], 1, 2, 1),
        ([0.5, 0.6, 0.55, 0.58, 0.9], 2, 4, 2),
        ([0.5, 0.6, 0.55, 0.61, 0.6, 0.6, 0.6], 3, 7, 4),
        ([0.9, 0.1, 0.2, 0.3, 0.4], 4, 5, 1),
        ([0.9, 0.1, 0.2, 0.3, 0.4], 5, None, 1),
        ([0.5, 0.5, 0.5], 2, 3, 1),
    ],
)
def test_when_it_is_enough(
    accuracies: list[float], patience: int, stop: int | None, best: int, validation: bool
):
    epochs = [an_epoch(i, a, validation=validation) for i, a in enumerate(accuracies, 1)]
    assert stopped_at(epochs, patience) == (stop, best, best)


def test_of_equal_accuracies_the_lower_cost_is_better():
    epochs = [an_epoch(1, 0.5, 0.3), an_epoch(2, 0.5, 0.2), an_epoch(3, 0.5, 0.2)]
    assert stopped_at(epochs, 9)[1] == 2


def test_without_classes_the_cost_decides():
    epochs = [an_epoch(i, None, cost) for i, cost in enumerate((3.0, 2.0, 2.5, 1.5, 9.0), 1)]
    assert stopped_at(epochs, 9)[1] == 4


def test_the_best_network_of_a_true_run_is_restored(digits: Any):
    network, stopping = Network([64, 20, 10], seed=1), EarlyStopping(4)
    seen: dict[int, Any] = {}
    for epoch in train(network, digits, epochs=40, optimizer=SGD(12.0)):
        seen[epoch.number] = epoch, network.flat.copy()
        if stopping.enough(epoch, network):
            break
    else:
        pytest.fail("it never stopped")
    stopping.restore(network)
    best = max(seen.values(), key=lambda p: (p[0].validation_accuracy, -p[0].validation_cost))
    assert stopping.best is best[0]
    assert np.array_equal(network.flat, best[1])
    assert max(seen) == best[0].number + 4
    assert evaluate(network, digits.validation).accuracy == best[0].validation_accuracy


def test_nothing_seen_nothing_restored():
    network = Network([3, 2])
    before = network.flat.copy()
    EarlyStopping(3).restore(network)
    assert np.array_equal(network.flat, before)


def test_without_a_validation_part_the_training_decides():
    epochs = [an_epoch(1, 0.9, 0.5, validation=False), an_epoch(2, 0.9, 0.4, validation=False),
              an_epoch(3, 0.9, 0.6, validation=False)]  # fmt: skip
    assert stopped_at(epochs, 1) == (3, 2, 2.0)
