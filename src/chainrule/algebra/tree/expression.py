"""The tree: immutable, interned nodes that know their shape.

A node is an operation applied to argument nodes, with parameters that are plain values (a name, a
number, an axis). Nodes are interned: the same operation on the same arguments is the same object,
so `is` and `==` are structural equality and a node is a dictionary key at no cost. Where a node
stood in a text is not part of it; see `syntax`.

Nothing here recurses. Walk a tree with `postorder`, rewrite it with `rebuild` or `substitute`.
Sets of nodes have no stable order, so iterate over dictionaries, lists or `postorder` instead.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np

from chainrule.algebra.errors import LimitError, ShapeError
from chainrule.algebra.tree.shapes import Dimension, Shape

MAX_DEPTH = 20_000
"""How deep a tree may be. What may be typed is far shallower; see `parser`."""

UNKNOWN: Shape = ("?", "?")
"""The shape of a node whose arguments do not fit; see `misfit`."""

Array = np.ndarray[Any, Any]
Index = tuple[str, Dimension]
"""An index letter and the size it runs over: ("j", "n1")."""

# How tightly an operation's text binds. A part that binds less tightly is put in brackets.
COMPARISON, SUM, NEGATION, PRODUCT, POWER, POSTFIX, ATOM = range(7)


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """One operation: its name, shape, value, local derivative and text, side by side.

    shape(args, params)      the shape of the result; raises ShapeError.
    value(node, values, at)  NumPy's answer. Arrays are (..., rows, columns): leading axes are
                             batches, so use axes -2 and -1. Complex input is branched on its real
                             part and otherwise treated analytically, so that a complex step works.
    adjoint(node, g, i)      what argument i receives when the node receives `g`, or None if that
                             is zero. `g` broadcasts to the node's shape; the answer broadcasts to
                             the argument's shape, or to the node's if `broadcasts` is set.
    text(node, parts)        the node as text, given its arguments as text.
    binding                  how tightly that text binds.
    rule                     the rule of differentiation, as a person would call it.
    broadcasts               elementwise: arguments stretch to the node's shape.
    margin(node, values)     how far the arguments are from a kink, as a number; None: no kink.
    """

    name: str
    shape: Callable[[tuple[Expression, ...], tuple[Any, ...]], Shape]
    value: Callable[[Expression, list[Array], Setting], Array]
    adjoint: Callable[[Expression, Expression, int], Expression | None]
    text: Callable[[Expression, list[Part]], str]
    rule: str
    binding: int = ATOM
    broadcasts: bool = False
    margin: Callable[[Expression, list[Array]], float] | None = None
    indices: Callable[[tuple[Expression, ...], tuple[Any, ...]], tuple[Index, ...]] | None = None

    def __repr__(self) -> str:
        return f"<operation {self.name}>"


@dataclass(frozen=True, slots=True)
class Part:
    """An argument's text and how tightly it binds."""

    text: str
    binding: int
    node: Expression

    def within(self, binding: int) -> str:
        """The text, in brackets if it binds less tightly than `binding`."""
        return self.text if self.binding >= binding else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a value depends on besides the arguments' values."""

    values: Mapping[str, Array]
    sizes: Mapping[str, int]
    axes: Mapping[str, int]
    """For each index letter, its axis counted from the end (-3, -4, ...)."""


class Expression:
    """A node. Make one with the functions of `leaves`, `arithmetic`, ...; never directly.

    operation, args, params: what it is. shape: (rows, columns). indices: the free index letters,
    sorted, each with its size. depth: of the tree, a leaf having 1. size: nodes of the tree,
    counted as often as they are written.
    """

    __slots__ = ("__weakref__", "args", "depth", "indices", "operation", "params", "shape", "size")

    operation: Operation
    args: tuple[Expression, ...]
    params: tuple[Any, ...]
    shape: Shape
    indices: tuple[Index, ...]
    depth: int
    size: int

    @property
    def name(self) -> str:
        """The operation's name; a leaf's own name is `params[0]`."""
        return self.operation.name

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("an expression cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("an expression cannot be changed")

    def __copy__(self) -> Expression:
        return self

    def __deepcopy__(self, memo: object) -> Expression:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("an expression is stored as its text: print it, and parse it again")

    def __repr__(self) -> str:
        parts = "".join(f" {p}" for p in self.params)
        return f"<{self.operation.name}{parts}, {len(self.args)} arguments, shape {self.shape}>"


class _Reference(weakref.ref[Expression]):
    """A weak reference that knows its key, so that the entry of a dead node can be dropped."""

    __slots__ = ("key",)
    key: Hashable


_table: dict[Hashable, _Reference] = {}
_dead: deque[Any] = deque()
_lock = threading.Lock()
_set = object.__setattr__


def node(
    operation: Operation,
    args: tuple[Expression, ...] = (),
    params: tuple[Hashable, ...] = (),
) -> Expression:
    """The node of `operation` on `args`: the one that exists, or a new one.

    Raises ShapeError if the shapes do not fit, LimitError if the tree is too deep.
    """
    key = (operation, args, params)
    found = _table.get(key)
    if found is not None:
        existing = found()
        if existing is not None:
            return existing
    try:
        shape = operation.shape(args, params)
        if UNKNOWN[0] in shape:  # the sum down the columns of a misfit, say
            shape = UNKNOWN
        if operation.indices is not None:
            indices = operation.indices(args, params)
        else:
            indices = merged_indices(args)
    except ShapeError as error:
        if error.attempt is None:
            error.attempt = (operation, args, params)
        raise
    return _interned(key, operation, args, params, shape, indices)


def misfit(
    operation: Operation,
    args: tuple[Expression, ...],
    params: tuple[Hashable, ...] = (),
) -> Expression:
    """The node that `node` refuses because its sizes do not fit: it has text, but no value.

    For looking at what was written, never for computing. Its shape is UNKNOWN.
    """
    key = (misfit, operation, args, params)
    found = _table.get(key)
    existing = found() if found is not None else None
    if existing is not None:
        return existing
    return _interned(key, operation, args, params, UNKNOWN, ())


def fits(root: Expression) -> bool:
    """Whether no part of the tree is a `misfit`."""
    return all(part.shape != UNKNOWN for part in postorder(root))


def _interned(
    key: Hashable,
    operation: Operation,
    args: tuple[Expression, ...],
    params: tuple[Hashable, ...],
    shape: Shape,
    indices: tuple[Index, ...],
) -> Expression:
    depth = size = 1
    for arg in args:
        size += arg.size
        if arg.depth >= depth:
            depth = arg.depth + 1
    if depth > MAX_DEPTH:
        raise LimitError(f"the expression is nested more than {MAX_DEPTH} deep")
    new = Expression.__new__(Expression)
    _set(new, "operation", operation)
    _set(new, "args", args)
    _set(new, "params", params)
    _set(new, "shape", shape)
    _set(new, "indices", indices)
    _set(new, "depth", depth)
    _set(new, "size", size)
    with _lock:
        # A dead node's entry is what keeps its arguments alive. Dropping entries here, one by
        # one, is why a deep tree dies without recursion.
        while _dead:
            gone = _dead.popleft()
            if _table.get(gone.key) is gone:
                del _table[gone.key]
        found = _table.get(key)
        existing = found() if found is not None else None
        if existing is not None:  # another thread was first
            return existing
        reference = _Reference(new, _dead.append)
        reference.key = key
        _table[key] = reference
    return new


def merged_indices(args: tuple[Expression, ...]) -> tuple[Index, ...]:
    """The free indices of all arguments, sorted. ShapeError if a letter has two sizes."""
    if not args:
        return ()
    merged = args[0].indices
    for arg in args[1:]:
        if arg.indices and arg.indices != merged:
            merged = tuple(
                sorted({*merged, *arg.indices}, key=lambda index: (index[0], str(index[1])))
            )
    for (letter, size), (following, other) in pairwise(merged):
        if letter == following:
            raise ShapeError(
                f"index `{letter}` runs over {size} in one place and {other} in another"
            )
    return merged


def postorder(*roots: Expression) -> Iterator[Expression]:
    """Every node of the trees once, arguments before the nodes that use them, left to right."""
    seen: set[Expression] = set()
    for root in roots:
        stack: list[tuple[Expression, bool]] = [(root, False)]
        while stack:
            current, done = stack.pop()
            if done:
                yield current
            elif current not in seen:
                seen.add(current)
                stack.append((current, True))
                stack.extend((arg, False) for arg in reversed(current.args) if arg not in seen)


def rebuild(root: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The tree with `change` applied to every node, from the leaves upwards.

    `change` sees each node with its arguments already changed.
    """
    done: dict[Expression, Expression] = {}
    for current in postorder(root):
        done[current] = change(with_args(current, tuple(done[arg] for arg in current.args)))
    return done[root]


def substitute(root: Expression, by: Mapping[Expression, Expression]) -> Expression:
    """The tree with every node that is a key of `by` replaced; replacements are left alone."""
    done: dict[Expression, Expression] = dict(by)
    stack = [root]
    while stack:
        current = stack[-1]
        if current in done:
            stack.pop()
            continue
        missing = [arg for arg in current.args if arg not in done]
        if missing:
            stack.extend(reversed(missing))
            continue
        done[current] = with_args(current, tuple(done[arg] for arg in current.args))
        stack.pop()
    return done[root]


def with_args(original: Expression, args: tuple[Expression, ...]) -> Expression:
    """The same operation with the same parameters on other arguments."""
    return original if args == original.args else node(original.operation, args, original.params)


def occurrences(root: Expression) -> Iterator[tuple[tuple[int, ...], Expression]]:
    """Every place of the tree with the path to it, a path being argument numbers from the root.

    A node that is written twice is met twice.
    """
    stack: list[tuple[tuple[int, ...], Expression]] = [((), root)]
    while stack:
        path, current = stack.pop()
        yield path, current
        stack.extend(((*path, i), arg) for i, arg in reversed(list(enumerate(current.args))))


def at(root: Expression, path: tuple[int, ...]) -> Expression:
    """The node at `path`."""
    for i in path:
        root = root.args[i]
    return root


def replace_at(root: Expression, path: tuple[int, ...], new: Expression) -> Expression:
    """The tree with the one place at `path` replaced by `new`. ShapeError if it does not fit."""
    spine = [root]
    for i in path[:-1]:
        spine.append(spine[-1].args[i])
    for parent, i in zip(reversed(spine), reversed(path), strict=False):
        new = with_args(parent, (*parent.args[:i], new, *parent.args[i + 1 :]))
    return new
