"""The road on the page: its concepts in order, and the note of each with what to do after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.ground.events import NoteRead
from chainrule.roadmap import Concept, Standing
from chainrule.web.address import Address
from chainrule.web.formulas import formulas
from chainrule.web.learner import ToDo, kept, next_to_do, standing, to_do
from chainrule.web.note_pictures import note_picture
from chainrule.web.rendering import address_of, asked, render, see
from chainrule.web.road_picture import Row, rows
from chainrule.web.studio import NotThere
from chainrule.web.view import View

VIEW_OF = {
    "neuron": "/neuron",
    "forward": "/draw",
    "cost": "/cost",
    "descent": "/descent",
    "one-path": "/chain",
    "output-error": "/backprop",
    "hidden-error": "/backprop",
    "weight-gradients": "/backprop",
    "mini-batch": "/batch",
    "gradient-check": "/backprop",
    "mnist": "/train",
    "cross-entropy": "/train",
    "softmax": "/draw",
    "start-and-penalty": "/train",
    "momentum": "/train",
}
"""The view that shows what a concept is about."""


@dataclass(frozen=True)
class Milestone:
    """A concept on the road, its row of the picture, and how far the learner is with it."""

    concept: Concept
    row: Row
    minutes: int
    done: int
    of: int
    finished: bool
    due: bool
    to_do: list[ToDo]
    """The first of each kind that is not done, or the first."""

    @property
    def state(self) -> str:
        if self.finished:
            return "done"
        return "begun" if self.done else "ahead"


def milestones(of: Standing, today: date) -> Iterator[Milestone]:
    picture = rows({one.slug: one.needs for one in roadmap.concepts()})
    for one, row in zip(roadmap.concepts(), picture, strict=True):
        every = roadmap.activities(one.slug)
        yield Milestone(
            one,
            row,
            roadmap.minutes(one.slug),
            sum(map(of.done, every)),
            len(every),
            one.slug in of.finished,
            of.is_due(one.slug, today),
            of_each_kind(one.slug, of),
        )


def of_each_kind(slug: str, of: Standing) -> list[ToDo]:
    """One thing to do of each kind: the first that is not done; where all are, the first."""
    first: dict[str, ToDo] = {}
    for activity in roadmap.activities(slug):
        one = to_do(activity, of)
        if one.kind not in first or (first[one.kind].done and not one.done):
            first[one.kind] = one
    return list(first.values())


def page(request: Request) -> Response:
    of, today = standing()
    every, current = list(milestones(of, today)), of.current()
    return render(
        request,
        "road.html",
        view=VIEW,
        milestones=every,
        lanes=1 + max(max((one.row.lane, *one.row.past, *one.row.out)) for one in every),
        following=next_to_do(roadmap.next_step(of, today), of),
        current=current,
        now=next((one for one in every if one.concept.slug == current), None),
        waiting=not roadmap.next_step(of, today).finished,
    )


def read(request: Request) -> Response:
    """The learner has read the note: kept, and the page shown again."""
    slug = asked(request).query.get("name", "")
    event = NoteRead(concept=concept_named(slug).slug)
    return see(kept(event, Address("/concept", {"name": slug})))


def concept_named(slug: str) -> Concept:
    if slug not in roadmap.ORDER:
        raise NotThere(f"no concept is called {slug[:40]!r}; the road lists them")
    return roadmap.concept(slug)


def concept_page(request: Request) -> Response:
    one = concept_named(address_of(request).query.get("name", ""))
    of, _ = standing()
    place = one.number
    following = roadmap.ORDER[place] if place < len(roadmap.ORDER) else None
    return render(
        request,
        "concept.html",
        read=("read", one.slug) in of.passed,
        finished=one.slug in of.finished,
        concept=one,
        minutes=roadmap.minutes(one.slug),
        parts=list(note(one)),
        see=VIEW_OF.get(one.slug),
        to_do=[to_do(each, of) for each in roadmap.activities(one.slug) if each.kind != "read"],
        following=None if following is None else roadmap.concept(following),
    )


def note(one: Concept) -> Iterator[Markup]:
    """The note as HTML: prose, formulas set as mathematics, its picture."""
    for kind, text in one.note.pieces():
        if kind is None:
            yield prose(text)
        elif kind == "picture":
            yield note_picture(one, text)
        elif kind == "":
            yield from formulas(text, one.sheet or None)
        else:
            yield Markup("<pre>{}</pre>").format(text)


def prose(markdown: str) -> Markup:
    """A note's own Markdown as HTML; no HTML within it is taken over."""
    return Markup(MarkdownIt("commonmark", {"html": False}).render(markdown))


VIEW = View(
    "Road",
    "21 concepts, from the slope of a curve to the whole network. Read the note, see it move, "
    "practise, derive, build, and say it in your own words.",
    gets=(("/road", page), ("/concept", concept_page)),
    posts=(("/concept", read),),
    of_the_road=True,
)
