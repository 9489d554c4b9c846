"""Where each part of a parsed tree stood in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chainrule.algebra.errors import Span
from chainrule.algebra.tree.expression import Expression


@dataclass(frozen=True, slots=True)
class Syntax:
    """A node as it was typed. `parts` are its arguments, in the order of `expression.args`.

    start, end: its place in the text, in characters, brackets around it included.
    """

    expression: Expression
    start: int
    end: int
    parts: tuple[Syntax, ...] = ()
    bracketed: bool = False

    @property
    def span(self) -> Span:
        return (self.start, self.end)

    def __repr__(self) -> str:
        return f"<{self.expression.name} at {self.start}..{self.end}>"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says: the tree, and the same tree with its places in the text."""

    text: str
    syntax: Syntax

    @property
    def expression(self) -> Expression:
        return self.syntax.expression

    def places(self) -> Iterator[tuple[tuple[int, ...], Syntax]]:
        """Every part with its path from the root, the root first."""
        stack: list[tuple[tuple[int, ...], Syntax]] = [((), self.syntax)]
        while stack:
            path, syntax = stack.pop()
            yield path, syntax
            stack.extend(((*path, i), part) for i, part in reversed(list(enumerate(syntax.parts))))

    def span_at(self, path: tuple[int, ...]) -> Span:
        """The place of the part at `path`; of the nearest part around it if it was not typed."""
        syntax = self.syntax
        for i in path:
            if i >= len(syntax.parts):
                break
            syntax = syntax.parts[i]
        return syntax.span

    def spans(self) -> dict[Expression, list[Span]]:
        """The places of every node, in the order of the text."""
        found: dict[Expression, list[Span]] = {}
        for _, syntax in self.places():
            found.setdefault(syntax.expression, []).append(syntax.span)
        return found
