"""The cost functions of a file whose network is read by an adapter."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.own_costs import (
    MOST,
    OwnCost,
    called_cost,
    called_one_cost,
    derivative_of,
    number,
    of_a_class,
)
from chainrule.workshop.guarded.recognition import arguments, conventions, roles
from chainrule.workshop.guarded.recognition.adapter import Adapted
from chainrule.workshop.guarded.recognition.backwards import PENALTY
from chainrule.workshop.guarded.recognition.loops import Loop
from chainrule.workshop.guarded.recognition.state import Kept
from chainrule.workshop.guarded.recognition.tensors import plain
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.written_calls import Written

Array = NDArray[Any]
ONE_CALL = 1.0
ACTIVATION = re.compile(r"[aA](_?\d|_?L|_?out|_?last)?")
ROUND = re.compile(r"\bbody\((.*)\)$", re.M)
"""One round of a loop, with the examples and the targets."""
UPRIGHT = ("columns", "one at a time, (n, 1)")
"""Examples that stand upright: a cost of rows takes them turned."""
VOCABULARY = {
    *("own", "np", "x", "y", "out", "examples", "targets", "inputs", "parameters", "forward"),
    *("gradients", "step", "rate"),
}
"""Names of an adapter that stand for nothing in the file."""


def own_costs_of(written: Written) -> Callable[..., Sequence[OwnCost]]:
    """How the cost functions of this file are found, once its outputs are known."""

    def found(
        network: Adapted, X: Array, outputs: Array, Y: Array, arrays: Sequence[Array]
    ) -> list[OwnCost]:
        costs: list[OwnCost] = []
        kept = Kept(network.module.__dict__, network.names)
        old = [array.copy() for array in arrays]
        others = written.functions
        possible = [OwnCost(name, True, call) for name, call in in_loop(network)]
        possible += [
            OwnCost(name, called_one_cost(name), call, derivative_of(name, others))
            for name, call in ways(network, written)
        ]
        for cost in possible:
            try:
                with within(ONE_CALL):
                    value = number(cost, X, outputs, Y)
            except TooLong:
                value = float("nan")
            same = all(map(np.array_equal, arrays, old))
            kept.put_back()
            if same and np.isfinite(value) and len(costs) < MOST:
                costs.append(cost)
        return costs

    return found


def in_loop(network: Adapted) -> Iterator[tuple[str, Callable[..., float]]]:
    """The costs that the loop of a script works out: each may be there only to be shown."""
    body, round_ = network.names.get("body"), ROUND.search(network.text)
    if not isinstance(body, Loop) or round_ is None:
        return
    together = network.examples in conventions.TOGETHER
    for name in dict.fromkeys(filter(called_cost, body.assigned)):
        code = compile(f'body.value("{name}", {round_.group(1)})', "<adapter>", "eval")
        yield name, call_of(network, code, "", network.targets, together)


def functions(network: Adapted) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Name, expression and value of what may be a cost, in the file and in its objects."""
    top = [(f"own.{n}", v) for n, v in list(network.module.__dict__.items()) if n[:2] != "__"]
    top += [(n, v) for n, v in network.names.items() if of_a_class(v)]
    for path, value in top:
        if inspect.isfunction(value):
            yield path.rpartition(".")[2], path, value
            continue
        yield from of_loss(path, value)
        if of_a_class(value):
            for name, each in list(vars(value).items()):
                yield from of_loss(f"{path}.{name}", each)
            for name in dir(value):
                each = getattr(value, name, None)
                if not name.startswith("__") and callable(each) and not isinstance(each, type):
                    yield name, f"{path}.{name}", each


METHODS = ("forward", "calculate", "compute", "loss", "cost", "fn", "call", "value", "__call__")
"""Methods of the cost of a class that is called as costs are."""


def of_loss(path: str, value: Any) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """The cost that an object or a class gives, by its own name or that of its class."""
    kind = value if isinstance(value, type) else type(value)
    name = path.rpartition(".")[2]
    if not (isinstance(value, type) or of_a_class(value)) or of_the_package(kind):
        return
    called = next((each for each in (name, kind.__name__) if called_cost(each)), None)
    for method in METHODS if called else ():
        function = getattr(value, method, None)
        own = method in vars(kind) or any(method in vars(k) for k in kind.__mro__[:-1])
        if own and callable(function):
            yield str(called), path if method == "__call__" else f"{path}.{method}", function


def of_the_package(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in ("chainrule", "numpy", "builtins", "torch")


def ways(network: Adapted, written: Written) -> Iterator[tuple[str, Callable[..., float]]]:
    """The ways to call each of them with the adapter's examples and targets."""
    together = network.examples in conventions.TOGETHER
    count = conventions.COUNTS.get(network.examples, "1")
    names = {name: f"own.{name}" for name in network.module.__dict__ if name[:2] != "__"}
    names |= {name: name for name in network.names if name not in VOCABULARY}
    for name, path, function in functions(network):
        if not called_cost(name):
            continue
        given = {"outputs": "out", "targets": "y", "inputs": "x", "nothing": "0", "count": count}
        given["penalty"] = PENALTY if PENALTY in network.text else "0"
        seen = list(arguments.calls(function, given, names, activations(function)))
        plain_ways = ["out, y", "y, out", "x, y"] if takes_two(function) else []
        if given["penalty"] != "0" and takes_penalty(function):
            plain_ways = []
        for text in dict.fromkeys([*seen, *plain_ways]):
            code = compile(f"{path}({text})", "<adapter>", "eval")
            lines = [f"own.{each} = {count}" for each in written.counts]
            for form in dict.fromkeys([network.targets, "one-hot"]):
                yield name, call_of(network, code, "\n".join(lines), form, together)
        if network.examples in UPRIGHT:
            yield from in_rows(network, name, path, function, together=together)


def in_rows(
    network: Adapted, name: str, path: str, function: Callable[..., Any], *, together: bool
) -> Iterator[tuple[str, Callable[..., float]]]:
    """A cost of rows beside a network of columns, its outputs turned."""
    if takes_two(function):
        for text in ("out.T, y.T", "y.T, out.T"):
            code = compile(f"{path}({text})", "<adapter>", "eval")
            yield name, call_of(network, code, "", "one-hot", together)


def activations(function: Callable[..., Any]) -> dict[str, str]:
    """Arguments that are called as activations are, `A2` or `AL`: the outputs, for a cost."""
    given = arguments.required(function) or ()
    return {p.name: "out" for p in given if ACTIVATION.fullmatch(p.name)}


def takes_penalty(function: Callable[..., Any]) -> bool:
    return any(roles.role(p.name) == "penalty" for p in arguments.required(function) or ())


def takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(0, 0)
    except (TypeError, ValueError):
        return False
    return True


def call_of(
    network: Adapted, code: Any, lines: str, form: str, together: bool
) -> Callable[[Array, Array, Array], float]:
    """The number that a call gives for rows: of all together, or the mean of single examples."""
    before = compile(lines, "<adapter>", "exec")

    def call(X: Array, outputs: Array, Y: Array) -> float:
        network.mirror.push()
        xs = conventions.batches(network.examples, X)
        ys = conventions.targets(network.examples, form, Y)
        outs = conventions.targets(network.examples, "one-hot", outputs)
        found = []
        for x, y, out in zip(xs, ys, outs, strict=True):
            space = network.names
            space |= {"x": x, "y": y, "out": out}
            exec(before, space)
            network.draws.put_back()
            value = plain(eval(code, space))
            value = value[0] if isinstance(value, (tuple, list)) and value else value
            found.append(float(np.asarray(value, np.float64).reshape(-1)[0]))
            if np.size(value) != 1:
                return float("nan")
        return found[0] if together else float(np.mean(found))

    return call
