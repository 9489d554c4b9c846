"""Index letters that are bound: by a sum over one, or in a vector or matrix of entries."""

from __future__ import annotations

from collections import Counter

from chainrule.algebra.errors import ShapeError, Span
from chainrule.algebra.language.building import Builder
from chainrule.algebra.language.summed_matrices import sum_of_matrices
from chainrule.algebra.language.text_places import Syntax
from chainrule.algebra.language.tokens import ParseError, Token
from chainrule.algebra.tree import indexing, reductions
from chainrule.algebra.tree.expression import Expression, occurrences
from chainrule.algebra.tree.shapes import SCALAR


def bound(b: Builder, name: str, letters: list[str], body: Syntax, span: Span) -> Syntax:
    indices = dict(body.expression.indices)
    if name == "sum" and len(letters[0]) > 1 and letters[0] not in indices:
        raise ParseError(
            f"`{letters[0]}` is no index here",
            span,
            expected="one index letter for each sum",
            mend="write Σ_j Σ_k …",
        )

    def make(inner: Expression) -> Expression:
        if name == "sum":
            return sum_of_matrices(letters[0], inner)
        for letter in letters:
            if letter not in indices:
                raise ShapeError(f"index `{letter}` does not occur in the entries")
        places = [(letter, indices[letter]) for letter in letters]
        if name == "vector":
            return indexing.vector(places[0], inner)
        return indexing.matrix(places[0], places[1], inner)

    return b.build(make, (body,), span)


def sum_of(b: Builder, token: Token, letter: str | None, body: Syntax, end: int) -> Syntax:
    span = (token.start, end)
    if letter is None:
        letter = meant_letter(body)
    if letter is None:
        return b.build(reductions.sum_of, (body,), span)
    return bound(b, "sum", [letter], body, span)


def meant_letter(body: Syntax) -> str | None:
    """What `Σ w_i x_i`, a sum of entries without its letter, is a sum over; None of no entries.

    The one index there is, or of several the one that stands at two places.
    """
    letters = dict(body.expression.indices)
    if body.expression.shape != SCALAR or not letters:
        return None
    if len(letters) == 1:
        return next(iter(letters))
    places = Counter(
        letter
        for _, node in occurrences(body.expression)
        if node.operation is indexing.ENTRY
        for letter in dict(node.indices)
    )
    repeated = [letter for letter in letters if places[letter] > 1]
    if len(repeated) == 1:
        return repeated[0]
    raise ParseError(
        "over which index is this sum?",
        body.span,
        expected="an index letter",
        mend=f"write sum({next(iter(letters))}, …)",
    )
