"""A layer that can be called: its input, its parameters, the gradients that it gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.layers import making
from chainrule.workshop.guarded.layers.units import Unit
from chainrule.workshop.guarded.recognition import pairing, roles
from chainrule.workshop.guarded.recognition.reachable import attributes, is_floats, walk
from chainrule.workshop.guarded.recognition.state import Kept

Array = NDArray[Any]
LARGEST = 5_000
MOST_NAMES = 6
STORED_OUTPUTS = ("output", "outputs", "out", "a", "activation", "z", "result", "y")
STORED_SLOPES = ("dinputs", "dinput", "dx", "gradinput", "gradinputs", "inputgrad", "inputgradient")
"""Attributes, without underscores and in small letters, of a layer that gives nothing back."""
CACHES = {"cache", "caches", "memory", "ctx", "context"}


class NoLayer(Exception):
    """What was called is no layer: it gives no array of numbers."""


@dataclass
class Layer:
    """A layer with its input: `instance` of a class, or two functions with their `others`."""

    unit: Unit
    module: ModuleType
    instance: Any
    X: Array
    others: dict[str, Any]
    """Further arguments of the way forward, by name."""
    upstream: Array = field(default_factory=lambda: np.ones(()))
    kept: Kept | None = None
    parameters: dict[str, Array] = field(default_factory=dict)
    """The arrays that its outputs depend on, beside `X`; those of an object are alive."""
    paths: dict[str, str] = field(default_factory=dict)
    """Where an object holds each of them, by their names."""
    stored_output: bool = False
    """Whether the way back of a cost is given the output that the object keeps, and not `X`."""

    def forward(self) -> tuple[Array, Any]:
        """The output for the input as it is, and whatever came with it."""
        call, given = call_of(self.unit.forward, self.instance), self.others
        if self.instance is None:
            given = {**self.others, **self.parameters}
        names = list(inspect.signature(call).parameters)
        place = names[input_place(names)]
        given = {name: copied(value) for name, value in given.items()}
        value = call(**{place: self.X.copy(), **given})
        if value is None and self.instance is not None:
            value = attribute(self.instance, STORED_OUTPUTS)
        return output_of(value)

    def again(self) -> Array:
        """The output from the same state as before."""
        assert self.kept is not None
        self.kept.put_back()
        return self.forward()[0]

    def backward(self, output: Array, cache: Any) -> Any:
        """Call the way back, with what its parameters' names ask for."""
        call = call_of(self.unit.backward, self.instance)
        parameters = list(inspect.signature(call).parameters.values())
        free = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        seed = seed_place([p.name for p in free])
        given: list[Any] = []
        for place, each in enumerate(free):
            known = roles.joined(each.name)
            if place == seed and self.cost:
                given.append(self.outputs_for_cost())
            elif place == seed:
                given.append(self.upstream.copy() if self.upstream.ndim else float(self.upstream))
            elif each.default is not each.empty:
                break
            elif known in roles.RATES:
                given.append(1.0)
            elif known in self.parameters:
                given.append(self.parameters[known].copy())
            elif each.name in self.others:
                given.append(copied(self.others[each.name]))
            elif known in CACHES or cache is not None:
                given.append(cache)
            elif known in roles.OUTPUT_WORDS or known in ("a", "s", "y"):
                given.append(output.copy())
            else:
                given.append(self.X.copy())
        return call(*given)

    def outputs_for_cost(self) -> Array:
        """The outputs that the way back of a cost is given: its input, or what it made of it."""
        kept = attribute(self.instance, STORED_OUTPUTS) if self.stored_output else None
        return (self.X if kept is None else kept).copy()

    @property
    def cost(self) -> bool:
        """Whether it is a cost whose way back takes outputs and targets, and no error from above.

        Its slopes are those of the mean over the examples.
        """
        return is_cost(self.unit, self.instance)

    @property
    def rate(self) -> bool:
        """Whether the way back takes a rate, and moves the parameters itself."""
        call = call_of(self.unit.backward, self.instance)
        return any(roles.joined(name) in roles.RATES for name in inspect.signature(call).parameters)

    @property
    def empty(self) -> bool:
        """Whether it hands its input through, and its object holds a list with nothing in it."""
        held = attributes(self.instance).values()
        empty = any(isinstance(each, (list, dict)) and not each for each in held)
        return empty and not self.parameters and np.array_equal(self.again(), self.X)

    def live(self) -> list[Array]:
        return list(self.parameters.values())


def attribute(value: Any, names: tuple[str, ...]) -> Any:
    """The first attribute of one of these names that is an array; None where there is none."""
    held = getattr(value, "__dict__", {})
    known = {roles.joined(name): each for name, each in held.items()}
    found = (known[name] for name in names if isinstance(known.get(name), np.ndarray))
    return next(found, None)


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(value)
    return value.copy() if isinstance(value, np.ndarray) else value


def output_of(value: Any) -> tuple[Array, Any]:
    """The first array of what came back, and the rest of it."""
    rest = None
    if isinstance(value, tuple) and value:
        rest = value[1] if len(value) == 2 else value[-1]
        value = value[0]
    if not isinstance(value, (np.ndarray, np.floating, float)):
        given = "nothing back" if value is None else f"a value of type {type(value).__name__}"
        raise NoLayer(f"its way forward gives {given}")
    found = np.asarray(value)
    if found.dtype.kind != "f" or not found.size or not np.isfinite(found).all():
        raise NoLayer("its way forward gives no finite numbers")
    return found, rest


def input_place(names: Sequence[str]) -> int:
    """Which parameter of the way forward is the input: the first that is no target."""
    for place, name in enumerate(names):
        if roles.joined(name) not in TARGETS:
            return place
    return 0


TARGETS = {"y", "t", "target", "targets", "label", "labels", "ytrue", "truth", "yt", "ts"}


def seed_place(names: Sequence[str]) -> int:
    """Which parameter of the way back is the error from above."""
    for place, name in enumerate(names):
        known = roles.joined(name)
        words = set(roles.words(name))
        if known in roles.SEED_WORDS or words & roles.SEED_WORDS or name[:1] == "d":
            return place
    return 0 if names and roles.joined(names[0]) not in roles.RATES else -1


def call_of(named: str | Callable[..., Any], instance: Any) -> Any:
    """A way of a layer: a method of the object, by its name, or a function."""
    return getattr(instance, named) if isinstance(named, str) else named


def is_cost(unit: Unit, instance: Any) -> bool:
    """Whether the way forward takes targets, and the way back takes them too, or nothing."""
    ways = [call_of(way, instance) for way in (unit.forward, unit.backward)]
    if not all(callable(way) for way in ways):
        return False
    forward, back = ([roles.joined(n) for n in inspect.signature(way).parameters] for way in ways)
    return bool(TARGETS & set(forward)) and (not back or bool(TARGETS & set(back)))


# --- ways to make one ---------------------------------------------------------------------------


def instances(unit: Unit) -> Iterator[Any]:
    """The objects that could be made of a class; NoLayer with the last fault where none could."""
    if unit.kind is None or unit.instance is not None:
        yield unit.instance
        return
    fault: BaseException | None = None
    made = False
    for arguments in making.arguments(unit.kind, unit.plain_name, unit.fixed):
        try:
            yield unit.kind(**arguments)
            made = True
        except Exception as caught:
            fault = fault or caught
    if not made and fault is not None:
        raise NoLayer(unknown_arguments(unit.kind)) from fault


def unknown_arguments(kind: type) -> str:
    names = list(inspect.signature(kind).parameters)
    shown = ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    return f"how to make one is not known: `{kind.__name__}({shown})`"


def others(call: Callable[..., Any], unit: Unit, X: Array) -> Iterator[dict[str, Any]]:
    """Further arguments of the way forward."""
    place, pool = making.place_of(unit.plain_name), making.is_pool(unit.plain_name)
    parameters = list(inspect.signature(call).parameters.values())
    at = input_place([p.name for p in parameters])
    wanted: dict[str, list[Any]] = {}
    for number, each in enumerate(parameters):
        if number == at or each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        known = roles.joined(each.name)
        if known in TARGETS:
            wanted[each.name] = targets(X)
        elif known in making.TRAINING and known != "mode":
            wanted[each.name] = [True]
        elif each.default is each.empty:
            wanted[each.name] = making.arrays_for(known, X, place, pool)
    for way in islice(product(*wanted.values()), making.MOST_WAYS):
        yield dict(zip(wanted, way, strict=True))


def targets(X: Array) -> list[Array]:
    """Targets for the rows of X: classes, a 1 for the class in each row, numbers."""
    n, width = X.shape[0], X.shape[-1]
    labels = np.arange(n) % width
    return [labels, np.eye(width)[labels] if X.ndim == 2 else X * 0.5, X * 0.5]


def moving(layer: Layer) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays of an object that its output depends on, by their last names; where they are."""
    found: dict[str, Array] = {}
    paths: dict[str, str] = {}
    start = layer.again()
    rng = np.random.default_rng(11)
    for path, array in walk({"self": layer.instance}):
        if not is_floats(array) or array.size > LARGEST:
            continue
        assert layer.kept is not None
        layer.kept.put_back()
        before = array.copy()
        array += 1e-3 * rng.standard_normal(array.shape).astype(array.dtype)
        try:
            output = layer.forward()[0]
        except Exception:
            output = start
        array[...] = before
        if output.shape != start.shape or not np.array_equal(output, start):
            name = pairing.last_name(path) or path
            name = name if name not in found else path
            found[name], paths[name] = array, path
    if layer.kept is not None:
        layer.kept.put_back()
    return found, paths
