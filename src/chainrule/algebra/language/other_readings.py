"""The readings that people give a line beside the usual one: other elaborations of its tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations

from chainrule.algebra.errors import AlgebraError, Span
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.likely_names import layers
from chainrule.algebra.language.reading import Reader
from chainrule.algebra.language.subscripts_and_superscripts import layer_letters
from chainrule.algebra.language.text_places import Parsed
from chainrule.algebra.language.typed_text import Typed
from chainrule.algebra.language.ways_to_read import USUAL, Ways
from chainrule.algebra.tree.expression import Expression

MAX_DIVISIONS = 6
"""So many divisions of one text, the first ones, are each read in two ways."""


_SQUARES = "two square matrices side by side can be read in two ways"

_NEAREST = tuple(
    (ways, "it can be read in two ways; brackets tell them apart")
    for ways in (
        Ways(lenient=True),
        Ways(lenient=True, wide_sums=True),
        Ways(lenient=True, bare="power"),
        Ways(lenient=True, bare="product"),
        Ways(lenient=True, bare="all"),
        Ways(lenient=True, towers=True),
        Ways(lenient=True, towers=True, bare="power"),
        Ways(lenient=True, across=True),
    )
)
"""What else a line may be that can be read in two ways."""

MAX_WIDE = 8
"""So many ways to spell a line, the likeliest ones, are read in unusual ways too."""

_APART = "derivatives side by side are read as the chain rule; write sum(…, axis=0) for a sum"


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a line. message: what can be read in two ways, and what tells them apart.

    span: the place of it, where it is one.
    """

    parsed: Parsed
    message: str
    span: Span | None = None


def read_otherwise(line: Typed, scope: Scope) -> Iterator[Reading]:
    """The other readings of a line: those that fit, and are not the usual one."""
    typed = line
    line = line.within(scope)
    reader = Reader(line, scope, misfits=True)
    usual: Expression | None = None
    with suppress(AlgebraError):
        usual = reader.whole().expression
    left_to_right = Reader(line, scope, misfits=True, ways=Ways(lenient=True))
    with suppress(AlgebraError):
        left_to_right.whole()
    for reading in _readings(line, scope, left_to_right.divisions):
        if reading.parsed.expression is not usual:
            yield reading
    yield from _spelled_otherwise(typed, scope)
    yield from _chosen_otherwise(typed, scope)


def _chosen_otherwise(line: Typed, scope: Scope) -> Iterator[Reading]:
    """The other ways to spell what is not written out, each in its usual reading, then others."""
    ways = line.ways(scope, wide=True)
    if len(ways) == 1 and not ways[0].reason:
        return
    for way in ways:
        yield from _read(way.line, scope, USUAL, way.reason)
    for way in ways[:MAX_WIDE]:
        for reading in _readings(way.line, scope, []):
            yield replace(reading, message=f"{way.reason}; {reading.message}")


def _spelled_otherwise(line: Typed, scope: Scope) -> Iterator[Reading]:
    """A letter l that is a layer, and a prime that is a derivative."""
    if layer_letters(line.tokens):
        for number in layers(scope):
            message = f"l stands for {number}"
            yield from _read(replace(line, layer=number).within(scope), scope, USUAL, message)
    if "'" in (token.kind for token in line.tokens):
        message = "a prime is a derivative here; write x.T for the transpose"
        yield from _read(replace(line, slopes=True).within(scope), scope, USUAL, message)


def _readings(line: Typed, scope: Scope, divisions: list[int]) -> Iterator[Reading]:
    if any(sign in line.text for sign in ("Σ", "∑", "sum_")):
        message = "what is added up can be read in two ways; put brackets around all of it"
        with suppress(AlgebraError):
            syntax = Reader(line, scope).expression(line.sides[0])
            yield Reading(Parsed(line.text, syntax), message)
        yield from _read(line, scope, Ways(wide_sums=True), message)
    yield from _divided_last(line, scope, divisions)
    if "/" in line.text or "J(" in line.text:
        yield from _read(line, scope, Ways(apart=True), _APART)
    if scope.flat and "@" in line.text:
        message = "what has one axis is a row before a matrix; write x.T @ A"
        yield from _read(line, scope, Ways(flat=True), message)
    if "|" in line.text:
        yield from _read(line, scope, Ways(magnitudes=True), "bars are read entry by entry")
    for ways, message in (
        *_NEAREST,
        (Ways(tight=True), "what stands side by side can be read in two ways; put brackets"),
        (Ways(inner=True), "`·` can be read in two ways; write w.T @ x for the sum of products"),
        (Ways(applied="quantity"), "a quantity before a bracket is read with what it depends on"),
        (Ways(applied="product"), "a quantity before a bracket is read as a factor"),
        (Ways(squares="@"), f"{_SQUARES}; write a @ b for the matrix product"),
        (Ways(squares="*"), f"{_SQUARES}; write a * b for the product entry by entry"),
    ):
        yield from _read(line, scope, ways, message)


def _read(line: Typed, scope: Scope, ways: Ways, message: str) -> Iterator[Reading]:
    with suppress(AlgebraError):
        yield Reading(Reader(line, scope, ways=ways).whole(), message)


def _divided_last(line: Typed, scope: Scope, divisions: list[int]) -> Iterator[Reading]:
    """`1 / a b` as 1/(a b); every division of a line may be meant so or not."""
    signs = divisions[:MAX_DIVISIONS]
    for number in range(1, len(signs) + 1):
        for chosen in combinations(signs, number):
            reader = Reader(line, scope, ways=Ways(divides_last=chosen, lenient=True))
            with suppress(AlgebraError):
                parsed = reader.whole()
                span = reader.divisors[0]
                under = line.text[slice(*span)]
                words = "can be read in two ways; where all of it divides, write"
                yield Reading(parsed, f"`/ {under}` {words} /({under})", span)
