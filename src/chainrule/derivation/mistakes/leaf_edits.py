"""Changes of names, numbers and entries."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from chainrule.algebra import (
    DIVIDE,
    MULTIPLY,
    ONE,
    SCALAR,
    SYMBOL,
    Expression,
    apply,
    entry,
    number,
    substitute,
    symbols,
    transposed,
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
        if leaf.shape[0] == leaf.shape[1] != 1:  # of others the sizes tell
            yield ("transpose", SHIFTED, substitute(root, {leaf: transposed(leaf)}))
        for slope in (s for s in words.slopes if s.shape == leaf.shape):
            yield ("function", 3.0, substitute(root, {leaf: slope}))
        for f in words.functions:
            yield ("function", 3.0, substitute(root, {leaf: apply(f.name, leaf)}))


def _may_go(parent: Expression, place: int) -> bool:
    """Whether a number may be left out rather than be 1."""
    return parent.operation is MULTIPLY or (parent.operation is DIVIDE and place == 1)


def _always(made: Expression) -> Make:
    return lambda args: made
