"""The server: on 127.0.0.1 alone, its address the first line of output, until Ctrl-C."""

from __future__ import annotations

import errno
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

import platformdirs
import uvicorn

from chainrule.ground import writing
from chainrule.ground.faults import Fault
from chainrule.web.application import create_app
from chainrule.web.studio import Studio

HOST = "127.0.0.1"
PORT = 7842
PORTS_TRIED = 20


class WebError(Fault):
    """The page cannot be served."""


def serve(
    studio: Studio, *, port: int | None = None, path: str = "/", started: Callable[[str], None]
) -> None:
    """Serve the page until Ctrl-C; `started` is called with its address, token included."""
    listening = listen(port)
    token = kept_token()
    address = f"http://{HOST}:{listening.getsockname()[1]}{path}?token={token}"
    config = uvicorn.Config(
        create_app(studio, token),
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=0,
    )
    started(address)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        studio.close()


def listen(port: int | None) -> socket.socket:
    """A socket on this port; without one on the usual port, or the next that is free."""
    for tried in [port] if port is not None else range(PORT, PORT + PORTS_TRIED):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, tried))
        except OSError as fault:
            listening.close()
            if port is not None:
                why = "in use" if fault.errno == errno.EADDRINUSE else str(fault.strerror).lower()
                raise WebError(
                    f"the port is {why}; choose another, or leave it out", setting="port",
                    value=str(port),
                ) from fault  # fmt: skip
            continue
        listening.listen()
        return listening
    raise WebError(f"the ports {PORT} to {PORT + PORTS_TRIED - 1} are all in use; choose one")


def kept_token() -> str:
    """The token of this person, the same after a restart, so that an open page goes on."""
    path = Path(platformdirs.user_data_dir("chainrule", appauthor=False)) / "page-token"
    try:
        token = path.read_text("ascii").strip()
        if len(token) >= 32 and token.isascii() and path.stat().st_mode & 0o077 == 0:
            return token
    except (OSError, UnicodeDecodeError):
        pass
    token = secrets.token_urlsafe(32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writing.replace(path, token.encode())
        path.chmod(0o600)
    except (OSError, writing.WritingFault):
        return token  # of this start alone: where nothing can be written
    return token
