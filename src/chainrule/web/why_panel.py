"""The *Why?* panel: one number, its equation, the numbers put in, the calls, its operands."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from chainrule.web.address import Address
from chainrule.web.numbers import of_one_example, set_equation, sheet_of
from chainrule.web.rendering import address_of
from chainrule.web.studio import Studio

MOST_TERMS = 8
"""Of more addends the largest are shown, the rest as one sum."""
MOST_OPERANDS = 40
"""Of more operands the first are shown, the rest on request."""


PATH = re.compile(r"/(?!/)[a-z/-]*")


def beneath(address: Address) -> Address:
    """The address of the page that the panel lies on; asked for alone, it says which in `page`."""
    path = address.query.get("page", address.path)
    here = Address(path if PATH.fullmatch(path) else "/", address.query)
    return here.with_(page=None)


def panel(request: Request) -> dict[str, Any]:
    """What the panel of this address shows; `number` is None where none is asked about.

    NetworkError if there is no such number.
    """
    studio: Studio = request.app.state.studio
    address = address_of(request)
    ref = address.query.get("why")
    if not ref:
        return {"number": None}
    here = beneath(address)
    figure_of = request.app.state.figures.get(here.path)
    number = None if figure_of is None else figure_of(studio, here.query, ref)
    equation = Markup("") if number is None else number.equation
    if number is None:
        inspect = request.app.state.inspect.get(here.path, Studio.inspected)
        inspection = inspect(studio, here.query)
        number = inspection.number(ref)
        equation = set_equation(of_one_example(number.equation), sheet_of(inspection.network))
    ordered = sorted(number.terms, key=lambda term: -abs(term.value))
    whole = "terms" in address.query or len(ordered) <= MOST_TERMS + 1
    shown = ordered if whole else ordered[:MOST_TERMS]
    rest = ordered[len(shown) :]
    operands = number.operands if "terms" in address.query else number.operands[:MOST_OPERANDS]
    return {
        "operands": operands,
        "number": number,
        "number_equation": equation,
        "terms": shown,
        "rest": len(rest),
        "sum_of_rest": sum(term.value for term in rest),
        "here": here,
    }
