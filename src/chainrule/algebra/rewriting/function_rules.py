"""Rewriting functions of one variable: known values, primes with names of their own, symmetry."""

from __future__ import annotations

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.products import monomial, written
from chainrule.algebra.rewriting.rule import Rule
from chainrule.algebra.tree.arithmetic import NEGATE, negate
from chainrule.algebra.tree.elementary_functions import SQRT
from chainrule.algebra.tree.expression import Expression, node
from chainrule.algebra.tree.function_registry import function_of
from chainrule.algebra.tree.leaves import CONSTANT, ONE
from chainrule.algebra.tree.matrices import TRANSPOSE, transpose
from chainrule.algebra.tree.powers import EXP, LOG

VALUE = Rule("known value", "The function's value at this number is known.")
INVERSE = Rule("inverse functions", "log and exp undo each other.")
EVEN = Rule("even function", "f(-x) is f(x).")
ODD = Rule("odd function", "f(-x) is -f(x).")
PRIME = Rule("known derivative", "The derivative of this function has a name of its own.")
TRANSPOSED = Rule(
    "function of a transpose", "A function works entry by entry, so the transpose can wait."
)


def functions(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    """The first rule for a function of one variable whose argument is in normal form."""
    function = function_of(x.operation)
    if function is None:
        return None
    inner, operation, order = x.args[0], x.operation, x.params[0]
    if order > 0:
        primed = named_prime(x)
        if primed is not None:
            return PRIME, primed
    elif not inner.args:
        known = function.known.get(inner)
        if known is not None:
            return VALUE, known
        if operation is LOG and inner.operation is CONSTANT and inner.params[0] == "e":
            return VALUE, ONE
    if inner.operation is TRANSPOSE:
        return TRANSPOSED, transpose(node(operation, inner.args, x.params))
    if order == 0:
        if operation is LOG and inner.operation is EXP and inner.params[0] == 0:
            return INVERSE, inner.args[0]
        if operation is EXP and inner.operation is LOG and inner.params[0] == 0:
            return INVERSE, inner.args[0]
        if inner.operation is NEGATE and function.parity:
            turned = node(operation, inner.args, x.params)
            return (EVEN, turned) if function.parity > 0 else (ODD, negate(turned))
        if operation is SQRT:
            found = monomial(x)
            after = written(found, facts)
            return None if after is x else (VALUE, after)
    return None


def named_prime(x: Expression) -> Expression | None:
    """One prime less, where the derivative has a name of its own."""
    function = function_of(x.operation)
    if function is None or function.slope is None:
        return None
    return function.slope(x.args[0], x.params[0])


def unfolded_prime(x: Expression) -> Expression | None:
    """sigma'(z) as sigma(z)*(1 - sigma(z)), tanh'(z) as 1 - tanh(z)**2; None for others."""
    function = function_of(x.operation)
    if function is None or function.unfolded is None or x.params[0] != 1:
        return None
    return function.unfolded(node(x.operation, x.args, (0, *x.params[1:])))
