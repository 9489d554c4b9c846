"""The Starlette application: its routes, its templates, its errors."""

from __future__ import annotations

import secrets

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from chainrule.ground.faults import Fault
from chainrule.web.rendering import STATIC, make_templates, render
from chainrule.web.security import Guard
from chainrule.web.studio import NotThere, Studio
from chainrule.web.views import VIEWS


def create_app(studio: Studio, token: str) -> Starlette:
    """The page of this studio, for whoever has the token."""
    app = Starlette(
        routes=[
            *(Route(*get, methods=["GET"]) for view in VIEWS for get in view.gets),
            *(Route(*post, methods=["POST"]) for view in VIEWS for post in view.posts),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={Fault: show_fault, 404: show_missing},
    )
    app.state.studio, app.state.token = studio, token
    app.state.started = secrets.token_hex(8)
    app.state.inspect = {view.path: view.inspect for view in VIEWS if view.inspect is not None}
    app.state.figures = {view.path: view.figure for view in VIEWS if view.figure is not None}
    app.state.templates = make_templates(views=[view for view in VIEWS if view.title])
    return app


def show_fault(request: Request, fault: Exception) -> Response:
    """What cannot be done, in one line."""
    status = 404 if isinstance(fault, NotThere) else 400
    return render(request, "fault.html", status, message=str(fault))


def show_missing(request: Request, fault: Exception) -> Response:
    return render(request, "fault.html", 404, message="There is no page at this address.")
