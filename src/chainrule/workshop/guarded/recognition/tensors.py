"""Parameters and values that are no arrays: tensors, numbers with a gradient, lists of floats.

Each is mirrored by an array: what is put into the array is written into them before a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition.reachable import attributes, is_floats, own_object

Array = NDArray[Any]


def from_torch(value: Any) -> TypeGuard[Any]:
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach")


def view(value: Any) -> Array | None:
    """The floats of an array or a tensor, to be moved in place; None for any other value."""
    if from_torch(value) and value.device.type == "cpu" and str(value.layout) == STRIDED:
        value = value.detach().numpy()
    return value if is_floats(value) else None


STRIDED = "torch.strided"
"""The layout of a tensor that NumPy can look at."""


def like(value: Any, example: Any) -> Any:
    """An array or a number as a tensor, where it takes the place of one; else as it is."""
    return example.new_tensor(value) if from_torch(example) else value


def from_jax(value: Any) -> bool:
    """Whether a value is an array of JAX."""
    return type(value).__module__.partition(".")[0] in ("jax", "jaxlib") and is_array(value)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def is_node(value: Any) -> bool:
    """Whether a value is one of somebody's own engine: it has `data` and a gradient."""
    if isinstance(value, (np.ndarray, np.generic, int, float, str, list, tuple, dict, type)):
        return False
    if type(value).__module__.partition(".")[0] in ("chainrule", "torch"):
        return False
    return any(hasattr(value, name) for name in DATA) and any(hasattr(value, n) for n in GRAD)


DATA = ("data", "value", "_data", "val")
GRAD = ("grad", "gradient", "_grad", "_gradient")


def data_of(node: Any) -> Any:
    return next(getattr(node, name) for name in DATA if hasattr(node, name))


def grad_of(node: Any) -> Any:
    return next(getattr(node, name) for name in GRAD if hasattr(node, name))


def set_data(node: Any, value: Any) -> None:
    setattr(node, next(name for name in DATA if hasattr(node, name)), value)


def plain(value: Any) -> Any:
    """A value without tensors and nodes: arrays, numbers, and lists of them."""
    if from_torch(value):
        return value.detach().numpy()
    if is_node(value):
        return plain(data_of(value))
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if is_array(value):
        return np.asarray(value)
    return value


@dataclass
class Piece:
    """One array of parameters, and how it is written into what it mirrors."""

    array: Array
    push: Callable[[], None] | None
    of: Any = None
    """The array, tensor or node, or the list of nodes, whose numbers these are."""


class Mirror:
    """The arrays of `parameters`, a nested list, tuple or dict, or a function that gives it."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.pieces = list(pieces(self.value()))
        self.arrays = [piece.array for piece in self.pieces]

    def value(self) -> Any:
        return self.given() if callable(self.given) else self.given

    def push(self) -> None:
        for piece in self.pieces:
            if piece.push is not None:
                piece.push()

    def now(self) -> list[Array]:
        """The numbers as they are now, in arrays of their own."""
        return [np.array(piece.array, np.float64) for piece in pieces(self.value())]

    def matched(self, gradients: Any) -> list[Any]:
        """The gradients as a list of as many as there are arrays."""
        if own_object(gradients) and not is_node(gradients):
            gradients = attributes(gradients)
        if isinstance(gradients, dict):
            gradients = list(gradients.values())
        if isinstance(gradients, Iterator):
            gradients = list(gradients)
        if isinstance(gradients, (list, tuple)) and len(gradients) == len(self.arrays):
            both = zip(gradients, self.arrays, strict=True)  # None: no gradient came so far
            gradients = [np.zeros(a.shape) if g is None else g for g, a in both]
        found = [np.array(p.array) for p in pieces(gradients)]
        if len(found) != len(self.arrays) and len(self.arrays) == 1:
            whole = np.asarray(plain(gradients), np.float64)
            return [whole]
        return found


def pieces(value: Any) -> Iterator[Piece]:
    """The arrays inside, each once, in their order."""
    if isinstance(value, np.ndarray) and value.dtype.kind != "O":
        yield Piece(value, None, value)
    elif from_torch(value):
        yield Piece(value.detach().numpy(), None, value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from pieces(each)
    elif is_node(value):
        yield from node_pieces(value)
    elif isinstance(value, np.ndarray):
        for each in value:
            yield from pieces(each)
    elif isinstance(value, (list, tuple)):
        yield from of_list(value)
    elif is_number(value):
        yield Piece(np.array(float(value)), None)
    elif is_array(value):
        yield Piece(np.array(value), None)


def is_array(value: Any) -> bool:
    """Whether a value of another library says what array it is."""
    return hasattr(value, "__array__") and not isinstance(value, (type, np.ndarray, np.generic))


def node_pieces(node: Any) -> Iterator[Piece]:
    held = data_of(node)
    if isinstance(held, np.ndarray) and held.dtype.kind != "O":
        yield Piece(held, None, node)
    elif is_number(held):
        array = np.array(float(held))
        yield Piece(array, lambda: set_data(node, float(array)), node)


def of_list(values: Any) -> Iterator[Piece]:
    """The pieces of a list: one array of a row of numbers or of nodes, or those of its items."""
    if values and all(map(is_number, values)):
        array = np.array(values, np.float64)

        def write() -> None:
            if isinstance(values, list):
                values[:] = array.tolist()

        yield Piece(array, write, values)
    elif values and all(is_node(each) and is_number(data_of(each)) for each in values):
        array = np.array([float(data_of(each)) for each in values])

        def write_nodes() -> None:
            for node, number in zip(values, array, strict=True):
                set_data(node, float(number))

        yield Piece(array, write_nodes, values)
    else:
        for each in values:
            yield from pieces(each)
