"""Verdicts held against the truth in 50 digits: random sheets, right lines and wrong ones.

    python -m benchmarks.verdicts [COUNT] [SEED]

Nothing of the checker is used to make a line or to tell whether it is right. A line is a tree of
this file, evaluated with mpmath; the derivative it is held against comes from differences of the
sheet's own equation in 50 digits. Prints the counts, every false verdict, every exception and the
slowest lines. A line is right if no difference shows at any point that the declarations allow,
near and far, of both signs.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from chainrule.algebra import parse_sheet
from chainrule.derivation import check

mpmath.mp.dps = 50
STEP = mpmath.mpf(10) ** -20
SAME = mpmath.mpf(10) ** -12
"""The largest relative difference between two values that are equal: differences err by 1e-20."""

CLOSE = mpmath.mpf(10) ** -7
"""Lines that differ by less are counted apart: float64 need not tell them from right ones."""

ROUNDING = mpmath.mpf(10) ** -18
"""Of the cost: what is smaller is lost in the differences of the cost."""

SLOW = 1.2
Matrix = Any
Env = dict[str, Matrix]
Tree = tuple[Any, ...]


class NoValue(ArithmeticError):
    """The line or the sheet has no value there."""


# --- trees: text and value -------------------------------------------------------------------


def elementwise(function: Callable[..., Any]) -> Callable[..., Matrix]:
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda a: ufunc(a)


def logarithm(v: Any) -> Any:
    if v <= 0:
        raise NoValue
    return mpmath.log(v)


def root(v: Any) -> Any:
    if v < 0:
        raise NoValue
    return mpmath.sqrt(v)


def logistic(v: Any) -> Any:
    return 1 / (1 + mpmath.exp(-v))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": logarithm,
    "sqrt": root,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": mpmath.tanh,
    "sigma": logistic,
    "softplus": lambda v: mpmath.log(1 + mpmath.exp(v)),
    "relu": lambda v: max(v, mpmath.mpf(0)),
    "abs": abs,
    "sigma'": lambda v: logistic(v) * (1 - logistic(v)),
    "tanh'": lambda v: 1 - mpmath.tanh(v) ** 2,
    "relu'": lambda v: mpmath.mpf(1 if v > 0 else 0),
}
SMOOTH = ("exp", "sin", "cos", "tanh", "sigma", "softplus")
TIGHT = ("number", "name", "call", "sum", "T", "pair")


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
    if kind == "sum":
        axis = "" if tree[2] is None else f", axis={tree[2]}"
        return f"sum({text(tree[1])}{axis})"
    if kind == "pair":
        return f"{tree[1]}({text(tree[2])}, {text(tree[3])})"
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
    """The value of the tree, a matrix of numbers with 50 digits."""
    kind = tree[0]
    if kind == "number":
        return scalar(str(tree[1]))
    if kind == "name":
        return env[tree[1]]
    if kind == "call":
        return elementwise(FUNCTIONS[tree[1]])(value(tree[2], env))
    if kind == "sum":
        return np.sum(value(tree[1], env), axis=tree[2], keepdims=True).reshape(
            (1, 1) if tree[2] is None else (-1, 1) if tree[2] == 1 else (1, -1)
        )
    if kind == "pair":
        pick = np.maximum if tree[1] == "maximum" else np.minimum
        return pick(value(tree[2], env), value(tree[3], env))
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
    return {"+": np.add, "-": np.subtract, "*": np.multiply}[kind](left, right)


def raised(base: Any, exponent: Any) -> Any:
    if (base < 0 and exponent != int(exponent)) or (base == 0 and exponent < 0):
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


# --- questions -------------------------------------------------------------------------------


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
        return array

    def one(self, rng: random.Random, scale: float) -> float:
        drawn = rng.gauss(0, scale)
        if self.assumption == "positive":
            return abs(drawn) or scale
        if self.assumption == "unit":
            return rng.random()
        if self.assumption == "binary":
            return rng.randrange(2)
        return drawn


@dataclass(frozen=True)
class Task:
    """A sheet, a quantity, the forward equation as a tree, and a right answer as a tree."""

    quantities: tuple[Quantity, ...]
    equations: tuple[tuple[str, Tree], ...]
    wrt: str
    right: Tree
    sizes: dict[str, int]

    def sheet(self) -> str:
        lines = [quantity.declared() for quantity in self.quantities]
        lines += [f"{target} = {text(tree)}" for target, tree in self.equations]
        return "\n".join(lines) + "\n"

    def forward(self, env: Env) -> Env:
        env = dict(env)
        for target, tree in self.equations:
            env[target] = value(tree, env)
        return env

    def derivative(self, env: Env) -> Matrix:
        """dC/d(wrt) by centred differences in 50 digits; C is what is defined last."""
        last = self.equations[-1][0]
        at = env[self.wrt]
        slopes = np.empty_like(at)
        for place in np.ndindex(*at.shape):
            values = []
            for step in (STEP, -STEP):
                moved = at.copy()
                moved[place] = moved[place] + step
                values.append(self.forward({**env, self.wrt: moved})[last][0, 0])
            slopes[place] = (values[0] - values[1]) / (2 * STEP)
        return slopes


X, C, TWO = name("x"), name("c"), number(2)


def random_function(rng: random.Random, depth: int) -> tuple[Tree, Tree]:
    """A function of x and its derivative, by the rules of calculus written out here."""
    if depth == 0:
        return rng.choice([(X, number(1)), (("**", X, TWO), ("*", TWO, X)), (("*", C, X), C)])
    f, df = random_function(rng, depth - 1)
    kind = rng.randrange(5)
    if kind == 0:
        g, dg = random_function(rng, depth - 1)
        return ("+", f, g), ("+", df, dg)
    if kind == 1:
        g, dg = random_function(rng, depth - 1)
        return ("*", f, g), ("+", ("*", df, g), ("*", f, dg))
    if kind == 2:
        g, dg = random_function(rng, 0)
        quotient = ("/", ("-", ("*", df, g), ("*", f, dg)), ("**", g, TWO))
        return ("/", f, g), quotient
    if kind == 3:
        n = rng.choice([2, 3])
        return ("**", f, number(n)), ("*", ("*", number(n), ("**", f, number(n - 1))), df)
    outer = rng.choice([*SMOOTH, "log", "sqrt", "relu"])
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
    }[outer]
    return call(outer, f), ("*", slope, df)


ASSUMPTIONS = ("", "", "positive", "nonzero", "unit")


def calculus(rng: random.Random) -> Task:
    """A function of one variable, with a constant beside it."""
    f, df = random_function(rng, rng.randrange(1, 4))
    one = ("1", "1")
    given = (
        Quantity("x", one, rng.choice(ASSUMPTIONS)),
        Quantity("c", one, rng.choice(ASSUMPTIONS)),
    )
    return Task(given, (("f", f),), "x", df, {})


ACTIVATIONS = {
    "sigma": call("sigma'", name("z1")),
    "tanh": call("tanh'", name("z1")),
    "relu": call("relu'", name("z1")),
    "softplus": call("sigma", name("z1")),
}


def network(rng: random.Random) -> Task:
    """One hidden layer, one example in a column or a batch of columns."""
    kind = rng.choice(list(ACTIVATIONS))
    batch = rng.random() < 0.4
    m = "m" if batch else "1"
    given = (
        Quantity("x", ("n0", m)),
        Quantity("y", ("n2", m)),
        Quantity("W1", ("n1", "n0")),
        Quantity("b1", ("n1", "1")),
        Quantity("W2", ("n2", "n1")),
        Quantity("b2", ("n2", "1")),
    )
    error = ("-", name("z2"), name("y"))
    halves = ("/", ("sum", ("**", error, TWO), None), TWO)
    cost = ("/", halves, name("m")) if batch else halves
    equations = (
        ("z1", ("+", ("@", name("W1"), name("x")), name("b1"))),
        ("a1", call(kind, name("z1"))),
        ("z2", ("+", ("@", name("W2"), name("a1")), name("b2"))),
        ("C", cost),
    )
    delta2: Tree = ("/", error, name("m")) if batch else error
    delta1 = ("*", ("@", ("T", name("W2")), delta2), ACTIVATIONS[kind])
    summed: Callable[[Tree], Tree] = lambda d: ("sum", d, 1) if batch else d  # noqa: E731
    right = {
        "W2": ("@", delta2, ("T", name("a1"))),
        "b2": summed(delta2),
        "W1": ("@", delta1, ("T", name("x"))),
        "b1": summed(delta1),
        "x": ("@", ("T", name("W1")), delta1),
    }
    wrt = rng.choice(list(right))
    sizes = {"n0": 2, "n1": 3, "n2": 4, "m": 5}
    return Task(given, equations, wrt, right[wrt], sizes)


# --- lines: the right answer rewritten, and changed --------------------------------------------


def rewritten(tree: Tree, rng: random.Random) -> Tree:
    """The same value for every number, written in another way at one place."""
    path, part = rng.choice(list(occurrences(tree)))
    options: list[Tree] = [("*", part, number(1)), ("-1", ("-1", part)), ("/", part, number(1))]
    kind = part[0]
    if kind in ("+", "*"):
        options += [(kind, part[2], part[1])] * 3
    if kind == "-":
        options += [("+", part[1], ("-1", part[2])), ("-1", ("-", part[2], part[1]))]
    if kind == "/":
        options += [("*", part[1], ("/", number(1), part[2]))]
    if kind == "@":
        options += [("T", ("@", ("T", part[2]), ("T", part[1])))] * 2
    if kind == "**" and part[2] == TWO:
        options += [("*", part[1], part[1])] * 2
    if kind == "call" and part[1] == "sigma":
        options += [("/", number(1), ("+", number(1), call("exp", ("-1", part[2]))))]
        options += [("-", number(1), call("sigma", ("-1", part[2])))]
    if kind == "call" and part[1] == "relu":
        options += [("pair", "maximum", part[2], number(0))]
        options += [("*", part[2], (">", part[2], number(0)))]
    if kind == "call" and part[1] == "sigma'":
        s = call("sigma", part[2])
        options += [("*", s, ("-", number(1), s)), ("-", s, ("**", s, TWO))]
    if kind == "call" and part[1] == "tanh'":
        options += [("-", number(1), ("**", call("tanh", part[2]), TWO))] * 2
    big = number(rng.choice([1000, 7]))
    options += [("-", ("+", part, big), big)]
    return replaced(tree, path, rng.choice(options))


def changed(tree: Tree, task: Task, rng: random.Random) -> Tree:
    """Something else at one place: what a person may get wrong, or may write without need."""
    path, part = rng.choice(list(occurrences(tree)))
    kind = part[0]
    words = [q.name for q in task.quantities] + [target for target, _ in task.equations[:-1]]
    options: list[Tree] = [
        ("-1", part),
        ("*", TWO, part),
        ("/", part, TWO),
        call("abs", part),
        ("**", call("sqrt", ("**", part, TWO)), number(1)),
        ("pair", "maximum", part, number(0)),
        ("pair", "minimum", part, number(rng.choice([1, 2, 5]))),
        ("*", part, (">", part, number(rng.choice([-3, 0, 2])))),
        ("*", part, call("sigma", ("*", number(20), ("+", part, number(3))))),
        ("+", part, number(rng.choice(["1e-3", "1", "0.01"]))),
    ]
    if kind == "name":
        options += [name(rng.choice(words)) for _ in range(6)]
    if kind == "number":
        options += [number(rng.choice([0, 1, 3, 4])) for _ in range(3)]
    if kind in ("+", "-", "*", "/", "@"):
        options += [part[1], part[2], ("*", part[1], part[2]), ("-", part[1], part[2])]
        options += [(kind, part[2], part[1])]
    if kind == "T":
        options += [part[1]] * 4
    if kind == "call":
        others = [f for f in FUNCTIONS if f != part[1]]
        options += [part[2], call(rng.choice(others), part[2]), call(rng.choice(others), part[2])]
    if kind == "sum":
        options += [part[1], ("sum", part[1], None), ("sum", part[1], 0)]
    if kind == "**":
        options += [part[1], ("*", part[2], part[1]), ("**", part[1], number(3))]
    return replaced(tree, path, rng.choice(options))


# --- the truth -------------------------------------------------------------------------------

SCALES = (1.0, 0.3, 3.0, 0.03, 10.0, 30.0, 1.0, 1.0, 3.0, 0.3)


def truth(task: Task, line: Tree, rng: random.Random, points: int) -> tuple[str, Any]:
    """`right`, `wrong`, `close` or `nowhere`, and the largest relative difference."""
    worst, met = mpmath.mpf(0), 0
    for number_of in range(points):
        scale = SCALES[number_of % len(SCALES)]
        env: Env = {q.name: q.drawn(rng, task.sizes, scale) for q in task.quantities}
        env |= {size: scalar(worth) for size, worth in task.sizes.items()}
        try:
            env = task.forward(env)
            expected = task.derivative(env)
        except (NoValue, OverflowError, ZeroDivisionError):
            continue
        met += 1
        try:
            yours = value(line, env)
        except (NoValue, OverflowError, ZeroDivisionError):
            return "wrong", mpmath.inf
        except ValueError:
            return "wrong", mpmath.inf
        if yours.shape != expected.shape:
            return "wrong", mpmath.inf
        rounding = abs(env[task.equations[-1][0]][0, 0]) * ROUNDING
        size = max(rounding, *(abs(v) for v in (*expected.flat, *yours.flat)))
        if size:
            worst = max(worst, max(abs(v) for v in (yours - expected).flat) / size)
        if worst > CLOSE:
            return "wrong", worst
    if not met:
        return "nowhere", worst
    return ("right", worst) if worst < SAME else ("close", worst)


ACCEPTED = ("right", "right-other-form")


def main(count: int, seed: int) -> int:
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    false = 0
    while sum(counts.values()) < count:
        task = calculus(rng) if rng.random() < 0.5 else network(rng)
        try:
            sheet = parse_sheet(task.sheet())
        except ValueError as fault:
            counts["sheet refused"] += 1
            kinds[f"sheet refused: {fault}"] += 1
            continue
        lines = [task.right]
        for _ in range(4):
            line = task.right
            for _ in range(rng.randrange(1, 4)):
                line = rewritten(line, rng)
            lines += [line, changed(rng.choice([line, task.right]), task, rng)]
        for line in lines:
            if truth(task, task.right, rng, 6)[0] != "right":
                counts["no question"] += 1
                break
            actual, size = truth(task, line, rng, 40)
            typed = text(line)
            began = time.perf_counter()
            try:
                answer = check(sheet, task.wrt, typed)
                verdict = answer.verdict
                kind = "" if answer.mistake is None else answer.mistake.kind
            except Exception as fault:
                verdict, kind = f"exception {type(fault).__name__}: {fault}", ""
            spent = time.perf_counter() - began
            slowest = sorted([*slowest, (spent, typed)], reverse=True)[:5]
            counts[f"{actual}: {verdict[:40]}"] += 1
            if actual == "wrong" and verdict == "wrong":
                kinds[kind or "not named"] += 1
            told_false = (
                (actual == "right" and verdict in ("wrong", "right-if"))
                or (actual == "wrong" and verdict in ACCEPTED)
                or verdict.startswith("exception")
            )
            if told_false or spent > SLOW:
                false += told_false
                print(f"--- {actual} ({mpmath.nstr(size, 3)}), called {verdict} in {spent:.2f} s")
                print(f"{task.sheet()}wrt {task.wrt}\n{typed}\n", flush=True)
    for what, number_of in sorted(counts.items()):
        print(f"{number_of:7}  {what}")
    print("mistakes:", dict(kinds.most_common()))
    print("slowest:", *(f"{spent:.2f} s  {typed[:100]}" for spent, typed in slowest), sep="\n  ")
    print(f"{false} false verdicts or exceptions in {sum(counts.values())}")
    return 1 if false else 0


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(arguments + [2000, 0][len(arguments) :])))
