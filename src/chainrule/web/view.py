"""One view of the page: its address, its title, the sentence that says what to try."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class View:
    """`gets` and `posts` are its addresses; the first of `gets` is its page.

    `sentence` says what to try and what to see. A view without a title is not in the menu.
    """

    title: str
    sentence: str
    gets: tuple[tuple[str, Endpoint], ...]
    posts: tuple[tuple[str, Endpoint], ...] = ()

    @property
    def path(self) -> str:
        return self.gets[0][0]
