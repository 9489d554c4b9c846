"""Where a network may be: an object of the file, one that is built, functions with arrays."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import arguments, numbers, roles
from chainrule.workshop.guarded.recognition.building import (
    FEW_WAYS,
    additions,
    has_numbers,
    ways_to_build,
)
from chainrule.workshop.guarded.recognition.constructors import sizes
from chainrule.workshop.guarded.recognition.parts import Parts
from chainrule.workshop.guarded.recognition.reachable import is_floats, own_object, walk
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.written_calls import Written

ONE_CALL = 1.0
MOST_OBJECTS = 12
MOST_BUILT = 4


@dataclass
class Holder:
    """What holds a network: lines that make it, names for arguments, and its functions."""

    setup: tuple[str, ...]
    names: dict[str, str]
    owner: str = ""
    """The expression of the object; empty for functions of the file."""
    space: dict[str, Any] = field(default_factory=dict)
    """The names that the lines have made."""
    sizes: tuple[int, ...] = ()
    """The width that it was built for, where it was built here."""
    extra: dict[str, str] = field(default_factory=dict)
    """Functions that the lines have made, by what they do."""
    near: dict[str, str] = field(default_factory=dict)
    """Names of arguments that stand for what the lines have made, whatever else they may mean."""

    def functions(self) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        """Name, expression and value of each function that may be part of it."""
        for name, text in self.extra.items():
            if name in ("forward", "backward"):
                yield name, text, evaluated(text, self.space)
        if self.owner:
            value = evaluated(self.owner, self.space)
            for name in methods(value):
                yield (
                    name,
                    f"{self.owner}.{name}" if name != "__call__" else self.owner,
                    getattr(value, name),
                )
        module = self.space["own"]
        for name, value in list(module.__dict__.items()):
            if not name.startswith("__") and (inspect.isfunction(value) or compiled(value)):
                yield name, f"own.{name}", value


def compiled(value: Any) -> bool:
    """Whether a value is a function of the file that JAX has compiled or given a derivative."""
    kind = type(value).__module__.split(".")[0]
    return kind in ("jax", "jaxlib") and callable(value) and hasattr(value, "__wrapped__")


def methods(value: Any) -> list[str]:
    """The methods that somebody wrote, those of the class itself first."""
    found: dict[str, None] = {}
    for kind in type(value).__mro__:
        if kind is object or kind.__module__.split(".")[0] in ("torch", "builtins"):
            continue
        for name, each in kind.__dict__.items():
            plain = callable(each) or isinstance(each, (staticmethod, classmethod))
            if plain and (not name.startswith("__") or name == "__call__"):
                found[name] = None
    if "forward" in found and any(k.__module__.startswith("torch") for k in type(value).__mro__):
        found["__call__"] = None
    return list(found)


def evaluated(text: str, space: dict[str, Any]) -> Any:
    return eval(compile(text, "<adapter>", "eval"), space)


def fresh(module: ModuleType, helpers: Mapping[str, Any]) -> dict[str, Any]:
    return {"own": module, "np": np, **helpers}


def made(setup: tuple[str, ...], space: dict[str, Any]) -> bool:
    """Whether the lines can be run."""
    try:
        with within(ONE_CALL), np.errstate(all="ignore"):
            for line in setup:
                exec(compile(line, "<adapter>", "exec"), space)
    except (Exception, TooLong, SystemExit):
        return False
    return True


def holders(module: ModuleType, written: Written, helpers: Mapping[str, Any]) -> Iterator[Holder]:
    """The objects that are there, the functions with what there is, then what can be built."""
    top = own_names(module)
    space = fresh(module, helpers)
    moves = numbers.updated(written.tree)
    setup = boxed((), "own", space, moves)
    objects = 0
    for path, value in walk(module.__dict__, "own."):
        if own_object(value) and methods(value) and objects < MOST_OBJECTS and depth(path) <= 3:
            objects += 1
            yield Holder(boxed(setup, path, space, moves), top, path, space)
    parts = Parts(module, written.tree)
    makers = list(inits(module))
    for name, function in makers:
        yield from by_init(parts, name, function, written, top, helpers)
    yield Holder(setup, top, "", space)
    yield from layer_lists(setup, top, space, "")
    yield from built(parts, written, top, helpers)


def boxed(
    setup: tuple[str, ...], owner: str, space: dict[str, Any], moves: frozenset[str]
) -> tuple[str, ...]:
    """The lines, and the one that makes arrays of the numbers below a name, where it has such."""
    found = numbers.boxed(owner, evaluated(owner, space), moves)
    return (*setup, *(line for line in found if made((line,), space)))


def depth(path: str) -> int:
    return path.count(".") + path.count("[")


def own_names(module: ModuleType) -> dict[str, str]:
    """The values at the top of the file that may be arguments.

    A function is the argument `forward_prop_func` where it is called `forward_prop`.
    """
    found = {
        name: f"own.{name}"
        for name, value in module.__dict__.items()
        if not name.startswith("__")
        and not isinstance(value, (ModuleType, type))
        and not inspect.isroutine(value)
    }
    for name, value in module.__dict__.items():
        if inspect.isfunction(value):
            for end in ("func", "fn", "function", "f", "fun"):
                found.setdefault(f"{name}_{end}", f"own.{name}")
    return found


def inits(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that make parameters, by their names."""
    for name, value in list(module.__dict__.items()):
        if inspect.isfunction(value) and roles.makes_parameters(name):
            yield name, value


def by_init(
    parts: Parts,
    name: str,
    function: Callable[..., Any],
    written: Written,
    top: dict[str, str],
    helpers: Mapping[str, Any],
) -> Iterator[Holder]:
    """The functions of the file with the parameters that one of them makes."""
    module, moves = parts.module, numbers.updated(written.tree)
    for text in dict.fromkeys([*parts.calls(name), *sizes(function, top, parts)]):
        space = fresh(module, helpers)
        trial = (f"params = own.{name}({text})",)
        if not made(trial, space):
            continue
        value = space["params"]
        if not holds_floats(value):
            continue
        width = (arguments.INPUTS,)
        if isinstance(value, tuple):
            given = next((n for n in written.returned(name) if len(n) == len(value)), None)
            if given is None:
                continue
            line = f"{', '.join(given)} = own.{name}({text})"
            inside = {each: each for each in given}
        else:
            called = next((n[0] for n in written.returned(name) if len(n) == 1), "params")
            line = f"params = own.{name}({text})"
            inside = {}
            if isinstance(value, dict):
                inside = {k: f"params[{k!r}]" for k in value if isinstance(k, str)}
            inside[called] = "params"
            if own_object(value):
                inside[f"a {type(value).__name__}"] = "params"
        space = fresh(module, helpers)
        if made((line,), space):
            lines = (line,)
            for each in dict.fromkeys(re.findall(r"\w+", line.partition(" = ")[0])):
                lines = boxed(lines, each, space, moves)
            yield Holder(lines, {**top, **inside}, "", space, width, near=inside)
            return


def holds_floats(value: Any) -> bool:

    return any(
        is_floats(each) or isinstance(each, float) or own_object(each)
        for _, each in walk({"value": value})
    )


def built(
    parts: Parts, written: Written, top: dict[str, str], helpers: Mapping[str, Any]
) -> Iterator[Holder]:
    """Objects of the file's classes, made as the file makes them or with sizes of ours."""
    module, moves = parts.module, numbers.updated(written.tree)
    names = {**top, "net": "net"}
    kinds = [
        (name, value)
        for name, value in list(module.__dict__.items())
        if isinstance(value, type) and of_the_file(value, module)
    ]
    for name, kind in sorted(kinds, key=lambda each: -likeness(*each)):
        tried = 0
        for line in ways_to_build(name, kind, parts, top):
            space = fresh(module, helpers)
            if not made(line, space):
                continue
            if callable(getattr(space["net"], "double", None)):  # of PyTorch: more digits
                finer, lines = fresh(module, helpers), (f"{line[0]}.double()", *line[1:])
                if made(lines, finer):
                    yield Holder(lines, names, "net", finer, (arguments.INPUTS,))
            for lines in completed(line, space, parts, top):
                inner = space if lines == line else fresh(module, helpers)
                if inner is not space and not made(lines, inner):
                    continue
                yield from with_data(lines, names, inner)
                boxes = boxed(lines, "net", inner, moves)
                yield Holder(boxes, names, "net", inner, (arguments.INPUTS,))
                yield from layer_lists(boxes, names, inner, "net")
            tried += 1
            if tried == MOST_BUILT:
                break


def completed(
    setup: tuple[str, ...], space: dict[str, Any], parts: Parts, top: dict[str, str]
) -> Iterator[tuple[str, ...]]:
    """The lines, with those that give an object its arrays, where it has none yet."""
    net = space["net"]
    if any(has_numbers(each) for _, each in walk({"net": net})):
        yield setup
        return
    for name in methods(net):
        first = roles.words(name)[:1]
        function = getattr(net, name)
        if first and (first[0] in roles.INIT or first[0] in ("compile", "reset")):
            for text in islice(sizes(function, top, parts), FEW_WAYS):
                yield (*setup, f"net.{name}({text})")
        elif first and first[0] in ("add", "append"):
            for lines in additions(name, function, parts):
                yield (*setup, *lines)
    yield setup


RUN = """\
def run(x):
    for layer in {layers}: x = layer.{forward}(x)
    return x"""
RUN_STORED = """\
def run(x):
    for layer in {layers}:
        layer.{forward}(x)
        x = layer.output
    return x"""


def layer_lists(
    setup: tuple[str, ...], names: dict[str, str], space: dict[str, Any], owner: str
) -> Iterator[Holder]:
    """Lists of objects that all go forward and backward: each fed with what the one before gives.

    Those of a network that runs its layers itself are its own affair.
    """
    tops = (space["own"].__dict__, "own.") if not owner else ({owner: space[owner]}, "")
    for path, value in walk(*tops):
        pair = layer_methods(value)
        if pair is None:
            continue
        for text in (RUN, RUN_STORED):
            run = text.format(layers=path, forward=pair[0])
            inner = dict(space)
            if made((run,), inner):
                extra = {"forward": "run", "layers": path, "back": pair[1]}
                yield Holder((*setup, run), names, owner, inner, (), extra)


PAIRS = (
    ("forward", "backward"),
    ("forward_propagation", "backward_propagation"),
    ("forward_prop", "backward_prop"),
    ("forward_pass", "backward_pass"),
    ("forward_propagate", "backward_propagate"),
    ("feedforward", "backprop"),
    ("feed_forward", "back_prop"),
    ("forward", "backprop"),
    ("forward", "back"),
    ("__call__", "backward"),
    ("fprop", "bprop"),
    ("fwd", "bwd"),
)


def layer_methods(value: Any) -> tuple[str, str] | None:
    """The two methods that all objects of a list of layers have."""
    if not isinstance(value, list) or len(value) < 2 or not all(own_object(v) for v in value):
        return None
    for pair in PAIRS:
        if all(callable(getattr(v, name, None)) for v in value for name in pair):
            return pair
    return None


SET = """\
def run(x):
    {owner}.{data} = x
    return {owner}.{method}()"""
SET_BOTH = """\
def back(x, y):
    {owner}.{data}, {owner}.{targets} = x, y
    return {owner}.{method}()"""


def with_data(
    setup: tuple[str, ...], names: dict[str, str], space: dict[str, Any]
) -> Iterator[Holder]:
    """An object that keeps its data, with a way back that has no arguments.

    The way forward may have the examples as its argument, or none.
    """
    net = space["net"]
    kept: dict[str, tuple[int, ...]] = {
        name: np.shape(value) if isinstance(value, np.ndarray) else ()
        for name, value in getattr(net, "__dict__", {}).items()
        if value is None or (isinstance(value, np.ndarray) and value.ndim in (1, 2))
    }
    data = [name for name in kept if roles.role(name) == "inputs"]
    targets = [name for name in kept if roles.role(name) == "targets"]
    if not data or not targets or len({kept[n][0] for n in (data[0], targets[0]) if kept[n]}) > 1:
        return
    given = {name: arguments.required(getattr(net, name)) for name in methods(net)}
    ahead = [n for n in given if roles.joined(n.strip("_")) in roles.FORWARD]
    behind = [
        n
        for n, wanted in given.items()
        if not wanted and roles.joined(n.strip("_")) in (*roles.BACKWARD, *roles.STEP)
    ]
    for method in ahead:
        for other in behind:
            back = SET_BOTH.format(owner="net", data=data[0], targets=targets[0], method=other)
            lines, extra = (back,), {"backward": "back"}
            if not given[method]:
                run = SET.format(owner="net", data=data[0], method=method)
                lines, extra = (run, back), {"forward": "run", "backward": "back"}
            inner = dict(space)
            if made(lines, inner):
                yield Holder((*setup, *lines), names, "net", inner, (), extra)


def of_the_file(kind: type, module: ModuleType) -> bool:
    top = kind.__module__.split(".")[0]
    return top not in ("builtins", "numpy", "abc", "collections", "enum", "torch", "typing")


def likeness(name: str, kind: type) -> int:
    """How much a class looks like a network."""
    parts = set(roles.words(name))
    points = 4 * bool(
        parts & {"network", "net", "nn", "mlp", "neural", "model", "perceptron", "ann"}
    )
    names = {roles.joined(n) for n in dir(kind)}
    return points + len(names & set(roles.FORWARD)) + len(names & {*roles.BACKWARD, *roles.STEP})
