"""Examples as the network takes them: rows of inputs and targets, checked once, read in chunks."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.network.architecture import Architecture
from chainrule.network.arguments import Array, brief
from chainrule.network.costs import cost
from chainrule.network.errors import NetworkError


class Split(Protocol):
    """A part of a data set: `X` (m, n0) and `y` (m,)."""

    @property
    def X(self) -> NDArray[Any]: ...
    @property
    def y(self) -> NDArray[Any]: ...


@runtime_checkable
class Dataset(Protocol):
    """A data set with its three parts."""

    @property
    def train(self) -> Split: ...
    @property
    def validation(self) -> Split: ...


def is_split(data: object) -> TypeGuard[Split]:
    """Whether it has an `X` and a `y`; an `X` that is made when it is asked for is not made."""
    missing = object()
    return all(inspect.getattr_static(data, name, missing) is not missing for name in ("X", "y"))


def as_inputs(X: ArrayLike, n_in: int, dtype: np.dtype[Any]) -> Array:
    """`X` as rows (m, n_in) of finite numbers, or an error that says what came."""
    rows = as_numbers("X", X, dtype)
    if rows.ndim == 1 and rows.shape == (n_in,):
        rows = rows[None, :]
    if rows.ndim != 2 or rows.shape[1] != n_in:
        raise NetworkError(f"X has shape {rows.shape}: expected (m, {n_in}), one example a row")
    if len(rows) == 0:
        raise NetworkError(f"X is empty: expected at least one example of {n_in} numbers")
    return finite("X", rows)


def as_numbers(name: str, given: Any, dtype: np.dtype[Any]) -> Array:
    """An array of real numbers; what is too large for `dtype` becomes infinite."""
    try:
        array = np.asarray(given)
        if array.dtype.kind not in "buifO":
            raise TypeError
        with np.errstate(over="ignore"):
            return array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise NetworkError(
            f"{name} is {brief(given)}: expected a table of real numbers, as {dtype} holds them"
        ) from None


def finite(name: str, rows: Array) -> Array:
    """The rows, every number of which is finite."""
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise NetworkError(
            f"{name}[{row}, {column}] is {rows[row, column]} as {rows.dtype}: every number must "
            "be finite"
        )
    return rows


@dataclass(frozen=True)
class Targets:
    """Targets by table: row `index[i]` of `table` (k, n_out) is the target of example i."""

    table: Array
    index: NDArray[np.intp]
    labels: NDArray[np.intp] | None
    """The class of each example, where y has classes."""

    def __len__(self) -> int:
        return len(self.index)

    def first(self, most: int) -> Targets:
        """The first `most` of them."""
        labels = None if self.labels is None else self.labels[:most]
        return Targets(self.table, self.index[:most], labels)


def as_targets(y: ArrayLike, m: int, architecture: Architecture, dtype: np.dtype[Any]) -> Targets:
    """`y` as whole numbers (m,) that name the classes, or as rows (m, nL), one-hot or not.

    With one output `y` (m,) are numbers; integers are classes, 0 and 1, where its
    activation lies between the two.
    """
    n_out = architecture.sizes[-1]
    classes = "iub" if architecture.activation(architecture.layers).unit else ""
    try:
        given = np.asarray(y)
    except ValueError:
        raise NetworkError(f"y is {brief(y)}: expected {m} targets of one length") from None
    if given.ndim == 0 and m == 1:
        given = given[None]
    if given.ndim == 0:
        raise NetworkError(f"y is {brief(y)}: expected {m} targets, one for each example")
    if len(given) != m:
        raise NetworkError(f"y has length {len(given)} and X {m}: expected one target an example")
    if given.ndim == 1 and (n_out > 1 or given.dtype.kind in classes):
        return from_labels(given, n_out, dtype)
    if given.ndim == 1 and n_out == 1:
        given = given[:, None]
    if given.shape != (m, n_out):
        raise NetworkError(
            f"y has shape {given.shape}: expected ({m},) whole numbers or ({m}, {n_out}) rows"
        )
    rows = finite("y", as_numbers("y", given, dtype))
    chosen = cost(architecture.cost)
    for check in chosen.asks:
        check(rows, chosen.name)
    return Targets(np.ascontiguousarray(rows), np.arange(m), labels_of(rows, chosen.onehot))


def labels_of(rows: Array, classes: bool) -> NDArray[np.intp] | None:
    """The class that each row (m, n_out) names; None where they are numbers and no classes.

    Rows name classes where every one is one-hot, or 0 or 1 for a single output. Where rows are
    shares of `classes`, the class is the likeliest.
    """
    ones = rows == 1
    if not (ones | (rows == 0)).all() or (rows.shape[1] > 1 and (ones.sum(axis=1) != 1).any()):
        return rows.argmax(axis=1) if classes else None
    return rows.argmax(axis=1) if rows.shape[1] > 1 else ones[:, 0].astype(np.intp)


def from_labels(given: NDArray[Any], n_out: int, dtype: np.dtype[Any]) -> Targets:
    """Whole numbers 0 .. n_out-1; for a single output, 0 or 1."""
    classes = max(n_out, 2)
    kind = given.dtype.kind
    if kind not in "iubf" or (kind == "f" and not whole(given)):
        held = {"f": "numbers that are not whole", "c": "complex numbers", "O": "no plain numbers"}
        raise NetworkError(f"y holds {held.get(kind, 'no numbers')}: a class is 0, 1, 2, ...")
    outside = np.flatnonzero((given < 0) | (given >= classes))
    if len(outside):
        first = outside[0]
        raise NetworkError(
            f"y[{first}] is {given[first]:.15g}: the classes of this network are 0 to {classes - 1}"
        )
    labels = given.astype(np.intp)
    table = np.eye(n_out, dtype=dtype) if n_out > 1 else np.array([[0], [1]], dtype)
    return Targets(table, labels, labels)


def whole(values: NDArray[Any]) -> bool:
    """Whether every value is a finite whole number."""
    return bool(np.isfinite(values).all() and (values == np.rint(values)).all())


class Inputs:
    """Rows of inputs as they are stored, bytes or floats, turned to numbers a chunk at a time.

    A data set that keeps `values` (m, n0) and a `scale` with `X = values * scale` is read from
    its values: a quarter of the memory to pass over, and `X` need never be made.
    """

    def __init__(self, split: Split | ArrayLike, n_in: int, dtype: np.dtype[Any]) -> None:
        values, scale = getattr(split, "values", None), getattr(split, "scale", None)
        if isinstance(values, np.ndarray) and values.dtype == np.uint8 and scale is not None:
            if values.ndim != 2 or values.shape[1] != n_in or not len(values):
                raise NetworkError(
                    f"X has shape {values.shape}: expected (m, {n_in}), one example a row"
                )
            self.values: Array = values
            self.scale: np.float32 | None = np.float32(scale)
        else:
            X: Any = split.X if is_split(split) else split
            self.values = as_inputs(X, n_in, dtype)
            self.scale = None

    def __len__(self) -> int:
        return len(self.values)

    def first(self, most: int) -> Inputs:
        """The first `most` of them."""
        return self._with(self.values[:most])

    def only(self, columns: NDArray[np.bool_]) -> Inputs:
        """The same examples with these inputs only."""
        return self._with(self.values.compress(columns, axis=1))

    def _with(self, values: Array) -> Inputs:
        inputs = Inputs.__new__(Inputs)
        inputs.values, inputs.scale = values, self.scale
        return inputs

    def columns_in_use(self) -> NDArray[np.bool_]:
        """Which inputs are not 0 in every example."""
        return np.asarray(self.values.any(axis=0))

    def chunk_buffer(self, rows: int) -> Array:
        """Room for `read` to gather the stored values of `rows` rows."""
        return np.empty((rows, self.values.shape[1]), self.values.dtype)

    def read(self, rows: NDArray[np.intp], stored: Array, out: Array) -> None:
        """The examples `rows` into `out` (len(rows), at least n0 + 1): the inputs, and then a 1.

        Whole rows are scaled, the 1 with them: one stretch of memory is read faster than many.
        """
        n0 = self.values.shape[1]
        self.values.take(rows, 0, stored, "clip")
        np.copyto(out[:, :n0], stored)
        if self.scale is not None:
            np.multiply(out, self.scale, out=out, dtype=np.float32, casting="same_kind")
        out[:, n0] = 1

    def slice(self, start: int, stop: int, out: Array) -> None:
        """The examples start .. stop-1 into `out`."""
        if self.scale is None:
            np.copyto(out, self.values[start:stop])
        else:
            np.multiply(
                self.values[start:stop], self.scale, out=out, dtype=np.float32, casting="same_kind"
            )
