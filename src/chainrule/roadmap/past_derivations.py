"""What a learner has derived, by their record: the workshop shows those formulas."""

from __future__ import annotations

from collections.abc import Iterable

from chainrule.ground.events import Derived, Event
from chainrule.roadmap.standing import RIGHT
from chainrule.workshop import Derivation


def derivations(events: Iterable[Event]) -> set[Derivation]:
    """The quantities of sheets that were derived, whether or not a hint was shown."""
    return {
        Derivation.of(event.sheet, event.quantity)
        for event in events
        if isinstance(event, Derived) and event.verdict in RIGHT
    }
