"""The derivative of the cost by the outputs, with which a way back begins."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from chainrule.workshop.guarded.recognition import arguments, conventions, roles
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated, methods
from chainrule.workshop.guarded.recognition.parts import attempt, takes
from chainrule.workshop.guarded.recognition.reachable import own_object
from chainrule.workshop.guarded.recognition.written_calls import Written


def outputs_of(forward: Forward) -> tuple[tuple[str, ...], str]:
    """The line of the forward pass as the file writes it, and the outputs by their name."""
    names = forward.names
    if names and len(names) > 1 and forward.output.startswith("out["):
        inside = forward.output[4 : forward.output.index("]")]
        rest = forward.output[forward.output.index("]") + 1 :]
        if inside.isdigit():
            return (f"{', '.join(names)} = {forward.training}",), names[int(inside)] + rest
    return (forward.line,), forward.output


def seed_lines(holder: Holder, written: Written, forward: Forward) -> Iterator[tuple[str, str]]:
    """The derivative of the cost by the outputs, and the cost: by what the file has for it.

    Only where it has nothing is it ours, that of the quadratic cost: of its mean, or of its sum.
    """
    _, outputs = outputs_of(forward)
    given = {"outputs": outputs, "targets": "y", "seed": "y"}
    own = False
    for path, value in loss_derivatives(holder):
        as_written = list(as_called(path, holder, written, outputs))
        for text in [*as_written, *arguments.calls(value, given, {}, {})]:
            own = True
            for first in ahead_of(path, holder, given):
                yield f"{path}({replaced(outputs, f'{first}[1]', text)})", ""
                yield f"({first}, {path}({text}))[1]", ""
            yield f"{path}({text})", ""
    for seed in by_a_class(holder, given) if not own else ():
        own = True
        yield seed, ""
    for path, value in losses_with_gradient(holder):
        for text in islice(arguments.calls(value, given, {}, {}), 1):
            own = True
            yield f"{path}({text})[1]", ""
    if not own:
        count = conventions.COUNTS.get(forward.examples, "")
        if count:
            yield f"({outputs} - y) / {count}", "quadratic"
        yield f"{outputs} - y", "quadratic"


def handed_over(
    function: Callable[..., Any], holder: Holder, written: Written
) -> Iterator[tuple[str, str]]:
    """An argument that the source calls, and the derivative of a cost that it may be."""
    asked = [p.name for p in arguments.asked(function)]
    for node in written.functions.get(getattr(function, "__name__", ""), ()):
        for name in asked:
            counts = {
                len(call.args)
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == name
            }
            parts = set(roles.words(name))
            if counts and parts & DERIVATIVE:
                for path, value in loss_derivatives(holder):
                    if inspect.isfunction(value) and takes(value, counts):
                        yield name, path


def as_called(path: str, holder: Holder, written: Written, outputs: str) -> Iterator[str]:
    """The arguments of a derivative as the file gives them, where one is made of the outputs.

    `softmax(out), y` of `gradient(softmax(scores), labels)`, or of `gradient(found, labels)` with
    `found = softmax(scores)` before it.
    """
    own = holder.space["own"]
    for call in written.calls.get(path.rpartition(".")[2], ()):
        texts, wrapped = [], False
        for each in call.args:
            makers = [called_name(each), *written.makers(ast.unparse(each))]
            function = next((name for name in makers if takes_one(getattr(own, name, None))), "")
            if function:
                texts.append(f"own.{function}({outputs})")
                wrapped = True
            else:
                name = ast.unparse(each).rpartition(".")[2]
                texts.append("y" if roles.role(name) == "targets" else outputs)
        if wrapped and "y" in texts and len(texts) == 2:
            yield ", ".join(texts)


def takes_one(value: Any) -> bool:
    """Whether a value is a function of one argument."""
    return inspect.isfunction(value) and len(arguments.required(value) or ()) == 1


def called_name(node: ast.expr) -> str:
    """The function of a call with one argument, by its name; nothing for anything else."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
        return node.func.id
    return ""


def replaced(old: str, new: str, text: str) -> str:
    """Arguments with another text for one of them."""
    return ", ".join(new if each == old else each for each in text.split(", "))


def ahead_of(path: str, holder: Holder, given: Mapping[str, str]) -> Iterator[str]:
    """The call of a cost's own `forward`, which keeps what its `backward` needs, or gives it."""
    owner, _, name = path.rpartition(".")
    value = evaluated(owner, holder.space) if owner not in ("own", holder.owner) else None
    if name not in ("backward", "gradient") or not own_object(value):
        return
    for method in COSTS:
        function = getattr(value, method, None)
        if callable(function) and method in dir(type(value)):
            inner = {**given, "inputs": given["outputs"]}
            for text in islice(arguments.calls(function, inner, {}, {}), 1):
                yield f"{owner}.{method}({text})"
            return


def by_a_class(holder: Holder, given: Mapping[str, str]) -> Iterator[str]:
    """The derivative by an object of a cost's class, made for it, after its way forward."""
    for path, value in named_values(holder):
        is_cost = isinstance(value, type) and set(roles.words(value.__name__)) & LOSS
        made = attempt(value) if is_cost else None
        back = next((n for n in DERIVATIVES if callable(getattr(made, n, None))), "")
        ahead = next((n for n in COSTS if callable(getattr(made, n, None))), "")
        if not back or not ahead:
            continue
        inner = {**given, "inputs": given["outputs"]}
        for first in islice(arguments.calls(getattr(made, ahead), inner, {}, {}), 1):
            for second in islice(arguments.calls(getattr(made, back), given, {}, {}), 1):
                yield f"[(c.{ahead}({first}), c.{back}({second})) for c in [{path}()]][0][1]"


COSTS = ("forward", "loss", "calculate", "__call__")
DERIVATIVES = ("backward", "gradient", "derivative", "prime", "grad", "delta")
"""Methods of the class of a cost: its number, and its derivative by the outputs."""
LOSS = {
    "loss",
    "cost",
    "mse",
    "cross",
    "entropy",
    "error",
    "crossentropy",
    "bce",
    "cce",
    "nll",
    "sse",
    "likelihood",
    "criterion",
    "ce",
}
DERIVATIVE = {
    "prime",
    "derivative",
    "grad",
    "gradient",
    "deriv",
    "backward",
    "delta",
    "dloss",
    "der",
}


def named_values(holder: Holder) -> Iterator[tuple[str, Any]]:
    """What has a name in the file, in its own modules, in the object, and as a default."""
    module = holder.space["own"]
    folder = Path(module.__file__ or "").parent
    for name, value in list(module.__dict__.items()):
        yield f"own.{name}", value
        file = getattr(value, "__file__", None) if isinstance(value, ModuleType) else None
        if file is not None and folder in Path(file).parents:
            yield from ((f"own.{name}.{n}", v) for n, v in list(value.__dict__.items()))
        defaults = getattr(value, "__defaults__", None) or ()
        for number, each in enumerate(defaults):
            if own_object(each):
                yield f"own.{name}.__defaults__[{number}]", each
    if holder.owner:
        owner = evaluated(holder.owner, holder.space)
        inside = [*getattr(owner, "__dict__", {}), *methods(owner)]
        yield from ((f"{holder.owner}.{name}", getattr(owner, name)) for name in inside)


def wants_self(method: Any) -> bool:
    """Whether a method of a class has to be given the object."""
    return inspect.isfunction(method) and [*inspect.signature(method).parameters][:1] == ["self"]


def losses_with_gradient(holder: Holder) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions that are called as costs are: some give the derivative beside the number."""
    for path, value in named_values(holder):
        parts = set(roles.words(path.rpartition(".")[2]))
        if inspect.isfunction(value) and parts & LOSS and not parts & DERIVATIVE:
            yield path, value


def loss_derivatives(holder: Holder) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions, and methods of objects and classes, that are called a cost's derivative."""
    for path, value in named_values(holder):
        parts = set(roles.words(path.rpartition(".")[2]))
        if not parts & LOSS and not set(roles.words(type(value).__name__)) & LOSS:
            continue
        if callable(value) and parts & DERIVATIVE and not isinstance(value, type):
            yield path, value
        for name in DERIVATIVES:
            method = getattr(value, name, None)
            bound = own_object(value) or (isinstance(value, type) and not wants_self(method))
            if callable(method) and bound:
                yield f"{path}.{name}", method
