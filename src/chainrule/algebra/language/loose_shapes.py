"""Shapes that leave something open, read in the one way in which the sheet fits.

`b: (n,)` is a column, or a row where only a row fits, as in NumPy's `X @ W + b`. A size that only
shapes name is what it has to be: the p of W: (m,p) is m+n in `W @ concat(h, x)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from chainrule.algebra.language.sheet import Declaration, Sheet
from chainrule.algebra.language.sheet_text import Line, SheetError
from chainrule.algebra.language.tokens import canonical
from chainrule.algebra.tree.shapes import Shape, shape_text
from chainrule.algebra.tree.sizes import (
    Dimension,
    is_plain,
    names_of_size,
    product_of_sizes,
    read_size,
    sum_of_sizes,
    terms,
)

MAX_MENDS = 24
"""How often a shape is changed, in one sheet."""

_DIFFER = re.compile(r"(?:inner sizes|rows|columns) (\S+) and (\S+) differ")


@dataclass
class LooseShapes:
    """flat: what is declared with one axis, and its shape. rows: which of it lies as a row.

    sizes: the names that turned out to be another size.
    """

    rows: frozenset[str] = frozenset()
    sizes: dict[str, Dimension] = field(default_factory=dict[str, Dimension])
    flat: dict[str, Shape] = field(default_factory=dict[str, Shape])

    def fitting(self, declaration: Declaration) -> Declaration:
        """The declaration with the shape that fits."""
        rows, columns = (self._size(size) for size in declaration.shape)
        if declaration.name in self.rows:
            rows, columns = columns, rows
        shape = (rows, columns)
        if declaration.name in self.flat:
            self.flat[declaration.name] = shape
        return declaration if shape == declaration.shape else replace(declaration, shape=shape)

    def _size(self, size: Dimension) -> Dimension:
        if not any(name in self.sizes for name in names_of_size(size)):
            return size
        total: Dimension = 0
        for names, count in terms(size).items():
            product: Dimension = count
            for name in names:
                product = product_of_sizes(product, self.sizes.get(name, name))
            total = sum_of_sizes(total, product)
        return total

    def notes(self) -> Iterator[str]:
        """What to say of how the shapes were read."""
        for name, shape in self.flat.items():
            way = "row" if name in self.rows else "column"
            yield f"`{name}` has one axis; it is read as a {way}, {shape_text(shape)}"
        for name, size in self.sizes.items():
            yield f"`{name}` is {size} here"


def fitted(read: Callable[[LooseShapes], Sheet], lines: list[Line]) -> Sheet:
    """The sheet, read with the shapes that fit. Raises the SheetError of the shapes as declared."""
    loose = LooseShapes()
    try:
        return read(loose)
    except SheetError as error:
        first = current = error
    for _ in range(MAX_MENDS):
        for other in _others(loose, current, lines):
            try:
                return read(other)
            except SheetError as error:
                if error.line_number > current.line_number:
                    loose, current = other, error
                    break
        else:
            break
    raise first


def _others(loose: LooseShapes, error: SheetError, lines: list[Line]) -> Iterator[LooseShapes]:
    """Other shapes that may mend an error: a vector of its line turned, a size that is another."""
    words = " ".join(line.words for line in lines if line.number == error.line_number)
    used = {canonical(word) for word in re.findall(r"[^\W\d]\w*", words)}
    flat = sorted((loose.flat.keys() & used) - loose.rows)
    for names in [flat, *([name] for name in flat if len(flat) > 1)]:
        if names:
            yield LooseShapes(loose.rows | frozenset(names), loose.sizes)
    match = _DIFFER.search(error.reason)
    sizes = [] if match is None else [read_size(words.rstrip(";,.")) for words in match.groups()]
    for name, other in (sizes, sizes[::-1]) if len(sizes) == 2 else ():
        plain = isinstance(name, str) and is_plain(name) and name not in loose.sizes
        if plain and other is not None and not is_plain(other) and name not in names_of_size(other):
            yield LooseShapes(loose.rows, {**loose.sizes, str(name): other})
