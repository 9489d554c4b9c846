"""The names that hold a loop's examples and targets, and how many inputs and outputs there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import (
    arguments,
    constructors,
    conventions,
    holders,
    numbers,
    roles,
)
from chainrule.workshop.guarded.recognition.loops import Found, counters
from chainrule.workshop.guarded.recognition.reachable import walk
from chainrule.workshop.guarded.recognition.stand_in_tables import Column, Table
from chainrule.workshop.guarded.recognition.tensors import from_torch, view
from chainrule.workshop.guarded.recognition.written_calls import COUNTS, called

SIZES = {"hdim", "hidden", "h", "hid"}
COUNT = conventions.COUNTS | dict.fromkeys(conventions.ONE_BY_ONE, "1")


def owners(
    module: ModuleType, found: Found, moves: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The lines that make the object of a method's loop, and its expression; nothing elsewhere."""
    if not found.kind:
        yield (), ""
        return
    kind = module.__dict__.get(found.kind)
    there = [p for p, v in walk(module.__dict__, "own.") if type(v) is kind]
    if there:
        value = eval(there[0], {"own": module})
        yield tuple(numbers.boxed(there[0], value, moves)), there[0]
    elif isinstance(kind, type):
        for given in islice(constructors.sizes(kind, {}), 2):
            line, space = f"net = own.{found.kind}({given})", {"own": module, "np": np}
            if holders.made((line,), space):
                yield (line, *numbers.boxed("net", space["net"], moves)), "net"


def data_names(module: ModuleType, found: Found, names: set[str]) -> list[tuple[str, str]]:
    """The names that hold examples and targets: the loop's own first, then those it uses."""
    own = list(counters(found.node))
    given = arguments_of(found.function)
    local = made_before(found)
    used = [n for n in [*own, *given, *local, *module.__dict__] if n in names]
    arrays = [n for n in used if n in {*own, *given, *local} or is_data(module, n)]
    xs = [n for n in arrays if roles.role(n) == "inputs"]
    ys = [n for n in arrays if roles.role(n) == "targets"]
    if not ys:
        ys = [n for n in given if n in names and roles.role(n) == "outputs"]
    pairs = [(x, y) for x in dict.fromkeys(xs) for y in dict.fromkeys(ys)][:6]
    return list(dict.fromkeys([*pair_of(found.node), *pairs]))


def made_before(found: Found) -> list[str]:
    """The names of examples and targets that a function makes before its loop."""
    return [
        node.id
        for statement in found.before
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and roles.role(node.id) in ("inputs", "targets")
    ]


def fed(module: ModuleType, found: Found, name: str) -> str:
    """How a loop is fed its examples by this name: `one` at a time, `together`, or unknown.

    The loop's source decides, never how well gradients fit.
    """
    own = counters(found.node)
    if name in own:
        zipped = isinstance(found.node, ast.For) and called_in(found.node.iter) <= {
            *("zip", "enumerate", "range", "len", "list", "tqdm", "shuffle")
        }
        return "one" if zipped and "batch" not in name.lower() else ""
    inner = {n for s in ast.walk(found.node) if isinstance(s, ast.For) for n in counters(s)}
    uses = [used_as(node, name, inner) for node in ast.walk(ast.Module(found.node.body, []))]
    ways = {way for way in uses if way}
    if ways == {"one"}:
        return "one"
    shape = np.shape(as_array(module.__dict__.get(name)))
    table = len(shape) == 2 and min(shape) > 1 and name not in arguments_of(found.function)
    several = table or (len(shape) == 2 and bool(sizes_of(module, found, (name, ""))))
    return "together" if ways & {"whole", "slice"} and "one" not in ways and several else ""


def goes_over(found: Found, name: str) -> bool:
    """Whether a loop inside a loop takes the examples of this name one after another."""
    inner = [s for part in found.node.body for s in ast.walk(part) if isinstance(s, ast.For)]
    return any(
        isinstance(node, ast.Name) and node.id == name for s in inner for node in ast.walk(s.iter)
    )


def called_in(node: ast.AST) -> set[str]:
    return {called(each) for each in ast.walk(node) if isinstance(each, ast.Call)}


def used_as(node: ast.AST, name: str, counted: set[str]) -> str:
    """Whether a piece of source takes one item of what a name holds, or all of it, or neither."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == name:
        index = node.slice
        if isinstance(index, ast.Slice):
            low, high = (ast.unparse(end) if end else "" for end in (index.lower, index.upper))
            return "one" if high == f"{low} + 1" else "slice"
        return "one" if isinstance(index, ast.Name) and index.id in counted else "part"
    children = [
        each
        for each in ast.iter_child_nodes(node)
        if isinstance(each, ast.Name) and each.id == name
    ]
    if not children or (isinstance(node, ast.Attribute) and node.attr != "T"):
        return ""
    return "" if isinstance(node, ast.Call) and called(node) == "len" else "whole"


def pair_of(node: ast.For | ast.While) -> list[tuple[str, str]]:
    """The two names of a loop over pairs of examples and targets."""
    for each in ast.walk(node.target) if isinstance(node, ast.For) else ():
        if isinstance(each, ast.Tuple) and len(each.elts) == 2:
            first, second = each.elts
            counted = isinstance(node, ast.For) and "enumerate" in ast.unparse(node.iter)
            if isinstance(first, ast.Name) and isinstance(second, ast.Name) and not counted:
                return [(first.id, second.id)]
    return []


def arguments_of(function: ast.FunctionDef | None) -> list[str]:
    return [] if function is None else [a.arg for a in function.args.args if a.arg != "self"]


def is_data(module: ModuleType, name: str) -> bool:
    value = module.__dict__.get(name)
    holds = isinstance(value, (np.ndarray, list, Table, Column)) or from_torch(value)
    return holds and len(np.shape(as_array(value))) in (1, 2)


def as_array(value: Any) -> Any:
    try:
        return np.asarray(value, float)
    except (ValueError, TypeError, RuntimeError):
        return np.zeros(())


def sizes(
    module: ModuleType, found: Found, names: tuple[str, str], owner: str
) -> list[tuple[int, list[int]]]:
    """The numbers of inputs that there may be, each with the numbers of outputs."""
    if found.function is None or names[0] in module.__dict__:
        data = of_data(module, *names)
        used = tables_used(module, found)
        if any(data[0] in shape or data[0] + 1 in shape for shape in used) or not used:
            return [data]
        outs = [*dict.fromkeys(used[-1][::-1]), 1]
        return [data, *((width, outs) for width in dict.fromkeys(used[0]))]
    if owner.startswith("own."):
        held = {"held": eval(owner, {"own": module})}
        shapes = [np.shape(v) for _, v in walk(held) if view(v) is not None]
        tables = [shape for shape in shapes if len(shape) == 2]
        if tables:
            widths = dict.fromkeys(size for shape in tables[:1] for size in shape)
            outs = dict.fromkeys(size for shape in tables[-1:] for size in shape[::-1])
            return [(width, list(outs)) for width in widths]
    data = [
        of_data(module, n, y)
        for n in module.__dict__
        if roles.role(n) == "inputs" and is_data(module, n)
        for y in module.__dict__
        if roles.role(y) == "targets" and is_data(module, y)
    ]
    return data[:1] or [(arguments.INPUTS, [arguments.OUTPUTS, 1])]


def tables_used(module: ModuleType, found: Found) -> list[tuple[int, ...]]:
    """The shapes of the matrices that a loop uses, without examples and targets."""
    names = {n.id for n in ast.walk(found.node) if isinstance(n, ast.Name)}
    held = {
        name: value
        for name, value in module.__dict__.items()
        if name in names and roles.role(name) not in ("inputs", "targets", "outputs")
    }
    shapes = [np.shape(value) for _, value in walk(held) if view(value) is not None]
    return [shape for shape in shapes if len(shape) == 2 and min(shape) > 1]


def of_data(module: ModuleType, x_name: str, y_name: str) -> tuple[int, list[int]]:
    """How many inputs the data have, and how many outputs there may be."""
    X, y = (as_array(module.__dict__.get(n)) for n in (x_name, y_name))
    if X.ndim == 2 and y.ndim >= 1 and len(X) != len(y) and X.shape[1] == y.shape[-1]:
        return X.shape[0], [y.shape[0] if y.ndim == 2 else 1]
    width = X.shape[-1] if X.ndim in (1, 2) else arguments.INPUTS
    if y.ndim == 2:
        return width, [y.shape[1]]
    if y.ndim == 1 and y.size > 1:
        return width, list(dict.fromkeys([1, int(y.max()) + 1 if y.max() < 100 else 1]))
    return width, [arguments.OUTPUTS, 3, 2, 10, 1]


def sizes_of(module: ModuleType, loop: Found, names: tuple[str, str]) -> list[str]:
    """The names, in a loop, of the number of examples, and of the size of a batch."""
    read = {n.id for n in ast.walk(loop.node) if isinstance(n, ast.Name) and is_read(n)}
    made = {n.id for n in ast.walk(loop.node) if isinstance(n, ast.Name) and not is_read(n)}
    shape = np.shape(as_array(module.__dict__.get(names[0])))
    found = []
    for name in sorted((read & module.__dict__.keys()) - made):
        value = module.__dict__[name]
        number = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if number and (
            roles.role(name) == "batch size" or (name in COUNTS and (value in shape or not shape))
        ):
            found.append(name)
    return found


def is_read(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)


def beginning(
    function: ast.FunctionDef | None, names: tuple[str, str], width: int, n: int, examples: str
) -> str:
    """The arguments that the statements before a function's loop need, as they are written."""
    if function is None:
        return ""
    table = "np.ones(({1}, {0}))" if examples == "columns" else "np.ones(({0}, {1}))"
    X, Y = (table.format(arguments.EXAMPLES, size) for size in (width, n))
    texts = {
        "inputs": X,
        "targets": Y,
        "rate": "0.1",
        "epochs": "1",
        "batch size": str(arguments.EXAMPLES),
        "nothing": "0",
        "penalty": "0",
    }
    given = []
    defaults = dict(
        zip(
            arguments_of(function)[::-1],
            map(ast.unparse, function.args.defaults[::-1]),
            strict=False,
        )
    )
    for name in arguments_of(function):
        value = {names[0]: X, names[1]: Y}.get(name)
        if value is None and name in defaults and roles.role(name) in ("inputs", "targets"):
            value = defaults[name]
        value = value or texts.get(roles.role(name)) or defaults.get(name)
        if value is None and (roles.is_size(name) or set(roles.words(name)) & SIZES):
            value = str(arguments.HIDDEN)
        if value is not None:
            given.append(f", {name}={value}")
    return "".join(given)
