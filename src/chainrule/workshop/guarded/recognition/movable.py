"""What may be parameters of a network: arrays, tensors, numbers with gradients, rows of floats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import roles
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.tensors import data_of, from_torch, is_node, plain

Array = NDArray[Any]


MOST_ARRAYS = 120
SMALL = 1e-4
CONSTANTS = {
    *("mu", "mean", "means", "avg", "average", "sd", "std", "stds", "stdev", "var", "variance"),
    *("min", "max", "mins", "maxs", "minimum", "maximum", "scale", "norm", "norms", "range"),
    *("running", "moving", "offset"),
    *("mask", "masks", "state", "states", "prev", "previous", "hprev", "cprev"),
}
"""Words of names of what examples are scaled by, and of what a network keeps between them."""


def moving(holder: Holder) -> Iterator[tuple[str, Any]]:
    """What may be parameters: arrays of floats, tensors, nodes, rows of numbers."""
    seen: list[Array] = []
    number = 0
    space = {k: v for k, v in holder.space.items() if k not in ("np", "own", "x", "y")}
    rows: set[int] = set()
    tops = [(space, ""), (holder.space["own"].__dict__, "own.")]
    if holder.owner:
        alone = {holder.owner: evaluated(holder.owner, holder.space)}
        if any(is_floats(v) or is_row(v) or is_tensor(v) for _, v in walk(alone)):
            tops = [(alone, "")]
    for top, before in tops:
        for path, value in walk(top, before):
            if number >= MOST_ARRAYS:
                return
            if is_module(value):
                for name, tensor in value.named_parameters():
                    if id(tensor) not in rows:
                        rows.add(id(tensor))
                        yield f"{path}.get_parameter({name!r})", tensor
            elif is_floats(value):
                if is_constant(path, value):
                    continue
                if any(np.shares_memory(value, other) for other in seen):
                    continue
                seen.append(value)
                yield path, value
            elif is_tensor(value):
                yield path, value
            elif is_row(value):
                rows.add(id(value))
                yield path, value
            elif is_node(value) and "[" not in path[-4:]:
                if is_floats(data_of(value)):
                    seen.append(data_of(value))
                yield path, value
            else:
                continue
            number += 1


def is_constant(path: str, value: Array) -> bool:
    """Whether an array is called as what no step moves."""
    words = roles.words(re.findall(r"[A-Za-z_]\w*", path)[-1])
    row = value.ndim < 2 or 1 in value.shape
    return row and bool(set(words) & CONSTANTS) and not set(words) & {"w", "b", "bias", "weights"}


def is_module(value: Any) -> bool:
    """Whether a value is a module of PyTorch."""
    kinds = type(value).__mro__
    return hasattr(value, "named_parameters") and any(
        kind.__module__.split(".")[0] == "torch" for kind in kinds
    )


def is_tensor(value: Any) -> bool:
    return from_torch(value) and hasattr(value, "detach") and value.is_floating_point()


def is_row(value: Any) -> bool:
    """Whether a value is a list of floats, or of somebody's own numbers with gradients."""
    if not isinstance(value, list) or not value or len(value) > 2000:
        return False
    return all(type(v) is float for v in value) or all(
        is_node(v) and isinstance(plain(v), (int, float)) for v in value
    )


def moved(value: Any) -> Any:
    """Move a parameter a little; a function that puts it back."""
    from chainrule.workshop.guarded.recognition.tensors import pieces

    held = list(pieces(value))
    old = [piece.array.copy() for piece in held]
    rng = np.random.default_rng(5)
    for piece in held:
        piece.array += SMALL * rng.standard_normal(piece.array.shape)
        if piece.push:
            piece.push()

    def put_back() -> None:
        for piece, before in zip(held, old, strict=True):
            piece.array[...] = before
            if piece.push:
                piece.push()

    return put_back
