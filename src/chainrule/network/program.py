"""A straight-line program: a list of NumPy calls on preallocated, named buffers.

A step is written with names (`dot(W1, x, z1)`), so that the list can be printed and read.
`bind` looks the names up once and gives the bare calls; to run a program is to replay them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network.errors import OutOfRange

Array = NDArray[Any]
Call = tuple[Callable[..., Any], tuple[Any, ...]]

CACHE_LINE = 64
"""Bytes. Buffers start on such a boundary, which is where vector instructions read fastest."""


@dataclass(frozen=True, slots=True)
class Step:
    """One NumPy call: `function(*operands, out)`, each a buffer's name; `W2.T` is a view of `W2`.

    `equation` is what the call computes, in the notation of the lessons; a call that only
    carries on the equation above it has none. `block` numbers the steps that do the same to one
    block after another of a long buffer.
    """

    function: str
    operands: tuple[str, ...]
    out: str
    equation: str = ""
    block: int = 0

    def code(self) -> str:
        """The call as text: `dot(W1, x, z1)`."""
        return f"{self.function}({', '.join((*self.operands, self.out))})"


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Zeros of this shape that start on a cache line."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + size].view(dtype).reshape(shape)


def look_up(name: str, buffers: Mapping[str, Array]) -> Array:
    """The buffer of this name, or for `name.T` a transposed view of it."""
    if name.endswith(".T"):
        return buffers[name[:-2]].T
    return buffers[name]


def bind_step(step: Step, buffers: Mapping[str, Array], rng: np.random.Generator | None) -> Call:
    """The bare call of a step. Every argument is positional: keywords cost a tenth of a step."""
    arrays = [look_up(name, buffers) for name in step.operands]
    out = buffers[step.out]
    match step.function:
        case "dot":
            return arrays[0].dot, (arrays[1], out)
        case "max":
            return np.maximum.reduce, (arrays[0], 0, None, out)
        case "sum":
            return np.add.reduce, (arrays[0], None, out.dtype, out)
        case "random":
            if rng is None:
                raise TypeError("a program with dropout is bound with a Generator")
            return rng.random, (None, out.dtype, out)
        case "copy":
            return np.copyto, (out, arrays[0])
        case ufunc:
            return getattr(np, ufunc), (*arrays, out)


@dataclass(frozen=True)
class Program:
    """The steps of one mini-batch, and the buffers that they name."""

    title: str
    steps: tuple[Step, ...]
    buffers: dict[str, Array]

    def bind(
        self, inputs: Mapping[str, Array] | None = None, rng: np.random.Generator | None = None
    ) -> list[Call]:
        """The calls to replay, with `inputs` (another `x` and `y`, say) in place of the buffers."""
        buffers = {**self.buffers, **(inputs or {})}
        return [bind_step(step, buffers, rng) for step in self.steps]

    def listing(self) -> str:
        """The program as text: one line a call, with its equation."""
        shown = [step for step in self.steps if step.block == 0]
        width, digits = max(len(step.code()) for step in shown), len(str(len(shown)))
        lines = [self.title, ""]
        for number, step in enumerate(shown, 1):
            line = f"{number:{digits}}  {step.code():<{width}}"
            lines.append(f"{line}  {step.equation}".rstrip())
        blocks = 1 + max(step.block for step in self.steps)
        if blocks > 1:
            lines.append(
                f"{'':{digits}}  ... and so for {blocks - 1} further blocks of the parameters"
            )
        return "\n".join(lines)


def run(calls: Iterable[Call]) -> None:
    """Replay the calls."""
    for function, arguments in calls:
        function(*arguments)


def run_in_range(calls: Iterable[Call], dtype: np.dtype[Any]) -> None:
    """Replay the calls; a number too large for `dtype` is an error, not an infinity."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            run(calls)
    except FloatingPointError as fault:
        raise OutOfRange(
            f"the numbers grow too large for {dtype} ({fault}): the inputs or the weights are far "
            "larger than 1"
        ) from fault
