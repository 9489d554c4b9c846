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

from chainrule.workshop.guarded.loading import decoded
from chainrule.workshop.guarded.recognition import harmless, old_names, stand_ins
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within

FOR_A_STATEMENT = 2.0
FOR_IMPORTS = 15.0
FOR_ALL = 6.0
"""Seconds of a whole file, its training among it."""


class Left:
    """The statements that were left out: the line of each, and why."""

    def __init__(self) -> None:
        self.out: list[tuple[int, str]] = []


def run(body: Sequence[ast.stmt], module: ModuleType, path: str, left: Left, until: float) -> None:
    """Run the statements, each by itself."""
    for statement in body:
        wanted = min(FOR_A_STATEMENT, until - time.process_time())
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
            if function is not None and not function.args.args:
                inside += [without_return(s) for s in function.body]
    return [*inside, *(s for s in found if s not in calls or not inside)]


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
