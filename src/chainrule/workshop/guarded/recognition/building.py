"""The lines that make an object of a class of the file, and those that add its layers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from chainrule.workshop.guarded.recognition import arguments, roles
from chainrule.workshop.guarded.recognition.constructors import sizes
from chainrule.workshop.guarded.recognition.parts import Parts, with_widths
from chainrule.workshop.guarded.recognition.reachable import is_floats
from chainrule.workshop.guarded.recognition.tensors import from_torch, is_node

FEW_WAYS = 3


def ways_to_build(
    name: str, kind: type, parts: Parts, top: dict[str, str]
) -> Iterator[tuple[str, ...]]:
    """The lines that make an object: by sizes of ours, as the file does, with nothing."""
    yield from parts.built(name)
    for text in dict.fromkeys([*sizes(kind, top, parts), *parts.calls(name), ""]):
        yield (f"net = own.{name}({text})",)


def has_numbers(value: Any) -> bool:
    """Whether a value may be a parameter: an array, a tensor, a list of numbers or of nodes."""
    if isinstance(value, list):
        return bool(value) and (type(value[0]) is float or is_node(value[0]))
    return (is_floats(value) and value.ndim > 0) or from_torch(value) or is_node(value)


def additions(name: str, function: Callable[..., Any], parts: Parts) -> Iterator[list[str]]:
    """The calls that add layers one by one: objects of the file, or sizes of ours."""
    for stack in parts.stacks():
        items = ast.parse(stack, mode="eval").body
        assert isinstance(items, ast.List)
        yield [f"net.{name}({ast.unparse(each)})" for each in items.elts]
    for text in islice(sizes(function, {}, parts), FEW_WAYS):
        given = arguments.required(function) or []
        if len([p for p in given if roles.is_size(p.name)]) > 1:
            layers = [(5, 6), (6, 4)]
        else:
            layers = [(5, 5), (6, 6), (4, 4)]
        yield [f"net.{name}({with_widths(text, *pair)})" for pair in layers]
