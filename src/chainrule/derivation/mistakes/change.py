"""A change of one node of a tree, the place where it is made, and trees after changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chainrule.algebra import (
    ENTRY,
    NEGATE,
    Dimension,
    Expression,
    ShapeError,
    at,
    misfit,
    with_args,
)
from chainrule.algebra import node as build
from chainrule.derivation.mistakes.vocabulary import Vocabulary

Path = tuple[int, ...]
"""Argument numbers from the root."""

Make = Callable[[tuple[Expression, ...]], Expression]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one node. make: the new node from the old one's arguments.

    wraps: the new node is the old one with something around it, or without its minus sign.
    """

    kind: str
    cost: float
    make: Make
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A change at one place of a tree."""

    path: Path
    change: Change

    @property
    def kind(self) -> str:
        return self.change.kind

    @property
    def cost(self) -> float:
        return self.change.cost


def applied(root: Expression, edits: Sequence[Edit]) -> Expression:
    """The tree after the edits, the deepest first. It may hold misfits."""
    for edit in sorted(edits, key=lambda e: -len(e.path)):
        here = at(root, edit.path)
        root = put(root, edit.path, edit.change.make(here.args))
    return root


def put(root: Expression, path: Path, new: Expression) -> Expression:
    """The tree with the place at `path` replaced, also where sizes then do not fit."""
    spine = [root]
    for i in path[:-1]:
        spine.append(spine[-1].args[i])
    for parent, i in zip(reversed(spine), reversed(path), strict=False):
        args = (*parent.args[:i], new, *parent.args[i + 1 :])
        if parent.operation is ENTRY and new.shape != parent.args[i].shape:
            new = misfit(parent.operation, args, parent.params)
            continue
        try:
            new = build(parent.operation, args, parent.params)
        except ShapeError:
            new = misfit(parent.operation, args, parent.params)
    return new


@dataclass(frozen=True, slots=True)
class Node:
    """A node at its place in a tree: argument `place` of `parent`.

    runs: the index letters there are, and what they run over. exponent: whether it stands in one.
    negative: whether it is a factor of what a minus sign stands in front of.
    """

    node: Expression
    parent: Expression | None
    place: int
    words: Vocabulary
    runs: Mapping[str, Dimension]
    exponent: bool = False
    negative: bool = False

    def same(self, args: tuple[Expression, ...]) -> Expression:
        """The node itself, on these arguments."""
        return with_args(self.node, args)


def bare(x: Expression) -> Expression:
    """An expression without its minus sign."""
    return x.args[0] if x.operation is NEGATE else x
