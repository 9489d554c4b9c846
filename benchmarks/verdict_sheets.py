"""Random sheets with a right answer each: calculus, sums over matrices, networks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np

from benchmarks.verdict_trees import (
    SMOOTH,
    Env,
    Matrix,
    NoValue,
    Tree,
    call,
    name,
    number,
    scalar,
    text,
    value,
)

STEP = mpmath.mpf(10) ** -50
BEND = mpmath.mpf(10) ** -8
"""How far the slopes on both sides of a point may differ; more is a kink, and no question."""


@dataclass(frozen=True)
class Quantity:
    """Something that a sheet declares: its shape and what is said of it."""

    name: str
    shape: tuple[str, str]
    assumption: str = ""

    def declared(self) -> str:
        shape = "scalar" if self.shape == ("1", "1") else f"({','.join(self.shape)})"
        return f"{self.name}: {shape} {self.assumption}".strip()

    def drawn(self, rng: random.Random, sizes: dict[str, int], scale: float) -> Matrix:
        """Numbers that the declaration allows, about as large as `scale`."""
        rows, columns = (sizes.get(size) or int(size) for size in self.shape)
        array = np.empty((rows, columns), dtype=object)
        for place in np.ndindex(rows, columns):
            array[place] = mpmath.mpf(self.one(rng, scale))
        if self.assumption == "onehot":
            array[:] = mpmath.mpf(0)
            for column in range(columns):
                array[rng.randrange(rows), column] = mpmath.mpf(1)
        if self.assumption == "onehot axis=1":
            array[:] = mpmath.mpf(0)
            for row in range(rows):
                array[row, rng.randrange(columns)] = mpmath.mpf(1)
        return array

    def one(self, rng: random.Random, scale: float) -> float:
        drawn = rng.gauss(0, scale)
        if self.assumption == "positive":
            return abs(drawn) or scale
        if self.assumption == "unit":
            return rng.uniform(1e-6, 1 - 1e-6)
        if self.assumption == "binary":
            return rng.randrange(2)
        if self.assumption == "sign":
            return rng.choice((-1, 1))
        return drawn or scale


@dataclass(frozen=True)
class Task:
    """A sheet, a quantity, the forward equations as trees, and a right answer as a tree."""

    kind: str
    quantities: tuple[Quantity, ...]
    equations: tuple[tuple[str, Tree], ...]
    wrt: str
    right: Tree
    sizes: dict[str, int]

    def sheet(self) -> str:
        lines = [quantity.declared() for quantity in self.quantities]
        lines += [f"{target} = {text(tree)}" for target, tree in self.equations]
        return "\n".join(lines) + "\n"

    def words(self) -> list[str]:
        """The names that a line may use."""
        return [q.name for q in self.quantities] + [target for target, _ in self.equations[:-1]]

    def drawn(self, rng: random.Random, scale: float, sizes: dict[str, int]) -> Env:
        env: Env = {q.name: q.drawn(rng, sizes, scale) for q in self.quantities}
        return env | {size: scalar(worth) for size, worth in sizes.items()}

    def forward(self, env: Env) -> Env:
        env = dict(env)
        for target, tree in self.equations:
            env[target] = value(tree, env)
        return env

    def derivative(self, env: Env) -> Matrix:
        """dC/d(wrt) by centred differences in 150 digits; C is what is defined last.

        Raises NoValue at a kink.
        """
        last = self.equations[-1][0]
        at, here = env[self.wrt], env[last][0, 0]
        slopes = np.empty_like(at)
        for place in np.ndindex(*at.shape):
            ends = []
            for step in (STEP, -STEP):
                moved = at.copy()
                moved[place] = moved[place] + step
                ends.append(self.forward({**env, self.wrt: moved})[last][0, 0])
            slopes[place] = (ends[0] - ends[1]) / (2 * STEP)
            if abs(ends[0] + ends[1] - 2 * here) > STEP * BEND * max(1, abs(slopes[place])):
                raise NoValue
        return slopes


X, C, TWO = name("x"), name("c"), number(2)


def random_function(rng: random.Random, depth: int, x: Tree = X) -> tuple[Tree, Tree]:
    """A function of x and its derivative, by the rules of calculus written out here."""
    if depth == 0:
        k = number(rng.choice(("3", "0.5", "7", "250", "1e-6", "0.001", "12")))
        one = number(1)
        return rng.choice(
            [(x, one), (("**", x, TWO), ("*", TWO, x)), (("*", C, x), C), (("*", k, x), k),
             (("-", x, k), one), (("-", k, x), ("-1", one))]
        )  # fmt: skip
    f, df = random_function(rng, depth - 1, x)
    kind = rng.randrange(6)
    if kind == 0:
        g, dg = random_function(rng, depth - 1, x)
        return ("+", f, g), ("+", df, dg)
    if kind == 1:
        g, dg = random_function(rng, depth - 1, x)
        return ("*", f, g), ("+", ("*", df, g), ("*", f, dg))
    if kind == 2:
        g, dg = random_function(rng, 0, x)
        quotient = ("/", ("-", ("*", df, g), ("*", f, dg)), ("**", g, TWO))
        return ("/", f, g), quotient
    if kind == 3:
        n = rng.choice([2, 3, 4])
        return ("**", f, number(n)), ("*", ("*", number(n), ("**", f, number(n - 1))), df)
    if kind == 4 and rng.random() < 0.4:
        k = number(rng.choice(("0", "1", "2", "0.3", "50")))
        larger = ("*", (">", f, k), df)
        smaller = ("*", ("<=", f, k), df)
        return rng.choice(
            [(("pair", "maximum", f, k), larger), (("pair", "minimum", f, k), smaller)]
        )
    outer = rng.choice([*SMOOTH, "log", "sqrt", "relu", "abs"])
    slope = {
        "exp": call("exp", f),
        "log": ("/", number(1), f),
        "sqrt": ("/", number(1), ("*", TWO, call("sqrt", f))),
        "sin": call("cos", f),
        "cos": ("-1", call("sin", f)),
        "tanh": ("-", number(1), ("**", call("tanh", f), TWO)),
        "sigma": ("*", call("sigma", f), ("-", number(1), call("sigma", f))),
        "softplus": call("sigma", f),
        "relu": (">", f, number(0)),
        "abs": ("-", (">", f, number(0)), ("<=", f, number(0))),
    }[outer]
    return call(outer, f), ("*", slope, df)


ASSUMPTIONS = ("", "", "positive", "nonzero", "unit")
ONE = ("1", "1")


def calculus(rng: random.Random) -> Task:
    """A function of one variable, with a constant beside it."""
    f, df = random_function(rng, rng.randrange(1, 4))
    given = (
        Quantity("x", ONE, rng.choice(ASSUMPTIONS)),
        Quantity("c", ONE, rng.choice(ASSUMPTIONS)),
    )
    return Task("calculus", given, (("f", f),), "x", df, {})


def sums(rng: random.Random) -> Task:
    """A function of every entry of a vector or a matrix, added up."""
    f, df = random_function(rng, rng.randrange(1, 3))
    shape = rng.choice((("n", "1"), ("1", "n"), ("n", "m")))
    given = (Quantity("x", shape, rng.choice(ASSUMPTIONS)), Quantity("c", ONE))
    whole: Tree = ("sum", f, None)
    slope: Tree = ("+", df, ("*", number(0), X))
    if rng.random() < 0.3:
        whole, slope = ("/", whole, name("n")), ("/", slope, name("n"))
    sizes = {"n": 3, "m": 2} if "m" in shape else {"n": 3}
    return Task("sums", given, (("C", whole),), "x", slope, sizes)


def lay(layout: str, *parts: Tree) -> Tree:
    return ("lay", layout, *parts)


BACKWARDS: dict[str, Callable[[Tree], Tree]] = {
    "rest": lambda g: lay("zero before", g),
    "first": lambda g: lay("zero after", g),
    "flip": lambda g: lay("flip", g),
    "cumsum": lambda g: lay("flip", lay("cumsum", lay("flip", g))),
}
"""What comes back through a layout of one column."""


def parts(rng: random.Random) -> Task:
    """Slices, columns put together, running sums and convolutions of a function of a column."""
    u, du = random_function(rng, 1)
    v = name("v")
    given = [Quantity("x", ("n", "1")), Quantity("v", ("n", "1")), Quantity("c", ONE)]
    kind = rng.choice((*BACKWARDS, "concat", "conv", "conv"))
    sizes = {"n": 4}
    wrt = "x"
    if kind == "concat":
        made, other = lay("concat", u, v), lay("concat", v, v)
        right: Tree = ("*", du, lay("half", other))
    elif kind == "conv":
        w = name("w")
        given.append(Quantity("w", ("k", "1")))
        sizes["k"] = 2
        made, other = lay("conv", u, w), lay("conv", v, w)
        right = ("*", du, lay("full", other, w))
        if rng.random() < 0.5:
            wrt = "w"
            right = ("+", lay("conv", u, other), lay("conv", v, made))
    else:
        made, other = lay(kind, u), lay(kind, v)
        right = ("*", du, BACKWARDS[kind](other))
    cost: Tree = ("sum", ("*", made, other), None)
    return Task(f"parts, {kind}", tuple(given), (("C", cost),), wrt, right, sizes)


ACTIVATIONS = ("sigma", "tanh", "relu", "softplus")


def slope_of(activation: str, z: Tree) -> Tree:
    return call("sigma", z) if activation == "softplus" else call(f"{activation}'", z)


def network(rng: random.Random) -> Task:
    """One hidden layer; an example is a column or a row, alone or in a batch."""
    rows = rng.random() < 0.5
    batch = rows or rng.random() < 0.4
    m = "m" if batch else "1"
    activation = rng.choice(ACTIVATIONS)
    kind = rng.choice(("quadratic", "softmax", "log-sum-exp", "binary", "hinge"))

    def laid(up: str, across: str) -> tuple[str, str]:
        return (across, up) if rows else (up, across)

    target = {"softmax": "onehot axis=1" if rows else "onehot", "binary": "binary",
              "hinge": "sign"}.get(kind, "")  # fmt: skip
    given = [
        Quantity("x", laid("n0", m)),
        Quantity("y", laid("n2", m), target),
        Quantity("W1", laid("n1", "n0")),
        Quantity("b1", laid("n1", "1")),
        Quantity("W2", laid("n2", "n1")),
        Quantity("b2", laid("n2", "1")),
    ]
    if kind == "log-sum-exp":
        del given[1]
    x, y, z1, a1, z2 = (name(word) for word in ("x", "y", "z1", "a1", "z2"))
    w1, w2 = name("W1"), name("W2")

    def through(weights: Tree, inputs: Tree, bias: str) -> Tree:
        product = ("@", inputs, weights) if rows else ("@", weights, inputs)
        return ("+", product, name(bias))

    classes = 1 if rows else 0
    margin = ("-", number(1), ("*", y, z2))
    cost, delta2 = {
        "quadratic": (
            ("/", ("sum", ("**", ("-", z2, y), TWO), None), TWO),
            ("-", z2, y),
        ),
        "softmax": (
            ("-1", ("sum", ("*", y, call("log", ("softmax", z2, classes))), None)),
            ("-", ("softmax", z2, classes), y),
        ),
        "log-sum-exp": (
            ("sum", call("log", ("sum", call("exp", z2), classes)), None),
            ("softmax", z2, classes),
        ),
        "binary": (
            ("sum", ("-", call("softplus", z2), ("*", y, z2)), None),
            ("-", call("sigma", z2), y),
        ),
        "hinge": (
            ("sum", call("relu", margin), None),
            ("*", ("-1", y), (">", margin, number(0))),
        ),
    }[kind]
    if batch and rng.random() < 0.7:
        cost, delta2 = ("/", cost, name("m")), ("/", delta2, name("m"))
    weight = rng.choice(("0.01", "1e-6", "3"))
    penalty = rng.random() < 0.2
    if penalty:
        squares = ("sum", ("**", w1, TWO), None)
        cost = ("+", cost, ("*", number(weight), ("/", squares, TWO)))
    equations = (
        ("z1", through(w1, x, "b1")),
        ("a1", call(activation, z1)),
        ("z2", through(w2, a1, "b2")),
        ("C", cost),
    )
    back = ("@", delta2, ("T", w2)) if rows else ("@", ("T", w2), delta2)
    delta1: Tree = ("*", back, slope_of(activation, z1))

    def outer(delta: Tree, inputs: Tree) -> Tree:
        return ("@", ("T", inputs), delta) if rows else ("@", delta, ("T", inputs))

    def over_examples(delta: Tree) -> Tree:
        return ("sum", delta, 0 if rows else 1) if batch else delta

    first = outer(delta1, x)
    right = {
        "W2": outer(delta2, a1),
        "b2": over_examples(delta2),
        "W1": ("+", first, ("*", number(weight), w1)) if penalty else first,
        "b1": over_examples(delta1),
        "x": ("@", delta1, ("T", w1)) if rows else ("@", ("T", w1), delta1),
    }
    wrt = rng.choice(list(right))
    sizes = {"n0": 2, "n1": 3, "n2": 2} | ({"m": 3} if batch else {})
    return Task(f"network, {kind}", tuple(given), equations, wrt, right[wrt], sizes)


def task(rng: random.Random) -> Task:
    """One of the kinds."""
    return rng.choice((calculus, calculus, sums, network, network, parts))(rng)
