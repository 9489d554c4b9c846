"""The texts among which a layer chooses: those that its file compares an argument with."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from chainrule.workshop.guarded.layers import making
from chainrule.workshop.guarded.recognition import roles
from chainrule.workshop.guarded.recognition.uses import strings

MOST_CHOICES = 8


def choices(kind: type, tree: ast.Module) -> dict[str, list[str]]:
    """The texts that each argument of a class is compared with, its default first."""
    written = next(
        (n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == kind.__name__), None
    )
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return {}
    found = {}
    for each in parameters:
        default = each.default
        if written is None or (default is not each.empty and not isinstance(default, str)):
            continue
        if roles.joined(each.name) in making.TRAINING:
            continue
        texts = list(compared(tree, kept_as(written, each.name)))
        known = [default] if isinstance(default, str) else []
        texts = list(dict.fromkeys([*known, *texts] if texts else []))
        if texts:
            found[each.name] = texts[:MOST_CHOICES]
    return found


def kept_as(written: ast.ClassDef, parameter: str) -> set[str]:
    """The names of an argument: its own, and the attributes that it is kept in."""
    names = {parameter}
    for node in ast.walk(written):
        if isinstance(node, ast.Assign) and last_name(node.value) == parameter:
            names |= {name for target in node.targets if (name := last_name(target))}
    return names


def compared(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """The texts that these names are compared with, matched with, or looked up by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(last_name(side) in names for side in sides):
                yield from (text for side in sides for text in strings(side))
        elif isinstance(node, ast.Match) and last_name(node.subject) in names:
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    if isinstance(part, ast.MatchValue):
                        yield from strings(part)
        elif isinstance(node, ast.Subscript) and last_name(node.slice) in names:
            yield from keys_of(node.value, tree)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = node.args[0] if node.args else None
            if node.func.attr == "get" and first is not None and last_name(first) in names:
                yield from keys_of(node.func.value, tree)


def last_name(node: ast.expr) -> str:
    """`activation` of `self.activation`, of `activation`, and of `activation.lower()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        node = node.func.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def keys_of(table: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The keys of a dictionary that is written out, here or where its name is set."""
    if isinstance(table, ast.Dict):
        yield from strings(table)
        return
    name = last_name(table)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            names = [last_name(target) for target in node.targets]
            yield from keys_of(node.value, tree) if name and name in names else ()
