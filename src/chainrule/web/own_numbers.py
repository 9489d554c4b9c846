"""The learner's own numbers beside Chainrule's: what a page asks about, and what it is told."""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.network import Inspection
from chainrule.web.numbers import shown
from chainrule.workshop import (
    Folder,
    Guard,
    OwnStep,
    WorkshopError,
    find_folder,
    own_step,
)

KEPT = 32
NO_FUNCTION = "No function of network.py gives {names} by itself here: Chainrule's numbers stand."


class OwnNumbers:
    """Runs the learner's functions in one guarded process, and keeps what came of them.

    Several requests may ask at a time; what is kept belongs to the files as they were.
    """

    def __init__(self) -> None:
        self._guard: Guard | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, OwnStep] = OrderedDict()

    def step(
        self, folder: Folder, inspection: Inspection, names: Sequence[str] | None = None
    ) -> OwnStep:
        """The step by the learner's functions, as their file is now."""
        with self._lock:
            key = fingerprint(folder, inspection, names)
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            if self._guard is None:
                self._guard = Guard()
            made = own_step(folder, self._guard, inspection, names)
            if fingerprint(folder, inspection, names) == key:
                self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return made

    def close(self) -> None:
        """End the guarded process."""
        with self._lock:
            if self._guard is not None:
                self._guard.close()
                self._guard = None


def own_folder() -> Folder | None:
    """The learner's folder, where there is one."""
    try:
        return find_folder()
    except WorkshopError:
        return None


def fingerprint(folder: Folder, inspection: Inspection, names: Sequence[str] | None) -> bytes:
    """What the numbers depend on: the Python files of the folder, the network, the examples."""
    state = hashlib.sha256(repr((inspection.architecture, names)).encode())
    for file in sorted(folder.path.glob("*.py")):
        state.update(f"{file.name} {file.stat().st_mtime_ns} {file.stat().st_size};".encode())
    state.update(folder.source())
    for array in (inspection.network.flat, inspection.values["x"], inspection.values["y"]):
        state.update(np.ascontiguousarray(array).tobytes())
    return state.digest()


@dataclass(frozen=True)
class Grid:
    """The cells of an image of numbers: `dC/dW1` with the prefix `3,` is one row of it."""

    name: str
    prefix: str
    count: int

    @classmethod
    def read(cls, value: Any) -> Grid:
        """A grid as a page sends it; ValueError for anything else."""
        name, prefix, count = value["name"], value["prefix"], value["count"]
        if not (isinstance(name, str) and isinstance(prefix, str) and type(count) is int):
            raise ValueError("a grid has a name, a prefix and a count")
        return cls(name, prefix, count)

    def cells(self, inspection: Inspection) -> tuple[str, tuple[int, ...]]:
        """The quantity, and the index of the row that the cells are; NetworkError if none."""
        name, index = inspection.index(f"{self.name}[{self.prefix}0]")
        return name, index[:-1]


def beside(
    own: OwnStep, inspection: Inspection, refs: Sequence[str], grids: Sequence[Grid]
) -> dict[str, Any]:
    """The learner's numbers for these references and images, and notes where there are none."""
    return {
        "numbers": {ref: number(own, inspection, ref) for ref in refs},
        "grids": [cells(own, inspection, grid) for grid in grids],
        "notes": notes(own),
        "differing": sum(int(each.differs.sum()) for each in own.quantities.values()),
        "compared": sum(q.values.size for q in own.quantities.values() if q.values is not None),
    }


def number(own: OwnStep, inspection: Inspection, ref: str) -> dict[str, Any]:
    """One number: the `state` is same, differs, ours (Chainrule's stands), or given."""
    name, index = inspection.index(ref)
    quantity = own.quantities.get(name)
    if quantity is None:
        return {"state": "given"}
    if quantity.values is None:
        return {"state": "ours", "by": quantity.problem or without(name)}
    value = float(quantity.values[index])
    return {
        "state": "differs" if quantity.differs[index] else "same",
        "text": shown(value),
        "value": repr(value),
        "by": " and ".join(f"`{function}`" for function in quantity.functions),
    }


def cells(own: OwnStep, inspection: Inspection, grid: Grid) -> dict[str, Any]:
    """The numbers of an image, and the places that differ; None for one that is not finite."""
    name, row = grid.cells(inspection)
    quantity = own.quantities.get(name)
    if quantity is None or quantity.values is None:
        return {"state": "given" if quantity is None else "ours"}
    values = quantity.values[row].ravel()[: grid.count].tolist()
    differs = np.flatnonzero(quantity.differs[row].ravel()[: grid.count]).tolist()
    values = [value if math.isfinite(value) else None for value in values]
    return {"state": "differs" if differs else "same", "values": values, "differs": differs}


def notes(own: OwnStep) -> list[dict[str, Any]]:
    """Why some quantities are Chainrule's: each reason once, with the quantities."""
    lacking = [each for each in own.quantities.values() if each.values is None]
    by_reason: dict[str, list[str]] = {}
    for each in lacking:
        by_reason.setdefault(each.problem, []).append(each.name)
    return [
        {"names": names, "message": reason_in_words(reason, names)}
        for reason, names in by_reason.items()
    ]


def reason_in_words(reason: str, names: Sequence[str]) -> str:
    if not reason:
        return without(", ".join(names))
    stands = "Chainrule's number stands" if len(names) == 1 else "Chainrule's numbers stand"
    return f"{reason}. {stands} for {', '.join(names)}."


def without(names: str) -> str:
    return NO_FUNCTION.format(names=names)
