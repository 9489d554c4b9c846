"""The one exception of this room."""

from __future__ import annotations

from chainrule.ground.faults import Fault, Naming
from chainrule.ground.words import visible


class DataError(Fault):
    """Data that cannot be used; its message is one line for a person to act on.

    The line says what was found, where, what was expected and what to do.
    """

    def line(self, name: Naming | None = None) -> str:
        return visible(super().line(name))
