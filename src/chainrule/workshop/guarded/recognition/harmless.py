"""Statements that only show or record something: where they fail, the rest goes on.

A plot, a line of a log, an accuracy that is printed: no parameter depends on them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence

from chainrule.workshop.guarded.recognition.roles import words

SAYING = {
    *("print", "pprint", "plot", "log", "logging", "logger", "info", "debug", "warning", "show"),
    *("draw", "display", "scatter", "savefig", "visualize", "report", "description", "postfix"),
}
"""Words of the names of functions that only show something."""
GATHERING = {"append", "extend", "insert", "add"}
MADE_HERE = {"zeros", "ones", "empty", "list", "dict", "zeros_like", "full", "float", "int"}
"""What makes a value that nothing else holds."""
Matters = Callable[[ast.stmt, str], bool]
"""Whether a statement that sets a name matters, whatever else reads the name."""


def kept_going(body: Sequence[ast.stmt], by_itself: Matters) -> list[ast.stmt]:
    """The statements, those that do not matter each in a `try` of its own."""
    needed: set[str] = set()
    while True:
        more = {n for s in body for n in needs(s, needed, by_itself)} | needed
        if more == needed:
            break
        needed = more
    return [wrapped(s, needed, by_itself) for s in body]


def parts(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks inside a statement."""
    found = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    found += [handler.body for handler in getattr(statement, "handlers", [])]
    return [each for each in found if each]


COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try)
SETTING = (ast.Assign, ast.AugAssign, ast.AnnAssign)


def matters(statement: ast.stmt, needed: set[str], by_itself: Matters) -> bool:
    """Whether a parameter may depend on a statement."""
    if isinstance(statement, COMPOUND):
        return any(matters(s, needed, by_itself) for part in parts(statement) for s in part)
    if isinstance(statement, SETTING) or gathers(statement):
        return any(root in needed or by_itself(statement, root) for root in roots(statement))
    if isinstance(statement, ast.Expr):
        value = statement.value
        if isinstance(value, ast.Call):
            return not says(value)
        return not isinstance(value, ast.Constant)
    return not isinstance(statement, (ast.Pass, ast.Assert))


def needs(statement: ast.stmt, needed: set[str], by_itself: Matters) -> Iterator[str]:
    """The names that a statement reads, where it matters."""
    if not matters(statement, needed, by_itself):
        return
    if isinstance(statement, COMPOUND):
        for part in parts(statement):
            for each in part:
                yield from needs(each, needed, by_itself)
        for name in ("test", "iter", "items"):
            at = getattr(statement, name, [])
            for node in at if isinstance(at, list) else [at]:
                yield from names(node)
    else:
        yield from names(statement)


def names(node: ast.AST) -> Iterator[str]:
    """The names in a piece of source; those that are only set do no harm here."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store):
            yield each.id


def says(call: ast.Call) -> bool:
    """Whether a call only shows something."""
    called = ast.unparse(call.func)
    return bool(set(words(called)) & SAYING)


def gathers(statement: ast.stmt) -> bool:
    """Whether a statement puts something into a list: `losses.append(loss)`."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr in GATHERING
    )


def roots(statement: ast.stmt) -> list[str]:
    """The names that a statement sets, or whose parts it sets."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    else:
        assert isinstance(statement, ast.Expr)
        targets = [statement.value]
    return [root for target in targets for root in root_names(target)]


def root_names(target: ast.AST) -> Iterator[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        for each in target.elts:
            yield from root_names(each)
        return
    inner = target
    while isinstance(inner, (ast.Attribute, ast.Subscript, ast.Starred, ast.Call)):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    yield inner.id if isinstance(inner, ast.Name) else ""


def wrapped(statement: ast.stmt, needed: set[str], by_itself: Matters) -> ast.stmt:
    """A statement that does not matter in a `try`; of one that does, those inside it."""
    if not matters(statement, needed, by_itself):
        if isinstance(statement, (ast.Pass, ast.Expr)) and not gathers(statement):
            value = getattr(statement, "value", None)
            if not isinstance(value, ast.Call):
                return statement
        handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
        around = ast.Try([statement], [handler], [], [])
        return ast.fix_missing_locations(ast.copy_location(around, statement))
    if isinstance(statement, COMPOUND):
        for part in parts(statement):
            part[:] = [wrapped(s, needed, by_itself) for s in part]
    return statement


class OfFunctions(ast.NodeTransformer):
    """Every function with its statements that do not matter in a `try`."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        first = node.body[:1] if ast.get_docstring(node) is not None else []
        node.body = [*first, *kept_going(node.body[len(first) :], of_function(node))]
        return node


def guarded(statement: ast.stmt) -> ast.stmt:
    """A copy of a statement of a file, with its functions changed."""
    return OfFunctions().visit(copy.deepcopy(statement))


def of_function(node: ast.FunctionDef) -> Matters:
    """What matters in a function: all that outlives it, or may be another name of it."""
    made: dict[str, bool] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Name):
                    made[target.id] = made.get(target.id, True) and made_here(each.value)
                elif isinstance(target, (ast.Tuple, ast.List)):
                    made |= {t.id: False for t in target.elts if isinstance(t, ast.Name)}
        elif isinstance(each, (ast.Global, ast.Nonlocal)):
            made |= dict.fromkeys(each.names, False)
    outer = {
        n for s in ast.walk(node) if isinstance(s, (ast.Global, ast.Nonlocal)) for n in s.names
    }

    def by_itself(statement: ast.stmt, root: str) -> bool:
        if root in outer or root not in made:
            return True
        return not (isinstance(statement, ast.Assign) and sets_names(statement)) and not made[root]

    return by_itself


def sets_names(statement: ast.Assign) -> bool:
    """Whether an assignment sets names, and no part of what they hold."""
    return all(
        isinstance(part, (ast.Name, ast.Tuple, ast.List, ast.expr_context))
        for target in statement.targets
        for part in ast.walk(target)
    )


def made_here(value: ast.expr) -> bool:
    """Whether a value is new: a number, an empty list, an array of zeros."""
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in MADE_HERE
    return isinstance(value, (ast.Constant, ast.List, ast.Dict, ast.ListComp))
