"""A network that is only a loop of a script: the loop's body, run once, is its step.

`loop(line)` of an adapter is the body of the loop at that line. Names stand at the top of the
file; those that a function has before its loop are put there, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import arguments, conventions, fit, pairing, roles
from chainrule.workshop.guarded.recognition.forwards import FAULTS, fitting, preference, same
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.time_limit import within

Array = NDArray[Any]
ONE_CALL = 1.5
MOST_LOOPS = 12
SMALL = 1e-4


class Loop:
    """The body of a loop, run in the file's own names."""

    def __init__(self, module: ModuleType, tree: ast.Module, line: int, **names: Any) -> None:
        self.module = module
        node, before = next((n, b) for n, b in loops(tree) if n.lineno == line)
        module.__dict__.update(names)
        if before:
            exec(compiled([without_return(s) for s in before]), module.__dict__)
        for name, start in counters(node).items():
            module.__dict__[name] = start
        self.code = compiled(once(node))

    def __call__(self, **names: Any) -> None:
        self.module.__dict__.update(names)
        exec(self.code, self.module.__dict__)

    def value(self, expression: str, **names: Any) -> Any:
        """What an expression of the file comes to after the body; all else is put back."""
        kept = Kept(self.module.__dict__)
        try:
            self(**names)
            return np.array(eval(expression, self.module.__dict__))
        finally:
            kept.put_back()


def helper(module: ModuleType, tree: ast.Module) -> Callable[..., Loop]:
    return lambda line, **names: Loop(module, tree, line, **names)


def compiled(body: list[ast.stmt]) -> Any:
    return compile(ast.fix_missing_locations(ast.Module(body, [])), "<loop>", "exec")


def once(node: ast.For | ast.While) -> list[ast.stmt]:
    """The body, in a loop of one round, in which `break` and `continue` may stand."""
    body = [without_return(s) for s in node.body]
    around = ast.For(
        ast.Name("_round", ast.Store()), ast.Tuple([ast.Constant(0)], ast.Load()), body, []
    )
    return [ast.copy_location(around, node)]


def without_return(statement: ast.stmt) -> ast.stmt:
    class Change(ast.NodeTransformer):
        def visit_Return(self, node: ast.Return) -> ast.stmt:
            return ast.copy_location(ast.Pass(), node)

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
            return node

    return Change().visit(statement)


def loops(tree: ast.Module) -> Iterator[tuple[ast.For | ast.While, list[ast.stmt]]]:
    """The loops at the top, in the main block and in functions, with what a function has before."""

    def inside(body: list[ast.stmt], before: list[ast.stmt]) -> Iterator[Any]:
        for i, statement in enumerate(body):
            if isinstance(statement, (ast.For, ast.While)):
                ahead = [*before, *body[:i]] if before is not TOP else TOP
                yield statement, ahead
                yield from inside(statement.body, ahead)
            elif isinstance(statement, (ast.If, ast.With, ast.Try)):
                yield from inside(statement.body, before)

    yield from inside(tree.body, TOP)
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield from inside(statement.body, [])


TOP: list[ast.stmt] = []


def counters(node: ast.For | ast.While) -> dict[str, int]:
    """The loop's own names, as numbers 0."""
    if isinstance(node, ast.While):
        return {}
    return {n.id: 0 for n in ast.walk(node.target) if isinstance(n, ast.Name)}


@dataclass(frozen=True)
class Reading:
    """Lines of an adapter for a loop, and how many inputs and outputs it has."""

    text: str
    inputs: int
    outputs: int
    size: int


def readings(module: ModuleType, tree: ast.Module) -> Iterator[Reading]:
    """The adapters of every loop that moves arrays which move outputs."""
    for number, (node, before) in enumerate(loops(tree)):
        if number == MOST_LOOPS:
            return
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        function = enclosing(tree, node)
        for x, y in data_names(module, node, names, function):
            yield from of_loop(module, tree, node, x, y, function)
        del before


def enclosing(tree: ast.Module, node: ast.stmt) -> ast.FunctionDef | None:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and node in ast.walk(statement):
            return statement
    return None


def data_names(
    module: ModuleType, node: ast.For | ast.While, names: set[str], function: ast.FunctionDef | None
) -> list[tuple[str, str]]:
    """The names that hold examples and targets: the loop's own first, then those it uses."""
    own = list(counters(node))
    used = [n for n in [*own, *arguments_of(function), *module.__dict__] if n in names]
    arrays = [n for n in used if n in own or n in arguments_of(function) or is_data(module, n)]
    xs = [n for n in arrays if roles.role(n) == "inputs"]
    ys = [n for n in arrays if roles.role(n) == "targets"]
    return [(x, y) for x in dict.fromkeys(xs) for y in dict.fromkeys(ys)][:6]


def arguments_of(function: ast.FunctionDef | None) -> list[str]:
    return [] if function is None else [a.arg for a in function.args.args]


def is_data(module: ModuleType, name: str) -> bool:
    value = module.__dict__.get(name)
    return isinstance(value, (np.ndarray, list)) and len(np.shape(as_array(value))) in (1, 2)


def as_array(value: Any) -> Any:
    try:
        return np.asarray(value, float)
    except (ValueError, TypeError):
        return np.zeros(())


def of_loop(
    module: ModuleType,
    tree: ast.Module,
    node: ast.For | ast.While,
    x_name: str,
    y_name: str,
    function: ast.FunctionDef | None,
) -> Iterator[Reading]:
    width, outs = sizes(module, x_name, y_name)
    rng = np.random.default_rng(2)
    m = next(k for k in (7, 11, 13) if k not in (width, *outs))
    for n in outs:
        for examples in conventions.EXAMPLES[:5]:
            for form in ("one-hot", "labels"):
                X, labels = rng.normal(0, 1, (m, width)), np.arange(m) % max(n, 2)
                Y = np.eye(n)[labels] if n > 1 else labels[:, None] * 1.0
                made = probe(module, tree, node, function, (x_name, y_name), X, Y, examples, form)
                if made is None:
                    continue
                size, texts = made
                for text in texts:
                    yield Reading(text, width, n, size)


def sizes(module: ModuleType, x_name: str, y_name: str) -> tuple[int, list[int]]:
    """How many inputs the data have, and how many outputs there may be."""
    X, y = (as_array(module.__dict__.get(n)) for n in (x_name, y_name))
    if X.ndim == 2 and y.ndim >= 1 and len(X) != len(y) and X.shape[1] == y.shape[-1]:
        return X.shape[0], [y.shape[0] if y.ndim == 2 else 1]
    width = X.shape[-1] if X.ndim in (1, 2) else arguments.INPUTS
    if y.ndim == 2:
        return width, [y.shape[1]]
    if y.ndim == 1 and y.size > 1:
        return width, list(dict.fromkeys([1, int(y.max()) + 1 if y.max() < 100 else 1]))
    return width, [arguments.OUTPUTS, 3, 2, 10, 1]


BLANK = {
    "rows": "np.zeros((len(x), {n}))",
    "columns": "np.zeros(({n}, x.shape[1]))",
    "one at a time, (n, 1)": "np.zeros(({n}, 1))",
    "one at a time, (n,)": "np.zeros({n})",
    "one at a time, (1, n)": "np.zeros((1, {n}))",
}
NO_LABELS = {"rows": "np.zeros(len(x), int)", "columns": "np.zeros(x.shape[1], int)"}


def probe(
    module: ModuleType,
    tree: ast.Module,
    node: ast.For | ast.While,
    function: ast.FunctionDef | None,
    names: tuple[str, str],
    X: Array,
    Y: Array,
    examples: str,
    form: str,
) -> tuple[int, list[str]] | None:
    """How many arrays the loop moves, and its adapters; None where this form does not work."""
    x = next(conventions.batches(examples, X))
    y, other = (next(conventions.targets(examples, form, T)) for T in (Y, np.roll(Y, 1, axis=0)))
    m = len(X) if examples in conventions.TOGETHER else 1
    kept = Kept(module.__dict__)
    start = beginning(function, names, X.shape[1], Y.shape[1])
    try:
        with within(2 * ONE_CALL), np.errstate(all="ignore"):
            body = eval(f"loop({node.lineno}{start})", {"loop": helper(module, tree), "np": np})
            hidden = [v for p, v in walk(module.__dict__) if is_floats(v) and p not in names]
            fit.wake(hidden, np.random.default_rng(13))
            before = floats(module)
            inner = Kept(module.__dict__)
            body(**{names[0]: x, names[1]: y})
            moved = [p for p, v in before.items() if changed(module, p, v)]
            first = outputs(module, m, examples)
            after = floats(module)
            inner.put_back()
            body(**{names[0]: x, names[1]: other})
            second = outputs(module, m, examples)
            inner.put_back()
            free = {k: v for k, v in first.items() if k in second and same(v, second[k])}
            movers: dict[str, list[str]] = {k: [] for k in free}
            for path in [p for p in moved if p not in free]:
                array = eval(path, module.__dict__)
                old = array.copy()
                array += SMALL * np.random.default_rng(1).standard_normal(array.shape)
                body(**{names[0]: x, names[1]: y})
                now = outputs(module, m, examples)
                inner.put_back()
                array[...] = old
                for key, value in free.items():
                    if key in now and not same(value, now[key]):
                        movers[key].append(path)
    except FAULTS:
        return None
    finally:
        kept.put_back()
    most = max(map(len, movers.values()), default=0)
    if most == 0:
        return None
    keys = [k for k in movers if len(movers[k]) == most and k not in names]
    sized = [k for k in keys if free[k].size == m * Y.shape[1]] or keys
    key = min(sized, key=lambda k: preference(k, (), sized)) if sized else None
    if key is None or free[key].size != m * Y.shape[1]:
        return None
    parameters = movers[key]
    blank = BLANK[examples].format(n=Y.shape[1])
    if form == "labels":
        blank = NO_LABELS.get(examples, "0")
    head = [
        f'examples = "{examples}"',
        f'targets = "{form}"',
        f"inputs = {X.shape[1]}",
        f"body = loop({node.lineno}{start})  # the body of the loop at line {node.lineno}",
        f"parameters = lambda: [{', '.join(f'own.{p}' for p in parameters)}]",
        f'def forward(x): return body.value("{key}", {names[0]}=x, {names[1]}={blank})',
    ]
    given = re.search(r", \w+=(0\.1)\b", start)
    eta = given.group(1) if given else rate(module) or "1.0"
    step = [f"rate = {eta}", f"def step(x, y): body({names[0]}=x, {names[1]}=y)"]
    texts = ["\n".join(head + step)]
    gradients = stored(parameters, before, after)
    if gradients is not None:
        listed = ", ".join(f"own.{g}" for g in gradients)
        lines = ["def gradients(x, y):", f"    body({names[0]}=x, {names[1]}=y)"]
        texts.insert(0, "\n".join([*head, *lines, f"    return [{listed}]"]))
    return len(parameters), texts


def beginning(function: ast.FunctionDef | None, names: tuple[str, str], width: int, n: int) -> str:
    """The arguments that the statements before a function's loop need, as they are written."""
    if function is None:
        return ""
    given = {names[0]: f"np.ones((7, {width}))", names[1]: f"np.ones((7, {n}))"}
    texts = []
    for name in arguments_of(function):
        value = given.get(name) or {
            "rate": "0.1",
            "epochs": "1",
            "batch size": "7",
            "nothing": "0",
        }.get(roles.role(name))
        if value is None and roles.is_size(name):
            value = str(arguments.HIDDEN)
        if value is not None:
            texts.append(f", {name}={value}")
    return "".join(texts)


def floats(module: ModuleType) -> dict[str, Array]:
    return {path: v.copy() for path, v in walk(module.__dict__) if is_floats(v) and v.size < 10**6}


def changed(module: ModuleType, path: str, before: Array) -> bool:
    try:
        now = eval(path, module.__dict__)
    except (LookupError, AttributeError, NameError, TypeError):
        return False
    return np.shape(now) == before.shape and not np.array_equal(now, before)


def outputs(module: ModuleType, m: int, examples: str) -> dict[str, Array]:
    """The arrays that may be outputs, after the body."""
    found = {}
    for path, value in walk(module.__dict__):
        if isinstance(value, np.ndarray) and (array := fitting(value, m, examples)) is not None:
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


def rate(module: ModuleType) -> str | None:
    """Where the file has its learning rate, at the top or in an object."""
    for path, value in walk(module.__dict__):
        name = pairing.last_name(path) or path
        if type(value) is float and roles.role(name) == "rate" and value > 0:
            return f"own.{path}"
    return None
