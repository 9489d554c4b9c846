"""The view *Explain*: a write-up in the learner's own words, read back with its gaps."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.explain import Changes, Drafts, Report, as_text, changes, read_back
from chainrule.ground.events import Explained
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import NotThere
from chainrule.web.view import View

MOST_BYTES = 1_000_000


def concept_of(request: Request) -> str:
    slug = address_of(request).query.get("concept", roadmap.ORDER[0])
    if slug not in roadmap.ORDER:
        raise NotThere(f"no concept is called {slug[:40]!r}; the road lists them")
    return slug


def drafts_of(slug: str) -> Drafts:
    """Where the terminal keeps them, too."""
    return Drafts(roadmap.home() / "explanations" / slug)


def shown(request: Request, slug: str, report: Report | None, since: Changes | None) -> Response:
    subject = roadmap.write_up(slug)
    drafts = drafts_of(slug)
    last = drafts.last()
    return render(
        request,
        "explain.html",
        view=VIEW,
        slug=slug,
        slugs=[one.slug for one in roadmap.concepts() if one.write],
        subject=subject,
        text="" if last is None else last.text,
        draft=0 if last is None else last.number,
        report=report,
        since=since,
    )


def page(request: Request) -> Response:
    slug = concept_of(request)
    drafts = drafts_of(slug)
    last = drafts.last()
    report = None
    if last is not None and last.text.strip():
        report = read_back(roadmap.write_up(slug), last.text, drafts.answers())
    return shown(request, slug, report, None)


async def answer(request: Request) -> Response:
    """Keep the text as a new draft, and read it back."""
    slug = concept_of(request)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotThere(f"the text has more than {MOST_BYTES} bytes")
    text = as_text(body, "the text")
    subject, drafts = roadmap.write_up(slug), drafts_of(slug)
    report = read_back(subject, text, drafts.answers())
    draft = drafts.keep(text)
    before = drafts.before(draft)
    since = None
    if before is not None:
        since = changes(read_back(subject, before.text, drafts.answers()), report)
    ideas = tuple(one.idea.id for one in report.ideas if one.found)
    roadmap.record(
        Explained(concept=slug, ideas=ideas, gaps=tuple(gap.name for gap in report.gaps))
    )
    return shown(request, slug, report, since)


VIEW = View(
    "Explain",
    "Write it down for somebody who understands none of it. It is read back: what was found, and "
    "where; what was not; each formula checked.",
    gets=(("/explain", page),),
    posts=(("/explain", answer),),
)
