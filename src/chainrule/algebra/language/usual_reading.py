"""The usual reading of a line, and of a chain: the likeliest spelling of which the sizes fit."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import groupby

from chainrule.algebra.errors import AlgebraError
from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.reading import Reader
from chainrule.algebra.language.text_places import Parsed
from chainrule.algebra.language.tokens import ParseError
from chainrule.algebra.language.typed_text import Typed, Way
from chainrule.algebra.tree.expression import Expression
from chainrule.algebra.tree.text import brief

MAX_SHOWN = 120
"""Characters of a reading that is typed out in a message."""


def read(line: Typed, scope: Scope, *, misfits: bool = False) -> Parsed:
    """The usual reading of a line. Raises ParseError, ShapeError or LimitError, with the place.

    misfits: whether what does not fit is kept as it was written; see `expression.misfit`. A
    ShapeError is raised then only where there is no node to stand for it.
    """
    ways = line.ways(scope)
    if len(ways) == 1:
        return Reader(ways[0].line, scope, misfits).whole()
    fitting = _fitting(ways, scope)
    if not fitting:
        return Reader(ways[0].line, scope, misfits).whole()
    if len(fitting) > 1:
        raise _ambiguous(line.text, fitting)
    return next(iter(fitting.values()))


def _fitting(ways: list[Way], scope: Scope) -> dict[Expression, Parsed]:
    """The readings of the likeliest ways of which some fit."""
    fitting: dict[Expression, Parsed] = {}
    for _, alike in groupby(ways, lambda way: way.rank):
        for way in alike:
            with suppress(AlgebraError):
                parsed = Reader(way.line, scope).whole()
                fitting.setdefault(parsed.expression, parsed)
        if fitting:
            break
    return fitting


def _ambiguous(text: str, readings: Iterable[Expression]) -> ParseError:
    ways = [brief(reading, MAX_SHOWN) for reading in readings]
    shown = " or ".join(f"`{words}`" for words in ways[:2])
    return ParseError(
        "this can be read in two ways"
        if len(ways) == 2
        else "this can be read in more than two ways",
        (0, len(text)),
        expected="names with their layers and sizes",
        mend=f"write {shown}",
    )


def read_chain(line: Typed, scope: Scope) -> list[Parsed]:
    """The expressions of a chain `a = b = c`, in order. Places are counted in the whole text."""
    reader = Reader(line.within(scope), scope)
    links = [reader.expression(side) for side in reader.line.sides]
    reader.expect_end()
    return [Parsed(line.text, link) for link in links]
