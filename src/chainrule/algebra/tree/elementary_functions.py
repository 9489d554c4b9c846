"""The functions of one variable beside exp and log, each one value.

The derivative of order k of each is written out, so `sigma''(z)` has a value and a derivative. A
prime is kept as a prime where the textbooks keep it (`sigma'(z1)`); where the derivative has a
plainer name, it is called by that (`cos`, `1/x`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from chainrule.algebra.tree.arithmetic import OutOfDomain, add, multiply, negate, subtract
from chainrule.algebra.tree.expression import Array, Expression, node
from chainrule.algebra.tree.function_registry import MAX_ORDER, Function, register
from chainrule.algebra.tree.leaves import ONE, TWO, ZERO
from chainrule.algebra.tree.polynomials import polynomial_at, polynomial_source, slopes
from chainrule.algebra.tree.powers import divide, divided, power

SUFFIXES = ("", "_prime", "_second", "_third", "_fourth", "_fifth", "_sixth")
"""What the source of a function's derivatives is called after its name."""


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


SIGMA_SLOPES = slopes((0, 1, -1))  # sigma' = sigma - sigma^2
TANH_SLOPES = slopes((1, 0, -1))  # tanh' = 1 - tanh^2
TAN_SLOPES = slopes((1, 0, 1))  # tan' = 1 + tan^2
"""For the k-th derivative, entry k - 1: the polynomial in f that f' is multiplied with."""


def sigma_value(x: Array, order: int) -> Array:
    s = sigmoid(x)
    if order == 0:
        return s
    return s * sigmoid(-x) * polynomial_at(SIGMA_SLOPES[order - 1], s)


def _tanh_value(x: Array, order: int) -> Array:
    t = np.tanh(x)
    if order == 0:
        return t
    return 4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x) * polynomial_at(TANH_SLOPES[order - 1], t)


def _softplus_value(x: Array, order: int) -> Array:
    return softplus(x) if order == 0 else sigma_value(x, order - 1)


def _tan_value(x: Array, order: int) -> Array:
    c: Array = np.cos(x)
    if (np.abs(c.real) < 1e-12).any():
        raise OutOfDomain("tan at a pole")
    t = np.sin(x) / c
    return t if order == 0 else polynomial_at(TAN_SLOPES[order - 1], t) / c**2


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


def _leaky(x: Array, order: int, slope: float = 0.0) -> Array:
    if order == 0:
        return np.where(x.real > 0, x, slope * x)
    return np.where(x.real > 0, 1.0, slope) if order == 1 else np.zeros(x.shape)


# As NumPy source.


def _derivatives(
    name: str, value: str, slope: str, slopes: list[tuple[int, ...]]
) -> dict[str, str]:
    """The source of the derivatives of a function whose slope is a polynomial in itself.

    value: the function's source; slope: that of its first derivative, in z and the value.
    """
    found: dict[str, str] = {}
    letter = name[0]
    for order in range(1, MAX_ORDER + 1):
        suffix = SUFFIXES[order]
        which = f"The {suffix[1:]} derivative" if order > 1 else "The derivative"
        lines = [f"def {name}{suffix}(z):", f'    """{which} of {name}."""']
        if order > 1 or f"{letter} *" in slope:
            lines.append(f"    {letter} = {value}")
        factor = f" * ({polynomial_source(slopes[order - 1], letter)})" if order > 1 else ""
        found[name + suffix] = "\n".join([*lines, f"    return {slope}{factor}", ""])
    return found


def own_call(name: str) -> Callable[[str, int], str]:
    """A call of our own function, or of its derivative."""
    return lambda x, order: f"{name}{SUFFIXES[order]}({x})"


def _numpys(name: str) -> Callable[[str, int], str]:
    """A call of NumPy's function, or of our own for its derivatives."""
    return lambda x, order: f"{name if order else f'np.{name}'}{SUFFIXES[order]}({x})"


def _wave(first: int) -> Callable[[str, int], str]:
    turn = ("np.sin({})", "np.cos({})", "(-np.sin({}))", "(-np.cos({}))")
    return lambda x, order: turn[(first + order) % 4].format(x)


def _bent(name: str, slope: str) -> Callable[..., str]:
    """A function of straight lines: its slope is a step, and flat after that."""

    def source(x: str, order: int, setting: Fraction | None = None) -> str:
        if order > 1:
            return f"(0.0 * {x if x.isidentifier() else f'({x})'})"
        extra = "" if setting in (None, DEFAULT_SLOPE) else f", {float(setting or 0)!r}"
        return f"{slope if order else name}({x}{extra})"

    return source


def _sqrt_source(x: str, order: int) -> str:
    if order == 0:
        return f"np.sqrt({x})"
    factor = math.prod((Fraction(1, 2) - k for k in range(order)), start=Fraction(1))
    return f"({float(factor)} * np.sqrt({x}) / ({x})**{order})"


def _softplus_source(x: str, order: int) -> str:
    return f"sigma{SUFFIXES[order - 1]}({x})" if order else f"softplus({x})"


_SIGMA_SOURCE = '''def sigma(z):
    """1 / (1 + exp(-z)); the exponent is never positive, so nothing overflows."""
    t = np.exp(-np.abs(z))
    return np.where(z < 0, t, 1.0) / (1.0 + t)
'''
_SOFTPLUS_SOURCE = '''def softplus(z):
    """log(1 + exp(z)); the exponent is never positive, so nothing overflows."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
'''
_RELU_SOURCE = '''def relu(z):
    """z where it is positive, 0 elsewhere."""
    return np.maximum(z, 0.0)
'''
_RELU_PRIME_SOURCE = '''def relu_prime(z):
    """The derivative of relu: 1 where z is positive, 0 elsewhere."""
    return np.where(z > 0, 1.0, 0.0)
'''
_LEAKY_SOURCE = '''def leaky_relu(z, slope=0.01):
    """z where it is positive, slope * z elsewhere."""
    return np.where(z > 0, z, slope * z)
'''
_LEAKY_PRIME_SOURCE = '''def leaky_relu_prime(z, slope=0.01):
    """The derivative of leaky_relu: 1 where z is positive, slope elsewhere."""
    return np.where(z > 0, 1.0, slope)
'''

DEFAULT_SLOPE = Fraction(1, 100)
"""The slope of leaky_relu below 0, unless it is given: leaky_relu(z, 0.2)."""


# The functions.

SQRT = register(
    Function(
        name="sqrt",
        value=_sqrt_value,
        source=_sqrt_source,
        slope=lambda x, order: divide(ONE, _twice_root(x)) if order == 1 else None,
        adjoint=lambda f, g: divided(g, _twice_root(f.args[0])),
        known={ZERO: ZERO, ONE: ONE},
        sign="√",
    )
)
ABS = register(
    Function(
        name="abs", value=_abs_value, source=_bent("np.abs", "np.sign"), known={ZERO: ZERO},
        parity=1, kink=True, straight=True,
    )
)  # fmt: skip
SIGMA = register(
    Function(
        name="sigma",
        value=sigma_value,
        source=own_call("sigma"),
        definitions={"sigma": _SIGMA_SOURCE}
        | _derivatives("sigma", "sigma(z)", "s * sigma(-z)", SIGMA_SLOPES),
        unfolded=lambda a: multiply(a, subtract(ONE, a)),
        aliases=("sigmoid", "logistic"),
        known={ZERO: divide(ONE, TWO)},
        saturates=True,
        sign="σ",
    )
)
TANH = register(
    Function(
        name="tanh",
        value=_tanh_value,
        source=_numpys("tanh"),
        definitions=_derivatives(
            "tanh", "np.tanh(z)", "4.0 * sigma(2.0 * z) * sigma(-2.0 * z)", TANH_SLOPES
        ),
        unfolded=lambda a: subtract(ONE, power(a, TWO)),
        known={ZERO: ZERO},
        parity=-1,
        saturates=True,
    )
)
RELU = register(
    Function(
        name="relu", value=_leaky, source=_bent("relu", "relu_prime"),
        definitions={"relu": _RELU_SOURCE, "relu_prime": _RELU_PRIME_SOURCE},
        aliases=("ReLU",), known={ZERO: ZERO}, kink=True, straight=True,
    )
)  # fmt: skip
LEAKY_RELU = register(
    Function(
        name="leaky_relu", value=_leaky, source=_bent("leaky_relu", "leaky_relu_prime"),
        definitions={"leaky_relu": _LEAKY_SOURCE, "leaky_relu_prime": _LEAKY_PRIME_SOURCE},
        aliases=("LeakyReLU",), known={ZERO: ZERO}, kink=True, straight=True,
        setting=DEFAULT_SLOPE,
    )
)  # fmt: skip
SOFTPLUS = register(
    Function(
        name="softplus",
        value=_softplus_value,
        source=_softplus_source,
        definitions={"softplus": _SOFTPLUS_SOURCE},
        slope=lambda x, order: node(SIGMA, (x,), (order - 1,)),
    )
)
SIN = register(
    Function(
        name="sin", value=_sin_value, source=_wave(0), known={ZERO: ZERO}, parity=-1,
        slope=lambda x, order: node(COS, (x,), (order - 1,)),
    )
)  # fmt: skip
COS = register(
    Function(
        name="cos", value=lambda x, order: _sin_value(x, order + 1), source=_wave(1),
        known={ZERO: ONE}, parity=1,
        slope=lambda x, order: negate(node(SIN, (x,), (order - 1,))),
    )
)  # fmt: skip
TAN = register(
    Function(
        name="tan",
        value=_tan_value,
        source=_numpys("tan"),
        definitions=_derivatives("tan", "np.tan(z)", "1.0 / np.cos(z) ** 2", TAN_SLOPES),
        slope=lambda x, order: _one_and_square(x) if order == 1 else None,
        aliases=("tg",),
        known={ZERO: ZERO},
        parity=-1,
    )
)


def _twice_root(x: Expression) -> Expression:
    return multiply(TWO, node(SQRT, (x,), (0,)))


def _one_and_square(x: Expression) -> Expression:
    return add(ONE, power(node(TAN, (x,), (0,)), TWO))
