"""One long vector of parameters: how long it has to be, and which arrays a function makes of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
RESHAPE = re.compile(r"cannot reshape array of size (\d+) into shape \(([\d, ]+)\)")
MOST_PARTS, MOST_NUMBERS = 12, 200_000


def drawn(size: int) -> Array:
    """A vector of different numbers of a usual size."""
    return 0.3 * np.random.default_rng(size).standard_normal(size)


def length(call: Callable[[Array], Any], shapes: list[tuple[int, ...]]) -> int | None:
    """How long a vector the call takes: as long as it says; None where another fault ends it.

    A call that makes matrices of a vector that is too short says how many numbers they need. The
    `shapes` of these are put into the list.
    """
    size = 0
    for _ in range(MOST_PARTS):
        try:
            call(drawn(size))
            return size or None
        except ValueError as fault:
            needed = RESHAPE.search(str(fault))
            if needed is None:
                return None
            shape = tuple(int(n) for n in needed[2].replace(" ", "").split(",") if n)
            more = int(np.prod(shape)) - int(needed[1])
            if more <= 0 or size + more > MOST_NUMBERS:
                return None
            shapes.append(shape)
            size += more
        except Exception:
            return None
    return None


@dataclass(frozen=True)
class VectorPart:
    """Numbers of the vector as an array of the function: its name there, where, and its form."""

    name: str
    start: int
    stop: int
    shape: tuple[int, ...]
    order: str

    def of(self, vector: str) -> str:
        """The expression for it, as a part of a vector of this name."""
        if len(self.shape) == 1:
            return f"{vector}[{self.start}:{self.stop}]"
        sizes = ", ".join(map(str, self.shape))
        turned = f'({sizes}), order="F"' if self.order == "F" else sizes
        return f"{vector}[{self.start}:{self.stop}].reshape({turned})"


def parts(call: Callable[[Array], Any], size: int) -> list[VectorPart]:
    """The arrays that the call makes of the vector; none where they do not cover it once."""
    vector = drawn(size)
    places = {float(v): i for i, v in enumerate(vector)}
    found: dict[int, VectorPart] = {}

    def look(frame: FrameType) -> None:
        for name, value in list(frame.f_locals.items()):
            if not isinstance(value, np.ndarray) or value.ndim not in (1, 2):
                continue
            if value.dtype != np.float64 or not 1 <= value.size <= size:
                continue
            part = part_of(name, np.asarray(value), places)
            if part is not None and (part.stop - part.start < size or value.ndim == 2):
                best = found.get(part.start)
                if best is None or worth(part) > worth(best):
                    found[part.start] = part

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if str(frame.f_globals.get("__name__")).partition(".")[0] == "numpy":
            return None
        look(frame)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call(vector)
    finally:
        sys.settrace(before)
    chain, start = [], 0
    while start in found and len(chain) < MOST_PARTS:
        chain.append(found[start])
        start = found[start].stop
    return chain if start == size else []


def worth(part: VectorPart) -> tuple[bool, int]:
    """Matrices before rows, and the larger first."""
    return len(part.shape) == 2, part.stop - part.start


def part_of(name: str, value: Array, places: dict[float, int]) -> VectorPart | None:
    """Where an array's numbers stand in the vector, one after the other; None where they do not."""
    first = places.get(float(value.flat[0]))
    if first is None:
        return None
    for order in ("C", "F"):
        numbers = value.ravel(order)
        if all(places.get(float(v)) == first + i for i, v in enumerate(numbers)):
            return VectorPart(name, first, first + value.size, value.shape, order)
    return None
