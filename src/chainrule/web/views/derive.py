"""The view *Derive*: the learner's own lines, set as mathematics, checked one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chainrule import algebra, roadmap
from chainrule.algebra import AlgebraError, Sheet, sheet_names
from chainrule.derivation import Chain, Reply, Workings
from chainrule.ground.ladder import Rung
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere
from chainrule.web.view import View, whole_number

LONGEST = 2000
MOST_LINES = 60


@dataclass(frozen=True)
class Told:
    """The last line typed, and what is said of it."""

    reply: Reply
    before: str
    at_fault: str
    after: str


def sheet_of(query: Mapping[str, str]) -> tuple[str, Sheet]:
    name = query.get("sheet", "quadratic")
    if name not in sheet_names():
        raise NotThere(f"no sheet is called {name[:40]!r}; there are {', '.join(sheet_names())}")
    return name, algebra.load_sheet(name)


def replayed(query: Mapping[str, str]) -> tuple[str, Workings, Reply | None, list[Rung]]:
    """The workings after all lines of the address, right and wrong, and the hints asked for."""
    name, sheet = sheet_of(query)
    lines = [line for line in query.get("lines", "").split("\n") if line.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST for line in lines):
        raise NotThere(f"more than {MOST_LINES} lines, or one of more than {LONGEST} characters")
    workings, reply = Workings(sheet, query.get("wrt") or None), None
    for line in lines:
        reply = workings.answer(line)
    hints = whole_number(query.get("hints"), 0, 4, otherwise=0)
    return name, workings, reply, [workings.hint() for _ in range(hints)]


def told(reply: Reply) -> Told:
    """A line with the place that is at fault cut out, so that it can be marked."""
    span = next((slip.span for slip in reply.slips if slip.span is not None), reply.span)
    if span is None or reply.kept:
        return Told(reply, reply.text, "", "")
    start, stop = span[0], max(span[1], span[0] + 1)
    return Told(reply, reply.text[:start], reply.text[start:stop], reply.text[stop:])


def shown(request: Request, name: str, work: Workings, reply: Reply | None, hints: list[Rung]):
    query = address_of(request).query
    return render(
        request,
        "derive.html",
        view=VIEW,
        name=name,
        sheets=sheet_names(),
        equations=list(equations(work.sheet)),
        wrt=work.now.wrt,
        asked=work.now.heading,
        chains=[(chain.heading, lines_of(chain)) for chain in work.order if chain.lines],
        current=lines_of(work.now),
        right=work.now.right,
        following=work.next,
        whole=work.whole,
        told=None if reply is None else told(reply),
        lines=query.get("lines", ""),
        hints=hints,
    )


def equations(sheet: Sheet) -> list[Markup]:
    """The definitions of the sheet, set as mathematics."""
    made = []
    for one in sheet.definitions:
        left = algebra.parse(one.name, sheet.scope).expression
        made.append(Markup(algebra.mathml(left, one.expression)))
    return made


def lines_of(chain: Chain) -> list[Markup]:
    """The lines that stand, set as mathematics."""
    try:
        return [Markup(algebra.mathml(tree)) for _, tree in chain.sides()]
    except AlgebraError:
        return [Markup("<code>{}</code>").format(line) for line in chain.lines]


def page(request: Request) -> Response:
    return shown(request, *replayed(address_of(request).query))


def answer(request: Request) -> Response:
    """Judge the last line, and keep what happened in the learner's log."""
    name, work, reply, hints = replayed(address_of(request).query)
    if reply is not None and (event := work.event(reply, name)) is not None:
        roadmap.record(event)
    return shown(request, name, work, reply, hints)


def preview(request: Request) -> Response:
    """A line as it is read so far, while it is typed: mathematics, or what is not readable."""
    query = address_of(request).query
    _, sheet = sheet_of(query)
    line = query.get("line", "")[:LONGEST]
    try:
        sides = [
            algebra.parse(side, sheet.scope).expression for side in line.split("=") if side.strip()
        ]
        made = algebra.mathml(*sides) if sides else ""
    except AlgebraError:
        return HTMLResponse("")
    return HTMLResponse(made)


VIEW = View(
    "Derive",
    "Derive the equations of backpropagation yourself, line by line. A wrong line is called by its "
    "name and its place is marked; the mend is yours.",
    gets=(("/derive", page), ("/set", preview)),
    posts=(("/derive", answer),),
)
