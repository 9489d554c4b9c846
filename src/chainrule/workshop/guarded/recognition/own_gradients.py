"""Readings of a function that gives its own cost and the gradients of arrays that the file holds.

So do functions of recurrent networks, `loss, dWxh, dWhh, ... = loss_of(inputs, targets, h)`; some
have the cost in one function, and the gradients in another that takes what the first one gave.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import (
    cost_after,
    cost_arguments,
    fit,
    pairing,
    roles,
)
from chainrule.workshop.guarded.recognition.adapter_text import at, renamed
from chainrule.workshop.guarded.recognition.backwards import arrays_in
from chainrule.workshop.guarded.recognition.cost_after import CostFunction
from chainrule.workshop.guarded.recognition.cost_arguments import PENALTY
from chainrule.workshop.guarded.recognition.cost_fit import (
    COST_WORDS,
    GRADIENT_WORDS,
    CostReading,
    is_one,
    numbers,
    values_of,
)
from chainrule.workshop.guarded.recognition.holders import Holder, holders
from chainrule.workshop.guarded.recognition.movable import moved, moving
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.written_calls import Written

ONE_CALL, ONE_FUNCTION = 0.5, 2.0
EXAMPLES = 4
"""Few: gradients of long sequences are clipped."""
LARGE = 10.0
MARKED = 4
"""How much a gradient is called as its parameter where its name says whose it is."""
SEQUENCE = ("classes(x)", "classes(y)")
CLASSES = "classes = lambda rows: rows.argmax(axis=1).tolist()"
FORMS = (
    SEQUENCE,
    ("list(x[:, :, None])", "list(y[:, :, None])"),
    ("list(x[:, :, None])", SEQUENCE[1]),
    (f"[{SEQUENCE[0]}, {SEQUENCE[0]}[::-1]]", f"[{SEQUENCE[1]}, {SEQUENCE[1]}[::-1]]"),
    ("x", "y"),
    ("x", "y.argmax(axis=1)"),
    ("x.T", "y.T"),
)
"""A sequence as numbers of classes or as columns; several sequences; rows of examples; columns."""
STATES = ("np.zeros(({n}, 1))", "np.zeros((1, {n}))", "np.zeros({n})", "np.zeros(({n}, 2))")
MOST_HOLDERS, MOST_FUNCTIONS, MOST_SIZES = 6, 8, 4
WAYS_FORWARD = {"forward", "bptt", "train", "step", "feed", "run", "unroll", "propagate"}
FAULTS = (Exception, TooLong, SystemExit)


@dataclass(frozen=True)
class Cost:
    """A call of the file that gives a cost: its text, where the cost is, and the value's names."""

    name: str
    text: str
    x: str
    y: str
    place: str
    names: tuple[str, ...]


def readings(
    module: ModuleType, written: Written, helpers: Mapping[str, Any], until: float
) -> Iterator[CostReading]:
    """The readings of all objects and functions of the file, as far as the time goes."""
    for holder in islice(holders(module, written, helpers), MOST_HOLDERS):
        weights = sum(np.ndim(array) == 2 for _, array in moving(holder))
        if weights < (1 if holder.near else 2):
            continue
        likely = [f for f in holder.functions() if may_give_cost(f[0], written)]
        functions = [CostFunction(holder, *each) for each in likely[:MOST_FUNCTIONS]]
        functions += islice(cost_after.both(holder, written), MOST_FUNCTIONS)
        for function in functions:
            if time.process_time() > until:
                return
            space = function.holder.space
            kept = Kept(space, module.__dict__)
            try:
                with within(ONE_FUNCTION), np.errstate(all="ignore"):
                    arrays = [array for _, array in moving(function.holder)]
                    fit.wake(arrays, np.random.default_rng(13))
                    awake = Kept(space, module.__dict__)
                    yield from of_function(module, written, function, awake)
            except FAULTS:
                continue
            finally:
                kept.put_back()


def may_give_cost(name: str, written: Written) -> bool:
    words = set(roles.words(name))
    if words & (COST_WORDS | GRADIENT_WORDS | WAYS_FORWARD):
        return True
    named = {each for names in written.returned(name) if len(names) > 1 for each in names}
    return any(set(roles.words(each)) & COST_WORDS for each in named)


def of_function(
    module: ModuleType,
    written: Written,
    function: CostFunction,
    kept: Kept,
) -> Iterator[CostReading]:
    """The readings of one function, with each form of examples."""
    holder, name = function.holder, function.name
    given = cost_arguments.parameters(function.call, written)
    kinds = {cost_arguments.kind_of(p) for p in given}
    if not {"inputs", "targets"} <= kinds:
        return
    shapes = [np.shape(array) for _, array in moving(holder) if np.ndim(array) == 2]
    square = dict.fromkeys(n for n, k in shapes if n == k)
    states = [each.format(n=n) for n in square for each in STATES]
    wide = sorted({n for shape in shapes for n in shape if n > 1}, reverse=True)
    sizes = wide[:MOST_SIZES]
    for text in cost_arguments.calls(given, None, states, holder.near):
        for (x, y), n, k in product(FORMS, sizes, [*sizes, 1]):
            filled = f"{function.path}({text.replace('{x}', x).replace('{y}', y)})"
            try:
                value = run(holder, filled, n, k)
            except FAULTS:
                continue
            finally:
                kept.put_back()
            names = function.parts or given_names(written, name, value)
            place = cost_place(value, names)
            if place is None:
                continue
            cost = Cost(name, filled, x, y, place, names)
            reading = with_gradients(module, written, holder, cost, (n, k), kept)
            if reading is not None:
                yield reading
                return


def run(holder: Holder, text: str, n: int, k: int, lines: str = "") -> Any:
    """What a call gives for examples of this size."""
    rng = np.random.default_rng(3)
    Y = np.eye(k)[np.arange(EXAMPLES) % k]
    X = rng.normal(0, 1, (EXAMPLES, n))
    X[0, -1] += LARGE  # the last class is in the sequence
    Y[0] = np.eye(k)[-1]
    space = {**holder.space, **numbers(X, Y, "one-hot")}
    space[PENALTY] = 0.0
    exec(CLASSES, space)
    with within(ONE_CALL):
        exec(lines, space)
        return eval(compile(text, "<adapter>", "eval"), space)


def given_names(written: Written, name: str, value: Any) -> tuple[str, ...]:
    """What the parts of a value are called, where it is called or where it is returned."""
    if not isinstance(value, tuple):
        return ()
    for names in written.returned(name):
        if len(names) == len(value):
            return names
    for function in written.functions.get(name, ()):
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                parts = node.value.elts
                if len(parts) == len(value):
                    texts = [p.id if isinstance(p, ast.Name) else f"part{i}"
                             for i, p in enumerate(parts)]  # fmt: skip
                    return tuple(texts)
    return ()


def cost_place(value: Any, names: Sequence[str]) -> str | None:
    """Where the cost is in a value: a number called so, else the first number, or itself."""
    if is_one(value) is not None:
        return ""
    items = list(value.items()) if isinstance(value, dict) else []
    if isinstance(value, (tuple, list)):
        items = list(enumerate(value[:20]))
    found = [(key, each) for key, each in items if is_one(each) is not None]
    labels = [str(names[key]) if names and isinstance(key, int) else str(key) for key, _ in found]
    called = [i for i, label in enumerate(labels) if set(roles.words(label)) & COST_WORDS]
    first = called or [0]
    if not found or not np.isfinite(is_one(found[first[0]][1]) or 0.0):
        return None
    return f"[{found[first[0]][0]!r}]"


def with_gradients(
    module: ModuleType,
    written: Written,
    holder: Holder,
    cost: Cost,
    size: tuple[int, int],
    kept: Kept,
) -> CostReading | None:
    """The reading of a cost whose arrays have gradients in its value, or by another function."""
    parameters = moved_by(holder, cost, size, kept)
    if not parameters:
        return None
    for lines, text, names in gradient_calls(written, holder, cost):
        try:
            value = run(holder, text, *size, "\n".join(lines))
        except FAULTS:
            continue
        finally:
            kept.put_back()
        names = names or given_names(written, text.partition("(")[0].rpartition(".")[2], value)
        itself = f"g{cost.place}" if text == cost.text else ""
        given = [(p, a) for p, a in arrays_in(value, "g") if p != itself]
        if names:
            given = [(renamed(path, names), array) for path, array in given]
        named = [(path, np.array(at(path, holder.space))) for path in parameters]
        way = pairing.pair(named, given, lambda g: float(sum(np.any(each) for each in g)))
        if way is None or (not lines and stays(parameters, way)):
            continue
        first = f"{', '.join(names)} = {text}" if names else f"g = {text}"
        body = [*lines, first, f"return [{', '.join(way)}]"]
        reading = values_of(
            module,
            cost.name,
            adapter(holder, cost, size, parameters, body),
            {k: v for k, v in holder.space.items() if k == "loop"},
            PENALTY in f"{cost.text}{text}",
            len(parameters),
        )
        marked = all(pairing.alike(*each) >= MARKED for each in zip(parameters, way, strict=True))
        if reading is not None and (marked or reading.known or reading.fit > 0):
            return reading
    return None


def stays(parameters: Sequence[str], given: Sequence[str]) -> bool:
    """Whether what is given is called just as the parameters are: then it is no gradient."""
    return all(
        "[" not in mine and pairing.last_name(theirs) == mine
        for theirs, mine in zip(parameters, given, strict=True)
    )


def moved_by(holder: Holder, cost: Cost, size: tuple[int, int], kept: Kept) -> list[str]:
    """The arrays that move the cost."""
    found = []
    text = f"{cost.text}{cost.place}"
    before = is_one(run(holder, text, *size))
    kept.put_back()
    for path, array in list(moving(holder)):
        back = moved(array)
        try:
            if is_one(run(holder, text, *size)) != before:
                found.append(path)
        except FAULTS:
            continue
        finally:
            back()
            kept.put_back()
    return found


def gradient_calls(
    written: Written, holder: Holder, cost: Cost
) -> Iterator[tuple[list[str], str, tuple[str, ...]]]:
    """Lines, the call that gives gradients, and its names: the cost's own, then others."""
    yield [], cost.text, cost.names
    first = f"{', '.join(cost.names)} = {cost.text}" if cost.names else f"out = {cost.text}"
    near = {name: name for name in cost.names}
    for name, path, function in list(holder.functions()):
        if not set(roles.words(name)) & GRADIENT_WORDS or path == cost.text.partition("(")[0]:
            continue
        given = cost_arguments.parameters(function, written)
        texts = []
        for p in given:
            kind = cost_arguments.kind_of(p)
            other = {"targets": cost.y, "inputs": cost.x, PENALTY: PENALTY}.get(kind)
            texts.append(near.get(p.name, other))
        if all(texts):
            yield [first], f"{path}({', '.join(map(str, texts))})", ()


def adapter(
    holder: Holder,
    cost: Cost,
    size: tuple[int, int],
    parameters: Sequence[str],
    body: Sequence[str],
) -> str:
    """The lines of the reading."""
    takes = f"x, y, {PENALTY}=0.0" if PENALTY in cost.text + "".join(body) else "x, y"
    lines = ['examples = "rows"', 'targets = "one-hot"', f"inputs = {size[0]}"]
    lines += [f"outputs = {size[1]}", f"m = {EXAMPLES}", *holder.setup]
    lines += [CLASSES] if SEQUENCE[1] in cost.text else []
    lines.append(f"parameters = lambda: [{', '.join(parameters)}]")
    lines.append(f"def cost({takes}): return {cost.text}{cost.place}")
    return "\n".join([*lines, f"def gradients({takes}):", *(f"    {line}" for line in body)])
