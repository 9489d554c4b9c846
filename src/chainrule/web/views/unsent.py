"""What is typed and not sent yet: kept, and given back to a page that is opened later."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chainrule import roadmap
from chainrule.explain import MOST_BYTES, as_text
from chainrule.web.studio import NotThere
from chainrule.web.unsent_texts import UnsentTexts
from chainrule.web.view import View

FILE = "unsent.json"
LONGEST_NAME = 200


def texts() -> UnsentTexts:
    return UnsentTexts(roadmap.home() / FILE)


def name_of(request: Request) -> str:
    name = request.query_params.get("name", "")
    if not 0 < len(name) <= LONGEST_NAME:
        raise NotThere(f"a text has a name of 1 to {LONGEST_NAME} characters")
    return name


def kept(request: Request) -> Response:
    return PlainTextResponse(texts().all().get(name_of(request), ""))


async def keep(request: Request) -> Response:
    name, body = name_of(request), b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    texts().keep(name, as_text(body, "the text"))
    return Response(status_code=204)


VIEW = View("", "", gets=(("/unsent", kept),), posts=(("/unsent", keep),))
