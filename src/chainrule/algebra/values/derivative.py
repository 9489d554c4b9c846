"""Reverse mode on the tree: every node's adjoint, from the cost backwards.

The adjoint of a node is the derivative of the end by that node, as an expression in the node's
shape. A node passes to each argument what its operation's local rule says; what arrives at a node
from several sides is added; what was stretched by broadcasting is summed back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chainrule.algebra.errors import AlgebraError, ShapeError
from chainrule.algebra.language.sheet import Sheet, symbols
from chainrule.algebra.tree.arithmetic import filled, multiply, plus
from chainrule.algebra.tree.expression import Expression, postorder, substitute
from chainrule.algebra.tree.indexing import sum_over
from chainrule.algebra.tree.leaves import ONE, SYMBOL, ZERO, ones
from chainrule.algebra.tree.reductions import summed_back
from chainrule.algebra.tree.shapes import SCALAR, broadcast, shape_text


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
    active = set(symbols(root).values()) if wanted is None else set(wanted)
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


def backward(
    sheet: Sheet, log: Callable[[str, RuleUse], None] | None = None
) -> dict[str, Expression]:
    """The whole backward pass: for each quantity, the derivative of the cost by it, last first.

    Each is written in the names of the adjoints before it (`delta2`, `dC/da1`) and of the forward
    pass, in full shape. A quantity that the cost does not depend on has no entry. log(name, use)
    is called for every rule used, with the name of the definition it was used in.
    """
    received: dict[str, list[Expression]] = {sheet.cost: [ONE]}
    found: dict[str, Expression] = {}
    for definition in reversed(sheet.definitions):
        name = definition.name
        if name not in received:
            continue
        found[name] = _complete(plus(*received[name]), definition.expression)
        seed = ONE if name == sheet.cost else sheet.scope.adjoint(name)
        note = None if log is None else _named(log, name)
        parts = adjoints(definition.expression, seed, log=note)
        for used, leaf in symbols(definition.expression).items():
            if leaf in parts:
                received.setdefault(used, []).append(parts[leaf])
    for declaration in reversed(sheet.declarations):
        if declaration.name in received:
            total = plus(*received[declaration.name])
            found[declaration.name] = _complete(total, sheet.symbol(declaration.name))
    return found


def _named(log: Callable[[str, RuleUse], None], name: str) -> Log:
    return lambda use: log(name, use)


def _complete(adjoint: Expression, of: Expression) -> Expression:
    return filled(adjoint, of.shape)


def gradient(sheet: Sheet, wrt: str) -> Expression:
    """The derivative of the cost by `wrt`, in the names of the forward pass only, in full shape.

    Zeros if the cost does not depend on it.
    """
    name = sheet.symbol(wrt).params[0]
    passes = backward(sheet)
    if name not in passes:
        return _zeros(sheet.symbol(wrt))
    by: dict[Expression, Expression] = {}
    for quantity, adjoint in passes.items():
        by[sheet.scope.adjoint(quantity)] = substitute(adjoint, by)
    return by[sheet.scope.adjoint(name)]


def _zeros(x: Expression) -> Expression:
    return ZERO if x.shape == SCALAR else multiply(ZERO, ones(x.shape))


def derivative(expression: Expression, by: Expression, log: Log | None = None) -> Expression:
    """The derivative of a scalar expression by one name, all other names held still.

    Of the shape of `by`; the ordinary derivative if that is a scalar. Raises ShapeError if the
    expression is not a scalar.
    """
    if expression.shape != SCALAR:
        raise ShapeError(
            f"only a scalar has a derivative here; this is {shape_text(expression.shape)}"
        )
    if by.operation is not SYMBOL:
        raise AlgebraError("a derivative is taken by a name")
    found = adjoints(expression, ONE, [by], log).get(by)
    return _zeros(by) if found is None else _complete(found, by)
