"""The layers of a file: classes with a way forward and one back, and pairs of functions."""

from __future__ import annotations

import ast
import dis
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from chainrule.workshop.guarded.layers.choices import choices
from chainrule.workshop.guarded.recognition import roles
from chainrule.workshop.guarded.recognition.reachable import FOREIGN, attributes, walk

FORWARD = (
    *("forward", "forward_pass", "forward_propagation", "forward_prop", "forwardpropagation"),
    *("fprop", "feed_forward", "feedforward", "propagate", "__call__"),
)
BACKWARD = (
    *("backward", "backward_pass", "backward_propagation", "backward_prop", "bprop", "backprop"),
    *("backwardpropagation", "backpropagate", "back_propagation", "back"),
)
PAIR = re.compile(r"backward|bprop|backprop")
WHOLE = re.compile(r"^(l_)?(model|network|net|nn|full)|propagation$", re.IGNORECASE)
"""Names of functions that go through a whole network."""
CONTAINED = {"layers", "modules", "stages", "blocks"}
"""What a network is made of."""


@dataclass(frozen=True)
class Unit:
    """One layer: a class, or two functions; the line where it stands.

    Of a class, `fixed` are arguments that it is made with, and `instance` is an object of the file.
    """

    name: str
    kind: type | None
    forward: str | Callable[..., Any]
    backward: str | Callable[..., Any]
    line: int = 0
    fixed: Mapping[str, Any] = field(default_factory=dict)
    instance: Any = None

    @property
    def plain_name(self) -> str:
        """The name of the class or function, which may tell what it is fed."""
        return self.name if self.kind is None else self.kind.__name__


MOST_INSTANCES = 6


def units(module: ModuleType, tree: ast.Module) -> Iterator[Unit]:
    """The layers in the order of the file: what comes from elsewhere is none of its own.

    A class that chooses by a text is one layer for each of the texts.
    """
    seen: set[int] = set()
    for name, value in list(module.__dict__.items()):
        if isinstance(value, type) and id(value) not in seen and is_own(value):
            seen.add(id(value))
            ways = [first_of(value, names) for names in (FORWARD, BACKWARD)]
            if ways[0] is None or ways[1] is None or is_container(value):
                continue
            if takes_rate_alone(getattr(value, ways[1])):
                continue
            unit = Unit(name, value, ways[0], ways[1], line_of(getattr(value, ways[1])))
            empty = [is_empty(getattr(value, way)) for way in ways if way is not None]
            if not empty[0] and not (empty[1] and is_inherited_from(unit, module)):
                yield from chosen(unit, value, tree)
        elif inspect.isfunction(value) and PAIR.search(name) and not WHOLE.search(name):
            forward = forward_of(name, module)
            if forward is not None:
                yield Unit(forward.__name__, None, forward, value, line_of(value))


def chosen(unit: Unit, kind: type, tree: ast.Module) -> Iterator[Unit]:
    """The layer with each text of each of its choices, the others at their first."""
    texts = choices(kind, tree)
    first = {name: each[0] for name, each in texts.items()}
    ways = [{**first, name: text} for name, each in texts.items() for text in each]
    ways = [way for i, way in enumerate(ways) if way not in ways[:i]]
    if len(ways) < 2:
        yield replace(unit, fixed=first)
        return
    for way in ways:
        told = {name: text for name, text in way.items() if len(texts[name]) > 1}
        words = ", ".join(f"{name}={text!r}" for name, text in told.items())
        yield replace(unit, name=f"{unit.name}({words})", fixed=way)


def objects_of(unit: Unit, module: ModuleType) -> Iterator[Unit]:
    """The layers of this class that the file made: one of each kind, by their expressions."""
    seen: list[tuple[Any, ...]] = []
    for path, value in walk(dict(module.__dict__)):
        if type(value) is unit.kind and len(seen) < MOST_INSTANCES:
            functions = tuple(each for each in attributes(value).values() if callable(each))
            if functions not in seen:
                seen.append(functions)
                yield replace(unit, name=path, instance=value)


def is_inherited_from(unit: Unit, module: ModuleType) -> bool:
    """Whether another class of the file is made from this one."""
    return any(
        isinstance(other, type) and other is not unit.kind and unit.kind in other.__mro__
        for other in module.__dict__.values()
    )


DOES_NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def is_empty(function: Any) -> bool:
    """Whether a function has no body, as in a class that others are made from."""
    code = getattr(function, "__code__", None)
    if code is None or any(value not in (None, function.__doc__) for value in code.co_consts):
        return False
    return all(each.opname in DOES_NOTHING for each in dis.get_instructions(code))


def is_own(kind: type) -> bool:
    return kind.__module__.split(".")[0] not in FOREIGN


def is_container(kind: type) -> bool:
    """Whether a class is made of layers: it is a network, and no layer."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(p.name.lower() in CONTAINED and p.default is p.empty for p in parameters)


def takes_rate_alone(backward: Callable[..., Any]) -> bool:
    """Whether a way back is given a rate and no error: its class has targets, and is no layer."""
    names = [name for name in inspect.signature(backward).parameters if name != "self"]
    return bool(names) and all(roles.joined(name) in roles.RATES for name in names)


def first_of(kind: type, names: tuple[str, ...]) -> str | None:
    """The first of these methods that a class, or one above it, defines."""
    for name in names:
        if any(name in above.__dict__ for above in kind.__mro__ if above is not object):
            return name
    return None


def forward_of(name: str, module: ModuleType) -> Callable[..., Any] | None:
    """The function that goes with one back: `affine_forward` with `affine_backward`."""
    for other in (PAIR.sub("forward", name), PAIR.sub("fprop", name), bare(name)):
        found = getattr(module, other, None)
        if other != name and inspect.isfunction(found):
            return found
    return None


def bare(name: str) -> str:
    return PAIR.sub("", name).strip("_")


def line_of(function: Any) -> int:
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if code is not None else 0
