"""What a learner has derived, by their record."""

from __future__ import annotations

from collections.abc import Iterable

from chainrule.ground.events import Derived, Event
from chainrule.roadmap.standing import RIGHT
from chainrule.workshop import Derivation


def derived_earlier(events: Iterable[Event], sheet: str) -> set[str]:
    """The quantities of a sheet that were derived without the answer shown, as events name them."""
    return {
        event.quantity
        for event in events
        if isinstance(event, Derived)
        and event.sheet == sheet
        and event.verdict in RIGHT
        and not event.shown
    }


def derivations(events: Iterable[Event]) -> set[Derivation]:
    """The quantities of sheets that were derived, whether or not a hint was shown.

    The workshop shows those formulas.
    """
    return {
        Derivation.of(event.sheet, event.quantity)
        for event in events
        if isinstance(event, Derived) and event.verdict in RIGHT
    }
