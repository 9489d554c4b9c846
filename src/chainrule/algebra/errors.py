"""What can go wrong in the algebra, as typed errors a person can act on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chainrule.ground.faults import Fault, Naming

Span = tuple[int, int]
"""Start and end of a piece of text, in characters, the end not included."""

Words = tuple[str, str | None]
"""A message, and the text of an expression that would do, if one is known."""


class AlgebraError(Fault):
    """The root of every error that the algebra raises on purpose.

    `message` is one line. `span` is the place in the text that was parsed, if there was one.
    """

    def __init__(self, message: str | Callable[[Naming], str], span: Span | None = None) -> None:
        super().__init__(message)
        self.span = span

    @property
    def message(self) -> str:
        return self.line()

    def to_dict(self) -> dict[str, object]:
        return {"error": type(self).__name__, "message": self.message, "span": self.span}


class LimitError(AlgebraError):
    """Something grew beyond one of the documented limits."""


class ShapeError(AlgebraError):
    """Two sizes that have to agree do not. `mend` is an expression that would fit, if known.

    `operand` is the number of the first argument that does not fit those before it. `words` is
    the message, or a function that writes message and mend when they are asked for: a search for
    mistakes meets thousands of misfits that nobody reads.
    """

    def __init__(
        self, words: str | Callable[[], Words], span: Span | None = None, operand: int | None = None
    ) -> None:
        super().__init__(words if isinstance(words, str) else lambda _: words()[0], span)
        self._words = words
        self.operand = operand
        self.attempt: Any = None
        """What was being built: (operation, args, params), if it was a node."""

    @property
    def mend(self) -> str | None:
        return None if isinstance(self._words, str) else self._words()[1]

    def to_dict(self) -> dict[str, object]:
        return {**super().to_dict(), "mend": self.mend}
