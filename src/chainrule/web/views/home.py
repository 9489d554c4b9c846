"""The first page: what the network is, what comes next on the road, and the views."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.web.learner import next_to_do, standing
from chainrule.web.rendering import render
from chainrule.web.view import View


def page(request: Request) -> Response:
    of, today = standing()
    step = roadmap.next_step(of, today)
    slug = of.current()
    return render(
        request,
        "home.html",
        following=next_to_do(step, of),
        current=None if slug is None else roadmap.concept(slug),
        finished=len(of.finished),
        concepts=len(roadmap.ORDER),
    )


VIEW = View("", "", gets=(("/", page),))
