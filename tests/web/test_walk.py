"""A newcomer's walk: from the first page through two concepts, by clicks and typing alone."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from chainrule import roadmap
from chainrule.ground.events import Answered, Derived, Explained, NoteRead
from chainrule.practice import problem
from chainrule.workshop import start_folder

from .conftest import TOKEN, events

HEADERS = {"x-token": TOKEN}
SOON = 30_000
"""Milliseconds for what is judged, beside other tests."""


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(roadmap.HOME, str(tmp_path))
    return tmp_path


def test_two_concepts_are_walked_by_clicks_and_typing(page: Any):
    """Read, practise with a slip and a hint, derive with every hint, explain: it is all kept."""
    page.goto("/")
    page.click("main a.main:has-text('Begin')")
    page.click("text=I have read this note")
    expect(page.locator("#live")).to_contain_text("you have read this note")
    page.click(".to-do a:has-text('topics')")
    query = parse_qs(urlsplit(page.url).query)
    topic, seed = query["topic"][0], int(query["seed"][0])
    page.fill("[name=answer]", "123456")
    page.click("button:text-is('Check')")
    expect(page.locator(".verdict.wrong")).to_be_visible(timeout=SOON)
    page.click("text=A hint")
    expect(page.locator(".hint")).to_have_count(1)
    page.fill("[name=answer]", problem(topic, seed).task.answer.text())
    page.click("button:text-is('Check')")
    expect(page.locator(".verdict.right")).to_be_visible(timeout=SOON)
    page.click("text=Next question")
    expect(page.locator("[name=answer]")).to_have_value("")
    page.go_back()
    page.goto("/road")
    page.click(".does a:has-text('explain') >> nth=0")
    page.fill("textarea", "A slope is a rise divided by a run.")
    page.click("text=Read it back")
    expect(page.locator("#live")).to_contain_text("Draft 1", timeout=SOON)
    page.click("header a:has-text('Road')")
    page.click("text=The rules: power, sum")
    page.click(".to-do li:has-text('derive') a >> nth=0")
    page.fill("[name=line]", "1 + 1")
    page.click("button:text-is('Check')")
    expect(page.locator(".verdict.wrong")).to_be_visible(timeout=SOON)
    for count in (1, 2, 3, 4):
        page.click("text=A hint")
        expect(page.locator(".hint")).to_have_count(count, timeout=SOON)
    line = page.inner_text(".hint >> nth=-1").splitlines()[-1]
    page.fill("[name=line]", line)
    page.click("button:text-is('Check')")
    expect(page.locator(".verdict.right").first).to_be_visible(timeout=SOON)
    assert [event.concept for event in events(NoteRead)] == ["slope"]
    assert [(e.verdict, e.hints) for e in events(Answered)] == [("wrong", 0), ("right", 1)]
    assert [event.concept for event in events(Explained)] == ["slope"]
    assert [event.verdict for event in events(Derived)] == ["wrong", "right"]


def test_a_topic_of_another_version_is_named_and_passed_over(client: TestClient):
    """The pages of a record with a topic that is asked no more say so, and go on."""
    ago = "2020-01-01T10:00:00+00:00"
    roadmap.record(Answered(at=ago, topic="a-topic-of-old", seed=3, verdict="right"))
    page = client.get("/review").text
    assert "a-topic-of-old" in page
    assert "No review is due today" in page
    for path in ("/", "/road", "/practise?review=yes"):
        assert client.get(path).status_code == 200
    roadmap.record(Answered(at=ago, topic="power", seed=3, verdict="right"))
    assert "1 question is due today" in client.get("/review").text
    assert client.get("/practise?review=yes").url.params["topic"] == "power"


def test_a_training_of_the_learners_network_ends_with_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It ends after the epoch that is under way."""
    from chainrule.web import own_training
    from chainrule.workshop import OwnEpoch

    begun = threading.Event()

    def train(*given: Any, **named: Any) -> None:
        for number in range(1, 10_000):
            given[4](OwnEpoch(number, 10_000, 0.5, 0.0))
            begun.set()
            time.sleep(0.001)

    monkeypatch.setattr(own_training, "train_own", train)
    folder = start_folder(tmp_path / "mine", "", how="")
    training = own_training.OwnTraining(folder, "digits", None)
    assert begun.wait(60)
    training.close()
    assert not training.going
    assert "ended with the page" in training.fault
