"""Pages from their templates."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chainrule.web.address import Address
from chainrule.web.numbers import coded, short, shown
from chainrule.web.own_numbers import own_folder
from chainrule.web.security import FIELDS

STATIC = Path(str(files("chainrule.web"))) / "static"


def make_templates(**values: Any) -> Environment:
    """The templates of the package; `values` are known in all of them."""
    environment = Environment(
        loader=PackageLoader("chainrule.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = shown
    environment.filters["short"] = short
    environment.filters["coded"] = coded
    environment.globals.update(values, static=static_address, own_folder=own_folder)
    return environment


def static_address(name: str) -> str:
    """A file of `static/`, under an address that changes with what is in it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


def address_of(request: Request) -> Address:
    return Address(request.url.path, dict(request.query_params))


def asked(request: Request) -> Address:
    """The path of a form that was sent, and its fields beside those of the address."""
    return Address(request.url.path, {**request.query_params, **request.scope[FIELDS]})


def see(address: Address) -> Response:
    """What follows a change that is kept: the page that shows it, which may be loaded again."""
    return RedirectResponse(str(address), 303)


def render(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page, or a part of one, from its template."""
    state = request.app.state
    page = state.templates.get_template(template).render(
        studio=state.studio, token=state.token, address=address_of(request), **values
    )
    return HTMLResponse(page, status)
