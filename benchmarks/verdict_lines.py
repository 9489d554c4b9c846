"""Lines for a question: the right answer written otherwise, and what a person may get wrong."""

from __future__ import annotations

import random

from benchmarks.verdict_sheets import Task
from benchmarks.verdict_trees import FUNCTIONS, Tree, call, name, number, occurrences, replaced

ONE, TWO, ZERO = number(1), number(2), number(0)


def rewritten(tree: Tree, task: Task, rng: random.Random) -> Tree:
    """The same value for every number, written in another way at one place."""
    path, part = rng.choice(list(occurrences(tree)))
    options: list[Tree] = [("*", part, ONE), ("-1", ("-1", part)), ("/", part, ONE)]
    kind = part[0]
    if kind in ("+", "*"):
        options += [(kind, part[2], part[1])] * 3
    if kind == "-":
        options += [("+", part[1], ("-1", part[2])), ("-1", ("-", part[2], part[1]))]
    if kind == "/":
        options += [("*", part[1], ("/", ONE, part[2]))]
    if kind == "@":
        options += [("T", ("@", ("T", part[2]), ("T", part[1])))] * 2
    if kind == "**" and part[2] == TWO:
        options += [("*", part[1], part[1])] * 2
        if part[1][0] in "+-":
            options += [expanded(part[1])] * 2
    if kind == "call":
        options += other_call(part)
    big = number(rng.choice(("1000", "7", "1e6")))
    options += [("-", ("+", part, big), big)]
    cut = number(rng.choice(("0", "1", "-2", "300")).lstrip("-"))
    options += [
        ("-", ("+", ("pair", "maximum", part, cut), ("pair", "minimum", part, cut)), cut),
        ("+", ("*", part, (">", part, cut)), ("*", part, ("<=", part, cut))),
    ]
    scalars = [q.name for q in task.quantities if q.shape == ("1", "1")]
    if scalars:
        power = call("exp", ("*", number(rng.choice(("1", "4", "40"))), name(rng.choice(scalars))))
        options += [("/", ("*", part, power), power)]
    return replaced(tree, path, rng.choice(options))


def expanded(inner: Tree) -> Tree:
    """(a ± b)**2 written out."""
    sign, a, b = inner
    squares = ("+", ("**", a, TWO), ("**", b, TWO))
    return (sign, squares, ("*", TWO, ("*", a, b)))


def other_call(part: Tree) -> list[Tree]:
    """A function written with another."""
    function, inner = part[1], part[2]
    s, t = call("sigma", inner), call("tanh", inner)
    options = {
        "sigma": [
            ("/", ONE, ("+", ONE, call("exp", ("-1", inner)))),
            ("-", ONE, call("sigma", ("-1", inner))),
        ],
        "relu": [("pair", "maximum", inner, ZERO), ("*", inner, (">", inner, ZERO))],
        "sigma'": [("*", s, ("-", ONE, s)), ("-", s, ("**", s, TWO))],
        "tanh'": [("-", ONE, ("**", t, TWO))] * 2,
        "relu'": [(">", inner, ZERO)] * 2,
        "abs": [("pair", "maximum", inner, ("-1", inner))],
    }.get(function, [])
    if inner[0] in "+-" and function in ("sin", "cos", "exp"):
        sign, a, b = inner
        if function == "exp":
            options += [("*" if sign == "+" else "/", call("exp", a), call("exp", b))]
        elif function == "sin":
            crossed = ("*", call("sin", a), call("cos", b)), ("*", call("cos", a), call("sin", b))
            options += [(sign, *crossed)]
        else:
            crossed = ("*", call("cos", a), call("cos", b)), ("*", call("sin", a), call("sin", b))
            options += [("-" if sign == "+" else "+", *crossed)]
    return options


def changed(tree: Tree, task: Task, rng: random.Random) -> Tree:
    """Something else at one place: what a person may get wrong, or may write without need."""
    path, part = rng.choice(list(occurrences(tree)))
    words = task.words()
    options = slips(part, words, rng) if rng.random() < 0.6 else regional(part, task, rng)
    return replaced(tree, path, rng.choice(options))


def slips(part: Tree, words: list[str], rng: random.Random) -> list[Tree]:
    """The usual mistakes."""
    kind = part[0]
    options: list[Tree] = [
        ("-1", part),
        ("*", TWO, part),
        ("/", part, TWO),
        call("abs", part),
        ("+", part, number(rng.choice(("1e-3", "1", "0.01")))),
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
    return options


def regional(part: Tree, task: Task, rng: random.Random) -> list[Tree]:
    """What is right in a region only, or off by very little."""
    cut = number(rng.choice(("0", "1", "2", "5", "20", "100")))
    below = ("-1", cut)
    other = name(rng.choice(task.words()))
    apart = ("-", part, cut)
    options: list[Tree] = [
        ("call", "sqrt", ("**", part, TWO)),
        ("pair", "maximum", part, below),
        ("pair", "minimum", part, cut),
        ("*", part, (">", part, below)),
        ("*", part, (">", cut, part)),
        ("*", part, call("sigma", ("*", number(20), ("+", part, number(3))))),
        ("+", part, call("sigma", ("*", number(20), ("-", part, number(3))))),
        ("*", part, ("/", call("sqrt", ("**", apart, TWO)), apart)),
        ("+", part, ("*", number(rng.choice(("1e-6", "1e-4"))), other)),
        ("+", part, ("*", number(rng.choice(("1e-6", "1e-3"))), part)),
        ("*", part, (">", other, below)),
        ("+", part, call("relu", ("-", other, cut))),
    ]
    sizes = list(task.sizes)
    if sizes:
        options += [("*", part, (">", name(rng.choice(sizes)), ONE))] * 2
    return options
