"""The road on the page: its concepts in order, and the note of each with what to do after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from chainrule import algebra, roadmap
from chainrule.algebra import AlgebraError, Sheet
from chainrule.ground.events import NoteRead
from chainrule.roadmap import Activity, Concept, Standing
from chainrule.web.numbers import set_equation
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere
from chainrule.web.view import View

PICTURE_WIDTH = 60

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
class ToDo:
    """Something to do for a concept: what it is, and its address on the page, or its command."""

    kind: str
    what: str
    address: str = ""
    command: str = ""


def to_do(one: Concept) -> Iterator[ToDo]:
    """What there is to do for a concept, in its order."""
    if one.slug in VIEW_OF:
        yield ToDo("see", "the numbers of it", VIEW_OF[one.slug])
    for activity in roadmap.activities(one.slug):
        if activity.kind != "read":
            yield shown(activity)


def shown(activity: Activity) -> ToDo:
    """On the page where it can be done here, else as the call that a terminal makes of it."""
    if activity.kind == "practise":
        topics = ", ".join(name for _, name in activity.parts)
        return ToDo("practise", topics, f"/practise?concept={activity.concept}")
    if activity.kind == "derive" and activity.challenge is not None:
        asked = {"sheet": activity.challenge.sheet, "wrt": activity.challenge.wrt}
        return ToDo("derive", activity.challenge.title, f"/derive?{urlencode(asked)}")
    if activity.kind == "explain":
        return ToDo("explain", "in your own words", f"/explain?concept={activity.concept}")
    if activity.kind == "build":
        return ToDo("build", activity.name, "/build")
    if activity.kind == "train":
        return ToDo("train", "watch it learn", "/train")
    return ToDo(activity.kind, activity.name)


@dataclass(frozen=True)
class Milestone:
    """A concept on the road, and how far the learner is with it."""

    concept: Concept
    minutes: int
    done: int
    of: int
    finished: bool
    due: bool


def milestones(found: Standing, today: date) -> Iterator[Milestone]:
    for one in roadmap.concepts():
        every = roadmap.activities(one.slug)
        yield Milestone(
            one,
            roadmap.minutes(one.slug),
            sum(map(found.done, every)),
            len(every),
            one.slug in found.finished,
            found.is_due(one.slug, today),
        )


def standing() -> tuple[Standing, date]:
    """What the learner's log comes to now."""
    now, log = datetime.now().astimezone(), roadmap.Log()
    try:
        return roadmap.current_standing(log, now), now.date()
    finally:
        log.close()


def page(request: Request) -> Response:
    found, today = standing()
    return render(request, "road.html", view=VIEW, milestones=list(milestones(found, today)))


def read(request: Request) -> Response:
    """The learner has read the note: kept, and the page shown again."""
    answer = concept_page(request)
    roadmap.record(NoteRead(concept=address_of(request).query["name"]))
    return answer


def concept_page(request: Request) -> Response:
    slug = address_of(request).query.get("name", "")
    if slug not in roadmap.ORDER:
        raise NotThere(f"no concept is called {slug[:40]!r}; the road lists them")
    one = roadmap.concept(slug)
    place = roadmap.ORDER.index(slug)
    following = roadmap.ORDER[place + 1] if place + 1 < len(roadmap.ORDER) else None
    return render(
        request,
        "concept.html",
        read=request.method == "POST",
        concept=one,
        parts=list(note(one)),
        to_do=list(to_do(one)),
        following=None if following is None else roadmap.concept(following),
    )


def note(one: Concept) -> Iterator[Markup]:
    """The note as HTML: prose, formulas set as mathematics, its picture."""
    sheet = algebra.load_sheet(one.sheet) if one.sheet else None
    for kind, text in one.note.pieces():
        if kind is None:
            yield prose(text)
        elif kind == "picture":
            lines = roadmap.draw(text, one.note.example, PICTURE_WIDTH)
            yield Markup('<pre class="picture">{}</pre>').format("\n".join(lines))
        elif kind == "":
            yield formula(text, sheet)
        else:
            yield Markup("<pre>{}</pre>").format(text)


def prose(markdown: str) -> Markup:
    """A note's own Markdown as HTML; no HTML within it is taken over."""
    return Markup(MarkdownIt("commonmark", {"html": False}).render(markdown))


def formula(text: str, sheet: Sheet | None) -> Markup:
    """Equations, one after the other, set as mathematics where the sheet can read them."""
    joined = " ".join(line.strip() for line in text.splitlines())
    name, colon, rest = joined.partition(": ")
    label = name if colon and name.isalnum() else ""
    equation = rest if label else joined
    if sheet is not None and readable(equation, sheet):
        made = set_equation(equation, sheet)
        return Markup('<p class="equation">{} {}</p>').format(label, made)
    return Markup("<pre>{}</pre>").format(text)


def readable(equation: str, sheet: Sheet) -> bool:
    try:
        for side in equation.split(" = "):
            algebra.parse(side, sheet.scope)
    except AlgebraError:
        return False
    return True


VIEW = View(
    "Road",
    "21 concepts, from the slope of a curve to the whole network. Read the note, see it move, "
    "practise, derive, build, and say it in your own words.",
    gets=(("/road", page), ("/concept", concept_page)),
    posts=(("/concept", read),),
)
