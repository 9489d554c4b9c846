"""Functions like `forward`: how they take examples, what they give, which arrays move it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import arguments, conventions, fit, roles
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import from_torch, is_node, plain
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.written_calls import Written

Array = NDArray[Any]
ONE_CALL = 1.0
EXAMPLES = (7, 11, 13, 17)
MOST_ARRAYS = 120
SMALL = 1e-4
FAULTS = (Exception, TooLong, SystemExit)


@dataclass(frozen=True)
class Forward:
    """One way to get outputs: a call with `x`, what it is assigned to, and where outputs are."""

    holder: Holder
    name: str
    call: str
    names: tuple[str, ...]
    """The names that the value's parts have in the file; none for a single value."""
    output: str
    """The outputs, in terms of `out`, or an attribute of an object."""
    examples: str
    inputs: int
    outputs: int
    parameters: tuple[str, ...]
    """The expressions of the arrays that move the outputs."""
    size: int

    @property
    def line(self) -> str:
        return f"out = {self.call}"

    @property
    def rank(self) -> tuple[int, int]:
        return (-self.size, order(self.name))


def order(name: str) -> int:
    plain_name = roles.joined(name.strip("_"))
    return roles.FORWARD.index(plain_name) if plain_name in roles.FORWARD else len(roles.FORWARD)


def forwards(holder: Holder, written: Written, wraps: list[str]) -> Iterator[Forward]:
    """All functions of the holder that give outputs which its arrays move."""
    for name, text, function in list(holder.functions()):
        if order(name) == len(roles.FORWARD) and not like_forward(name):
            continue
        if "torch" in sys.modules:
            holder.space.setdefault("torch", sys.modules["torch"])
        for wrap in wraps:
            for given in arguments.calls(function, {"inputs": wrap}, holder.names, holder.near):
                if wrap not in given:
                    continue
                found = tried(holder, written, name, f"{text}({given})")
                yield from found
                if found:
                    break


def like_forward(name: str) -> bool:
    plain_name = roles.joined(name)
    return any(
        part in plain_name for part in ("forward", "predict", "feedforw", "propag")
    ) and not any(
        part in plain_name
        for part in ("back", "class", "accuracy", "layer", "linear", "activation")
    )


def tried(holder: Holder, written: Written, name: str, call: str) -> list[Forward]:
    """The conventions in which the call works and most arrays move what it gives."""
    kept = Kept(holder.space, holder.space["own"].__dict__)
    arrays = list(moving(holder))
    try:
        fit.wake((array for _, array in arrays), np.random.default_rng(13))
        return conventions_of(holder, written, name, call, arrays)
    finally:
        kept.put_back()


def conventions_of(
    holder: Holder, written: Written, name: str, call: str, arrays: list[tuple[str, Any]]
) -> list[Forward]:
    taken = {size for _, array in arrays for size in np.shape(array)}
    m = next((n for n in EXAMPLES if n not in taken), EXAMPLES[0])
    rng = np.random.default_rng(3)
    code = compile(call, "<adapter>", "eval")
    for width in widths(holder, [array for _, array in arrays]):
        X = rng.normal(0, 1, (m, width))
        found: list[Forward] = []
        for examples in conventions.EXAMPLES:
            one = probed(holder, written, name, call, code, X, examples, arrays)
            if one is not None:
                found.append(one)
                arrays = [(path, array) for path, array in arrays if path in one.parameters]
        if found:
            most = max(one.size for one in found)
            return [one for one in found if one.size == most]
    return []


def widths(holder: Holder, arrays: list[Any]) -> list[int]:
    """How many inputs there may be: what it was built for, then every axis of the arrays."""
    found = list(holder.sizes)
    for array in arrays:
        shape = np.shape(array)
        if len(shape) == 2:
            found += [shape[1], shape[0], shape[1] - 1, shape[0] - 1]
        elif len(shape) == 1:
            found += [shape[0], shape[0] - 1]
    return [w for w in dict.fromkeys(found) if w > 0][:12] or [arguments.INPUTS]


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
                yield path, value
            else:
                continue
            number += 1


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


def probed(
    holder: Holder,
    written: Written,
    name: str,
    call: str,
    code: Any,
    X: Array,
    examples: str,
    arrays: list[tuple[str, Any]],
) -> Forward | None:
    """The outputs of the call with examples in one form, if arrays move them."""
    space = holder.space
    one = next(conventions.batches(examples, X))
    m = len(X) if examples in conventions.TOGETHER else 1

    def run() -> Any:
        space["x"] = one.copy() if isinstance(one, np.ndarray) else list(one)
        with within(ONE_CALL), np.errstate(all="ignore"):
            return eval(code, space)

    kept = Kept(space, space["own"].__dict__)
    try:
        value = run()
        first = dict(leaves(value, holder, m, examples))
        if not first:
            return None
        kept.put_back()
        again = dict(leaves(run(), holder, m, examples))
        first = {k: v for k, v in first.items() if k in again and same(v, again[k])}
        movers: dict[str, list[str]] = {key: [] for key in first}
        for path, array in arrays:
            kept.put_back()
            back = moved(array)
            try:
                now = dict(leaves(run(), holder, m, examples))
            except FAULTS:
                continue
            finally:
                back()
            for key, before in first.items():
                if key in now and not same(before, now[key]):
                    movers[key].append(path)
        if X.shape[1] > 1:  # a list that is too long is cut by `zip`
            kept.put_back()
            wider = X.copy()
            wider[:, -1] += 0.5
            one = next(conventions.batches(examples, wider))
            now = dict(leaves(run(), holder, m, examples))
            movers = {k: v for k, v in movers.items() if k in now and not same(first[k], now[k])}
    except FAULTS:
        return None
    finally:
        kept.put_back()
        space.pop("x", None)
    most = max(map(len, movers.values()), default=0)
    if most == 0:
        return None
    names = ()
    if isinstance(value, (tuple, list)):
        names = next((n for n in written.returned(name) if len(n) == len(value)), ())
    keys = [key for key in movers if len(movers[key]) == most]
    key = min(keys, key=lambda k: preference(k, names, keys))
    outputs = first[key].size // m
    return Forward(
        holder, name, call, names, key, examples, X.shape[1], outputs, tuple(movers[key]), most
    )


def preference(key: str, names: tuple[str, ...], keys: list[str]) -> tuple[int, ...]:
    """The likelier of several arrays is the smaller: a value itself, an activation, the last."""
    nested = key.count("[") if key.startswith("out") else 5
    label = key
    if key.startswith("out[") and names:
        inside = key[4 : key.index("]")]
        label = (
            names[int(inside)] if inside.lstrip("-").isdigit() and int(inside) < len(names) else key
        )
    elif "['" in key:
        label = key.split("['")[-1].rstrip("']")
    tail = label.rsplit(".", 1)[-1].lower()
    before = tail.startswith(("z", "net", "in_", "score", "logit")) and len(tail) <= 7
    return (nested, int(before), -keys.index(key))


def same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=True))


def leaves(value: Any, holder: Holder, m: int, examples: str) -> Iterator[tuple[str, Array]]:
    """The arrays in a value that may be outputs of m examples; of the object where it is none."""
    if value is None:
        if holder.owner:
            owner = evaluated(holder.owner, holder.space)
            for path, each in walk({"@": owner}):
                if (
                    isinstance(each, np.ndarray)
                    and (found := fitting(each, m, examples)) is not None
                ):
                    yield path.replace("@", holder.owner, 1), found
        return
    for path, each in walk_value("out", value, 0):
        found = fitting(each, m, examples)
        if found is not None:
            yield path, found


def walk_value(path: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    value = plain(value) if not isinstance(value, (dict, tuple, list)) else value
    if isinstance(value, (list, tuple)) and value:
        items = [plain(v) if not isinstance(v, (dict, tuple)) else v for v in value]
        if all(isinstance(v, (int, float, np.generic)) for v in items):
            yield path, np.array(items, np.float64)
            return
        if depth < 3:
            for i, each in enumerate(value[:60]):
                yield from walk_value(f"{path}[{i}]", each, depth + 1)
    elif isinstance(value, dict):
        if depth < 3:
            for key, each in list(value.items())[:60]:
                yield from walk_value(f"{path}[{key!r}]", each, depth + 1)
    elif isinstance(value, (np.ndarray, float, np.floating)):
        yield path, np.asarray(value)


def fitting(value: Any, m: int, examples: str) -> Array | None:
    """An array with an output row for each example, or one row for a single one."""
    array = np.asarray(value)
    if array.dtype.kind != "f" or array.size == 0 or array.size > 10**6:
        return None
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        return None
    if examples in conventions.TOGETHER:
        if array.ndim not in (1, 2) or m not in array.shape:
            return None
    elif array.ndim > 2 or (array.ndim == 2 and 1 not in array.shape):
        return None
    return array.copy()
