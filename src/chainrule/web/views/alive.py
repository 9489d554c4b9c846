"""Whether the server is there, which start of it, and the token that a change needs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chainrule.web.view import View


def alive(request: Request) -> Response:
    """For a page that is open: the guard lets it through only with the token of this server."""
    state = request.app.state
    return JSONResponse({"started": state.started, "token": state.token})


VIEW = View("", "", gets=(("/alive", alive),))
