"""Places in square brackets, `[j,k]`, `[0]`, `[:, 1:]`, and lists of arguments, `(a, b)`."""

from __future__ import annotations

from typing import Protocol

from chainrule.algebra.language.nodes import (
    CLOSING,
    Broken,
    Entry,
    Listing,
    Node,
    Places,
    Problem,
    Stacked,
    Stretch,
)
from chainrule.algebra.language.tokens import Token

BOUND = 1
"""A sum: what stands before and after the `:` of a slice."""


DEEPEST = 10
"""How many lists and brackets a list may stand in."""


class Grammar(Protocol):
    """What is read so far, and what goes on from there."""

    tokens: list[Token]
    kinds: list[str]
    position: int
    nesting: int

    def expression(self, level: int) -> Node: ...

    def closed(self, kind: str) -> bool: ...

    def give_up(self) -> None: ...

    def broken(self, first: int, problem: Problem) -> Broken: ...


def entry(g: Grammar) -> Entry | Places:
    """The places after something: only letters, or numbers and slices too."""
    first = position = g.position
    while g.kinds[position + 1] == "name" and g.kinds[position + 2] == ",":
        position += 2
    if g.kinds[position + 1] == "name" and g.kinds[position + 2] in ("]", "end"):
        g.position = position + 2
        if g.kinds[g.position] == "]":
            g.position += 1
        else:
            g.give_up()
        return Entry(first, g.position)
    return _places(g, first)


def _places(g: Grammar, first: int) -> Places:
    items: list[Node] = []
    while True:
        g.position += 1
        items.append(_place(g))
        if g.kinds[g.position] != ",":
            break
    closed = g.closed("]")
    return Places(first, g.position, tuple(items), closed)


def _place(g: Grammar) -> Node:
    first, parts = g.position, list[Node | None]()
    while True:
        ends = (":", ",", "]", "end")
        parts.append(None if g.kinds[g.position] in ends else g.expression(BOUND))
        if g.kinds[g.position] != ":":
            break
        g.position += 1
    only = parts[0]
    if len(parts) == 1 and only is not None:
        return only
    return Stretch(first, g.position, tuple(parts))


def stacked(g: Grammar, first: int, inner: Node) -> Stacked:
    """`[a; b]`, after the first of its parts."""
    items, signs = [inner], list[str]()
    while g.kinds[g.position] in (",", ";"):
        signs.append(g.kinds[g.position])
        g.position += 1
        items.append(g.expression(0))
    closed = g.closed("]")
    return Stacked(first, g.position, tuple(items), tuple(signs), closed)


def listing(g: Grammar) -> Listing:
    """`(a, b)` or `[a, b]` among the arguments of a function that takes several as one."""
    first = g.position
    opener = g.kinds[first]
    items: list[Node] = []
    g.nesting += 1
    while True:
        g.position += 1
        if g.kinds[g.position] == CLOSING[opener]:  # after a comma: (a, b,)
            break
        items.append(argument(g))
        if g.kinds[g.position] != ",":
            break
    g.nesting -= 1
    closed = g.closed(CLOSING[opener])
    return Listing(first, g.position, tuple(items), closed)


def argument(g: Grammar) -> Node:
    """One argument, which may be a list itself."""
    return listing(g) if listing_comes(g) else g.expression(0)


def listing_comes(g: Grammar) -> bool:
    """Whether a bracket with a comma in it comes, and nothing that goes on after it."""
    if g.kinds[g.position] not in ("(", "[") or g.nesting > DEEPEST:
        return False
    depth, commas = 0, False
    for place in range(g.position, len(g.tokens)):
        kind = g.kinds[place]
        depth += (kind in CLOSING) - (kind in CLOSING.values())
        commas |= kind == "," and depth == 1
        if depth == 0:
            return commas and g.kinds[place + 1] in (",", ")", "]")
    return False


def passed_over(g: Grammar, *more: str) -> bool:
    """Go past a bracket that holds sizes or names. Whether it is closed."""
    depth = 0
    while g.kinds[g.position] in ("(", ")", ",", "name", "number", *more):
        depth += {"(": 1, ")": -1}.get(g.kinds[g.position], 0)
        g.position += 1
        if depth == 0:
            return True
    g.give_up()
    return False
