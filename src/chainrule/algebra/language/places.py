"""Reading of places: numbers, slices and letters in square brackets, and sizes among arguments.

Rows and columns are counted from 0 and the end of a slice is left out, as in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.nodes import Name, Node, Places, Raised, Stretch, shifted
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError
from chainrule.algebra.tree import indexing, matrices
from chainrule.algebra.tree.arithmetic import ADD, MULTIPLY, NEGATE
from chainrule.algebra.tree.blocks import Range, place, reshaped, sliced, stretch_of
from chainrule.algebra.tree.expression import UNKNOWN, Expression, postorder
from chainrule.algebra.tree.inverses import inverse
from chainrule.algebra.tree.leaves import DIMENSION, NUMBER
from chainrule.algebra.tree.powers import power
from chainrule.algebra.tree.shapes import SCALAR, shape_text
from chainrule.algebra.tree.sizes import (
    Dimension,
    divided_size,
    opposite,
    product_of_sizes,
    sum_of_sizes,
)
from chainrule.algebra.tree.text import brief

Piece = Range | str
"""Where a place is along one axis: from where to where, or an index letter."""


class Reading(Protocol):
    b: Builder

    def expression(self, node: Node) -> Syntax: ...


def _name_before(b: Builder, node: Node) -> str:
    """The name whose places a node is among; x where none is near."""
    before = (token for token in b.tokens[: node.first][::-1] if token.kind in ("name", "["))
    inside = True
    for token in before:
        if token.kind == "[":
            inside = False
        elif not inside:
            return token.text
    return "x"


def size_in(r: Reading, node: Node) -> Dimension:
    """A whole number that is typed or worked out from sizes, such as `n - 1`."""
    b = r.b
    names = [token for token in b.tokens[node.first : node.last] if token.kind == "name"]
    if any(b.scope.resolve(token.text) is None and len(token.text) == 1 for token in names):
        words = b.text[slice(*b.span(node))]
        raise ParseError(
            f"an index is a letter or a number, not `{words[:40]}`",
            b.span(node),
            mend=shifted(_name_before(b, node)),
        )
    if isinstance(node, Name) and b.scope.resolve(b.tokens[node.first].text) is None:
        raise _no_number(b, node)
    size = _as_size(r.expression(node).expression)
    if size is None:
        raise _no_number(b, node)
    return size


def _no_number(b: Builder, node: Node) -> ParseError:
    known = ", ".join(sorted(b.scope.dimensions)[:8])
    words = b.text[slice(*b.span(node))]
    return ParseError(
        f"`{words[:40]}` is no number of a row or column",
        b.span(node),
        found=f"`{words[:40]}`",
        expected="a whole number or a size",
        mend=f"sizes here are {known}" if known else None,
    )


def _as_size(x: Expression) -> Dimension | None:
    done: dict[Expression, Dimension | None] = {}
    for part in postorder(x):
        args = [done[arg] for arg in part.args]
        known = [size for size in args if size is not None]
        if len(known) < len(args):
            done[part] = None
        elif part.operation is DIMENSION:
            done[part] = part.params[0]
        elif part.operation is NUMBER:
            done[part] = part.params[0] if isinstance(part.params[0], int) else None
        elif part.operation is NEGATE:
            done[part] = opposite(known[0])
        elif part.operation is ADD:
            done[part] = sum_of_sizes(*known)
        elif part.operation is MULTIPLY:
            product: Dimension = 1
            for size in known:
                product = product_of_sizes(product, size)
            done[part] = product
        else:
            done[part] = None
    return done[x]


def entry_or_part(r: Reading, left: Syntax, node: Places) -> Syntax:
    """`X[:, 1:]`, `w[0]`, `W[0,k]`."""
    b = r.b
    b.expect(node.items[-1].last, "]", b.tokens[node.first])
    span = (left.start, b.tokens[node.last - 1].end)
    x = left.expression
    if x.shape == UNKNOWN:
        raise ParseError("what this is a part of has sizes that do not fit", span)
    axes = _axes(b, x, node, span)
    pieces: list[Piece] = [(0, x.shape[0]), (0, x.shape[1])]
    for axis, item in zip(axes, node.items, strict=True):
        letter = _letter(b, item)
        pieces[axis] = letter or _range(r, item, x.shape[axis])
    if any(_stride(r, item) != 1 for item in node.items):
        return _strided(r, left, node, axes, span)
    return b.build(lambda part: _taken(b, part, pieces), (left,), span)


def _axes(b: Builder, x: Expression, node: Places, span: tuple[int, int]) -> tuple[int, ...]:
    count = len(node.items)
    if x.shape == SCALAR:
        raise ParseError(f"`{brief(x)}` is a scalar and has no parts", span)
    if count == 2:
        return (0, 1)
    if count == 1:
        return (1,) if x.shape[0] == 1 else (0,)
    raise ParseError(
        f"`{brief(x)}` {shape_text(x.shape)} has rows and columns, and no third axis",
        span,
        mend="give one matrix for each place of the third axis, such as X1 and X2",
    )


def _letter(b: Builder, item: Node) -> str | None:
    """An index letter, which is none of the names there are."""
    if not isinstance(item, Name):
        return None
    word = b.tokens[item.first].text
    return word if b.scope.resolve(word) is None and len(word) <= 2 else None


def _range(r: Reading, item: Node, size: Dimension) -> Range:
    if not isinstance(item, Stretch):
        return place(size_in(r, item), size)
    ends = [None if end is None else size_in(r, end) for end in item.ends[:2]]
    return stretch_of(ends[0], ends[1], size)


def _stride(r: Reading, item: Node) -> int:
    if not isinstance(item, Stretch) or len(item.ends) < 3 or item.ends[2] is None:
        return 1
    step = size_in(r, item.ends[2])
    if isinstance(step, int) and step >= 1 and len(item.ends) == 3:
        return step
    raise ParseError(
        "a step is a whole number above 0", r.b.span(item), mend="write flip(x) for x[::-1]"
    )


def _taken(b: Builder, x: Expression, pieces: list[Piece]) -> Expression:
    """The part, or the entry where there are letters; a letter beside `:` is a row or column."""
    whole: list[Range] = [
        (0, size) if isinstance(piece, str) else piece
        for piece, size in zip(pieces, x.shape, strict=True)
    ]
    part = sliced(x, whole[0], whole[1])
    letters = [piece if isinstance(piece, str) else None for piece in pieces]
    given = [letter for letter in letters if letter is not None]
    if not given:
        return part
    long = [letter is None and size != 1 for letter, size in zip(letters, part.shape, strict=True)]
    if not any(long):
        return indexing.entry(part, *given)
    other = _spare_letter(b, given)
    if long[0]:
        return indexing.vector((other, part.shape[0]), indexing.entry(part, other, given[0]))
    column = indexing.vector((other, part.shape[1]), indexing.entry(part, given[0], other))
    return matrices.transpose(column)


def _spare_letter(b: Builder, given: list[str]) -> str:
    """A letter that stands nowhere in the text and is no name."""
    used = {token.text for token in b.tokens} | set(given)
    return next(k for k in "ijklpqrsuv" if k not in used and b.scope.resolve(k) is None)


def _strided(
    r: Reading, left: Syntax, node: Places, axes: tuple[int, ...], span: tuple[int, int]
) -> Syntax:
    """`x[0::2]`: every second row, of as many as can be told from the sizes."""

    def make(x: Expression) -> Expression:
        for axis, item in zip(axes, node.items, strict=True):
            step = _stride(r, item)
            turned = matrices.transposed(x) if axis == 1 else x
            if isinstance(item, Stretch) and step > 1:
                start = 0 if item.ends[0] is None else size_in(r, item.ends[0])
                if item.ends[1] is not None or not isinstance(start, int) or not 0 <= start < step:
                    raise ParseError(
                        "with a step, only where it begins may be said, from 0 on",
                        span,
                        mend=f"write x[0::{step}]",
                    )
                turned = every(turned, start, step)
            else:
                turned = sliced(turned, _range(r, item, turned.shape[0]), (0, turned.shape[1]))
            x = matrices.transposed(turned) if axis == 1 else turned
        return x

    return r.b.build(make, (left,), span)


def every(x: Expression, start: int, step: int) -> Expression:
    """Every so many rows: start, start + step, ...; ShapeError if the rows do not divide evenly."""
    rows, columns = x.shape
    count = divided_size(rows, step)
    if count is None:
        raise ShapeError(
            f"`{brief(x)}` has {rows} rows; whether every {step} of them come out even cannot be "
            f"told; declare {step}*n rows"
        )
    side = reshaped(x, (count, product_of_sizes(step, columns)))
    first = product_of_sizes(start, columns)
    return sliced(side, (0, count), (first, sum_of_sizes(first, columns)))


def refuse(r: Reading, node: Node, expected: str) -> Syntax:
    """A list or a word in quotes where it cannot be."""
    span = r.b.span(node)
    shown = f"`{r.b.text[slice(*span)][:40]}`"
    raise ParseError(f"expected {expected}, found {shown}", span, shown, expected)


def raised(b: Builder, node: Raised, base: Expression) -> Callable[..., Expression]:
    """What a power is: `A^-1` of a square matrix is its inverse, as on paper.

    `A**-1` is NumPy's, which works entry by entry.
    """
    rows, columns = base.shape
    tokens = b.tokens[node.exponent.first : node.exponent.last]
    signs = [token for token in tokens if token.kind not in ("(", ")", "{", "}")]
    minus_one = [token.kind for token in signs] == ["-", "number"] and signs[1].value == 1
    square = rows == columns and base.shape not in (SCALAR, UNKNOWN)
    if square and minus_one and b.tokens[node.first].text == "^":
        return lambda x, exponent: inverse(x)
    return power
