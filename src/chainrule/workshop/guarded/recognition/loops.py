"""A network that is only a loop of a script: the loop's body, run once, is its step.

`loop(line)` of an adapter is the body of the loop at that line. Names stand at the top of the
file; those that a function, or a loop around it, has before it are put there, too.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import harmless, roles
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.statements import without_return
from chainrule.workshop.guarded.recognition.tensors import like, plain, view


class Loop:
    """The body of a loop, run in the file's own names."""

    def __init__(self, module: ModuleType, tree: ast.Module, line: int, /, **names: Any) -> None:
        self.module = module
        node, before = next((f.node, f.before) for f in loops(tree) if f.node.lineno == line)
        module.__dict__.update(names)
        for statement in before:
            with contextlib.suppress(Exception):  # what the body needs, it will miss
                exec(compiled([without_return(statement)]), module.__dict__)
        for name, start in counters(node).items():
            module.__dict__[name] = start
        self.code = compiled(once(node, outlives(node, module)))
        self.assigned = list(assigned(node))

    def __call__(self, /, **names: Any) -> None:
        there = self.module.__dict__
        there.update({name: like(value, there.get(name)) for name, value in names.items()})
        exec(self.code, there)

    def value(self, expression: str, /, **names: Any) -> Any:
        """What an expression of the file comes to after the body; all else is put back."""
        kept = Kept(self.module.__dict__)
        try:
            self(**names)
            return np.array(plain(eval(expression, self.module.__dict__)))
        finally:
            kept.put_back()

    def after_another(self, *parameters: str, **names: Any) -> None:
        """The body once more, after another example whose move of the parameters is taken back.

        What a body leaves behind besides, as gradients that it adds up, is then seen.
        """
        old = {path: np.array(plain(eval(path, self.module.__dict__))) for path in parameters}
        self(**{name: another(value) for name, value in names.items()})
        for path, value in old.items():
            now = view(eval(path, self.module.__dict__))
            if now is not None and now.shape == value.shape:
                now[...] = value
        self(**names)


def assigned(node: ast.For | ast.While) -> Iterator[str]:
    """The names that a loop assigns anew in each round, and does not only add to."""
    for each in ast.walk(ast.Module(node.body, [])):
        if isinstance(each, ast.Assign) and len(each.targets) == 1:
            target = each.targets[0]
            if isinstance(target, ast.Name):
                yield target.id


def another(value: Any) -> Any:
    """An example or a target of the same form; numbers of examples and labels stay."""
    if isinstance(value, list):
        return value[::-1]
    return np.flip(value).copy() if isinstance(value, np.ndarray) else value


def helper(module: ModuleType, tree: ast.Module) -> Callable[..., Loop]:
    return lambda line, /, **names: Loop(module, tree, line, **names)


def compiled(body: list[ast.stmt]) -> Any:
    module = ast.fix_missing_locations(ast.Module(body, []))
    return compile(module, "<loop>", "exec", optimize=1)  # an `assert` may know its examples


def once(node: ast.For | ast.While, by_itself: harmless.Matters) -> list[ast.stmt]:
    """The body, in a loop of one round, in which `break` and `continue` may stand.

    A statement that only shows something may fail.
    """
    body = harmless.kept_going([without_return(s) for s in node.body], by_itself)
    around = ast.For(
        ast.Name("_round", ast.Store()), ast.Tuple([ast.Constant(0)], ast.Load()), body, []
    )
    return [ast.copy_location(around, node)]


def outlives(node: ast.For | ast.While, module: ModuleType) -> harmless.Matters:
    """What matters in a loop: what holds more than a number, and in the end depends on itself."""
    reads: dict[str, set[str]] = {}
    for each in ast.walk(ast.Module(node.body, [])):
        if isinstance(each, harmless.SETTING) and each.value is not None:
            more = set(harmless.names(each.value))
            if isinstance(each, ast.AugAssign):
                more |= set(harmless.root_names(each.target))
            for root in harmless.roots(each):
                reads.setdefault(root, set()).update(more)
    numbers = (int, float, str, np.number)

    def by_itself(statement: ast.stmt, root: str) -> bool:
        del statement
        there = root in module.__dict__ and not isinstance(module.__dict__[root], numbers)
        return root == "" or (there and root in behind(root, reads))

    return by_itself


def behind(root: str, reads: dict[str, set[str]]) -> set[str]:
    """All names that a name depends on, by those that it is made of."""
    found: set[str] = set()
    waiting = list(reads.get(root, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += reads.get(name, ())
    return found


@dataclass(frozen=True)
class Found:
    """A loop; what stands before it in its function, or in a loop around it; its class."""

    node: ast.For | ast.While
    before: list[ast.stmt]
    function: ast.FunctionDef | None = None
    kind: str = ""


def loops(tree: ast.Module) -> Iterator[Found]:
    """The loops at the top and in the main block, then those in functions and in methods."""

    def inside(
        body: list[ast.stmt], before: list[ast.stmt], *where: Any, top: bool = False
    ) -> Iterator[Found]:
        for i, statement in enumerate(body):
            if isinstance(statement, (ast.For, ast.While)):
                ahead = [] if top else [*before, *body[:i]]
                yield Found(statement, ahead, *where)
                yield from inside(statement.body, ahead, *where)
            elif isinstance(statement, (ast.If, ast.With, ast.Try)):
                yield from inside(statement.body, before, *where, top=top)

    yield from inside(tree.body, [], top=True)
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield from inside(statement.body, [], statement)
    for kind in [s for s in tree.body if isinstance(s, ast.ClassDef)]:
        for method in kind.body:
            if isinstance(method, ast.FunctionDef) and roles.joined(method.name) in roles.STEP:
                yield from inside(method.body, [], method, kind.name)


def counters(node: ast.For | ast.While) -> dict[str, int]:
    """The loop's own names, as numbers 0."""
    if isinstance(node, ast.While):
        return {}
    return {n.id: 0 for n in ast.walk(node.target) if isinstance(n, ast.Name)}
