"""The error of this room."""

from __future__ import annotations

from chainrule.ground.faults import Fault


class RoadmapError(Fault):
    """No such concept, or a concept whose files are not as they should be."""
