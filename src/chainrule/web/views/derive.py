"""The view *Derive*: the learner's own lines, set as mathematics, checked one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chainrule import algebra
from chainrule.algebra import AlgebraError, Sheet, sheet_names
from chainrule.derivation import PASSES, Chain, Reply, Workings
from chainrule.ground.faults import Fault
from chainrule.ground.hint_ladder import Rung
from chainrule.network import Architecture, sheet_of
from chainrule.roadmap import EXAMPLE, choices, chosen_network, network_derived
from chainrule.web.learner import kept
from chainrule.web.rendering import address_of, asked, render, see
from chainrule.web.studio import NotThere
from chainrule.web.view import View
from chainrule.workshop import hints_shown

LONGEST = 2000
MOST_LINES = 100


HINT, NEXT, BACK = "hint", "next", "back"
"""What stands among the lines of an address where no line was typed, as in the terminal."""


@dataclass(frozen=True)
class Given:
    """What is derived: a shipped sheet, or a network of the learner's choice."""

    sheet: Sheet
    name: str
    network: Architecture | None = None

    @property
    def recorded(self) -> str:
        """What it is called in the learner's record."""
        return self.name if self.network is None else self.sheet.text()

    @property
    def address(self) -> dict[str, str | None]:
        """The part of an address that names it."""
        chosen = None if self.network is None else str(self.network)
        return {"sheet": None if chosen else self.name, "network": chosen}


@dataclass(frozen=True)
class Told:
    """The last line typed, and what is said of it."""

    reply: Reply
    before: str
    at_fault: str
    after: str


@dataclass
class Transcript:
    """All that was typed and asked for, and what it came to: the address holds it whole.

    `reply` is to the last line, `hints` are those asked for since.
    """

    given: Given
    lines: list[str]
    workings: Workings
    reply: Reply | None = None
    hints: list[Rung] = field(default_factory=list[Rung])

    def take(self, line: str) -> None:
        """Do what a line says, as the terminal's session does."""
        if line == HINT:
            if hints_shown():
                self.hints.append(self.workings.hint())
            return
        self.hints = []
        if line in (NEXT, BACK):
            self.reply = None
            _ = self.workings.move_on() if line == NEXT else self.workings.back()
        else:
            self.reply = self.workings.answer(line)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def and_then(self, line: str) -> str:
        return "\n".join([*self.lines, line])


def given_in(query: Mapping[str, str]) -> Given:
    """The sheet or the network that an address names. Raises a Fault where there is none."""
    if words := query.get("network"):
        network = chosen_network(words[:LONGEST])
        return Given(algebra.parse_sheet(sheet_of(network)), str(network), network)
    name = query.get("sheet", "quadratic")
    if name not in sheet_names():
        raise NotThere(f"no sheet is called {name[:40]!r}; there are {', '.join(sheet_names())}")
    return Given(algebra.load_sheet(name), name)


def not_chosen(words: str) -> str:
    """What is missing where words name no network to derive; empty where they name one."""
    if not words.strip():
        return choices()
    try:
        chosen_network(words[:LONGEST])
    except Fault as fault:
        return f"{fault.line()}."
    return ""


def replayed(query: Mapping[str, str], typed: str = "") -> Transcript:
    """What the lines of an address came to, and then another line that was typed."""
    given = given_in(query)
    lines = [line.strip() for line in query.get("lines", "").splitlines() if line.strip()]
    lines += [typed.strip()] if typed.strip() else []
    if len(lines) > MOST_LINES or any(len(line) > LONGEST for line in lines):
        raise NotThere(f"more than {MOST_LINES} lines, or one of more than {LONGEST} characters")
    transcript = Transcript(given, lines, Workings(given.sheet, query.get("wrt") or None))
    for line in lines:
        transcript.take(line)
    return transcript


def told(reply: Reply) -> Told:
    """A line with the place that is at fault cut out, so that it can be marked."""
    span = next((slip.span for slip in reply.slips if slip.span is not None), reply.span)
    if span is None or reply.kept:
        return Told(reply, reply.text, "", "")
    start, stop = span[0], max(span[1], span[0] + 1)
    return Told(reply, reply.text[:start], reply.text[start:stop], reply.text[stop:])


def page(request: Request) -> Response:
    address = address_of(request)
    if (words := address.query.get("network")) is not None and (why := not_chosen(words)):
        return render(
            request,
            "derive.html",
            view=VIEW,
            given=None,
            name="",
            sheets=sheet_names(),
            network=words[:LONGEST],
            example=EXAMPLE,
            choices=why,
        )
    transcript = replayed(address.query)
    work, reply, given = transcript.workings, transcript.reply, transcript.given
    here = address.with_(**given.address, wrt=address.query.get("wrt"), unrecorded=None)
    return render(
        request,
        "derive.html",
        view=VIEW,
        given=given,
        name=given.name,
        network="" if given.network is None else given.name,
        example=EXAMPLE,
        sheets=sheet_names(),
        equations=list(equations(work.sheet)),
        wrt=address.query.get("wrt", ""),
        asked=work.now.heading,
        chains=[(chain.heading, lines_of(chain)) for chain in work.chains.values() if chain.lines],
        right=work.now.right,
        following=work.next,
        whole=work.whole,
        told=None if reply is None else told(reply),
        lines=transcript.text,
        hints=transcript.hints,
        hint=here.with_(lines=transcript.and_then(HINT)) if hints_shown() else None,
        onward=here.with_(lines=transcript.and_then(NEXT)),
        back=here.with_(lines=transcript.and_then(BACK)) if work.now.lines else None,
    )


def answer(request: Request) -> Response:
    """Judge a line, and keep what happened in the learner's log; a page then shows it."""
    address = asked(request)
    line = address.query.get("line", "").replace("\n", " ")
    transcript = replayed(address.query, line)
    event = None
    if line.strip() and transcript.reply is not None and not transcript.hints:
        event = transcript.workings.event(transcript.reply, transcript.given.recorded)
    then = address.with_(lines=transcript.text, line=None, unrecorded=None)
    then = kept(event, then)
    network = transcript.given.network
    if event is not None and network is not None and event.verdict in PASSES:
        then = kept(network_derived(transcript.workings, network), then)
    return see(then)


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


def preview(request: Request) -> Response:
    """A line as it is read so far, while it is typed: mathematics, or what is not readable."""
    query = address_of(request).query
    sheet = given_in(query).sheet
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
    of_the_road=True,
)
