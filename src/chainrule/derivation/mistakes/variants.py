"""Many variants of a tree evaluated at once, at one point.

The values of all variants of a place are kept in stacks, one for each shape. What stands above is
worked out for a whole stack in one NumPy call, so that a thousand candidates cost about as much as
a dozen evaluations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.algebra import (
    ENTRY,
    SCALAR,
    SYMBOL,
    UNKNOWN,
    AlgebraError,
    Array,
    Dimension,
    Expression,
    Index,
    OutOfDomain,
    Point,
    Setting,
    Shape,
    concrete,
    entry,
    postorder,
    size_value,
    symbol,
    times,
    with_args,
)
from chainrule.algebra import node as build
from chainrule.derivation.asking.layout import MAX_LETTERS
from chainrule.derivation.asking.question import Question
from chainrule.derivation.asking.time_limit import Patience

Key = tuple[Shape, tuple[Index, ...]]

MAX_NUMBERS = 3_000_000
"""The most numbers in one stack."""

ONE_BY_ONE = 400
"""The most variants of a stack that are worked out one by one."""


@dataclass(slots=True)
class Stack:
    """Variants of one shape: values (count, letters..., rows, columns), and the edits of each."""

    values: Array
    edits: np.ndarray  # (count, 1 or 2) numbers of edits

    def __getitem__(self, keep: np.ndarray | slice) -> Stack:
        return Stack(self.values[keep], self.edits[keep])


@dataclass(slots=True)
class Place:
    """A place of the tree: its own value, and the stacks of its variants with one edit."""

    node: Expression
    own: Array | None
    once: dict[Key, list[Stack]] = field(default_factory=dict[Key, list[Stack]])


@dataclass(frozen=True, slots=True)
class Template:
    """A tree with a leaf that stacks are put in for, and the nodes above it, arguments first."""

    tree: Expression
    hole: Expression
    above: tuple[Expression, ...]


def key_of(tree: Expression) -> Key:
    return tree.shape, tree.indices


def joined(stacks: Sequence[Stack]) -> Stack:
    """Stacks of one shape as one."""
    if len(stacks) == 1:
        return stacks[0]
    return Stack(
        np.concatenate([stack.values for stack in stacks]),
        np.concatenate([stack.edits for stack in stacks]),
    )


class Evaluation:
    """Values of trees at a point; a tree may have index letters, and leaves may be stacks."""

    def __init__(
        self, root: Expression, asked: Question, point: Point, patience: Patience | None = None
    ) -> None:
        self._patience = patience or Patience()
        self.point = point
        self.runs = letters_with_spares(root, asked)
        self.letters = tuple(sorted(self.runs))
        axes = {letter: i - len(self.letters) - 2 for i, letter in enumerate(self.letters)}
        self.setting = Setting(point.values, point.sizes, axes)
        self.sizes = {letter: size_value(size, point.sizes) for letter, size in self.runs.items()}
        self.memo: dict[Expression, Array | None] = {}
        self._sizes_of: dict[Key, tuple[int, ...]] = {}

    def value(self, root: Expression) -> Array | None:
        """The value of a tree, or None if it has none."""
        memo = self.memo
        if root in memo:
            return memo[root]
        self._patience.wait()
        stack = [root]
        while stack:
            current = stack[-1]
            if current in memo:
                stack.pop()
                continue
            missing = [arg for arg in current.args if arg not in memo]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if current.operation is SYMBOL and current.params[0] not in self.point.values:
                self.point.value(current)
            values = [memo[arg] for arg in current.args]
            memo[current] = None if current.shape == UNKNOWN else self.worked_out(current, values)
        return memo[root]

    def worked_out(self, node: Expression, values: list[Array | None]) -> Array | None:
        """The value of a node from those of its arguments."""
        for value in values:
            if value is None:
                return None
        try:
            result = node.operation.value(node, values, self.setting)  # type: ignore[arg-type]
        except (OutOfDomain, FloatingPointError):
            return None
        return result if math.isfinite(np.add.reduce(result, axis=None)) else None

    def known_letters(self, tree: Expression) -> bool:
        return all(self.runs.get(letter) == size for letter, size in tree.indices)

    def full(self, key: Key) -> tuple[int, ...]:
        """The size of one variant's values: letters, rows, columns."""
        size = self._sizes_of.get(key)
        if size is None:
            used = {letter for letter, _ in key[1]}
            leading = tuple(self.sizes[k] if k in used else 1 for k in self.letters)
            size = self._sizes_of[key] = (*leading, *concrete(key[0], self.point.sizes))
        return size

    def stacked(self, key: Key, values: Sequence[Array]) -> Array:
        """Values of one shape as one array, each stretched to its full size."""
        result = np.empty((len(values), *self.full(key)))
        for i, value in enumerate(values):
            result[i] = value
        return result

    def around(
        self, node: Expression, own: Sequence[Array | None], varied: Mapping[int, Key]
    ) -> Expression | None:
        """The node on leaves that stand for stacks of some arguments; None if they do not fit.

        own: the values of its arguments as they are; where one that stays has none, it is None too.
        """
        args = list(node.args)
        for i, value in enumerate(own):
            if i in varied:
                if node.operation is ENTRY and varied[i][0] != args[i].shape:
                    return None  # its letters belong to the old sizes
                args[i] = placeholder(varied[i], i)
            elif value is None:
                return None
        try:
            template = with_args(node, tuple(args)) if node.shape != UNKNOWN else again(node, args)
        except AlgebraError:
            return None
        return template if self.known_letters(template) else None

    def lifted(
        self, template: Expression, own: Sequence[Array | None], varied: Mapping[int, Stack]
    ) -> Stack | None:
        """What `around` gives, worked out on the stacks; None if no variant has a value.

        The edits of a variant are those of its arguments.
        """
        self._patience.wait()
        values: list[Array] = []
        for i, value in enumerate(own):
            if i in varied:
                values.append(varied[i].values)
            elif value is not None:
                values.append(value)
        stacks = list(varied.values())
        edits = stacks[0].edits if len(stacks) == 1 else np.hstack([s.edits for s in stacks])
        full = self.full(key_of(template))
        most = max(1, MAX_NUMBERS // max(1, math.prod(full)))
        if len(edits) > most:
            edits = edits[:most]
            values = [v[:most] if v.ndim == len(full) + 1 else v for v in values]
        return self._on_stacks(template, values, edits)

    def _on_stacks(
        self, template: Expression, values: list[Array], edits: np.ndarray
    ) -> Stack | None:
        key = key_of(template)
        full = self.full(key)
        try:
            result = template.operation.value(template, values, self.setting)
        except (OutOfDomain, FloatingPointError):
            # One variant without a value spoils a stack: the others are worked out one by one.
            results: list[Array] = []
            kept: list[int] = []
            for i in range(min(len(edits), ONE_BY_ONE)):
                one = [v[i] if v.ndim == len(full) + 1 else v for v in values]
                single = self.worked_out(template, list(one))
                if single is not None:
                    results.append(single)
                    kept.append(i)
            return Stack(self.stacked(key, results), edits[kept]) if results else None
        return Stack(np.broadcast_to(result, (len(edits), *full)), edits)

    def template(self, tree: Expression, hole: Expression) -> Template | None:
        """A tree around a leaf that is no part of the answer; None if the leaf is not in it."""
        unknown: list[Expression] = []
        waiting = [tree]
        while waiting:
            part = waiting.pop()
            if part is not hole and part not in self.memo:
                unknown.append(part)
                waiting.extend(part.args)
        above = {hole: hole}
        for part in sorted(unknown, key=lambda part: part.depth):
            if any(arg in above for arg in part.args):
                above[part] = part
        return Template(tree, hole, tuple(above)[1:]) if tree in above else None

    def substituted(self, template: Template, stack: Stack) -> Array | None:
        """The value of a template with a stack put in for its leaf; None if it has none."""
        self._patience.wait()
        local: dict[Expression, Array] = {template.hole: stack.values}
        for part in template.above:
            values: list[Array] = []
            for arg in part.args:
                value = local[arg] if arg in local else self.value(arg)
                if value is None:
                    return None
                values.append(value)
            try:
                result = part.operation.value(part, values, self.setting)
            except (OutOfDomain, FloatingPointError):
                return None
            size = (len(stack.edits), *self.full(key_of(part)))
            local[part] = result if result.shape == size else np.broadcast_to(result, size)
        return local[template.tree]


def chunks(stacks: Iterable[Stack]) -> Iterator[Stack]:
    """Stacks of one shape joined, as long as they do not grow too large."""
    waiting: list[Stack] = []
    numbers = 0
    for stack in stacks:
        if waiting and numbers + stack.values.size > MAX_NUMBERS:
            yield joined(waiting)
            waiting, numbers = [], 0
        waiting.append(stack)
        numbers += stack.values.size
    if waiting:
        yield joined(waiting)


def placeholder(key: Key, i: int) -> Expression:
    """A leaf that stands for a stack of this shape and these letters."""
    shape, indices = key
    leaf = symbol(f"?{i}", shape)
    if not indices:
        return leaf
    letters = [entry(symbol(f"?{i}", (size, 1)), letter) for letter, size in indices]
    return times(*letters, *((leaf,) if shape != SCALAR else ()))


def again(node: Expression, args: Iterable[Expression]) -> Expression:
    """A node that did not fit, on arguments with which it may."""
    return build(node.operation, tuple(args), node.params)


def letters_with_spares(root: Expression, asked: Question) -> dict[str, Dimension]:
    """The index letters of a tree and what they run over.

    Where an answer is written by entries, also a letter for each axis of what is asked for that
    has none.
    """
    runs: dict[str, Dimension] = {}
    for part in postorder(root):
        for letter, size in part.indices:
            runs.setdefault(letter, size)
    if not runs:
        return runs
    for size in asked.leaf.shape:
        if size != 1 and size not in runs.values():
            spare = next(k for k in "jklipqrst" if k not in runs and asked.free_letter(k))
            runs[spare] = size
    return dict(list(runs.items())[:MAX_LETTERS])
