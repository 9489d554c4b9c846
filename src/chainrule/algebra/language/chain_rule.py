"""The chain rule as it is written on paper: `∂C/∂z2 ∂z2/∂a1 ∂a1/∂z1`.

A gradient is a column like what it is taken by, and a Jacobian has numerator layout; so the
gradient is the row that the Jacobians multiply from the right, and the product is laid as what it
is taken by. A derivative by a matrix, `∂z1/∂W1`, has no matrix of its own: what stands before it is
carried back by the rules of differentiation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chainrule.algebra.errors import Span
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.nodes import Call, Name, Node, Quotient, Run
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.typed_text import Typed
from chainrule.algebra.tree import matrices
from chainrule.algebra.tree.expression import UNKNOWN
from chainrule.algebra.tree.shapes import SCALAR, is_vector


class Link(NamedTuple):
    """A factor: the derivative of `over` by `under`, of which `over` is no scalar."""

    over: str
    under: str


class Factor(NamedTuple):
    """A derivative in a product of nothing else, and its place in the text."""

    over: str
    under: str
    span: Span


def link_of(b: Builder, node: Node) -> Link | None:
    """The derivative that a factor is, if it is one of no scalar."""
    names = _names(b, node)
    if names is None or b.scope.shapes[names.over] == SCALAR:
        return None
    return names


def _names(b: Builder, node: Node) -> Link | None:
    if not b.scope.derivatives:
        return None
    if isinstance(node, Quotient):
        words = [b.tokens[node.first + place].text[1:] for place in (0, 2)]
    elif isinstance(node, Call) and b.tokens[node.first].text == "J" and node.closed:
        words = [b.tokens[node.opener + place].text for place in (1, 3)]
    else:
        return None
    over, under = (b.scope.quantity(word) for word in words)
    return None if over is None or under is None else Link(over, under)


def joined(
    b: Builder,
    read: Callable[[Node], Syntax],
    left: Syntax,
    row: tuple[Syntax, ...],
    node: Node,
    link: Link,
) -> tuple[Syntax, tuple[Syntax, ...]]:
    """What stands before a factor of the chain, times that factor; and the factors that it has.

    left: of the shape of what the factor is the derivative of. row: of a chain that goes on, the
    row and the Jacobians of which it is the product.
    """
    over, under = b.scope.shapes[link.over], b.scope.shapes[link.under]
    first, last = b.span(node)
    span = (min(left.start, first), max(left.end, last))
    if left.expression.shape == UNKNOWN:  # what does not fit is carried no further
        return Syntax(left.expression, *span), ()
    if not (is_vector(over) and is_vector(under)):
        carried = b.build(lambda x: b.scope.carried(*link, x), (left,), span)
        return Syntax(carried.expression, *span), ()
    if not row:
        row = (left if over[0] == 1 else b.build(matrices.transpose, (left,), left.span),)
    row = (*row, read(node))
    made = b.build(matrices.matmul, row, span)
    if under[0] != 1 or under == SCALAR:
        made = b.build(matrices.transpose, (made,), span)
    return made, row


def chain_factors(line: Typed, scope: Scope) -> tuple[Factor, ...]:
    """The factors of a line that is a product of derivatives and nothing else; () of any other."""
    line = line.within(scope)
    b = Builder(line.text, line.tokens, scope, misfits=True)
    run = line.sides[0]
    if not isinstance(run, Run) or "/" in run.signs or b.tokens[run.last].kind != "end":
        return ()
    factors: list[Factor] = []
    for node in run.parts:
        names = _names(b, node)
        if names is None and isinstance(node, Name):
            names = scope.meaning(b.tokens[node.first].text)
        if names is None:
            return ()
        factors.append(Factor(*names, b.span(node)))
    return tuple(factors)
