"""How a door hands over an event."""

from __future__ import annotations

from dataclasses import replace

from chainrule.ground.events import Event
from chainrule.roadmap.activity import concept_of
from chainrule.roadmap.event_log import Log


def record(event: Event, log: Log | None = None) -> Event:
    """Keep an event; what was kept, with the concept that it counts for.

    It is on the disk when this returns. Raises RoadmapError or WritingFault if it cannot be.
    """
    kept = replace(event, concept=concept_of(event))
    if log is not None:
        log.add(kept)
        return kept
    own = Log()
    try:
        own.add(kept)
    finally:
        own.close()
    return kept
