"""The learner's own numbers for the page that is open; their functions are run by a post alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chainrule.ground.faults import Fault
from chainrule.network import Inspection
from chainrule.web.address import Address
from chainrule.web.own_numbers import Grid, beside
from chainrule.web.rendering import address_of
from chainrule.web.studio import NotThere, Studio
from chainrule.web.view import View
from chainrule.web.views.backprop import steps
from chainrule.web.why_panel import beneath
from chainrule.workshop import OwnStep, find_folder

MOST_BYTES = 400_000


async def numbers(request: Request) -> Response:
    """`{"refs": ["z1[0]"], "grids": [{"name", "prefix", "count"}]}`, and what is told of each."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotThere("that is more than a page has numbers")
    try:
        asked = json.loads(body)
        refs = [ref for ref in asked["refs"] if isinstance(ref, str)]
        grids = [Grid.read(grid) for grid in asked["grids"]]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NotThere("the numbers that are asked about are not readable") from None
    return await run_in_threadpool(answer, request, refs, grids)


def answer(request: Request, refs: Sequence[str], grids: Sequence[Grid]) -> Response:
    studio: Studio = request.app.state.studio
    here = beneath(address_of(request))
    inspect = request.app.state.inspect.get(here.path)
    inspection = (inspect or Studio.inspected)(studio, here.query)
    try:
        own = studio.own.step(find_folder(), inspection)
    except Fault as fault:
        return JSONResponse({"message": str(fault)}, 409)
    told = beside(own, inspection, refs, grids)
    told["first"] = first(own, inspection, here, refs, elsewhere=inspect is None)
    return JSONResponse(told)


def first(
    own: OwnStep, inspection: Inspection, here: Address, refs: Sequence[str], *, elsewhere: bool
) -> dict[str, Any] | None:
    """The first number that differs, and the address that asks about it.

    One that is not on the page is in *Backprop*, where that shows the same step: `elsewhere`.
    """
    if own.first is None:
        return None
    name, index = own.first
    ref = inspection.operand(name, *index).ref if index else name
    if ref in refs or not elsewhere:
        return {"ref": ref, "href": str(here.with_(why=ref, terms=None))}
    plan = steps(inspection)
    at = next(number for number, step in enumerate(plan) if name in step.names)
    return {"ref": ref, "href": str(here.to("/backprop").with_(step=at, why=ref))}


VIEW = View("", "", gets=(), posts=(("/own", numbers),))
