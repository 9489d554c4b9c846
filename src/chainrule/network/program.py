"""A straight-line program: a list of NumPy calls on preallocated, named buffers.

A step is written with names (`dot(W1, x, z1)`), so that the list can be printed and read.
`bind` looks the names up once and gives the bare calls; to run a program is to replay them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network.calls import (
    MOST_PARTS,
    NUMBERS_WORTH_A_THREAD,
    Call,
    bands,
    bands_in_place,
    run,
    side_by_side,
)
from chainrule.network.errors import OutOfRange

Array = NDArray[Any]

CACHE_LINE = 64
"""Bytes. Buffers start on such a boundary, which is where vector instructions read fastest."""


@dataclass(frozen=True, slots=True)
class Step:
    """One NumPy call: `function(*operands, out)`, each a buffer's name; `W2.T` is a view of `W2`.

    `equation` is what is computed, in the notation of the lessons. It stands at the first of the
    calls that compute it; those that carry on the equation above them have none. `block` numbers
    the steps that do the same to one block after another of a long buffer; steps of different
    blocks do not need one another, but for every `MOST_PARTS`th block, which may use the same
    scratch.
    """

    function: str
    operands: tuple[str, ...]
    out: str
    equation: str = ""
    block: int | None = None

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
            return product(arrays[0], arrays[1], out)
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


def product(first: Array, second: Array, out: Array) -> Call:
    """`first @ second` into `out`, in bands of rows where that is faster."""
    if first.ndim == 2:
        columns = second.shape[-1]
        cut = bands(len(first), 2 * first.size * columns)
        if len(cut) > 1:
            parts = [[(np.matmul, (first[band], second, out[band]))] for band in cut]
            return side_by_side, (parts,)
        if first.flags.c_contiguous:
            rows, inner = first.shape
            cut = bands_in_place(rows, inner, columns, not second.flags.c_contiguous)
            if len(cut) > 1:
                return run, ([(first[band].dot, (second, out[band])) for band in cut],)
    return first.dot, (second, out)


def bind_blocks(
    steps: Iterable[Step], buffers: Mapping[str, Array], rng: np.random.Generator | None
) -> list[Call]:
    """The calls of steps on blocks, the blocks side by side where they are long."""
    parts: dict[int, list[Call]] = {}
    written = 0
    for step in steps:
        part = (step.block or 0) % MOST_PARTS
        parts.setdefault(part, []).append(bind_step(step, buffers, rng))
        written += buffers[step.out].size
    if len(parts) > 1 and written >= 2 * NUMBERS_WORTH_A_THREAD:
        return [(side_by_side, (list(parts.values()),))]
    return [call for part in parts.values() for call in part]


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
        calls: list[Call] = []
        for on_blocks, steps in groupby(self.steps, lambda step: step.block is not None):
            if on_blocks:
                calls += bind_blocks(steps, buffers, rng)
            else:
                calls += [bind_step(step, buffers, rng) for step in steps]
        return calls

    def listing(self) -> str:
        """The program as text: one line a call, with its equation."""
        shown = [step for step in self.steps if not step.block]
        width, digits = max(len(step.code()) for step in shown), len(str(len(shown)))
        lines = [self.title, ""]
        for number, step in enumerate(shown, 1):
            line = f"{number:{digits}}  {step.code():<{width}}"
            lines.append(f"{line}  {step.equation}".rstrip())
        blocks = 1 + max(step.block or 0 for step in self.steps)
        if blocks > 1:
            lines.append(
                f"{'':{digits}}  ... and so for {blocks - 1} further blocks of the parameters"
            )
        return "\n".join(lines)


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
