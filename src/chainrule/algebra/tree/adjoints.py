"""Reverse mode on one tree: what arrives at every node from the end of it.

A node passes to each argument what its operation's local rule says; what arrives at a node from
several sides is added; what was stretched by broadcasting is summed back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chainrule.algebra.tree.arithmetic import plus
from chainrule.algebra.tree.expression import Expression, postorder
from chainrule.algebra.tree.indexing import sum_over
from chainrule.algebra.tree.leaves import ONE, SYMBOL, ZERO
from chainrule.algebra.tree.reductions import summed_back
from chainrule.algebra.tree.shapes import broadcast


@dataclass(frozen=True, slots=True)
class RuleUse:
    """One use of a local rule.

    rule: its name. node: the node it was used on. argument: which argument it concerns.
    upstream: the node's adjoint. result: what the argument receives.
    """

    rule: str
    node: Expression
    argument: int
    upstream: Expression
    result: Expression


Log = Callable[[RuleUse], None]


def symbols_in(nodes: Iterable[Expression]) -> list[Expression]:
    """The names among the nodes."""
    return [node for node in nodes if node.operation is SYMBOL]


def adjoints(
    root: Expression,
    seed: Expression = ONE,
    wanted: Iterable[Expression] | None = None,
    log: Log | None = None,
) -> dict[Expression, Expression]:
    """The adjoint of every node between `root` and the `wanted` ones, the root first.

    seed: the adjoint of the root itself, of its shape or one that broadcasts to it. wanted: nodes,
    by default every name in the tree. Nodes that receive nothing are left out. An adjoint
    broadcasts to its node's shape; `filled` stretches it in full.
    """
    order = list(postorder(root))
    active = set(symbols_in(order)) if wanted is None else set(wanted)
    for node in order:
        if node not in active and any(arg in active for arg in node.args):
            active.add(node)
    free = {letter for letter, _ in root.indices}
    received: dict[Expression, list[Expression]] = {root: [seed]}
    found: dict[Expression, Expression] = {}
    for node in reversed(order):
        if node not in received or node not in active:
            continue
        upstream = plus(*received.pop(node))
        if upstream is ZERO:
            continue
        found[node] = upstream
        for i, arg in enumerate(node.args):
            if arg not in active:
                continue
            result = node.operation.adjoint(node, upstream, i)
            if result is None or result is ZERO:
                continue
            if log is not None:
                log(RuleUse(node.operation.rule, node, i, upstream, result))
            result = _brought_back(result, node, i, free, log)
            received.setdefault(arg, []).append(result)
    return found


def _brought_back(
    result: Expression, node: Expression, i: int, free: set[str], log: Log | None
) -> Expression:
    """`result` in the shape of argument `i`, summed over stretched axes and over index letters."""
    arg = node.args[i]
    if node.operation.broadcasts and arg.shape != node.shape:
        summed = summed_back(result, node.shape, arg.shape)
        if log is not None and summed is not result:
            log(RuleUse("sum over the stretched axes", node, i, result, summed))
        result = summed
    own = {letter for letter, _ in arg.indices}
    for letter, _ in result.indices:
        if letter not in own and letter not in free:
            result = sum_over(letter, result)
    if broadcast(result.shape, arg.shape) != arg.shape:
        raise AssertionError(f"{node.operation.name}: {result.shape} for {arg.shape}")
    return result
