"""The named arrays that a program works on, allocated once.

In memory an example is a column: `x` (n0, m), `z1`, `a1`, `delta1` (n1, m), so that the calls read
as the equations on paper do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.network.architecture import Architecture
from chainrule.network.arguments import Array
from chainrule.network.costs import cost
from chainrule.network.engine.equation import Block
from chainrule.network.engine.running import MOST_PARTS
from chainrule.network.parameters import blocks, row_length, views, weights_only
from chainrule.network.penalty import Penalty
from chainrule.network.update import Optimizer

CACHE_LINE = 64
"""Bytes. Buffers start on such a boundary, which is where vector instructions read fastest."""

BLOCK = 131_072
"""Parameters in one block of an update: 512 KiB in float32. A shorter block stays in a core's own
cache from one call to the next, but there are more calls."""


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Zeros of this shape that start on a cache line."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + size].view(dtype).reshape(shape)


def constants(numbers: Mapping[str, float], dtype: Any) -> dict[str, Array]:
    """Numbers as 0-d arrays, which a NumPy call reads faster than Python's."""
    return {name: np.array(value, dtype) for name, value in numbers.items()}


def with_ones(name: str) -> str:
    """The buffer that has a row of ones under it."""
    return f"[{name}; 1]"


def with_a_row(name: str) -> str:
    """The buffer that has a row under it which is not used."""
    return f"[{name}; _]"


def batch_buffers(
    architecture: Architecture, m: int, dtype: np.dtype[Any], dropout: Sequence[float]
) -> dict[str, Array]:
    """The buffers of a mini-batch of `m` examples: rows `X` (m, n0), columns for the rest."""
    sizes, last, chosen = architecture.sizes, architecture.layers, cost(architecture.cost)
    largest = float(np.floor(np.log(np.finfo(dtype).max)))
    buffers = {
        **input_buffers(architecture, aligned((m, row_length(architecture, 1)), dtype)),
        "y": aligned((sizes[-1], m), dtype),
        "C": np.zeros((), np.float64),
        **constants({"0": 0.0, "1": 1.0, "1/m": 1 / m, "z_max": largest}, dtype),
        **constants(chosen.constants, dtype),
    }
    buffers |= {name.format(l=last): aligned((sizes[-1], m), dtype) for name in chosen.scratch}
    buffers |= {name.format(l=last): aligned((m,), dtype) for name in chosen.column_scratch}
    for layer, size in enumerate(sizes[1:], 1):
        kind = architecture.activation(layer)
        buffers |= constants(kind.constants, dtype)
        buffers |= {name: np.array(c, dtype) for name, c in kind.coefficients.items()}
        names = [f"z{layer}", kind.slope_name(layer)]
        names += [name.format(l=layer) for name in kind.scratch]
        buffers |= {name: aligned((size, m), dtype) for name in names}
        buffers |= {name.format(l=layer): aligned((m,), dtype) for name in kind.column_scratch}
        buffers[f"ones{layer}"] = np.ones(size, dtype)
        buffers[f"zeros{layer}"] = aligned((size, m), dtype)
        stacked = aligned((size + 1, m), dtype)
        delta = f"delta{layer}"
        buffers |= {delta: stacked[:size], with_a_row(delta): stacked}
        outputs = [f"a{layer}"]
        if layer < last and dropout[layer - 1]:
            outputs.append(f"dropped{layer}")
            buffers[f"mask{layer}"] = aligned((size, m), dtype)
            buffers |= constants({f"1-p{layer}": 1 - dropout[layer - 1]}, dtype)
        for name in outputs:
            stacked = aligned((size + 1, m), dtype)
            stacked[size] = 1
            buffers |= {name: stacked[:size], with_ones(name): stacked}
    return buffers


def input_buffers(architecture: Architecture, rows: Array) -> dict[str, Array]:
    """The inputs `X` (m, n0), rows in the memory of `rows` with ones after them, and columns."""
    n0 = architecture.sizes[0]
    rows[:, n0] = 1
    return {"X": rows[:, :n0], "x": rows[:, :n0].T, with_ones("x"): rows.T}


def parameter_buffers(architecture: Architecture, parameters: Array) -> dict[str, Array]:
    """`[W1 b1]`, `W1`, `b1`, `[W2 b2]`, ..."""
    return {**blocks(parameters, architecture), **views(parameters, architecture)}


def gradient_buffers(
    architecture: Architecture, gradients: Array, times: str = ""
) -> dict[str, Array]:
    """`dC/d[W1 b1]`, `dC/dW1`, `dC/db1`, `dC/d[W2 b2]`, ..., with `times` before each name."""
    named = parameter_buffers(architecture, gradients)
    return {f"{times}dC/d{name}": part for name, part in named.items()}


def penalty_buffers(architecture: Architecture, penalty: Penalty, dtype: Any) -> dict[str, Array]:
    """`lam/n` and `l1/n`, one number a parameter, where there is such a penalty."""
    rates = {"lam/n": penalty.l2 / penalty.n, "l1/n": penalty.l1 / penalty.n}
    return {
        name: weights_only(architecture, rate).astype(dtype) for name, rate in rates.items() if rate
    }


def update_buffers(
    architecture: Architecture,
    optimizer: Optimizer,
    penalty: Penalty,
    parameters: Array,
    gradients: Array,
    state: Mapping[str, Array],
) -> dict[str, Array]:
    """The buffers of an update, the long ones also block by block.

    A block is short enough to stay in the processor's cache while every call of an update passes
    over it.
    """
    dtype = parameters.dtype
    buffers = {
        **constants(optimizer.scalars(), dtype),
        **constants(optimizer.doubles(), np.float64),
        **constants({"1": 1.0, "eta": optimizer.learning_rate, "1-eta*lam/n": 1.0}, dtype),
    }
    for layer, size in enumerate(architecture.sizes[1:], 1):
        buffers[f"kept b{layer}"] = aligned((size,), dtype)
    whole = {
        "parameters": parameters,
        "gradients": gradients,
        "step": gradients,
        **{name: state[name] for name in optimizer.state},
        **penalty_buffers(architecture, penalty, dtype),
    }
    length = min(BLOCK, parameters.size)
    names = block_names(parameters.size)
    reused = [
        {name: aligned((length,), dtype) for name in ("scratch", "penalty")}
        for _ in names[:MOST_PARTS]
    ]
    for number, block in enumerate(names):
        start = number * length
        stop = min(start + length, parameters.size)
        buffers |= {block(name): array[start:stop] for name, array in whole.items()}
        scratch = reused[number % MOST_PARTS]
        buffers |= {block(name): array[: stop - start] for name, array in scratch.items()}
    return {**whole, **buffers}


def block_names(size: int) -> list[Block]:
    """For each block of so many parameters, the map from a buffer's name to that of its part."""
    number = -(-size // min(BLOCK, size))
    if number == 1:
        return [str]
    return [lambda name, part=part: f"{name}[{part}]" for part in range(number)]
