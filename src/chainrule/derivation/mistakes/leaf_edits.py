"""Changes of names, numbers, entries, functions and sums."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from chainrule.algebra import (
    DIVIDE,
    MEAN,
    MULTIPLY,
    ONE,
    SCALAR,
    SOFTMAX,
    SUM_OF,
    SYMBOL,
    Expression,
    apply,
    compare,
    entry,
    mean_of,
    named_prime,
    number,
    softmax,
    substitute,
    sum_of,
    symbols,
)
from chainrule.derivation.mistakes.change import Change, Make, Node
from chainrule.derivation.mistakes.vocabulary import Vocabulary

SHIFTED = 2.5
"""What it costs, at least, to put one name for another wherever that stands."""

_CLOSE = [Fraction(n) for n in (1, 2, 3, 4, 5, 6)] + [Fraction(1, 2), Fraction(1, 3)]


def is_derivative(leaf: Expression) -> bool:
    """Whether a name is that of a derivative: `dC/da2`, `delta1`."""
    return "/" in leaf.params[0] or leaf.params[0].lower().startswith("delta")


def stem(name: str) -> str:
    """`W` of `W1`, `dC/da` of `dC/da2`."""
    return name.rstrip("0123456789_")


def other_name(at: Node) -> Iterator[Change]:
    node, words = at.node, at.words
    for rank, other in enumerate(words.names):
        if other is node:
            continue
        close = other in words.near or stem(other.params[0]) == stem(node.params[0])
        cost = (2.0 if close else 3.2) + (0 if other.shape == node.shape else 0.6) + rank / 1000
        if is_derivative(other) and not is_derivative(node):
            cost += 0.6  # a value is seldom written where a derivative belongs
        yield Change("symbol", cost, _always(other))


def slope_for_name(at: Node) -> Iterator[Change]:
    for slope in at.words.slopes:
        if slope.shape == at.node.shape:
            yield Change("function", 3.2 if at.node.shape == SCALAR else 2.6, _always(slope))


def other_number(at: Node) -> Iterator[Change]:
    value = Fraction(at.node.params[0])
    near = [value + 1, value - 1, value * 2, value / 2, -value]
    tried = [*near, *_CLOSE, 1 / value if value else 1]
    for rank, other in enumerate(dict.fromkeys(tried)):
        divides = at.parent is not None and at.parent.operation is DIVIDE and at.place == 1
        if divides and other.denominator != 1:
            continue  # that is a factor, not a divisor
        if other == 1 and at.parent is not None and _may_go(at.parent, at.place):
            continue  # that is a factor or a divisor too many
        if other != value and abs(other) < 10**6:
            kind = "power" if at.exponent else "factor"
            yield Change(kind, 1.8 + rank / 50, lambda args, other=other: number(other))


def name_for_number(at: Node) -> Iterator[Change]:
    words = at.words
    for size in words.sizes:
        yield Change("sum-mean" if size in words.means else "symbol", 3.4, _always(size))
    for name in words.of_shape(SCALAR):
        yield Change("symbol", 3.6, _always(name))


def other_size(at: Node) -> Iterator[Change]:
    for size in at.words.sizes:
        if size is not at.node:
            yield Change("symbol", 2.0, _always(size))


def one_for_size(at: Node) -> Iterator[Change]:
    yield Change("sum-mean", 2.2, _always(ONE))


def other_entry(at: Node) -> Iterator[Change]:
    """Another letter, or the entry of another name with whatever letters it takes."""
    inner = at.node.args[0]
    if inner.operation is not SYMBOL:
        return
    used = [index[0] for index in at.node.params if index is not None]
    for rank, name in enumerate((inner, *at.words.names)):
        sizes = [size for size in name.shape if size != 1]
        choices = [[k for k, size in at.runs.items() if size == wanted] for wanted in sizes]
        for letters in itertools.islice(itertools.product(*choices), 6):
            if not letters or (name is inner and list(letters) == used):
                continue
            if name is not inner and name.shape == inner.shape and list(letters) == used:
                continue  # that is a change of the name alone
            close = name is inner or name in at.words.near
            cost = (1.8 if close else 3.2) + rank / 1000
            yield Change("symbol", cost, lambda args, n=name, k=letters: entry(n, *k))


def shifted(root: Expression, words: Vocabulary) -> Iterator[tuple[str, float, Expression]]:
    """The whole tree with one name changed wherever it stands."""
    used = symbols(root)
    for leaf in used.values():
        for other in words.of_shape(leaf.shape):
            if other is not leaf:
                yield ("symbol", SHIFTED, substitute(root, {leaf: other}))
        for slope in (s for s in words.slopes if s.shape == leaf.shape):
            yield ("function", 3.0, substitute(root, {leaf: slope}))
        for f in words.functions:
            yield ("function", 3.0, substitute(root, {leaf: apply(f.name, leaf)}))


def _may_go(parent: Expression, place: int) -> bool:
    """Whether a number may be left out rather than be 1."""
    return parent.operation is MULTIPLY or (parent.operation is DIVIDE and place == 1)


def _always(made: Expression) -> Make:
    return lambda args: made


def derivative_for_function(at: Node) -> Iterator[Change]:
    node = at.node
    order, rest = node.params[0], node.params[1:]
    if order == 0:
        yield Change("function", 1.4, lambda args: _slope(node, args[0]))
    else:
        yield Change("function", 1.4, lambda args: apply(node.name, args[0], order - 1, *rest))
        yield Change("function", 2.0, lambda args: apply(node.name, args[0], order + 1, *rest))


def _slope(node: Expression, inner: Expression) -> Expression:
    """The slope of a function, by its own name if it has one: cos for sin'."""
    primed = apply(node.name, inner, 1, *node.params[1:])
    return named_prime(primed) or primed


def other_function(at: Node) -> Iterator[Change]:
    node, order = at.node, at.node.params[0]
    for axis in at.words.softmax_axes if order == 0 else ():
        yield Change("function", 1.7, lambda args, axis=axis: softmax(args[0], axis))
    for rank, f in enumerate(at.words.functions):
        if f is not node.operation:
            yield Change(
                "function", 1.7 + rank / 50, lambda args, f=f: apply(f.name, args[0], order)
            )
            if order:
                yield Change("function", 2.2, lambda args, f=f: apply(f.name, args[0], 0))


def function_dropped(at: Node) -> Iterator[Change]:
    yield Change("function", 2.4, lambda args: args[0])


def other_axis(at: Node) -> Iterator[Change]:
    node, axis = at.node, at.node.params[0]
    make = {SUM_OF: sum_of, MEAN: mean_of}.get(node.operation)
    for choice in (0, 1, None) if node.operation is not SOFTMAX else (0, 1):
        if choice == axis:
            continue
        if node.operation is SOFTMAX:
            yield Change("axis", 1.2, lambda args, choice=choice: softmax(args[0], choice or 0))
        elif make is not None and (choice is None or node.args[0].shape[choice] != 1):
            yield Change("axis", 1.2, lambda args, choice=choice: make(args[0], choice))


def sum_for_mean(at: Node) -> Iterator[Change]:
    other, axis = (mean_of if at.node.operation is SUM_OF else sum_of), at.node.params[0]
    yield Change("sum-mean", 1.2, lambda args: other(args[0], axis))


def sum_dropped(at: Node) -> Iterator[Change]:
    yield Change("axis", 2.6, lambda args: args[0])


def sign_dropped(at: Node) -> Iterator[Change]:
    yield Change("sign", 1.0, lambda args: args[0], wraps=True)


def transpose_dropped(at: Node) -> Iterator[Change]:
    yield Change("transpose", 1.0, lambda args: args[0])


def comparison_turned(at: Node) -> Iterator[Change]:
    other = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[at.node.params[0]]
    yield Change("operator", 2.0, lambda args: compare(args[0], other, args[1]))
