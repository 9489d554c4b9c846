"""How slices, blocks, convolutions, inverses and the like are set as mathematics."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.algebra.tree.blocks import CONCAT, FLIP, PAD, RESHAPE, SLICE, Place, places_of
from chainrule.algebra.tree.convolution import CONVOLVE, CONVOLVE_FULL
from chainrule.algebra.tree.expression import ATOM, POSTFIX, POWER, Expression, Operation
from chainrule.algebra.tree.inverses import DETERMINANT, INVERSE
from chainrule.algebra.tree.leaves import SYMBOL
from chainrule.algebra.tree.pooling import AVG_POOL, MAX_POOL, REPEAT, block_sizes
from chainrule.algebra.tree.running import CUMSUM, PROD
from chainrule.algebra.tree.sizes import Dimension
from chainrule.algebra.writing.setting import Notation, Set, Setter, size_words


def _listed(name: str) -> Setter:
    """A function of matrices by its name."""

    def words(write: Notation, node: Expression, parts: list[Set]) -> tuple[str, int]:
        return write.applied(write.word(name), write.listed([part.text for part in parts])), ATOM

    return words


def _along(name: str, usual: int | None = None) -> Setter:
    """A function along an axis, which is lowered where it is not the usual one."""

    def words(write: Notation, node: Expression, parts: list[Set]) -> tuple[str, int]:
        head = write.word(name)
        if node.params[0] != usual:
            axis = write.row([write.word("axis"), write.numeral(str(node.params[0]))])
            head = write.lowered(head, axis)
        return write.applied(head, write.listed([part.text for part in parts])), ATOM

    return words


def _slice(write: Notation, part: Expression, parts: list[Set]) -> tuple[str, int]:
    places = [_place(write, place) for place in places_of(part)]
    plain = parts[0].node.operation is SYMBOL and "/" not in parts[0].node.params[0]
    base = parts[0].text
    if not plain and parts[0].binding < ATOM:
        base = write.fenced("(", base, ")")
    return write.row([base, write.fenced("[", write.listed(places), "]")]), POSTFIX


def _place(write: Notation, place: Place) -> str:
    start, stop = ([] if end is None else [_size(write, end)] for end in (place.start, place.stop))
    return start[0] if place.one else write.row([*start, write.sign(":"), *stop])


def _size(write: Notation, size: Dimension) -> str:
    if isinstance(size, int) and size < 0:
        return write.prefixed("−", write.numeral(str(-size)))
    return size_words(write, size)


def _pad(write: Notation, wide: Expression, parts: list[Set]) -> tuple[str, int]:
    ends = [
        write.fenced("(", write.listed([size_words(write, end) for end in pair]), ")")
        for pair in wide.params
    ]
    around = write.fenced("(", write.listed(ends), ")")
    return write.applied(write.word("pad"), write.listed([parts[0].text, around])), ATOM


def _reshape(write: Notation, x: Expression, parts: list[Set]) -> tuple[str, int]:
    sizes = [size_words(write, size) for size in x.shape]
    return write.applied(write.word("reshape"), write.listed([parts[0].text, *sizes])), ATOM


def _inverse(write: Notation, x: Expression, parts: list[Set]) -> tuple[str, int]:
    base = parts[0].text
    if parts[0].binding < POSTFIX:
        base = write.fenced("(", base, ")")
    return write.raised(base, write.prefixed("−", write.numeral("1"))), POWER


def _pool(name: str) -> Setter:
    def words(write: Notation, z: Expression, parts: list[Set]) -> tuple[str, int]:
        sizes = [write.numeral(str(size)) for size in block_sizes(z)]
        return write.applied(write.word(name), write.listed([parts[0].text, *sizes])), ATOM

    return words


TABLE: Mapping[Operation, Setter] = {
    SLICE: _slice,
    PAD: _pad,
    CONCAT: _along("concat", usual=0),
    FLIP: _along("flip"),
    RESHAPE: _reshape,
    CUMSUM: _along("cumsum", usual=0),
    PROD: _along("prod"),
    INVERSE: _inverse,
    DETERMINANT: _listed("det"),
    CONVOLVE: _listed("conv"),
    CONVOLVE_FULL: _listed("conv_full"),
    MAX_POOL: _pool("max_pool"),
    AVG_POOL: _pool("avg_pool"),
    REPEAT: _pool("repeat"),
}
"""How each of these is set, and how tightly that binds."""
