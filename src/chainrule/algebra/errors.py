"""What can go wrong in the algebra, as typed errors a person can act on."""

from __future__ import annotations

from typing import Any

from chainrule.ground.faults import Fault

Span = tuple[int, int]
"""Start and end of a piece of text, in characters, the end not included."""


class AlgebraError(Fault):
    """The root of every error that the algebra raises on purpose.

    `message` is one line. `span` is the place in the text that was parsed, if there was one.
    """

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def to_dict(self) -> dict[str, object]:
        return {"error": type(self).__name__, "message": self.message, "span": self.span}


class LimitError(AlgebraError):
    """Something grew beyond one of the documented limits."""


class ShapeError(AlgebraError):
    """Two sizes that have to agree do not. `mend` is an expression that would fit, if known.

    `operand` is the number of the first argument that does not fit those before it.
    """

    def __init__(
        self,
        message: str,
        mend: str | None = None,
        span: Span | None = None,
        operand: int | None = None,
    ) -> None:
        super().__init__(message, span)
        self.mend = mend
        self.operand = operand
        self.attempt: Any = None
        """What was being built: (operation, args, params), if it was a node."""

    def to_dict(self) -> dict[str, object]:
        return {**super().to_dict(), "mend": self.mend}
