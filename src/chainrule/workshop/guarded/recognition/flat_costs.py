"""Readings of a cost function of one flat vector: `(J, grad)`, or two functions, cost and gradient.

What the function gives is the cost, and its gradient is held against the slopes of that very cost.
No forward pass is needed.
"""

from __future__ import annotations

import ast
import inspect
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import arguments, cost_arguments, roles, vector_parts
from chainrule.workshop.guarded.recognition.adapter_costs import VOCABULARY
from chainrule.workshop.guarded.recognition.cost_arguments import PENALTY, VECTOR
from chainrule.workshop.guarded.recognition.cost_fit import (
    COST_WORDS,
    GRADIENT_WORDS,
    CostReading,
    is_one,
    numbers,
    values_of,
)
from chainrule.workshop.guarded.recognition.holders import own_names
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.written_calls import Written

Array = NDArray[Any]
ONE_SEARCH, ONE_CALL = 3.0, 1.0
INPUTS, HIDDEN, OUTPUTS = arguments.INPUTS, arguments.HIDDEN, arguments.OUTPUTS
XS = ("x", "x.T", "np.matrix(x)")
YS = (
    ("one-hot", "y"),
    ("labels", "y"),
    ("labels", "y + 1"),
    ("labels (m, 1)", "y"),
    ("labels (m, 1)", "y + 1"),
    ("one-hot", "y.T"),
    ("one-hot", "np.matrix(y)"),
)
"""How targets may be given: a row or a column of each, or numbers of classes, from 0 or from 1."""
LIKELY = (
    HIDDEN * (INPUTS + 1) + OUTPUTS * (HIDDEN + 1),
    HIDDEN * INPUTS + OUTPUTS * HIDDEN,
    INPUTS,
    INPUTS + 1,
)
MINIMIZERS = re.compile(r"fmin\w*|minimi[sz]e\w*|least_squares|check_grad|approx_fprime")
NUMERIC = {"check", "checking", "checker", "numerical", "numeric", "num", "approx", "estimate"}
"""Words of names of what works gradients out by small steps."""
MOST_FUNCTIONS = 16


@dataclass(frozen=True)
class FlatCall:
    """A function of a vector, and how its arguments are written, with places for x and y."""

    name: str
    path: str
    arguments: str
    before: tuple[str, ...] = ()

    def text(self, x: str, y: str) -> str:
        return f"{self.path}({self.arguments.replace('{x}', x).replace('{y}', y)})"

    @property
    def penalised(self) -> bool:
        return bool(re.search(rf"\b{PENALTY}\b", self.arguments))


def readings(module: ModuleType, written: Written, until: float) -> Iterator[CostReading]:
    """One reading for each function, or pair of functions, that can be run; the likeliest last.

    The search ends when so much time of the processor is over.
    """
    used = by_minimizers(written)
    found: dict[str, CostReading] = {}
    costs: list[FlatCall] = []
    gradients: list[FlatCall] = []
    for call in flat_calls(module, written):
        if call.name in found or time.process_time() > until:
            continue
        words = set(roles.words(call.name))
        if words & COST_WORDS and not words & GRADIENT_WORDS:
            costs.append(call)
        elif words & GRADIENT_WORDS and not words & COST_WORDS:
            gradients.append(call)
        reading = read(module, call, None)
        if reading is not None:
            found[call.name] = reading
    for gradient in [] if found else gradients:
        for cost in sorted(costs, key=lambda c, g=gradient: likeness(c, g), reverse=True):
            if gradient.name in found or time.process_time() > until:
                break
            reading = read(module, cost, gradient)
            if reading is not None:
                found[gradient.name] = reading
                break
    yield from sorted(found.values(), key=lambda r: (r.name in used, r.penalised, r.known, r.size))


def likeness(cost: FlatCall, gradient: FlatCall) -> tuple[int, bool]:
    """How much a cost is called as a gradient is, but for the words for either."""
    apart = COST_WORDS | GRADIENT_WORDS
    one, other = (set(roles.words(c.name)) - apart for c in (cost, gradient))
    return len(one & other) - len(one ^ other), cost.penalised == gradient.penalised


def by_minimizers(written: Written) -> set[str]:
    """The names that stand in the calls of functions that minimize."""
    found: set[str] = set()
    for name, every in written.calls.items():
        if MINIMIZERS.fullmatch(name):
            for node in (n for one in every for n in ast.walk(one)):
                if isinstance(node, ast.Name):
                    found.add(node.id)
                elif isinstance(node, ast.Attribute):
                    found.add(node.attr)
    return found


def flat_calls(module: ModuleType, written: Written) -> Iterator[FlatCall]:
    """The functions of the file that may be one of a vector, with their arguments."""
    number = 0
    for name, function in list(module.__dict__.items()):
        if not inspect.isfunction(function) or not (likely(name, function, written)):
            continue
        given = cost_arguments.parameters(function, written)
        vector = cost_arguments.vector_of(given)
        if vector is None or number == MOST_FUNCTIONS:
            continue
        number += 1
        for text in cost_arguments.calls(given, vector):
            before = data_lines(module, function, text)
            if "{x}" in text + "".join(before):
                yield FlatCall(name, f"own.{name}", text, before)


def likely(name: str, function: Callable[..., Any], written: Written) -> bool:
    """Whether a function is called as a cost or a gradient is, or gives a cost's name back."""
    words = set(roles.words(name))
    if words & NUMERIC:
        return False
    if words & (COST_WORDS | GRADIENT_WORDS) or name in by_minimizers(written):
        return True
    first = [names[0] for names in written.returned(name) if len(names) > 1]
    return any(set(roles.words(each)) & COST_WORDS for each in first)


def data_lines(module: ModuleType, function: Any, text: str) -> tuple[str, ...]:
    """Lines that put examples and targets into the file's own names, where these are used."""
    read = [n for n in function.__code__.co_names if n in own_names(module)]
    arrays = [n for n in read if isinstance(module.__dict__[n], (np.ndarray, list))]
    lines = []
    for place, role in (("{x}", "inputs"), ("{y}", "targets")):
        if place not in text:
            lines += [f"own.{n} = {place}" for n in arrays if roles.role(n) == role]
    return tuple(lines)


def read(module: ModuleType, call: FlatCall, gradient: FlatCall | None) -> CostReading | None:
    """The likeliest way to run it: one whose cost is a known one, else the first that runs."""
    kept = Kept(module.__dict__)
    best: CostReading | None = None
    try:
        with within(ONE_SEARCH), np.errstate(all="ignore"):
            for reading in ways(module, call, gradient):
                kept.put_back()
                if reading.known:
                    return reading
                if best is None or reading.fit > best.fit:
                    best = reading
    except TooLong:
        pass
    finally:
        kept.put_back()
    return best


def ways(module: ModuleType, call: FlatCall, gradient: FlatCall | None) -> Iterator[CostReading]:
    """All forms of examples and targets, and sizes, with which the call gives a cost."""
    whole = call.arguments + "".join(call.before)
    forms = YS if "{y}" in whole else (("one-hot", "y"),)
    for x in XS if "{x}" in whole else XS[:1]:
        for n, k, size in sizes(module, call, x):
            for form, y in forms:
                reading = tried(module, call, gradient, (x, y, form), (n, k, size))
                if reading is not None:
                    yield reading


def sizes(module: ModuleType, call: FlatCall, x: str) -> Iterator[tuple[int, int, int]]:
    """Numbers of inputs and of outputs, and how long the vector is for them."""
    shapes: list[tuple[int, ...]] = []
    size = None
    for form, y in YS:
        run = runner(module, call, (x, y), *data(INPUTS, OUTPUTS, form))
        size = vector_parts.length(run, shapes)
        if size is not None or shapes:
            break
    if size is None and not shapes:
        for each in LIKELY:
            yield INPUTS, OUTPUTS, each
        yield INPUTS, 1, INPUTS
        return
    whole = sum(int(np.prod(shape)) for shape in shapes) if size is None else size
    ns = [INPUTS] + [n for a in shapes[:1] for b in a for n in (b - 1, b)]
    ks = [OUTPUTS] + [b for a in shapes[-1:] for b in a]
    for n in dict.fromkeys(n for n in ns if n > 0):
        for k in dict.fromkeys([*ks, 1]):
            yield n, k, whole


def data(n: int, k: int, form: str) -> tuple[Array, Array, str]:
    """Examples, targets one-hot, and in which form the targets are given."""
    rng = np.random.default_rng(3)
    m = next(each for each in (7, 11, 13, 17) if each not in (n, k))
    Y = np.eye(k)[np.arange(m) % k] if k > 1 else (np.arange(m)[:, None] % 2) * 1.0
    return rng.normal(0, 1, (m, n)), Y, form


def runner(
    module: ModuleType, call: FlatCall, form: tuple[str, str], X: Array, Y: Array, targets: str
) -> Callable[[Array], Any]:
    """The call, for a vector."""
    code = compile(call.text(*form), "<adapter>", "eval")
    lines = "\n".join(call.before).replace("{x}", form[0]).replace("{y}", form[1])

    def run(vector: Array) -> Any:
        space = {"own": module, "np": np, **numbers(X, Y, targets), VECTOR: vector, PENALTY: 0.0}
        with within(ONE_CALL):
            exec(lines, space)
            return eval(code, space)

    return run


def tried(
    module: ModuleType,
    call: FlatCall,
    gradient: FlatCall | None,
    form: tuple[str, str, str],
    size: tuple[int, int, int],
) -> CostReading | None:
    """The reading of a call, if it gives a cost that vector, examples and targets move."""
    (x, y, targets), (n, k, whole) = form, size
    X, Y, _ = data(n, k, targets)
    run = runner(module, call, (x, y), X, Y, targets)
    try:
        value = run(vector_parts.drawn(whole))
        again = run(0.5 * vector_parts.drawn(whole))
        place, slope = places(value, whole)
        if place is None:
            return None
        first, second = is_one(at(value, place)), is_one(at(again, place))
        if first is None or not np.isfinite(first) or first == second:
            return None
        back = gradient or call
        if gradient is not None:
            given = runner(module, gradient, (x, y), X, Y, targets)(vector_parts.drawn(whole))
            slope = "" if np.size(given) == whole else None
        if slope is None:
            return None
        parts = vector_parts.parts(run, whole)
    except Exception:
        return None
    head = ['examples = "rows"', f'targets = "{targets}"', f"inputs = {n}", f"outputs = {k}"]
    lines = [*head, *vector_lines(parts, whole)]
    penalised = call.penalised or back.penalised
    takes = f"x, y, {PENALTY}=0.0" if penalised else "x, y"
    lines += function("cost", takes, call, form, f"return {call.text(x, y)}{place}")
    text = f"{back.text(x, y)}{slope}"
    cut = [part.of("g") for part in parts]
    body = [f"g = np.array({text}).ravel()", f"return [{', '.join(cut) if cut else 'g'}]"]
    lines += function("gradients", takes, back, form, *body)
    return values_of(module, back.name, "\n".join(lines), {}, penalised, max(1, len(parts)))


def function(name: str, takes: str, call: FlatCall, form: Sequence[str], *body: str) -> list[str]:
    """A function of an adapter, in one line where that is all."""
    before = [line.replace("{x}", form[0]).replace("{y}", form[1]) for line in call.before]
    if not before and len(body) == 1:
        return [f"def {name}({takes}): {body[0]}"]
    return [f"def {name}({takes}):", *(f"    {line}" for line in (*before, *body))]


def vector_lines(parts: Sequence[vector_parts.VectorPart], size: int) -> list[str]:
    """The vector, and the arrays that the file makes of it, by its own names."""
    lines = [f"{VECTOR} = np.zeros({size})"]
    if not parts:
        return [*lines, f"parameters = lambda: [{VECTOR}]"]
    names = [part.name for part in parts]
    taken = VOCABULARY | {VECTOR, "cost", "m", PENALTY}
    if len(set(names)) < len(names) or set(names) & taken or not all(map(str.isidentifier, names)):
        names = [f"part{i}" for i in range(1, len(parts) + 1)]
    lines += [f"{n} = {p.of(VECTOR)}" for n, p in zip(names, parts, strict=True)]
    return [*lines, f"parameters = lambda: [{', '.join(names)}]"]


def places(value: Any, size: int) -> tuple[str | None, str | None]:
    """Where the cost and the gradient are in what a function gives; none where they are not."""
    if is_one(value) is not None:
        return "", None
    items: list[tuple[str, Any]] = []
    if isinstance(value, (tuple, list)):
        items = [(f"[{i}]", each) for i, each in enumerate(value[:20])]
    elif isinstance(value, Mapping):
        items = [(f"[{key!r}]", each) for key, each in list(value.items())[:20]]
    cost = next((path for path, each in items if is_one(each) is not None), None)
    slope = next((p for p, each in items if np.size(as_array(each)) == size and p != cost), None)
    return cost, slope


def as_array(value: Any) -> Array:
    try:
        return np.asarray(value, np.float64)
    except (ValueError, TypeError):
        return np.zeros(0)


def at(value: Any, place: str) -> Any:
    return eval(f"value{place}", {"value": value})
