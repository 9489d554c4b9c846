"""The view *Explain*: a write-up in the learner's own words, read back with its gaps."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.explain import Drafts, Report, as_text, changes, placed, read_back
from chainrule.ground.events import Explained
from chainrule.web.address import Address
from chainrule.web.learner import kept
from chainrule.web.rendering import address_of, asked, render, see
from chainrule.web.studio import NotThere
from chainrule.web.view import View, whole_number


def concept_of(request: Request) -> str:
    query = asked(request).query if request.method == "POST" else address_of(request).query
    slug = query.get("concept", roadmap.ORDER[0])
    if slug not in roadmap.ORDER:
        raise NotThere(f"no concept is called {slug[:40]!r}; the road lists them")
    return slug


def drafts_of(slug: str) -> Drafts:
    """Where the terminal keeps them, too."""
    return Drafts(roadmap.home() / "explanations" / slug)


def page(request: Request) -> Response:
    slug = concept_of(request)
    subject, drafts = roadmap.write_up(slug), drafts_of(slug)
    last = drafts.last()
    report, since = None, None
    if last is not None and last.text.strip():
        report = read_back(subject, last.text, drafts.answers())
        before = drafts.before(last)
        if before is not None:
            since = changes(read_back(subject, before.text, drafts.answers()), report)
    return render(
        request,
        "explain.html",
        view=VIEW,
        slug=slug,
        slugs=[one.slug for one in roadmap.concepts() if one.write],
        subject=subject,
        text="" if last is None else last.text,
        draft=0 if last is None else last.number,
        folder=drafts.folder,
        report=report,
        since=since,
        titles={} if report is None else {one.idea.id: one.idea.title for one in report.ideas},
        meanwhile=whole_number(address_of(request).query.get("meanwhile"), 0, 999_999, otherwise=0),
    )


def answer(request: Request) -> Response:
    """Keep the text as a new draft and the reading of it in the log; a page then shows it."""
    slug, fields = concept_of(request), asked(request).query
    text = as_text(fields.get("text", "").replace("\r\n", "\n").encode(), "the text")
    drafts = drafts_of(slug)
    last, report = drafts.last(), read_back(roadmap.write_up(slug), text, drafts.answers())
    draft = drafts.keep(text)
    based = whole_number(fields.get("draft"), 0, 999_999, otherwise=0)
    elsewhere = last is not None and draft.new and last.number != based
    here = Address("/explain", {"concept": slug})
    if elsewhere and last is not None:
        here = here.with_(meanwhile=last.number)
    return see(kept(read(report), here))


def read(report: Report) -> Explained:
    """What is kept of a reading."""
    ideas = tuple(one.idea.id for one in report.ideas if one.found)
    gaps = tuple(gap.name for gap in report.gaps)
    return Explained(concept=report.subject.concept, ideas=ideas, gaps=gaps)


def there(request: Request) -> Response:
    """The learner says on which line something is that was not found."""
    slug, fields = concept_of(request), asked(request).query
    drafts = drafts_of(slug)
    last = drafts.last()
    if last is None:
        raise NotThere("there is no text yet in which something could be")
    subject = roadmap.write_up(slug)
    line = whole_number(fields.get("line"), 1, 999_999, otherwise=0)
    report = read_back(subject, last.text, drafts.answers())
    report = placed(report, drafts, last, fields.get("idea", ""), line)
    return see(kept(read(report), Address("/explain", {"concept": slug})))


VIEW = View(
    "Explain",
    "Write it down for somebody who understands none of it. It is read back: what was found, and "
    "where; what was not; each formula checked.",
    gets=(("/explain", page),),
    posts=(("/explain", answer), ("/explain/there", there)),
    of_the_road=True,
)
