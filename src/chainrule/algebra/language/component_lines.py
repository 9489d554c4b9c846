"""Definitions by their entries: `z[j] = sum(k, W[j,k]*x[k]) + b[j]` is the whole of z."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chainrule.algebra.errors import ShapeError
from chainrule.algebra.tree import indexing
from chainrule.algebra.tree.expression import Expression, with_args
from chainrule.algebra.tree.function_registry import FUNCTIONS
from chainrule.algebra.tree.leaves import SYMBOL
from chainrule.algebra.tree.sizes import Dimension

_BRACKETS = re.compile(
    r"(?P<name>\s*[^\W\d]\w*?)(?:\[(?P<inside>[^\[\]{}]*)\]|_\{(?P<lowered>[^\[\]{}]*)\})\s*"
)
_LOWERED = re.compile(r"(?P<name>\s*[^\W\d]\w*?)_(?P<letters>[a-z]{1,2})\s*")
_SMALL = str.maketrans({"ᵢ": "i", "ⱼ": "j", "ₖ": "k", "ₗ": "l", "ₘ": "m", "ₙ": "n"})


@dataclass(frozen=True, slots=True)
class Left:
    """The left of a definition: a name, and the letters of its entries."""

    name: str
    letters: tuple[str, ...]


def entries_on_the_left(words: str) -> Left | None:
    """`z[j]`, `Z[i,j]`, `z_{j}`, `z_j` and `zⱼ`; None where no letters stand there."""
    small = re.fullmatch(r"(?P<name>\s*[^\W\d]\w*?)(?P<letters>[ᵢⱼₖₗₘₙ]{1,2})\s*", words)
    if small is not None:
        return Left(small["name"], tuple(small["letters"].translate(_SMALL)))
    brackets = _BRACKETS.fullmatch(words)
    if brackets is not None:
        inside = brackets["inside"] if brackets["inside"] is not None else brackets["lowered"]
        letters = re.sub(r"\s", "", inside)
        parts = letters.split(",") if "," in letters else [letters]
        if "," not in letters and len(letters) == 2 and brackets["inside"] is None:
            parts = list(letters)  # W_{jk}
        if len(parts) <= 2 and all(re.fullmatch(r"[a-z]", part) for part in parts):
            return Left(brackets["name"], tuple(parts))
        return None
    lowered = _LOWERED.fullmatch(words)
    return Left(lowered["name"], tuple(lowered["letters"])) if lowered is not None else None


def whole(left: Left, entry: Expression) -> Expression:
    """The vector or matrix whose entries the right side gives. ShapeError where letters differ."""
    sizes = dict(entry.indices)
    for letter in left.letters:
        if letter not in sizes:
            raise ShapeError(
                f"`{letter}` stands on the left and nowhere on the right, so how many entries "
                f"there are cannot be told; write {left.name.strip()} = … for all of them"
            )
    for letter in sizes:
        if letter not in left.letters:
            raise ShapeError(
                f"`{letter}` stands on the right and not on the left; add up over it: "
                f"sum({letter}, …)"
            )
    places = [(letter, sizes[letter]) for letter in left.letters]
    if len(places) == 1:
        return _applied(entry, places[0]) or indexing.vector(places[0], entry)
    if places[0] == places[1]:
        raise ShapeError(f"`{places[0][0]}` stands for the row and for the column; use two letters")
    return indexing.matrix(places[0], places[1], entry)


def _applied(entry: Expression, place: tuple[str, Dimension]) -> Expression | None:
    """tanh(a) of `z_j = tanh(a_j)`, where a is a column; None of anything else."""
    inner = entry.args[0] if entry.operation in FUNCTIONS.values() else None
    if inner is None or inner.operation is not indexing.ENTRY:
        return None
    of = inner.args[0]
    plain = of.operation is SYMBOL and of.shape == (place[1], 1) and inner.indices == (place,)
    return with_args(entry, (of,)) if plain else None
