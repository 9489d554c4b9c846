"""Functions like `backward` and `update`, and where the gradients are after a call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.workshop.guarded.recognition import arguments, conventions, roles, two_calls
from chainrule.workshop.guarded.recognition.cost_derivatives import (
    handed_over,
    outputs_of,
    seed_lines,
)
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.holders import evaluated
from chainrule.workshop.guarded.recognition.reachable import attributes, own_object, walk
from chainrule.workshop.guarded.recognition.written_calls import Written

Array = NDArray[Any]


@dataclass(frozen=True)
class Backward:
    """Lines after which the gradients are to be had; `value` is the expression of the last call."""

    lines: tuple[str, ...]
    value: str
    targets: str
    rate: str | None = None
    cost: str = ""
    """The cost whose derivative is given to the function, where that is ours."""

    guess: bool = False
    """Whether the targets are given to an argument whose name does not show what it is."""

    @property
    def takes_mean(self) -> bool:
        """Whether our derivative is that of a mean over the examples."""
        return bool(self.cost) and any(line.startswith(MEAN) for line in self.lines)


MEAN = "seed = ("
RATE = "0.1"
PENALTY = "0.3"
"""How much a penalty counts where it is an argument: what is wrong with it does not show at 0."""
GIVEN = {"inputs": "x", "rate": RATE, "epochs": "1", "nothing": "0", "count": "1",
         "penalty": PENALTY}  # fmt: skip
WHOLE = re.compile(r"\bout\b")
"""All that `forward` gave, as an argument."""


def backwards(forward: Forward, written: Written, wraps: Mapping[str, str]) -> Iterator[Backward]:
    """The likely calls, each with every form of targets."""
    holder = forward.holder
    found = sorted(holder.functions(), key=lambda each: rank(each[0]))
    forms = conventions.TARGETS
    if forward.examples not in conventions.TOGETHER:
        forms = ("one-hot", "labels")
    seeds = list(dict.fromkeys(seed_lines(holder, written, forward)))
    if "layers" in holder.extra:
        for form in forms:
            for seed, cost in seeds:
                yield from through_layers(forward, seed, form, cost)
        return
    for name, text, function in found:
        if rank(name) == UNLIKELY:
            continue
        for form in forms:
            for one in calls(forward, written, text, function, seeds, wraps):
                yield replace(one, targets=form)
    for _, text, function in [f for f in found if rank(f[0]) < STEPS]:
        for form in forms:
            for one in calls(forward, written, text, function, seeds, wraps):
                for lines, last in two_calls.steps(forward, written, one.value, GIVEN):
                    more = (*one.lines, *lines)
                    yield replace(one, lines=more, value=last, targets=form, rate=RATE)


STEPS, UNLIKELY = 100, 1000
"""The rank from which functions are for a step, and of those that are for neither."""


def rank(name: str) -> int:
    """The likelier functions first: those for gradients, then those for a step."""
    plain = roles.joined(name.strip("_"))
    if plain in roles.BACKWARD:
        return roles.BACKWARD.index(plain)
    if "back" in plain or (
        "grad" in plain
        and "descent" not in plain
        and not plain.startswith(("check", "num", "update"))
    ):
        return 60
    if plain in roles.STEP:
        return STEPS + roles.STEP.index(plain)
    if "train" in plain or "update" in plain or "fit" in plain or "learn" in plain:
        return 200
    return UNLIKELY


def through_layers(forward: Forward, seed: str, form: str, cost: str) -> Iterator[Backward]:
    """Back through a list of layers, from the last to the first."""
    layers = forward.holder.extra["layers"]
    method = forward.holder.extra["back"]
    last = getattr(evaluated(f"{layers}[-1]", forward.holder.space), method)
    extra = arguments.asked(last)[1:]
    texts = {"rate": RATE, "batch size": "1", "count": "1"}
    more = [texts.get(roles.role(p.name), "0") for p in extra]
    rate = RATE if RATE in more else None
    given = ", ".join(["seed", *more])
    first, _ = outputs_of(forward)
    stored = "x = layer.output" in forward.holder.setup[-1]
    back = f"for layer in reversed({layers}): seed = layer.{method}({given})"
    if stored:
        back = f"{back} or layer.dinputs"
    yield Backward((*first, f"seed = {seed}", back), "None", form, rate, cost)


def only_unknown(function: Callable[..., Any], names: Mapping[str, str]) -> str:
    """The one argument of a function, where its name does not show what it is; else nothing.

    It may be targets as well as the derivative of the cost: `g` of `backward(g)`.
    """
    asked = [p.name for p in arguments.asked(function)]
    known = len(asked) != 1 or roles.role(asked[0]) != "" or asked[0] in names
    return "" if known else asked[0]


def calls(
    forward: Forward,
    written: Written,
    text: str,
    function: Callable[..., Any],
    seeds: list[tuple[str, str]],
    wraps: Mapping[str, str],
) -> Iterator[Backward]:
    """Lines before a call and the call, with what each argument may be."""
    first, outputs = outputs_of(forward)
    count = conventions.COUNTS.get(forward.examples, "1")
    first = (*(f"own.{each} = {count}" for each in written.counts), *first)
    names = forward.holder.names
    near = {**forward.holder.near, **{each: each for each in forward.names}}
    alone = forward.examples not in conventions.TOGETHER
    others = [n for n in forward.names if n != outputs and outputs in forward.names]
    given = {
        "inputs": wraps.get("inputs", "x"),
        "targets": wraps.get("targets", "y"),
        "outputs": arguments.EITHER.join([outputs, *others[::-1][:2]]),
        "epochs": "1",
        "rate": RATE,
        "batch size": count,
        "count": count,
        "nothing": "0",
        "penalty": PENALTY,
    }
    asked = {roles.role(p.name) for p in arguments.required(function) or ()}
    if "targets" not in asked:
        given["outputs"] = arguments.EITHER.join([given["targets"], given["outputs"]])
    elif "inputs" not in asked:  # a batch is then its examples
        given["pairs"] = given["inputs"]
    if alone and "pairs" not in given:
        given["pairs"] = "[(x, y)]"
    if forward.output.startswith("out['"):
        given["cache"] = "out"
    elif forward.output.startswith("out["):
        others = [n for n in forward.names if n != outputs]
        of_every_layer = not others and forward.output not in ("out[0]", "out[1]")
        given["cache"] = others[-1] if others else "out[1]"
        if len(forward.names) > 2 or of_every_layer:
            given["cache"] = "out"
    else:
        given["cache"] = outputs
    handed = list(handed_over(function, forward.holder, written))
    wants_seed = any(
        roles.role(p.name) == "seed" and p.name not in {**names, **dict(handed)}
        for p in arguments.required(function) or ()
    )
    if wants_seed and forward.size < 3:
        return  # a layer alone is no network
    unknown = only_unknown(function, names)
    ways = seeds if wants_seed else [("", ""), *(seeds if unknown and forward.size > 2 else [])]
    for seed, cost in ways:
        more = {**given, "seed": "seed"} if seed else given
        lines = (*first, f"seed = {seed}") if seed else first
        known = [{**near, name: path} for name, path in handed] or [near]
        if seed and unknown:
            known = [{**near, unknown: "seed"}]
        texts = (t for each in known for t in arguments.calls(function, more, names, each))
        for arguments_text in texts:
            if WHOLE.search(arguments_text) and len(forward.names) > 1:
                kept = [each for each in lines if not each.endswith(f"= {forward.training}")]
                pair = (f"out = {forward.training}", f"{', '.join(forward.names)} = out")
                lines = (*pair, *kept)
            uses_rate = RATE in [a.strip().rpartition("=")[2] for a in arguments_text.split(",")]
            rate = RATE if uses_rate else None
            guess = bool(unknown) and not seed
            yield Backward(lines, f"{text}({arguments_text})", "", rate, cost, guess)


def lines_of(text: str, space: dict[str, Any]) -> None:
    exec(compile(text, "<adapter>", "exec"), space)


@dataclass
class After:
    """What a call left: the value's arrays, the new arrays of objects, and whether it moved."""

    value: list[tuple[str, Array]]
    stored: list[tuple[str, Array]]
    moved: bool


def arrays_in(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, Array]]:
    """The arrays of a value, with how each is written; rows of numbers are arrays."""
    from chainrule.workshop.guarded.recognition.tensors import is_node, is_number, plain

    if isinstance(value, dict):
        for key, each in list(value.items())[:200]:
            yield from arrays_in(each, f"{path}[{key!r}]", depth + 1)
        return
    if isinstance(value, (list, tuple)) and value and depth < 5:
        if all(map(is_number, value)):
            yield path, np.array(value, np.float64)
            return
        rows = [v for v in value if isinstance(v, list) and v and all(map(is_number, v))]
        if len(rows) == len(value) and len({len(r) for r in rows}) == 1 and depth > 0:
            yield path, np.array(value, np.float64)
            return
        for i, each in enumerate(value[:200]):
            yield from arrays_in(each, f"{path}[{i}]", depth + 1)
        return
    if own_object(value) and depth < 2 and not is_node(value):
        for name, each in attributes(value).items():
            yield from arrays_in(each, f"{path}.{name}", depth + 1)
        return
    found = plain(value)
    if isinstance(found, np.ndarray) and found.dtype.kind == "O" and found.ndim == 1:
        for i, each in enumerate(found[:200]):
            yield from arrays_in(each, f"{path}[{i}]", depth + 1)
    elif isinstance(found, (np.ndarray, np.floating, float)) and np.result_type(found).kind == "f":
        yield path, np.array(found, np.float64)


def stored(space: dict[str, Any], apart: set[int]) -> Iterator[tuple[str, Any]]:
    """The arrays that can be reached, other than the parameters themselves."""
    inner = {k: v for k, v in space.items() if k not in ("np", "own", "x", "y")}
    for top, before in ((inner, ""), (space["own"].__dict__, "own.")):
        for path, value in walk(top, before):
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and id(value) not in apart:
                yield path, value
