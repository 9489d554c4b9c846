"""Arrays out of a pickle, and nothing else: nothing in the file is run, whatever it asks for.

`pickle.load` calls what a file names. Here a file may name what NumPy and pickle write for an array
and a few bytes, and gets inert stand-ins for these that only keep what they are given. The arrays
are made afterwards, from a type and bytes that have been checked. Python's own unpickler in Python
is used, for the one in C makes room for whatever place a file names in its memo.
"""

from __future__ import annotations

import io
import math
import pickle
from typing import Any

import numpy as np

from chainrule.data.errors import DataError

MOST_VALUES, DEEPEST = 10_000, 6
KINDS = "biuf"


class PickledArray:
    """What a pickle holds in the place of an array: the state that it would be given."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class PickledType:
    """What a pickle holds in the place of a type of numbers: its code and its order of bytes."""

    def __init__(self, code: Any = None, *_: Any) -> None:
        self.code, self.order = code, "|"

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self.order = state[1]


class PickledNumber:
    """What a pickle holds in the place of one number of NumPy's."""

    def __init__(self, dtype: Any = None, content: Any = b"") -> None:
        self.dtype, self.content = dtype, content


def reconstructed(*_: Any) -> PickledArray:
    return PickledArray()


def from_buffer(content: Any = None, dtype: Any = None, shape: Any = None, order: Any = "C") -> Any:
    """An array as protocol 5 writes it."""
    array = PickledArray()
    array.state = (1, shape, dtype, order == "F", content)
    return array


def as_bytes(text: Any = "", encoding: Any = "latin1", *_: Any) -> bytes:
    """Bytes as protocol 2 writes them: text in which every character is one byte."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError("bytes in an encoding that pickle does not write")
    return text.encode("latin1")


STAND_INS: dict[tuple[str, str], Any] = {
    **{(f"numpy.{core}.multiarray", "_reconstruct"): reconstructed for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): PickledNumber for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): from_buffer for core in ("core", "_core")},
    ("numpy", "ndarray"): PickledArray,
    ("numpy", "dtype"): PickledType,
    ("_codecs", "encode"): as_bytes,
}


class ArrayUnpickler(pickle._Unpickler):  # pyright: ignore
    """Reads a pickle in which nothing but arrays, numbers, text and collections of them may be."""

    def find_class(self, module: str, name: str) -> Any:
        """The stand-in for what the file names; it is refused otherwise."""
        try:
            return STAND_INS[module, name]
        except (KeyError, TypeError):
            raise pickle.UnpicklingError(f"{module}.{name}"[:60]) from None

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("an object that is kept elsewhere")

    def get_extension(self, code: int) -> Any:
        raise pickle.UnpicklingError(f"the registered object {code}")


def arrays_in_pickle(content: bytes, source: str) -> dict[str, np.ndarray]:
    """The arrays in a pickle, by the names or places they have in it; nothing in it is run."""
    try:
        loaded = ArrayUnpickler(io.BytesIO(content), encoding="latin1").load()
    except pickle.UnpicklingError as error:
        raise DataError(
            f"{source}: the pickle asks for {error}; expected arrays of numbers and nothing that "
            "could run, save them with numpy.savez instead"
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # whatever a damaged or hostile file makes of the unpickler
        raise DataError(
            f"{source}: no pickle that can be read ({type(error).__name__}); fetch or make it again"
        ) from error
    found: dict[str, np.ndarray] = {}
    _collect(loaded, "", found, source, 0)
    return found


def _collect(value: Any, name: str, found: dict[str, np.ndarray], source: str, depth: int) -> None:
    """Gather the arrays in nested collections under names such as `train/0` or `labels`."""
    if depth > DEEPEST or len(found) > MOST_VALUES:
        raise DataError(f"{source}: collections within collections; expected a few arrays")
    if isinstance(value, dict):
        for key, inside in value.items():
            called = key.decode("latin1") if isinstance(key, bytes) else str(key)
            _collect(inside, f"{name}/{called}" if name else called, found, source, depth + 1)
    elif isinstance(value, PickledArray):
        found[name or "array"] = array_of(value, f"{source}: {name or 'the array'}")
    elif isinstance(value, (list, tuple)):
        if value and all(type(one) in (int, float, bool) for one in value):
            found[name or "array"] = _numbers(list(value), source)
            return
        for place, inside in enumerate(value[: MOST_VALUES + 1]):
            _collect(inside, f"{name}/{place}" if name else str(place), found, source, depth + 1)


def _numbers(values: list[Any], source: str) -> np.ndarray:
    try:
        array = np.asarray(values)
    except (OverflowError, ValueError) as error:
        raise DataError(f"{source}: numbers that are too large ({error})") from error
    if array.dtype.kind not in KINDS:
        raise DataError(f"{source}: whole numbers that are too large; expected labels")
    return array


def array_of(kept: PickledArray, where: str) -> np.ndarray:
    """The array of what a pickle holds in its place, its type and size checked."""
    state = kept.state
    if not isinstance(state, tuple) or len(state) != 5:
        raise DataError(f"{where}: a damaged array; fetch or make the file again")
    _, shape, dtype, fortran, content = state
    if isinstance(content, str):
        content = content.encode("latin1", "replace")
    if isinstance(content, list):
        raise DataError(f"{where}: an array of Python objects; expected numbers")
    code = getattr(dtype, "code", None)
    if not isinstance(dtype, PickledType) or not isinstance(code, str):
        raise DataError(f"{where}: an array of an unknown type; expected numbers")
    try:
        kind = np.dtype(code)
    except TypeError as error:
        raise DataError(f"{where}: an array of type {code[:20]!r}; expected numbers") from error
    whole = isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape)
    if (
        kind.kind not in KINDS
        or kind.fields
        or not whole
        or not isinstance(content, (bytes, bytearray))
    ):
        raise DataError(f"{where}: an array of type {code[:20]!r}; expected numbers")
    if math.prod(shape) * kind.itemsize != len(content) or len(shape) > 8:
        raise DataError(
            f"{where}: says it is {shape} of {kind}, but {len(content):,} bytes are there; fetch "
            "or make the file again"
        )
    if dtype.order == ">":
        kind = kind.newbyteorder(">")
    array = np.frombuffer(content, kind).reshape(shape, order="F" if fortran is True else "C")
    return array.astype(kind.newbyteorder("="))
