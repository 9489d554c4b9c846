"""The arguments of a call as they are typed: what is said in order, and what by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chainrule.algebra.language import arguments
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.nodes import Node
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.sizes import Dimension


class Reading(Protocol):
    b: Builder

    def expression(self, node: Node) -> Syntax: ...


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a call: as typed, and what is said of them by name."""

    r: Reading
    name: str
    items: tuple[Node, ...]
    settings: Mapping[str, Node]
    before: Syntax | None
    span: tuple[int, int]

    def error(self, message: str, mend: str | None = None) -> ParseError:
        return ParseError(message, self.span, mend=mend)

    def first(self) -> Syntax:
        """What it is a function of: what stands before the dot, or the first argument."""
        if self.before is not None:
            return self.before
        if not self.items:
            raise self.error(f"{self.name} takes a matrix")
        return self.r.expression(self.items[0])

    def others(self) -> tuple[Node, ...]:
        return self.items if self.before is not None else self.items[1:]

    def axis(self) -> int | None:
        node = self.settings.get("axis", self.settings.get("dim"))
        return None if node is None else arguments.axis(self.r.b, node.first + 2)[0]

    def setting(self, *names: str) -> Node | None:
        """What is said by one of these names, and nothing else may be."""
        for name, node in self.settings.items():
            if name not in names:
                known = " or ".join(names) or "none"
                shown = f"`{name[:40]}`"
                raise ParseError(
                    f"{self.name} has no setting {shown}", self.r.b.span(node), shown, known
                )
        return next(iter(self.settings.values()), None)

    def made(self, make: Callable[..., Expression], *parts: Syntax) -> Syntax:
        return self.r.b.build(make, parts, self.span)


def keyword_size(given: Given, node: Node) -> Dimension:
    token = given.r.b.tokens[node.last - 1]
    if token.kind == "number" and token.value.denominator == 1:
        return int(token.value)
    if token.kind == "name" and token.text in given.r.b.scope.dimensions:
        return token.text
    raise given.r.b.unexpected(node.last - 1, "a whole number or a size")
