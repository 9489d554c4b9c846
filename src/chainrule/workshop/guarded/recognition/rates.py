"""Where somebody's own file has its learning rate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import ModuleType

from chainrule.workshop.guarded.recognition import pairing, roles
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.reachable import walk

SMALLEST = 1e-6
"""A rate is larger: `epsilon = 1e-8` keeps a division from 0."""


def of_module(module: ModuleType) -> str | None:
    """Where the file has its learning rate, at the top or in an object."""
    for path, value in walk(module.__dict__):
        name = pairing.last_name(path) or path
        if type(value) is float and roles.role(name) == "rate" and value > SMALLEST:
            return f"own.{path}"
    return None


def of_holder(holder: Holder) -> str | None:
    """Where the learning rate is held: in the object, at the top of the file, in an optimizer."""
    near = nearest_rate(holder)
    if near is not None or not holder.owner:
        return near
    for path, each in walk({holder.owner: evaluated(holder.owner, holder.space)}):
        if type(each) is float and each > 0 and roles.role(path.rpartition(".")[2]) == "rate":
            return path
    return None


def nearest_rate(holder: Holder) -> str | None:
    """A learning rate that the object or the file itself has."""
    for top in ([holder.owner] if holder.owner else []) + ["own"]:
        value = eval(compile(top, "<adapter>", "eval"), holder.space)
        of_class = dict(vars(type(value))) if holder.owner == top else {}
        for name, each in [*getattr(value, "__dict__", {}).items(), *of_class.items()]:
            number = isinstance(each, (int, float)) and not isinstance(each, bool)
            if number and each and roles.role(name) == "rate":
                return f"{top}.{name}"
    return None


def written(tree: ast.AST, whole: ast.AST | None = None) -> str | None:
    """The learning rate that stands in the updates themselves, as in `W -= 0.1 * dW`.

    Or the number that its name there stands for, `rate = 0.1` anywhere in the `whole`. A whole
    number or a half in a product may be anything else.
    """
    products: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            products.append(node.value)
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.BinOp)
            and isinstance(node.value.op, (ast.Add, ast.Sub))
            and ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
        ):
            products.append(node.value.right)
    numbers = {text for each in products for text in factors(each)}
    if not numbers:
        known = assigned(tree if whole is None else whole)
        names = {name for each in products for name in rate_names(each)}
        numbers = {text for name in names for text in known.get(name, ())}
    return numbers.pop() if len(numbers) == 1 else None


def rate_names(node: ast.expr) -> Iterator[str]:
    """The names of learning rates that a product is made of."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div, ast.MatMult)):
        yield from rate_names(node.left)
        yield from rate_names(node.right)
    elif isinstance(node, ast.Name) and roles.role(node.id) == "rate":
        yield node.id


def assigned(tree: ast.AST) -> dict[str, set[str]]:
    """The positive numbers that names are given, as they are written."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        number = node.value.value
        if isinstance(number, (int, float)) and not isinstance(number, bool) and number > 0:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, set()).add(repr(float(number)))
    return found


def factors(node: ast.expr) -> Iterator[str]:
    """The numbers that a product is made of, but for whole ones and halves."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from factors(node.left)
        yield from factors(node.right)
    elif isinstance(node, ast.Constant):
        number = node.value
        if isinstance(number, float) and number > 0 and (2 * number) % 1:
            yield repr(number)


def lacking(fault: AttributeError) -> str:
    """The name of a learning rate that an object does not have yet; empty for anything else."""
    return fault.name if fault.name and roles.role(fault.name) == "rate" else ""
