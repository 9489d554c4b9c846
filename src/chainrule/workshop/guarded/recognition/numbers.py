"""Parameters that are plain numbers: found by their names, and made arrays that can be moved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import roles
from chainrule.workshop.guarded.recognition.reachable import is_floats, walk

NUMBER = re.compile(r"(w|b|bias|weight|theta|v|a|m)_?[a-z]{0,2}\d*", re.I)
FEWEST_NUMBERS = 2
MOST_NUMBERS = 40
BOXED = "[{paths}] = map(np.array, map(float, [{paths}]))"
"""Numbers made arrays of no axes, which a step can move in place."""
LAST = re.compile(r"(\w+)(\[[^\]]*\])*$")
DIGITS = re.compile(r"\d+(?=\D*$)")


def updated(tree: ast.AST) -> frozenset[str]:
    """What the source moves, by its last name: `b` of `self.b -= db` or of `b = b - db`.

    One line may move several: `W, b = W - dW, b - db`. An entry is `biases['o']`, and any entry
    `biases[]`.
    """
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign):
            found.add(tail(node.target))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=False))
            found |= {tail(target) for target, value in pairs if reads(value, target)}
    return frozenset(found - {""})


def reads(value: ast.expr, target: ast.expr) -> bool:
    """Whether a value is made of what its target holds so far."""
    return any(
        isinstance(each, (ast.Name, ast.Attribute, ast.Subscript))
        and ast.unparse(each) == ast.unparse(target)
        for each in ast.walk(value)
    )


def tail(node: ast.expr) -> str:
    """The last name of a target, with the key of an entry where that is written out."""
    if isinstance(node, ast.Subscript):
        key = ast.unparse(node.slice) if isinstance(node.slice, ast.Constant) else ""
        return f"{tail(node.value)}[{key}]"
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def numbers(top: Mapping[str, Any], before: str, moves: frozenset[str]) -> list[str]:
    """The expressions of the numbers below some names that look like parameters.

    They are called like weights or biases, and the source moves them, or there are arrays beside
    them that are called alike: `b2` beside `b1`, `biases['o']` beside `biases['h']`.
    """
    inside = dict(walk(top, before))
    arrays = [path for path, value in inside.items() if is_floats(value)]
    places = {container(path) for path in arrays if path.endswith("]")}
    stems = {DIGITS.sub("", path) for path in arrays if DIGITS.search(path)}
    return [
        path
        for path, value in inside.items()
        if is_number(value)
        and likely(path)
        and roles.role(LAST.findall(path)[-1][0]) not in ("rate", "nothing", "penalty")
        and not isinstance(inside.get(container(path)), tuple)
        and (
            is_moved(path, moves)
            or (path.endswith("]") and container(path) in places)
            or (DIGITS.search(path) and DIGITS.sub("", path) in stems)
        )
    ]


def is_number(value: Any) -> bool:
    return type(value) in (int, float, np.float64, np.float32)


def likely(path: str) -> bool:
    """Whether an expression ends in a name of weights or biases, or is an entry of such."""
    keys = re.findall(r"\['(\w+)'\]$", path)
    names = [*LAST.findall(path)[-1][:1], *keys]
    return any(map(roles.is_parameter, names))


def is_moved(path: str, moves: frozenset[str]) -> bool:
    found = LAST.search(path)
    if found is None:
        return False
    name, entry = found.group(1), found.group(2) or ""
    return f"{name}{entry}" in moves or bool(entry and f"{name}[]" in moves)


def container(path: str) -> str:
    return path[: path.rindex("[")] if path.endswith("]") else path.rpartition(".")[0]


def boxed(owner: str, value: Any, moves: frozenset[str]) -> Iterator[str]:
    """The line that makes arrays of the numbers below a name that are likely its parameters."""
    top, before = (vars(value), "own.") if owner == "own" else ({owner: value}, "")
    paths = numbers(top, before, moves)
    held = alone(owner, value) if owner != "own" else []
    paths = list(dict.fromkeys([*held, *paths]))
    if 0 < len(paths) <= MOST_NUMBERS:
        yield BOXED.format(paths=", ".join(paths))


def alone(owner: str, value: Any) -> list[str]:
    """The numbers of an object that has nothing else for weights: `w1`, `w2`, `b`."""
    held = [
        name
        for name, each in getattr(value, "__dict__", {}).items()
        if (type(each) in (float, np.float64) or (is_floats(each) and each.ndim == 0))
        and roles.role(name) not in ("rate", "nothing", "penalty")
    ]
    likely_names = [name for name in held if NUMBER.fullmatch(name)]
    arrays = any(is_floats(v) and v.ndim for _, v in walk({"held": value}))
    few = len(likely_names) < FEWEST_NUMBERS
    return [] if few or arrays else [f"{owner}.{name}" for name in held]
