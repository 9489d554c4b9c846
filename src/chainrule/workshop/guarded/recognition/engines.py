"""Networks whose gradients an engine works out: PyTorch, or somebody's own numbers and tensors.

The cost is then ours, built with the engine's operations, and the adapter says which it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import conventions
from chainrule.workshop.guarded.recognition.fit import Fitted
from chainrule.workshop.guarded.recognition.forwards import Forward
from chainrule.workshop.guarded.recognition.holders import Holder, evaluated
from chainrule.workshop.guarded.recognition.tensors import from_torch, is_node, plain
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within

TORCH = "torch.as_tensor(x, dtype=torch.{})"
SQUARES = (
    "sum((a - b) * (a - b) for a, b in zip(out, y))",
    "sum(((a - b) * (a - b) for a, b in zip(out[1:], y[1:])), (out[0] - y[0]) * (out[0] - y[0]))",
    "sum(((a + -b) ** 2 for a, b in zip(out[1:], y[1:])), (out[0] + -y[0]) ** 2)",
)
"""The squared distance of a list of numbers, in what operations there are."""
TENSOR_SQUARES = (
    "((out - {y}) * (out - {y})).sum()",
    "((out - {y}) ** 2).sum()",
    "((out - {y}) * (out - {y})).mean()",
    "((out - {y}) ** 2).mean()",
    "own.sum((out - {y}) * (out - {y}))",
)


TWICE = 2.0
"""The gradients of the squared distance, beside those of the quadratic cost."""


def wraps(module: ModuleType) -> list[str]:
    """What examples are given as: arrays, then tensors of PyTorch or of the file's own classes."""
    found = ["x"]
    if "torch" in vars(module) or any(map(of_torch, vars(module).values())):
        found += [TORCH.format("float64"), TORCH.format("float32")]
    for name, value in list(vars(module).items()):
        if isinstance(value, type) and value.__module__.split(".")[0] not in ("builtins", "numpy"):
            for text in (f"own.{name}(x)",):
                if is_array_node(text, module):
                    found.append(text)
    return found


def of_torch(value: Any) -> bool:
    kind = value if isinstance(value, type) else type(value)
    return any(k.__module__.split(".")[0] == "torch" for k in kind.__mro__)


def is_array_node(text: str, module: ModuleType) -> bool:
    """Whether a class makes a tensor of somebody's own of an array."""
    space = {"own": module, "np": np, "x": np.ones((3, 2))}
    try:
        with within(0.5):
            value = evaluated(text, space)
    except (Exception, TooLong):
        return False
    return is_node(value) and np.shape(plain(value)) == (3, 2)


def readings(forward: Forward) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """Parameters, the lines of `gradients`, the cost, how it is built, for an engine's outputs."""
    kind = kind_of(forward)
    if kind == "":
        return
    whole, grads, zero = parameters(forward.holder, forward.parameters)
    if kind == "torch":
        count = "1" if forward.examples not in conventions.TOGETHER else "out.shape[0]"
        lines = (
            f"out = {forward.call}{forward.output[3:]}",
            f"for p in {zero}: p.grad = 0 * p.data if p.requires_grad else None",
            "y = torch.as_tensor(y, dtype=out.dtype).reshape(out.shape)",
            f"loss = ((out - y) ** 2).sum() / 2 / {count}",
            "loss.backward()",
            f"return {grads}",
        )
        yield whole, lines, "quadratic", "torch"
        return
    wrap = wrapper(forward.call)
    if kind == "numbers":
        losses = [(text, "y = [*np.ravel(y)]") for text in SQUARES]
        out = f"out = {forward.call}{forward.output[3:]}"
        value = evaluated_out(forward)
        if not isinstance(value, (list, tuple)):
            out = f"out = [{forward.call}{forward.output[3:]}]"
    else:
        losses = [(text.format(y="y"), f"y = {wrap}") for text in TENSOR_SQUARES]
        out = f"out = {forward.call}{forward.output[3:]}"
    for loss, first in losses:
        for clear in ("0", "None", "p.grad * 0"):
            lines = (
                first,
                out,
                f"for p in {zero}: p.grad = {clear}",
                f"loss = {loss}",
                "loss.backward()",
                f"return {grads}",
            )
            yield whole, lines, "squared", loss


def most_off(found: dict[str, tuple[Fitted, str]]) -> tuple[Fitted, str]:
    """The reading whose gradients are most off, of several by the squared distance.

    It is one cost in different operations: where one does not fit, an operation is wrong.
    """
    sums = [each for loss, each in found.items() if ".mean()" not in loss]
    return min(sums or found.values(), key=lambda each: goodness(each[0]))


def goodness(fitted: Fitted) -> tuple[bool, float, float]:
    times = max(abs(fitted.times / TWICE), 1e-9)
    return fitted.zero, fitted.score, -abs(math.log(times))


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
