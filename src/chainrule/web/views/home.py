"""The first page: what comes next on the road, the network on one example, and the views."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chainrule import roadmap
from chainrule.web.learner import next_to_do, standing
from chainrule.web.rendering import address_of, render
from chainrule.web.studio import Studio
from chainrule.web.view import View
from chainrule.web.views.draw import seen
from chainrule.web.why_panel import panel


def page(request: Request) -> Response:
    studio: Studio = request.app.state.studio
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
        **seen(studio, studio.example(address_of(request).query)),
        **panel(request),
    )


VIEW = View("", "", gets=(("/", page),))
