"""Who may ask: this machine, by its own address, with the token that the terminal showed.

Every request needs the token, in the address or in the cookie that the first visit sets. Foreign
Host and Origin headers are refused: a page elsewhere cannot reach the server through the
learner's browser (DNS rebinding, cross-site requests). A change needs the token of the page once
more: as a header, or as the field `token` of a form. Nothing is loaded from elsewhere.
"""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "chainrule-token"
SAFE_METHODS = ("GET", "HEAD")
HOSTS = ("127.0.0.1", "localhost")
FORM = "application/x-www-form-urlencoded"
FIELDS = "chainrule.fields"
"""Where the fields of a form stand in the scope of its request."""
MOST_BYTES = 4_000_000
"""Of a form: a text of a million bytes, each written as `%XX`, and some."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

WRONG_PAGE = (
    "A change needs the token of the page, and this page has another one: the server was started "
    "anew. Go back, load the page again and send it once more.\n"
)

NEEDS_TOKEN = (
    "This page belongs to the person who started it. Open the address that the terminal shows: it "
    "ends in ?token=...\n"
)


class Guard:
    """ASGI middleware that lets through what may be asked, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        answer = self.refusal(scope)
        if answer is None and scope["method"] not in SAFE_METHODS:
            receive = await read_form(scope, receive)
            answer = self.refused_change(scope)
        await (self.app if answer is None else answer)(scope, receive, send_with_headers)

    def refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that is not let through; None for one that is."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_this_machine(host):
            return PlainTextResponse("This server answers to 127.0.0.1 alone.\n", 421)
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            return PlainTextResponse("A page of another origin may not ask here.\n", 403)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return PlainTextResponse("A page of another site may not ask here.\n", 403)
        query = QueryParams(scope["query_string"])
        if "token" in query and scope["method"] in SAFE_METHODS and self.fits(query["token"]):
            return self.welcome(scope, query)
        if not self.fits(Request(scope).cookies.get(COOKIE, "")):
            return PlainTextResponse(NEEDS_TOKEN, 403)
        return None

    def refused_change(self, scope: Scope) -> Response | None:
        """The answer to a change without the token of the page; None for one that has it."""
        fields: dict[str, str] | None = scope[FIELDS]
        if fields is None:
            return PlainTextResponse(f"The form has more than {MOST_BYTES:,} bytes.\n", 413)
        given = Headers(scope=scope).get("x-token") or fields.pop("token", "")
        return None if self.fits(given) else PlainTextResponse(WRONG_PAGE, 403)

    def fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def welcome(self, scope: Scope, query: QueryParams) -> Response:
        """The same address without the token, which the browser keeps as a cookie from now on."""
        rest = urlencode([(name, value) for name, value in query.multi_items() if name != "token"])
        response = RedirectResponse(scope["path"] + (f"?{rest}" if rest else ""), 303)
        response.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
        return response


async def read_form(scope: Scope, receive: Receive) -> Receive:
    """Put the fields of a form into the scope, None where it is too long; other bodies are left."""
    scope[FIELDS] = {}
    if Headers(scope=scope).get("content-type", "").partition(";")[0].strip() != FORM:
        return receive
    body = b""
    async for chunk in Request(scope, receive).stream():
        body += chunk
        if len(body) > MOST_BYTES:
            scope[FIELDS] = None
            return receive
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, errors="replace")
    scope[FIELDS] = dict(pairs)

    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read_already() -> Message:
        return whole.pop() if whole else await receive()

    return read_already


def is_this_machine(host: str) -> bool:
    """Whether a Host header names this machine's own loopback address, with any port."""
    name, _, port = host.partition(":")
    return name in HOSTS and (not port or port.isdecimal())
