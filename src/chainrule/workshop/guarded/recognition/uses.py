"""How a source uses one of its names: compared with which words, called with how many arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Uses:
    """What the source does with a name, or with each item of what it holds."""

    strings: dict[str, None] = field(default_factory=dict)
    """The words that it is compared with, or looked up among."""
    counts: set[int] = field(default_factory=set)
    """With how many arguments it is called."""
    attributes: set[str] = field(default_factory=set)
    items: bool = False
    """Whether all this is of its items."""


def uses(tree: ast.AST, name: str) -> Uses:
    """What the source does with an argument, and with the attributes that keep it."""
    whole, items = aliases(tree, name)
    found, inside = Uses(), Uses(items=True)
    for node in ast.walk(tree):
        for each, names in ((found, whole), (inside, items)):
            add(node, names, each)
        for each in subscripts(node):
            if last(each.value) in whole:
                inside.items = True
                add(node, {ast.unparse(each)}, inside, exactly=True)
    empty = not (inside.strings or inside.counts or inside.attributes)
    return found if empty else inside


def subscripts(node: ast.AST) -> Iterator[ast.Subscript]:
    """The items that a node itself asks something of."""
    parts: list[ast.AST] = []
    if isinstance(node, ast.Call):
        parts = [node.func]
    elif isinstance(node, ast.Attribute):
        parts = [node.value]
    elif isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
    elif isinstance(node, ast.Subscript):
        parts = [node.slice]
    yield from (each for each in parts if isinstance(each, ast.Subscript))


def aliases(tree: ast.AST, name: str) -> tuple[set[str], set[str]]:
    """The names that stand for an argument, and those that stand for its items."""
    whole, items = {name}, set[str]()
    for _ in range(2):
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    whole |= {last(a) for a, b in assigned(target, node.value) if last(b) in whole}
                whole -= {""}
            elif isinstance(node, (ast.For, ast.comprehension)):
                for target, source in pairs(node.target, node.iter):
                    if last(source) in whole:
                        items.add(last(target))
    return whole, items - {""}


def assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is assigned to what, in a row too: `self.a, self.b = a, b`."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    else:
        yield target, value


def pairs(target: ast.expr, source: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What goes through what in a loop, that of `zip`, `enumerate` and `reversed` too."""
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.args:
        many = isinstance(target, ast.Tuple)
        if source.func.id == "zip" and isinstance(target, ast.Tuple):
            for one, other in zip(target.elts, source.args, strict=False):
                yield from pairs(one, other)
            return
        if source.func.id == "enumerate" and many and isinstance(target, ast.Tuple):
            yield from pairs(target.elts[-1], source.args[0])
            return
        if source.func.id == "reversed":
            yield from pairs(target, source.args[0])
            return
    yield target, source


def add(node: ast.AST, names: set[str], found: Uses, *, exactly: bool = False) -> None:
    """What one node of the source does with one of the names."""

    def is_it(each: ast.AST) -> bool:
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            return is_it(each.func.value)  # `name.lower()`
        if exactly:
            return isinstance(each, ast.expr) and ast.unparse(each) in names
        return last(each) in names

    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(map(is_it, sides)):
            found.strings |= dict.fromkeys(word for side in sides for word in strings(side))
    elif isinstance(node, ast.Subscript) and is_it(node.slice):
        found.strings |= dict.fromkeys(strings(node.value))
    elif isinstance(node, ast.Match) and is_it(node.subject):
        found.strings |= dict.fromkeys(w for case in node.cases for w in strings(case.pattern))
    elif isinstance(node, ast.Call) and not isinstance(node.func, ast.Call) and is_it(node.func):
        if all(not isinstance(each, ast.Starred) for each in node.args):
            found.counts.add(len(node.args) + len(node.keywords))
    elif (
        isinstance(node, ast.Attribute)
        and not isinstance(node.value, ast.Call)
        and node.attr not in ("lower", "upper", "strip", "append")
        and is_it(node.value)
    ):
        found.attributes.add(node.attr)


def strings(node: ast.AST) -> Iterator[str]:
    """The words in a comparison: one, those of a list, the keys of a dictionary."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for each in node.elts:
            yield from strings(each)
    elif isinstance(node, ast.Dict):
        for key in node.keys:
            if key is not None:
                yield from strings(key)
    elif isinstance(node, ast.MatchValue):
        yield from strings(node.value)
    elif isinstance(node, ast.MatchOr):
        for pattern in node.patterns:
            yield from strings(pattern)


def last(node: ast.AST) -> str:
    """`act` of `act` and of `self.act`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
