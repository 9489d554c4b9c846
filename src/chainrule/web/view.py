"""One view of the page: its address, its title, the sentence that says what to try."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from chainrule.network import Inspection
from chainrule.web.figures import Figure
from chainrule.web.studio import NotThere, Studio

SHORT = 36
"""Characters of a part of a sentence that does not stand alone."""

Endpoint = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class View:
    """`gets` and `posts` are its addresses; the first of them is its page.

    `sentence` says what to try and what to see. A view without a title is not in the menu.
    """

    title: str
    sentence: str
    gets: tuple[tuple[str, Endpoint], ...]
    posts: tuple[tuple[str, Endpoint], ...] = ()
    inspect: Callable[[Studio, Mapping[str, str]], Inspection] | None = None
    """The step whose numbers it shows; without one, that of the studio's network on the example."""
    figure: Callable[[Studio, Mapping[str, str], str], Figure | None] | None = None
    """The figure of this reference that the view computes; None for a number of the network."""
    of_the_road: bool = False
    """Whether it is a stop of the road, and shows no network."""
    of_a_network: bool = False
    """Whether it shows numbers that a learner's own network.py may give, too."""

    @property
    def first_words(self) -> str:
        """The first part of the sentence; two where the first is short."""
        parts = self.sentence.removesuffix(".").split(". ")
        return ". ".join(parts[: 1 if len(parts[0]) > SHORT else 2]) + "."

    @property
    def path(self) -> str:
        return (self.gets or self.posts)[0][0]


def whole_number(text: str | None, least: int, most: int, *, otherwise: int) -> int:
    """A whole number of the address in these bounds; NotThere for anything else."""
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > 9 or not least <= int(text) <= most:
        raise NotThere(f"{text[:20]!r} is not there; expected a whole number, {least} to {most}")
    return int(text)


def number(text: str | None) -> float | None:
    """A number of the address, None where there is none; NotThere where it is no number."""
    if not text:
        return None
    try:
        value = float(text[:40].replace("−", "-").replace(",", "."))
    except ValueError:
        raise NotThere(f"{text[:20]!r} is no number") from None
    if not math.isfinite(value):
        raise NotThere(f"{text[:20]!r} is no finite number")
    return value
