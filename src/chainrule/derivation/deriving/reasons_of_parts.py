"""Why the derivative goes back as it does through parts, layouts, running sums and inverses.

One row for each operation, by its name: what to say of a use of its rule.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra import SYMBOL, RuleUse, eye, matmul
from chainrule.derivation.deriving.step import Piece, Reason

Say = Callable[[RuleUse], Reason]


def _slice(use: RuleUse) -> Reason:
    part = use.node.args[use.argument]
    return (
        use.node, " holds some of the entries of ", part, ", each with slope 1. They get the "
        "derivative by ", use.node, "; the other entries get 0 from here.",
    )  # fmt: skip


def _pad(use: RuleUse) -> Reason:
    part = use.node.args[use.argument]
    return (
        use.node, " holds the entries of ", part, ", each with slope 1, and zeros around them. "
        "What comes back is the part of the derivative where ", part, " lies.",
    )  # fmt: skip


def _concat(use: RuleUse) -> Reason:
    part = use.node.args[use.argument]
    return (
        part, " is a part of ", use.node, ", each entry with slope 1. What comes back is the part "
        "of the derivative where ", part, " lies.",
    )  # fmt: skip


def _flip(use: RuleUse) -> Reason:
    return (
        use.node, " holds the entries of ", use.node.args[0], " in the opposite order, each with "
        "slope 1. So what comes back is the derivative, turned round in the same way.",
    )  # fmt: skip


def _reshape(use: RuleUse) -> Reason:
    return (
        use.node, " holds the entries of ", use.node.args[0], " in another shape, each with slope "
        "1. So what comes back is the derivative, laid back to the shape it had.",
    )  # fmt: skip


def _repeat(use: RuleUse) -> Reason:
    return (
        "Every entry of ", use.node.args[0], " stands several times in ", use.node, ", each time "
        "with slope 1. What comes back from them is added up.",
    )  # fmt: skip


def _cumsum(use: RuleUse) -> Reason:
    return (
        "An entry of ", use.node.args[0], " is a term of the running sum at its own place and at "
        "all places after it, with slope 1. So what comes back to it is the derivative, added up "
        "from its place to the end.",
    )  # fmt: skip


def _prod(use: RuleUse) -> Reason:
    return (
        "Every entry of ", use.node.args[0], " is a factor of ", use.node, ". Its slope is the "
        "product of all the other factors.",
    )  # fmt: skip


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


def _conv_full(use: RuleUse) -> Reason:
    part = use.node.args[use.argument]
    other = use.node.args[1 - use.argument]
    return (
        "Every entry of ", part, " meets every entry of ", other, " once in ", use.node, ", which "
        "is its slope there. What comes back is the derivative, with ", other, " laid on it "
        "wherever it fits whole.",
    )  # fmt: skip


def _inv(use: RuleUse) -> Reason:
    a = use.node.args[0]
    return (
        "From ", (matmul(use.node, a), eye(a.shape[0])), " it follows that a small change of ", a,
        " changes ", use.node, " by minus that change with ", use.node, " on its left and on its "
        "right. Back through both products, the transpose of ", use.node, " stands on either side "
        "of the derivative, with a minus sign.",
    )  # fmt: skip


def _det(use: RuleUse) -> Reason:
    a = use.node.args[0]
    return (
        use.node, " is the sum of each entry of a row times its cofactor, so the slope by an entry "
        "of ", a, " is its cofactor. The cofactors are ", use.node, " times the transposed inverse "
        "of ", a, ".",
    )  # fmt: skip


def _largest(use: RuleUse) -> Reason:
    return (
        "Only the largest entry of ", use.node.args[0], " moves ", use.node, ": the largest has "
        "slope 1, all others 0.",
    )  # fmt: skip


def _max_pool(use: RuleUse) -> Reason:
    return (
        "In every block only the largest entry of ", use.node.args[0], " moves ", use.node,
        ": it has slope 1, all others 0.",
    )  # fmt: skip


def _avg_pool(use: RuleUse) -> Reason:
    return (
        "Every entry of ", use.node.args[0], " is a term of the mean of its block: its slope is 1 "
        "divided by how many entries a block has.",
    )  # fmt: skip


def _of_two(use: RuleUse) -> Reason:
    part = use.node.args[use.argument]
    other = use.node.args[1 - use.argument]
    word = "smaller" if use.node.operation.name == "minimum" else "larger"
    return (
        "Where ", part, f" is the {word} of the two, it is ", use.node, ", with slope 1. Where ",
        other, " is, the slope is 0.",
    )  # fmt: skip


def _trace(use: RuleUse) -> Reason:
    return (
        use.node, " adds up the diagonal of ", use.node.args[0], ": an entry there has slope 1, "
        "any other 0. That is the identity matrix.",
    )  # fmt: skip


def _diag(use: RuleUse) -> Reason:
    return (
        "The entries of ", use.node.args[0], " lie on the diagonal of ", use.node, ", each with "
        "slope 1. So what comes back is the diagonal of the derivative.",
    )  # fmt: skip


def _norm(use: RuleUse) -> Reason:
    x = use.node.args[0]
    return (
        use.node, " is the root of the sum of squares. The slope of the sum by an entry is twice "
        "that entry, and the slope of the root is 1 over twice the root: together, the entry of ",
        x, " divided by ", use.node, ".",
    )  # fmt: skip


REASONS: dict[str, Say] = {
    "slice": _slice, "pad": _pad, "concat": _concat, "flip": _flip, "reshape": _reshape,
    "repeat": _repeat, "cumsum": _cumsum, "prod": _prod, "conv": _conv, "conv_full": _conv_full,
    "inv": _inv, "det": _det, "max": _largest, "max_pool": _max_pool,
    "avg_pool": _avg_pool, "maximum": _of_two, "minimum": _of_two, "trace": _trace, "diag": _diag,
    "norm": _norm,
}  # fmt: skip
