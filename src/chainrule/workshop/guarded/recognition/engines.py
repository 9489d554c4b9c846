"""Networks whose gradients an engine works out: PyTorch, or somebody's own numbers and tensors.

The cost is then ours, built with the engine's operations, and the adapter says which it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import conventions
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.tensors import from_torch, is_node, plain
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within

TORCH = "torch.as_tensor(x, dtype=torch.{})"
SQUARES = (
    "sum((a - b) * (a - b) for a, b in zip(out, y))",
    "sum(((a - b) * (a - b) for a, b in zip(out[1:], y[1:])), (out[0] - y[0]) * (out[0] - y[0]))",
    "sum(((a + -b) * (a + -b) for a, b in zip(out[1:], y[1:])), (out[0] + -y[0]) ** 2)",
)
"""The squared distance of a list of numbers, in what operations there are."""
SUMS = "sum(((a + b) * (a + b) for a, b in zip(out[1:], y[1:])), (out[0] + y[0]) * (out[0] + y[0]))"
"""The same of targets with their signs turned, where there are only sums and products."""
EACH = "[own.{}(float(v)) for v in x]"
NUMBERS = ("one at a time, (n,)", "one at a time, a list")
"""How networks of numbers with gradients take an example."""
TENSOR_SQUARES = (
    "((out - {y}) * (out - {y})).sum()",
    "((out - {y}) ** 2).sum()",
    "((out - {y}) * (out - {y})).mean()",
    "((out - {y}) ** 2).mean()",
    "own.sum((out - {y}) * (out - {y}))",
)


def wraps(module: ModuleType) -> list[str]:
    """What examples are given as: arrays, then tensors of PyTorch or of the file's own classes."""
    found = ["x"]
    if "torch" in vars(module) or any(map(of_torch, vars(module).values())):
        found += [TORCH.format("float64"), TORCH.format("float32")]
    for name, value in list(vars(module).items()):
        if isinstance(value, type) and value.__module__.split(".")[0] not in ("builtins", "numpy"):
            if is_made(f"own.{name}(x)", module, (3, 2)):
                found.append(f"own.{name}(x)")
            if is_made(each := EACH.format(name), module, (3,)):
                found.append(each)
    return found


def of_torch(value: Any) -> bool:
    kind = value if isinstance(value, type) else type(value)
    return any(k.__module__.split(".")[0] == "torch" for k in kind.__mro__)


def is_made(text: str, module: ModuleType, shape: tuple[int, ...]) -> bool:
    """Whether a class makes a tensor of somebody's own of an array, or numbers of a row."""
    space = {"own": module, "np": np, "x": np.ones(shape)}
    try:
        with within(0.5):
            value = evaluated(text, space)
    except (Exception, TooLong):
        return False
    one = value[0] if isinstance(value, list) else value
    return is_node(one) and np.shape(plain(value)) == shape


def as_batch(forward: Forward) -> Forward:
    """The outputs of all examples, made by numbers with gradients: one graph has all of them."""
    rows = "x.tolist()" if forward.examples.endswith("list") else "x"
    call = f"[{forward.call}{forward.output[3:]} for x in {rows}]"
    return replace(forward, examples="rows", call=call, output="out")


def readings(forward: Forward) -> Iterator[tuple[Forward, str, tuple[str, ...], str]]:
    """Parameters, the lines of `gradients`, and the cost, for outputs that an engine made.

    Those of one graph for all examples first: in it each parameter is used more than once.
    """
    kind = kind_of(forward)
    if kind == "":
        return
    whole, grads, zero = parameters(forward.holder, forward.parameters)
    if kind == "torch":
        count = "1" if forward.examples not in conventions.TOGETHER else "out.shape[0]"
        lines = (
            f"out = {forward.call}{forward.output[3:]}",
            f"for p in {zero}: p.grad = None",
            "y = torch.as_tensor(y, dtype=out.dtype).reshape(out.shape)",
            f"loss = ((out - y) ** 2).sum() / 2 / {count}",
            "loss.backward()",
            f"return {grads}",
        )
        yield forward, whole, lines, "quadratic"
        return
    if kind == "numbers":
        value = evaluated_out(forward)
        alone = not isinstance(value, (list, tuple))
        one = value if alone else value[0]
        losses = [("y = [*np.ravel(y)]", text) for text in SQUARES]
        kind_name = type(one).__name__
        if getattr(forward.holder.space["own"], kind_name, None) is type(one):
            losses.append((f"y = [own.{kind_name}(-float(v)) for v in np.ravel(y)]", SUMS))
        if forward.examples in NUMBERS:
            batch = as_batch(forward)
            flat = batch.call if alone else f"[v for row in {batch.call} for v in row]"
            means = grads.replace(".grad", ".grad / len(x)")
            for lines in with_losses(f"out = {flat}", losses, zero, means):
                yield batch, whole, lines, "squared"
        call = f"{forward.call}{forward.output[3:]}"
        out = f"out = [{call}]" if alone else f"out = {call}"
    else:
        first = f"y = {wrapper(forward.call)}"
        losses = [(first, text.format(y="y")) for text in TENSOR_SQUARES]
        out = f"out = {forward.call}{forward.output[3:]}"
    for lines in with_losses(out, losses, zero, grads):
        yield forward, whole, lines, "squared"


def with_losses(
    out: str, losses: Sequence[tuple[str, str]], zero: str, grads: str
) -> Iterator[tuple[str, ...]]:
    """The lines of `gradients` for each cost of ours and each way to begin with no gradients."""
    for first, loss in losses:
        for clear in ("0", "None", "p.grad * 0"):
            yield (
                first,
                out,
                f"for p in {zero}: p.grad = {clear}",
                f"loss = {loss}",
                "loss.backward()",
                f"return {grads}",
            )


def wrapper(call: str) -> str:
    """How targets are wrapped where examples are: `own.Tensor(y)` for `net(own.Tensor(x))`."""
    at = call.rfind("own.", 0, call.find("(x)"))
    if at < 0 or call[at : call.find("(x)")].count("(") > 0:
        return "y"
    return f"{call[at : call.find('(x)')]}(y)"


def evaluated_out(forward: Forward) -> Any:
    """The outputs for one example or for all, before they are made plain."""
    space = dict(forward.holder.space)
    X = np.random.default_rng(0).normal(size=(3, forward.inputs))
    space["x"] = next(conventions.batches(forward.examples, X))
    try:
        with within(1.0), np.errstate(all="ignore"):
            space["out"] = evaluated(forward.call, space)
            return evaluated(forward.output, space)
    except (Exception, TooLong):
        return None


def kind_of(forward: Forward) -> str:
    """`torch`, `numbers`, `tensors` of somebody's own, or nothing for arrays."""
    value = evaluated_out(forward)
    one = value[0] if isinstance(value, (list, tuple)) and value else value
    if from_torch(value):
        return "torch" if value.requires_grad else ""
    if is_node(one):
        return (
            "tensors" if isinstance(plain(one), np.ndarray) and np.ndim(plain(one)) else "numbers"
        )
    return ""


def parameters(holder: Holder, paths: tuple[str, ...]) -> tuple[str, str, str]:
    """The parameters, their gradients, and a list of all of them."""
    owner = holder.owner
    value = evaluated(owner, holder.space) if owner else None
    if value is not None and callable(getattr(value, "parameters", None)):
        layers = getattr(value, "layers", None)
        if (
            isinstance(layers, (list, tuple))
            and layers
            and all(callable(getattr(layer, "parameters", None)) for layer in layers)
            and all(is_node(p) and np.ndim(plain(p)) == 0 for p in value.parameters())
        ):
            each = f"[[p.grad for p in layer.parameters()] for layer in {owner}.layers]"
            return (
                f"[list(layer.parameters()) for layer in {owner}.layers]",
                each,
                f"{owner}.parameters()",
            )
        held = value.parameters()
        many = list(held.values()) if isinstance(held, dict) else list(held)
        if many and all(is_node(p) or from_torch(p) for p in many):
            each = f"{owner}.parameters()" + (".values()" if isinstance(held, dict) else "")
            return f"list({each})", f"[p.grad for p in {each}]", each
    rows = [p for p in paths if isinstance(evaluated(p, holder.space), list)]
    if rows:
        each = ", ".join(f"[p.grad for p in {p}]" if p in rows else f"{p}.grad" for p in paths)
        flat = ", ".join(f"*{p}" if p in rows else p for p in paths)
        return f"[{', '.join(paths)}]", f"[{each}]", f"[{flat}]"
    listed = f"[{', '.join(paths)}]"
    return listed, f"[{', '.join(f'{p}.grad' for p in paths)}]", listed
