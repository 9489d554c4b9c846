"""A tree as text that parses back to the same tree.

Brackets stand only where the tree needs them, and in two places where the books put them too:
around a negated factor or exponent, `a * (-b)`, and where `*` and `@` meet, `(W.T @ d) * s`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chainrule.algebra.errors import LimitError
from chainrule.algebra.tree.expression import Expression, Part, postorder

Made = TypeVar("Made")

MAX_PRINTED = 100_000
"""The most nodes that are printed. A shared node counts as often as it is written."""


def text(root: Expression) -> str:
    """The tree as text. LimitError if it is too large to be read by anyone."""
    return folded(root, _part).text


def _part(node: Expression, parts: list[Part]) -> Part:
    return Part(node.operation.text(node, parts), node.operation.binding, node)


def folded(root: Expression, make: Callable[[Expression, list[Made]], Made]) -> Made:
    """What `make(node, made of its arguments)` gives for the root, worked out from the leaves.

    Every printer is such a fold. LimitError if the tree is too large to be printed.
    """
    if root.size > MAX_PRINTED:
        raise LimitError(f"the expression has more than {MAX_PRINTED} parts; it is not printed")
    done: dict[Expression, Made] = {}
    for node in postorder(root):
        done[node] = make(node, [done[arg] for arg in node.args])
    return done[root]


def brief(root: Expression, width: int = 60) -> str:
    """The text for a message: cut in the middle if it is longer than `width`."""
    if root.size > width:
        return f"({root.name} of {len(root.args)} parts)"
    words = text(root)
    if len(words) <= width:
        return words
    return f"{words[: width // 2 - 2]} … {words[-(width // 2 - 2) :]}"
