"""The layers of a file: classes with a way forward and one back, and pairs of functions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from chainrule.workshop.guarded.recognition.reachable import FOREIGN

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


@dataclass(frozen=True)
class Unit:
    """One layer: a class, or two functions; the line where it stands."""

    name: str
    kind: type | None
    forward: str | Callable[..., Any]
    backward: str | Callable[..., Any]
    line: int = 0


def units(module: ModuleType, path: str) -> Iterator[Unit]:
    """The layers in the order of the file: what comes from elsewhere is none of its own."""
    seen: set[int] = set()
    for name, value in list(module.__dict__.items()):
        if isinstance(value, type) and id(value) not in seen and is_own(value):
            seen.add(id(value))
            ways = [first_of(value, names) for names in (FORWARD, BACKWARD)]
            if ways[0] is not None and ways[1] is not None:
                yield Unit(name, value, ways[0], ways[1], line_of(getattr(value, ways[1])))
        elif inspect.isfunction(value) and PAIR.search(name) and not WHOLE.search(name):
            forward = forward_of(name, module)
            if forward is not None:
                yield Unit(forward.__name__, None, forward, value, line_of(value))


def is_own(kind: type) -> bool:
    return kind.__module__.split(".")[0] not in FOREIGN


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
