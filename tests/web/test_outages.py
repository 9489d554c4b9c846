"""A server that is killed, stopped, or started anew; a lid that is closed; two tabs; no scripts.

Nothing that was typed or drawn is lost, the page says what happened, and it goes on by itself.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from chainrule import roadmap
from chainrule.ground.events import Answered, Derived, Explained, NoteRead

from .conftest import Served, context_at, events

RIGHT, WRONG = "9x^8", "9x^9"
QUESTION = "/practise?topic=power&seed=3"
TEXT = "The slope is how fast the curve rises. It is a limit of secants, as the step shrinks."
SOON = 20_000
"""Milliseconds that a page has to notice something, while other tests run beside it."""


class Server:
    """`chainrule open` in a process of its own."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        place = [] if port is None else ["--port", str(port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chainrule", "open", "--no-browser", *place],
            env={**os.environ, "XDG_DATA_HOME": str(folder)}, cwd=folder, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.partition("127.0.0.1:")[2].partition("/")[0])

    def kill(self, how: int = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        if how == signal.SIGKILL:
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    begun: list[Server] = []

    def one(data: str = "data", port: int | None = None) -> Server:
        (tmp_path / data).mkdir(exist_ok=True)
        begun.append(Server(tmp_path / data, port))
        return begun[-1]

    yield one
    for server in begun:
        server.kill()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    yield context
    context.close()


def visit(browser: Any, server: Server, path: str) -> Any:
    page = browser.new_page()
    token = server.address.partition("?")[2]
    page.goto(f"http://127.0.0.1:{server.port}{path}{'&' if '?' in path else '?'}{token}")
    page.wait_for_load_state("networkidle")
    return page


def test_a_killed_server_loses_no_answer(browser: Any, start: Start):
    first = start()
    page = visit(browser, first, QUESTION)
    page.fill("[name=answer]", RIGHT)
    first.kill()
    page.keyboard.press("Enter")
    expect(page.locator("#lost")).to_contain_text("Start it again", timeout=SOON)
    assert page.get_attribute("#lost", "role") == "alert"
    assert page.input_value("[name=answer]") == RIGHT
    start(port=first.port)
    expect(page.locator(".verdict")).to_contain_text("Right.", timeout=SOON)
    expect(page.locator("#lost")).to_have_count(0, timeout=SOON)
    assert [event.verdict for event in events(Answered)] == ["right"]


def test_a_page_that_nobody_touches_notices_and_keeps_its_links(browser: Any, start: Start):
    first = start()
    page = visit(browser, first, "/road")
    first.kill()
    expect(page.locator("#lost")).to_contain_text("does not answer", timeout=SOON)
    page.click("text=The chain rule")
    page.wait_for_timeout(300)
    assert page.url.endswith("/road")  # no page of the browser's own that says it is broken
    start(port=first.port)
    page.wait_for_url(re.compile("name=chain-rule"), timeout=SOON)


def test_a_server_that_is_stopped_is_waited_for(browser: Any, start: Start):
    server = start()
    page = visit(browser, server, QUESTION)
    page.fill("[name=answer]", WRONG)
    server.kill(signal.SIGSTOP)
    page.keyboard.press("Enter")
    expect(page.locator("#lost")).to_contain_text("has not answered", timeout=SOON)
    server.kill(signal.SIGCONT)
    expect(page.locator(".verdict")).to_contain_text("✗", timeout=SOON)
    expect(page.locator("#lost")).to_have_count(0, timeout=SOON)
    assert [event.verdict for event in events(Answered)] == ["wrong"]


def test_a_server_with_another_token_at_the_same_port(browser: Any, start: Start):
    first = start()
    page = visit(browser, first, QUESTION)
    page.fill("[name=answer]", RIGHT)
    first.kill()
    second = start("other", first.port)
    assert second.address != first.address
    page.keyboard.press("Enter")
    expect(page.locator("#lost")).to_contain_text("started anew", timeout=SOON)
    browser.new_page().goto(second.address)
    expect(page.locator(".verdict")).to_contain_text("Right.", timeout=SOON)
    assert [event.verdict for event in events(Answered)] == ["right"]


def test_what_was_half_typed_is_there_at_another_port(browser: Any, start: Start):
    first = start()
    page = visit(browser, first, QUESTION)
    with page.expect_response(re.compile("/unsent")):
        page.fill("[name=answer]", "9x^")
    first.kill()
    second = start(port=first.port + 1000)
    other = visit(browser, second, QUESTION)
    assert other.input_value("[name=answer]") == "9x^"
    expect(other.locator(".restored")).to_contain_text("is here again")
    other.fill("[name=answer]", RIGHT)
    other.keyboard.press("Enter")
    expect(other.locator(".verdict")).to_contain_text("Right.")
    again = visit(browser, second, QUESTION)
    assert again.input_value("[name=answer]") == ""


def test_a_closed_lid(browser: Any, start: Start):
    """The page is frozen, the network gone; meanwhile the server ends and is started again."""
    first = start()
    page = visit(browser, first, "/explain?concept=slope")
    page.fill("textarea", TEXT)
    devtools = browser.new_cdp_session(page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    browser.set_offline(True)
    first.kill()
    start(port=first.port)
    browser.set_offline(False)
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    page.click("text=Read it back")
    expect(page.locator("#live h2").first).to_contain_text("Draft 1", timeout=SOON)
    expect(page.locator("#lost")).to_have_count(0, timeout=SOON)
    assert page.input_value("textarea") == TEXT
    assert len(events(Explained)) == 1


def test_a_network_that_is_away_for_a_while(browser: Any, start: Start):
    """As after a lid was closed: the page wakes up before the machine does."""
    server = start()
    page = visit(browser, server, "/derive?sheet=softmax&wrt=delta2")
    page.fill("[name=line]", "a2 - y")
    browser.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#lost")).to_contain_text("goes on by itself", timeout=SOON)
    browser.set_offline(False)
    expect(page.locator(".verdict")).to_contain_text("✓", timeout=SOON)
    assert [event.verdict for event in events(Derived)] == ["right"]


def test_a_drawing_stays_on_the_paper(browser: Any, start: Start):
    first = start()
    page = visit(browser, first, "/draw")
    first.kill()
    box = page.locator("draw-pad canvas").bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 200, steps=8)
    page.mouse.up()
    expect(page.locator("#lost")).to_contain_text("does not answer", timeout=SOON)
    start(port=first.port)
    page.wait_for_url(re.compile("input="), timeout=SOON)
    strokes = json.loads(page.evaluate("sessionStorage.strokes"))
    page.reload()
    assert page.evaluate("document.querySelector('draw-pad').strokes") == strokes
    assert len(strokes[0]) > 4


def test_a_training_that_ended_with_its_server(browser: Any, start: Start):
    first = start()
    page = visit(browser, first, "/train?layers=8&epochs=400")
    page.click("[data-do=start]")
    expect(page.locator("#state")).to_contain_text("epoch", timeout=SOON)
    first.kill()
    expect(page.locator("#lost")).to_contain_text("does not answer", timeout=SOON)
    start(port=first.port)
    expect(page.locator("#state")).to_contain_text("same seed", timeout=SOON)
    page.click("[data-do=start]")
    expect(page.locator("#state")).to_contain_text("of 400", timeout=SOON)


def test_two_tabs_with_the_same_question(page: Any):
    """Each keeps what is typed in it, through a new loading too; both answers count."""
    other = page.context.new_page()
    for tab, typed in ((page, WRONG), (other, RIGHT)):
        with tab.expect_response(re.compile("/unsent")):  # its script listens to what is typed
            tab.goto(QUESTION)
        tab.fill("[name=answer]", typed)
    for tab, typed in ((page, WRONG), (other, RIGHT)):
        tab.reload()
        expect(tab.locator(".restored")).to_contain_text("is here again")
        assert tab.input_value("[name=answer]") == typed
        tab.keyboard.press("Tab")
        tab.press("[name=answer]", "Enter")
        expect(tab.locator(".verdict")).to_be_visible()
    assert [event.verdict for event in events(Answered)] == ["wrong", "right"]


def test_what_is_typed_before_the_script_listens_is_kept_too(page: Any):
    def typed_first(route: Any) -> None:
        page.fill("[name=answer]", WRONG)
        route.continue_()

    page.route("**/unsent-text.js*", typed_first, times=1)
    with page.expect_response(re.compile("/unsent")):
        page.goto(QUESTION, wait_until="commit")
    page.reload()
    expect(page.locator("[name=answer]")).to_have_value(WRONG)


def test_two_tabs_with_the_same_draft(page: Any):
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/explain?concept=slope")
    page.fill("textarea", TEXT)
    other.fill("textarea", TEXT + " And more.")
    page.click("text=Read it back")
    expect(page.locator("#live h2").first).to_contain_text("Draft 1")
    other.click("text=Read it back")
    expect(other.locator("[role=alert]")).to_contain_text("Both are kept")
    drafts = (roadmap.home() / "explanations" / "slope").glob("draft-*.md")
    assert [path.read_text("utf-8") for path in sorted(drafts)] == [TEXT, TEXT + " And more."]


def test_two_tabs_with_the_same_training(page: Any):
    """Both show one training; what is done in one is seen in the other."""
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/train?layers=100&epochs=1000")
    page.click("[data-do=start]")
    expect(page.locator("#state")).to_contain_text("of 1000")
    page.click("[data-do=pause]")
    for tab in (page, other):
        expect(tab.locator("[data-do=pause]")).to_have_text("Go on", timeout=SOON)
    expect(other.locator("#state")).to_contain_text("of 1000")
    other.click("[data-do=pause]")
    expect(page.locator("[data-do=pause]")).to_have_text("Pause", timeout=SOON)
    page.click("[data-do=pause]")


def test_forms_without_scripts_are_kept_like_any_other(chromium: Any, served: Served):
    """A form that is sent before its script is there, too, goes the same way."""
    context = context_at(chromium, served.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(QUESTION)
    for answer, sign in ((WRONG, "✗"), (RIGHT, "Right.")):
        page.fill("[name=answer]", answer)
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_contain_text(sign)
    page.reload()  # shows it again, and counts nothing again
    page.goto("/derive?sheet=softmax&wrt=delta2")
    page.fill("[name=line]", "a2 - y")
    page.click("text=Check")
    expect(page.locator(".verdict")).to_contain_text("✓")
    page.goto("/concept?name=slope")
    page.click("text=I have read this note")
    expect(page.locator(".verdict")).to_contain_text("you have read")
    page.goto("/explain?concept=slope")
    page.fill("textarea", TEXT)
    page.click("text=Read it back")
    expect(page.locator("#live h2").first).to_contain_text("Draft 1")
    context.close()
    assert [(e.verdict, e.tries) for e in events(Answered)] == [("wrong", 0), ("right", 1)]
    assert [event.verdict for event in events(Derived)] == ["right"]
    assert len(events(NoteRead)) == len(events(Explained)) == 1
