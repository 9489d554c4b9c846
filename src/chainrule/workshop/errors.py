"""What the workshop cannot do, in one line for a person."""

from __future__ import annotations

from chainrule.ground.faults import Fault


class WorkshopError(Fault):
    """A folder, a file or a name that cannot be used."""
