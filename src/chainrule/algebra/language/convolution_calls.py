"""Reading of convolutions, of zeros around a matrix, and of pooling."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.language.given import Given, keyword_size
from chainrule.algebra.language.nodes import Listing, Node
from chainrule.algebra.language.places import size_in
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.tree.blocks import flipped, padded
from chainrule.algebra.tree.convolution import convolve, convolve_full
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.matrices import transposed
from chainrule.algebra.tree.pooling import Block, average_of, blocks_of, largest_in, repeated
from chainrule.algebra.tree.shapes import is_vector, shape_text
from chainrule.algebra.tree.sizes import Dimension
from chainrule.algebra.tree.text import brief

# Zeros around, and convolutions.


def _pad(given: Given) -> Syntax:
    node = given.setting("padding", "pad_width", "mode")
    if node is not None and "mode" not in given.settings:
        raise given.error("how many zeros is said without a name", "write pad(X, 1)")
    widths = [_widths(given, item) for item in given.others()]
    if len(widths) != 1:
        raise given.error("pad takes a matrix and how many zeros", "write pad(X, 1)")
    return given.made(lambda x: _with_zeros(x, widths[0]), given.first())


Widths = Dimension | tuple["Widths", ...]


def _widths(given: Given, node: Node) -> Widths:
    if isinstance(node, Listing):
        return tuple(_widths(given, item) for item in node.items)
    return size_in(given.r, node)


def _with_zeros(x: Expression, widths: Widths) -> Expression:
    """`pad(X, 1)` on all sides of a matrix, and at both ends of a vector; or as NumPy says it."""
    along = 1 if x.shape[0] == 1 else 0
    if not isinstance(widths, tuple):
        pair = (widths, widths)
        if not is_vector(x.shape):
            return padded(x, pair, pair)
        return padded(x, *((pair, (0, 0)) if along == 0 else ((0, 0), pair)))
    if len(widths) == 2:
        one, two = widths
        if not isinstance(one, tuple) and not isinstance(two, tuple) and is_vector(x.shape):
            return padded(x, *(((one, two), (0, 0)) if along == 0 else ((0, 0), (one, two))))
        if isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two) == 2:
            rows, columns = (
                (before, after)
                for before, after in (one, two)
                if not isinstance(before, tuple) and not isinstance(after, tuple)
            )
            return padded(x, rows, columns)
    raise ShapeError(
        f"how many zeros `{brief(x)}` {shape_text(x.shape)} gets cannot be read; write pad(X, 1), "
        "pad(x, (1, 0)) for a vector, or pad(X, ((1, 0), (0, 2)))"
    )


def _convolution(full: bool = False, turned: bool = False) -> Callable[[Given], Syntax]:
    """A convolution; turned: whether its kernel is turned round, as in mathematics."""

    def read(given: Given) -> Syntax:
        mode, padding = _mode(given, "full" if full else "valid"), _padding(given)
        if len(given.others()) != 1:
            raise given.error(
                f"{given.name} takes what is convolved and the kernel",
                f"write {given.name}(X, K), and + b after it for the bias",
            )
        parts = (given.first(), given.r.expression(given.others()[0]))
        return given.made(lambda x, k: convolution(x, k, mode, padding, turned), *parts)

    return read


def convolution(
    x: Expression, kernel: Expression, mode: str, padding: Dimension, turned: bool
) -> Expression:
    """x and a kernel; of a row and a column, the kernel is laid like x."""
    if is_vector(x.shape) and is_vector(kernel.shape) and x.shape[0] != 1 and kernel.shape[0] == 1:
        kernel = transposed(kernel)
    elif is_vector(x.shape) and is_vector(kernel.shape) and x.shape[0] == 1:
        kernel = transposed(kernel) if kernel.shape[0] != 1 else kernel
    if padding != 0:
        x = _with_zeros(x, padding)
    if mode == "full":
        return convolve_full(x, kernel if turned else flipped(kernel))
    if mode == "same":
        x = _evenly(x, kernel)
    return convolve(x, flipped(kernel) if turned else kernel)


def _evenly(x: Expression, kernel: Expression) -> Expression:
    """x with as many zeros around as keep its size."""
    around: list[Dimension] = []
    for size in kernel.shape:
        if not isinstance(size, int) or size % 2 == 0:
            raise ShapeError(
                f"'same' is read for a kernel of 3, 5, ... rows and columns; `{brief(kernel)}` is "
                f"{shape_text(kernel.shape)}; write conv(pad(X, 1), K)"
            )
        around.append(size // 2)
    return padded(x, (around[0], around[0]), (around[1], around[1]))


def _mode(given: Given, usual: str) -> str:
    """`mode='full'`, or a third argument that says it."""
    b = given.r.b
    node = given.settings.get("mode")
    if node is None:
        node = given.settings.get("padding")
        if node is None or b.tokens[node.last - 1].kind != "string":
            # NumPy's convolve gives all places where the two meet, unless told otherwise.
            return "full" if given.name == "convolve" else usual
    return b.tokens[node.last - 1].text


def _padding(given: Given) -> Dimension:
    node = given.setting("mode", "padding", "stride")
    stride = given.settings.get("stride")
    if stride is not None and given.r.b.tokens[stride.last - 1].text != "1":
        raise given.error(
            "a stride other than 1 is not read", "write the convolution, then z[::2, ::2] of it"
        )
    node = given.settings.get("padding")
    if node is None or given.r.b.tokens[node.last - 1].kind == "string":
        return 0
    return keyword_size(given, node)


# Pooling: the largest, or the mean, of every block; and blocks of one number.


def _pool(of: Callable[[Expression, Block], Expression]) -> Callable[[Given], Syntax]:
    def read(given: Given) -> Syntax:
        given.setting("kernel_size", "stride", "axis")
        sizes = _block(given)
        axis = given.axis()

        def make(x: Expression) -> Expression:
            if len(sizes) == 2:
                return of(x, (sizes[0], sizes[1]))
            rows, columns = blocks_of(x, sizes[0])
            return of(x, (1 if axis == 1 else rows, 1 if axis == 0 else columns))

        return given.made(make, given.first())

    return read


def _block(given: Given) -> list[int]:
    nodes = given.others()
    if len(nodes) == 1 and isinstance(nodes[0], Listing):
        nodes = nodes[0].items
    sizes = [size_in(given.r, node) for node in nodes]
    named = given.settings.get("kernel_size")
    if named is not None:
        sizes.append(keyword_size(given, named))
    whole = [size for size in sizes if isinstance(size, int) and size > 0]
    if len(whole) != len(sizes) or len(sizes) not in (1, 2):
        raise given.error(
            f"{given.name} takes a matrix and the size of a block, a whole number",
            f"write {given.name}(X, 2)",
        )
    stride = given.settings.get("stride")
    if stride is not None and any(size != keyword_size(given, stride) for size in whole):
        raise given.error(
            "blocks that overlap or leave gaps are not read", "a stride is the size of the block"
        )
    return whole


CALLS: dict[str, Callable[[Given], Syntax]] = {
    "pad": _pad,
    "conv": _convolution(),
    "conv_full": _convolution(full=True, turned=True),
    "convolve": _convolution(turned=True),
    "max_pool": _pool(largest_in),
    "avg_pool": _pool(average_of),
    "repeat": _pool(repeated),
}
"""How each of these is read. `convolve` is NumPy's, which turns the kernel round."""
