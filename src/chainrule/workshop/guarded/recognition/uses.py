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

    @property
    def empty(self) -> bool:
        return not (self.strings or self.counts or self.attributes)


def uses(tree: ast.AST, name: str, whole_file: ast.AST | None = None, depth: int = 0) -> Uses:
    """What the source does with an argument, with the attributes that keep it, and further on.

    Further on: in the functions and classes of the file that it is handed to.
    """
    whole, items = aliases(tree, name)
    found, inside = Uses(), Uses(items=True)
    for node in ast.walk(tree):
        for each, names in ((found, whole), (inside, items)):
            add(node, names, each)
        for each in subscripts(node):
            if last(each.value) in whole:
                add(node, {ast.unparse(each)}, inside, exactly=True)
        if whole_file is not None and depth < DEEPEST and isinstance(node, ast.Call):
            for body, argument, item in handed(node, whole, items, whole_file):
                further = uses(body, argument, whole_file, depth + 1)
                merge(inside if item or further.items else found, further)
    return found if inside.empty else inside


DEEPEST = 3


def handed(
    call: ast.Call, whole: set[str], items: set[str], whole_file: ast.AST
) -> Iterator[tuple[ast.AST, str, bool]]:
    """The functions that a name or an item is given to, as which argument; whether an item."""
    for body, arguments in defined(last(call.func), whole_file):
        named = [(k.arg, k.value) for k in call.keywords if k.arg is not None]
        for argument, value in [*zip(arguments, call.args, strict=False), *named]:
            if isinstance(value, ast.Subscript) and last(value.value) in whole:
                yield body, argument, True
            elif last(value) in whole | items - {""}:
                yield body, argument, last(value) in items


def defined(name: str, whole_file: ast.AST) -> Iterator[tuple[ast.AST, list[str]]]:
    """A function or a class of the file, with the arguments that a call gives."""
    for node in ast.walk(whole_file):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            yield node, [a.arg for a in node.args.args if a.arg != "self"]
        elif isinstance(node, ast.ClassDef) and node.name == name:
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                    yield node, [a.arg for a in each.args.args[1:]]


def merge(into: Uses, other: Uses) -> None:
    into.strings |= other.strings
    into.counts |= other.counts
    into.attributes |= other.attributes


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
