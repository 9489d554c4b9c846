"""The error of this room."""

from __future__ import annotations

from chainrule.ground.faults import Fault


class ExplainError(Fault):
    """A text that cannot be read back, or an idea that is not written as ideas are."""
