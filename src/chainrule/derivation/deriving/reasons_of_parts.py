"""Why the derivative goes back as it does through parts, layouts, running sums and inverses.

One row for each operation, by its name: what to say of a use of its rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chainrule.algebra import SYMBOL, RuleUse, eye, matmul
from chainrule.derivation.deriving.step import Piece, Reason

Say = Callable[[RuleUse], Reason]
PLACES = re.compile("({node}|{part}|{other})")
"""Where a text names the operation, the argument that the derivative goes to, and the other one."""

TEXTS = {
    "slice": "{node} holds some of the entries of {part}, each with slope 1. They get the "
    "derivative by {node}; the other entries get 0 from here.",
    "pad": "{node} holds the entries of {part}, each with slope 1, and zeros around them. What "
    "comes back is the part of the derivative where {part} lies.",
    "concat": "{part} is a part of {node}, each entry with slope 1. What comes back is the part of "
    "the derivative where {part} lies.",
    "flip": "{node} holds the entries of {part} in the opposite order, each with slope 1. So what "
    "comes back is the derivative, turned round in the same way.",
    "reshape": "{node} holds the entries of {part} in another shape, each with slope 1. So what "
    "comes back is the derivative, laid back to the shape it had.",
    "repeat": "Every entry of {part} stands several times in {node}, each time with slope 1. What "
    "comes back from them is added up.",
    "cumsum": "An entry of {part} is a term of the running sum at its own place and at all places "
    "after it, with slope 1. So what comes back to it is the derivative, added up from its place "
    "to the end.",
    "prod": "Every entry of {part} is a factor of {node}. Its slope is the product of all the "
    "other factors.",
    "conv_full": "Every entry of {part} meets every entry of {other} once in {node}, which is its "
    "slope there. What comes back is the derivative, with {other} laid on it wherever it fits "
    "whole.",
    "det": "{node} is the sum of each entry of a row times its cofactor, so the slope by an entry "
    "of {part} is its cofactor. The cofactors are {node} times the transposed inverse of {part}.",
    "max": "Only the largest entry of {part} moves {node}: the largest has slope 1, all others 0.",
    "max_pool": "In every block only the largest entry of {part} moves {node}: it has slope 1, all "
    "others 0.",
    "avg_pool": "Every entry of {part} is a term of the mean of its block: its slope is 1 divided "
    "by how many entries a block has.",
    "maximum": "Where {part} is the larger of the two, it is {node}, with slope 1. Where {other} "
    "is, the slope is 0.",
    "minimum": "Where {part} is the smaller of the two, it is {node}, with slope 1. Where {other} "
    "is, the slope is 0.",
    "trace": "{node} adds up the diagonal of {part}: an entry there has slope 1, any other 0. That "
    "is the identity matrix.",
    "diag": "The entries of {part} lie on the diagonal of {node}, each with slope 1. So what comes "
    "back is the diagonal of the derivative.",
    "norm": "{node} is the root of the sum of squares. The slope of the sum by an entry is twice "
    "that entry, and the slope of the root is 1 over twice the root: together, the entry of {part} "
    "divided by {node}.",
}


def _of_text(words: str) -> Say:
    """What a text comes to for a use of the rule."""

    def say(use: RuleUse) -> Reason:
        args = use.node.args
        at = {"{node}": use.node, "{part}": args[use.argument]}
        if len(args) == 2:
            at["{other}"] = args[1 - use.argument]
        return tuple(at.get(piece, piece) for piece in PLACES.split(words) if piece)

    return say


def _conv(use: RuleUse) -> Reason:
    x, w = (
        arg.params[0] if arg.operation is SYMBOL else letter
        for arg, letter in zip(use.node.args, "xw", strict=True)
    )
    called: list[Piece] = []
    for letter, arg in zip((x, w), use.node.args, strict=True):
        if arg.operation is not SYMBOL:
            called += [f", with `{letter}` for ", arg]
    begins: tuple[Piece, ...] = (
        "Entry `i` of ", use.node, f" is the sum of `{x}[i+k]*{w}[k]` over `k`", *called,
    )  # fmt: skip
    if use.argument == 1:
        return (
            *begins, f". There `{w}[k]` has the slope `{x}[i+k]`. Times the derivative by entry "
            "`i`, that is added up over all `i`.",
        )  # fmt: skip
    return (
        *begins, f". There `{x}[j]` has the slope `{w}[j-i]`, where there is one. Times the "
        "derivative by entry `i`, that is added up over all `i`: the convolution in full.",
    )  # fmt: skip


def _inv(use: RuleUse) -> Reason:
    a = use.node.args[0]
    return (
        "From ", (matmul(use.node, a), eye(a.shape[0])), " it follows that a small change of ", a,
        " changes ", use.node, " by minus that change with ", use.node, " on its left and on its "
        "right. Back through both products, the transpose of ", use.node, " stands on either side "
        "of the derivative, with a minus sign.",
    )  # fmt: skip


REASONS: dict[str, Say] = {
    **{name: _of_text(words) for name, words in TEXTS.items()},
    "conv": _conv,
    "inv": _inv,
}
