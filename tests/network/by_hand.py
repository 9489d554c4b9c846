"""The network once more, written from the textbook and for no speed: what the tests compare with.

Nothing here is taken from the package but the names that are registered. Everything also works on
complex numbers, for the complex step: Im f(x + ih) / h is f'(x) without any cancellation (Squire
and Trapp, 1998).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.network import ACTIVATIONS
from chainrule.network import COSTS as registered

Array = NDArray[Any]

LEAK = 0.01


def sigmoid(Z: Array) -> Array:
    return 1 / (1 + np.exp(-Z))


def softmax(Z: Array) -> Array:
    powers = np.exp(Z - np.real(Z).max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def normal_share(Z: Array) -> Array:
    """Phi, for the complex step too: Phi(x + ih) = Phi(x) + ih phi(x), but for h**2."""
    x = np.real(Z)
    share = 0.5 * np.vectorize(math.erfc, otypes=[float])(-x / math.sqrt(2))
    slope = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return share + 1j * np.imag(Z) * slope if np.iscomplexobj(Z) else share


def below_0(Z: Array) -> Array:
    """Z where it is negative, 0 elsewhere."""
    return np.where(np.real(Z) < 0, Z, 0)


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda Z: Z * (np.real(Z) > 0),
    "leaky-relu": lambda Z: Z * np.where(np.real(Z) > 0, 1, LEAK),
    "elu": lambda Z: np.where(np.real(Z) > 0, Z, np.exp(below_0(Z)) - 1),
    "silu": lambda Z: Z * sigmoid(Z),
    "gelu": lambda Z: Z * normal_share(Z),
    "gelu-tanh": lambda Z: Z * (1 + np.tanh(math.sqrt(2 / math.pi) * (Z + 0.044715 * Z**3))) / 2,
    "identity": lambda Z: Z,
    "softmax": softmax,
}
"""f(Z), an example a row."""


def function(name: str, Z: Array) -> Array:
    """f(Z), an example a row."""
    return FUNCTIONS[name](Z)


def slope(name: str, z: Array) -> Array:
    """f'(z) as a matrix, for a column z (n, 1): diagonal except for softmax."""
    a = function(name, z.T).T
    match name:
        case "sigmoid":
            return np.diagflat(a * (1 - a))
        case "tanh":
            return np.diagflat(1 - a * a)
        case "relu":
            return np.diagflat(1.0 * (z > 0))
        case "leaky-relu":
            return np.diagflat(np.where(z > 0, 1, LEAK))
        case "identity":
            return np.eye(len(z))
        case "softmax":
            return np.diagflat(a) - a @ a.T
    return np.diagflat(np.imag(function(name, z.T + 1e-30j)) / 1e-30)


def huber(A: Array, Y: Array) -> Any:
    """Half the square of an error up to 1, and beyond it |error| - 1/2."""
    error = (A - Y) * np.sign(np.real(A - Y))
    return np.where(np.real(error) <= 1, error**2 / 2, error - 0.5).sum()


def hinge(A: Array, Y: Array) -> Any:
    """CS231n: the sum over j != k of max(0, a_j - a_k + 1), k the class; row by row."""
    total = 0
    for a, y in zip(A, Y, strict=True):
        k = int(y.argmax())
        for j in range(len(a)):
            margin = a[j] - a[k] + 1
            if j != k and np.real(margin) > 0:
                total = total + margin
    return total


COSTS: dict[str, Callable[[Array, Array], Any]] = {
    "quadratic": lambda A, Y: ((A - Y) ** 2).sum() / 2,
    "cross-entropy": lambda A, Y: -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(),
    "log-likelihood": lambda A, Y: -(Y * np.log(A)).sum(),
    "huber": huber,
    "hinge": hinge,
}
"""The sum over the rows."""


def cost(name: str, A: Array, Y: Array) -> Any:
    """The mean over the rows."""
    return COSTS[name](A, Y) / len(Y)


def targets(name: str, m: int, n: int, rng: np.random.Generator) -> Array:
    """Rows of targets (m, n) that this cost takes, as varied as may be."""
    if name == "cross-entropy":
        return rng.random((m, n))
    if name == "log-likelihood":
        return rng.dirichlet(np.ones(n), m)
    if name == "hinge":
        return np.eye(n)[rng.integers(0, n, m)]
    return 1.5 * rng.standard_normal((m, n))


@dataclass(frozen=True)
class Problem:
    """One network, one batch: all that C depends on."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    cost: str
    parameters: dict[str, Array]
    X: Array
    Y: Array
    l1: float = 0.0
    l2: float = 0.0
    n: int = 1
    masks: Mapping[str, Array] = field(default_factory=dict)

    @property
    def layers(self) -> int:
        return len(self.activations)

    def value(self, parameters: Mapping[str, Array]) -> Any:
        """C, penalty and all."""
        A = self.X
        for layer in range(1, self.layers + 1):
            Z = A @ parameters[f"W{layer}"].T + parameters[f"b{layer}"]
            A = function(self.activations[layer - 1], Z) * self.masks.get(f"mask{layer}", 1)
        total = cost(self.cost, A, self.Y)
        for layer in range(1, self.layers + 1):
            W = parameters[f"W{layer}"]
            absolute = W * np.sign(np.real(W))
            total = total + self.l1 / self.n * absolute.sum() + self.l2 / 2 / self.n * (W**2).sum()
        return total

    def complex_step(self) -> dict[str, Array]:
        """dC/dW1, dC/db1, ..."""
        h = 1e-30
        slopes: dict[str, Array] = {}
        for name, value in self.parameters.items():
            slopes[f"dC/d{name}"] = np.empty(value.shape)
            for place in np.ndindex(value.shape):
                moved = value.astype(complex)
                moved[place] += 1j * h
                C = self.value({**self.parameters, name: moved})
                slopes[f"dC/d{name}"][place] = C.imag / h
        return slopes


EVERY = tuple(ACTIVATIONS)
ELEMENTWISE = tuple(name for name, kind in ACTIVATIONS.items() if kind.backward is None)
PAIRS = [
    (name, output)
    for name, chosen in registered.items()
    for output in (EVERY if chosen.partner is None else (chosen.partner,))
]
"""Every cost with every output that it goes with."""


def draw_problem(rng: np.random.Generator, number: int) -> Problem:
    """A random problem in which no mistake hides: all sizes differ and are above 1.

    `number` runs through costs, outputs and hidden activations, so that all are met.
    """
    cost_name, output = PAIRS[number % len(PAIRS)]
    layers = 1 + (number // len(PAIRS)) % 4
    picked = rng.permutation(np.arange(2, 8))[: layers + 2]
    m, sizes = int(picked[0]), tuple(int(size) for size in picked[1:])
    hidden = tuple(EVERY[(number + i) % len(EVERY)] for i in range(layers - 1))
    parameters: dict[str, Array] = {}
    for layer in range(1, layers + 1):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        parameters[f"W{layer}"] = 0.8 * rng.standard_normal((n_out, n_in))
        parameters[f"b{layer}"] = 0.8 * rng.standard_normal(n_out)
    Y = targets(cost_name, m, sizes[-1], rng)
    kind = rng.integers(4)
    masks = {
        f"mask{layer}": (rng.random((m, sizes[layer])) < 0.7) / 0.7
        for layer in range(1, layers)
        if rng.random() < 0.4
    }
    return Problem(
        sizes,
        (*hidden, output),
        cost_name,
        parameters,
        rng.standard_normal((m, sizes[0])),
        Y,
        l1=float(rng.random()) if kind in (1, 3) else 0.0,
        l2=float(rng.random()) if kind in (2, 3) else 0.0,
        n=int(rng.integers(m, 30)),
        masks=masks,
    )


def train_by_example(
    parameters: dict[str, Array],
    activations: Sequence[str],
    X: Array,
    Y: Array,
    batches: Sequence[Array],
    eta: float,
    *,
    matched: bool,
    l1: float = 0.0,
    l2: float = 0.0,
) -> dict[str, Array]:
    """Gradient descent as in Nielsen's book: one column after the other, gradients added up.

    `batches` are arrays of row numbers; `matched` costs start from delta = a - y.
    """
    layers, n = len(activations), len(X)
    W = [parameters[f"W{layer}"].copy() for layer in range(1, layers + 1)]
    b = [parameters[f"b{layer}"][:, None].copy() for layer in range(1, layers + 1)]
    for batch in batches:
        nabla_W = [np.zeros_like(w) for w in W]
        nabla_b = [np.zeros_like(v) for v in b]
        for row in batch:
            columns, zs = [X[row][:, None]], []
            for i in range(layers):
                zs.append(W[i] @ columns[-1] + b[i])
                columns.append(function(activations[i], zs[-1].T).T)
            delta = columns[-1] - Y[row][:, None]
            if not matched:
                delta = slope(activations[-1], zs[-1]) @ delta
            for i in reversed(range(layers)):
                nabla_b[i] += delta
                nabla_W[i] += delta @ columns[i].T
                if i:
                    delta = slope(activations[i - 1], zs[i - 1]) @ (W[i].T @ delta)
        for i in range(layers):
            penalty = l2 / n * W[i] + l1 / n * np.sign(W[i])
            W[i] = W[i] - eta * (nabla_W[i] / len(batch) + penalty)
            b[i] = b[i] - eta * nabla_b[i] / len(batch)
    found: dict[str, Array] = {}
    for layer in range(1, layers + 1):
        found |= {f"W{layer}": W[layer - 1], f"b{layer}": b[layer - 1][:, 0]}
    return found


def batches_of(rng: np.random.Generator, n: int, size: int, epochs: int) -> list[list[Array]]:
    """For each epoch its mini-batches: a permutation, cut from the front; the last may be short."""
    epochs_of = []
    for _ in range(epochs):
        order = rng.permutation(n)
        epochs_of.append([order[start : start + size] for start in range(0, n, size)])
    return epochs_of


def gap(found: Any, expected: Any) -> float:
    """The largest difference, relative to the largest number expected (at least 1e-3)."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-3))
