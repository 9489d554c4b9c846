"""Activations that are z times a share of it, and elu, with all their primes."""

from __future__ import annotations

import math

import numpy as np

from chainrule.algebra.tree.elementary_functions import (
    SUFFIXES,
    own_call,
    sigma_value,
)
from chainrule.algebra.tree.expression import Array
from chainrule.algebra.tree.function_registry import MAX_ORDER, Function, register
from chainrule.algebra.tree.leaves import ZERO
from chainrule.algebra.tree.polynomials import (
    Polynomial,
    added,
    derived,
    polynomial_at,
    polynomial_source,
    product,
)


def _silu_value(x: Array, order: int) -> Array:
    """x sigma(x), whose k-th derivative is x sigma^(k) + k sigma^(k-1)."""
    found = x * sigma_value(x, order)
    return found + order * sigma_value(x, order - 1) if order else found


def _elu_value(x: Array, order: int) -> Array:
    below = np.where(x.real > 0, 0.0 * x, x)
    if order == 0:
        return np.where(x.real > 0, x, np.expm1(below))
    return np.where(x.real > 0, 1.0 if order == 1 else 0.0, np.exp(below))


_erfc = np.vectorize(math.erfc, otypes=[float])


def normal_share(x: Array) -> Array:
    """The share of the standard normal distribution below x, Phi(x) = erfc(-x/sqrt(2)) / 2.

    A complex step is so small that its first power is all there is of it.
    """
    share = _erfc(-x.real / math.sqrt(2)) / 2
    return share + 1j * x.imag * normal_density(x.real) if np.iscomplexobj(x) else share


def normal_density(x: Array) -> Array:
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _gelu_slopes() -> list[Polynomial]:
    """The k-th derivative of x Phi(x) for k = 2, 3, ... is Phi'(x) times the polynomial k - 2.

    The second is Phi' (2 - x^2), and (Phi' p)' = Phi' (p' - x p).
    """
    found: list[Polynomial] = [(2, 0, -1)]
    for _ in range(MAX_ORDER):
        found.append(added(derived(found[-1]), product((0, -1), found[-1])))
    return found


GELU_SLOPES = _gelu_slopes()


def _gelu_value(x: Array, order: int) -> Array:
    if order == 0:
        return x * normal_share(x)
    if order == 1:
        return normal_share(x) + x * normal_density(x)
    return normal_density(x) * polynomial_at(GELU_SLOPES[order - 2], x)


_erf = np.vectorize(math.erf, otypes=[float])
TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def _erf_slopes() -> list[Polynomial]:
    """The k-th derivative of erf for k = 1, 2, ... is the first times the polynomial k - 1.

    The first is 2 exp(-x^2) / sqrt(pi), and (exp(-x^2) p)' = exp(-x^2) (p' - 2 x p).
    """
    found: list[Polynomial] = [(1,)]
    for _ in range(MAX_ORDER):
        found.append(added(derived(found[-1]), product((0, -2), found[-1])))
    return found


ERF_SLOPES = _erf_slopes()


def _erf_value(x: Array, order: int) -> Array:
    """A complex step is so small that its first power is all there is of it."""
    if order == 0:
        real = _erf(x.real)
        return real + 1j * x.imag * _erf_value(x.real, 1) if np.iscomplexobj(x) else real
    return TWO_OVER_ROOT_PI * np.exp(-x * x) * polynomial_at(ERF_SLOPES[order - 1], x)


# As NumPy source.


def _slopes(name: str, values: list[str]) -> dict[str, str]:
    """The source of the derivatives of a function, from the first."""
    found: dict[str, str] = {}
    for order, value in enumerate(values, 1):
        suffix = SUFFIXES[order]
        which = f"The {suffix[1:]} derivative" if order > 1 else "The derivative"
        head = f'def {name}{suffix}(z):\n    """{which} of {name}."""'
        found[name + suffix] = f"{head}\n    return {value}\n"
    return found


_ORDERS = range(1, MAX_ORDER + 1)
_BELOW = "np.exp(np.minimum(z, 0.0))"
_DENSITY = "np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi)"
_SILU_SOURCE = '''def silu(z):
    """z * sigma(z)."""
    return z * sigma(z)
'''
_ELU_SOURCE = '''def elu(z):
    """z where it is positive, exp(z) - 1 elsewhere."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))
'''
_SHARE_SOURCE = '''def normal_share(z):
    """The share of the standard normal distribution below z."""
    from math import erfc

    return np.vectorize(erfc, otypes=[float])(-z / np.sqrt(2.0)) / 2.0
'''
_BELL = "2.0 / np.sqrt(np.pi) * np.exp(-z * z)"
_ERF_SOURCE = '''def erf(z):
    """2/sqrt(pi) times the area under exp(-t**2) from 0 to z."""
    from math import erf as of_one

    return np.vectorize(of_one, otypes=[float])(z)
'''
_GELU_SOURCE = '''def gelu(z):
    """z times the share of the standard normal distribution below z."""
    return z * normal_share(z)
'''

SILU = register(
    Function(
        name="silu",
        value=_silu_value,
        source=own_call("silu"),
        definitions={"silu": _SILU_SOURCE}
        | _slopes(
            "silu",
            [f"z * sigma{SUFFIXES[k]}(z) + {k}.0 * sigma{SUFFIXES[k - 1]}(z)" for k in _ORDERS],
        ),
        aliases=("SiLU", "swish"),
        known={ZERO: ZERO},
    )
)
GELU = register(
    Function(
        name="gelu",
        value=_gelu_value,
        source=own_call("gelu"),
        definitions={"normal_share": _SHARE_SOURCE, "gelu": _GELU_SOURCE}
        | _slopes(
            "gelu",
            [
                f"normal_share(z) + z * {_DENSITY}",
                *(
                    f"{_DENSITY} * ({polynomial_source(GELU_SLOPES[k - 2], 'z')})"
                    for k in _ORDERS[1:]
                ),
            ],
        ),
        aliases=("GELU",),
        known={ZERO: ZERO},
    )
)
ELU = register(
    Function(
        name="elu",
        value=_elu_value,
        source=own_call("elu"),
        definitions={"elu": _ELU_SOURCE}
        | _slopes("elu", [f"np.where(z > 0, {1.0 if k == 1 else 0.0}, {_BELOW})" for k in _ORDERS]),
        aliases=("ELU",),
        known={ZERO: ZERO},
        kink=True,
    )
)
ERF = register(
    Function(
        name="erf",
        value=_erf_value,
        source=own_call("erf"),
        definitions={"erf": _ERF_SOURCE}
        | _slopes(
            "erf",
            [f"{_BELL} * ({polynomial_source(ERF_SLOPES[k - 1], 'z')})" for k in _ORDERS],
        ),
        known={ZERO: ZERO},
        parity=-1,
        saturates=True,
    )
)
