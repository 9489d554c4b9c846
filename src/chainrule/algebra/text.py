"""A tree as text that parses back to the same tree.

Brackets stand only where the tree needs them, and in two places where the books put them too:
around a negated factor or exponent, `a * (-b)`, and where `*` and `@` meet, `(W.T @ d) * s`.
"""

from __future__ import annotations

from chainrule.algebra.errors import LimitError
from chainrule.algebra.expression import Expression, Part, postorder

MAX_PRINTED = 100_000
"""The most nodes that are printed. A shared node counts as often as it is written."""


def text(root: Expression) -> str:
    """The tree as text. LimitError if it is too large to be read by anyone."""
    if root.size > MAX_PRINTED:
        raise LimitError(f"the expression has more than {MAX_PRINTED} parts; it is not printed")
    parts: dict[Expression, Part] = {}
    for node in postorder(root):
        operation = node.operation
        words = operation.text(node, [parts[arg] for arg in node.args])
        parts[node] = Part(words, operation.binding, node)
    return parts[root].text


def brief(root: Expression, width: int = 60) -> str:
    """The text for a message: cut in the middle if it is longer than `width`."""
    if root.size > width:
        return f"({root.name} of {len(root.args)} parts)"
    words = text(root)
    if len(words) <= width:
        return words
    return f"{words[: width // 2 - 2]} … {words[-(width // 2 - 2) :]}"
