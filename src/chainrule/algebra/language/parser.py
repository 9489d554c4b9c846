"""Text to expression in one step, for a text that is read once.

What is read in more than one way, or more than once, is `typed` first and then `read`.
"""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.algebra.language.declared_names import Scope
from chainrule.algebra.language.other_readings import Reading, read_otherwise
from chainrule.algebra.language.text_places import Parsed
from chainrule.algebra.language.typed_text import typed, typed_chain
from chainrule.algebra.language.usual_reading import read, read_chain


def parse(text: str, scope: Scope) -> Parsed:
    """The tree of one expression. Raises ParseError, ShapeError or LimitError, with the place."""
    return read(typed(text), scope)


def parse_misfits(text: str, scope: Scope) -> Parsed:
    """The tree as it was written, also where sizes do not fit; see `expression.misfit`.

    Raises what `parse` raises, but a ShapeError only where there is no node to stand for it.
    """
    return read(typed(text), scope, misfits=True)


def parse_otherwise(text: str, scope: Scope) -> Iterator[Reading]:
    """The readings that people give a text beside the usual one; those that fit."""
    yield from read_otherwise(typed(text), scope)


def parse_chain(text: str, scope: Scope) -> list[Parsed]:
    """The expressions of `a = b = c`, in order. A leading `=` is allowed.

    Places are counted in the whole text.
    """
    return read_chain(typed_chain(text), scope)
