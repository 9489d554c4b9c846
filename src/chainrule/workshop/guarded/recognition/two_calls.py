"""Steps of several calls: one that stores what is needed, then those that move the parameters.

Networks of neurons have `backward(network, expected)` and `update(network, row, rate)`; some have a
function for the weights and another for the biases.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from chainrule.workshop.guarded.recognition import arguments, roles
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.written_calls import Written

Function = tuple[str, str, Callable[..., Any]]
MOST_CALLS = 4
ROWS = {"one at a time, a list": "[*x, 0]", "one at a time, (n,)": "np.append(x, 0)"}
"""An example with its target as the last number, where a step takes off the last."""


def applying(forward: Forward) -> list[Function]:
    """The functions that move parameters by what is stored: they take no targets."""
    found = []
    for each in forward.holder.functions():
        kinds = {roles.role(p.name) for p in arguments.required(each[2]) or ()}
        if is_update(each[0]) and "targets" not in kinds:
            found.append(each)
    return found


def is_update(name: str) -> bool:
    plain = roles.joined(name.strip("_"))
    return plain in roles.APPLY or plain.startswith(("update", "adjust", "apply"))


def steps(
    forward: Forward, written: Written, backward: str, given: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Lines before the last call, and that call, after a backward pass.

    Each update alone, then all of them. `given` are the texts of arguments by their roles.
    """
    updates = []
    for name, text, function in applying(forward):
        inputs = given["inputs"]
        if takes_off_the_last(name, written):
            inputs = ROWS.get(forward.examples, inputs)
        texts = {**given, "inputs": inputs, "pairs": inputs}
        near = {**forward.holder.near, **{each: each for each in forward.names}}
        ways = arguments.calls(function, texts, forward.holder.names, near)
        updates.append([f"{text}({each})" for each in islice(ways, MOST_CALLS)])
    updates = [ways for ways in updates if ways]
    for ways in updates:
        for way in ways:
            yield (backward,), way
    if len(updates) > 1:
        *ahead, last = [ways[0] for ways in updates]
        yield (backward, *ahead), last


def takes_off_the_last(name: str, written: Written) -> bool:
    """Whether a function uses an argument, or what it calls, without its last number."""
    for function in written.functions.get(name, ()):
        names = {argument.arg for argument in function.args.args}
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and node.value.id in names
                and ast.unparse(node.slice) == ":-1"
                and roles.role(node.value.id) in ("inputs", "pairs")
            ):
                return True
    return False
