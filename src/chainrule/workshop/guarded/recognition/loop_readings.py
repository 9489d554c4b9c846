"""The adapters of the loops of a script: the arrays that a loop moves, outputs, gradients."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import conventions, fit, numbers, pairing, rates
from chainrule.workshop.guarded.recognition.forwards import (
    FAULTS,
    fitting,
    is_derived,
    preference,
    same,
)
from chainrule.workshop.guarded.recognition.loop_data import (
    COUNT,
    beginning,
    data_names,
    fed,
    goes_over,
    owners,
    sizes,
    sizes_of,
)
from chainrule.workshop.guarded.recognition.loops import Found, Loop, another, helper, loops
from chainrule.workshop.guarded.recognition.movable import SMALL
from chainrule.workshop.guarded.recognition.reachable import walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import from_torch, plain, view
from chainrule.workshop.guarded.recognition.time_limit import within

Array = NDArray[Any]


ONE_CALL = 1.5
SHARE = 1e-6
"""The least share of a step that is no rounding."""
MOST_LOOPS = 12
MOST_OUTPUTS = 3


@dataclass(frozen=True)
class Reading:
    """Lines of an adapter for a loop, and how many inputs and outputs it has."""

    text: str
    inputs: int
    outputs: int
    size: int
    lines: range
    """The lines of the loop."""

    def comes_before(self, other: Reading) -> bool:
        """Whether the other is another loop after this one, with no more arrays."""
        return other.size <= self.size and other.lines.start >= self.lines.stop


def readings(module: ModuleType, tree: ast.Module) -> Iterator[Reading]:
    """The adapters of every loop that moves arrays which move outputs.

    A loop that goes over its examples by a loop inside it is fed one example only where that
    loop is none of them.
    """
    moves = numbers.updated(tree)
    read: list[int] = []
    there = list(islice(loops(tree), MOST_LOOPS))
    for around in (False, True):
        for found in there:
            inside = {n.lineno for n in ast.walk(found.node) if isinstance(n, (ast.For, ast.While))}
            if around and inside & set(read):
                continue
            names = {n.id for n in ast.walk(found.node) if isinstance(n, ast.Name)}
            for pair in data_names(module, found, names):
                if goes_over(found, pair[0]) or not around:
                    for lines, owner in owners(module, found, moves):
                        for reading in of_loop(module, tree, found, pair, lines, owner, around):
                            read.append(found.node.lineno)
                            yield reading


def of_loop(
    module: ModuleType,
    tree: ast.Module,
    found: Found,
    names: tuple[str, str],
    lines: tuple[str, ...],
    owner: str,
    around: bool,
) -> Iterator[Reading]:
    """The adapters of one loop; `around` another that takes one example after another."""
    rng = np.random.default_rng(2)
    forms = ways_to_feed(fed(module, found, names[0]))
    if goes_over(found, names[0]):
        forms = [f for f in forms if (f in conventions.TOGETHER) != around]
    for width, outs in sizes(module, found, names, owner):
        m = next(k for k in (7, 11, 13, 17) if k not in (width, *outs))
        for n in outs:
            together = 0
            for examples in [f for f in forms if conventions.possible(f, width)]:
                for form in ("one-hot", "labels"):
                    X, labels = rng.normal(0, 1, (m, width)), np.arange(m) % max(n, 2)
                    Y = np.eye(n)[labels] if n > 1 else labels[:, None] * 1.0
                    start = beginning(found.function, names, width, n, examples)
                    if owner:
                        start = f", self={owner}{start}"
                    made = probe(module, tree, found, names, X, Y, examples, form, lines, start)
                    if made is None:
                        continue
                    size, texts = made
                    if examples in conventions.TOGETHER:
                        together = max(together, size)
                    elif size <= together:
                        continue  # one example hides what is wrong with a sum or a mean
                    for text in texts:
                        yield Reading(text, width, n, size, lines_of(found.node))


def lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def ways_to_feed(fed: str) -> list[str]:
    """The forms of examples that go with how a loop is fed: together before one at a time."""
    forms = {"one": conventions.ONE_BY_ONE, "together": conventions.TOGETHER}
    return list(forms.get(fed, (*conventions.TOGETHER, *conventions.ONE_BY_ONE)))


BLANK = {
    "rows": "np.zeros((len(x), {n}))",
    conventions.IMAGES: "np.zeros((len(x), {n}))",
    "columns": "np.zeros(({n}, x.shape[1]))",
    "one at a time, (n, 1)": "np.zeros(({n}, 1))",
    "one at a time, (n,)": "np.zeros({n})",
    "one at a time, (1, n)": "np.zeros((1, {n}))",
    "one at a time, a list": "[0.0] * {n}",
}
NO_LABELS = {"rows": "np.zeros(len(x), int)", "columns": "np.zeros(x.shape[1], int)"}
NO_LABELS[conventions.IMAGES] = NO_LABELS["rows"]


def probe(
    module: ModuleType,
    tree: ast.Module,
    loop: Found,
    names: tuple[str, str],
    X: Array,
    Y: Array,
    examples: str,
    form: str,
    lines: tuple[str, ...],
    start: str,
) -> tuple[int, list[str]] | None:
    """How many arrays the loop moves, and its adapters; None where this form does not work."""
    x = next(conventions.batches(examples, X))
    y, other = (next(conventions.targets(examples, form, T)) for T in (Y, np.roll(Y, -1, axis=0)))
    m = len(X) if examples in conventions.TOGETHER else 1
    kept = Kept(module.__dict__)
    space = {"loop": helper(module, tree), "np": np, "own": module}
    line = loop.node.lineno
    try:
        with within(2 * ONE_CALL), np.errstate(all="ignore"):
            for each in lines:
                exec(each, space)
            body = eval(f"loop({line}{start})", space)
            counts = dict.fromkeys(sizes_of(module, loop, names), m)
            eta = rates.of_module(module) or rates.written(loop.node, tree)
            eta = eta or conventions.NO_RATE
            held = [v for p, v in walk(module.__dict__) if p not in names]
            hidden = [v for v in map(view, held) if v is not None]
            fit.wake(hidden, np.random.default_rng(13))
            before = floats(module)
            inner = Kept(module.__dict__)
            body(**{names[0]: x, names[1]: y}, **counts)
            moved = [p for p, v in before.items() if changed(module, p, v)]
            first = outputs(module, m, examples)
            after = floats(module)
            inner.put_back()
            body(**{names[0]: x, names[1]: other}, **counts)
            second = outputs(module, m, examples)
            inner.put_back()
            body(**{names[0]: next(conventions.batches(examples, X + 0.5)), names[1]: y}, **counts)
            elsewhere = outputs(module, m, examples)
            inner.put_back()
            free = {k: v for k, v in first.items() if k in second and same(v, second[k])}
            free = {k: v for k, v in free.items() if not same(v, elsewhere.get(k, v))}
            movers: dict[str, list[str]] = {k: [] for k in free}
            for path in [p for p in moved if p not in free]:
                array = view(eval(path, module.__dict__))
                if array is None:
                    continue
                old = array.copy()
                array += SMALL * np.random.default_rng(1).standard_normal(array.shape)
                body(**{names[0]: x, names[1]: y}, **counts)
                now = outputs(module, m, examples)
                inner.put_back()
                array[...] = old
                for key, value in free.items():
                    if key in now and not same(value, now[key]):
                        movers[key].append(path)
            likely = of_outputs(movers, free, names, m * Y.shape[1])
            if not likely:
                return None
            parameters = movers[likely[0]]
            kept.put_back()
            for each in lines:
                exec(each, space)
            body = eval(f"loop({line}{start})", space)  # what it adds up starts at 0
            fit.wake((eval(p, module.__dict__) for p in parameters), np.random.default_rng(13))
            given = {names[0]: x, names[1]: y, **counts}
            adds_up = m == 1 and carried_on(module, body, parameters, given)
    except FAULTS:
        return None
    finally:
        kept.put_back()
    more = "".join(f", {name}={COUNT[examples]}" for name in sizes_of(module, loop, names))
    blank = BLANK[examples].format(n=Y.shape[1])
    if form == "labels":
        blank = NO_LABELS.get(examples, "0")
    given = re.search(r", \w+=(0\.1)\b", start)
    eta = given.group(1) if given else eta
    gradients = stored(parameters, before, after)
    if gradients is not None and any(
        shrinks(before[path], after[path], after[gradient])
        for path, gradient in zip(parameters, gradients, strict=True)
    ):
        gradients = None  # the share of a penalty is in the step alone
    texts = []
    for key in likely:
        head = head_of(
            (examples, form, X.shape[1]),
            [*lines, f"body = loop({line}{start})  # the body of the loop at line {line}"],
            parameters,
            f'body.value("{key}", {names[0]}=x, {names[1]}={blank}{more})',
        )
        step = [f"rate = {eta}", f"def step(x, y): body({names[0]}=x, {names[1]}=y{more})"]
        if adds_up:
            listed = ", ".join(f'"{path}"' for path in parameters)
            call = f"body.after_another({listed}, {names[0]}=x, {names[1]}=y{more})"
            step[1] = f"def step(x, y): {call}  # {ADDS_UP}"
        elif gradients is not None:
            listed = ", ".join(f"own.{g}" for g in gradients)
            back = ["def gradients(x, y):", f"    body({names[0]}=x, {names[1]}=y{more})"]
            texts.append("\n".join([*head, *back, f"    return [{listed}]"]))
        texts.append("\n".join(head + step))
    return len(parameters), texts


ADDS_UP = "what one example leaves behind is applied with the next one, too"


def of_outputs(
    movers: dict[str, list[str]], free: dict[str, Array], names: tuple[str, str], size: int
) -> list[str]:
    """The likeliest outputs of those that most arrays move."""
    most = max(map(len, movers.values()), default=0)
    keys = [k for k in movers if most and len(movers[k]) == most and k != names[1]]
    sized = [k for k in keys if free[k].size == size]
    sized = [k for k in sized if not is_derived(k)] or sized
    return sorted(sized, key=lambda k: preference(k, (), sized))[:MOST_OUTPUTS]


def carried_on(
    module: ModuleType, body: Loop, parameters: list[str], given: dict[str, Any]
) -> bool:
    """Whether an example moves the parameters by what the one before it did, too.

    Gradients that are added up, but applied after each example, are so; a momentum takes a part.
    """

    def now() -> list[Array]:
        return [np.array(plain(eval(path, module.__dict__))) for path in parameters]

    def moves(run: Callable[..., None], *first: str, **names: Any) -> list[Array]:
        kept, old = Kept(module.__dict__), now()
        try:
            run(*first, **names)
            return [after - before for before, after in zip(old, now(), strict=True)]
        finally:
            kept.put_back()

    here = moves(body, **given)
    before = moves(body, **{name: another(value) for name, value in given.items()})
    both = moves(body.after_another, *parameters, **given)
    return any(
        np.any(first) and not np.allclose(sum_, one) and np.allclose(sum_, one + first)
        for one, first, sum_ in zip(here, before, both, strict=True)
    )


def head_of(
    conventions: tuple[str, str, int], lines: list[str], parameters: list[str], outputs: str
) -> list[str]:
    """The lines of an adapter before those for gradients."""
    examples, form, inputs = conventions
    return [
        f'examples = "{examples}"',
        f'targets = "{form}"',
        f"inputs = {inputs}",
        *lines,
        f"parameters = lambda: [{', '.join(f'own.{p}' for p in parameters)}]",
        f"def forward(x): return {outputs}",
    ]


def floats(module: ModuleType) -> dict[str, Array]:
    found = ((path, view(value)) for path, value in walk(module.__dict__))
    return {path: v.copy() for path, v in found if v is not None and v.size < 10**6}


def changed(module: ModuleType, path: str, before: Array) -> bool:
    try:
        now = plain(eval(path, module.__dict__))
    except (LookupError, AttributeError, NameError, TypeError):
        return False
    return np.shape(now) == before.shape and not np.array_equal(now, before)


def outputs(module: ModuleType, m: int, examples: str) -> dict[str, Array]:
    """The arrays that may be outputs, after the body."""
    found = {}
    for path, value in walk(module.__dict__):
        value = plain(value) if from_torch(value) else value
        if isinstance(value, (np.ndarray, np.floating, float)):
            array = fitting(value, m, examples)
            if array is not None:
                found[path] = array
    return found


def stored(
    parameters: list[str], before: dict[str, Array], after: dict[str, Array]
) -> list[str] | None:
    """The arrays that are called the gradients of the parameters; None without them."""
    way = []
    for path in parameters:
        like = [
            p
            for p, v in after.items()
            if p not in parameters
            and pairing.fits(v, before[path])
            and pairing.alike(path, p) >= 4
            and pairing.last_name(p) != pairing.last_name(path)
        ]
        if not like:
            return None
        way.append(max(like, key=lambda p: pairing.alike(path, p)))
    return way if len(set(way)) == len(way) else None


def shrinks(old: Array, new: Array, gradient: Array) -> bool:
    """Whether a step takes a part of the array itself, beside a part of its gradient.

    So it does where a penalty's share is added where the step is made.
    """
    both = np.stack([gradient.reshape(-1), old.reshape(-1)], axis=1)
    move = (new - old).reshape(-1)
    parts, *_ = np.linalg.lstsq(both, move, rcond=None)
    share = float(np.abs(parts[1] * old).max())
    left = float(np.abs(both @ parts - move).max())
    return share > SHARE * float(np.abs(move).max()) > left
