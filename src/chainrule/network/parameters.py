"""All weights and biases in one long array, and the views `W1`, `b1`, ... of it.

Layer l is a block of rows, one a neuron: its weights and then its bias, [W b]. With a row of ones
under the inputs, [x; 1], one product gives W @ x + b, and one product the gradients of both.
An update of everything is one call on the whole array.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.network.architecture import Architecture
from chainrule.network.arguments import brief
from chainrule.network.errors import NetworkError
from chainrule.network.examples import as_numbers

LANES = 16
"""The rows of the first layer, the longest, are filled up with zeros to multiples of this many
numbers, so that each starts where vector instructions read fastest. Nothing ever changes them."""


def row_length(architecture: Architecture, layer: int) -> int:
    """The length of a row [W b] of this layer, 1..L, as it lies in memory."""
    n_in = architecture.sizes[layer - 1]
    return n_in + 1 + (-(n_in + 1) % LANES if layer == 1 else 0)


def flat_size(architecture: Architecture) -> int:
    """The length of the array that holds all parameters."""
    rows = enumerate(architecture.sizes[1:], 1)
    return sum(n_out * row_length(architecture, layer) for layer, n_out in rows)


def blocks(flat: NDArray[Any], architecture: Architecture) -> dict[str, NDArray[Any]]:
    """`[W1 b1]` (n1, row length), `[W2 b2]`, ... as views of `flat`."""
    named: dict[str, NDArray[Any]] = {}
    start = 0
    for layer, n_out in enumerate(architecture.sizes[1:], 1):
        length = n_out * row_length(architecture, layer)
        named[f"[W{layer} b{layer}]"] = flat[start : start + length].reshape(n_out, -1)
        start += length
    return named


def views(flat: NDArray[Any], architecture: Architecture) -> dict[str, NDArray[Any]]:
    """`W1` (n1, n0), `b1` (n1,), `W2`, ... as views of `flat`."""
    named: dict[str, NDArray[Any]] = {}
    for layer, block in enumerate(blocks(flat, architecture).values(), 1):
        n_in = architecture.sizes[layer - 1]
        named[f"W{layer}"] = block[:, :n_in]
        named[f"b{layer}"] = block[:, n_in]
    return named


def shapes(architecture: Architecture) -> dict[str, tuple[int, ...]]:
    """The shapes of `W1`, `b1`, `W2`, ...."""
    named: dict[str, tuple[int, ...]] = {}
    for layer, (n_in, n_out) in enumerate(pairwise(architecture.sizes), 1):
        named |= {f"W{layer}": (n_out, n_in), f"b{layer}": (n_out,)}
    return named


class Parameters(dict[str, NDArray[Any]]):
    """The views by name. To set one is to copy into it: `parameters["W1"] -= eta * gradient`."""

    def __setitem__(self, name: str, value: ArrayLike) -> None:
        numbers = self.checked(name, value)
        np.copyto(self[name], numbers)

    def update(self, *given: Any, **named: Any) -> None:
        for name, value in dict(*given, **named).items():
            self[name] = value

    def __ior__(self, given: Any) -> Parameters:
        self.update(given)
        return self

    def set_all(self, given: Mapping[str, ArrayLike]) -> None:
        """Copy in every one of them; nothing is changed before all is checked."""
        if not isinstance(given, Mapping) or any(name not in given for name in self):
            raise NetworkError(f"parameters are {brief(given)}: expected all of {', '.join(self)}")
        checked = {name: self.checked(name, value) for name, value in given.items()}
        for name, value in checked.items():
            np.copyto(self[name], value)

    def checked(self, name: str, value: ArrayLike) -> NDArray[Any]:
        """The value as numbers of this parameter's shape, in its precision."""
        if name not in self:
            raise NetworkError(f"no parameter {name!r}: there are {', '.join(self)}")
        numbers = as_numbers(name, value, self[name].dtype)
        if numbers.shape != self[name].shape:
            raise NetworkError(f"{name} has shape {self[name].shape}: {numbers.shape} was given")
        return numbers


def weights_only(architecture: Architecture, value: float, other: float = 0.0) -> NDArray[Any]:
    """An array as long as all parameters: `value` where a weight lies, `other` elsewhere."""
    vector = np.full(flat_size(architecture), other)
    for name, part in views(vector, architecture).items():
        if name.startswith("W"):
            part[:] = value
    return vector
