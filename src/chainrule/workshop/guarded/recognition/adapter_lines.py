"""The text of an adapter, line by line: the forward pass, and how the gradients come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chainrule.workshop.guarded.recognition.adapter_text import gathered
from chainrule.workshop.guarded.recognition.backwards import Backward
from chainrule.workshop.guarded.recognition.forwards import Forward


def head(forward: Forward, targets: str, cost: str = "") -> list[str]:
    """The lines that say how examples are taken and where the parameters are."""
    lines = [f'cost = "{cost}"'] if cost else []
    lines += [f'examples = "{forward.examples}"', f'targets = "{targets}"']
    lines.append(f"inputs = {forward.inputs}")
    if "torch." in forward.call:
        lines.append("import torch")
    lines += forward.holder.setup
    lines.append(f"parameters = lambda: {gathered(forward)}")
    return lines


def forward_lines(forward: Forward) -> list[str]:
    if forward.output == "out":
        return [f"def forward(x): return {forward.call}"]
    if forward.output.startswith("out"):
        return [f"def forward(x): return {forward.call}{forward.output[3:]}"]
    return ["def forward(x):", f"    {forward.call}", f"    return {forward.output}"]


def function(name: str, backward: Backward, last: str) -> list[str]:
    return [f"def {name}(x, y):", *(f"    {line}" for line in backward.lines), f"    {last}"]


def ahead(forward: Forward, backward: Backward) -> list[str]:
    """All lines but those of the gradients."""
    return head(forward, backward.targets, backward.cost) + forward_lines(forward)


def beginning(forward: Forward) -> str:
    """The adapter of a forward pass alone, with the place for the gradients."""
    lines = head(forward, "one-hot") + forward_lines(forward)
    return "\n".join([*lines, "def gradients(x, y): ...  # in the order of the parameters"])


def by_engine(forward: Forward, parameters: str, lines: tuple[str, ...], cost: str) -> str:
    """The adapter of a network whose gradients an engine works out."""
    first = [f'cost = "{cost}"', *head(forward, "one-hot")[:-1]]
    first.append(f"parameters = lambda: {parameters}")
    body = ["def gradients(x, y):", *(f"    {line}" for line in lines)]
    return "\n".join([*first, *forward_lines(forward), *body])


def of_outputs(text: str) -> str:
    """The lines of an adapter that say how outputs come."""
    ahead = re.split(
        r"^(?:rate = |def (?:gradients|step)\b)", text, maxsplit=1, flags=re.MULTILINE
    )[0]
    lines = ahead.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("cost = ", "targets = ")))


def step(forward: Forward, backward: Backward, rate: str) -> str:
    """The adapter of a call that moves the parameters."""
    last = "" if backward.value == "None" else backward.value
    lines = [*ahead(forward, backward), f"rate = {rate}"]
    return "\n".join(lines + function("step", backward, last)).rstrip()


def rebinding(
    forward: Forward, backward: Backward, value: Any, names: tuple[str, ...], rate: str
) -> Iterator[str]:
    """The adapter for a step that gives new parameters back."""
    tops = list(dict.fromkeys(re.split(r"[.\[]", p)[0] for p in forward.parameters))
    if "own" in tops or "net" in tops:
        return
    if not names and len(tops) == 1 and not isinstance(value, (int, float, type(None))):
        names = tuple(tops)
    if not set(tops) <= set(names):
        return
    changed = replace(backward, lines=(f"global {', '.join(tops)}", *backward.lines))
    last = f"{', '.join(names)} = {backward.value}"
    lines = [*ahead(forward, backward), f"rate = {rate}"]
    yield "\n".join(lines + function("step", changed, last))


def returned(
    forward: Forward,
    backward: Backward,
    way: list[str],
    names: tuple[str, ...],
    given: list[str],
) -> str:
    """The adapter of a call that gives the gradients back."""
    if way == given:
        body = function("gradients", backward, f"return {backward.value}")
    else:
        first = f"{', '.join(names)} = {backward.value}" if names else f"g = {backward.value}"
        changed = replace(backward, lines=(*backward.lines, first))
        body = function("gradients", changed, f"return [{', '.join(way)}]")
    return "\n".join(ahead(forward, backward) + body)


def stores(forward: Forward, backward: Backward, way: list[str]) -> str:
    """The adapter of a call that leaves the gradients in arrays."""
    last = () if backward.value == "None" else (backward.value,)
    changed = replace(backward, lines=(*backward.lines, *last))
    body = function("gradients", changed, f"return [{', '.join(way)}]")
    return "\n".join(ahead(forward, backward) + body)
