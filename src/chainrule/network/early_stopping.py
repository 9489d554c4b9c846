"""Early stopping: leave off when the validation accuracy no longer grows, and keep the best."""

from __future__ import annotations

import numpy as np

from chainrule.network.arguments import Array, whole_number
from chainrule.network.network import Network
from chainrule.network.training import Epoch


class EarlyStopping:
    """Remembers the best parameters seen; `patience` epochs without a better one are enough.

    An epoch is better if its validation accuracy is higher, or equal at a lower validation cost
    (the training accuracy and cost where there is no validation part).

    >>> stopping = EarlyStopping(patience=5)                                  # doctest: +SKIP
    >>> for epoch in train(network, data):                                    # doctest: +SKIP
    ...     if stopping.enough(epoch, network):
    ...         break
    >>> stopping.restore(network)                                             # doctest: +SKIP
    """

    def __init__(self, patience: int) -> None:
        self.patience = whole_number("patience", patience, 1)
        self.best: Epoch | None = None
        self.parameters: Array | None = None

    def enough(self, epoch: Epoch, network: Network) -> bool:
        """Take note of an epoch; True once `patience` epochs have passed since the best."""
        if self.best is None or quality(epoch) > quality(self.best):
            self.best, self.parameters = epoch, network.flat.copy()
        return epoch.number - self.best.number >= self.patience

    def restore(self, network: Network) -> None:
        """Put the best parameters seen back into the network."""
        if self.parameters is not None:
            np.copyto(network.flat, self.parameters)


def quality(epoch: Epoch) -> tuple[float, float]:
    """What is compared: the accuracy, then minus the cost."""
    if epoch.validation_cost is not None:
        return epoch.validation_accuracy or 0.0, -epoch.validation_cost
    return epoch.accuracy or 0.0, -epoch.cost
