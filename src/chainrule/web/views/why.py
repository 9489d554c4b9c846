"""The *Why?* panel by itself, for a page that is open already."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chainrule.web.rendering import render
from chainrule.web.view import View
from chainrule.web.why_panel import panel


def part(request: Request) -> Response:
    return render(request, "why.html", **panel(request))


VIEW = View("", "", gets=(("/why", part),))
