"""What mathematics is set from: what a notation can write, and names and sizes in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainrule.algebra.language.tokens import GREEK
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.sizes import Dimension, is_plain, terms

TIMES = "\u2062"
"""The sign of a product that is not seen."""

GREEK_LETTERS = {word: letter for letter, word in reversed(GREEK.items())} | {"lambda": "λ"}
for _word in ("sum", "d", "sqrt"):
    del GREEK_LETTERS[_word]


@dataclass(frozen=True, slots=True)
class Notation:
    """How one notation writes what mathematics is set from. All take and give its own text.

    name(letters)                  a variable: z, δ, step. refer(name, words) says whose it is.
    word(letters)                  the name of a function, upright: softmax.
    numeral(digits), sign(sign)    sign is one character, such as ⊙ or TIMES.
    row(parts)                     side by side.
    listed(parts)                  with commas between.
    prefixed(sign, words)          a sign that belongs to what follows.
    fraction, raised, lowered, root, fenced(open, words, close)
    under(sign, script)            a large sign with a script below: ∑ over k.
    applied(function, words)       a function of what stands in brackets.
    primed(words, count)           with primes.
    """

    name: Callable[[str], str]
    refer: Callable[[str, str], str]
    word: Callable[[str], str]
    numeral: Callable[[str], str]
    sign: Callable[[str], str]
    row: Callable[[Sequence[str]], str]
    listed: Callable[[Sequence[str]], str]
    prefixed: Callable[[str, str], str]
    fraction: Callable[[str, str], str]
    raised: Callable[[str, str], str]
    lowered: Callable[[str, str], str]
    root: Callable[[str], str]
    fenced: Callable[[str, str, str], str]
    under: Callable[[str, str], str]
    applied: Callable[[str, str], str]
    primed: Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Set:
    """A node set in a notation. opened: without its minus sign, if it begins with one."""

    text: str
    binding: int
    node: Expression
    opened: str = ""


Setter = Callable[[Notation, Expression, list[Set]], tuple[str, int]]


def split_name(name: str) -> tuple[str, str]:
    """A name's letters and what is lowered: ("W", "1") for W1, ("W", "in") for W_in."""
    match = re.fullmatch(r"([A-Za-z]+)_?([0-9]+)|([A-Za-z]+)_([A-Za-z0-9]+)", name)
    if match is None:
        return (name, "")
    stem, index = match[1] or match[3], match[2] or match[4]
    return (stem, index)


def spelled(write: Notation, name: str, letters: Sequence[str] = ()) -> str:
    """A name with its number lowered, and the index letters after that."""
    stem, index = split_name(name)
    written = write.name(GREEK_LETTERS.get(stem, stem))
    scripts = [write.numeral(index) if index.isdigit() else write.name(index)] if index else []
    scripts += [write.name(GREEK_LETTERS.get(letter, letter)) for letter in letters]
    return write.lowered(written, write.listed(scripts)) if scripts else written


def size_words(write: Notation, size: Dimension) -> str:
    """A size: a name, a number, or what it is worked out from."""
    if isinstance(size, int):
        return write.numeral(str(size))
    if is_plain(size):
        return write.refer(size, spelled(write, size))
    parts: list[str] = []
    for product, count in terms(size).items():
        factors = [write.refer(name, spelled(write, name)) for name in product]
        if abs(count) != 1 or not product:
            factors.insert(0, write.numeral(str(abs(count))))
        if parts or count < 0:
            parts.append(write.sign("−" if count < 0 else "+"))
        for i, factor in enumerate(factors):
            parts += [write.sign(TIMES), factor] if i else [factor]
    return write.row(parts)
