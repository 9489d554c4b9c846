"""The road: its concepts in order, what comes before what, and the notes to read.

    concepts()                     all 21, in order; concept("slope") is one of them
    concept("slope").note          its text, its blocks, its worked example computed again
    draw(picture, example, 60)     a picture of the note as lines of characters
    resources()                    what the notes send a learner to, with addresses
    activities("slope")            what there is to do, each with the parts that have to be passed
    write_up("slope")              the concept as something to explain: ideas, terms, boards
    record(event)                  keeps an event in the learner's log
    current_standing(Log(), now)   what the log comes to: done, due, how hard; next_step(it, today)
    Log(path)                      the log: events(), lines() to export, read_in() to import

>>> concept("hidden-error").needs
('output-error',)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from chainrule.roadmap.activity import (
    Activity,
    activities,
    concept_of,
    concepts_by_part,
    minutes,
    part_of,
)
from chainrule.roadmap.concepts import (
    ORDER,
    WHOLE_FILE,
    Challenge,
    Concept,
    concept,
    concepts,
    opened_by,
)
from chainrule.roadmap.errors import RoadmapError
from chainrule.roadmap.event_log import FILE, HOME, Log, home
from chainrule.roadmap.note import KINDS, NUMBERS, SENTENCE, SLIPS, Note
from chainrule.roadmap.recording import record
from chainrule.roadmap.resources import Place, Resource, place, resources
from chainrule.roadmap.reviews import DAILY, Card
from chainrule.roadmap.standing import Standing, current_standing, standing_of
from chainrule.roadmap.steps import Step, next_in, next_on_the_road, next_step

if TYPE_CHECKING:
    from chainrule.roadmap.choice_of_network import (
        EXAMPLE,
        choices,
        chosen_network,
        network_derived,
    )
    from chainrule.roadmap.example import Example, Line, Part, read_example, sides_of, statements
    from chainrule.roadmap.past_derivations import derivations, derived_earlier
    from chainrule.roadmap.past_practice import past_of
    from chainrule.roadmap.pictures import DRAWN, draw
    from chainrule.roadmap.write_ups import write_up

LATER = {
    "chainrule.roadmap.choice_of_network": (
        "EXAMPLE", "choices", "chosen_network", "network_derived",
    ),
    "chainrule.roadmap.example": (
        "Example", "Line", "Part", "read_example", "sides_of", "statements",
    ),
    "chainrule.roadmap.past_derivations": ("derivations", "derived_earlier"),
    "chainrule.roadmap.past_practice": ("past_of",),
    "chainrule.roadmap.pictures": ("DRAWN", "draw"),
    "chainrule.roadmap.write_ups": ("write_up",),
}  # fmt: skip
"""What computes, and so needs NumPy and the algebra; the list of the concepts does not."""

__all__ = [
    "DAILY",
    "DRAWN",
    "EXAMPLE",
    "FILE",
    "HOME",
    "KINDS",
    "NUMBERS",
    "ORDER",
    "SENTENCE",
    "SLIPS",
    "WHOLE_FILE",
    "Activity",
    "Card",
    "Challenge",
    "Concept",
    "Example",
    "Line",
    "Log",
    "Note",
    "Part",
    "Place",
    "Resource",
    "RoadmapError",
    "Standing",
    "Step",
    "activities",
    "choices",
    "chosen_network",
    "concept",
    "concept_of",
    "concepts",
    "concepts_by_part",
    "current_standing",
    "derivations",
    "derived_earlier",
    "draw",
    "home",
    "minutes",
    "network_derived",
    "next_in",
    "next_on_the_road",
    "next_step",
    "opened_by",
    "part_of",
    "past_of",
    "place",
    "read_example",
    "record",
    "resources",
    "sides_of",
    "standing_of",
    "statements",
    "write_up",
]


def __getattr__(name: str) -> Any:
    for module, names in LATER.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'chainrule.roadmap' has no attribute {name!r}")
