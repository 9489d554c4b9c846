"""Where somebody's own file has its learning rate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import ModuleType

from chainrule.workshop.guarded.recognition import pairing, roles
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.reachable import walk


def of_module(module: ModuleType) -> str | None:
    """Where the file has its learning rate, at the top or in an object."""
    for path, value in walk(module.__dict__):
        name = pairing.last_name(path) or path
        if type(value) is float and roles.role(name) == "rate" and value > 0:
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


def written(tree: ast.AST) -> str | None:
    """The learning rate that stands in the updates themselves, as in `W -= 0.1 * dW`.

    A whole number or a half may be anything else.
    """
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            found |= set(factors(node.value))
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.BinOp)
            and isinstance(node.value.op, (ast.Add, ast.Sub))
            and ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
        ):
            found |= set(factors(node.value.right))
    return found.pop() if len(found) == 1 else None


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
