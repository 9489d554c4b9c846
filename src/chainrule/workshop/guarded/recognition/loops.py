"""A network that is only a loop of a script: the loop's body, run once, is its step.

`loop(line)` of an adapter is the body of the loop at that line. Names stand at the top of the
file; those that a function has before its loop are put there, too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import roles
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.statements import without_return


class Loop:
    """The body of a loop, run in the file's own names."""

    def __init__(self, module: ModuleType, tree: ast.Module, line: int, /, **names: Any) -> None:
        self.module = module
        node, before = next((f.node, f.before) for f in loops(tree) if f.node.lineno == line)
        module.__dict__.update(names)
        if before:
            exec(compiled([without_return(s) for s in before]), module.__dict__)
        for name, start in counters(node).items():
            module.__dict__[name] = start
        self.code = compiled(once(node))

    def __call__(self, /, **names: Any) -> None:
        self.module.__dict__.update(names)
        exec(self.code, self.module.__dict__)

    def value(self, expression: str, /, **names: Any) -> Any:
        """What an expression of the file comes to after the body; all else is put back."""
        kept = Kept(self.module.__dict__)
        try:
            self(**names)
            return np.array(eval(expression, self.module.__dict__))
        finally:
            kept.put_back()


def helper(module: ModuleType, tree: ast.Module) -> Callable[..., Loop]:
    return lambda line, /, **names: Loop(module, tree, line, **names)


def compiled(body: list[ast.stmt]) -> Any:
    module = ast.fix_missing_locations(ast.Module(body, []))
    return compile(module, "<loop>", "exec", optimize=1)  # an `assert` may know its examples


def once(node: ast.For | ast.While) -> list[ast.stmt]:
    """The body, in a loop of one round, in which `break` and `continue` may stand."""
    body = [without_return(s) for s in node.body]
    around = ast.For(
        ast.Name("_round", ast.Store()), ast.Tuple([ast.Constant(0)], ast.Load()), body, []
    )
    return [ast.copy_location(around, node)]


@dataclass(frozen=True)
class Found:
    """A loop; the function that it stands in, with what stands there before it; its class."""

    node: ast.For | ast.While
    before: list[ast.stmt]
    function: ast.FunctionDef | None = None
    kind: str = ""


def loops(tree: ast.Module) -> Iterator[Found]:
    """The loops at the top and in the main block, then those in functions and in methods."""

    def inside(body: list[ast.stmt], before: list[ast.stmt], *where: Any) -> Iterator[Found]:
        for i, statement in enumerate(body):
            if isinstance(statement, (ast.For, ast.While)):
                ahead = [*before, *body[:i]] if where else []
                yield Found(statement, ahead, *where)
                yield from inside(statement.body, ahead, *where)
            elif isinstance(statement, (ast.If, ast.With, ast.Try)):
                yield from inside(statement.body, before, *where)

    yield from inside(tree.body, [])
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
