"""The first page: what the network is, and the views of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from chainrule.web.rendering import render
from chainrule.web.view import View


def page(request: Request) -> Response:
    return render(request, "home.html")


VIEW = View("", "", gets=(("/", page),))
