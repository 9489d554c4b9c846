"""What a file has to build a network of: activations, layers, and words that stand for them."""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.workshop.guarded.recognition import roles
from chainrule.workshop.guarded.recognition.reachable import is_floats, own_object, walk
from chainrule.workshop.guarded.recognition.time_limit import TooLong, within
from chainrule.workshop.guarded.recognition.uses import Uses

ONE_CALL = 0.5
ACTIVATIONS = ("sigmoid", "tanh", "relu", "logistic", "sigm", "sig", "leakyrelu", "softmax")
"""Names of activations, those first that are smooth."""
KINDS = {
    "activation": {"activation", "act", "acfunc", "transfer", "sigma", "nonlinearity", "f", "g"},
    "loss": {"loss", "cost", "criterion", "error", "objective"},
    "start": {"init", "initializer", "initialiser", "initialization", "start"},
    "optimizer": {"optimizer", "optimiser", "optim", "opt"},
}
DERIVED = {"prime", "deriv", "derivative", "der", "derivate", "d", "grad", "gradient"}
WORDS = {
    "loss": {"loss", "mse", "nll", "cost", "bce", "ce", "cross", "entropy", "error", "criterion"},
    "start": {"init", "initializer", "initialize", "zeros", "normal", "random", "xavier", "he"},
    "optimizer": {"sgd", "optimizer", "gd", "gradient", "descent", "adam"},
}
MOST_GIVEN = 2
WHOLE = "_"
"""Stands for what is called, where only the arguments matter."""
AWAY = re.compile(r"(?<![\w.])([456])(?![\w.])")


@dataclass
class Parts:
    """The names of a file, and its source."""

    module: ModuleType
    tree: ast.Module

    def given(self, name: str, used: Uses) -> list[str]:
        """What an argument may be that is no size: a word, a function, an object of the file."""
        if used.strings:
            known = sorted(used.strings, key=activation_order)
            return [repr(word) for word in known[:MOST_GIVEN]]
        kind = kind_of(name)
        if used.empty:
            return self.functions(name, kind, Uses(counts={1})) if kind == "activation" else []
        called = used.counts and not used.attributes
        if not kind and not called:
            return []
        if used.counts:
            used.attributes.add("__call__")
        found = self.functions(name, kind, used) if called else self.objects(name, kind, used)
        return list(found)[:MOST_GIVEN]

    def functions(self, name: str, kind: str, used: Uses) -> list[str]:
        """Functions of the file that are called with as many arguments."""
        derived = bool(set(roles.words(name)) & DERIVED)
        able = [
            each
            for each, value in vars(self.module).items()
            if inspect.isfunction(value)
            and takes(value, used.counts)
            and bool(set(roles.words(each)) & DERIVED or each.startswith("d")) == derived
        ]
        able = sorted(able, key=lambda each: -likeness(each, name, kind))
        able = [each for each in able if likeness(each, name, kind) > 0]
        if able:
            return [f"own.{each}" for each in able]
        if kind == "activation" and used.counts == {1} and not derived:
            return ["np.tanh"]
        objects = self.objects(name, kind, Uses(attributes={"__call__"}))
        return objects or (["np.random.randn"] if kind == "start" else [])

    def objects(self, name: str, kind: str, used: Uses) -> list[str]:
        """Objects and classes of the file that have what the source asks them for."""
        found: list[tuple[int, str]] = []
        for each, value in list(vars(self.module).items()):
            if each.startswith("_") or isinstance(value, ModuleType):
                continue
            points = likeness(each, name, kind)
            if isinstance(value, type) and value.__module__ != "builtins":
                if all(hasattr(value, a) for a in used.attributes):
                    made = attempt(value)
                    found.append((points, f"own.{each}()" if made is not None else f"own.{each}"))
                elif (made := attempt(value)) is not None and all(
                    hasattr(made, a) for a in used.attributes
                ):
                    found.append((points, f"own.{each}()"))
            elif own_object(value) and all(hasattr(value, a) for a in used.attributes):
                found.append((points + 1, f"own.{each}"))
        return [text for points, text in sorted(found, key=lambda f: -f[0]) if points > 0]

    def stacks(self) -> Iterator[str]:
        """Lists of layers that make a network of the usual sizes."""
        from chainrule.workshop.guarded.recognition.constructors import sizes

        between = self.between()
        for name, kind in self.layers():
            for text in filter(lambda text: self.has_matrix(name, text), sizes(kind, {}, self)):
                first, last = (layer(name, text, *pair) for pair in ((5, 6), (6, 4)))
                if between:
                    yield f"[{first}, {between}, {last}, {between}]"
                    yield f"[{first}, {between}, {last}]"
                else:
                    yield f"[{first}, {last}]"
                break

    def layers(self) -> Iterator[tuple[str, type]]:
        """The classes that may be layers with weights."""
        for name, kind in vars(self.module).items():
            if isinstance(kind, type) and runs_forward(kind):
                words = set(roles.words(name))
                if words & {"dense", "linear", "layer", "fc", "affine", "connected", "fully"}:
                    yield name, kind

    def has_matrix(self, name: str, text: str) -> bool:
        """Whether a layer can be made so, and has weights."""
        space = {"own": self.module, "np": np}
        try:
            with within(ONE_CALL):
                made = eval(compile(f"own.{name}({text})", "<adapter>", "eval"), space)
        except (Exception, TooLong):
            return False
        return any(is_floats(v) and v.ndim == 2 for _, v in walk({"v": made}))

    def between(self) -> str:
        """An activation of the file that is a layer of its own."""
        found: list[tuple[int, str]] = []
        for name, kind in vars(self.module).items():
            if isinstance(kind, type) and runs_forward(kind) and order_of(name) < len(ACTIVATIONS):
                made = attempt(kind)
                if made is not None and not any(is_floats(v) for _, v in walk({"v": made})):
                    found.append((order_of(name), f"own.{name}()"))
        return min(found)[1] if found else ""

    # --- what the file writes itself -----------------------------------------------------------

    def calls(self, name: str) -> Iterator[str]:
        """The arguments with which the file calls one of its functions, where they are known."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and called(node) == name:
                text = self.resolved(node)
                if text is not None:
                    yield text

    def built(self, name: str) -> Iterator[tuple[str, ...]]:
        """The calls after `net = Net(...)` on the same object: `net.add(Dense(5, 6))`."""
        for node in ast.walk(self.tree):
            lines = getattr(node, "body", None)
            body: list[ast.stmt] = lines if isinstance(lines, list) else []
            for i, line in enumerate(body):
                if (
                    isinstance(line, ast.Assign)
                    and isinstance(line.value, ast.Call)
                    and called(line.value) == name
                    and isinstance(line.targets[0], ast.Name)
                ):
                    first = self.resolved(line.value)
                    after = list(self.chain(line.targets[0].id, body[i + 1 :]))
                    if first is not None and after:
                        yield (f"net = own.{name}({first})", *after)

    def chain(self, name: str, lines: list[ast.stmt]) -> Iterator[str]:
        """The calls that add something to an object, as far as they can be repeated."""
        for line in lines:
            call = line.value if isinstance(line, ast.Expr) else None
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if not isinstance(call.func.value, ast.Name) or call.func.value.id != name:
                continue
            if roles.words(call.func.attr)[:1] not in (["add"], ["append"], ["use"], ["set"]):
                continue
            text = self.resolved(call)
            if text is None:
                return
            yield f"net.{call.func.attr}({text})"

    def resolved(self, call: ast.Call) -> str | None:
        """The arguments of a call with every name as it is known at the top of the file."""
        inner = ast.Call(ast.Name(WHOLE, ast.Load()), call.args, call.keywords)
        whole = Resolve(self).visit(copy.deepcopy(inner))
        return None if whole is None else ast.unparse(whole)[len(WHOLE) + 1 : -1]

    def literal(self, name: str) -> ast.expr | None:
        """The value of a name that the file writes out once: `dims = [2, 6, 10, 1]`."""
        found = [
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == name
        ]
        try:
            ast.literal_eval(found[0] if len(found) == 1 else ast.Name(name))
        except (ValueError, TypeError):
            return None
        return found[0]


class Resolve(ast.NodeTransformer):
    """Every name in an expression as what it stands for; None where one is unknown."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.unknown = False

    def visit(self, node: ast.AST) -> Any:
        whole = super().visit(node)
        return None if self.unknown and isinstance(node, ast.Call) and is_whole(node) else whole

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == WHOLE or hasattr(builtins, node.id):
            return node
        value = vars(self.parts.module).get(node.id)
        if value is np:
            return ast.Name("np", ast.Load())
        if node.id in vars(self.parts.module):
            return ast.Attribute(ast.Name("own", ast.Load()), node.id, ast.Load())
        literal = self.parts.literal(node.id)
        if literal is None:
            self.unknown = True
            return node
        return copy.deepcopy(literal)


def is_whole(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == WHOLE


def called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def kind_of(name: str) -> str:
    """What an argument is for: an activation, a loss, a start; nothing that is known."""
    parts = {each.removesuffix("s") for each in (roles.joined(name), *roles.words(name))}
    return next((kind for kind, table in KINDS.items() if parts & table), "")


def likeness(candidate: str, name: str, kind: str) -> int:
    """How much a function or an object of the file is what an argument asks for."""
    parts, own = set(roles.words(candidate)), set(roles.words(name)) - {"fn", "func", "function"}
    points = 2 * len(parts & own)
    if kind == "activation" and order_of(candidate) < len(ACTIVATIONS):
        points += 10 - order_of(candidate)
    return points + 3 * len(parts & WORDS.get(kind, set()))


def order_of(name: str) -> int:
    """The place of an activation whose name is part of another."""
    plain = roles.joined(name)
    return next((i for i, each in enumerate(ACTIVATIONS) if each in plain), len(ACTIVATIONS))


def activation_order(word: str) -> int:
    return order_of(word)


def takes(function: Any, counts: set[int]) -> bool:
    """Whether a function can be called with so many arguments."""
    given = inspect.signature(function).parameters.values()
    least = sum(p.default is p.empty for p in given)
    return all(least <= n <= len(given) for n in counts)


def attempt(kind: type) -> Any:
    """An object of a class that needs nothing to be made; None for any other."""
    try:
        with within(ONE_CALL):
            return kind()
    except (Exception, TooLong):
        return None


def runs_forward(kind: type) -> bool:
    return any(
        callable(getattr(kind, name, None))
        for name in ("forward", "__call__", "forward_propagation", "forward_pass", "feedforward")
    ) and kind.__module__ not in ("builtins", "typing")


def layer(name: str, text: str, inputs: int, outputs: int) -> str:
    return f"own.{name}({with_widths(text, inputs, outputs)})"


def with_widths(text: str, inputs: int, outputs: int) -> str:
    """Arguments with other sizes: 5 stands for inputs, 6 and 4 for outputs."""
    widths = {"5": str(inputs), "6": str(outputs), "4": str(outputs)}
    return AWAY.sub(lambda found: widths[found.group(1)], text)
