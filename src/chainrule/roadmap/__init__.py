"""The road: its concepts in order, what comes before what, and the notes to read.

    concepts()                     all 21, in order; concept("slope") is one of them
    concept("slope").note          its text, its blocks, its worked example computed again
    draw(picture, example, 60)     a picture of the note as lines of characters
    resources()                    what the notes send a learner to, with addresses

>>> concept("hidden-error").needs
('output-error',)
"""

from chainrule.roadmap.concepts import (
    ORDER,
    WHOLE_FILE,
    Concept,
    Derivation,
    concept,
    concepts,
    opened_by,
)
from chainrule.roadmap.errors import RoadmapError
from chainrule.roadmap.example import Example, Line, Part, read_example, sides_of, statements
from chainrule.roadmap.note import KINDS, NUMBERS, SENTENCE, SLIPS, Note
from chainrule.roadmap.pictures import DRAWN, draw
from chainrule.roadmap.resources import Place, Resource, place, resources

__all__ = [
    "DRAWN",
    "KINDS",
    "NUMBERS",
    "ORDER",
    "SENTENCE",
    "SLIPS",
    "WHOLE_FILE",
    "Concept",
    "Derivation",
    "Example",
    "Line",
    "Note",
    "Part",
    "Place",
    "Resource",
    "RoadmapError",
    "concept",
    "concepts",
    "draw",
    "opened_by",
    "place",
    "read_example",
    "resources",
    "sides_of",
    "statements",
]
