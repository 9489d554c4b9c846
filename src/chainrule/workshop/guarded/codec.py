"""Values on their way to the guarded process and back: JSON for the tree, .npy for the arrays.

Nothing is ever unpickled. An array of objects travels as a list. What has no place here, as an
object of the learner's own class, arrives as `Foreign`, which says what it was.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEEPEST = 8
MOST_ITEMS = 20_000
"""Parts of one field of a message; a row of numbers is one part, however long."""
MOST_DRAWN = 2_000
"""Items taken from an iterator, which may have no end."""
LONGEST_TEXT = 100_000


@dataclass(frozen=True)
class Foreign:
    """A value of a type that no stage returns."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.text}".strip()


@dataclass(frozen=True)
class Given:
    """An argument that is made in the guarded process: a function by its name, a Generator."""

    name: str
    seed: int = 0


class Unreadable(ValueError):
    """Bytes that are no message of ours."""


def pack(value: Any, most_bytes: float = float("inf")) -> bytes:
    """A message: the length of the JSON, the JSON, the arrays. Larger arrays become `Foreign`."""
    packing = Packing(most_bytes)
    tree = packing.plain(value, 0)
    head = json.dumps({"value": tree, "blobs": [len(blob) for blob in packing.blobs]})
    text = head.encode("utf-8", "surrogatepass")
    return b"".join([struct.pack("<Q", len(text)), text, *packing.blobs])


@dataclass
class Packing:
    """One message being made: its arrays so far, and how many parts it has."""

    most_bytes: float
    blobs: list[bytes] = field(default_factory=list)
    parts: int = 0

    def plain(self, value: Any, depth: int) -> Any:
        """`value` as JSON has it."""
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_ITEMS:
            return foreign("a value", "nested too deep, or of too many parts")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return str(value[:LONGEST_TEXT])
        if isinstance(value, bytes):
            self.blobs.append(value)
            return {"bytes": len(self.blobs) - 1}
        if isinstance(value, int) and not isinstance(value, np.generic):
            return int(value) if abs(value) < 2**63 else foreign("an int", "beyond 64 bits")
        if isinstance(value, float) and not isinstance(value, np.generic):
            return float(value)
        if isinstance(value, np.ndarray) and value.dtype.kind == "O" and value.ndim:
            value = list(value)
        if isinstance(value, (np.ndarray, np.generic)):
            return self.array(value)
        if isinstance(value, Given):
            return {"given": value.name, "seed": value.seed}
        if isinstance(value, Foreign):
            return foreign(value.kind, value.text)
        if isinstance(value, (list, tuple)):
            kind = "tuple" if isinstance(value, tuple) else "list"
            row = as_row(value)
            if row is not None:
                return {"row": kind, "numbers": self.array(row), "numpy": all(map(is_numpy, value))}
            return {kind: [self.plain(item, depth + 1) for item in value[:MOST_ITEMS]]}
        if isinstance(value, Mapping):
            return {"dict": list(self.pairs(value, depth))}
        if has_array(value):
            return self.plain(np.asarray(value), depth)
        if isinstance(value, Iterable) and not isinstance(value, Set):
            return {"list": [self.plain(item, depth + 1) for item in islice(value, MOST_DRAWN)]}
        return foreign(f"an object of type {type(value).__name__}", shortened(value))

    def pairs(self, value: Mapping[Any, Any], depth: int) -> Iterator[list[Any]]:
        for key, item in islice(value.items(), MOST_ITEMS):
            if depth == 0:  # a large value leaves the other fields of its message whole
                self.parts = 0
            yield [shortened(key), self.plain(item, depth + 1)]

    def array(self, value: Any) -> dict[str, Any]:
        found = np.asarray(value)
        if found.dtype.kind not in "biufc":
            kind = "an array of objects" if found.dtype.kind == "O" else f"an array {found.dtype}"
            return foreign(kind, f"of shape {found.shape}")
        if found.nbytes > self.most_bytes:
            return foreign("an array", f"of shape {found.shape}, {found.nbytes / 2**20:,.0f} MiB")
        stream = io.BytesIO()
        np.lib.format.write_array(stream, found, allow_pickle=False)
        self.blobs.append(stream.getvalue())
        return {"array": len(self.blobs) - 1, "scalar": isinstance(value, np.generic)}


def has_array(value: Any) -> bool:
    """Whether an object of another class says itself what array it is."""
    return hasattr(value, "__array__") and not isinstance(value, type)


def as_row(items: Sequence[Any]) -> NDArray[Any] | None:
    """A row of numbers, or of truth values, as one array; None for anything else."""
    kinds = {type(item) for item in items}
    if not kinds or not (kinds <= {bool, np.bool_} or all(map(is_number, kinds))):
        return None
    found = np.array(items)
    return found if found.dtype.kind in "bif" else None  # an int beyond 64 bits makes no such row


def is_number(kind: type) -> bool:
    return kind is not bool and issubclass(kind, (int, float, np.integer, np.floating))


def is_numpy(item: Any) -> bool:
    return isinstance(item, np.generic)


def foreign(kind: str, text: str) -> dict[str, str]:
    return {"foreign": kind, "text": text[:LONGEST_TEXT]}


def shortened(value: Any) -> str:
    """A key or an object as text, whatever its own `__repr__` may do."""
    if isinstance(value, str):
        return str(value[:LONGEST_TEXT])
    try:
        return repr(value)[:100]
    except Exception as fault:
        return f"(its repr raises {type(fault).__name__})"


def unpack(message: bytes | memoryview) -> Any:
    """The value of a message; `Unreadable` for anything else."""
    view = memoryview(message)
    try:
        (length,) = struct.unpack("<Q", view[:8])
        head = json.loads(bytes(view[8 : 8 + length]).decode("utf-8", "surrogatepass"))
        blobs, at = [], 8 + length
        for size in head["blobs"]:
            blobs.append(view[at : at + size])
            at += size
        return rebuilt(head["value"], blobs)
    except (ValueError, LookupError, TypeError, struct.error, RecursionError) as fault:
        raise Unreadable(f"a message that cannot be read: {fault}") from fault


def rebuilt(tree: Any, blobs: list[memoryview]) -> Any:
    """The value of a tree that `Packing.plain` made."""
    if not isinstance(tree, dict):
        return tree
    if "row" in tree:
        numbers = rebuilt(tree["numbers"], blobs)
        if not isinstance(numbers, np.ndarray):
            return numbers
        items = list(numbers) if tree["numpy"] else numbers.tolist()
        return tuple(items) if tree["row"] == "tuple" else items
    if "list" in tree:
        return [rebuilt(item, blobs) for item in tree["list"]]
    if "tuple" in tree:
        return tuple(rebuilt(item, blobs) for item in tree["tuple"])
    if "dict" in tree:
        return {key: rebuilt(item, blobs) for key, item in tree["dict"]}
    if "bytes" in tree:
        return bytes(blobs[tree["bytes"]])
    if "given" in tree:
        return Given(tree["given"], tree["seed"])
    if "foreign" in tree:
        return Foreign(tree["foreign"], tree["text"])
    found = np.lib.format.read_array(io.BytesIO(blobs[tree["array"]]), allow_pickle=False)
    return found[()] if tree["scalar"] else found
