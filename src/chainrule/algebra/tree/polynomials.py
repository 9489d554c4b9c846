"""Polynomials with whole coefficients, the constant term first; sigma, tanh and tan need them."""

from __future__ import annotations

import numpy as np

from chainrule.algebra.tree.expression import Array
from chainrule.algebra.tree.function_registry import MAX_ORDER

Polynomial = tuple[int, ...]


def polynomial_at(coefficients: Polynomial, x: Array) -> Array:
    """The value of a polynomial, by Horner's rule."""
    result = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        result = result * x + coefficient
    return result


def derived(p: Polynomial) -> Polynomial:
    return tuple(k * c for k, c in enumerate(p))[1:]


def product(p: Polynomial, q: Polynomial) -> Polynomial:
    result = [0] * (len(p) + len(q) - 1) if p and q else []
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            result[i + j] += a * b
    return tuple(result)


def added(p: Polynomial, q: Polynomial) -> Polynomial:
    longest = max(len(p), len(q))
    a, b = (list(r) + [0] * (longest - len(r)) for r in (p, q))
    return tuple(x + y for x, y in zip(a, b, strict=True))


def slopes(first: Polynomial) -> list[Polynomial]:
    """If f' = p(f), the polynomials q with the k-th derivative p(f) q(f), for k = 1, 2, ...

    (p q)' = p' p q + p q' p, hence the next q is p' q + p q'.
    """
    result: list[Polynomial] = [(1,)]
    for _ in range(MAX_ORDER):
        q = result[-1]
        result.append(added(product(derived(first), q), product(first, derived(q))))
    return result


def polynomial_source(coefficients: Polynomial, variable: str) -> str:
    """A polynomial as NumPy source, by Horner's rule."""
    words = f"{coefficients[-1]}.0"
    for coefficient in reversed(coefficients[:-1]):
        words = f"{coefficient}.0 + {variable} * ({words})"
    return words
