"""From calls on names to bare NumPy calls on arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import numpy as np

from chainrule.network.arguments import Array
from chainrule.network.engine.equation import Call, Equation
from chainrule.network.engine.running import (
    MOST_PARTS,
    NUMBERS_WORTH_A_THREAD,
    Bound,
    bands,
    bands_in_place,
    run,
    side_by_side,
)
from chainrule.network.errors import OutOfRange

Group = tuple[Equation, ...]
"""Equations that the same calls compute."""


def look_up(name: str, buffers: Mapping[str, Array]) -> Array:
    """The buffer of this name, or for `name.T` a transposed view of it."""
    return buffers[name[:-2]].T if name.endswith(".T") else buffers[name]


def bind_call(call: Call, buffers: Mapping[str, Array], rng: np.random.Generator | None) -> Bound:
    """The bare call. Every argument is positional: keywords cost a tenth of a step."""
    arrays = [look_up(name, buffers) for name in call.operands]
    out = buffers[call.out]
    match call.function:
        case "dot":
            return product(arrays[0], arrays[1], out)
        case "max":
            return np.maximum.reduce, (arrays[0], 0, None, out)
        case "sum":
            return np.add.reduce, (arrays[0], None, out.dtype, out)
        case "polyval":
            return polynomial(arrays[0], arrays[1], out)
        case "random":
            if rng is None:
                raise TypeError("a program with dropout is bound with a Generator")
            return rng.random, (None, out.dtype, out)
        case "copy":
            return np.copyto, (out, arrays[0])
        case ufunc:
            return getattr(np, ufunc), (*arrays, out)


def polynomial(coefficients: Array, x: Array, out: Array) -> Bound:
    """The polynomial in `x`, highest power first, into `out`, by Horner's rule in place."""
    first, second, *rest = (coefficients[i : i + 1].reshape(()) for i in range(len(coefficients)))
    calls: list[Bound] = [(np.multiply, (x, first, out)), (np.add, (out, second, out))]
    for coefficient in rest:
        calls += [(np.multiply, (out, x, out)), (np.add, (out, coefficient, out))]
    return run, (calls,)


def product(first: Array, second: Array, out: Array) -> Bound:
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
    groups: Iterable[Group], buffers: Mapping[str, Array], rng: np.random.Generator | None
) -> list[Bound]:
    """The calls of equations on blocks, the blocks side by side where they are long."""
    parts: dict[int, list[Bound]] = {}
    written = 0
    for equation, *_ in groups:
        part = parts.setdefault((equation.block or 0) % MOST_PARTS, [])
        part += [bind_call(call, buffers, rng) for call in equation.calls]
        written += sum(buffers[call.out].size for call in equation.calls)
    if len(parts) > 1 and written >= 2 * NUMBERS_WORTH_A_THREAD:
        return [(side_by_side, (list(parts.values()),))]
    return [call for part in parts.values() for call in part]


def bind(
    groups: Iterable[Group], buffers: Mapping[str, Array], rng: np.random.Generator | None
) -> list[Bound]:
    """The bare calls of groups of equations, each group with the calls of its first."""
    bound: list[Bound] = []
    for on_blocks, several in groupby(groups, lambda group: group[0].block is not None):
        if on_blocks:
            bound += bind_blocks(several, buffers, rng)
        else:
            calls = [call for first, *_ in several for call in first.calls]
            bound += [bind_call(call, buffers, rng) for call in calls]
    return bound


def run_in_range(calls: Iterable[Bound], dtype: np.dtype[Any]) -> None:
    """Replay the calls; a number too large for `dtype` is an error, not an infinity."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            run(calls)
    except FloatingPointError as fault:
        raise OutOfRange(
            f"the numbers grow too large for {dtype} ({fault}): the inputs or the weights are far "
            "larger than 1"
        ) from fault
