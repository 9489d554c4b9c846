"""Reverse mode on the tree: every node's adjoint, from the cost backwards.

The adjoint of a node is the derivative of the end by that node, as an expression in the node's
shape. A node passes to each argument what its operation's local rule says; what arrives at a node
from several sides is added; what was stretched by broadcasting is summed back.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra.errors import AlgebraError, ShapeError
from chainrule.algebra.language.sheet import Sheet, symbols
from chainrule.algebra.tree.adjoints import Log, RuleUse, adjoints
from chainrule.algebra.tree.arithmetic import filled, multiply, plus
from chainrule.algebra.tree.expression import Expression, substitute
from chainrule.algebra.tree.leaves import ONE, SYMBOL, ZERO, ones
from chainrule.algebra.tree.shapes import SCALAR, shape_text


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
