"""Functions like `forward`: how they take examples, what they give, which arrays move it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import arguments, conventions, fit, roles
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.movable import moved, moving
from chainrule.workshop.guarded.recognition.reachable import walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import plain
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.written_calls import Written

Array = NDArray[Any]
ONE_CALL = 1.0
EXAMPLES = (7, 11, 13, 17)
FEW_INPUTS = (2, 3, 1, 4)
"""Widths that are tried where no array shows one."""
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
    def training(self) -> str:
        """The call before the way back, with the true targets, where it needs any."""
        return WHOLE_BLANK.sub("y", self.call)

    @property
    def line(self) -> str:
        return f"out = {self.training}"

    @property
    def rank(self) -> tuple[int, int]:
        return (-self.size, order(self.name))


def order(name: str) -> int:
    plain_name = roles.joined(name.strip("_"))
    return roles.FORWARD.index(plain_name) if plain_name in roles.FORWARD else len(roles.FORWARD)


def forwards(holder: Holder, written: Written, wraps: list[str]) -> Iterator[Forward]:
    """All functions of the holder that give outputs which its arrays move.

    Where none is called like a way forward, it may be any other, and a step that makes none.
    """
    likely, others = [], []
    for each in list(holder.functions()):
        plain = order(each[0]) == len(roles.FORWARD) and not like_forward(each[0])
        (others if plain else likely).append(each)
    found = [one for each in likely for one in of_function(holder, written, wraps, *each)]
    if not found:
        others = [each for each in others if may_be_forward(each[0], each[2])]
        for each in others[:MOST_OTHERS]:
            found += of_function(holder, written, wraps, *each)
    yield from found


MOST_OTHERS = 12


def may_be_forward(name: str, function: Callable[..., Any]) -> bool:
    """Whether a function of another name may be the way forward: of one argument, or by a flag."""
    given = arguments.required(function) or []
    if any(roles.role(p.name) == "training" for p in given):
        return True
    plain = roles.joined(name.strip("_"))
    apart = (*roles.BACKWARD, *roles.STEP, *roles.APPLY)
    needed = [p for p in given if p.default is p.empty]
    asked = [p for p in needed if roles.role(p.name) in ("", "inputs")]
    return bool(asked) and plain not in apart and not roles.makes_parameters(name)


def of_function(
    holder: Holder,
    written: Written,
    wraps: list[str],
    name: str,
    text: str,
    function: Callable[..., Any],
) -> list[Forward]:
    """What one function gives, with examples in every form."""
    if "torch" in sys.modules:
        holder.space.setdefault("torch", sys.modules["torch"])
    all_found: list[Forward] = []
    for wrap in wraps:
        for roles_given in with_blanks(holder, name, function, wrap):
            for given in arguments.calls(function, roles_given, holder.names, holder.near):
                if wrap not in given:
                    continue
                found = tried(holder, written, name, f"{text}({given})")
                all_found += found
                if found:
                    break
    return all_found


def with_blanks(
    holder: Holder, name: str, function: Callable[..., Any], wrap: str
) -> Iterator[dict[str, str]]:
    """What the arguments are by role; targets that do not matter, where they have to be given."""
    needed = {roles.role(p.name): p for p in arguments.required(function) or ()}
    target = needed.get("targets")
    given = {"inputs": wrap} if "inputs" in needed else {"inputs": wrap, "pairs": wrap}
    if "training" in needed and order(name) == len(roles.FORWARD):
        given |= {"training": "False", "rate": "0.1"}
    if target is None or target.default is not target.empty or target.name in holder.names:
        yield given
        return
    yield {**given, "targets": BLANK_LABELS}
    sizes = [np.shape(array)[::-1] for _, array in moving(holder) if np.ndim(array) == 2]
    widths = list(dict.fromkeys(n for shape in sizes for n in shape))[:-7:-1]
    for blanks in (BLANK_ROWS, BLANK_ONES):
        for n in widths:
            for blank in blanks:
                yield {**given, "targets": blank.format(n=n)}
    yield {**given, "targets": BLANK_LABEL}


BLANK_LABELS, BLANK_LABEL = "np.full(len(x), 0)", "np.full((), 0)[()]"
BLANK_ROWS = ("np.full((len(x), {n}), 0.0)", "np.full(({n}, x.shape[1]), 0.0)")
BLANK_ONES = ("np.full(({n}, 1), 0.0)", "np.full({n}, 0.0)", "np.full((1, {n}), 0.0)")
BLANK = re.compile(r"(np\.full\(.*?), 0(\.0)?\)")
WHOLE_BLANK = re.compile(r"np\.full\(.*?, 0(\.0)?\)(\[\(\)\])?")


def of_one(blank: str) -> bool:
    """Whether targets that do not matter are those of a single example."""
    return bool(BLANK.search(blank)) and "x" not in blank


def like_forward(name: str) -> bool:
    plain_name = roles.joined(name)
    if "forwardback" in plain_name or ("forward" in plain_name and "back" in plain_name):
        return True
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
    lists = bool(arrays) and all(is_list(array) for _, array in arrays)
    forms = [conventions.ONE_BY_ONE[-1:]] if lists else []
    sizes = widths(holder, [array for _, array in arrays])
    for some, width in product((*forms, conventions.EXAMPLES), sizes):
        X = rng.normal(0, 1, (m, width))
        found: list[Forward] = []
        for examples in some:
            if examples == conventions.IMAGES and found:
                break  # what takes images takes rows, too
            if not conventions.possible(examples, width):
                continue
            one = probed(holder, written, name, call, code, X, examples, arrays)
            if one is not None:
                found.append(one)
                arrays = [(path, array) for path, array in arrays if path in one.parameters]
        if found:
            most = max(one.size for one in found)
            return [one for one in found if one.size == most]
    return []


def is_list(value: Any) -> bool:
    """Whether parameters are a list of floats."""
    return isinstance(value, list) and all(type(each) is float for each in value)


def widths(holder: Holder, arrays: list[Any]) -> list[int]:
    """How many inputs there may be: what it was built for, then every axis of the arrays."""
    found = list(holder.sizes)
    for array in arrays:
        shape = np.shape(array)
        if len(shape) == 2:
            found += [shape[1], shape[0], shape[1] - 1, shape[0] - 1]
        elif len(shape) == 1:
            found += [shape[0], shape[0] - 1]
    return [w for w in dict.fromkeys(found) if w > 0][:12] or [*FEW_INPUTS, arguments.INPUTS]


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
    blank = BLANK.search(call)
    if blank and of_one(blank.group(0)) == (examples in conventions.TOGETHER):
        return None
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
        code = compile(BLANK.sub(r"\1, 1\2)", call), "<adapter>", "eval")
        again = dict(leaves(run(), holder, m, examples))
        code = compile(call, "<adapter>", "eval")
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
    before = before or bool(set(roles.words(label)) & BEFORE)
    kind = 2 if DERIVED.match(tail) else int(roles.role(tail) != "outputs")
    return (nested, int(before), kind, -keys.index(key))


BEFORE = {"linear", "pre", "sums", "weighted", "logits", "preactivation", "preactivations"}
"""Words of names of what comes before the last activation."""
DERIVED = re.compile(r"d_|delta|grad|err|loss|cost|d(?=[A-Z])")
"""Beginnings of names of what comes after the outputs."""


def is_derived(key: str) -> bool:
    """Whether what may be outputs is called a derivative or an error."""
    return bool(DERIVED.match(key.rsplit(".", 1)[-1].lower()))


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
