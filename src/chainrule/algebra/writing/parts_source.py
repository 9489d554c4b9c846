"""Slices, blocks, convolutions, inverses and the like as NumPy source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from chainrule.algebra.tree.blocks import CONCAT, FLIP, PAD, RESHAPE, SLICE
from chainrule.algebra.tree.convolution import CONVOLVE, CONVOLVE_FULL
from chainrule.algebra.tree.expression import Expression, Operation
from chainrule.algebra.tree.inverses import DETERMINANT, INVERSE
from chainrule.algebra.tree.pooling import AVG_POOL, MAX_POOL, REPEAT
from chainrule.algebra.tree.running import CUMSUM, PROD
from chainrule.algebra.tree.sizes import Dimension

Size = Callable[[Dimension], str]
Source = Callable[[Expression, list[str], Size], str]
"""A node as source, given the source of its arguments and how a size is written."""


def size_source(size: Dimension, names: Mapping[str, str]) -> str:
    """A size by its variables: `n - 1`."""
    if isinstance(size, int):
        return str(size)
    return re.sub(r"[A-Za-z_]\w*", lambda name: names[name.group()], size)


def _slice(part: Expression, args: list[str], size: Size) -> str:
    places = [f"{size(start)}:{size(stop)}" for start, stop in part.params]
    return f"{args[0]}[{', '.join(places)}]"


def _pad(wide: Expression, args: list[str], size: Size) -> str:
    ends = [f"({size(before)}, {size(after)})" for before, after in wide.params]
    return f"np.pad({args[0]}, ({', '.join(ends)}))"


def _along(name: str, more: str = "") -> Source:
    def words(node: Expression, args: list[str], size: Size) -> str:
        axis = "" if node.params[0] is None else f", axis={node.params[0]}"
        return f"np.{name}({args[0]}{axis}{more})"

    return words


def _pool(name: str) -> Source:
    def words(z: Expression, args: list[str], size: Size) -> str:
        rows, columns = z.params
        shape = f"{size(z.shape[0])}, {rows}, {size(z.shape[1])}, {columns}"
        return f"{args[0]}.reshape({shape}).{name}(axis=(1, 3))"

    return words


def _repeat(x: Expression, args: list[str], size: Size) -> str:
    words = args[0]
    for axis, count in enumerate(x.params):
        if count != 1:
            words = f"np.repeat({words}, {count}, axis={axis})"
    return words


TABLE: Mapping[Operation, Source] = {
    SLICE: _slice,
    PAD: _pad,
    CONCAT: lambda joined, args, size: (
        f"np.concatenate([{', '.join(args)}], axis={joined.params[0]})"
    ),
    FLIP: _along("flip"),
    RESHAPE: lambda x, args, size: f"{args[0]}.reshape({size(x.shape[0])}, {size(x.shape[1])})",
    CUMSUM: _along("cumsum"),
    PROD: _along("prod", ", keepdims=True"),
    INVERSE: lambda x, args, size: f"np.linalg.inv({args[0]})",
    DETERMINANT: lambda x, args, size: f"np.linalg.det({args[0]}).reshape(1, 1)",
    CONVOLVE: lambda z, args, size: f"conv({args[0]}, {args[1]})",
    CONVOLVE_FULL: lambda z, args, size: f"conv_full({args[0]}, {args[1]})",
    MAX_POOL: _pool("max"),
    AVG_POOL: _pool("mean"),
    REPEAT: _repeat,
}

POSTFIXED = (SLICE, RESHAPE, MAX_POOL, AVG_POOL)
"""Whose argument stands in front, and so may need brackets."""

SOURCES = {
    "conv": '''def conv(x, kernel):
    """The kernel at every place of x where it fits, products added up; it is not turned round."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel)
''',
    "conv_full": '''def conv_full(x, kernel):
    """The convolution of mathematics, at every place where the kernel meets x."""
    (rows, columns), turned = kernel.shape, kernel[::-1, ::-1]
    wide = np.pad(x, ((rows - 1, rows - 1), (columns - 1, columns - 1)))
    return conv(wide, turned)
''',
}
"""The functions that this source calls, as source."""
