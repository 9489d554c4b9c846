"""Rewriting functions of one variable: known values, primes with names of their own, symmetry."""

from __future__ import annotations

from chainrule.algebra.rewriting.facts import Facts
from chainrule.algebra.rewriting.products import monomial, written
from chainrule.algebra.rewriting.rule import Rewriter, Rule
from chainrule.algebra.tree.arithmetic import (
    EXP,
    LOG,
    NEGATE,
    add,
    divide,
    multiply,
    negate,
    power,
    subtract,
)
from chainrule.algebra.tree.expression import Expression, node
from chainrule.algebra.tree.functions import (
    ABS,
    COS,
    LEAKY_RELU,
    RELU,
    SIGMA,
    SIN,
    SOFTPLUS,
    SQRT,
    TAN,
    TANH,
)
from chainrule.algebra.tree.leaves import CONSTANT, ONE, TWO, ZERO
from chainrule.algebra.tree.matrices import TRANSPOSE, transpose

VALUE = Rule("known value", "The function's value at this number is known.")
INVERSE = Rule("inverse functions", "log and exp undo each other.")
EVEN = Rule("even function", "f(-x) is f(x).")
ODD = Rule("odd function", "f(-x) is -f(x).")
PRIME = Rule("known derivative", "The derivative of this function has a name of its own.")
TRANSPOSED = Rule(
    "function of a transpose", "A function works entry by entry, so the transpose can wait."
)

_EVEN = (COS, ABS)
_ODD = (SIN, TAN, TANH)
_HALF = divide(ONE, TWO)
_VALUES: dict[object, dict[Expression, Expression]] = {
    EXP: {ZERO: ONE},
    LOG: {ONE: ZERO},
    SIGMA: {ZERO: _HALF},
    TANH: {ZERO: ZERO},
    SIN: {ZERO: ZERO},
    COS: {ZERO: ONE},
    TAN: {ZERO: ZERO},
    SQRT: {ZERO: ZERO, ONE: ONE},
    ABS: {ZERO: ZERO},
    RELU: {ZERO: ZERO},
    LEAKY_RELU: {ZERO: ZERO},
}


def functions(x: Expression, facts: Facts) -> tuple[Rule, Expression] | None:
    inner, operation, order = x.args[0], x.operation, x.params[0]
    if order > 0:
        primed = named_prime(x)
        if primed is not None:
            return PRIME, primed
    elif not inner.args:
        known = _VALUES.get(operation, {}).get(inner)
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
        if inner.operation is NEGATE:
            if operation in _EVEN:
                return EVEN, node(operation, inner.args, x.params)
            if operation in _ODD:
                return ODD, negate(node(operation, inner.args, x.params))
        if operation is SQRT:
            found = monomial(x)
            after = written(found, facts)
            return None if after is x else (VALUE, after)
    return None


def named_prime(x: Expression) -> Expression | None:
    """One prime less, where the derivative has a name of its own."""
    operation, order, inner = x.operation, x.params[0], x.args[0]
    if operation is EXP:
        return node(EXP, (inner,), (0,))
    if operation is SOFTPLUS:
        return node(SIGMA, (inner,), (order - 1,))
    if operation is SIN:
        return node(COS, (inner,), (order - 1,))
    if operation is COS:
        return negate(node(SIN, (inner,), (order - 1,)))
    if operation is TAN and order == 1:
        return add(ONE, power(node(TAN, (inner,), (0,)), TWO))
    if operation is LOG and order == 1:
        return divide(ONE, inner)
    if operation is SQRT and order == 1:
        return divide(ONE, multiply(TWO, node(SQRT, (inner,), (0,))))
    return None


def unfolded_prime(x: Expression) -> Expression | None:
    """sigma'(z) as sigma(z)*(1 - sigma(z)), tanh'(z) as 1 - tanh(z)**2; None for others."""
    if x.operation not in (SIGMA, TANH) or x.params[0] != 1:
        return None
    plain = node(x.operation, x.args, (0,))
    if x.operation is SIGMA:
        return multiply(plain, subtract(ONE, plain))
    return subtract(ONE, power(plain, TWO))


_FUNCTIONS = (EXP, LOG, SIGMA, TANH, SIN, COS, TAN, SQRT, ABS, RELU, LEAKY_RELU, SOFTPLUS)

RULES: dict[object, tuple[Rewriter, ...]] = dict.fromkeys(_FUNCTIONS, (functions,))
