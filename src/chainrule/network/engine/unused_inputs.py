"""Inputs that are 0 in every training example are left out of the training step.

Their weights have the gradient delta1 @ 0 = 0, so leaving them out changes nothing but the time:
of MNIST's 784 pixels, 67 are 0 in all of the 50,000 training images. L2 shrinks these weights
all the same, by one factor a step, which is made up for after the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

from chainrule.network.architecture import Architecture
from chainrule.network.arguments import Array
from chainrule.network.engine.buffers import aligned
from chainrule.network.equations import decays
from chainrule.network.examples import Inputs
from chainrule.network.network import Network
from chainrule.network.parameters import flat_size, views
from chainrule.network.recipe import Recipe

Place = tuple[slice, NDArray[np.bool_]] | EllipsisType


def columns_to_keep(inputs: Inputs, kept: Iterable[Array] = ()) -> NDArray[np.bool_] | None:
    """The inputs in use; None where too few would be left out to be worth it.

    `kept` are an optimiser's arrays for W1 (n1, n0) from an earlier run. An input that was in use
    then has numbers in them, which go on to move its weights: it is not left out now.
    """
    used = inputs.columns_in_use()
    for array in kept:
        used = used | array.any(axis=0)
    return used if 0 < used.sum() < 0.98 * len(used) else None


class Narrowed:
    """A network's parameters as training sees them: `flat`, with the columns of W1 in use.

    `take_in` copies the network's parameters here, `give_back` copies them out again. Where no
    input is left out, `flat` is the network's own array and neither does anything. `resumed` are
    the optimiser's arrays, as long as the network's parameters, where a run goes on.
    """

    def __init__(
        self,
        network: Network,
        inputs: Inputs,
        recipe: Recipe,
        resumed: Mapping[str, Array],
    ) -> None:
        self.network = network
        self.architecture, self.flat = network.architecture, network.flat
        penalty = recipe.penalty(len(inputs))
        exact = not penalty or decays(recipe.optimizer, penalty)
        kept = [views(array, network.architecture)["W1"] for array in resumed.values()]
        self.columns = columns_to_keep(inputs, kept) if exact else None
        self.inputs = inputs
        if self.columns is not None:
            self.inputs = inputs.only(self.columns)
            whole = network.architecture
            sizes = (int(self.columns.sum()), *whole.sizes[1:])
            self.architecture = Architecture(sizes, whole.activations, whole.cost)
            self.flat = aligned((flat_size(self.architecture),), network.dtype)

    def take_in(self) -> None:
        """From the network to `flat`."""
        if self.columns is not None:
            self.flat[:] = self.narrowed(self.network.flat)

    def give_back(self) -> None:
        """From `flat` to the network."""
        for part, there, place in self._parts(self.flat, self.network.flat):
            there[place] = part

    def shrink_left_out(self, steps: int, decay: float) -> None:
        """Shrink the weights left out, as L2 shrinks every weight in each of `steps` steps."""
        if self.columns is not None and decay != 1:
            self.network.parameters["W1"][:, ~self.columns] *= decay**steps

    def narrowed(self, whole: Array) -> Array:
        """From an array as long as the network's parameters to one as long as `flat`."""
        if self.columns is None:
            return whole
        narrow = np.zeros_like(self.flat)
        for part, there, place in self._parts(narrow, whole):
            part[:] = there[place]
        return narrow

    def widened(self, narrow: Array) -> Array:
        """The way back; what was left out is 0."""
        if self.columns is None:
            return narrow.copy()
        whole = np.zeros_like(self.network.flat)
        for part, there, place in self._parts(narrow, whole):
            there[place] = part
        return whole

    def _parts(self, narrow: Array, whole: Array) -> Iterator[tuple[Array, Array, Place]]:
        """Each array of `narrow`, that of `whole`, and the place in it where the first lies."""
        if self.columns is not None:
            there = views(whole, self.network.architecture)
            for name, part in views(narrow, self.architecture).items():
                yield part, there[name], (slice(None), self.columns) if name == "W1" else ...
