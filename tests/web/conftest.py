"""A studio, a client that has the token, and a true browser where one is installed."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from chainrule import roadmap
from chainrule.ground.events import Event
from chainrule.web import Studio, create_app
from chainrule.web.security import COOKIE
from chainrule.web.server import listen

TOKEN = "t" * 43
HOST = "http://127.0.0.1"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first needs two thirds of the others' processor time; the page in it is the same."""
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


def events(kind: type[Any] = Event) -> list[Any]:
    """The events of a kind that the log has."""
    log = roadmap.Log()
    try:
        return [event for event in log.events() if isinstance(event, kind)]
    finally:
        log.close()


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    made = Studio.of_digits()
    yield made
    made.close()


def client_of(studio: Studio) -> TestClient:
    return TestClient(create_app(studio, TOKEN), base_url=HOST, cookies={COOKIE: TOKEN})


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    """A client that has the token; a training that its test began ends with the test.

    It would write into the record of a later test else.
    """
    yield client_of(studio)
    end_training(studio)


def end_training(studio: Studio) -> None:
    if studio.race is not None:
        studio.race.close()
        studio.race = None


@dataclass
class Served:
    """A server under way in a thread, its address, and how to stop it."""

    address: str
    server: uvicorn.Server
    thread: threading.Thread

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


def serve(studio: Studio, port: int = 0) -> Served:
    listening = listen(port)
    config = uvicorn.Config(
        create_app(studio, TOKEN), log_level="critical", lifespan="off", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    return Served(f"{HOST}:{listening.getsockname()[1]}", server, thread)


@pytest.fixture(scope="session")
def served(studio: Studio) -> Iterator[Served]:
    running = serve(studio)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium: install the package chromium to run the tests of the page")
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=30_000)  # A busy machine takes more than its five seconds.
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


def context_at(chromium: Any, address: str, **options: Any) -> Any:
    """A context of the browser that has the token already, as after `/?token=...` was opened."""
    context = chromium.new_context(base_url=address, **options)
    context.add_cookies([{"name": COOKIE, "value": TOKEN, "url": address, "sameSite": "Strict"}])
    return context


@pytest.fixture
def page(chromium: Any, served: Served, studio: Studio) -> Iterator[Any]:
    """An empty page that has the token; whatever goes wrong in its scripts fails the test."""
    context = context_at(chromium, served.address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    yield page
    context.close()
    end_training(studio)
    assert faults == []
