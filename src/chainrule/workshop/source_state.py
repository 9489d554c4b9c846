"""The state of a function's source, as a short text: a verdict belongs to the state it was given.

The text changes with the function, with what it uses in the file, and with whatever could keep the
file from loading. It does not change with comments, docstrings, blank lines, or with another
function that this one does not use.
"""

from __future__ import annotations

import ast
import builtins
import copy
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.workshop.source import Outline

REACHING = {
    *("globals", "locals", "vars", "eval", "exec", "compile", "__import__", "__file__"),
    *("sys", "importlib", "inspect", "linecache", "traceback", "gc", "ctypes", "builtins", "open"),
    *(
        "__globals__",
        "__code__",
        "__dict__",
        "__doc__",
        "__builtins__",
        "currentframe",
        "_getframe",
    ),
}
"""With one of these names a function can reach, or tell apart, any text of the file."""
PLAIN_IMPORTS = {
    "__future__": {"annotations"},
    "collections.abc": {"Callable", "Iterable", "Iterator", "Sequence", "Generator", "Mapping"},
    "typing": {"Any", "Callable", "Iterable", "Iterator", "Sequence", "Optional", "Union"},
    "numpy.typing": {"ArrayLike", "NDArray"},
}
"""What can be imported from these modules without fail."""
PLAIN_ATTRIBUTES = {
    *("ndarray", "float64", "float32", "floating", "int64", "random", "Generator", "typing"),
    *("NDArray", "ArrayLike", "abc", "Callable", "Iterator", "Iterable", "Sequence", "Any"),
}
"""Attributes of modules that an annotation may name."""


def fingerprint(top: Outline, name: str) -> str:
    """A short text that changes when the function, or anything its verdict depends on, changes."""
    needed = [*top.statements.get(name, []), *top.exposed]
    for used in top.uses_of(needed):
        needed += top.statements[used]
    state = hashlib.sha256()
    if reaches(needed):
        state.update(top.source)
    chosen = set(map(id, needed))
    for statement in top.body:
        if id(statement) in chosen:
            state.update(top.dumped(statement))
    for content in files_beside(top.body, top.folder):
        state.update(content)
    return state.hexdigest()[:16]


def reaches(statements: Iterable[ast.stmt]) -> bool:
    """Whether names are reached by other ways than by writing them."""
    return any(
        (isinstance(node, ast.Name) and node.id in REACHING)
        or (isinstance(node, ast.Attribute) and node.attr in REACHING)
        or (isinstance(node, ast.alias) and not REACHING.isdisjoint(node.name.split(".")))
        for statement in statements
        for node in ast.walk(statement)
    )


def dumped(statement: ast.stmt) -> bytes:
    """The statement without the texts that stand in it for a reader, and without its place."""
    bare = copy.deepcopy(statement)
    for node in ast.walk(bare):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            node.body = [s for s in node.body if not is_text(s)] or [ast.Pass()]
    return ast.dump(bare).encode("utf-8", "replace")


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a constant alone: a docstring, `...`."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


# --- what cannot keep a file from loading -------------------------------------------------------


def exposed(top: Outline) -> list[ast.stmt]:
    """The statements at the top level that may not run, and so concern every function."""
    modules: set[str] = set()
    several = {name for name, given in top.statements.items() if len(given) > 1}
    rebound = set(top.statements) & set(dir(builtins))
    deferred = any(isinstance(s, ast.ImportFrom) and s.module == "__future__" for s in top.body)
    found: list[ast.stmt] = []
    for statement in top.body:
        plain = is_text(statement)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            plain = is_plain_import(statement, top.folder)
            names = {alias.asname or alias.name for alias in statement.names}
            modules |= names - several - rebound if plain else set()
        elif isinstance(statement, ast.Assign):
            targets = all(isinstance(target, ast.Name) for target in statement.targets)
            plain = targets and is_literal(statement.value)
        elif isinstance(statement, ast.FunctionDef):
            plain = is_plain_function(statement, modules, rebound, deferred)
        if not plain:
            found.append(statement)
    return found


def is_plain_import(statement: ast.Import | ast.ImportFrom, folder: Path | None) -> bool:
    if isinstance(statement, ast.ImportFrom):
        known = PLAIN_IMPORTS.get(statement.module or "", set())
        return not statement.level and all(alias.name in known for alias in statement.names)
    names = [alias.name for alias in statement.names]
    return all(
        name in {"numpy", "numpy.typing", "collections.abc"} or name in sys.stdlib_module_names
        for name in names
    ) and not any(paths_of(name, folder) for name in names)


def is_literal(value: ast.expr) -> bool:
    """Numbers, texts and tuples or lists of them, with signs."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, (ast.USub, ast.UAdd)):
        return isinstance(value.operand, ast.Constant) and isinstance(
            value.operand.value, (int, float)
        )
    if isinstance(value, (ast.Tuple, ast.List)):
        return all(map(is_literal, value.elts))
    return isinstance(value, ast.Constant)


def is_plain_function(
    function: ast.FunctionDef, modules: set[str], rebound: set[str], deferred: bool
) -> bool:
    """No decorator, and only literals and known types in its first line."""
    arguments = function.args
    defaults = [d for d in (*arguments.defaults, *arguments.kw_defaults) if d is not None]
    if function.decorator_list or not all(map(is_literal, defaults)):
        return False
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    given = [a.annotation for a in (*every, arguments.vararg, arguments.kwarg) if a is not None]
    annotations = [a for a in (*given, function.returns) if a is not None]
    types = {"int", "float", "bool", "str", "list", "tuple", "dict", "set", "None"} - rebound
    return deferred or all(is_plain_annotation(a, modules | types) for a in annotations)


def is_plain_annotation(annotation: ast.expr, known: set[str]) -> bool:
    if isinstance(annotation, ast.Name):
        return annotation.id in known
    if isinstance(annotation, ast.Attribute):
        return annotation.attr in PLAIN_ATTRIBUTES and is_plain_annotation(annotation.value, known)
    if isinstance(annotation, ast.Subscript):
        takes_types = isinstance(annotation.value, (ast.Name, ast.Attribute)) and (
            getattr(annotation.value, "id", "") not in {"int", "float", "bool", "str", "None"}
        )
        inside = (annotation.value, annotation.slice)
        return takes_types and all(is_plain_annotation(each, known) for each in inside)
    if isinstance(annotation, (ast.Tuple, ast.List)):
        return all(is_plain_annotation(each, known) for each in annotation.elts)
    return isinstance(annotation, ast.Constant)


# --- files that are imported from beside it -----------------------------------------------------


def files_beside(body: Iterable[ast.stmt], folder: Path | None) -> list[bytes]:
    """The contents of the files of the same folder that are imported, and of what they import."""
    contents: list[bytes] = []
    seen: set[Path] = set()
    waiting = list(body)
    while waiting:
        for name in imported(waiting.pop(0)):
            for path in paths_of(name, folder):
                if path in seen:
                    continue
                seen.add(path)
                try:
                    content = path.read_bytes()
                    waiting += ast.parse(content).body
                except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
                    content = b"no Python"
                contents += [path.name.encode(), content]
    return contents


def imported(statement: ast.stmt) -> list[str]:
    """The modules that are imported anywhere in a statement."""
    names: list[str] = []
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def paths_of(name: str, folder: Path | None) -> list[Path]:
    """The files of a folder that a module of this name is read from."""
    if folder is None:
        return []
    place = folder.joinpath(*name.split("."))
    first = folder / name.split(".")[0]
    candidates = (place.with_suffix(".py"), place / "__init__.py", first / "__init__.py")
    return [path for path in dict.fromkeys(candidates) if path.is_file()]
