"""The concepts of the road: each a folder with a note to read and the activities that follow it.

`note.md` begins with its front matter, in TOML between two lines `+++`; `concept.toml` says what
is practised, derived and built, which view shows it, and what to write up.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from chainrule.ground.words import did_you_mean, listed, nearest
from chainrule.roadmap.errors import RoadmapError
from chainrule.roadmap.note import Note
from chainrule.roadmap.resources import Place, place

ORDER = (
    "slope",
    "rules",
    "chain-rule",
    "gradient",
    "matrices",
    "neuron",
    "forward",
    "cost",
    "descent",
    "one-path",
    "output-error",
    "hidden-error",
    "weight-gradients",
    "mini-batch",
    "gradient-check",
    "mnist",
    "cross-entropy",
    "softmax",
    "start-and-penalty",
    "momentum",
    "whole",
)
"""The order in which the concepts are recommended. Each comes after all that it needs."""

WHOLE_FILE = "all"
"""What is built where it is the whole of the learner's file, not one function."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something to derive: the derivative by `wrt` on the shipped sheet of this name.

    `answer` is a right last line.
    """

    title: str
    sheet: str
    wrt: str
    answer: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "sheet": self.sheet,
            "wrt": self.wrt,
            "answer": self.answer,
        }


@dataclass(frozen=True, slots=True)
class Concept:
    """One step of the road.

    `needs` are the concepts that come before; `minutes` is how long the note takes. `sheet` has
    the quantities that the note's formulas are about, `words` what is set as code there and is no
    formula. `practise` names topics, `build` functions of the learner's file, `train` runs, `see` a
    view; `write` is what to explain in one's own words. `derive_network` is the title of deriving
    a network of the learner's choice, where that is to be done.
    """

    slug: str
    title: str
    needs: tuple[str, ...]
    minutes: int
    read: tuple[Place, ...]
    note: Note
    sheet: str
    words: tuple[str, ...]
    practise: tuple[str, ...]
    derive: tuple[Challenge, ...]
    derive_network: str | None
    build: tuple[str, ...]
    train: tuple[str, ...]
    see: str | None
    write: str

    @property
    def number(self) -> int:
        return ORDER.index(self.slug) + 1

    def to_dict(self) -> dict[str, Any]:
        return {
            "concept": self.slug,
            "number": self.number,
            "title": self.title,
            "needs": list(self.needs),
            "minutes": self.minutes,
            "read": [one.to_dict() for one in self.read],
            "note": self.note.text,
            "practise": list(self.practise),
            "derive": [one.to_dict() for one in self.derive],
            "derive_network": self.derive_network,
            "build": list(self.build),
            "train": list(self.train),
            "see": self.see,
            "write": self.write,
        }


@functools.cache
def concept(slug: str) -> Concept:
    """The concept of this slug. An unknown one is answered with the nearest known one."""
    if slug not in ORDER:
        near = nearest(slug, ORDER, 3, alike=0)
        meant = did_you_mean(slug, ORDER, f"the nearest are {listed(near, 'and')}")
        raise RoadmapError(f"no concept is called {slug[:60]!r}; {meant}")
    folder = files("chainrule.roadmap") / "concepts" / slug
    head, text = front_matter((folder / "note.md").read_text("utf-8"), slug)
    rest = tomllib.loads((folder / "concept.toml").read_text("utf-8"))
    try:
        return Concept(
            slug=slug,
            title=head["title"],
            needs=tuple(head["needs"]),
            minutes=head["minutes"],
            read=tuple(place(**fields) for fields in head["read"]),
            note=Note(text),
            sheet=rest["sheet"],
            words=tuple(rest.get("words", ())),
            practise=tuple(rest.get("practise", ())),
            derive=tuple(Challenge(**fields) for fields in rest.get("derive", ())),
            derive_network=rest.get("derive_network"),
            build=tuple(rest.get("build", ())),
            train=tuple(rest.get("train", ())),
            see=rest.get("see"),
            write=rest["write"],
        )
    except (KeyError, TypeError) as fault:
        raise RoadmapError(f"a field is missing or unknown: {fault}", file=slug) from fault


def front_matter(source: str, slug: str) -> tuple[dict[str, Any], str]:
    """The fields at the head of a note, and the text below them."""
    fence = "+++\n"
    if not source.startswith(fence) or source.count(fence) < 2:
        raise RoadmapError("the note does not begin with front matter between +++", file=slug)
    _, head, text = source.split(fence, maxsplit=2)
    return tomllib.loads(head), text.strip() + "\n"


def concepts() -> tuple[Concept, ...]:
    """All of them, in their order."""
    return tuple(concept(slug) for slug in ORDER)


def opened_by(slug: str) -> tuple[str, ...]:
    """The concepts that need this one directly, in their order."""
    return tuple(one.slug for one in concepts() if slug in one.needs)
