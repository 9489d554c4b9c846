"""Trees of equations that owe nothing to the checker: their text, and their value in 150 digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np

DIGITS = 150
"""Those of every value. A run sets them itself: other oracles in one process have their own."""

Matrix = Any
Env = dict[str, Matrix]
Tree = tuple[Any, ...]

ROUNDING = mpmath.mpf(10) ** -12
"""An exponent no further from a whole number is that number, as the language says."""

FLAT = 250
"""Where tanh, sigma and softmax are flat to all digits but the last few."""

LARGEST = 10**6
"""The largest exponent that is worked out."""


class NoValue(ArithmeticError):
    """The line or the sheet has no value there."""


class Untold(ArithmeticError):
    """A number is so near to another that the digits do not tell them apart: tanh(900) and 1."""


def elementwise(function: Callable[..., Any]) -> Callable[..., Matrix]:
    return np.frompyfunc(function, 1, 1)


def exponential(v: Any) -> Any:
    if abs(v) > LARGEST:
        raise NoValue
    return mpmath.exp(v)


def logarithm(v: Any) -> Any:
    if v <= 0:
        raise NoValue
    return mpmath.log(v)


def root(v: Any) -> Any:
    if v < 0:
        raise NoValue
    return mpmath.sqrt(v)


def logistic(v: Any) -> Any:
    if abs(v) > FLAT:
        raise Untold
    return 1 / (1 + exponential(-v))


def hyperbolic(v: Any) -> Any:
    return 2 * logistic(2 * v) - 1


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": exponential,
    "log": logarithm,
    "sqrt": root,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": hyperbolic,
    "sigma": logistic,
    "softplus": lambda v: mpmath.log(1 + exponential(v)),
    "relu": lambda v: max(v, mpmath.mpf(0)),
    "abs": abs,
    "sigma'": lambda v: logistic(v) * (1 - logistic(v)),
    "tanh'": lambda v: 4 * logistic(2 * v) * logistic(-2 * v),
    "relu'": lambda v: mpmath.mpf(1 if v > 0 else 0),
}


def laid_on(x: Matrix, kernel: Matrix) -> Matrix:
    """The sum of x[i+k] * kernel[k] over k, wherever the kernel fits whole."""
    count = len(x) - len(kernel) + 1
    if count < 1:
        raise NoValue
    rows = [sum(kernel[k, 0] * x[i + k, 0] for k in range(len(kernel))) for i in range(count)]
    return np.array([[row] for row in rows], dtype=object)


def in_full(x: Matrix, kernel: Matrix) -> Matrix:
    """The sum of x[i] * kernel[j-i] over i."""
    around = np.array([[mpmath.mpf(0)]] * (len(x) - 1), dtype=object).reshape(-1, 1)
    return laid_on(np.concatenate((around, kernel, around)), x[::-1])


def one_less(part: Callable[[Matrix], Matrix]) -> Callable[[Matrix], Matrix]:
    def cut(x: Matrix) -> Matrix:
        if len(x) < 2:
            raise NoValue
        return part(x)

    return cut


ZERO = np.array([[mpmath.mpf(0)]], dtype=object)

LAYOUTS: dict[str, tuple[str, Callable[..., Matrix]]] = {
    "rest": ("{}[1:]", one_less(lambda x: x[1:])),
    "first": ("{}[:-1]", one_less(lambda x: x[:-1])),
    "zero before": ("pad({}, (1, 0))", lambda x: np.concatenate((ZERO, x))),
    "zero after": ("concat({}, zeros(1, 1))", lambda x: np.concatenate((x, ZERO))),
    "flip": ("flip({})", lambda x: x[::-1]),
    "cumsum": ("cumsum({})", lambda x: np.cumsum(x, axis=0)),
    "concat": ("concat({}, {})", lambda x, y: np.concatenate((x, y))),
    "half": ("{}[:n]", lambda x: x[: len(x) // 2]),
    "conv": ("conv({}, {})", laid_on),
    "full": ("conv_full({}, {})", in_full),
}
"""Columns cut, put together and laid on one another: how each is typed, and what it is."""

SMOOTH = ("exp", "sin", "cos", "tanh", "sigma", "softplus")
TIGHT = ("number", "name", "call", "sum", "softmax", "T", "pair", "lay")
PLAIN = ("+", "-", "*", "/", "@", "**", ">", "<=")


def number(value: Any) -> Tree:
    return ("number", value)


def name(word: str) -> Tree:
    return ("name", word)


def call(function: str, inner: Tree) -> Tree:
    return ("call", function, inner)


def text(tree: Tree) -> str:
    """The tree in the language of the sheets, every compound operand in brackets."""
    kind = tree[0]
    if kind in ("number", "name"):
        return str(tree[1])
    if kind == "call":
        return f"{tree[1]}({text(tree[2])})"
    if kind in ("sum", "softmax"):
        axis = "" if tree[2] is None else f", axis={tree[2]}"
        return f"{kind}({text(tree[1])}{axis})"
    if kind == "pair":
        return f"{tree[1]}({text(tree[2])}, {text(tree[3])})"
    if kind == "lay":
        return LAYOUTS[tree[1]][0].format(*map(bracketed, tree[2:]))
    if kind == "T":
        return f"{bracketed(tree[1])}.T"
    if kind == "-1":
        return f"-{bracketed(tree[1])}"
    return f"{bracketed(tree[1])} {kind} {bracketed(tree[2])}"


def bracketed(tree: Tree) -> str:
    return text(tree) if tree[0] in TIGHT else f"({text(tree)})"


def scalar(value: Any) -> Matrix:
    return np.array([[mpmath.mpf(value)]], dtype=object)


def value(tree: Tree, env: Env) -> Matrix:
    """The value of the tree, a matrix of numbers with 150 digits. Raises NoValue, ValueError."""
    kind = tree[0]
    if kind == "number":
        return scalar(str(tree[1]))
    if kind == "name":
        return env[tree[1]]
    if kind == "call":
        return elementwise(FUNCTIONS[tree[1]])(value(tree[2], env))
    if kind == "sum":
        return added(value(tree[1], env), tree[2])
    if kind == "softmax":
        inner = value(tree[1], env)
        apart = inner - largest(inner, tree[2])
        if min(apart.flat) < -FLAT:
            raise Untold
        powers = elementwise(exponential)(apart)
        return powers / added(powers, tree[2])
    if kind == "pair":
        pick = np.maximum if tree[1] == "maximum" else np.minimum
        return pick(value(tree[2], env), value(tree[3], env))
    if kind == "lay":
        return LAYOUTS[tree[1]][1](*(value(part, env) for part in tree[2:]))
    if kind == "T":
        return value(tree[1], env).T
    if kind == "-1":
        return -value(tree[1], env)
    left, right = value(tree[1], env), value(tree[2], env)
    if kind == "@":
        return left @ right
    if kind == "/":
        if (right == 0).any():
            raise NoValue
        return left / right
    if kind == "**":
        return np.frompyfunc(raised, 2, 1)(left, right)
    if kind == ">":
        return np.where(left > right, mpmath.mpf(1), mpmath.mpf(0))
    if kind == "<=":
        return np.where(left <= right, mpmath.mpf(1), mpmath.mpf(0))
    return {"+": np.add, "-": np.subtract, "*": np.multiply}[kind](left, right)


def largest(x: Matrix, axis: int | None) -> Matrix:
    shape = {None: (1, 1), 0: (1, x.shape[1]), 1: (x.shape[0], 1)}[axis]
    return np.asarray(np.max(x, axis=axis), dtype=object).reshape(shape)


def added(x: Matrix, axis: int | None) -> Matrix:
    shape = {None: (1, 1), 0: (1, x.shape[1]), 1: (x.shape[0], 1)}[axis]
    return np.asarray(np.sum(x, axis=axis), dtype=object).reshape(shape)


def raised(base: Any, exponent: Any) -> Any:
    nearest = mpmath.nint(exponent)
    if abs(exponent - nearest) < ROUNDING:
        exponent = nearest
    if (base < 0 and exponent != nearest) or (base == 0 and exponent < 0):
        raise NoValue
    if base != 0 and abs(exponent * mpmath.log(abs(base))) > LARGEST:
        raise NoValue
    return base**exponent


def occurrences(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    yield path, tree
    for place, part in enumerate(tree):
        if isinstance(part, tuple):
            yield from occurrences(part, (*path, place))


def replaced(tree: Tree, path: tuple[int, ...], new: Tree) -> Tree:
    if not path:
        return new
    parts = list(tree)
    parts[path[0]] = replaced(parts[path[0]], path[1:], new)
    return tuple(parts)
