"""The learner's file as text: what it defines, which function uses which, what has changed."""

from __future__ import annotations

import ast
import functools
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chainrule.ground.words import nearest
from chainrule.workshop.course import stage_names
from chainrule.workshop.errors import WorkshopError
from chainrule.workshop.source_state import dumped, exposed, fingerprint, is_text

OURS = "chainrule"
BY_NAME = re.compile(rf"{OURS}(\.\w+)*")
"""A module of this package in a text, as `importlib.import_module` takes it."""
LARGEST = 2 * 2**20
ONLY_JUST_ANOTHER = 0.85
"""How alike a name must be to be asked about: `Relu` for `relu`, not `relu_2` for `relu_prime`."""
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPING = {"map", "vectorize", "apply_along_axis", "apply_over_axes", "frompyfunc", "fromiter"}
"""Functions that call another one for each element."""


def read_source(path: Path) -> bytes:
    """The bytes of a file of Python; WorkshopError says why they cannot be had."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise WorkshopError(f"{path} is a pipe or a device: expected a file of Python")
        if stat.S_ISREG(status.st_mode) and status.st_size > LARGEST:
            raise WorkshopError(
                f"{path} is {status.st_size:,} bytes long: expected a file of Python, at most "
                f"{LARGEST:,}"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise WorkshopError(f"{path} is not there") from None
    except IsADirectoryError:
        raise WorkshopError(f"{path} is a folder: expected a file of Python") from None
    except OSError as fault:
        raise WorkshopError(f"{path} cannot be read: {fault.strerror or fault}") from None


@dataclass(frozen=True)
class Outline:
    """The top level of a file: each name with the statements that give it a value.

    `folder` is where the file lies, if anywhere: it may import others from there.
    """

    source: bytes
    body: list[ast.stmt]
    statements: dict[str, list[ast.stmt]]
    others: list[ast.stmt]
    folder: Path | None = None

    def uses(self, name: str) -> list[str]:
        """The names of the file's own that a function needs, directly or through others."""
        return [used for used in self.uses_of(self.statements.get(name, [])) if used != name]

    def uses_of(self, statements: Iterable[ast.stmt]) -> list[str]:
        """The names of the file's own that statements need, directly or through others."""
        needed: list[str] = []
        waiting = list(statements)
        while waiting:
            for used in self.names_in(waiting.pop()):
                if used in self.statements and used not in needed:
                    needed.append(used)
                    waiting += self.statements[used]
        return needed

    def names_in(self, statement: ast.stmt) -> list[str]:
        """The names that are read anywhere inside."""
        if id(statement) not in self._names:
            self._names[id(statement)] = names_in(statement)
        return self._names[id(statement)]

    def dumped(self, statement: ast.stmt) -> bytes:
        """The statement without docstrings, comments and places."""
        if id(statement) not in self._dumped:
            self._dumped[id(statement)] = dumped(statement)
        return self._dumped[id(statement)]

    @functools.cached_property
    def exposed(self) -> list[ast.stmt]:
        """The statements that may keep the file from loading."""
        return exposed(self)

    @functools.cached_property
    def _names(self) -> dict[int, list[str]]:
        return {}

    @functools.cached_property
    def _dumped(self) -> dict[int, bytes]:
        return {}

    def stages_below(self, name: str) -> list[str]:
        """The other stages among them, in their order; none that uses this one in its turn."""
        used = set(self.uses(name)) - {name}
        return [each for each in stage_names() if each in used and name not in self.uses(each)]

    def loops(self, name: str) -> bool:
        """Whether there is a loop in Python in a function or in what it uses."""
        return any(
            has_loop(statement) or each in names_in(statement)
            for each in (name, *self.uses(name))
            for statement in self.statements.get(each, [])
        )

    def written(self, name: str) -> bool:
        """Whether a function is there and has something in it."""
        definition = self.definition(name)
        if definition is None:
            return name in self.statements or self.may_define(name)
        return not is_empty(definition) or self.may_define(name)

    def may_define(self, name: str) -> bool:
        """Whether code beside the definitions may give the name a value, as in an `if`."""
        return self.imports_all or any(
            (isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.alias)) and node.name == name)
            or (isinstance(node, ast.Name) and node.id in (name, "exec", "globals"))
            for statement in self.others
            for node in ast.walk(statement)
        )

    @functools.cached_property
    def imports_all(self) -> bool:
        """Whether names may come from a star import."""
        return any(
            isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
            for statement in self.body
            for node in ast.walk(statement)
        )

    def definition(self, name: str) -> ast.FunctionDef | None:
        for statement in reversed(self.statements.get(name, [])):
            if isinstance(statement, ast.FunctionDef):
                return statement
        return None

    @functools.cached_property
    def borrows(self) -> int | None:
        """The line in which this package is imported, where it is."""
        for statement in self.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    names = [node.value] if BY_NAME.fullmatch(node.value) else []
                else:
                    continue
                if any(name.split(".")[0] == OURS for name in names):
                    return getattr(node, "lineno", 0)
        return None

    def instead(self, name: str) -> str | None:
        """What there is where a function is missing: an earlier one, a method, a name near it."""
        same = [s for s in self.statements.get(name, []) if isinstance(s, ast.FunctionDef)]
        if len(same) > 1 and not all(map(is_empty, same)):
            lines = " and ".join(str(s.lineno) for s in same)
            return f"`{name}` is there more than once, in lines {lines}: the last one counts"
        for owner, statements in self.statements.items():
            classes = [s for s in statements if isinstance(s, ast.ClassDef)]
            if any(name in defined_by(inside) for each in classes for inside in each.body):
                return f"`{owner}` has a method of this name: the function stands outside a class"
        others = self.statements.keys() - set(stage_names())
        near = nearest(name, sorted(others), alike=ONLY_JUST_ANOTHER)
        return f"there is `{near[0]}`: is it that one? The name counts" if near else None

    def edited(self, before: Outline) -> list[str]:
        """The stages whose own text differs from that of an earlier state of the file."""
        return [name for name in stage_names() if self.dump(name) != before.dump(name)]

    def dump(self, name: str) -> list[str]:
        """The statements of a name, without where they stand."""
        return [ast.dump(statement) for statement in self.statements.get(name, [])]

    @functools.cached_property
    def _fingerprints(self) -> dict[str, str]:
        return {}

    def fingerprint(self, name: str) -> str:
        """A short text that changes when the function, or anything its verdict hangs on, does."""
        if name not in self._fingerprints:
            self._fingerprints[name] = fingerprint(self, name)
        return self._fingerprints[name]


def outline(source: bytes, folder: Path | None = None) -> Outline | None:
    """The outline of a file that lies in this folder, or None if it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    statements: dict[str, list[ast.stmt]] = {}
    others: list[ast.stmt] = []
    for statement in tree.body:
        names = defined_by(statement)
        for name in names:
            statements.setdefault(name, []).append(statement)
        if not names and not is_text(statement):
            others.append(statement)
    return Outline(source, tree.body, statements, others, folder)


def extent_by_lines(lines: list[str], name: str) -> tuple[int, int]:
    """The same where the file is no Python now: from `def` to the next line at the left."""
    for first, line in enumerate(lines):
        if re.match(rf"(async\s+)?def\s+{name}\b", line):
            last = first + 1
            while last < len(lines) and not re.match(r"[^\s)#]", lines[last]):
                last += 1
            return first, last
    return len(lines), len(lines)


def written(source: bytes) -> list[str]:
    """The functions with something in them; where the file is no Python now, each by itself."""
    top = outline(source)
    if top is not None:
        return [name for name in stage_names() if top.written(name)]
    lines = source.decode("utf-8-sig", "replace").splitlines(keepends=True)
    names = []
    for name in stage_names():
        first, last = extent_by_lines(lines, name)
        alone = outline("".join(lines[first:last]).encode())
        if alone is None or alone.written(name):
            names.append(name)
    return names


def defined_by(statement: ast.stmt) -> list[str]:
    """The names that a statement at the top level gives a value."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in statement.names]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        targets = [statement.target]
    return [
        node.id
        for target in targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def names_in(statement: ast.stmt) -> list[str]:
    """The names that are read anywhere inside."""
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def has_loop(statement: ast.stmt) -> bool:
    """Whether something in it is done once for each of many."""
    return any(
        isinstance(node, LOOPS)
        or (isinstance(node, ast.Name) and node.id in LOOPING)
        or (isinstance(node, ast.Attribute) and node.attr in LOOPING)
        for node in ast.walk(statement)
    )


def is_empty(function: ast.FunctionDef) -> bool:
    """Whether nothing is in a function but its docstring, `...`, `pass` or NotImplementedError."""
    return all(
        is_text(statement) or isinstance(statement, ast.Pass) or is_not_implemented(statement)
        for statement in function.body
    )


def is_not_implemented(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
