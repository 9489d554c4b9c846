"""Training that is watched in a notebook: curves that grow under the cell."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from chainrule.network import Epoch
from chainrule.notebook.markup import block
from chainrule.notebook.showing import Shown
from chainrule.web import curves

OFTEN = 0.2
"""Seconds between two drawings."""


class Watched(Iterator[Epoch]):
    """The epochs of a training, drawn as they come; afterwards it shows itself as the curves."""

    def __init__(self, training: Iterable[Epoch]) -> None:
        self.epochs: list[Epoch] = []
        self._training = iter(training)
        self._handle = None
        self._drawn = float("-inf")

    def __next__(self) -> Epoch:
        try:
            epoch = next(self._training)
        except StopIteration:
            self._draw()
            raise
        self.epochs.append(epoch)
        if time.monotonic() - self._drawn > OFTEN:
            self._draw()
        return epoch

    def _draw(self) -> None:
        from IPython.display import display

        now = Shown(self._repr_html_(), repr(self))
        if self._handle is None:
            self._handle = display(now, display_id=True)
        else:
            self._handle.update(now)
        self._drawn = time.monotonic()

    def __repr__(self) -> str:
        if not self.epochs:
            return "no epoch is done yet"
        last = self.epochs[-1]
        accuracy = "" if last.validation_accuracy is None else f", {last.validation_accuracy:.2%}"
        return f"epoch {last.number} of {last.epochs}: cost {last.cost:.4g}{accuracy}"

    def _repr_html_(self) -> str:
        return block(curves(self.epochs))


def watch(training: Iterable[Epoch]) -> Watched:
    """`for epoch in watch(train(network, data)): ...` draws the cost and the accuracy."""
    return Watched(training)
