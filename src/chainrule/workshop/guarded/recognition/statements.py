"""A file run statement by statement: what fails or takes long is left out, the rest goes on."""

from __future__ import annotations

import ast
import copy
import sys
import time
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from chainrule.workshop.guarded.loading import decoded
from chainrule.workshop.guarded.recognition import (
    harmless,
    old_names,
    roles,
    stand_in_data,
    stand_ins,
)
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within

FOR_A_STATEMENT = 2.0
FOR_A_LOOP = 0.5
"""Seconds of a statement, and of a loop at the top: after a few rounds, a training is known."""
FOR_IMPORTS = 15.0
FOR_ALL = 6.0
"""Seconds of a whole file, its training among it."""


class Left:
    """The statements that were left out: the line of each, and why."""

    def __init__(self) -> None:
        self.out: list[tuple[int, str]] = []

    @property
    def lines(self) -> list[int]:
        return [line for line, _ in self.out]

    @property
    def faults(self) -> list[str]:
        return [words for _, words in self.out]


def run(body: Sequence[ast.stmt], module: ModuleType, path: str, left: Left, until: float) -> None:
    """Run the statements, each by itself."""
    kind: Any = None
    for statement in body:
        most = FOR_A_LOOP if isinstance(statement, (ast.For, ast.While)) else FOR_A_STATEMENT
        wanted = min(most, until - time.process_time())
        if wanted <= 0 and not isinstance(statement, DEFINING):
            left.out.append((statement.lineno, "there was no time left"))
            continue
        ours = harmless.guarded(statement)
        code = compile(ast.Module([ours], []), path, "exec", optimize=1)  # no `assert`
        try:
            imports = isinstance(statement, (ast.Import, ast.ImportFrom))
            began = time.process_time()
            with within(FOR_IMPORTS if imports else max(wanted, 0.5)):
                exec(code, module.__dict__)
            if imports:
                until += time.process_time() - began
        except TooLong:
            left.out.append((statement.lineno, "it took long"))
        except (Exception, SystemExit) as fault:
            line = line_of(fault, path) or statement.lineno
            left.out.append((line, f"{type(fault).__name__}: {fault}"[:200]))
        give_data(statement, module)
        if isinstance(statement, ast.ClassDef):
            kind = module.__dict__.get(statement.name)
        elif isinstance(statement, ast.FunctionDef) and isinstance(kind, type):
            adopt(kind, statement, module)


def give_data(statement: ast.stmt, module: ModuleType) -> None:
    """Random digits for names of examples and targets whose data are not there."""
    if not isinstance(statement, (ast.Assign, ast.With)):
        return
    images, labels = stand_in_data.digits(60)
    given = {"inputs": images.reshape(60, -1) / 255, "targets": labels}
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            value = module.__dict__.get(node.id, stand_ins.Anything())
            data = given.get(roles.role(node.id)) if len(node.id) > 1 or node.id in "xXyY" else None
            if isinstance(value, stand_ins.Anything) and data is not None:
                module.__dict__[node.id] = data.copy()


def adopt(kind: type, statement: ast.FunctionDef, module: ModuleType) -> None:
    """Take a function of `self` that stands below a class, by a slip of indent, for its method."""
    names = [a.arg for a in statement.args.args]
    if names[:1] == ["self"] and not hasattr(kind, statement.name):
        setattr(kind, statement.name, module.__dict__.get(statement.name))


def line_of(fault: BaseException, path: str) -> int:
    """The line at the top of the file, or in its blocks, from which a fault comes."""
    trace = fault.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == path and code.co_name == "<module>":
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.AsyncFunctionDef)


def load(source: bytes, path: str) -> tuple[ModuleType, ast.Module, Left]:
    """The module of a file, as far as it can be run; only what is no Python raises."""
    text = decoded(source, path)
    tree = ast.parse(text, path)
    folder = Path(path).parent
    here = {each.stem for each in folder.glob("*.py")}
    here |= {each.name for each in folder.iterdir() if each.is_dir()} if folder.is_dir() else set()
    stand_ins.put_in_place(own_modules(here), str(folder), tree)
    old_names.put_back()
    sys.argv[:] = [path]
    name = Path(path).stem
    module = types.ModuleType(name)
    module.__file__ = path
    for place in (folder, folder.parent):
        if str(place) not in sys.path:
            sys.path.append(str(place))
    sys.modules.setdefault(name, module)
    if (folder / "__init__.py").exists() or relative(tree):
        module.__package__ = folder.name
        package(folder)
    left = Left()
    run(tree.body, module, path, left, time.process_time() + FOR_ALL)
    return module, tree, left


def own_modules(here: set[str]) -> Callable[[str], bool]:
    """Whether a module is one of the files beside it."""
    return lambda name: name in here


def relative(tree: ast.Module) -> bool:
    return any(isinstance(s, ast.ImportFrom) and s.level for s in ast.walk(tree))


def package(folder: Path) -> None:
    """Make a folder a package, so that `from .layers import Dense` finds its file."""
    if folder.name not in sys.modules:
        found = types.ModuleType(folder.name)
        found.__path__ = [str(folder)]
        sys.modules[folder.name] = found


def main_block(tree: ast.Module) -> list[ast.stmt]:
    """The statements under `if __name__ == "__main__":`, and those of functions called there.

    What a function like `main()` makes is seen only if its statements are run one by one.
    """
    found = named_main(tree)
    functions = {s.name: s for s in tree.body if isinstance(s, ast.FunctionDef)}
    calls = [s for s in [*found, *tree.body] if isinstance(s, ast.Expr)]
    inside: list[ast.stmt] = []
    for each in calls:
        call = each.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args:
            function = functions.get(call.func.id)
            if function is not None and len(function.args.defaults) == len(function.args.args):
                inside += by_default(function)
                inside += [without_return(s) for s in function.body]
    return [*inside, *(s for s in found if s not in calls or not inside)]


def by_default(function: ast.FunctionDef) -> list[ast.stmt]:
    """The arguments of a function as names at the top, each with its default."""
    pairs = zip(function.args.args, function.args.defaults, strict=True)
    found = [ast.Assign([ast.Name(a.arg, ast.Store())], value) for a, value in pairs]
    return [ast.fix_missing_locations(ast.copy_location(each, function)) for each in found]


def without_return(statement: ast.stmt) -> ast.stmt:
    """A statement of a function as one of a file, without its `return` and `global`."""

    class Change(ast.NodeTransformer):
        def visit_Return(self, node: ast.Return) -> ast.stmt:
            return ast.copy_location(ast.Pass(), node)

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
            return node

    return Change().visit(copy.deepcopy(statement))


def named_main(tree: ast.Module) -> list[ast.stmt]:
    """The statements under `if __name__ == "__main__":`."""
    for statement in tree.body:
        if (
            isinstance(statement, ast.If)
            and isinstance(statement.test, ast.Compare)
            and any(
                isinstance(side, ast.Name) and side.id == "__name__"
                for side in (statement.test.left, *statement.test.comparators)
            )
        ):
            return statement.body
    return []


def run_main(module: ModuleType, tree: ast.Module, path: str, left: Left) -> None:
    """Run the main block's statements at the top of the file."""
    run(main_block(tree), module, path, left, time.process_time() + FOR_ALL)
