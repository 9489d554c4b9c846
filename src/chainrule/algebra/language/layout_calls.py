"""Reading of what puts matrices together, or lays their entries out otherwise."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.language.given import Given, Reading
from chainrule.algebra.language.nodes import Listing, Node, Signed, Stacked
from chainrule.algebra.language.places import size_in
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError
from chainrule.algebra.tree.blocks import concat, flipped, reshaped
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.matrices import transposed
from chainrule.algebra.tree.shapes import SCALAR, Shape, is_vector, shape_text
from chainrule.algebra.tree.sizes import Dimension, divided_size, product_of_sizes
from chainrule.algebra.tree.text import brief

# One under the other, or side by side.


def _several(given: Given) -> tuple[Syntax, ...]:
    items = given.items
    if len(items) == 1 and isinstance(items[0], Listing):
        inner = items[0]
        last = inner.items[-1].last if inner.items else inner.first + 1
        opener = given.r.b.tokens[inner.first]
        given.r.b.expect(last, ")" if opener.kind == "(" else "]", opener)
        items = inner.items
    if len(items) < 2:
        raise given.error(f"{given.name} puts two or more together", f"write {given.name}(a, b)")
    return tuple(given.r.expression(item) for item in items)


def joined(*parts: Expression, axis: int | None) -> Expression:
    """One under the other, or along `axis`; two rows, if none is said, side by side."""
    if axis is None:
        axis = 1 if all(part.shape[0] == 1 and part.shape != SCALAR for part in parts) else 0
    return concat(*parts, axis=axis)


def side_by_side(*parts: Expression) -> Expression:
    """NumPy's hstack: columns of one length side by side, others one under the other."""
    columns = all(part.shape[1] == 1 for part in parts)
    differ = len({part.shape[0] for part in parts}) > 1
    return concat(*parts, axis=0 if columns and differ else 1)


def stacked(r: Reading, node: Stacked) -> Syntax:
    """`[a; b]`, one under the other; `[a, b]` side by side, as MATLAB has it.

    Papers write two columns with a comma and mean one under the other; where the sizes do not say
    which is meant, it can be read in two ways.
    """
    b = r.b
    parts = tuple(r.expression(item) for item in node.items)
    opener = b.tokens[node.first]
    span = (opener.start, b.expect(node.items[-1].last, "]", opener).end)
    if len(set(node.signs)) > 1:
        raise ParseError(
            "`;` and `,` in one bracket are not read", span, mend="write concat(a, b) for each"
        )
    shapes = [part.expression.shape for part in parts]
    columns = all(shape[1] == 1 for shape in shapes)
    if node.signs[0] == "," and columns and len(set(shapes)) == 1:
        words = b.text[slice(*span)]
        raise ParseError(
            f"`{words[:60]}` can be read in two ways",
            span,
            mend="write [a; b] for one under the other, concat(a, b, axis=1) for side by side",
        )
    if node.signs[0] == ";":
        return b.build(lambda *args: concat(*args, axis=0), parts, span)
    return b.build(side_by_side, parts, span)


def _concat(given: Given) -> Syntax:
    parts = _several(given)
    given.setting("axis", "dim")
    axis = given.axis()
    return given.made(lambda *args: joined(*args, axis=axis), *parts)


def _vstack(given: Given) -> Syntax:
    return given.made(lambda *args: concat(*args, axis=0), *_several(given))


def _hstack(given: Given) -> Syntax:
    return given.made(side_by_side, *_several(given))


# Other shapes.

HEADS = "cut it into several with slices, such as X[:, :d], and put them together with concat"


def _sizes(given: Given, nodes: tuple[Node, ...]) -> list[Dimension | None]:
    """The sizes of a new shape; None for -1, which is what is left."""
    if len(nodes) == 1 and isinstance(nodes[0], Listing):
        nodes = nodes[0].items
    if len(nodes) > 2:
        raise given.error(f"{len(nodes)} axes are not read: a matrix has rows and columns", HEADS)
    b = given.r.b
    found: list[Dimension | None] = []
    for node in nodes:
        minus = isinstance(node, Signed) and b.text[slice(*b.span(node))].replace(" ", "") == "-1"
        found.append(None if minus else size_in(given.r, node))
    return found


def new_shape(x: Expression, sizes: list[Dimension | None]) -> Shape:
    """The shape that is asked for, with what is left in place of None."""
    entries = product_of_sizes(*x.shape)
    if len(sizes) == 1:
        sizes = [*sizes, 1]
    left = [None if size is None else divided_size(entries, size) for size in sizes]
    rows = sizes[0] if sizes[0] is not None else left[1]
    columns = sizes[1] if sizes[1] is not None else left[0]
    if rows is None or columns is None:
        shown = ", ".join("-1" if size is None else str(size) for size in sizes)
        raise ShapeError(
            f"`{brief(x)}` {shape_text(x.shape)} as ({shown}): what is left cannot be told from "
            f"the sizes; write both"
        )
    return (rows, columns)


def _reshape(given: Given) -> Syntax:
    sizes = _sizes(given, given.others())
    given.setting()
    if not sizes:
        raise given.error("a new shape has its sizes", "write reshape(X, n, m), or vec(X)")
    return given.made(lambda x: _in_shape(x, sizes), given.first())


def _in_shape(x: Expression, sizes: list[Dimension | None]) -> Expression:
    shape = new_shape(x, sizes)
    turned = is_vector(x.shape) and shape == (x.shape[1], x.shape[0])
    return transposed(x) if turned else reshaped(x, shape)


def flat(x: Expression) -> Expression:
    """All entries in one column, row after row."""
    if is_vector(x.shape):
        return transposed(x) if x.shape[0] == 1 else x
    return reshaped(x, (product_of_sizes(*x.shape), 1))


def _flatten(given: Given) -> Syntax:
    given.setting("start_dim")
    return given.made(flat, given.first())


def _vec(given: Given) -> Syntax:
    return given.made(lambda x: flat(transposed(x)), given.first())


def _flip(given: Given) -> Syntax:
    given.setting("axis", "dim", "dims")
    axis = given.axis()
    return given.made(lambda x: flipped(x, axis), given.first())


def _flip_axis(axis: int) -> Callable[[Given], Syntax]:
    return lambda given: given.made(lambda x: flipped(x, axis), given.first())


CALLS: dict[str, Callable[[Given], Syntax]] = {
    "concat": _concat,
    "vstack": _vstack,
    "hstack": _hstack,
    "reshape": _reshape,
    "flatten": _flatten,
    "vec": _vec,
    "flip": _flip,
    "flipud": _flip_axis(0),
    "fliplr": _flip_axis(1),
}
"""How each of these is read."""
