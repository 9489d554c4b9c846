"""Networks whose gradients JAX or HIPS autograd works out: the cost is a function of the file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.own_costs import called_cost
from chainrule.workshop.guarded.recognition import arguments, conventions
from chainrule.workshop.guarded.recognition.backwards import Backward
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.tensors import from_jax

LIBRARIES = ("jax", "autograd")


def library(module: ModuleType) -> str:
    """The library of these that a file uses; nothing where it uses none."""
    for name in LIBRARIES:
        if name in sys.modules and any(of_library(v, name) for v in vars(module).values()):
            return name
    return ""


def of_library(value: Any, name: str) -> bool:
    kind = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    return str(kind).split(".")[0] == name


def as_numpy(value: Any) -> Any:
    """The same value with NumPy arrays for those of JAX, which no step can move in place."""
    if from_jax(value):
        return np.array(value) if np.asarray(value).dtype.kind == "f" else value
    if isinstance(value, dict):
        for key, each in list(value.items()):
            value[key] = as_numpy(each)
    elif isinstance(value, list):
        value[:] = [as_numpy(each) for each in value]
    elif isinstance(value, tuple):
        parts = [as_numpy(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def at_the_top(module: ModuleType) -> None:
    """Give the values at the top of a file that uses JAX arrays that can be moved."""
    if library(module) == "jax":
        for name, value in list(vars(module).items()):
            if not name.startswith("__"):
                vars(module)[name] = as_numpy(value)


def backwards(forward: Forward) -> Iterator[Backward]:
    """The derivative of each cost of the file by what holds the parameters."""
    space = forward.holder.space
    name = library(space["own"])
    if not name:
        return
    names = forward.holder.names
    tops = {path.removeprefix("own.").split("[")[0].split(".")[0] for path in forward.parameters}
    forms = conventions.TARGETS
    if forward.examples not in conventions.TOGETHER:
        forms = ("one-hot", "labels")
    for cost, function in list(vars(space["own"]).items()):
        if not (called_cost(cost) and callable(function)):
            continue
        given = {"inputs": "x", "targets": "y", "pairs": "(x, y)", "batch size": "(x, y)"}
        for text in arguments.calls(function, given, names, forward.holder.near):
            parts = split(text)
            by = [i for i, part in enumerate(parts) if part.removeprefix("own.") in tops]
            if not by:
                continue
            which = "" if by == [0] else f", {by[0] if len(by) == 1 else tuple(by)}"
            value = f"{name}.grad(own.{cost}{which})({text})"
            for form in forms:
                yield Backward((f"import {name}",), value, form)


def split(text: str) -> list[str]:
    """The arguments of a call, apart at the commas that are in no bracket."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [each.strip() for each in found]
