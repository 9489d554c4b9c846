"""Sizes that are worked out from others: `n-1`, `n1+n2`, `m*n`, `T-k+1`.

A size is a name, a whole number, or a sum of products of names. Sums are written in one way, so
that two sizes agree exactly when they are the same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from chainrule.algebra.errors import AlgebraError

Dimension = str | int

Terms = Mapping[tuple[str, ...], int]
"""How often each product of names stands in a sum; the empty product is 1."""

_PIECE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]{1,7}|[-+*()]")

MAX_PIECES = 60
"""The most names and signs of a size that is typed."""

_TERM = re.compile(r"([+-]?)([^+-]+)")


@cache
def terms(size: Dimension) -> Terms:
    """The sum that a size is."""
    if isinstance(size, int):
        return {(): size}
    found: dict[tuple[str, ...], int] = {}
    for sign, words in _TERM.findall(size):
        count, names = -1 if sign == "-" else 1, list[str]()
        for factor in words.split("*"):
            if factor.isdigit():
                count *= int(factor)
            else:
                names.append(factor)
        key = tuple(sorted(names))
        found[key] = found.get(key, 0) + count
    return found


@cache
def names_of_size(size: Dimension) -> tuple[str, ...]:
    """The names that a size is worked out from."""
    if isinstance(size, int):
        return ()
    return tuple(dict.fromkeys(name for product in terms(size) for name in product))


def is_plain(size: Dimension) -> bool:
    """Whether a size is a name or a number, and not worked out."""
    return isinstance(size, int) or names_of_size(size) == (size,)


def size_value(size: Dimension, sizes: Mapping[str, int]) -> int:
    """A size in numbers. AlgebraError names a dimension that has no size."""
    if isinstance(size, int):
        return size
    found = sizes.get(size)
    if found is not None:
        return found
    total = 0
    for product, count in terms(size).items():
        for name in product:
            if name not in sizes:
                raise AlgebraError(f"dimension `{name}` has no size")
            count *= sizes[name]
        total += count
    return total


def read_size(words: str) -> Dimension | None:
    """`n-k+1`, `2*n` or `(h-2)*(w-2)` as a size; None if it is none."""
    pieces = _PIECE.findall(words)
    if "".join(pieces) != re.sub(r"\s", "", words) or not pieces or len(pieces) > MAX_PIECES:
        return None
    size, rest = _read_sum(pieces)
    return None if rest else size


def _read_sum(pieces: list[str]) -> tuple[Dimension | None, list[str]]:
    total, sign = 0, "+"
    while True:
        product, pieces = _read_product(pieces)
        if product is None:
            return None, pieces
        total = sum_of_sizes(total, product if sign == "+" else opposite(product))
        if not pieces or pieces[0] not in ("+", "-"):
            return total, pieces
        sign, pieces = pieces[0], pieces[1:]


def _read_product(pieces: list[str]) -> tuple[Dimension | None, list[str]]:
    product: Dimension = 1
    while True:
        if not pieces or pieces[0] in ("+", "-", "*", ")"):
            return None, pieces
        head, pieces = pieces[0], pieces[1:]
        factor: Dimension | None = int(head) if head.isdigit() else head
        if head == "(":
            factor, pieces = _read_sum(pieces)
            if factor is None or not pieces or pieces[0] != ")":
                return None, pieces
            pieces = pieces[1:]
        product = product_of_sizes(product, factor)
        if not pieces or pieces[0] != "*":
            return product, pieces
        pieces = pieces[1:]


def sum_of_sizes(*sizes: Dimension) -> Dimension:
    """The sizes added up."""
    total: dict[tuple[str, ...], int] = {}
    for size in sizes:
        for product, count in terms(size).items():
            total[product] = total.get(product, 0) + count
    return _written(total)


def opposite(size: Dimension) -> Dimension:
    """The size with a minus sign."""
    return _written({product: -count for product, count in terms(size).items()})


def difference(a: Dimension, b: Dimension) -> Dimension:
    """a - b."""
    return sum_of_sizes(a, opposite(b))


def product_of_sizes(a: Dimension, b: Dimension) -> Dimension:
    """a * b."""
    total: dict[tuple[str, ...], int] = {}
    for left, count in terms(a).items():
        for right, other in terms(b).items():
            key = tuple(sorted((*left, *right)))
            total[key] = total.get(key, 0) + count * other
    return _written(total)


def _written(total: Terms) -> Dimension:
    """The one way to write a sum: products of names, what is added first, then the number."""
    kept = [(product, count) for product, count in total.items() if count and product]
    number = total.get((), 0)
    if not kept:
        return number
    kept.sort(key=lambda term: (term[1] < 0, -len(term[0]), term[0]))
    words = ""
    for product, count in kept:
        factors = [*([str(abs(count))] if abs(count) != 1 else []), *product]
        words += f"{'-' if count < 0 else '+' if words else ''}{'*'.join(factors)}"
    return words + (f"{number:+d}" if number else "")


def divided_size(size: Dimension, by: Dimension) -> Dimension | None:
    """size / by, if that can be told to be whole: by a number, or by one product of names."""
    if size == by:
        return 1
    divisor = terms(by)
    if len(divisor) != 1:
        return None
    ((under, number),) = divisor.items()
    found: dict[tuple[str, ...], int] = {}
    for product, count in terms(size).items():
        rest = list(product)
        for name in under:
            if name not in rest:
                return None
            rest.remove(name)
        if number == 0 or count % number:
            return None
        found[tuple(rest)] = count // number
    return _written(found)


def solved_for_name(size: Dimension) -> tuple[str, int, int] | None:
    """The name n, k and c of a size c*n + k; None of a number or where several names stand."""
    parts = dict(terms(size))
    less = parts.pop((), 0)
    if len(parts) != 1:
        return None
    ((product, count),) = parts.items()
    return (product[0], less, count) if len(product) == 1 and count > 0 else None
