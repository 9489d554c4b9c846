"""Functions of one variable, applied to every entry, with their primes.

The derivative of order k of each is written out, so `sigma''(z)` has a value and a derivative. A
prime is kept as a prime where the textbooks keep it (`sigma'(z1)`); where the derivative has a
plainer name, the rule gives that (`cos`, `1/x`).
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.tree.arithmetic import (
    EXP,
    LOG,
    MAX_ORDER,
    PRIME,
    OutOfDomain,
    add,
    divided,
    function,
    negated,
    power,
    times,
)
from chainrule.algebra.tree.expression import Array, Expression, Operation, Part, node
from chainrule.algebra.tree.leaves import ONE, TWO, decimal


def magnitude(x: Array) -> Array:
    """|x| by the sign of the real part, so that it stays analytic away from 0."""
    return np.where(x.real < 0, -x, x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow: the exponent is never positive."""
    t = np.exp(-magnitude(x))
    return np.where(x.real < 0, t, 1.0) / (1.0 + t)


def softplus(x: Array) -> Array:
    """log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|))."""
    return np.where(x.real < 0, 0.0, x) + np.log1p(np.exp(-magnitude(x)))


def _by_parts(coefficients: tuple[int, ...], x: Array) -> Array:
    """A polynomial, constant term first, by Horner's rule."""
    result = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        result = result * x + coefficient
    return result


def _derived(p: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(k * c for k, c in enumerate(p))[1:]


def _product(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    result = [0] * (len(p) + len(q) - 1) if p and q else []
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            result[i + j] += a * b
    return tuple(result)


def _sum(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    longest = max(len(p), len(q))
    a, b = (list(r) + [0] * (longest - len(r)) for r in (p, q))
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _polynomials(first: tuple[int, ...]) -> list[tuple[int, ...]]:
    """If f' = p(f), the polynomials q with the k-th derivative p(f) q(f), for k = 1, 2, ...

    (p q)' = p' p q + p q' p, hence the next q is p' q + p q'.
    """
    result: list[tuple[int, ...]] = [(1,)]
    for _ in range(MAX_ORDER):
        q = result[-1]
        result.append(_sum(_product(_derived(first), q), _product(first, _derived(q))))
    return result


SIGMA_SLOPES = _polynomials((0, 1, -1))  # sigma' = sigma - sigma^2
TANH_SLOPES = _polynomials((1, 0, -1))  # tanh' = 1 - tanh^2
TAN_SLOPES = _polynomials((1, 0, 1))  # tan' = 1 + tan^2
"""For the k-th derivative, entry k - 1: the polynomial in f that f' is multiplied with."""


def _sigma_value(x: Array, order: int) -> Array:
    s = sigmoid(x)
    if order == 0:
        return s
    return s * sigmoid(-x) * _by_parts(SIGMA_SLOPES[order - 1], s)


def _tanh_value(x: Array, order: int) -> Array:
    t = np.tanh(x)
    if order == 0:
        return t
    return 4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x) * _by_parts(TANH_SLOPES[order - 1], t)


def _softplus_value(x: Array, order: int) -> Array:
    return softplus(x) if order == 0 else _sigma_value(x, order - 1)


def _tan_value(x: Array, order: int) -> Array:
    c: Array = np.cos(x)
    if (np.abs(c.real) < 1e-12).any():
        raise OutOfDomain("tan at a pole")
    t = np.sin(x) / c
    return t if order == 0 else _by_parts(TAN_SLOPES[order - 1], t) / c**2


def _sin_value(x: Array, order: int) -> Array:
    return (np.sin(x), np.cos(x), -np.sin(x), -np.cos(x))[order % 4]


def _sqrt_value(x: Array, order: int) -> Array:
    if (x.real < 0).any():
        raise OutOfDomain("sqrt of a negative number")
    if order == 0:
        return np.sqrt(x)
    if (x == 0).any():
        raise OutOfDomain("sqrt has no slope at 0")
    factor = math.prod((Fraction(1, 2) - k for k in range(order)), start=Fraction(1))
    return float(factor) * np.sqrt(x) / x**order


def _abs_value(x: Array, order: int) -> Array:
    if order == 0:
        return magnitude(x)
    return np.sign(x.real) if order == 1 else np.zeros(x.shape)


def _relu_value(x: Array, order: int) -> Array:
    return _leaky(x, order, 0.0)


def _leaky(x: Array, order: int, slope: float) -> Array:
    if order == 0:
        return np.where(x.real > 0, x, slope * x)
    return np.where(x.real > 0, 1.0, slope) if order == 1 else np.zeros(x.shape)


SIGMA = function("sigma", _sigma_value)
TANH = function("tanh", _tanh_value)
RELU = function("relu", _relu_value, kink=True)
SOFTPLUS = function("softplus", _softplus_value, lambda f, g: times(g, node(SIGMA, f.args, (0,))))
SQRT = function("sqrt", _sqrt_value, lambda f, g: divided(g, times(TWO, f)))
ABS = function("abs", _abs_value, kink=True)
SIN = function("sin", _sin_value, lambda f, g: times(g, node(COS, f.args, (0,))))
COS = function(
    "cos",
    lambda x, order: _sin_value(x, order + 1),
    lambda f, g: negated(times(g, node(SIN, f.args, (0,)))),
)
TAN = function("tan", _tan_value, lambda f, g: times(g, add(ONE, power(f, TWO))))


def _leaky_words(f: Expression, parts: list[Part]) -> str:
    order, slope = f.params
    extra = "" if slope == DEFAULT_SLOPE else f", {_number_words(slope)}"
    return f"leaky_relu{PRIME * order}({parts[0].text}{extra})"


def _number_words(value: Fraction) -> str:
    leaf = decimal(value)
    return leaf.operation.text(leaf, [])


def _leaky_adjoint(f: Expression, g: Expression, i: int) -> Expression | None:
    order, slope = f.params
    return times(g, node(LEAKY_RELU, f.args, (order + 1, slope))) if order == 0 else None


DEFAULT_SLOPE = Fraction(1, 100)
"""The slope of leaky_relu below 0, unless it is given: leaky_relu(z, 0.2)."""

LEAKY_RELU = Operation(
    name="leaky_relu",
    shape=lambda args, params: args[0].shape,
    value=lambda f, values, at: _leaky(values[0], f.params[0], float(f.params[1])),
    adjoint=_leaky_adjoint,
    text=_leaky_words,
    rule="derivative of leaky_relu",
    broadcasts=True,
    margin=RELU.margin,
)

FUNCTIONS: dict[str, Operation] = {
    f.name: f for f in (EXP, LOG, SQRT, ABS, SIGMA, TANH, RELU, LEAKY_RELU, SOFTPLUS, SIN, COS, TAN)
}
"""The functions of one variable by name."""


def apply(name: str, x: Expression, order: int = 0, slope: Fraction = DEFAULT_SLOPE) -> Expression:
    """`name` of every entry of `x`, with `order` primes: apply("sigma", z, 1) is sigma'(z)."""
    if name not in FUNCTIONS:
        raise AlgebraError(
            f"`{name}` is no function of one variable; there are {', '.join(FUNCTIONS)}"
        )
    if not 0 <= order <= MAX_ORDER:
        raise AlgebraError(f"{name} with {order} primes; 0 to {MAX_ORDER} are known")
    f = FUNCTIONS[name]
    return node(f, (x,), (order, slope) if f is LEAKY_RELU else (order,))
